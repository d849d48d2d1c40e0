"""Documents in an answer: as much of them as fits, and where the whole is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypedDict

import attrs

from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.results import RowsOutput, rows_output
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, Table, render_table
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.documenting import DataDictionary, Documentation
    from sqlcore_mcp.resources import Resource, UnmadeResource

__all__ = [
    "Delivery",
    "DictionaryOutput",
    "DocumentOutput",
    "fit_lines",
    "render_dictionary",
    "render_documentation",
]

_NOTES_TOKENS = 170
_CONTENTS_SHARE = 0.4
_FIELD_TYPES = {"position": "integer", "nullable": "boolean"}


@attrs.frozen(kw_only=True)
class Delivery:
    """Where a whole document is.

    Attributes:
        resource: Where it can be read; None where it cannot.
        lifetime_s: For how long.
        size_bytes: Of the whole; about, where it is not made yet.
        max_bytes: The most that a resource may have.
        stored: The status with which the knowledge endpoint took it; None where it was not sent.
        is_made: Whether the whole is there already.
    """

    resource: Resource | UnmadeResource | None
    lifetime_s: float
    size_bytes: int
    max_bytes: int
    stored: int | None
    is_made: bool = True


class DocumentOutput(TypedDict, total=False):
    """A document in structured content.

    `markdown` is what is shown of it; `document` says where the whole can be read,
    `document_too_large` that it cannot; `stored` is what the knowledge endpoint answered.
    """

    database: str
    engine: str
    counts: dict[str, Any]
    markdown: str
    section_count: int
    sections_shown: int
    truncated: bool
    document: dict[str, Any]
    document_too_large: dict[str, Any]
    stored: dict[str, Any]


class DictionaryOutput(RowsOutput, total=False):
    """A data dictionary in structured content; fields as of `DocumentOutput`."""

    document: dict[str, Any]
    document_too_large: dict[str, Any]
    stored: dict[str, Any]


def render_documentation(
    documentation: Documentation, budget: Budget, delivery: Delivery
) -> Answer:
    """Write the first sections of a document, as many as fit; at least its title.

    Args:
        documentation: The document, or as much of it as may be shown.
        budget: For text and structured content.
        delivery: Where all of it is.
    """
    budget.reserve(_NOTES_TOKENS)
    overview, contents, *others = documentation.sections
    beginning, is_begun = fit_lines(overview.markdown, budget.part(1.0))
    budget.spend(beginning, compact_json(beginning))
    listed, is_listed = fit_lines(
        contents.markdown, budget.part(1.0 if not others else _CONTENTS_SHARE)
    )
    budget.spend(listed, compact_json(listed))
    is_whole = is_begun and is_listed
    texts = [beginning, listed]
    for section in others:
        text = f"\n{section.markdown}"
        if not budget.take(text, compact_json(text)):
            break
        texts.append(text)
    total, shown = documentation.section_count, len(texts)
    markdown = "\n".join(texts[:2]) + "".join(texts[2:])
    truncated = shown < total or not is_whole
    structured: dict[str, Any] = {
        "database": documentation.database,
        "engine": documentation.engine,
        "counts": documentation.counts,
        "markdown": markdown,
        "section_count": total,
        "sections_shown": shown,
        "truncated": truncated,
    }
    cut = ""
    if truncated:
        cut = f"{shown:,} of {total:,} sections shown"
        cut += ".\n" if is_whole else ", and not all of the contents.\n"
    tail = cut + _tail(structured, delivery, is_cut=truncated)
    return Answer((Data(markdown), f"\n{tail}"), structured, _links(delivery))


def _tail(structured: dict[str, Any], delivery: Delivery, *, is_cut: bool) -> str:
    """Say where the whole is, in words and in structured content."""
    lines = []
    whole, minutes = delivery.resource, f"{delivery.lifetime_s / 60:g} minutes"
    if whole is not None:
        structured["document"] = {
            "uri": whole.uri,
            "mime_type": whole.mime_type,
            "expires_in_seconds": round(delivery.lifetime_s),
        }
        if delivery.is_made:
            structured["document"]["size_bytes"] = delivery.size_bytes
            size = f"({delivery.size_bytes:,} bytes), for {minutes}"
        else:
            structured["document"]["estimated_size_bytes"] = delivery.size_bytes
            size = (
                f"(about {delivery.size_bytes:,} bytes), written when it is read within {minutes}"
            )
        lines.append(f"The whole document {size}: {whole.uri}\n")
    elif is_cut and delivery.size_bytes > delivery.max_bytes:
        structured["document_too_large"] = {
            "estimated_size_bytes": delivery.size_bytes,
            "max_size_bytes": delivery.max_bytes,
        }
        lines.append(
            f"The whole document has about {delivery.size_bytes:,} bytes, more than the "
            f"{delivery.max_bytes:,} of a resource: name one schema, or use sqlcore-mcp docs.\n"
        )
    elif is_cut:
        lines.append(
            "To have all of it, raise max_tokens, name one schema, or use sqlcore-mcp docs.\n"
        )
    if delivery.stored is not None:
        structured["stored"] = {"status": delivery.stored}
        lines.append(f"The knowledge endpoint took it (status {delivery.stored}).\n")
    return "".join(lines)


def _links(delivery: Delivery) -> tuple[Link, ...]:
    whole = delivery.resource
    if whole is None:
        return ()
    return (
        Link(
            uri=whole.uri,
            name=whole.name,
            mime_type=whole.mime_type,
            size_bytes=delivery.size_bytes if delivery.is_made else None,
        ),
    )


def render_dictionary(
    dictionary: DataDictionary,
    rows: Iterable[Iterable[Any]],
    row_format: RowFormat,
    budget: Budget,
    delivery: Delivery,
) -> Answer:
    """Write the first rows of a data dictionary, as many as fit.

    Args:
        dictionary: The dictionary, or as much of it as may be shown.
        rows: Its rows, as they are to be shown.
        row_format: How rows are written.
        budget: For text and structured content.
        delivery: Where all of it is.
    """
    from sqlcore.services.documenting import DICTIONARY_FIELDS  # noqa: PLC0415  # when it is needed

    budget.reserve(_NOTES_TOKENS)
    kept_rows = [list(row) for row in rows]
    columns: list[ColumnOutput] = [
        {"name": field, "type": _FIELD_TYPES.get(field, "text")} for field in DICTIONARY_FIELDS
    ]
    table = render_table(columns, kept_rows, row_format, budget)
    output: dict[str, Any] = dict(rows_output(table, row_count=dictionary.row_count, exact=True))
    is_short = len(table.rows) < dictionary.row_count
    output["truncated"] = is_short or bool(table.columns_omitted or table.cells_cut)
    head = _dictionary_head(dictionary, table)
    head += _tail(output, delivery, is_cut=output["truncated"])
    return Answer((f"{head}\n", Data(table.text)), output, _links(delivery))


def _dictionary_head(dictionary: DataDictionary, table: Table) -> str:
    """Say how much there is, and what of it is not shown."""
    total, shown = dictionary.row_count, len(table.rows)
    there = f"{total:,} column{'' if total == 1 else 's'} of {dictionary.table_count:,} table"
    there += "" if dictionary.table_count == 1 else "s and views"
    lines = [f"{there}, all shown.\n" if shown == total else f"{there}; {shown:,} shown.\n"]
    if table.columns_omitted:
        lines.append(f"The last {table.columns_omitted:,} fields of each have no room.\n")
    if table.cells_cut:
        lines.append(f"Long texts are cut: {table.cells_cut:,}.\n")
    return "".join(lines)


def fit_lines(text: str, budget: Budget) -> tuple[str, bool]:
    """Take the first lines of a text that fit; say whether these are all.

    Code that is cut is ended.
    """
    if budget.take(text, compact_json(text)):
        return text, True
    taken: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        if not budget.take(f"{line}{fence}", compact_json(f"{line}{fence}")):
            break
        taken.append(line)
        marks = line[: len(line) - len(line.lstrip("`"))]
        if len(marks) >= 3 and not fence:  # noqa: PLR2004  # the marks of code
            fence = marks
        elif fence and line.rstrip("\n") == fence:
            fence = ""
    if fence:
        taken.append(f"{fence}\n")
    return "".join(taken), False
