"""One test's, or several tests', way to a T-SQL server: replayed, recorded or live."""

from __future__ import annotations

import contextlib
import enum
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import attrs
from tests.integration.tds import fileformat
from tests.integration.tds.framing import obfuscated_password
from tests.integration.tds.matching import Playbook, TextRules
from tests.integration.tds.proxy import Fault, Proxy
from tests.integration.tds.recording import Exchange, Packets, Recording, merge
from tests.integration.tds.replayer import Replayer
from tests.integration.tds.requests import Account

__all__ = ["LiveServer", "Mode", "SecretInRecordingError", "TdsSession", "check_secrets"]

RECORD_VARIABLE = "SQLCORE_TEST_RECORD"
URL_VARIABLE = "SQLCORE_TEST_MSSQL_URL"
_REPLAY_ACCOUNT = Account("sqlcore", "password-of-nobody")
_MAX_FILE_BYTES = 512 * 1024


class Mode(enum.Enum):
    """Where the answers come from."""

    REPLAY = "replay"
    RECORD = "record"
    LIVE = "live"


class SecretInRecordingError(Exception):
    """A recording would hold the password of the live server."""


@attrs.frozen
class LiveServer:
    """The server that `SQLCORE_TEST_MSSQL_URL` names."""

    url: str = attrs.field(repr=False)
    host: str
    port: int
    account: Account
    database: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> LiveServer | None:
        """Read the URL of the live server; None when there is none.

        Raises:
            ValueError: The URL lacks something. The message does not repeat it.
        """
        url = environment.get(URL_VARIABLE, "")
        if not url:
            return None
        parts = urlsplit(url)
        database = unquote(parts.path.strip("/"))
        if parts.scheme != "mssql" or not (parts.hostname and parts.username and parts.password):
            raise ValueError(f"{URL_VARIABLE} must look like mssql://user:password@host:port/db")
        if not database:
            raise ValueError(f"{URL_VARIABLE} must name a database")
        account = Account(unquote(parts.username), unquote(parts.password))
        return cls(url, parts.hostname, parts.port or 1433, account, database)


