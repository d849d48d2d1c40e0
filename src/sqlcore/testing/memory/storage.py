"""Where databases are kept, and which of them the process shares by name.

Each lies in a folder of its own below the system's temporary files, in SQLite's WAL mode: only so
do readers and a writer work at the same time, each on its own snapshot. Databases that SQLite keeps
in memory lock each other out instead.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from pathlib import Path

from sqlcore.domain.query import Column
from sqlcore.testing.memory.procedures import ProcedureBook

__all__ = ["DEFAULT_DATABASE", "Storage", "database_names", "forget", "shared"]

DEFAULT_DATABASE = "main"
_MOST_CACHED = 256


class Storage:
    """One database.

    Attributes:
        path: Its file.
        writing: Held by the one transaction that may write.
        procedures: What `define_procedure` defined.
    """

    def __init__(self, name: str = DEFAULT_DATABASE) -> None:
        self.name = name
        folder = tempfile.mkdtemp(prefix="sqlcore-memory-")
        self.path = Path(folder) / "database"
        self.writing = threading.Lock()
        self.procedures = ProcedureBook()
        self._columns: OrderedDict[tuple[int, str], tuple[Column | None, ...]] = OrderedDict()
        self._lock = threading.Lock()
        # Also runs at the end of the process.
        self.remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)

    def cached_columns(self, key: tuple[int, str]) -> tuple[Column | None, ...] | None:
        """Return what `cache_columns` kept for a version of the schema and a text."""
        with self._lock:
            return self._columns.get(key)

    def cache_columns(self, key: tuple[int, str], columns: tuple[Column | None, ...]) -> None:
        """Keep the columns of a query."""
        with self._lock:
            self._columns[key] = columns
            if len(self._columns) > _MOST_CACHED:
                self._columns.popitem(last=False)


_lock = threading.Lock()
_servers: dict[str, dict[str, Storage]] = {}


def shared(server: str, database: str | None) -> Storage:
    """Return a database of a server, made at its first use."""
    name = database or DEFAULT_DATABASE
    with _lock:
        databases = _servers.setdefault(server, {})
        if name not in databases:
            databases[name] = Storage(name)
        return databases[name]


def database_names(server: str) -> list[str]:
    """Return the names of the databases of a server, sorted."""
    with _lock:
        return sorted(_servers.get(server, {}))


def forget(server: str) -> None:
    """Remove the databases of `memory://server`; who still has them open keeps them."""
    with _lock:
        _servers.pop(server, None)
