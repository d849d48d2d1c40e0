"""Files that only their owner can read, and locks that end with their process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["create_private", "is_ours", "open_existing", "try_lock"]

_SAFELY = 0
for _name in ("O_CLOEXEC", "O_NOFOLLOW", "O_BINARY"):  # not every system has each
    _SAFELY |= getattr(os, _name, 0)
_PRIVATE = 0o600


def create_private(path: Path) -> int:
    """Make a file that was not there, with mode 0600; no link is followed.

    Returns:
        Its descriptor, for reading and writing.

    Raises:
        OSError: There is such a file, or it cannot be made.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY, _PRIVATE)


def open_existing(path: Path, *, write: bool = False) -> int:
    """Open a file that is there; no link is followed.

    Raises:
        OSError: There is none, it is a link, or it cannot be opened.
    """
    return os.open(path, (os.O_RDWR if write else os.O_RDONLY) | _SAFELY)


def is_ours(status: os.stat_result) -> bool:
    """Tell whether a file belongs to the user of this process; so always on Windows."""
    return sys.platform == "win32" or status.st_uid == os.getuid()


if sys.platform == "win32":
    import msvcrt

    def try_lock(file: int) -> bool:
        """Lock an open file until it is closed; say whether nobody else had locked it."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: int) -> bool:
        """Lock an open file until it is closed; say whether nobody else had locked it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
