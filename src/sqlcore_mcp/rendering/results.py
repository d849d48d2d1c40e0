"""What a statement brought back: result sets, rows affected and messages, under one budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

import attrs

from sqlcore.domain.query import Message, ResultSet, RowsAffected, StatementResult
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part, joined
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.facts import ColumnFacts, column_facts
from sqlcore_mcp.rendering.tables import (
    ColumnOutput,
    RowFormat,
    Table,
    column_outputs,
    render_table,
)
from sqlcore_mcp.rendering.tokens import Budget

__all__ = [
    "AffectedOutput",
    "KeptOutput",
    "MessageOutput",
    "QueryOutput",
    "RowsOutput",
    "cut_notes",
    "is_cut",
    "render_result",
]

_COUNTING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "SELECT"})
_SUMMARY_ROWS = 5
_MOST_MESSAGES = 50
_MESSAGE_CHARACTERS = 500
_MESSAGES_SHARE = 0.25
_NOTES_TOKENS = 125
"""Set aside for each result set: the line above its rows and the names of structured fields."""


class RowsOutput(TypedDict, total=False):
    """Rows in structured content: arrays under one header.

    `row_count` is how many there are; where `row_count_exact` is false, there are at least as
    many. `rows` holds the first `shown` of them.
    """

    columns: list[ColumnOutput]
    rows: list[list[Any]]
    row_count: int
    row_count_exact: bool
    shown: int
    truncated: bool
    columns_omitted: int
    cells_cut: int
    facts: list[ColumnFacts]


class AffectedOutput(TypedDict, total=False):
    """A statement without rows."""

    command: str
    count: int


class MessageOutput(TypedDict, total=False):
    """What the server said beside results."""

    severity: str
    text: str
    number: str


class KeptOutput(TypedDict, total=False):
    """Where all rows that were read can be found, or why they cannot."""

    session_id: str
    uris: list[str]
    expires_at: str
    problem: str


class QueryOutput(RowsOutput, total=False):
    """A statement's outcome: its first result set, and what else there was."""

    more_result_sets: list[RowsOutput]
    result_sets_omitted: int
    rows_affected: list[AffectedOutput]
    messages: list[MessageOutput]
    messages_omitted: int
    duration_ms: float
    kept: KeptOutput


@attrs.frozen(kw_only=True)
class Wishes:
    """How a caller wants to see a result.

    Attributes:
        summary: Columns, facts and a few rows, instead of all rows that fit.
        max_rows: How many rows were asked for, to say so where there are more.
        of_procedure: Whether a procedure was called: nobody can narrow its query.
    """

    row_format: RowFormat = RowFormat.MARKDOWN
    summary: bool = False
    max_rows: int = 1000
    of_procedure: bool = False


def render_result(result: StatementResult, budget: Budget, wishes: Wishes) -> Answer:
    """Write a statement's outcome; rows first come, first shown, shared among result sets."""
    structured: dict[str, Any] = {"duration_ms": round(result.duration_s * 1000, 1)}
    tail = render_affected(result.rows_affected, budget, structured)
    tail += render_messages(result.messages, budget, structured)
    sets = result.result_sets
    parts: list[Part] = []
    outputs: list[RowsOutput] = []
    for index, rows in enumerate(sets):
        if len(sets) == 1:
            block, output = _render_rows(rows, budget, wishes, "")
        else:
            part = budget.part(1 / (len(sets) - index))
            if index and part.left < _NOTES_TOKENS:
                break
            block, output = _render_rows(rows, part, wishes, f"Result {index + 1} of {len(sets)}: ")
            budget.spend(joined(block), compact_json(output))
            budget.spend(MARKS)
        parts += [*block, "\n"]
        outputs.append(output)
    if outputs:
        structured = {**outputs[0], **structured}
    if len(outputs) > 1:
        structured["more_result_sets"] = outputs[1:]
    if len(outputs) < len(sets):
        structured["result_sets_omitted"] = len(sets) - len(outputs)
        tail.append(
            f"{len(sets) - len(outputs)} more result sets are not shown: raise max_tokens"
            f"{'' if wishes.of_procedure else ', or select less at once'}.\n"
        )
    if not sets and not result.rows_affected and result.complete:
        subject = "procedure" if wishes.of_procedure else "statement"
        parts.append(f"Done. The {subject} returned no rows.\n")
    return Answer([*parts, *tail], structured)


def is_cut(result: StatementResult, answer: Answer) -> bool:
    """Say whether an answer shows less than what was read."""
    structured = answer.structured
    if "result_sets_omitted" in structured:
        return True
    outputs = [structured, *structured.get("more_result_sets", ())]
    return any(
        bool(output.get("columns_omitted") or output.get("cells_cut"))
        or (bool(rows.columns) and output["shown"] < len(rows.rows))
        for rows, output in zip(result.result_sets, outputs, strict=False)
    )


