"""Settings: from a TOML file, the environment and the command line, in that order of strength.

    access = "read"

    [sources.shop]
    url = "postgresql://reader@db.example/shop"
    password_env = "SHOP_PASSWORD"

    [profiles.staging]
    access = "write"

The file is the one named (`--config`, `SQLCORE_CONFIG`), or `config.toml` in the user's
configuration folder for `sqlcore`, where that exists. A profile (`--profile`, `SQLCORE_PROFILE`)
lies over the rest of the file; a source in it takes the place of the source of that name. Every
key is also an environment variable: `max_rows` is `SQLCORE_MAX_ROWS`. A variable that is set to
nothing counts as not set, for hosts pass on what their user left empty.

`--url` or `SQLCORE_URL` takes the place of all sources; `DATABASE_URL` counts where there are
none. `SQLCORE_PASSWORD` belongs to those URLs. A password that is given beside a URL is stronger
than the one in it.

A key that is not known is an error, in a file and in the environment alike.
"""

from __future__ import annotations

import enum
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret
from sqlcore.domain.urls import parse_url
from sqlcore.errors import ConfigurationError
from sqlcore.services.auditing import NO_AUDIT, Audit
from sqlcore.services.limits import Limits, SessionLimits
from sqlcore.services.naming import nearest
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.services.turns import Turns

__all__ = [
    "Settings",
    "SourceSettings",
    "chosen_secret",
    "integer",
    "load_settings",
    "positive",
    "seconds",
    "secret",
    "switch",
    "text_or_none",
    "words",
]

DEFAULT_SOURCE = "default"
_LEFT_BY_SESSIONS = 2
"""Connections of a pool that background sessions leave for other calls."""
_PREFIX = "SQLCORE_"
_OTHER_VARIABLES = frozenset({"url", "config", "profile", "password", "data_dir", "record_tds"})
"""Variables that are not keys of the settings: they say where settings are, or belong to parts
that have no settings file."""


class _OutOfRangeError(ValueError):
    """A value of the right type that is not possible; the text says what it must be."""


def integer(value: Any) -> int:
    """Read a whole number, or its digits."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("a whole number")
    try:
        return int(value)
    except ValueError:
        raise TypeError("a whole number") from None


def seconds(value: Any) -> float:
    """Read a number of seconds that ends."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("a number of seconds")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise TypeError("a number of seconds") from None
    if not math.isfinite(number):  # every wait ends
        raise TypeError("a number of seconds, and not endless")
    return number


def text_or_none(value: Any) -> str | None:
    """Read a text; an empty one counts as none."""
    if value is not None and not isinstance(value, str):
        raise TypeError("a text")
    return value or None


def secret(value: Any) -> Secret | None:
    """Read a text that is not to be shown."""
    if isinstance(value, Secret):
        return value
    text = text_or_none(value)
    return None if text is None else Secret(text)


def _url(value: Any) -> Secret:
    url = secret(value)
    if url is None:
        raise TypeError("a text")
    return url


def _access(value: Any) -> Access:
    return value if isinstance(value, Access) else Access(str(value).lower())


def _number(value: Any) -> float:
    try:
        return seconds(value)
    except TypeError:
        raise TypeError("a number") from None


def _privilege_check(value: Any) -> PrivilegeCheck:
    return value if isinstance(value, PrivilegeCheck) else PrivilegeCheck(str(value).lower())


def words(value: Any) -> tuple[str, ...]:
    """Read a list, or words with commas between them."""
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise TypeError("a list of words")


def _mask(value: Any) -> tuple[str, ...]:
    rules = words(value)
    if rules:
        from sqlcore.services.masking import parse_rules  # noqa: PLC0415  # the guard is heavy

        parse_rules(rules)
    return rules


def _allow_procedures(value: Any) -> tuple[str, ...]:
    rules = words(value)
    if rules:
        from sqlcore.services.calling.permitting import check_rules  # noqa: PLC0415  # heavy

        check_rules(rules)
    return rules