class TdsSession:
    """What the fixtures `tds`, `tds_class` and `tds_module` give to a test.

    Attributes:
        mode: Where the answers come from.
        test: The id of the test, class or module.
        database: The database of `url`.
        strict: Whether recorded exchanges that nobody asked for are a failure.
    """

    def __init__(self, test: str, path: Path, live: LiveServer | None, *, record: bool) -> None:
        self.strict = False
        self.test = test
        self._path = path
        self._live = live
        self._rules = TextRules()
        self._kept_problems = 0
        self._replayer: Replayer | None = None
        self._proxy: Proxy | None = None
        self._playbook: Playbook | None = None
        if live is None:
            self.mode = Mode.REPLAY
            recording = fileformat.load(path)
            self.database = recording.database
            self._playbook = Playbook(recording, self._rules)
            self._account = _REPLAY_ACCOUNT
            self._replayer = Replayer(self._playbook, self._account)
        else:
            self.mode = Mode.RECORD if record else Mode.LIVE
            self.database = live.database
            self._account = live.account
            self._proxy = Proxy(live.host, live.port, live.account, records=record)

    @property
    def _server(self) -> Replayer | Proxy:
        server = self._replayer or self._proxy
        assert server is not None
        return server

    # -- for tests ---------------------------------------------------------------------------

    @property
    def host(self) -> str:
        """The address to connect to."""
        return "127.0.0.1"

    @property
    def port(self) -> int:
        """The port to connect to."""
        return self._server.port

    @property
    def user(self) -> str:
        """The user to log in as."""
        return self._account.user

    @property
    def password(self) -> str:
        """The user's password."""
        return self._account.password

    @property
    def url(self) -> str:
        """The URL to connect to, in every mode."""
        return self.url_with()

    def url_with(
        self, *, user: str | None = None, password: str | None = None, database: str | None = None
    ) -> str:
        """Return the URL with another user, password or database."""
        login = f"{quote(user or self.user, safe='')}:{quote(password or self.password, safe='')}"
        path = quote(database or self.database, safe="")
        return f"mssql://{login}@{self.host}:{self.port}/{path}"

    @property
    def direct_url(self) -> str | None:
        """The live server's own URL, to prepare data unrecorded; None when there is no server."""
        return None if self._live is None else self._live.url

    def normalise(self, pattern: str, placeholder: str) -> None:
        """Replace what differs from run to run in the texts of requests, by a regex."""
        self._rules.add_normaliser(pattern, placeholder)

    def repeatable(self, pattern: str) -> None:
        """Let requests that match a regex from start to end be sent more often than recorded."""
        self._rules.add_repeatable(pattern)

    def cut(self, pattern: str, *, after_packets: int = 0) -> None:
        """Close the connection within the answer to requests in which a regex is found.

        When the answer is replayed the cut is part of the recording.
        """
        self._add_fault(Fault(re.compile(pattern), "cut", after_packets))

    def silence(self, pattern: str, *, after_packets: int = 0) -> None:
        """Let the server fall silent within the answer to requests in which a regex is found.

        Not even an attention is answered. When the answer is replayed this is part of the
        recording.
        """
        self._add_fault(Fault(re.compile(pattern), "silence", after_packets))

    def _add_fault(self, fault: Fault) -> None:
        if self._proxy is not None:
            self._proxy.faults.append(fault)

    def wait_until_sent(self, pattern: str, *, count: int = 1, timeout_s: float = 10.0) -> None:
        """Wait until requests in which a regex is found have arrived.

        Raises:
            TimeoutError: They did not arrive in time.
        """
        if not self._server.requests.wait_for(pattern, count=count, timeout_s=timeout_s):
            raise TimeoutError(f"no request like {pattern!r} within {timeout_s} s")

    def sent(self) -> tuple[str, ...]:
        """Return the texts of all requests that were answered, in order."""
        return self._server.requests.texts()

    # -- for fixtures ------------------------------------------------------------------------

    @contextlib.contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Attribute what happens meanwhile to one of the tests that share this recording."""
        holder = self._playbook or self._proxy
        assert holder is not None
        holder.section = name
        try:
            yield
        finally:
            holder.section = ""

    def complaints(self, section: str | None = None) -> str:
        """Say what went wrong since the last call; empty when nothing did."""
        problems = self._server.problems
        texts = list(problems[self._kept_problems :])
        self._kept_problems = len(problems)
        if self._playbook is not None:
            texts += [miss.describe() for miss in self._playbook.take_misses()]
            if self.strict:
                unused = self._playbook.unused(section or "")
                texts += [f"This {e.kind} request was not sent:\n    {e.text}" for e in unused]
        if not texts:
            return ""
        if self.mode is Mode.REPLAY:
            texts.append(f"Recording: {self._path.name}. {how_to_record(self.test)}")
        return "\n".join(texts)

    def close(self) -> None:
        """End every connection. Idempotent."""
        self._server.close()

    def save(self, *, passed_sections: frozenset[str] | None = None) -> None:
        """Write the recording. Nothing is written where it would hold the password.

        Args:
            passed_sections: Of a shared recording, the sections to write. Other sections of the
                existing file stay as they are.
        """
        assert self._proxy is not None
        assert self._live is not None
        recording = Recording(
            test=self.test,
            database=self.database,
            exchanges=tuple(self._recorded(self._proxy, passed_sections)),
        )
        check_secrets(recording, self._live.account)
        if passed_sections is not None and self._path.exists():
            recording = merge(
                fileformat.load(self._path), recording, replaced_sections={"", *passed_sections}
            )
        size_bytes = len(fileformat.dumps(recording).encode())
        if size_bytes > _MAX_FILE_BYTES:
            raise ValueError(
                f"the recording of {self.test} has {size_bytes} bytes; "
                f"the limit is {_MAX_FILE_BYTES}: ask for fewer rows"
            )
        fileformat.dump(recording, self._path)

    def _recorded(self, proxy: Proxy, passed_sections: frozenset[str] | None) -> Iterator[Exchange]:
        for exchange in proxy.exchanges():
            request = self._rules.normalised(exchange.request)
            # What opens a connection belongs to all tests that use it later.
            section = "" if self._rules.may_repeat(request) else exchange.section
            if section and passed_sections is not None and section not in passed_sections:
                continue
            yield attrs.evolve(exchange, text=request.text, section=section)


def how_to_record(test: str) -> str:
    """Say how to record a test."""
    return f"To record: {URL_VARIABLE}=mssql://… {RECORD_VARIABLE}=1 pytest '{test}'"


def check_secrets(recording: Recording, account: Account) -> None:
    """Make sure that a password is nowhere in a recording, in any of the forms it travels in.

    Raises:
        SecretInRecordingError: It is there. The message does not repeat it.
    """
    password = account.password
    forms = (password.encode(), password.encode("utf-16-le"), obfuscated_password(password))
    for exchange in recording.exchanges:
        answer = b"".join(
            payload
            for step in exchange.steps
            if isinstance(step, Packets)
            for payload in step.payloads
        )
        where = f"{exchange.kind} exchange on connection {exchange.connection}"
        if password in exchange.text or any(form.hex() in exchange.text for form in forms):
            raise SecretInRecordingError(f"the password is in the request of a {where}")
        if any(form in answer for form in forms):
            raise SecretInRecordingError(f"the password is in the answer to a {where}")
