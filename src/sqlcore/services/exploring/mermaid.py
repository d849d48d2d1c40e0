"""Entity-relationship diagrams in the language of Mermaid.

Whatever names and comments hold, the text stays a diagram of these tables and no more: entities
have aliases of plain letters, their names stand in quotes with all that is special there written as
entity codes, and types and names of columns are spelled in the few characters that Mermaid takes.

Source: mermaid, `packages/mermaid/src/diagrams/er/parser/erDiagram.jison`, and "Entity codes to
escape characters" of its documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlcore.domain.schema import SchemaColumn, SchemaSnapshot, SchemaTable
from sqlcore.services.exploring.references import (
    Reference,
    ReferenceGraph,
    is_nullable,
    is_unique,
)

__all__ = ["write_diagram"]

_MOST_COLUMNS = 60
_LONGEST_COMMENT = 60
_LONGEST_LABEL = 130
_LONGEST_ALIAS = 60
_LONGEST_WORD = 130
# Anywhere in a line outside of an entity this is read as a command, quotes or not.
_DIRECTION = re.compile(r"(direction)\s+(?=TB|BT|RL|LR)", re.IGNORECASE)
_KEY_MARK = re.compile(r"(?:PK|FK|UK)(?![A-Za-z0-9_])", re.IGNORECASE)
_CODES = str.maketrans(
    {
        '"': "#quot;",
        "#": "#35;",
        "%": "#37;",
        "&": "#amp;",
        "<": "#lt;",
        ">": "#gt;",
        "\\": "#92;",
        "`": "#96;",
        "~": "#126;",  # two of them make a generic type, quotes or not
    }
)


def write_diagram(
    snapshot: SchemaSnapshot,
    graph: ReferenceGraph,
    tables: Sequence[int],
    *,
    complete: int | None = None,
    with_keys: bool = True,
) -> str:
    """Write a diagram.

    Args:
        snapshot: The schema.
        graph: The references; those between the tables are drawn, guesses as dotted lines.
        tables: Places of the tables to draw, in their order.
        complete: The table that is drawn with all its columns.
        with_keys: Whether the others are drawn with the columns of keys and foreign keys.
    """
    aliases = _aliases(snapshot.tables[at] for at in tables)
    alias_of = dict(zip(tables, aliases, strict=True))
    lines = ["erDiagram"]
    for at in tables:
        table = snapshot.tables[at]
        keys = {c for r in graph.outgoing(at) if r.guess is None for c in r.columns}
        columns = _columns(table, keys, everything=at == complete) if with_keys else []
        head = f'{alias_of[at]}["{_label(str(table.name), _LONGEST_LABEL)}"]'
        lines += [f"    {head} {{", *columns, "    }"] if columns else [f"    {head}"]
    lines += [
        _line(snapshot, alias_of, reference)
        for at in tables
        for reference in graph.outgoing(at)
        if reference.target in alias_of
    ]
    return "\n".join(lines) + "\n"


def _line(snapshot: SchemaSnapshot, alias_of: dict[int, str], reference: Reference) -> str:
    table = snapshot.tables[reference.table]
    one = "|o" if is_nullable(table, reference.columns) else "||"
    many = "o|" if is_unique(table, reference.columns) else "o{"
    dashes = "--" if reference.guess is None else ".."
    label = _label(", ".join(reference.columns), _LONGEST_LABEL)
    return (
        f"    {alias_of[reference.target]} {one}{dashes}{many} {alias_of[reference.table]}"
        f' : "{label}"'
    )


def _columns(table: SchemaTable, referring: set[str], *, everything: bool) -> list[str]:
    unique = {key[0] for key in table.unique_keys if len(key) == 1}
    keys = referring.union(table.primary_key, *table.unique_keys)
    shown = [column for column in table.columns if everything or column.name in keys]
    lines = []
    taken: set[str] = set()
    for column in shown[:_MOST_COLUMNS]:
        marks = [
            mark
            for mark, names in (("PK", table.primary_key), ("FK", referring), ("UK", unique))
            if column.name in names
        ]
        lines.append(_column(column, marks, taken))
    if len(shown) > _MOST_COLUMNS:
        lines.append(f'        more columns "{len(shown) - _MOST_COLUMNS} not drawn"')
    return lines


def _column(column: SchemaColumn, marks: Sequence[str], taken: set[str]) -> str:
    name = _word(column.name)
    while name in taken:
        name += "_"
    taken.add(name)
    words = [_word(column.type), name]
    if marks:
        words.append(", ".join(marks))
    # A name that could not be spelled stands behind it.
    comment = " ".join(
        text for text in (column.name if name != column.name else "", column.comment) if text
    )
    if comment:
        words.append(f'"{_label(comment, _LONGEST_COMMENT)}"')
    return "        " + " ".join(words)


def _word(text: str) -> str:
    """Spell a type or a name as one word: letters, digits, `_` and, for types, round brackets."""
    word = "".join(c if _is_plain(c) else "_" for c in text[:_LONGEST_WORD])
    word = re.sub(r"_+", "_", word) if word != text else word
    if not word or not (word[0].isalpha() or word[0] == "_") or _KEY_MARK.match(word):
        word = "_" + word
    return word


def _is_plain(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in "_()[]"
    return "\u00c0" <= character <= "\uffff" and character.isalpha()


def _label(text: str, longest: int) -> str:
    """Write a text for between quotes."""
    one_line = " ".join(text.split())
    printable = "".join(c if c.isprintable() else "_" for c in one_line)
    if len(printable) > longest:
        printable = printable[: longest - 1] + "…"
    return _DIRECTION.sub(r"\1_", printable.translate(_CODES)) or "_"


def _aliases(tables: Iterable[SchemaTable]) -> list[str]:
    """Make an alias of each table from its schema and name; all of them are different."""
    made: list[str] = []
    taken: set[str] = set()
    for table in tables:
        text = f"{table.name.schema or 't'}_{table.name.name}"[:_LONGEST_ALIAS]
        plain = re.sub(r"[^A-Za-z0-9]+", "_", text)
        start = plain if plain[0].isalpha() else f"t_{plain}"
        alias = start
        number = 1
        while alias.lower() in taken:
            number += 1
            alias = f"{start}_{number}"
        taken.add(alias.lower())
        made.append(alias)
    return made
