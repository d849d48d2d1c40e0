"""The section of one table or view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    ForeignKey,
    Index,
    KeyConstraint,
    Partitioning,
    TableColumn,
    TableDescription,
    TableSize,
    Temporal,
)
from sqlcore.services.documenting import markdown as md

__all__ = ["Href", "foreign_key_rules", "rounded", "table_body"]

Href = Callable[[QualifiedName], str | None]
"""Finds the address of a table; None where it has no place."""

_COLUMN_HEADER = ("Column", "Type", "Null", "Default", "Further", "Description")
_DIGITS = 2
_STEP = 1024


def table_body(
    table: TableDescription,
    href: Href,
    *,
    include_size: bool = False,
    include_missing: bool = True,
) -> Iterator[str]:
    """Write what is known of a table, without its heading: blocks, each with its end.

    Args:
        table: The table, in full.
        href: Finds the addresses of others.
        include_size: Also rounded sizes.
        include_missing: Also what the server did not tell of it.
    """
    yield md.paragraph(table.comment or "")
    yield _facts(table, href, include_size=include_size)
    if table.columns:
        yield md.table(_COLUMN_HEADER, map(_column_row, table.columns))
    yield _list("Keys", _keys(table))
    yield _list("Foreign keys", [_outgoing(key, href) for key in table.foreign_keys])
    yield _list("Referenced by", [_incoming(key, href) for key in table.referenced_by])
    yield _list("Indexes", map(_index, _further_indexes(table)))
    yield _list(
        "Triggers",
        [
            f"{md.name(t.name)}: {md.inline(t.timing)} {md.inline(', '.join(t.events))}"
            f"{_off(is_on=t.enabled)}{_comment(t.comment)}"
            for t in table.triggers
        ],
    )
    yield _list("Notes", map(md.inline, table.notes))
    if include_missing:
        yield _list(
            "Not known",
            [f"{md.inline(m.part)}: {md.inline(m.reason)}" for m in table.missing],
        )
    if table.definition:
        yield f"**Definition**\n\n{md.fence(table.definition)}"


def _list(title: str, lines: Iterable[str]) -> str:
    bullets = "".join(map(md.bullet, lines))
    return f"**{title}**\n\n{bullets}" if bullets else ""


def _facts(table: TableDescription, href: Href, *, include_size: bool) -> str:
    facts = []
    if table.owner:
        facts.append(f"Owner: {md.name(table.owner)}")
    if table.temporal is not None:
        facts.append(_temporal(table.temporal, href))
    if table.partitioning is not None:
        facts.append(_partitioning(table.partitioning, href))
    if include_size:
        facts += _size(table.size)
    return "".join(map(md.bullet, facts))


def _temporal(temporal: Temporal, href: Href) -> str:
    if temporal.history_of is not None:
        return f"History of {_table_link(temporal.history_of, href)}"
    text = "Keeps its history"
    if temporal.history_table is not None:
        text += f" in {_table_link(temporal.history_table, href)}"
    columns = [name for name in (temporal.start_column, temporal.end_column) if name]
    if columns:
        text += f", by {md.names(columns)}"
    return text + (f", for {md.inline(temporal.retention)}" if temporal.retention else "")


def _partitioning(partitioning: Partitioning, href: Href) -> str:
    if partitioning.parent is not None:
        text = f"Partition of {_table_link(partitioning.parent, href)}"
        return text + (f": {md.code(partitioning.bound)}" if partitioning.bound else "")
    text = "Partitioned"
    if partitioning.key:
        text += f" by {md.code(partitioning.key)}"
    return text


def _size(size: TableSize) -> Iterator[str]:
    if size.rows is not None and size.rows >= 0:
        yield f"About {rounded(size.rows):,} rows"
    if size.total_bytes is not None:
        yield f"About {_bytes(size.total_bytes)} on disk"


def rounded(number: int) -> int:
    """Round a count to two digits that count."""
    return int(float(f"{number:.{_DIGITS}g}"))


def _bytes(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < _STEP:
            return f"{amount:.{_DIGITS}g} {unit}" if amount < 100 else f"{amount:.0f} {unit}"  # noqa: PLR2004  # three digits
        amount /= _STEP
    return f"{amount:.3g} TB"


def _column_row(column: TableColumn) -> Sequence[str]:
    default = "" if column.default is None else _code_cell(column.default)
    return (
        md.cell(md.name(column.name), md.visible(column.name)),
        _code_cell(str(column.type)),
        "yes" if column.nullable else "no",
        default,
        ", ".join(_further(column)),
        md.inline(column.comment or ""),
    )


def _code_cell(text: str) -> str:
    return md.cell(md.code(text), md.one_line(text))


def _further(column: TableColumn) -> Iterator[str]:
    if column.identity is not None:
        yield f"identity {md.inline(column.identity)}".replace("identity identity", "identity")
    elif column.sequence is not None:
        yield f"sequence {md.inline(str(column.sequence))}"
    if column.computed is not None:
        stored = "stored " if column.computed_stored else ""
        yield f"{stored}computed as {_code_cell(column.computed)}"
    if column.collation is not None:
        yield f"collation {md.inline(column.collation)}"
    if column.labels:
        yield "one of " + " ".join(md.cell(md.name(one), md.visible(one)) for one in column.labels)
    yield from map(md.inline, column.properties)


def _keys(table: TableDescription) -> Iterator[str]:
    if table.primary_key is not None:
        yield _key("Primary key", table.primary_key)
    for unique in table.unique_keys:
        yield _key("Unique", unique)
    for check in table.checks:
        trust = "" if check.trusted or not check.enabled else ", not checked for older rows"
        yield (
            f"Check {md.name(check.name)}: {md.code(check.expression)}"
            f"{_off(is_on=check.enabled)}{trust}{_comment(check.comment)}"
        )
    for exclusion in table.exclusions:
        yield (
            f"Exclusion {md.name(exclusion.name)}: {md.code(exclusion.definition)}"
            f"{_comment(exclusion.comment)}"
        )


def _key(title: str, key: KeyConstraint) -> str:
    words = [f"{title} {md.name(key.name)}: {md.names(key.columns)}"]
    words += ["without overlaps"] if key.without_overlaps else []
    words += ["NULL equals NULL"] if key.nulls_distinct is False else []
    words += _deferral(deferrable=key.deferrable, deferred=key.initially_deferred)
    return ", ".join(words) + _off(is_on=key.enabled) + _comment(key.comment)


def _deferral(*, deferrable: bool, deferred: bool) -> list[str]:
    if not deferrable:
        return []
    return ["initially deferred" if deferred else "deferrable"]


def _outgoing(key: ForeignKey, href: Href) -> str:
    there = _table_link(key.referenced_table, href)
    return (
        f"{md.names(key.columns)} to {there} ({md.names(key.referenced_columns)})"
        f"{foreign_key_rules(key)}, {md.name(key.name)}{_comment(key.comment)}"
    )


def _incoming(key: ForeignKey, href: Href) -> str:
    return (
        f"{_table_link(key.table, href)} ({md.names(key.columns)})"
        f" by {md.names(key.referenced_columns)}{foreign_key_rules(key)}, {md.name(key.name)}"
    )


def foreign_key_rules(key: ForeignKey) -> str:
    """Say what is unusual in a foreign key: `, on delete cascade`; nothing where nothing is."""
    words = [
        f"{event} {md.inline(action.lower())}"
        for event, action in (("on delete", key.on_delete), ("on update", key.on_update))
        if action.upper() != "NO ACTION"
    ]
    words += [f"match {md.inline(key.match.lower())}"] if key.match else []
    words += _deferral(deferrable=key.deferrable, deferred=key.initially_deferred)
    if not key.enabled:
        words.append("not enforced")
    elif not key.trusted:
        words.append("not checked for older rows")
    return "".join(f", {word}" for word in words)


def _further_indexes(table: TableDescription) -> Iterator[Index]:
    """Give the indexes that are not told as keys already."""
    told = {key.name for key in table.unique_keys}
    for index in table.indexes:
        if not index.primary and not (index.unique and index.name in told):
            yield index


def _index(index: Index) -> str:
    columns = ", ".join(
        (md.code(column.name) if column.expression else md.name(column.name))
        + (" descending" if column.descending else "")
        + (f" {md.inline(column.details)}" if column.details else "")
        for column in index.columns
    )
    words = [f"{md.name(index.name)}: {'unique ' if index.unique else ''}{md.inline(index.method)}"]
    words[0] += f" ({columns})" if columns else ""
    words += [f"with {md.names(index.included)}"] if index.included else []
    words += [f"where {md.code(index.filter)}"] if index.filter else []
    words += ["NULL equals NULL"] if index.unique and index.nulls_distinct is False else []
    words += [f"fill factor {index.fill_factor}"] if index.fill_factor else []
    words += [f"compression {md.inline(index.compression)}"] if index.compression else []
    words += [] if index.enabled else ["disabled"]
    return ", ".join(words) + _comment(index.comment)


def _table_link(name: QualifiedName, href: Href) -> str:
    return md.link(md.visible(str(name)), href(name))


def _off(*, is_on: bool) -> str:
    return "" if is_on else ", not enforced"


def _comment(comment: str | None) -> str:
    text = md.inline(comment or "")
    return f". {text}" if text else ""
