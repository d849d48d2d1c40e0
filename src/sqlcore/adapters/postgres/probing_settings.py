"""Features that a setting of the server turns on or off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.domain.capability import Capability, Support

__all__ = ["SETTINGS", "setting_features"]


@attrs.frozen(kw_only=True)
class _Switch:
    """A feature that a setting decides.

    Attributes:
        works: Tells from the value whether the feature can be used.
        otherwise: What to say where it cannot; {} stands for the value.
        since: The version of PostgreSQL.
    """

    setting: str
    works: Callable[[str], bool]
    otherwise: str
    since: str


_SWITCHES = {
    "async_io": _Switch(
        setting="io_method",
        works=lambda value: value != "sync",
        otherwise="io_method is {}: worker or io_uring turns it on.",
        since="18",
    ),
    "data_checksums": _Switch(
        setting="data_checksums",
        works=("on",).__contains__,
        otherwise="They are off; pg_checksums turns them on while the server is stopped.",
        since="9.3",
    ),
    "io_timing": _Switch(
        setting="track_io_timing",
        works=("on",).__contains__,
        otherwise="track_io_timing is off: plans and statistics have no I/O times.",
        since="9.2",
    ),
    "logical_replication": _Switch(
        setting="wal_level",
        works=lambda value: value == "logical",
        otherwise="wal_level is {}: to publish, it has to be logical.",
        since="10",
    ),
    "parallel_query": _Switch(
        setting="max_parallel_workers_per_gather",
        works=lambda value: value != "0",
        otherwise="max_parallel_workers_per_gather is 0.",
        since="9.6",
    ),
    "query_ids": _Switch(
        setting="compute_query_id",
        works=lambda value: value in {"on", "auto", "regress"},
        otherwise="compute_query_id is {}.",
        since="14",
    ),
    "ssl": _Switch(
        setting="ssl",
        works=("on",).__contains__,
        otherwise="The server takes no encrypted connections: ssl is off.",
        since="7.1",
    ),
}
SETTINGS = (
    *(switch.setting for switch in _SWITCHES.values()),
    "data_directory",
    "jit",
    "listen_addresses",
    "server_version_num",
    "shared_preload_libraries",
    "unix_socket_directories",
)
"""The settings to ask for, beside those of services and modules."""


def setting_features(
    settings: Mapping[str, str] | None, version: int, state: Sequence[Any] | None
) -> list[Capability]:
    """Tell of the features that settings decide, and of what the server was built with."""
    features = [_of_switch(name, switch, settings, version) for name, switch in _SWITCHES.items()]
    return [*features, _jit(settings), _icu(state)]


def _of_switch(
    name: str, switch: _Switch, settings: Mapping[str, str] | None, version: int
) -> Capability:
    since = f"PostgreSQL {switch.since}"
    value = (settings or {}).get(switch.setting)
    if value is not None:
        if switch.works(value):
            support, reason = Support.SUPPORTED, f"{switch.setting} is {value}."
        else:
            support, reason = Support.UNSUPPORTED, switch.otherwise.format(value)
    elif settings is not None and version < float(switch.since):
        support, reason = Support.UNSUPPORTED, f"{since} brings it."
    else:
        support, reason = Support.UNKNOWN, f"The server does not show the setting {switch.setting}."
    return Capability(name=name, support=support, reason=reason, since=since)


def _jit(settings: Mapping[str, str] | None) -> Capability:
    """Tell whether it is on; to ask for the library itself would load it."""
    value = (settings or {}).get("jit")
    if value is None:
        support, reason = Support.UNKNOWN, "The server does not show the setting jit."
    elif value == "on":
        support, reason = Support.SUPPORTED, "jit is on, for servers with the library llvmjit."
    else:
        support, reason = Support.UNSUPPORTED, "jit is off."
    return Capability(name="jit", support=support, reason=reason, since="PostgreSQL 11")


def _icu(state: Sequence[Any] | None) -> Capability:
    reason: str | None
    if state is None:
        support, reason = Support.UNKNOWN, "The collations could not be asked for."
    elif state[1]:
        support, reason = Support.SUPPORTED, None
    else:
        support, reason = Support.UNSUPPORTED, "The server has no collations of ICU."
    return Capability(name="icu_collations", support=support, reason=reason, since="PostgreSQL 10")
