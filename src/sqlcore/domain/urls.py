"""Connection strings: URLs, and the ADO.NET form that SQL Server people have at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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
_ADO_IGNORED = {
    "driver",
    "max pool size",
    "min pool size",
    "multipleactiveresultsets",
    "persist security info",
    "pooling",
}
"""Keys that concern another driver's own workings."""
_LOCAL_NAMES = {".", "(local)"}
"""What SQL Server people write for their own machine."""
_HIGHEST_PORT = 65535
_ENCODING_HINT = (
    "The port is a number from 1 to 65535; in a user, password or database write @ as %40, "
    ": as %3A, / as %2F, # as %23 and % as %25."
)


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
    if "#" in text:
        raise ConfigurationError(
            "The connection URL has a # in it.", hint="In a password write # as %23."
        )
    try:
        url = urlsplit(text)
        options = _options(url.query)
        port = options.pop("port", None) or url.port
        values = {
            "host": options.pop("host", None) or _host(url.netloc),
            "port": None if port is None else _port(str(port)),
            "user": options.pop("user", None) or _unquoted(url.username),
            "password": options.pop("password", None) or _unquoted(url.password),
            "database": options.pop("database", None)
            or options.pop("dbname", None)
            or _database(url.path),
        }
    except ValueError:
        raise ConfigurationError(
            "The connection URL has a host, port or login that cannot be read.",
            hint=_ENCODING_HINT,
        ) from None
    scheme = url.scheme.lower()
    return _settings(_SCHEMES.get(scheme, scheme), values, options)


def _settings(
    scheme: str, values: Mapping[str, Any], options: dict[str, str]
) -> ConnectionSettings:
    connect_timeout = options.pop("connect_timeout", None)
    application_name = options.pop("application_name", None) or "sqlcore"
    return ConnectionSettings(
        scheme=scheme,
        host=values["host"] or None,
        port=values["port"],
        user=values["user"] or None,
        password=Secret(values["password"]) if values["password"] else None,
        database=values["database"] or None,
        application_name=application_name,
        options=options,
        connect_timeout_s=_timeout(connect_timeout),
    )


def _host(netloc: str) -> str | None:
    """Return the host as it is written; `SplitResult.hostname` would fold its case."""
    address = netloc.rpartition("@")[2]
    host = address[1:].partition("]")[0] if address[:1] == "[" else address.partition(":")[0]
    return _unquoted(host)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _HIGHEST_PORT:
        raise ValueError("not a port")
    return int(text)


def _database(path: str) -> str | None:
    database = path.removeprefix("/")
    if "/" in database or "@" in database:  # an @ here is most likely the end of a password
        raise ConfigurationError(
            "The connection URL has more than the database behind the host.", hint=_ENCODING_HINT
        )
    return _unquoted(database)


def _unquoted(part: str | None) -> str | None:
    return unquote(part, errors="strict") if part else None


def _options(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"
        )
    except ValueError:
        raise ConfigurationError(
            "The options of the connection URL cannot be read.",
            hint="Write them as ?name=value&name=value; in a password write ? as %3F.",
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
        raise ConfigurationError(
            "connect_timeout must be a number of seconds above 0 and below 3600."
        )
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
    host, port = _ado_server(values.pop("server", ""))
    for name in ("application_name", "connect_timeout"):
        if name in values:
            options[name] = values.pop(name)
    found = {name: values.get(name) for name in ("user", "password", "database")}
    return _settings("mssql", {"host": host, "port": port, **found}, options)


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
            break
        at += 1
    behind, _, _ = text[at:].partition(";")
    if behind.strip():
        raise ConfigurationError(
            "The connection string has text behind a closing quote.",
            hint="Inside a quoted value write the quote twice.",
        )
    return closing.join(pieces), at + len(behind)


def _ado_server(server: str) -> tuple[str, int | None]:
    r"""Split `tcp:host\instance,port`."""
    host = server.split(":", 1)[1] if server.lower().startswith(("tcp:", "np:")) else server
    host, comma, port = (part.strip() for part in host.partition(","))
    name, backslash, instance = host.partition("\\")
    if not name:
        raise ConfigurationError("The connection string names no Server.", hint=_FORMS)
    name = "localhost" if name.lower() in _LOCAL_NAMES else name
    if not comma:
        return name + backslash + instance, None
    try:
        return name + backslash + instance, _port(port)
    except ValueError:
        raise ConfigurationError(
            "The Server of the connection string has a port that is not a number from 1 to 65535.",
            hint="Write Server=host,1433.",
        ) from None
