"""Options of a connection: the query part of a URL, or the rest of an ADO.NET string."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import attrs

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConfigurationError
from sqlcore.services.naming import nearest

__all__ = ["DriverOptions", "read_options"]

_T = TypeVar("_T")

_ENCRYPTION = {
    # ADO.NET: Optional encrypts the login alone, if the server can; Mandatory everything.
    **dict.fromkeys(("false", "no", "0", "optional", "request", "default"), "request"),
    **dict.fromkeys(("true", "yes", "1", "mandatory", "require", "required"), "require"),
    "off": "off",
}
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "1", "sspi"), True),
    **dict.fromkeys(("false", "no", "0"), False),
}
_INTENTS = {"readonly": True, "readwrite": False}
_TDS_VERSIONS = ("7.3", "7.4")
_ALIASES = {
    "encryption": "encrypt",
    "readonly": "applicationintent",
    "appname": "applicationname",
    "app": "applicationname",
    "logintimeout": "connecttimeout",
    "connectiontimeout": "connecttimeout",
    "timeout": "connecttimeout",
    "trustedconnection": "integratedsecurity",
    "mars": "multipleactiveresultsets",
}
# Taken because connection strings carry them; the driver has nothing to do for them.
_WITHOUT_EFFECT = frozenset(
    ("multisubnetfailover", "multipleactiveresultsets", "persistsecurityinfo", "pooling")
)
_KNOWN = (
    "encrypt",
    "trustservercertificate",
    "applicationintent",
    "applicationname",
    "connecttimeout",
    "integratedsecurity",
    "tdsversion",
    "charset",
)


@attrs.frozen(kw_only=True)
class DriverOptions:
    """What the driver is told beside server, login and database.

    Attributes:
        encryption: `off`, `request` or `require`; None leaves it to FreeTDS, which requests it
            for the login.
        checks_certificate: Whether the caller asked for the server's certificate to be checked.
        read_only_intent: Routes to a readable secondary; forbids nothing.
    """

    encryption: str | None = None
    checks_certificate: bool = False
    read_only_intent: bool = False
    application_name: str = "sqlcore"
    connect_timeout_s: float = 10.0
    integrated_security: bool = False
    tds_version: str = "7.4"


def read_options(settings: ConnectionSettings) -> DriverOptions:
    """Check the options of a connection.

    Names are compared without regard to case, spaces and underscores.

    Raises:
        ConfigurationError: An option is unknown or its value is.
    """
    given: dict[str, str] = {}
    for name, value in settings.options.items():
        key = name.lower().replace("_", "").replace(" ", "").replace("-", "")
        key = _ALIASES.get(key, key)
        if key not in _KNOWN and key not in _WITHOUT_EFFECT:
            raise _unknown(name)
        given[key] = value.strip()
    if given.get("charset", "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8"):
        raise _bad("charset", "UTF-8 alone can carry every character")
    return DriverOptions(
        encryption=_choice(given, "encrypt", _ENCRYPTION),
        checks_certificate=_choice(given, "trustservercertificate", _BOOLEANS) is False,
        read_only_intent=bool(_choice(given, "applicationintent", _INTENTS | _BOOLEANS)),
        application_name=given.get("applicationname") or settings.application_name,
        connect_timeout_s=_seconds(given, settings.connect_timeout_s),
        integrated_security=bool(_choice(given, "integratedsecurity", _BOOLEANS)),
        tds_version=_choice(given, "tdsversion", {v: v for v in _TDS_VERSIONS}) or "7.4",
    )


def _unknown(name: str) -> ConfigurationError:
    close = nearest(name.replace("_", ""), _KNOWN)
    guess = f"Did you mean {close[0]!r}? " if close else ""
    return ConfigurationError(
        f"The connection option {name!r} is unknown.",
        hint=f"{guess}Known options are {', '.join(_KNOWN)}.",
        parameter=name,
    )


def _choice(given: Mapping[str, str], name: str, values: Mapping[str, _T]) -> _T | None:
    value = given.get(name)
    if value is None or not value:
        return None
    if name == "encrypt" and value.lower() == "strict":
        raise _bad(name, "the driver does not speak TDS 8.0 (strict)")
    if value.lower() not in values:
        raise _bad(name, f"it is {value!r} and can be {', '.join(values)}")
    return values[value.lower()]


def _bad(name: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The connection option {name!r} cannot be used: {why}.", parameter=name
    )


def _seconds(given: Mapping[str, str], otherwise: float) -> float:
    text = given.get("connecttimeout")
    if not text:
        return otherwise
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:  # noqa: PLR2004 an hour
        raise _bad("connecttimeout", f"it is {text!r} and must be seconds above 0")
    return seconds
