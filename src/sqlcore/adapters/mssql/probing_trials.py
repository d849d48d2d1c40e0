"""Features of the language: tried out, so that version and compatibility level need no guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import attrs

from sqlcore.adapters.mssql.literals import text_literal
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.capability import Capability, Support

__all__ = [
    "BABELFISH_NAMES",
    "VERSIONS",
    "Server",
    "trial_features",
    "trial_words",
]

VERSIONS = {2012: 11, 2014: 12, 2016: 13, 2017: 14, 2019: 15, 2022: 16, 2025: 17}
"""The number of each version of SQL Server."""
_NOT_PERMITTED = {229, 230, 262, 297, 300, 371}
"""Errors about permissions. Source: "Database engine events and errors"."""


@attrs.frozen
class _Trial:
    """Attributes: the version that brings it, and the compatibility level that it needs."""

    since: int
    level: int = 0


# Source: the page of each function in "Transact-SQL reference".
_CAUGHT_EVERYWHERE = {
    "approximate_percentile": _Trial(2022),
    "at_time_zone": _Trial(2016),
    "bit_functions": _Trial(2022),
    "concat_ws": _Trial(2017),
    "date_bucket": _Trial(2022),
    "datetrunc": _Trial(2022),
    "generate_series": _Trial(2022, 160),
    "greatest_least": _Trial(2022),
    "json_functions": _Trial(2016),
    "openjson": _Trial(2016, 130),
    "string_agg": _Trial(2017),
    "string_split": _Trial(2016, 130),
    "string_split_ordinal": _Trial(2022, 130),
    "translate": _Trial(2017),
    "trim": _Trial(2017),
    "window_clause": _Trial(2022, 160),
}
# Babelfish 4.3 does not catch what these raise, so they are not tried there.
_NOT_CAUGHT_BY_BABELFISH = {
    "approximate_count_distinct": _Trial(2019),
    "describe_first_result_set": _Trial(2012),
    "fuzzy_string_match": _Trial(2025),
    "is_distinct_from": _Trial(2022),
    "json_aggregates": _Trial(2025),
    "json_constructors": _Trial(2022),
    "json_type": _Trial(2025),
    "product_aggregate": _Trial(2025),
    "regexp_functions": _Trial(2025),
    "vector_type": _Trial(2025),
}
_TRIALS = {**_CAUGHT_EVERYWHERE, **_NOT_CAUGHT_BY_BABELFISH}
BABELFISH_NAMES = {
    "approximate_count_distinct": "approx_count_distinct",
    "describe_first_result_set": "dm_exec_describe_first_result_set",
    "fuzzy_string_match": "edit_distance",
    "json_aggregates": "json_arrayagg",
    "product_aggregate": "product",
    "vector_type": "vector",
}
"""The function or type to look for there instead."""


@attrs.frozen(kw_only=True)
class Server:
    """What decides where nothing was tried.

    Attributes:
        version: The number of the version of SQL Server: 16.
        level: The compatibility level of the database; None where unknown.
        says_its_version: Whether that number tells what there is; of Azure's services it does not.
        is_service: Whether it is always of the newest version.
        is_babelfish: Whether it is Babelfish.
    """

    version: int
    level: int | None
    says_its_version: bool = False
    is_service: bool = False
    is_babelfish: bool = False


@cache
def trial_words() -> Mapping[str, Mapping[str, str]]:
    """Give the words of the queries that try things out."""
    texts = load_queries(__package__, "trials.sql")
    return {
        "probe_trials": {"trials": _written(texts, _CAUGHT_EVERYWHERE, "@refused")},
        "probe_further_trials": {"trials": _written(texts, _NOT_CAUGHT_BY_BABELFISH, "@further")},
    }


def _written(texts: Mapping[str, str], names: Iterable[str], variable: str) -> str:
    return "\n".join(
        f"BEGIN TRY EXEC sp_executesql {text_literal(texts[name])} END TRY"
        f" BEGIN CATCH SET {variable} = {variable} + N'{name} '"
        " + CAST(ERROR_NUMBER() AS nvarchar(12)) + N';' END CATCH;"
        for name in names
    )


def trial_features(
    refused: str | None, further: str | None, names: frozenset[str], server: Server
) -> list[Capability]:
    """Tell which features work.

    Args:
        refused: What `probe_trials` returned: names with error numbers; None where it could not
            be asked.
        further: The same of `probe_further_trials`; None on Babelfish too.
        names: What of `BABELFISH_NAMES` is there, on Babelfish.
        server: What decides where nothing was tried.
    """
    features = []
    for said, group in ((refused, _CAUGHT_EVERYWHERE), (further, _NOT_CAUGHT_BY_BABELFISH)):
        errors = None if said is None else _errors(said)
        for name, trial in group.items():
            since = f"SQL Server {trial.since}"
            if errors is not None:
                support, reason = _tried(errors.get(name), trial, server)
            elif server.is_babelfish:
                support, reason = _on_babelfish(name, names)
            else:
                support, reason = _by_version(trial, server)
            features.append(Capability(name=name, support=support, reason=reason, since=since))
    return features


def _errors(said: str) -> dict[str, int]:
    pairs = (part.rpartition(" ") for part in said.split(";") if part)
    return {name: int(number) for name, _, number in pairs}


def _tried(error: int | None, trial: _Trial, server: Server) -> tuple[Support, str | None]:
    if error is None:
        return Support.SUPPORTED, None
    if error in _NOT_PERMITTED:
        return Support.NOT_PERMITTED, f"The login may not use it (error {error})."
    is_there = server.is_service or server.version >= VERSIONS[trial.since]
    if trial.level and is_there and server.level is not None and server.level < trial.level:
        reason = f"It needs compatibility level {trial.level}; the database has {server.level}."
        return Support.UNSUPPORTED, reason
    if server.says_its_version and not is_there:
        return Support.UNSUPPORTED, f"SQL Server {trial.since} brings it."
    return Support.UNSUPPORTED, f"The server refuses it (error {error})."


def _on_babelfish(name: str, names: frozenset[str]) -> tuple[Support, str | None]:
    wanted = BABELFISH_NAMES.get(name)
    if wanted is not None and wanted not in names:
        return Support.UNSUPPORTED, "Babelfish does not have it."
    return Support.UNKNOWN, "It cannot be tried on Babelfish without failing."


def _by_version(trial: _Trial, server: Server) -> tuple[Support, str | None]:
    if not server.says_its_version:
        return Support.UNKNOWN, "The server could not try it, and its version does not tell."
    if server.version < VERSIONS[trial.since]:
        return Support.UNSUPPORTED, f"SQL Server {trial.since} brings it."
    if trial.level and server.level is not None and server.level < trial.level:
        reason = f"It needs compatibility level {trial.level}; the database has {server.level}."
        return Support.UNSUPPORTED, reason
    return Support.SUPPORTED, "By its version."
