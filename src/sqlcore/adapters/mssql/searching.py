"""Searching names and comments of tables, columns and routines."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import attrs

from sqlcore.adapters.mssql.dialect import like_pattern
from sqlcore.adapters.mssql.literals import text_literal
from sqlcore.adapters.mssql.reading import CatalogQueries, Rows
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SearchFilter, SearchHit, SearchKind

__all__ = ["search_catalog"]

_OBJECT_KINDS = {
    "U": "table",
    "V": "view",
    "ET": "external",
    "P": "procedure",
    "PC": "procedure",
    "FN": "function",
    "IF": "function",
    "TF": "function",
    "FS": "function",
    "FT": "function",
    "AF": "aggregate",
}
_TABLES = frozenset(("U", "V", "ET"))
_QUERY_OF = {
    SearchKind.TABLES: ("search_tables", "o.name"),
    SearchKind.COLUMNS: ("search_columns", "c.name"),
    SearchKind.ROUTINES: ("search_routines", "o.name"),
    SearchKind.COMMENTS: ("search_comments", "CAST(e.value AS nvarchar(4000))"),
}


def search_catalog(queries: CatalogQueries, search_filter: SearchFilter) -> tuple[SearchHit, ...]:
    """Find what has one of the terms in its name or comment; two round trips."""
    if not search_filter.terms or search_filter.limit <= 0:
        return ()
    names = tuple(query for kind, (query, _) in _QUERY_OF.items() if kind in search_filter.kinds)
    results, _ = queries.run(
        names,
        {"schema": search_filter.schema, "limit": search_filter.limit},
        words_of={
            query: {"names": _matches(expression, search_filter.terms)}
            for query, expression in _QUERY_OF.values()
        },
    )
    by_comment = results.get("search_comments", [])
    hits = [
        *_table_hits(results.get("search_tables", [])),
        *_column_hits(results.get("search_columns", [])),
        *_routine_hits(results.get("search_routines", [])),
    ]
    hits += [hit for hit in _comment_hits(by_comment) if _key(hit) not in {_key(h) for h in hits}]
    return _completed(queries, results, hits[: search_filter.limit])


def _matches(expression: str, terms: tuple[str, ...]) -> str:
    """Write the condition that an expression contains one of the terms."""
    patterns = (text_literal(f"%{like_pattern(_escaped(term.lower()))}%") for term in terms)
    return " OR ".join(f"LOWER({expression}) LIKE {pattern}" for pattern in patterns)


def _escaped(term: str) -> str:
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _key(hit: SearchHit) -> tuple[SearchKind, QualifiedName, str | None]:
    return hit.kind, hit.object, hit.column


def _table_hits(rows: Rows) -> list[SearchHit]:
    return [_hit(SearchKind.TABLES, row[0], row[1], row[2]) for row in rows]


def _routine_hits(rows: Rows) -> list[SearchHit]:
    return [_hit(SearchKind.ROUTINES, row[0], row[1], row[2]) for row in rows]


def _column_hits(rows: Rows) -> list[SearchHit]:
    return [
        _hit(SearchKind.COLUMNS, r[0], r[1], r[2], column=r[4], type=spelled_type(*r[5:10]))
        for r in rows
    ]


def _comment_hits(rows: Rows) -> list[SearchHit]:
    hits: list[SearchHit] = []
    for _, minor, schema, name, kind, column, comment, type_name, *size in rows:
        if minor and column is not None:
            spelled = spelled_type(type_name, None, *size)
            hits.append(_hit(SearchKind.COLUMNS, schema, name, kind, column=column, type=spelled))
        elif not minor:
            is_table = kind.strip() in _TABLES
            hits.append(
                _hit(SearchKind.TABLES if is_table else SearchKind.ROUTINES, schema, name, kind)
            )
        else:
            continue
        hits[-1] = attrs.evolve(hits[-1], comment=comment)
    return hits


def _hit(kind: SearchKind, schema: str, name: str, object_kind: str, **more: Any) -> SearchHit:
    return SearchHit(
        kind=kind,
        object=QualifiedName(name, schema),
        object_kind=_OBJECT_KINDS.get(object_kind.strip(), "object"),
        **more,
    )


def _completed(
    queries: CatalogQueries, results: dict[str, Rows], hits: list[SearchHit]
) -> tuple[SearchHit, ...]:
    """Add comments, row counts and the arguments of routines to the hits."""
    ids: dict[tuple[str, str], int] = {}
    column_ids: dict[tuple[str, str, str], int] = {}
    for query in ("search_tables", "search_columns", "search_routines"):
        for row in results.get(query, []):
            ids[row[0], row[1]] = row[3]
            if query == "search_columns":
                column_ids[row[0], row[1], row[4]] = row[10]
    for row in results.get("search_comments", []):
        ids[row[2], row[3]] = row[0]
    if not ids:
        return tuple(hits)
    sections = ("table_rows", "table_comments", "column_comments", "routine_parameters")
    found, _ = queries.run(sections, ids=sorted(set(ids.values())))
    row_counts: dict[int, int] = dict(found["table_rows"])
    comments: dict[int, str] = dict(found["table_comments"])
    column_comments = {(row[0], row[1]): row[2] for row in found["column_comments"]}
    arguments: dict[int, list[str]] = defaultdict(list)
    for object_id, name, type_name, length, precision, scale, is_output in found[
        "routine_parameters"
    ]:
        spelled = spelled_type(type_name, None, length, precision, scale)
        arguments[object_id].append(f"{name} {spelled}{' OUTPUT' if is_output else ''}")
    completed: list[SearchHit] = []
    for hit in hits:
        place = (hit.object.schema or "", hit.object.name)
        object_id = ids[place]
        comment = hit.comment
        if comment is None and hit.column is None:
            comment = comments.get(object_id)
        elif comment is None:
            column_id = column_ids.get((*place, hit.column or ""), 0)
            comment = column_comments.get((object_id, column_id))
        kind = hit.type if hit.kind is not SearchKind.ROUTINES else ", ".join(arguments[object_id])
        rows = None if hit.kind is SearchKind.ROUTINES else row_counts.get(object_id)
        if queries.is_babelfish:
            rows = rows or None
        completed.append(attrs.evolve(hit, comment=comment, type=kind, estimated_rows=rows))
    return tuple(completed)
