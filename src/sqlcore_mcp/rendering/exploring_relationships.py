"""How tables are connected: joins, neighbours, all relationships."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict

from sqlcore.errors import InvalidArgumentError
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.sections import one_line
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.exploring.relationships import JoinPath, Relationship, Relationships

__all__ = ["RelationshipsOutput", "render_relationships"]

_NOTES_TOKENS = 80
_FIELDS = [
    *("table", "columns", "referenced_table", "referenced_columns", "name", "nullable"),
    *("one_to_one", "guess"),
]
_PARTITION = "A partition has the foreign keys of the table that it is part of: ask for that one.\n"


class RelationshipsOutput(TypedDict, total=False):
    """Paths between two tables, or relationships as arrays under `relationship_fields`.

    `join` is the SQL text of a path, and in `foreign_keys` a guess is null; of one table's
    relationships, `joins` are as many.
    """

    from_table: str
    to_table: str
    paths: list[dict[str, Any]]
    more_paths: bool
    relationship_fields: list[str]
    relationships: list[list[Any]]
    joins: list[str]
    total: int
    truncated: bool
    next_cursor: str


def render_relationships(
    found: Relationships,
    budget: Budget,
    *,
    start: int = 0,
    write_cursor: Callable[[int], str],
) -> Answer:
    """Write relationships.

    Args:
        found: Paths between two tables, or relationships from `start` on.
        budget: For this answer.
        start: How many relationships were on the pages before.
        write_cursor: Makes the cursor that goes on behind so many.
    """
    budget.reserve(_NOTES_TOKENS)
    if found.to_table is not None:
        return _paths(found, budget)
    return _relationships(found, budget, start, write_cursor)


def _paths(found: Relationships, budget: Budget) -> Answer:
    output: dict[str, Any] = {
        "from_table": str(found.from_table),
        "to_table": str(found.to_table),
        "paths": [],
        "more_paths": found.more_paths,
    }
    budget.spend("", compact_json(output))
    text = ""
    for number, path in enumerate(found.paths, start=1):
        written = _path_text(number, path)
        value = _path_value(path)
        if not budget.take(written, compact_json(value) + ","):
            break
        text += written
        output["paths"].append(value)
    shown = len(output["paths"])
    output["truncated"] = shown < len(found.paths)
    if found.paths and not shown:
        raise InvalidArgumentError(
            "Not even one path fits max_tokens.", parameter="max_tokens", hint="Raise it."
        )
    return Answer([_path_words(found, shown), "\n", Data(text)], output)


def _path_words(found: Relationships, shown: int) -> str:
    words = ""
    if not found.paths:
        words = "No foreign keys connect these tables, and no names of columns suggest a join.\n"
    elif all(path.guessed for path in found.paths):
        words = "No foreign keys connect these tables. This is a guess from names and types.\n"
    if found.is_partition:
        words += _PARTITION
    if shown < len(found.paths):
        words += f"{shown} of {len(found.paths)} paths shown: raise max_tokens for others.\n"
    elif found.more_paths:
        words += f"{shown} paths shown; there are others that are as short.\n"
    elif shown:
        words += f"{shown} path{'' if shown == 1 else 's'}, the shortest first.\n"
    return words


def _path_text(number: int, path: JoinPath) -> str:
    steps = len(path.relationships)
    names = " - ".join(map(str, path.tables))
    guess = ", a guess" if path.guessed else ""
    lines = [one_line(f"{number}. {names} ({steps} join{'' if steps == 1 else 's'}{guess})")]
    lines += [f"{path.join}\n"]
    lines += [one_line(f"Note: {note}") for note in path.notes]
    return "".join(lines)


def _path_value(path: JoinPath) -> dict[str, Any]:
    return {
        "tables": [str(name) for name in path.tables],
        "join": path.join,
        "guessed": path.guessed,
        "foreign_keys": [one.name for one in path.relationships],
        "notes": list(path.notes),
    }


def _relationships(
    found: Relationships, budget: Budget, start: int, write_cursor: Callable[[int], str]
) -> Answer:
    output: dict[str, Any] = {
        "relationship_fields": _FIELDS,
        "relationships": [],
        "total": found.total,
    }
    if found.from_table is not None:
        output |= {"from_table": str(found.from_table), "joins": []}
    cursor = write_cursor(found.total)
    budget.spend(cursor, compact_json(output) + cursor)
    text = ""
    for one in found.relationships:
        line = _line(one)
        if not budget.take(line, compact_json([_value(one), one.join or ""])):
            break
        text += line
        output["relationships"].append(_value(one))
        if one.join is not None:
            output["joins"].append(one.join)
    end = start + len(output["relationships"])
    if found.relationships and end == start:
        raise InvalidArgumentError(
            "Not even one relationship fits max_tokens.", parameter="max_tokens", hint="Raise it."
        )
    output["truncated"] = end < found.total
    parts: list[Part] = [_list_words(found, start, end)]
    if output["truncated"]:
        output["next_cursor"] = write_cursor(end)
        parts.append(f"next_cursor: {output['next_cursor']}\n")
    return Answer([*parts, "\n", Data(text)], output)


def _list_words(found: Relationships, start: int, end: int) -> str:
    total = found.total
    words = _PARTITION if found.is_partition else ""
    if not total:
        return words + "There are no foreign keys, and no names of columns suggest a join.\n"
    words += f"{total:,} relationship{'' if total == 1 else 's'}"
    if found.guess_count:
        words += f", {found.guess_count:,} of them guessed from names and types (these come last)"
    words += "; all shown.\n" if end - start == total else f"; {start + 1:,} to {end:,} shown.\n"
    return words


def _line(one: Relationship) -> str:
    referring = f"{one.table} ({', '.join(one.columns)})"
    words = [f"{referring} -> {one.referenced_table} ({', '.join(one.referenced_columns)})"]
    if one.one_to_one:
        words.append("one to one")
    if one.nullable and not one.guess:
        words.append("may be NULL")
    if one.guess:
        words.append(f"guess: {one.guess}")
    elif not one.enforced:
        words.append("not enforced")
    line = ", ".join(words)
    if one.join is not None:
        line += ": " + one.join
    return one_line(line)


def _value(one: Relationship) -> list[Any]:
    return [
        str(one.table),
        list(one.columns),
        str(one.referenced_table),
        list(one.referenced_columns),
        one.name,
        one.nullable,
        one.one_to_one,
        one.guess,
    ]
