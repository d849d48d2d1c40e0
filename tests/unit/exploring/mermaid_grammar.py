"""A strict reader of entity-relationship diagrams: less than Mermaid takes, and no more.

What it reads, Mermaid's own parser (`erDiagram.jison`) reads as the same tables, columns and lines.
"""

from __future__ import annotations

import re

import attrs

__all__ = ["Entity", "Line", "read_diagram"]

_ALIAS = r"[A-Za-z][A-Za-z0-9_]*"
_TEXT = r'"[^"%\\<>&`~\x00-\x1f\x7f]+"'
_WORD = r"[A-Za-z_\u00c0-\uffff][A-Za-z0-9_()\[\]\u00c0-\uffff]*"
_HEAD = re.compile(rf"    (?P<alias>{_ALIAS})\[(?P<label>{_TEXT})\](?P<open> \{{)?")
_COLUMN = re.compile(
    rf"        (?P<type>{_WORD}) (?P<name>{_WORD})(?P<keys>(?: (?:PK|FK|UK),?)*)"
    rf"(?: (?P<comment>{_TEXT}))?"
)
_LINE = re.compile(
    rf"    (?P<one>{_ALIAS}) (?:\|\||\|o)(?:--|\.\.)(?:o\{{|o\|) (?P<many>{_ALIAS}) : {_TEXT}"
)
# Words at which Mermaid's lexer begins something else, wherever they stand.
_DIRECTION = re.compile(r"direction\s+(TB|BT|RL|LR)", re.IGNORECASE)
_KEY_MARK = re.compile(r"(PK|FK|UK)\b", re.IGNORECASE | re.ASCII)


@attrs.frozen
class Entity:
    """A table of a diagram."""

    alias: str
    label: str
    columns: tuple[str, ...]


@attrs.frozen
class Line:
    """A line from the table with the key to the table that refers to it."""

    one: str
    many: str


def read_diagram(text: str) -> tuple[list[Entity], list[Line]]:
    """Read a diagram; fail where a line is none of the few that there may be."""
    assert text.isprintable() or set(text) - set("\n") == {c for c in text if c.isprintable()}
    assert text.endswith("\n")
    assert not _DIRECTION.search(text)
    first, *rest = text[:-1].split("\n")
    assert first == "erDiagram"
    entities: list[Entity] = []
    lines: list[Line] = []
    rows = iter(rest)
    for row in rows:
        head = _HEAD.fullmatch(row)
        if head is None:
            line = _LINE.fullmatch(row)
            assert line, row
            lines.append(Line(line["one"], line["many"]))
            continue
        columns = []
        while head["open"]:
            inner = next(rows)
            if inner == "    }":
                break
            column = _COLUMN.fullmatch(inner)
            assert column, inner
            assert not _KEY_MARK.match(column["name"])
            assert not _KEY_MARK.match(column["type"])
            columns.append(column["name"])
        assert len(set(columns)) == len(columns)
        entities.append(Entity(head["alias"], head["label"][1:-1], tuple(columns)))
    aliases = [entity.alias.lower() for entity in entities]
    assert len(set(aliases)) == len(aliases)
    known = {entity.alias for entity in entities}
    assert all({line.one, line.many} <= known for line in lines)
    return entities, lines
