"""The text of a join along a path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.ports import Dialect
from sqlcore.services.exploring.paths import Step

__all__ = ["aliases", "write_join"]


def write_join(snapshot: SchemaSnapshot, path: Sequence[Step], dialect: Dialect) -> str:
    """Write `FROM a JOIN b ON …` along a path, names quoted as the dialect has them.

    Each table gets an alias, so that one that occurs twice is two.
    """
    tables = [path[0].start, *(step.end for step in path)]
    names = aliases(snapshot.tables[table].name.name for table in tables)
    lines = [f"FROM {dialect.quote(snapshot.tables[tables[0]].name)} AS {names[0]}"]
    for number, step in enumerate(path, start=1):
        reference = step.reference
        left, right = (names[number - 1], names[number])
        owner, target = (left, right) if step.up else (right, left)
        conditions = " AND ".join(
            f"{owner}.{_column(dialect, column)} = {target}.{_column(dialect, key)}"
            for column, key in zip(reference.columns, reference.target_columns, strict=True)
        )
        table = dialect.quote(snapshot.tables[tables[number]].name)
        lines.append(f"JOIN {table} AS {right} ON {conditions}")
    return "\n".join(lines)


def aliases(names: Iterable[str]) -> list[str]:
    """Make an alias of each name: its first letter, with a number where that is taken.

    No engine reserves a word of one letter, so they need no quotes.
    """
    made: list[str] = []
    for name in names:
        first = name[:1].lower()
        letter = first if first.isascii() and first.isalpha() else "t"
        taken = sum(alias[0] == letter for alias in made)
        made.append(letter if not taken else f"{letter}{taken + 1}")
    return made


def _column(dialect: Dialect, name: str) -> str:
    return dialect.quote(QualifiedName(name))
