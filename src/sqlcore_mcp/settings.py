"""What the server needs to know beyond `sqlcore.config.Settings`."""

from __future__ import annotations

import enum
from typing import Any

import attrs

from sqlcore.config import (
    Settings,
    integer,
    positive,
    seconds,
    secret,
    switch,
    text_or_none,
    words,
)
from sqlcore.domain.access import Access
from sqlcore.domain.connection import Secret
from sqlcore.errors import ConfigurationError

__all__ = ["SWITCHES", "TOOLSETS", "ConfirmWrites", "HttpAnswers", "ServerSettings", "Transport"]

TOOLSETS = ("core", "sessions", "procedures", "metadata", "documentation", "diagnostics")
"""The toolsets that have tools."""

SWITCHES = (
    "execute_query",
    "start_query",
    "execute_stored_procedure",
    "start_stored_procedure",
)
"""What `--enable` names; `execute_query` is implied by the access level `read`."""

_STARTING_SESSIONS = frozenset({"start_query", "start_stored_procedure"})
"""The switches that list the toolset `sessions`."""

_CALLING = frozenset({"execute_stored_procedure", "start_stored_procedure"})
"""The switches that list the toolset `procedures`."""


class ConfirmWrites(enum.Enum):
    """What happens before a statement that changes data or schema."""

    ASK = "ask"
    NEVER = "never"
    REFUSE = "refuse"


class Transport(enum.Enum):
    """How clients reach the server."""

    STDIO = "stdio"
    HTTP = "http"


class HttpAnswers(enum.Enum):
    """How a POST is answered: by one JSON body, or by a stream of events."""

    JSON = "json"
    SSE = "sse"


def _confirm_writes(value: Any) -> ConfirmWrites:
    return value if isinstance(value, ConfirmWrites) else ConfirmWrites(str(value).lower())


def _transport(value: Any) -> Transport:
    return value if isinstance(value, Transport) else Transport(str(value).lower())


def _http_answers(value: Any) -> HttpAnswers:
    return value if isinstance(value, HttpAnswers) else HttpAnswers(str(value).lower())


def _lower(value: Any) -> str:
    return str(value).lower()


