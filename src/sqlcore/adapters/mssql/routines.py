"""Finding procedures and functions in the catalog, with their parameters."""

from __future__ import annotations

import attrs

from sqlcore.adapters.mssql.dialect import like_pattern, quoted_part
from sqlcore.adapters.mssql.reading import CatalogQueries, Rows
from sqlcore.adapters.mssql.routines_shape import routines_of, table_types_of
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine, RoutineFilter, RoutineKind, RoutinePage
from sqlcore.errors import InvalidArgumentError, NotFoundError, UnsupportedError

__all__ = ["RoutineCatalog"]

_KINDS = {
    "P": RoutineKind.PROCEDURE,
    "PC": RoutineKind.PROCEDURE,
    "X": RoutineKind.PROCEDURE,
    "RF": RoutineKind.PROCEDURE,
    "FN": RoutineKind.FUNCTION,
    "FS": RoutineKind.FUNCTION,
    "IF": RoutineKind.TABLE_FUNCTION,
    "TF": RoutineKind.TABLE_FUNCTION,
    "FT": RoutineKind.TABLE_FUNCTION,
}
_SYNONYM = "SN"
_PROCEDURE = "P"
_SYSTEM_SCHEMAS = frozenset(("sys", "information_schema", "information_schema_tsql"))
_SECTIONS = (
    "routine_all_parameters",
    "routine_table_types",
    "routine_columns",
    "routine_texts",
    "routine_comments",
)


