"""Connection strings: URLs, and the ADO.NET form that SQL Server people have at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sqlcore.domain.connection import DEFAULT_CONNECT_TIMEOUT_S, ConnectionSettings, Secret
from sqlcore.errors import ConfigurationError

__all__ = ["parse_url"]

_SCHEMES = {
    "postgres": "postgresql",
    "postgresql+psycopg": "postgresql",
    "sqlserver": "mssql",
    "mssql+pymssql": "mssql",
}
"""Other spellings that people have, and the scheme that they mean."""

_FORMS = (
    "Write postgresql://user@host:5432/database, mssql://user@host:1433/database, "
    "or Server=host,1433;Database=…;User Id=…."
)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ADO_KEY = re.compile(r"\s*(?P<key>[^=;]+?)\s*=\s*")
_ADO_NAMES = {
    "server": "server",
    "data source": "server",
    "address": "server",
    "addr": "server",
    "network address": "server",
    "database": "database",
    "initial catalog": "database",
    "user id": "user",
    "uid": "user",
    "user": "user",
    "username": "user",
    "password": "password",
    "pwd": "password",
    "connect timeout": "connect_timeout",
    "connection timeout": "connect_timeout",
    "timeout": "connect_timeout",
    "application name": "application_name",
    "app": "application_name",
}
_ADO_IGNORED = {"multipleactiveresultsets", "persist security info", "pooling", "max pool size"}
"""Keys that concern another driver's own workings."""


def parse_url(text: str) -> ConnectionSettings:
    """Read a connection string. Its text is never part of an error, for it may hold a password.

    Raises:
        ConfigurationError: It is malformed.
    """
    text = text.strip()
    if not text:
        raise ConfigurationError("The connection URL is empty.", hint=_FORMS)
    if _SCHEME.match(text):
        return _from_url(text)
    if "=" in text:
        return _from_ado(text)
    raise ConfigurationError("The connection URL has no scheme.", hint=_FORMS)


def _from_url(text: str) -> ConnectionSettings:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ConfigurationError(
            "The connection URL has a host or port that cannot be read.",
            hint="The port is a number from 1 to 65535; in a user or password write @ as %40, "
            ": as %3A, / as %2F, # as %23 and % as %25.",
        ) from None
    if url.fragment or "#" in text:
        raise ConfigurationError(
            "The connection URL has a # in it.", hint="In a password write # as %23."
        )
    options = _options(url)
    path = unquote(url.path.removeprefix("/"))
    if "/" in path:
        raise ConfigurationError(
            "The connection URL has more than one part behind the host.",
            hint="Only the database stands there; write a / in its name as %2F is not possible, "
            "so use the option database=NAME.",
        )
    scheme = url.scheme.lower()
    connect_timeout = options.pop("connect_timeout", None)
    return ConnectionSettings(
        scheme=_SCHEMES.get(scheme, scheme),
        host=options.pop("host", None) or _unquoted(url.hostname),
        port=port,
        user=_unquoted(url.username),
        password=Secret(unquote(url.password)) if url.password else None,
        database=options.pop("database", None) or path or None,
        application_name=options.pop("application_name", "sqlcore"),
        options=options,
        connect_timeout_s=_timeout(connect_timeout),
    )


def _unquoted(part: str | None) -> str | None:
    return unquote(part) if part else None


def _options(url: SplitResult) -> dict[str, str]:
    try:
        pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    except ValueError:
        raise ConfigurationError(
            "The options of the connection URL cannot be read.",
            hint="Write them as ?name=value&name=value.",
        ) from None
    return {name.lower(): value for name, value in pairs}


def _timeout(seconds: str | None) -> float:
    if seconds is None:
        return DEFAULT_CONNECT_TIMEOUT_S
    try:
        value = float(seconds)
    except ValueError:
        value = 0.0
    if not 0 < value < 3600:  # noqa: PLR2004  # an hour is more than anybody waits
        raise ConfigurationError("connect_timeout must be a number of seconds above 0.")
    return value


def _from_ado(text: str) -> ConnectionSettings:
    values: dict[str, str] = {}
    options: dict[str, str] = {}
    for key, value in _ado_pairs(text):
        name = _ADO_NAMES.get(key)
        if name is not None:
            values[name] = value
        elif key not in _ADO_IGNORED:
            options[key.replace(" ", "")] = value
    if "server" not in values:
        raise ConfigurationError("The connection string names no Server.", hint=_FORMS)
    host, port = _ado_server(values["server"])
    return ConnectionSettings(
        scheme="mssql",
        host=host,
        port=port,
        user=values.get("user"),
        password=Secret(values["password"]) if values.get("password") else None,
        database=values.get("database") or None,
        application_name=values.get("application_name", "sqlcore"),
        options=options,
        connect_timeout_s=_timeout(values.get("connect_timeout")),
    )


def _ado_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield keys in lower case with their values; a value may stand in quotes or braces."""
    at = 0
    while at < len(text):
        if text[at] == ";" or text[at].isspace():
            at += 1
            continue
        match = _ADO_KEY.match(text, at)
        if match is None:
            raise ConfigurationError(
                "The connection string has a part without a key and a value.",
                hint="Write it as Key=Value;Key=Value; a value with a ; stands in double quotes.",
            )
        value, at = _ado_value(text, match.end())
        yield " ".join(match["key"].lower().split()), value


def _ado_value(text: str, at: int) -> tuple[str, int]:
    closing = {'"': '"', "'": "'", "{": "}"}.get(text[at : at + 1])
    if closing is None:
        end = text.find(";", at)
        end = len(text) if end < 0 else end
        return text[at:end].strip(), end + 1
    pieces: list[str] = []
    at += 1
    while True:
        end = text.find(closing, at)
        if end < 0:
            raise ConfigurationError("The connection string has a quote that is not closed.")
        pieces.append(text[at:end])
        at = end + 1
        if text[at : at + 1] != closing:
            return closing.join(pieces), at
        at += 1


def _ado_server(server: str) -> tuple[str, int | None]:
    r"""Split `tcp:host\instance,port`."""
    host = server.split(":", 1)[1] if server.lower().startswith(("tcp:", "np:")) else server
    host, comma, port = host.partition(",")
    if not comma:
        return host.strip(), None
    if not port.strip().isdigit():
        raise ConfigurationError(
            "The Server of the connection string has a port that is not a number.",
            hint="Write Server=host,1433.",
        )
    return host.strip(), int(port)
