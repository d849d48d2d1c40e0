"""From the name that a caller wrote to the one table it means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol

from sqlcore.domain.catalog import TableFilter, TablePage, TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError

__all__ = [
    "LOOK_AT_OBJECT",
    "LOOK_FOR_OBJECTS",
    "LOOK_FOR_TABLES",
    "TableNames",
    "nearest",
    "no_such_schema",
    "part_signature",
    "resolve_table",
    "same_signature",
]

NAMES_COMPARED = 5000
"""How many names are compared when the nearest ones are looked for."""
LOOK_AT_OBJECT = "Look at it with get_object_definition."
"""The hint where a name means something else than a table."""
LOOK_FOR_TABLES = "List the tables with list_tables, or look for a word with search_tables."
LOOK_FOR_OBJECTS = "Look for a word of its name with search_tables."
"""Hints where no name is like the one that there is not."""
LONGEST_NAME = 255
"""In characters: more than any engine takes."""
_QUOTES = {'"': '"', "[": "]", "`": "`"}
"""What closes a quoted part of a name. A doubled one closes it and opens it again."""


class TableNames(Protocol):
    """What is needed of a `CatalogReader` here; a snapshot of a schema has it too."""

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        """Find what a name may mean."""
        ...

    def tables(self, table_filter: TableFilter) -> TablePage:
        """List tables and views."""
        ...


def resolve_table(
    catalog: TableNames, name: str, schema: str | None = None, *, parameter: str = "table_name"
) -> TableSummary:
    """Find the one table or view that a name means.

    Args:
        catalog: Where to look.
        name: `table`, `schema.table`, quoted or not.
        schema: The schema, where the name does not say it. Beside it, a name that means nothing
            otherwise is also taken letter by letter, as lists show it.
        parameter: The argument that an error is about.

    Raises:
        NotFoundError: There is none; the error names the nearest.
        AmbiguousNameError: There are several, whatever the server would take; the error names
            them, first the one that the server would take.
        InvalidArgumentError: The name cannot be read.
    """
    verbatim = QualifiedName(name=name, schema=schema) if schema else None
    try:
        qualified = QualifiedName.parse(name).in_schema(schema)
        found = catalog.find(qualified)
    except InvalidArgumentError:
        # A list of tables shows names as they are: with a dot or a bracket, beside their schema.
        found = () if verbatim is None or len(name) > LONGEST_NAME else catalog.find(verbatim)
        if not found:
            raise
        qualified = found[0].name
    if not found and verbatim is not None and verbatim.name != qualified.name:
        found = catalog.find(verbatim)
    if len(found) > 1:
        candidates = ", ".join(str(table.name) for table in found[:10])
        raise AmbiguousNameError(
            f"{qualified} means more than one table: {candidates}.",
            parameter=parameter,
            hint="Name one of these, with its schema.",
        )
    if not found:
        raise _not_found(catalog, qualified, parameter)
    return found[0]


def _not_found(catalog: TableNames, name: QualifiedName, parameter: str) -> NotFoundError:
    names = [table.name for table in catalog.tables(TableFilter(limit=NAMES_COMPARED)).tables]
    close = nearest(name.name, (known.name for known in names))
    suggestions = [str(known) for text in close for known in names if known.name == text][:5]
    where = f" in schema {name.schema}" if name.schema else ""
    where += f" of database {name.database}" if name.database else ""
    return NotFoundError(
        f'There is no table or view "{name.name}"{where}.',
        parameter=parameter,
        hint=f"Did you mean {' or '.join(suggestions)}?" if suggestions else LOOK_FOR_TABLES,
    )


def no_such_schema(name: str, known: Iterable[str]) -> NotFoundError:
    """Make the error that says that there is no schema of a name, and which is the nearest."""
    close = nearest(name, known)
    return NotFoundError(
        f'There is no schema "{name[:LONGEST_NAME]}".',
        parameter="schema",
        hint=f"Did you mean {' or '.join(close)}?" if close else None,
    )


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return the known names that are most like a name, the nearest first, without repeats."""
    by_lower: dict[str, str] = {}
    for text in known:
        by_lower.setdefault(text.lower(), text)
    close = difflib.get_close_matches(name.lower(), by_lower, n=count, cutoff=0.6)
    return [by_lower[text] for text in close]


def part_signature(name: str) -> tuple[str, str]:
    """Part a name from its signature, which is empty where there is none: `add(integer)`."""
    if "(" not in name:
        return name, ""
    closing = ""
    for at, sign in enumerate(name):
        if closing:
            closing = "" if sign == closing else closing
        elif sign == "(" and name.rstrip().endswith(")"):
            return name[:at], name[at:]
        else:
            closing = _QUOTES.get(sign, "")
    return name, ""


def same_signature(one: str, other: str) -> bool:
    """Say whether two signatures are the same but for spaces and case."""
    return _squeezed(one) == _squeezed(other)


def _squeezed(signature: str) -> str:
    return "".join(signature.split()).casefold()
