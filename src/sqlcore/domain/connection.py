"""What is needed to reach a server."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

__all__ = ["ConnectionSettings", "PoolSettings", "Secret"]

DEFAULT_CONNECT_TIMEOUT_S = 10.0


def _read_only(options: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(options))


def _only_names(options: Mapping[str, str]) -> str:
    """Show which options there are, for their values may be secret (`sslpassword`)."""
    return f"<{', '.join(options)}>"


@attrs.frozen(repr=False, eq=True)
class Secret:
    """A value that shows itself only when asked: `repr` and `str` hide it."""

    _value: str

    def reveal(self) -> str:
        """Return the value, for the call that needs it and for nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__


@attrs.frozen(kw_only=True)
class PoolSettings:
    """Bounds of a pool of physical connections to one database.

    Attributes:
        max_size: The most connections at once.
        acquire_timeout_s: How long a caller waits for a free one.
        idle_timeout_s: An idle connection is closed after this many seconds.
    """

    max_size: int = attrs.field(default=16, validator=attrs.validators.ge(1))
    acquire_timeout_s: float = attrs.field(default=10.0, validator=attrs.validators.gt(0.0))
    idle_timeout_s: float = attrs.field(default=300.0, validator=attrs.validators.gt(0.0))


@attrs.frozen(kw_only=True)
class ConnectionSettings:
    """A server, a login and a database.

    Attributes:
        scheme: The name of the connector: `postgresql`, `mssql`, `memory`.
        host: A name, an address, or the folder of a Unix socket; None is the driver's default.
        database: None leaves it to the login's default.
        connect_timeout_s: How long one attempt to connect may take.
        options: What is left of the URL's query part; the adapter knows which it takes and
            refuses the others.
    """

    scheme: str
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: Secret | None = None
    database: str | None = None
    connect_timeout_s: float = attrs.field(
        default=DEFAULT_CONNECT_TIMEOUT_S, validator=attrs.validators.gt(0.0)
    )
    application_name: str = "sqlcore"
    options: Mapping[str, str] = attrs.field(factory=dict, converter=_read_only, repr=_only_names)
    pool: PoolSettings = attrs.field(factory=PoolSettings)

    @property
    def address(self) -> str:
        """Where it is, without the login: `db.example:5432/shop`. Safe to show."""
        host = self.host or "localhost"
        port = "" if self.port is None else f":{self.port}"
        return f"{host}{port}/{self.database or ''}"