def switch(value: Any) -> bool:
    """Read true or false, or a word for it."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    if word in ("0", "false", "no", "off", ""):
        return False
    raise TypeError("true or false")


def _not_negative(_: Any, attribute: Any, value: float) -> None:
    if value < 0:
        raise _OutOfRangeError(f"{attribute.name} must not be below 0")


def positive(_: Any, attribute: Any, value: float) -> None:
    """Check that a setting is above 0."""
    if not value > 0:
        raise _OutOfRangeError(f"{attribute.name} must be above 0")


@attrs.frozen(kw_only=True)
class SourceSettings:
    """One database server that can be reached.

    Attributes:
        url: `postgresql://user@host:port/database?option=value`, `mssql://…`, or an ADO.NET-style
            string. Without a database it is used in server mode.
        password_env: The environment variable that holds the password.
        password_file: The file whose first line is the password.
    """

    url: Secret = attrs.field(converter=_url)
    password: Secret | None = attrs.field(default=None, converter=secret)
    password_env: str | None = attrs.field(default=None, converter=text_or_none)
    password_file: str | None = attrs.field(default=None, converter=text_or_none)
    pool_size: int = attrs.field(default=16, converter=integer, validator=positive)

    def connection_settings(self, environ: Mapping[str, str]) -> ConnectionSettings:
        """Read the URL and find the password.

        Raises:
            ConfigurationError: The URL is malformed, or the password is not where it should be.
        """
        settings = parse_url(self.url.reveal())
        password = self._password(environ) or settings.password
        pool = PoolSettings(max_size=self.pool_size)
        return attrs.evolve(settings, password=password, pool=pool)

    def _password(self, environ: Mapping[str, str]) -> Secret | None:
        return chosen_secret(
            self.password, self.password_env, self.password_file, environ, "password"
        )


def chosen_secret(
    said: Secret | None,
    variable: str | None,
    file: str | None,
    environ: Mapping[str, str],
    what: str,
) -> Secret | None:
    """Find a secret where the settings say it is: there, in a variable or in a file.

    Args:
        said: The secret itself, which comes first.
        variable: The environment variable that holds it.
        file: The file whose first line it is.
        environ: The environment.
        what: What it is, for errors: `password`.

    Raises:
        ConfigurationError: It is not where it should be.
    """
    if said is not None:
        return said
    if variable is not None:
        if not environ.get(variable):
            raise ConfigurationError(
                f"The environment variable {variable} is not set; it should hold the {what}."
            )
        return Secret(environ[variable])
    return None if file is None else _secret_in(Path(file), what)


def _secret_in(path: Path, what: str) -> Secret:
    """Read a secret from the first line of a file.

    Args:
        path: The file; `~` stands for the user's folder.
        what: What it holds, for errors: `password`.

    Raises:
        ConfigurationError: It cannot be read, or the line is empty.
    """
    try:
        text = path.expanduser().read_text(encoding="utf-8-sig")
    except (OSError, RuntimeError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"The {what} file {path} cannot be read.") from exc
    line = text.split("\n", 1)[0].rstrip("\r")
    if not line:
        raise ConfigurationError(
            f"The {what} file {path} has an empty first line; it should hold the {what}."
        )
    return Secret(line)


@attrs.frozen(kw_only=True)
class Settings:
    """What the library needs to know; the server adds its own (`sqlcore_mcp.settings`)."""

    sources: Mapping[str, SourceSettings] = attrs.field(factory=dict)
    access: Access = attrs.field(default=Access.METADATA, converter=_access)
    max_rows: int = attrs.field(default=1000, converter=integer, validator=positive)
    max_rows_ceiling: int = attrs.field(default=100_000, converter=integer, validator=positive)
    max_result_bytes: int = attrs.field(default=2**26, converter=integer, validator=positive)
    timeout_seconds: float = attrs.field(default=30.0, converter=seconds, validator=positive)
    max_timeout_seconds: float = attrs.field(default=600.0, converter=seconds, validator=positive)
    max_statement_chars: int = attrs.field(default=2**18, converter=integer, validator=positive)
    max_databases: int = attrs.field(default=16, converter=integer, validator=positive)
    """The most databases of one server that are kept open at once, in server mode."""
    lock_timeout_seconds: float = attrs.field(default=10.0, converter=seconds, validator=positive)
    max_concurrent_statements: int = attrs.field(default=32, converter=integer, validator=positive)
    """The most statements that one caller runs at once; others wait."""
    max_plan_cost: float = attrs.field(default=0.0, converter=_number, validator=_not_negative)
    """The highest cost that the planner may estimate, in the server's unit; 0 asks no planner."""
    allow_functions: tuple[str, ...] = attrs.field(default=(), converter=words)
    allow_procedures: tuple[str, ...] = attrs.field(default=(), converter=_allow_procedures)
    mask: tuple[str, ...] = attrs.field(default=(), converter=_mask)
    privilege_check: PrivilegeCheck = attrs.field(
        default=PrivilegeCheck.WARN, converter=_privilege_check
    )
    audit_log: str | None = attrs.field(default=None, converter=text_or_none)
    audit_required: bool = attrs.field(default=False, converter=switch)
    audit_max_bytes: int = attrs.field(default=10 * 2**20, converter=integer, validator=positive)
    audit_backups: int = attrs.field(default=5, converter=integer, validator=positive)
    max_concurrent_sessions: int = attrs.field(default=10, converter=integer, validator=positive)
    max_queued_sessions: int = attrs.field(default=100, converter=integer, validator=_not_negative)
    session_timeout_seconds: float = attrs.field(
        default=3600.0, converter=seconds, validator=positive
    )
    session_retention_seconds: float = attrs.field(
        default=900.0, converter=seconds, validator=positive
    )
    session_cleanup_seconds: float = attrs.field(
        default=30.0, converter=seconds, validator=positive
    )
    session_max_rows: int = attrs.field(default=50_000_000, converter=integer, validator=positive)
    session_max_bytes: int = attrs.field(default=2 * 2**30, converter=integer, validator=positive)
    sessions_max_bytes: int = attrs.field(default=8 * 2**30, converter=integer, validator=positive)
    """The most bytes on disk of all sessions together."""
    sessions_folder: str | None = attrs.field(default=None, converter=text_or_none)

    @property
    def session_limits(self) -> SessionLimits:
        """The bounds for background sessions.

        No more run than the smallest pool has connections, but for some that are left for others:
        one that runs and gets no connection fails, and one that waits does not.
        """
        pool_size = min((source.pool_size for source in self.sources.values()), default=None)
        most = self.max_concurrent_sessions
        if pool_size is not None:
            most = max(1, min(most, pool_size - _LEFT_BY_SESSIONS))
        return SessionLimits(
            max_running=most,
            max_queued=self.max_queued_sessions,
            timeout_s=self.session_timeout_seconds,
            retention_s=self.session_retention_seconds,
            cleanup_s=self.session_cleanup_seconds,
            max_rows=self.session_max_rows,
            max_bytes=self.session_max_bytes,
            max_total_bytes=self.sessions_max_bytes,
            folder=self.sessions_folder,
        )

    @property
    def limits(self) -> Limits:
        """The bounds for statements."""
        return Limits(
            max_rows=self.max_rows,
            max_rows_ceiling=self.max_rows_ceiling,
            max_result_bytes=self.max_result_bytes,
            timeout_s=self.timeout_seconds,
            max_timeout_s=self.max_timeout_seconds,
            max_statement_chars=self.max_statement_chars,
            lock_timeout_s=self.lock_timeout_seconds,
            max_plan_cost=self.max_plan_cost or None,
        )

    def policy(self, audit: Audit = NO_AUDIT) -> Policy:
        """Make the policy: what may be done, and where it is noted."""
        return Policy(
            access=self.access,
            limits=self.limits,
            allow_functions=frozenset(name.lower() for name in self.allow_functions),
            allow_procedures=frozenset(self.allow_procedures),
            mask=self.mask,
            privilege_check=self.privilege_check,
            audit=audit,
            turns=Turns(most=self.max_concurrent_statements),
        )