@attrs.frozen(kw_only=True)
class ServerSettings(Settings):
    """Settings of the MCP server.

    Attributes:
        toolsets: Which toolsets are listed; `all` is all of them.
        enable: Switches by name, or `all`; beside the four `enable_…` ones.
        confirm_writes: What happens before a statement that changes something.
        confirm_timeout_seconds: How long a person is waited for, where the connection stays open.
        max_tokens: The size of an answer, unless a call says otherwise.
        max_concurrent_calls: The most statements of a source, and the most other calls, that run
            at once; others wait. Statements also leave two connections of the pool free.
        allowed_hosts: Values of the Host header that are served, `name` or `name:port` or
            `name:*`, beside those of the local machine.
        allowed_origins: Values of the Origin header that are served, beside local ones.
        http_answers: `sse` lets the server ask older clients over HTTP, for confirmations.
        max_resource_bytes: The most that is read of a resource at once.
        cancel_on_disconnect: Whether the background sessions of a connection are cancelled when it
            ends, where it can be told that it does.
        data_boundary: Whether what comes from the database stands between marks that it cannot
            guess.
        task_after_seconds: How long a call runs before a client that knows tasks gets one for it.
        knowledge_url: Where `store_in_knowledge` posts documents; without it there is no such
            argument. It is not shown, for it may have a key in it.
        knowledge_token: Sent as `Authorization: Bearer`.
        knowledge_token_env: The environment variable that holds it.
        knowledge_token_file: The file whose first line it is.
        knowledge_timeout_seconds: For a document, with all attempts.
        knowledge_allow_http: Whether documents and token may go over plain HTTP to other machines.
        shutdown_seconds: How long what runs may take to stop.
    """

    toolsets: tuple[str, ...] = attrs.field(default=("core",), converter=words)
    enable: tuple[str, ...] = attrs.field(default=(), converter=words)
    enable_execute_query: bool = attrs.field(default=False, converter=switch)
    enable_start_query: bool = attrs.field(default=False, converter=switch)
    enable_execute_stored_procedure: bool = attrs.field(default=False, converter=switch)
    enable_start_stored_procedure: bool = attrs.field(default=False, converter=switch)
    confirm_writes: ConfirmWrites = attrs.field(
        default=ConfirmWrites.ASK, converter=_confirm_writes
    )
    confirm_timeout_seconds: float = attrs.field(
        default=600.0, converter=seconds, validator=positive
    )
    max_tokens: int = attrs.field(default=8000, converter=integer, validator=positive)
    max_concurrent_calls: int = attrs.field(default=64, converter=integer, validator=positive)
    transport: Transport = attrs.field(default=Transport.STDIO, converter=_transport)
    host: str = "127.0.0.1"
    port: int = attrs.field(default=8000, converter=integer)
    allowed_hosts: tuple[str, ...] = attrs.field(default=(), converter=words)
    allowed_origins: tuple[str, ...] = attrs.field(default=(), converter=words)
    http_answers: HttpAnswers = attrs.field(default=HttpAnswers.JSON, converter=_http_answers)
    max_resource_bytes: int = attrs.field(default=16 * 2**20, converter=integer, validator=positive)
    cancel_on_disconnect: bool = attrs.field(default=False, converter=switch)
    data_boundary: bool = attrs.field(default=True, converter=switch)
    task_after_seconds: float = attrs.field(default=3.0, converter=seconds, validator=positive)
    knowledge_url: Secret | None = attrs.field(default=None, converter=secret)
    knowledge_token: Secret | None = attrs.field(default=None, converter=secret)
    knowledge_token_env: str | None = attrs.field(default=None, converter=text_or_none)
    knowledge_token_file: str | None = attrs.field(default=None, converter=text_or_none)
    knowledge_timeout_seconds: float = attrs.field(
        default=60.0, converter=seconds, validator=positive
    )
    knowledge_allow_http: bool = attrs.field(default=False, converter=switch)
    shutdown_seconds: float = attrs.field(default=5.0, converter=seconds, validator=positive)
    log_level: str = attrs.field(default="warning", converter=_lower)

    def __attrs_post_init__(self) -> None:
        _check_words("toolsets", self.toolsets, TOOLSETS)
        _check_words("enable", self.enable, SWITCHES)
        if self.log_level not in ("debug", "info", "warning", "error", "critical"):
            raise ConfigurationError(
                f'log_level is "{self.log_level}".',
                hint="It is one of: debug, info, warning, error, critical.",
            )
        if self.audit_required and self.audit_log is None:
            raise ConfigurationError(
                "audit_required is on, and there is no audit log.",
                hint="Name the file: --audit-log FILE, or audit_log in the settings.",
            )
        self._check_switches()

    def _check_switches(self) -> None:
        names_sessions = "sessions" in self.toolsets
        if self.access < Access.READ and "execute_query" in self.enabled:
            raise ConfigurationError(
                "Running queries needs the access level read.",
                hint="Start with --access read (SQLCORE_ACCESS=read).",
            )
        if self.access < Access.READ and ("start_query" in self._named or names_sessions):
            raise ConfigurationError(
                "Queries in the background need the access level read.",
                hint="Start with --access read (SQLCORE_ACCESS=read).",
            )
        if self.access < Access.READ and self._named & _CALLING:
            raise ConfigurationError(
                "Calling procedures needs the access level read.",
                hint="Start with --access read (SQLCORE_ACCESS=read).",
            )
        if names_sessions and not self._starts_sessions:
            raise ConfigurationError(
                "The toolset sessions is listed where sessions can be started.",
                hint="Start with --enable-start-query (SQLCORE_ENABLE_START_QUERY=true).",
            )

    @property
    def listed_toolsets(self) -> frozenset[str]:
        """The toolsets whose tools are listed, those that a switch lists among them.

        `sessions` is listed only where a switch starts sessions.
        """
        listed = set(TOOLSETS if "all" in self.toolsets else self.toolsets) - {"sessions"}
        if self._starts_sessions:
            listed.add("sessions")
        if self.enabled & _CALLING and self.access >= Access.READ:
            listed.add("procedures")
        return frozenset(listed)

    @property
    def _starts_sessions(self) -> bool:
        return bool(self.enabled & _STARTING_SESSIONS)

    @property
    def enabled(self) -> frozenset[str]:
        """The switches that were turned on; `all` leaves out what `read` implies."""
        if "all" in self.enable:
            return frozenset(self._named | (set(SWITCHES) - {"execute_query"}))
        return frozenset(self._named)

    @property
    def _named(self) -> set[str]:
        """The switches that were turned on by name."""
        switches = {switch for switch in SWITCHES if getattr(self, f"enable_{switch}")}
        return switches | (set(self.enable) - {"all"})


def _check_words(setting: str, words: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [word for word in words if word not in (*known, "all")]
    if unknown:
        raise ConfigurationError(
            f'{setting} names "{unknown[0]}", which there is not.',
            hint=f"There is: {', '.join(known)}, all.",
        )
