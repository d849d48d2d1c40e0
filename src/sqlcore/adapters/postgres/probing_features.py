"""The features of a PostgreSQL server, from what the probe found.

What the server itself shows comes first: its keywords, functions and settings. Only where nothing
shows does the version decide, and that for PostgreSQL alone, not for its relatives.
Source of the versions: the release notes of PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.probing_modules import module_features
from sqlcore.adapters.postgres.probing_settings import setting_features
from sqlcore.domain.capability import Capability, Support

__all__ = ["WORDS", "Facts", "features_of"]

# A keyword, function or access method that is there with the feature, and the version.
_BY_WORD = {
    "any_value": ("any_value", 16),
    "brin_indexes": ("brin", 9),
    "date_bin": ("date_bin", 14),
    "full_text_search": ("to_tsvector", 9),
    "json_constructors": ("json_array", 16),
    "json_path": ("jsonb_path_query", 12),
    "json_table": ("json_table", 17),
    "jsonb": ("jsonb_set", 9),
    "large_objects": ("lo_get", 9),
    "merge": ("merge", 15),
    "merge_returning": ("merge_action", 17),
    "multirange_types": ("multirange", 14),
    "regexp_functions": ("regexp_substr", 15),
    "sql_json_query_functions": ("json_value", 17),
    "uuidv7": ("uuidv7", 18),
    "virtual_generated_columns": ("virtual", 18),
}
WORDS = tuple(word for word, _ in _BY_WORD.values())
"""What to look for among keywords and functions."""
_BY_VERSION = {
    "covering_indexes": 11,
    "cte_search_and_cycle": 14,
    "generated_columns": 12,
    "hash_partitioning": 11,
    "identity_columns": 10,
    "materialized_views": 9,
    "nulls_not_distinct": 15,
    "partitioning": 10,
    "returning_old_and_new": 18,
    "row_level_security": 9,
    "stored_procedures": 11,
    "temporal_constraints": 18,
    "upsert": 9,
}
_MINOR = {"brin_indexes": "9.5", "full_text_search": "8.3", "jsonb": "9.4"}
_MINOR |= {"large_objects": "7.1", "materialized_views": "9.3"}
_MINOR |= {"row_level_security": "9.5", "upsert": "9.5"}
_MEANINGS = {
    "covering_indexes": "INCLUDE",
    "generated_columns": "STORED",
    "upsert": "INSERT … ON CONFLICT",
}
"""How it is written, where the name does not say it."""


@attrs.frozen(kw_only=True)
class Facts:
    """What the probe found; None where a part could not be asked.

    Attributes:
        version: The number that counts: 18.
        trusts_version: Whether the version says what there is; a relative's does not.
        words: Keywords, functions and access methods that were looked for.
        settings: Settings that the login may see, by name.
        extensions: Name, version, and whether it is installed.
        state: The row of the query `state`.
        is_superuser: Whether the login is one; None where unknown.
    """

    version: int
    trusts_version: bool
    words: frozenset[str] | None
    settings: Mapping[str, str] | None
    extensions: Sequence[tuple[str, str, bool]] | None
    state: Sequence[Any] | None
    is_superuser: bool | None


def features_of(facts: Facts) -> tuple[Capability, ...]:
    """Tell for each feature whether it can be used, sorted by name."""
    features = [
        *_by_word(facts),
        *(_by_version(facts, name, since) for name, since in _BY_VERSION.items()),
        *_by_state(facts),
        *setting_features(facts.settings, facts.version, facts.state),
        *module_features(facts.settings, facts.extensions, facts.state),
        Capability(name="read_only_transactions", support=Support.SUPPORTED),
    ]
    return tuple(sorted(features, key=lambda feature: feature.name))


def _by_word(facts: Facts) -> Iterable[Capability]:
    for name, (word, since) in _BY_WORD.items():
        if facts.words is None:
            yield _by_version(facts, name, since)
        elif word in facts.words:
            yield Capability(name=name, support=Support.SUPPORTED, since=_since(name, since))
        else:
            yield _lacking(name, since)


def _by_version(facts: Facts, name: str, since: int) -> Capability:
    if not facts.trusts_version:
        reason = "Only PostgreSQL's own version says whether it is there, and this is a relative."
        return Capability(
            name=name, support=Support.UNKNOWN, reason=reason, since=_since(name, since)
        )
    if facts.version < since:
        return _lacking(name, since)
    return Capability(
        name=name,
        support=Support.SUPPORTED,
        reason=_MEANINGS.get(name),
        since=_since(name, since),
    )


def _lacking(name: str, since: int) -> Capability:
    version = _since(name, since)
    return Capability(
        name=name, support=Support.UNSUPPORTED, reason=f"{version} brings it.", since=version
    )


def _since(name: str, version: int) -> str:
    return f"PostgreSQL {_MINOR.get(name, version)}"


def _by_state(facts: Facts) -> Iterable[Capability]:
    """Tell of what depends on whether the server is a standby, and on who asks."""
    is_standby = None if facts.state is None else bool(facts.state[0])
    reason: str | None
    for name in ("listen_notify", "writes"):
        if is_standby is None:
            reason = "Whether the server is a standby could not be asked."
            yield Capability(name=name, support=Support.UNKNOWN, reason=reason)
        elif is_standby:
            reason = "The server is a read-only standby (pg_is_in_recovery)."
            yield Capability(name=name, support=Support.UNSUPPORTED, reason=reason)
        else:
            reason = "It is a primary server." if name == "writes" else None
            yield Capability(name=name, support=Support.SUPPORTED, reason=reason)
    if facts.is_superuser is None:
        support, reason = Support.UNKNOWN, "Whether the login is a superuser could not be asked."
    elif facts.is_superuser:
        support, reason = Support.SUPPORTED, None
    else:
        support, reason = Support.NOT_PERMITTED, "Creating one needs a superuser."
    yield Capability(name="event_triggers", support=support, reason=reason, since="PostgreSQL 9.3")