_S = TypeVar("_S", bound=Settings)


def load_settings(
    cls: type[_S],
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, Any] | None = None,
    config_path: Path | None = None,
    profile: str | None = None,
) -> _S:
    """Read settings from all places.

    Args:
        cls: `Settings`, or a class that extends it.
        environ: The environment.
        overrides: What the command line says, by key; `url` is one of the keys. None values
            count as not said.
        config_path: The file, where the command line names one.
        profile: The profile, where the command line names one.

    Raises:
        ConfigurationError: A file, a key or a value cannot be used; the error says which.
    """
    known = [field.name for field in attrs.fields(cls)]
    environ = {name: value for name, value in environ.items() if value}
    path, must_exist = _config_path(config_path, environ)
    values = _from_file(
        path, profile or environ.get("SQLCORE_PROFILE"), known, must_exist=must_exist
    )
    values.update(_from_environment(environ, known))
    said = {key: value for key, value in (overrides or {}).items() if value is not None}
    url = said.pop("url", None) or environ.get("SQLCORE_URL")
    if not url and not values.get("sources"):
        url = environ.get("DATABASE_URL")
    if url:
        password = environ.get("SQLCORE_PASSWORD")
        values["sources"] = {DEFAULT_SOURCE: {"url": url, "password": password}}
    _refuse_unknown(said, [*known, "url"], "on the command line")
    values.update(said)
    values["sources"] = _sources(values.get("sources", {}))
    return _build(cls, values)


