"""Extensions and modules: what is there, what is installed, what is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.domain.capability import Capability, Support

__all__ = ["module_features"]

_MOST_NAMES = 40
# Extensions that an analyst or an agent asks for, by the name of the feature.
_EXTENSIONS = {
    "citus": "citus",
    "hypothetical_indexes": "hypopg",
    "pg_trgm": "pg_trgm",
    "postgis": "postgis",
    "timescaledb": "timescaledb",
    "vector": "vector",
}
_WRAPPERS_PLACE = 3
_STATEMENTS_PLACE = 2
_Extensions = Mapping[str, tuple[str, bool]]


def module_features(
    settings: Mapping[str, str] | None,
    extensions: Sequence[tuple[str, str, bool]] | None,
    state: Sequence[Any] | None,
) -> list[Capability]:
    """Tell of extensions, and of modules that are loaded without being one.

    Args:
        settings: By name; a loaded module has some of its own.
        extensions: Name, version, and whether it is installed.
        state: The row of the query `state`.
    """
    known = None if extensions is None else {name: (v, done) for name, v, done in extensions}
    return [
        *_lists(known),
        *(_of_extension(name, word, known) for name, word in _EXTENSIONS.items()),
        _auto_explain(settings),
        _cron(settings, known),
        _statements(settings, known, state),
        _wrappers(state),
    ]


def _lists(known: _Extensions | None) -> list[Capability]:
    if known is None:
        return [
            _not_asked(name, "The extensions")
            for name in ("extensions_available", "extensions_installed")
        ]
    installed = [f"{name} {version}" for name, (version, done) in known.items() if done]
    available = [name for name, (_, done) in known.items() if not done]
    lists = {"extensions_installed": installed, "extensions_available": available}
    return [
        Capability(
            name=name,
            support=Support.SUPPORTED if names else Support.UNSUPPORTED,
            reason=_listed(names) if names else "There are none.",
        )
        for name, names in lists.items()
    ]


def _of_extension(feature: str, name: str, known: _Extensions | None) -> Capability:
    if known is None:
        return _not_asked(feature, "The extensions")
    if name not in known:
        reason = "The server does not have this extension."
        return Capability(name=feature, support=Support.UNSUPPORTED, reason=reason)
    version, is_installed = known[name]
    if is_installed:
        return Capability(
            name=feature, support=Support.SUPPORTED, reason=f"{name} {version} is installed."
        )
    reason = f"The server has it; CREATE EXTENSION {name} would install it in this database."
    return Capability(name=feature, support=Support.UNSUPPORTED, reason=reason)


def _auto_explain(settings: Mapping[str, str] | None) -> Capability:
    if settings is None:
        return _not_asked("auto_explain", "The settings")
    if _has_settings(settings, "auto_explain"):
        return Capability(name="auto_explain", support=Support.SUPPORTED, reason="It is loaded.")
    reason = "The module is not loaded (shared_preload_libraries or session_preload_libraries)."
    return Capability(name="auto_explain", support=Support.UNSUPPORTED, reason=reason)


def _cron(settings: Mapping[str, str] | None, known: _Extensions | None) -> Capability:
    feature = _of_extension("pg_cron", "pg_cron", known)
    database = (settings or {}).get("cron.database_name")
    if feature.support is Support.UNSUPPORTED and database:
        reason = f'It runs, and is used from the database "{database}".'
        return Capability(name="pg_cron", support=Support.UNSUPPORTED, reason=reason)
    return feature


def _statements(
    settings: Mapping[str, str] | None, known: _Extensions | None, state: Sequence[Any] | None
) -> Capability:
    """Tell whether its view can be read: installed here, loaded at start, and permitted."""
    name = "pg_stat_statements"
    feature = _of_extension(name, name, known)
    if feature.support is not Support.SUPPORTED or settings is None or state is None:
        return feature
    if not _has_settings(settings, name):
        reason = "It is installed, and not loaded: shared_preload_libraries lacks it."
        return Capability(name=name, support=Support.UNSUPPORTED, reason=reason)
    if not state[_STATEMENTS_PLACE]:
        reason = "Reading the view needs SELECT on it, and USAGE on its schema."
        return Capability(name=name, support=Support.NOT_PERMITTED, reason=reason)
    reason = "Installed, loaded and readable; statements of others need pg_read_all_stats."
    return Capability(name=name, support=Support.SUPPORTED, reason=reason)


def _wrappers(state: Sequence[Any] | None) -> Capability:
    name = "foreign_data_wrappers"
    if state is None:
        return _not_asked(name, "The wrappers")
    wrappers = state[_WRAPPERS_PLACE]
    return Capability(
        name=name,
        support=Support.SUPPORTED,
        reason=f"Installed: {_listed(wrappers)}." if wrappers else "No wrapper is installed.",
        since="PostgreSQL 9.1",
    )


def _has_settings(settings: Mapping[str, str], module: str) -> bool:
    return any(name.startswith(f"{module}.") for name in settings)


def _not_asked(feature: str, what: str) -> Capability:
    return Capability(
        name=feature, support=Support.UNKNOWN, reason=f"{what} could not be asked for."
    )


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    rest = len(names) - _MOST_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown
