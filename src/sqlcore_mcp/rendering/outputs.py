"""What a procedure hands back beside its results: outputs, the return code, notes."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlcore.domain.procedure import OutputValue, ProcedureOutputs
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, render_table
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["OutputsOutput", "ReturnedOutput", "ValueOutput", "render_outputs"]

_SHARE = 0.5
_NOTES_TOKENS = 40
_NOTE_CHARACTERS = 500
_COLUMNS: list[ColumnOutput] = [
    {"name": "output", "type": "text"},
    {"name": "type", "type": "text"},
    {"name": "value", "type": "any"},
]


class ValueOutput(TypedDict, total=False):
    """The value of an OUT or IN_OUT parameter; `type` as the server spells it."""

    name: str
    type: str
    value: Any


class ReturnedOutput(TypedDict, total=False):
    """What a function returned."""

    type: str
    value: Any


class OutputsOutput(TypedDict, total=False):
    """Outputs in structured content; `outputs_cut` where not all of them are whole.

    `return_code` is what a procedure returned; a value other than 0 is a result, no error.
    """

    outputs: list[ValueOutput]
    outputs_cut: bool
    return_code: int
    returned: ReturnedOutput
    notes: list[str]


def render_outputs(
    outputs: ProcedureOutputs | None, budget: Budget, structured: dict[str, Any]
) -> list[Part]:
    """Write outputs into an answer, with no more than half of what is left of its budget."""
    if outputs is None:
        return []
    parts: list[Part] = []
    if outputs.return_code is not None:
        structured["return_code"] = outputs.return_code
        words = f"Return code {outputs.return_code}.\n"
        budget.spend(words, words)
        parts.append(words)
    if outputs.returned is not None:
        parts += _returned(outputs.returned, budget, structured)
    if outputs.values:
        parts += _values(outputs.values, budget, structured)
    notes = [note[:_NOTE_CHARACTERS] for note in outputs.notes]
    if notes:
        structured["notes"] = notes
        words = "".join(f"Note: {note}\n" for note in notes)
        budget.spend(words, compact_json(notes))
        parts.append(Data(words))
    return parts


def _returned(output: OutputValue, budget: Budget, structured: dict[str, Any]) -> list[Part]:
    row, text, cut = _table([output], budget, "Returned")
    structured["returned"] = {"type": str(output.type)}
    if row:
        structured["returned"]["value"] = row[0][2]
    if cut or not row:
        structured["outputs_cut"] = True
    return text


def _values(
    values: tuple[OutputValue, ...], budget: Budget, structured: dict[str, Any]
) -> list[Part]:
    rows, text, cut = _table(values, budget, "Outputs")
    structured["outputs"] = [
        {"name": name, "type": kind, "value": value} for name, kind, value in rows
    ]
    omitted = len(values) - len(rows)
    if omitted:
        text.append(f"… {omitted:,} more outputs are not shown: raise max_tokens.\n")
    if cut or omitted:
        structured["outputs_cut"] = True
    return text


def _table(
    values: tuple[OutputValue, ...] | list[OutputValue], budget: Budget, title: str
) -> tuple[list[list[Any]], list[Part], bool]:
    """Write outputs as a table; give its rows, the text, and whether a value was cut."""
    budget.spend(f"{title}:\n{MARKS}")
    budget.reserve(_NOTES_TOKENS)
    part = budget.part(_SHARE)
    rows = [(value.name or "returned", str(value.type), value.value) for value in values]
    table = render_table(_COLUMNS, rows, RowFormat.MARKDOWN, part)
    if table.columns_omitted:
        return [], [f"{title}: more than fits here; raise max_tokens.\n"], True
    named = [dict(zip(("name", "type", "value"), row, strict=True)) for row in table.rows]
    budget.spend(table.text, compact_json(named))
    text: list[Part] = [f"{title}:\n", Data(table.text)]
    if table.cells_cut:
        text.append("Long values were cut: raise max_tokens.\n")
    return table.rows, text, bool(table.cells_cut)