def _config_path(path: Path | None, environ: Mapping[str, str]) -> tuple[Path | None, bool]:
    if path is not None:
        return path.expanduser(), True
    if environ.get("SQLCORE_CONFIG"):
        return Path(environ["SQLCORE_CONFIG"]).expanduser(), True
    import platformdirs  # noqa: PLC0415  # only where no file is named

    return platformdirs.user_config_path("sqlcore") / "config.toml", False


def _from_file(
    path: Path | None, profile: str | None, known: list[str], *, must_exist: bool
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if path is not None and (must_exist or path.is_file()):
        values = _read_toml(path)
    profiles = _table(values.pop("profiles", {}), "profiles")
    _refuse_unknown(values, [*known, "profiles"], f"in {path}")
    for name, over in profiles.items():
        _refuse_unknown(_table(over, f"profiles.{name}"), known, f"in profile {name} of {path}")
    if profile is None:
        return values
    if profile not in profiles:
        close = nearest(profile, profiles) or sorted(profiles)
        raise ConfigurationError(
            f'There is no profile "{profile}" in {path}.',
            hint=f"There is: {', '.join(close)}." if close else "The file has no [profiles.NAME].",
        )
    chosen = profiles[profile]
    sources = {**_table(values.get("sources", {}), "sources")}
    sources.update(_table(chosen.get("sources", {}), f"profiles.{profile}.sources"))
    return {**values, **chosen, "sources": sources}


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name} must be a table of the settings file: [{name}].")
    return value


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as exc:
        raise ConfigurationError(f"The settings file {path} does not exist.") from exc
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ConfigurationError(f"The settings file {path} cannot be read: {exc}.") from exc


def _from_environment(environ: Mapping[str, str], known: list[str]) -> dict[str, Any]:
    values = {
        name.removeprefix(_PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(_PREFIX) and not name.startswith("SQLCORE_TEST_")
    }
    values = {key: value for key, value in values.items() if key not in _OTHER_VARIABLES}
    if "sources" in values:
        raise ConfigurationError("SQLCORE_SOURCES is not read; name one source with SQLCORE_URL.")
    for key in values:
        if key not in known:
            readable = [*known, *sorted(_OTHER_VARIABLES)]
            close = [f"{_PREFIX}{name.upper()}" for name in nearest(key, readable)]
            raise ConfigurationError(
                f"The environment variable {_PREFIX}{key.upper()} is not known.",
                hint=f"Did you mean {' or '.join(close)}?" if close else "Unset it.",
            )
    return values


def _refuse_unknown(values: Mapping[str, Any], known: list[str], where: str) -> None:
    for key in values:
        if key not in known:
            close = nearest(key, known)
            raise ConfigurationError(
                f'The key "{key}" {where} is not known.',
                hint=f"Did you mean {' or '.join(close)}?"
                if close
                else f"Known keys: {', '.join(sorted(known))}.",
            )


def _sources(sources: Any) -> dict[str, SourceSettings]:
    if not isinstance(sources, Mapping):
        raise ConfigurationError("sources must be tables: [sources.NAME] with a url in each.")
    known = [field.name for field in attrs.fields(SourceSettings)]
    built: dict[str, SourceSettings] = {}
    for name, values in sources.items():
        if isinstance(values, SourceSettings):
            built[name] = values
            continue
        _refuse_unknown(_table(values, f"sources.{name}"), known, f"in source {name}")
        if not values.get("url"):
            raise ConfigurationError(f'The source "{name}" has no url.')
        built[name] = _build(SourceSettings, dict(values), f' of source "{name}"')
    return built


_T = TypeVar("_T")


def _build(cls: type[_T], values: dict[str, Any], of: str = "") -> _T:
    """Make an object; a value that does not fit is named, and not shown, for it may be secret."""
    try:
        return cls(**values)
    except (TypeError, ValueError):
        for key, value in values.items():
            _check_one(cls, key, value, of)
        raise


def _check_one(cls: type[Any], key: str, value: Any, of: str) -> None:
    field: Any = attrs.fields_dict(cls)[key]
    try:
        converted = field.converter(value) if field.converter else value
        if field.validator:
            field.validator(None, field, converted)
    except (TypeError, ValueError) as exc:
        raise ConfigurationError(
            f'The setting "{key}"{of} has a value that cannot be used.',
            hint=_expected(field, exc),
            parameter=key,
        ) from None  # the cause may quote the value


def _expected(field: Any, error: Exception) -> str | None:
    default = field.default
    if isinstance(default, enum.Enum):
        return f"It is one of: {', '.join(str(item.value) for item in type(default))}."
    if isinstance(error, TypeError):
        return f"It must be {error}."
    if isinstance(error, _OutOfRangeError):
        return f"{error}."
    return None if default is attrs.NOTHING else f"It looks like this: {default}."