def _render_rows(
    rows: ResultSet, budget: Budget, wishes: Wishes, title: str
) -> tuple[list[Part], RowsOutput]:
    budget.reserve(_NOTES_TOKENS)
    columns = column_outputs(rows.columns)
    facts: list[ColumnFacts] = []
    facts_text = ""
    if wishes.summary:
        facts_text, facts = column_facts(rows, columns, budget)
    candidates = rows.rows[:_SUMMARY_ROWS] if wishes.summary else rows.rows
    table = render_table(columns, candidates, wishes.row_format, budget)
    output = rows_output(table, row_count=rows.row_count, exact=rows.complete)
    lines: list[Part] = [
        f"{title}{_count_line(rows, len(table.rows), wishes)}\n",
        *cut_notes(table),
    ]
    if wishes.summary:
        output["facts"] = facts
        lines.append(Data(facts_text))
    if table.text:
        lines += [Data("\n") if wishes.summary else "\n", Data(table.text)]
    return lines, output


def rows_output(table: Table, *, row_count: int, exact: bool) -> RowsOutput:
    """Write a table as structured content. Rows without columns are counted and not shown."""
    has_columns = bool(table.columns or table.columns_omitted)
    output: RowsOutput = {
        "columns": table.columns,
        "rows": table.rows,
        "row_count": row_count,
        "row_count_exact": exact,
        "shown": len(table.rows),
        "truncated": not exact or (has_columns and len(table.rows) < row_count),
    }
    if table.columns_omitted:
        output["columns_omitted"] = table.columns_omitted
    if table.cells_cut:
        output["cells_cut"] = table.cells_cut
    return output


def cut_notes(table: Table) -> list[str]:
    """Say what of a table is not shown beside rows."""
    notes = []
    masked = sum(1 for column in table.columns if column.get("masked"))
    if masked:
        are = " is" if masked == 1 else "s are"
        notes.append(f"{masked:,} column{are} masked: *** stands for a value.\n")
    if table.columns_omitted:
        are = " is" if table.columns_omitted == 1 else "s are"
        notes.append(
            f"{table.columns_omitted:,} more column{are} not shown: name fewer, or raise "
            "max_tokens.\n"
        )
    if table.cells_cut:
        are = " is" if table.cells_cut == 1 else "s are"
        notes.append(
            f"{table.cells_cut:,} long value{are} cut; select part of one (SUBSTRING) to see more."
            "\n"
        )
    return notes


def _count_line(rows: ResultSet, shown: int, wishes: Wishes) -> str:
    there = f"{rows.row_count:,} row{'' if rows.row_count == 1 else 's'}"
    if not rows.complete:
        there = f"At least {there}"
    if not rows.columns:
        return f"{there}, without columns."
    if rows.complete and shown == rows.row_count:
        return f"{there}, all shown." if shown else f"{there}."
    if wishes.of_procedure and not rows.complete and shown == rows.row_count:
        return f"{there}: all that came."
    if wishes.summary and shown == min(_SUMMARY_ROWS, len(rows.rows)):
        return f"{there}; {len(rows.rows):,} read for the facts, the first {shown} shown."
    most = f"raise max_rows (now {wishes.max_rows:,})" if shown == len(rows.rows) else ""
    more = ["narrow the query", most or "raise max_tokens", "or select fewer columns"]
    if wishes.of_procedure:
        more = more[1:2]
    return f"{there}; the first {shown:,} shown. To see others: {', '.join(more)}."


def render_affected(
    affected: Sequence[RowsAffected], budget: Budget, structured: dict[str, Any]
) -> list[Part]:
    if not affected:
        return []
    text = ""
    outputs: list[AffectedOutput] = []
    for item in affected:
        output: AffectedOutput = {"count": item.count}
        if item.command:
            output["command"] = item.command
        line = f"{item.command or 'Statement'}: {_count_words(item)}.\n"
        if not budget.take(line, compact_json(output)):
            total = sum(other.count for other in affected)
            text += f"… {len(affected):,} statements in all, {total:,} rows affected.\n"
            break
        text += line
        outputs.append(output)
    structured["rows_affected"] = outputs
    return [text]


def _count_words(affected: RowsAffected) -> str:
    """Say how many rows there were; a definition has none that it could count."""
    if not affected.count and affected.command and affected.command not in _COUNTING:
        return "done"
    return f"{affected.count:,} {'row' if affected.count == 1 else 'rows'} affected"


def render_messages(
    messages: Sequence[Message], budget: Budget, structured: dict[str, Any]
) -> list[Part]:
    if not messages:
        return []
    budget.spend(MARKS)
    part = budget.part(_MESSAGES_SHARE)
    text = ""
    outputs: list[MessageOutput] = []
    for message in messages[:_MOST_MESSAGES]:
        words = message.text
        if len(words) > _MESSAGE_CHARACTERS:
            words = f"{words[:_MESSAGE_CHARACTERS]}… [cut: {len(words):,} characters]"
        output: MessageOutput = {"severity": message.severity, "text": words}
        if message.number:
            output["number"] = message.number
        line = f"{message.severity}: {words}\n"
        if not part.take(line, compact_json(output)):
            break
        budget.spend(line, compact_json(output))
        text += line
        outputs.append(output)
    structured["messages"] = outputs
    if len(outputs) < len(messages):
        structured["messages_omitted"] = len(messages) - len(outputs)
        return [Data(text), f"… {len(messages) - len(outputs):,} more messages.\n"]
    return [Data(text)]
