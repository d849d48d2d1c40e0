"""The audit as a file of JSON lines."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from sqlcore.errors import PolicyError
from sqlcore.services.auditing import StatementEvent
from sqlcore.services.logs import SECURITY_LOGGER, get_logger

try:
    import fcntl
except ImportError:  # Windows, where two processes must not share a file
    fcntl = None  # type: ignore[assignment]

__all__ = ["AuditFile"]

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT
for _name in ("O_CLOEXEC", "O_NONBLOCK", "O_BINARY"):  # not every system has each
    _FLAGS |= getattr(os, _name, 0)
_PRIVATE = 0o600
_FIELDS = tuple(field.name for field in attrs.fields(StatementEvent) if field.name != "time")
_MAX_KEPT = 1000


class AuditFile:
    """Appends one JSON object for each statement to a file. For use by many threads.

    A line is handed to the system in one write before the next statement of its caller begins.
    Several processes may write the same file on a local disk: each line is appended whole, and
    one of them renames a file that is full to `path.1`. A file that was moved or removed is made
    anew.

    What cannot be written is kept, up to a bound, and written when the file works again. Nothing
    that has run is reported as failed for it. Opening the file notes `audit_started`, so that a
    full disk is found before the first statement runs.

    Args:
        path: The file; its folder must exist. Made readable for its owner alone.
        required: Whether statements are refused while the file cannot be written.
        max_bytes: The size from which it is renamed; 0 never.
        backups: How many old files are kept: `path.1`, the newest, to `path.N`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        required: bool = False,
        max_bytes: int = 10 * 2**20,
        backups: int = 5,
    ) -> None:
        self._path = Path(path).expanduser()
        self._required = required
        self._max_bytes = max_bytes
        self._backups = backups
        # A stream that is collected as garbage is noted in the midst of whatever its thread does,
        # which may be the noting of another statement.
        self._lock = threading.RLock()
        self._is_writing = False
        self._kept: deque[bytes] = deque(maxlen=_MAX_KEPT)
        self._dropped = 0
        self._file: int | None = None
        self._is_begun = False
        self._is_cut = False
        self._problem: str | None = None

    def check(self) -> None:
        """Go on if the next statement can be noted, or need not be.

        Raises:
            PolicyError: It must be, and the file cannot be written.
        """
        if not self._required:
            return
        with self._lock:
            self._begin()
            self._write_kept()
            problem = self._problem
        if problem is not None:
            raise PolicyError(
                f"Statements must be noted in the audit log, and it cannot be written: {problem}.",
                hint=f"Nothing runs until {self._path} can be written again; tell the operator.",
            )

    def note(self, event: StatementEvent) -> None:
        """Append a statement; one that cannot be written now is kept for later."""
        fields = {name: getattr(event, name) for name in _FIELDS}
        at = datetime.fromtimestamp(event.time, UTC)
        with self._lock:
            self._begin()
            self._keep({"time": _written(at), "event": "statement", **fields})
            self._write_kept()

    def close(self) -> None:
        """Write what was kept, if that is possible now, and close the file."""
        with self._lock:
            if self._kept:
                self._write_kept()
            self._close_file()

    def _begin(self) -> None:
        if not self._is_begun:
            self._is_begun = True
            started = {"time": _written(datetime.now(UTC)), "event": "audit_started"}
            self._keep({**started, "process": os.getpid()})

    def _keep(self, fields: dict[str, Any]) -> None:
        if len(self._kept) == _MAX_KEPT:
            self._dropped += 1
        self._kept.append(json.dumps(fields).encode("ascii") + b"\n")

    def _write_kept(self) -> None:
        """Write all lines that wait; note what stands in the way."""
        if self._is_writing:  # further out in this thread, where these lines are written too
            return
        self._is_writing = True
        try:
            self._current_file()
            while self._kept:
                self._write(self._kept[0])
                self._kept.popleft()
        except (OSError, ValueError) as error:
            self._lose(error)
        else:
            self._recover()
        finally:
            self._is_writing = False

    def _write(self, line: bytes) -> None:
        file = self._open() if self._file is None else self._file
        if self._is_cut:
            line = b"\n" + line  # what is left of a line that a full disk has cut stays by itself
        written = os.write(file, line)
        if written != len(line):
            self._is_cut = True
            raise OSError("the disk takes no more")
        self._is_cut = False

    def _current_file(self) -> int:
        """Return the open file, made anew where it was moved, or renamed where it is full."""
        if self._file is not None:
            status = os.fstat(self._file)
            if not self._is_in_place(status):
                self._close_file()
            elif self._max_bytes and status.st_size >= self._max_bytes:
                self._rotate(status)
        return self._open() if self._file is None else self._file

    def _is_in_place(self, status: os.stat_result) -> bool:
        try:
            return os.path.samestat(status, self._path.stat())
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        self._file = os.open(self._path, _FLAGS, _PRIVATE)
        return self._file

    def _close_file(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            with contextlib.suppress(OSError):
                os.close(file)

    def _rotate(self, status: os.stat_result) -> None:
        """Rename the file to `path.1`, unless another process does or has done it.

        Where that is not possible the file grows on: a line is worth more than a bound.
        """
        if not stat.S_ISREG(status.st_mode) or self._file is None:
            return
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self._is_in_place(status):  # looked at again, now that nobody else renames it
                for number in range(self._backups - 1, 0, -1):
                    with contextlib.suppress(FileNotFoundError):
                        self._backup(number).replace(self._backup(number + 1))
                self._path.replace(self._backup(1))
        except OSError:
            return
        self._close_file()

    def _backup(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _lose(self, error: OSError | ValueError) -> None:
        self._close_file()
        reason = getattr(error, "strerror", None) or str(error)
        if self._problem is None:
            get_logger(SECURITY_LOGGER).warning(
                "audit_lost", path=str(self._path), reason=reason, statements_stop=self._required
            )
        self._problem = reason

    def _recover(self) -> None:
        if self._problem is not None:
            get_logger(SECURITY_LOGGER).warning(
                "audit_works_again", path=str(self._path), lines_lost=self._dropped
            )
        self._problem, self._dropped = None, 0


def _written(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
