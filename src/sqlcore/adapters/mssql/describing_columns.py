"""Putting the rows of the catalog together to columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlcore.adapters.mssql.describing_sections import TableSections
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.adapters.mssql.types import sql_type
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableColumn
from sqlcore.errors import InvalidArgumentError

__all__ = ["columns_of"]

_PART = r'(?:\[(?:[^\]]|\]\])+\]|"(?:[^"]|"")+"|[^\s.()\[\]"]+)'
_NEXT_VALUE = re.compile(
    rf"NEXT\s+VALUE\s+FOR\s+({_PART}(?:\s*\.\s*{_PART}){{0,2}})", re.IGNORECASE
)
_GENERATED = {
    "AS_ROW_START": "row start",
    "AS_ROW_END": "row end",
    "AS_TRANSACTION_ID_START": "transaction id start",
    "AS_TRANSACTION_ID_END": "transaction id end",
    "AS_SEQUENCE_NUMBER_START": "sequence number start",
    "AS_SEQUENCE_NUMBER_END": "sequence number end",
}


def columns_of(sections: TableSections, object_id: int) -> tuple[TableColumn, ...]:
    """Describe the columns of one table or view."""
    identities = sections.by_part("identities", object_id)
    formulas = sections.by_part("computed", object_id)
    facts = sections.by_part("column_facts", object_id)
    masks = sections.by_part("column_masks", object_id)
    comments = sections.by_part("column_comments", object_id)
    columns: list[TableColumn] = []
    for ordinal, row in enumerate(sections.rows("columns", object_id), 1):
        column_id, name, type_name, base_name, type_schema, length, precision, scale = row[:8]
        nullable, collation, _, default = row[8:]
        formula = _first(formulas, column_id)
        identity = _first(identities, column_id)
        mask = _first(masks, column_id)
        comment = _first(comments, column_id)
        columns.append(
            TableColumn(
                name=name,
                type=sql_type(
                    spelled_type(type_name, type_schema, length, precision, scale), base_name
                ),
                ordinal=ordinal,
                nullable=bool(nullable),
                default=default if formula is None else None,
                identity=None if identity is None else _identity(*identity),
                sequence=_sequence(default) if formula is None else None,
                computed=None if formula is None else formula[0],
                computed_stored=None if formula is None else bool(formula[1]),
                collation=collation,
                properties=_properties(_first(facts, column_id), mask),
                comment=None if comment is None else comment[0],
            )
        )
    return tuple(columns)


def _first(rows: Mapping[Any, list[tuple[Any, ...]]], key: Any) -> tuple[Any, ...] | None:
    return next(iter(rows.get(key, ())), None)


def _identity(seed: Any, increment: Any) -> str:
    """Older versions of Babelfish tell neither."""
    return "identity" if seed is None else f"identity({int(seed)},{int(increment)})"


def _sequence(default: str | None) -> QualifiedName | None:
    """Find the sequence in a default like `(NEXT VALUE FOR [dbo].[numbers])`."""
    found = _NEXT_VALUE.search(default or "")
    if found is None:
        return None
    try:
        return QualifiedName.parse(found[1])
    except InvalidArgumentError:
        return None


def _properties(facts: tuple[Any, ...] | None, mask: tuple[Any, ...] | None) -> tuple[str, ...]:
    words: list[str] = []
    if facts is not None:
        hidden, generated, sparse, column_set, rowguid, filestream, encryption = facts
        flags = {
            "hidden": hidden,
            _GENERATED.get(generated or "", ""): generated in _GENERATED,
            "sparse": sparse,
            "column set": column_set,
            "rowguidcol": rowguid,
            "filestream": filestream,
        }
        words = [word for word, is_set in flags.items() if is_set]
        if encryption is not None:
            words.append(f"encrypted ({str(encryption).lower()})")
    if mask is not None:
        words.append("masked" if mask[0] is None else f"masked with {mask[0]}")
    return tuple(words)
