"""Facts about a database's own objects, for the guard."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.facts import (
    OperatorFacts,
    RelationFacts,
    RoutineFacts,
    SchemaFacts,
    SchemaName,
    TypeFacts,
)
from sqlcore.errors import SqlCoreError, StatementTimeoutError

__all__ = ["PostgresInspector"]

_QUERIES = {
    name: query.encode() for name, query in load_queries(__package__, "inspecting.sql").items()
}
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_KINDS = {"v": "view", "f": "foreign_table", "m": "materialized_view"}
_TIMEOUT_S = 10.0
_FAILURE_HOLDS_S = 2.0
"""Who waited while the catalog did not answer is told so at once, and does not wait in turn."""
_CANCELLED = "57014"
_TEMPORARY = re.compile(r"pg_temp_\d+")

_Owner = tuple[str, str, str]
"""The kind, schema and name of what uses something."""
_Uses = Mapping[_Owner, Mapping[str, frozenset[SchemaName]]]
"""What it uses, by how it uses it."""
_NOTHING: Mapping[str, frozenset[SchemaName]] = {}
_NO_NAMES: frozenset[SchemaName] = frozenset()


class PostgresInspector:
    """Reads them in one round trip; see `sqlcore.ports.SchemaInspector`."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._timed_out_at = -_FAILURE_HOLDS_S

    def facts(self) -> SchemaFacts:
        """Read the facts of the database.

        Raises:
            SqlCoreError: The catalog cannot be read; the hint says what to do.
        """
        if time.monotonic() - self._timed_out_at < _FAILURE_HOLDS_S:
            raise _no_answer()
        names = ("path", "routines", "relations", "operators", "uses")
        try:
            path, routines, relations, operators, used = self._snapshots.rows(
                *((_QUERIES[name], ()) for name in names), timeout_s=_TIMEOUT_S
            )
        except SqlCoreError as error:
            if isinstance(error, StatementTimeoutError) or error.sqlstate == _CANCELLED:
                self._timed_out_at = time.monotonic()
                raise _no_answer() from error.__cause__
            error.message = (
                "What the functions and views of the database do cannot be read from its catalog, "
                f"so that no read can be judged: {error.message}"
            )
            raise error.with_hint(
                error.hint
                or "Let the login read the system catalogs (pg_proc, pg_rewrite and their like) of"
                " PostgreSQL 13 or later, or use --access write."
            ) from error.__cause__
        uses, kinds = _uses(used)
        return SchemaFacts(
            routines=tuple(_routine(row, uses) for row in routines),
            relations=_relations(relations, uses, kinds),
            operators=tuple(_operator(row, uses) for row in operators),
            types=tuple(
                TypeFacts(
                    schema=schema,
                    name=name,
                    calls=how.get("call", _NO_NAMES),
                    types=how.get("convert", _NO_NAMES),
                )
                for (kind, schema, name), how in uses.items()
                if kind == "type"
            ),
            everywhere=uses.get(("everywhere", "", ""), _NOTHING).get("call", _NO_NAMES),
            search_path=tuple(schema for (schema,) in path),
        )


def _no_answer() -> StatementTimeoutError:
    return StatementTimeoutError(
        "What the functions and views of the database do could not be read from its catalog within"
        f" {_TIMEOUT_S:g} seconds, so that no read can be judged.",
        hint="Try again soon. If it stays so, look in pg_locks for a server session that locks a"
        " system catalog.",
    )


def _uses(rows: Sequence[tuple[Any, ...]]) -> tuple[_Uses, Mapping[_Owner, str]]:
    uses: dict[_Owner, dict[str, set[SchemaName]]] = defaultdict(lambda: defaultdict(set))
    kinds: dict[_Owner, str] = {}
    for kind, schema, name, relation_kind, how, used_schema, used_name in rows:
        owner = (kind, _schema(schema), name)
        uses[owner][how].add((_schema(used_schema), used_name))
        kinds[owner] = relation_kind
    frozen = {
        owner: {how: frozenset(names) for how, names in by_how.items()}
        for owner, by_how in uses.items()
    }
    return frozen, kinds


def _routine(row: Sequence[Any], uses: _Uses) -> RoutineFacts:
    schema, name, owner, kind, volatility, language, trusted, definer, extension, body = row[:10]
    path, takes_one, takes_row = row[10:]
    how = uses.get(("routine", _schema(schema), name), _NOTHING)
    return RoutineFacts(
        schema=_schema(schema),
        name=name,
        owner=owner,
        volatility=_VOLATILITY.get(volatility),
        language="aggregate" if kind == "a" else language,
        trusted=trusted,
        security_definer=definer,
        extension=extension,
        body=body,
        calls=how.get("call", _NO_NAMES),
        reads=how.get("read", _NO_NAMES),
        types=how.get("convert", _NO_NAMES),
        search_path=_schemas(path or ""),
        takes_one=takes_one,
        takes_row=takes_row,
    )


def _relations(
    rows: Collection[tuple[Any, ...]], uses: _Uses, kinds: Mapping[_Owner, str]
) -> tuple[RelationFacts, ...]:
    found = {
        owner: RelationFacts(
            schema=owner[1],
            name=owner[2],
            kind=_KINDS.get(kinds[owner], "table"),
            calls=how.get("call", _NO_NAMES),
            reads=how.get("read", _NO_NAMES),
            types=how.get("convert", _NO_NAMES),
            changing_calls=how.get("change", _NO_NAMES),
            cascades_to=how.get("cascade", _NO_NAMES)
            | (how.get("read", _NO_NAMES) if kinds[owner] == "v" else _NO_NAMES),
        )
        for owner, how in uses.items()
        if owner[0] == "relation"
    }
    for schema, name, kind, has_triggers, has_program in rows:
        owner = ("relation", _schema(schema), name)
        facts = found.get(owner)
        if facts is None:
            facts = RelationFacts(schema=owner[1], name=name, kind=_KINDS.get(kind, "table"))
        found[owner] = attrs.evolve(facts, triggers=has_triggers, external_program=has_program)
    return tuple(found.values())


def _operator(row: Sequence[str], uses: _Uses) -> OperatorFacts:
    schema, name = row
    how = uses.get(("operator", _schema(schema), name), _NOTHING)
    return OperatorFacts(schema=_schema(schema), name=name, calls=how.get("call", _NO_NAMES))


def _schema(name: str) -> str:
    """Give one name to the temporary schemas of all server sessions."""
    return "pg_temp" if _TEMPORARY.fullmatch(name) else name


def _schemas(setting: str) -> tuple[str, ...]:
    """Read the value of a search_path, which has names between commas, some of them quoted."""
    names = re.findall(r'"((?:[^"]|"")*)"|([^\s,"]+)', setting)
    return tuple(quoted.replace('""', '"') or plain for quoted, plain in names if quoted or plain)