class RoutineCatalog:
    """Reads `sys.*` views: two round trips to find a routine, a third for its table types."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def page(self, routine_filter: RoutineFilter) -> RoutinePage:
        """List routines by schema and name; see `sqlcore.ports.ProcedureCaller`."""
        kinds = routine_filter.kinds or frozenset(RoutineKind)
        after_schema, after_name, _ = routine_filter.after or (None, None, "")
        pattern = routine_filter.name_pattern
        limit = max(0, routine_filter.limit)
        parameters = {
            "has_procedures": int(RoutineKind.PROCEDURE in kinds),
            "has_functions": int(RoutineKind.FUNCTION in kinds),
            "has_table_functions": int(RoutineKind.TABLE_FUNCTION in kinds),
            "schema": routine_filter.schema,
            "pattern": None if pattern is None else _name_pattern(pattern),
            "after_schema": after_schema,
            "after_name": after_name,
            "limit": limit + 1,
        }
        results, _ = self._queries.run(("routines_page",), parameters, required=("routines_page",))
        found = results["routines_page"]
        rows = found[:limit]
        if not rows:
            return RoutinePage(routines=(), has_more=len(found) > limit)
        comments, _ = self._queries.run(("table_comments",), ids=sorted(row[3] for row in rows))
        comment_of: dict[int, str] = dict(comments["table_comments"])
        routines = tuple(
            _routine(None, schema, name, kind, comment_of.get(object_id))
            for schema, name, kind, object_id in rows
        )
        return RoutinePage(routines=routines, has_more=len(found) > limit)

    def find(self, name: QualifiedName) -> tuple[Routine, ...]:
        """Find what a name may mean; a synonym is what it stands for, once."""
        rows, database, target = self._named(name)
        if target is not None:
            rows, database, target = self._named(target)
        rows = [row for row in rows if row[2].strip() != _SYNONYM]
        if not rows:
            self._refuse_numbered(name)
            return ()
        shapes = {
            row[3]: _routine(database, row[0], row[1], row[2], None)
            for row in _in_order(rows, name)
        }
        sections, _ = self._queries.run(
            _SECTIONS,
            ids=sorted(shapes),
            words={"db": _prefix(database)},
            required=("routine_all_parameters",) if database is None else _SECTIONS,
        )
        table_ids = table_types_of(sections)
        if table_ids:
            columns, _ = self._queries.run(
                ("routine_columns",),
                ids=sorted(table_ids.values()),
                words={"db": _prefix(database)},
                required=("routine_columns",),
            )
            sections["routine_columns"] += columns["routine_columns"]
        return routines_of(shapes, sections, table_ids)

    def _refuse_numbered(self, name: QualifiedName) -> None:
        """Refuse `p;2` where there is a procedure p: its number 1 would not be what is meant."""
        bare, mark, number = name.name.rpartition(";")
        if not (mark and bare and number.strip().isdecimal()):
            return
        group = attrs.evolve(name, name=bare.strip())
        if any(row[2].strip() == _PROCEDURE for row in self._named(group)[0]):
            raise UnsupportedError(
                f"{name} is a numbered procedure, and sqlcore calls only the first of a group.",
                hint=f"Call {group}, or make the other one a procedure with a name of its own.",
                parameter="procedure_name",
            )

    def definition(self, name: QualifiedName) -> str | None:
        """Read the text of a routine by its exact name."""
        query = "routine_definition"
        results, _ = self._queries.run(
            (query,),
            {"name": name.name, "schema": name.schema or "dbo"},
            words={"db": _prefix(name.database)},
            required=(query,),
        )
        return next((row[0] for row in results[query]), None) or None

    def _named(self, name: QualifiedName) -> tuple[Rows, str | None, QualifiedName | None]:
        """Look a name up: the rows, the database if it is another one, what a synonym means."""
        database = self._other_database(name.database)
        queries = ("routine_find", "routine_synonyms")
        try:
            results, _ = self._queries.run(
                queries,
                {"name": name.name, "schema": name.schema},
                words={"db": _prefix(database)},
                required=("routine_find",) if database is None else queries,
            )
        except NotFoundError:
            if database is None:
                raise
            return [], database, None  # there is no such database
        rows = [
            row
            for row in results["routine_find"]
            if name.schema is not None or not (row[5] or row[0].lower() in _SYSTEM_SCHEMAS)
        ]
        if name.schema is not None:
            rows = [row for row in rows if row[0] == name.schema] or rows
        rows = [row for row in rows if row[1] == name.name] or rows
        best = _in_order(rows, name)[:1]
        if not best or best[0][2].strip() != _SYNONYM:
            return rows, database, None
        base = dict(results["routine_synonyms"]).get(best[0][3])
        return [], database, _target(base, database)

    def _other_database(self, name: str | None) -> str | None:
        if name is None:
            return None
        results, _ = self._queries.run(("own_database",), required=("own_database",))
        return None if str(results["own_database"][0][0]).lower() == name.lower() else name


def _in_order(rows: Rows, name: QualifiedName) -> Rows:
    return sorted(
        rows,
        key=lambda row: (row[0] != row[4], row[0] != "dbo", row[0], row[1] != name.name, row[1]),
    )


def _target(base: str | None, database: str | None) -> QualifiedName | None:
    """Read what a synonym stands for; a name on another server is beyond us."""
    try:
        target = QualifiedName.parse(base or "")
    except InvalidArgumentError:
        return None
    if target.database is None and database is not None:
        return QualifiedName(target.name, target.schema, database)
    return target


def _routine(
    database: str | None, schema: str, name: str, kind: str, comment: str | None
) -> Routine:
    code = kind.strip()
    language = {"PC": "clr", "FS": "clr", "FT": "clr", "X": "c"}.get(code, "tsql")
    return Routine(
        name=QualifiedName(name, schema, database),
        kind=_KINDS[code],
        returns_set=_KINDS[code] is RoutineKind.TABLE_FUNCTION,
        only_reads=_KINDS[code] is not RoutineKind.PROCEDURE and language == "tsql",
        language=language,
        comment=comment,
    )


def _prefix(database: str | None) -> str:
    return "" if database is None else f"{quoted_part(database)}."


def _name_pattern(pattern: str) -> str:
    """Turn `*` and `%` into T-SQL's `%`, and take the meaning from everything else."""
    escaped = pattern.lower().replace("\\", "\\\\").replace("_", "\\_")
    return like_pattern(escaped.replace("*", "%"))
