"""Where results are kept: a private folder for each process, removed after it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_cache_path

from sqlcore.errors import ConfigurationError
from sqlcore.services.spool.locking import create_private, is_ours, open_existing, try_lock

__all__ = ["ProcessFolder", "make_process_folder", "remove_folder", "sweep"]

_NAME = re.compile(r"(sqlcore-results-[0-9a-f]{32})\.lock")
_PRIVATE = 0o700
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class ProcessFolder:
    """A folder of this process, as long as it holds the lock beside it.

    Attributes:
        path: The folder; mode 0700.
    """

    def __init__(self, path: Path, lock_path: Path, lock: int) -> None:
        self.path = path
        self._lock_path = lock_path
        self._lock: int | None = lock
        self._process = os.getpid()

    def remove(self) -> None:
        """Remove the folder, what is in it and its lock. Idempotent; a forked child does nothing.

        What cannot be removed is left to the next start.
        """
        if self._lock is None or os.getpid() != self._process:
            return
        lock, self._lock = self._lock, None
        _remove_locked(self.path, self._lock_path, lock)


def make_process_folder(folder: str | None) -> ProcessFolder:
    """Make a folder for the results of this process.

    Args:
        folder: Where to make it. Where it is left out, in the user's cache folder, or else in the
            folder for temporary files. Never in the runtime folder, which is memory.

    Raises:
        ConfigurationError: `folder` may be written by other users, or is none.
        OSError: No folder can be made.
    """
    if folder is not None:
        return _make_in(Path(folder).expanduser())
    for root in _usual_roots():
        with contextlib.suppress(OSError, ConfigurationError):
            return _make_in(root)
    return _make_in(Path(tempfile.mkdtemp(prefix="sqlcore-sessions-")))


def sweep(folder: str | None) -> None:
    """Remove the folders of processes that live no more. Nothing else is touched or made.

    Args:
        folder: As for `make_process_folder`.
    """
    for root in _usual_roots() if folder is None else (Path(folder).expanduser(),):
        with contextlib.suppress(OSError, ConfigurationError):
            _check(root)
            for lock_path in list(root.iterdir()):
                if _NAME.fullmatch(lock_path.name):
                    with contextlib.suppress(OSError):
                        _remove_abandoned(lock_path)


def remove_folder(path: Path) -> None:
    """Remove a folder and what is in it, as far as that is possible."""
    shutil.rmtree(path, ignore_errors=True)


def _usual_roots() -> Iterator[Path]:
    yield user_cache_path("sqlcore", appauthor=False) / "sessions"
    user = "user" if sys.platform == "win32" else str(os.getuid())
    yield Path(tempfile.gettempdir()) / f"sqlcore-sessions-{user}"


def _make_in(root: Path) -> ProcessFolder:
    with contextlib.suppress(FileExistsError):
        root.mkdir(_PRIVATE, parents=True)
    _check(root)
    while True:
        path = root / f"sqlcore-results-{secrets.token_hex(16)}"
        lock_path = path.with_name(f"{path.name}.lock")
        lock = create_private(lock_path)
        try:
            # Between these two lines another process may have taken it for abandoned.
            if try_lock(lock) and _is_in_place(lock_path, lock):
                path.mkdir(_PRIVATE)
                return ProcessFolder(path, lock_path, lock)
        except BaseException:
            _remove_locked(path, lock_path, lock)
            raise
        os.close(lock)


def _check(root: Path) -> None:
    """Refuse a folder in which another user could put something else in the place of ours."""
    link, target = root.lstat(), root.stat()
    if sys.platform == "win32":  # a user's folders are private by inheritance
        problem = None if stat.S_ISDIR(target.st_mode) else "is not a folder"
    elif {link.st_uid, target.st_uid} - {os.getuid(), 0}:
        problem = "belongs to another user"
    elif not stat.S_ISDIR(target.st_mode):
        problem = "is not a folder"
    elif target.st_mode & _WRITABLE_BY_OTHERS and not target.st_mode & stat.S_ISVTX:
        problem = "can be written by other users"
    else:
        problem = None
    if problem is not None:
        raise ConfigurationError(
            f"Results cannot be kept in {root}: it {problem}.",
            hint="Name a folder that only the user of this process can write: chmod 700.",
        )


def _remove_abandoned(lock_path: Path) -> None:
    """Remove a folder whose process is gone, that is, whose lock can be had."""
    lock = open_existing(lock_path, write=True)
    status = os.fstat(lock)
    path = lock_path.with_suffix("")
    if not (is_ours(status) and stat.S_ISREG(status.st_mode) and _is_a_folder_of_ours(path)):
        os.close(lock)
    elif try_lock(lock) and _is_in_place(lock_path, lock):
        _remove_locked(path, lock_path, lock)
    else:
        os.close(lock)


def _is_a_folder_of_ours(path: Path) -> bool:
    """Tell whether it may be removed; where there is none, only its lock is."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISDIR(status.st_mode) and is_ours(status)


def _is_in_place(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _remove_locked(path: Path, lock_path: Path, lock: int) -> None:
    """Remove a folder, then its lock; the lock stays where something of the folder does."""
    remove_folder(path)
    is_gone = not os.path.lexists(path)
    if sys.platform == "win32":  # an open file cannot be removed there
        os.close(lock)
    if is_gone:
        with contextlib.suppress(OSError):
            lock_path.unlink()
    if sys.platform != "win32":
        os.close(lock)
