"""Procedures and functions: lists, parameters, definitions, and what came of a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import attrs

from sqlcore.domain.procedure import (
    ProcedureParameter,
    ProcedureResult,
    Routine,
    RoutinePage,
    TableTypeColumn,
)
from sqlcore.domain.query import Column, ResultSet, StatementResult
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.outputs import OutputsOutput, render_outputs
from sqlcore_mcp.rendering.results import (
    QueryOutput,
    RowsOutput,
    Wishes,
    is_cut,
    render_result,
    rows_output,
)
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, render_table
from sqlcore_mcp.rendering.tokens import Budget

__all__ = [
    "CallOutput",
    "DefinitionsOutput",
    "ParametersOutput",
    "ProceduresOutput",
    "as_statement_result",
    "is_call_cut",
    "render_call",
    "render_definitions",
    "render_parameters",
    "render_procedures",
]

_NOTES_TOKENS = 110
_COMMENT_CHARACTERS = 300
_DEFAULT_CHARACTERS = 200
_HIDDEN = "Its text is encrypted, or this login may not see it.\n"
_DEFINITION_FIELD = ',"definition":""'
_LIST_COLUMNS: list[ColumnOutput] = [
    {"name": name, "type": "text"}
    for name in ("schema", "name", "signature", "kind", "returns", "comment")
]


class ProceduresOutput(RowsOutput, total=False):
    """A list of procedures and functions; `uri` where all of it can be read."""

    uri: str


class TypeColumnOutput(TypedDict, total=False):
    """A column of a table type, or of the rows that a function returns."""

    name: str
    type: str
    nullable: bool


class ParameterOutput(TypedDict, total=False):
    """A parameter; `has_default` and `nullable` are left out where the server does not tell."""

    ordinal: int
    name: str
    type: str
    base_type: str
    direction: str
    has_default: bool
    default: str
    nullable: bool
    variadic: bool
    columns: list[TypeColumnOutput]
    labels: list[str]
    comment: str


class ProcedureOutput(TypedDict, total=False):
    """One overload with its parameters; `arguments_schema` is the JSON Schema of `parameters`."""

    procedure: str
    signature: str
    kind: str
    returns: str
    returns_set: bool
    columns: list[TypeColumnOutput]
    parameters: list[ParameterOutput]
    parameters_omitted: int
    arguments_schema: dict[str, Any]
    comment: str


class ParametersOutput(TypedDict, total=False):
    """Parameters of all overloads of one name."""

    procedures: list[ProcedureOutput]
    procedures_omitted: int
    truncated: bool


class DefinitionOutput(TypedDict, total=False):
    """The text that made a procedure; left out where it cannot be seen."""

    procedure: str
    signature: str
    kind: str
    definition: str


class DefinitionsOutput(TypedDict, total=False):
    """Definitions of all overloads of one name; `uri` where all of it can be read."""

    procedures: list[DefinitionOutput]
    procedures_omitted: int
    truncated: bool
    uri: str


class CallOutput(QueryOutput, OutputsOutput, total=False):
    """What came of a call: result sets as of a query, and outputs."""


def render_call(result: ProcedureResult, budget: Budget, wishes: Wishes) -> Answer:
    """Write what came of a call: outputs first, then result sets, counts and messages."""
    outputs: dict[str, Any] = {}
    parts = render_outputs(result.outputs, budget, outputs)
    rest = render_result(as_statement_result(result), budget, wishes)
    return Answer([*parts, *rest.parts], {**rest.structured, **outputs})


def as_statement_result(result: ProcedureResult, *, with_outputs: bool = False) -> StatementResult:
    """Give what came of a call without outputs, or with these as one more result set."""
    sets = list(result.result_sets)
    values = [*result.outputs.values, *filter(None, [result.outputs.returned])]
    if with_outputs and values:
        columns = tuple(Column(name=one.name or "returned", type=one.type) for one in values)
        row = tuple(one.value for one in values)
        sets.append(ResultSet(columns=columns, rows=(row,), row_count=1))
    return StatementResult(
        result_sets=tuple(sets),
        rows_affected=result.rows_affected,
        messages=result.messages,
        duration_s=result.duration_s,
        complete=result.complete,
    )


def is_call_cut(result: ProcedureResult, answer: Answer) -> bool:
    """Say whether an answer shows less than what was read."""
    return bool(answer.structured.get("outputs_cut")) or is_cut(as_statement_result(result), answer)


def render_procedures(
    page: RoutinePage, budget: Budget, keep: Callable[[str], Link | None]
) -> Answer:
    """Write a list of procedures; where it is cut, all of it is kept as CSV.

    Args:
        page: The procedures.
        budget: For this answer.
        keep: Keeps a text, and gives where it is.
    """
    rows = [_list_row(routine) for routine in page.routines]
    kept = [i for i in range(len(_LIST_COLUMNS)) if i < 2 or any(row[i] for row in rows)]  # noqa: PLR2004  # schema and name
    columns = [_LIST_COLUMNS[i] for i in kept]
    rows = [tuple(row[i] for i in kept) for row in rows]
    budget.reserve(_NOTES_TOKENS)
    table = render_table(columns, rows, RowFormat.MARKDOWN, budget)
    structured: dict[str, Any] = dict(
        rows_output(table, row_count=len(rows), exact=not page.has_more)
    )
    if not rows:
        return Answer(["No procedures or functions match."], structured)
    there = "1 procedure or function"
    if len(rows) > 1:
        there = f"{len(rows):,} procedures and functions"
    there = f"At least {there}" if page.has_more else there
    if not structured["truncated"]:
        return Answer([f"{there}, all shown.\n\n", Data(table.text)], structured)
    words = f"{there}; the first {len(table.rows):,} shown. For others, name schema or name_pattern"
    link = keep(_csv(columns, rows))
    if link is not None:
        structured["uri"] = link.uri
        words += f", or read {link.uri}"
    links = () if link is None else (link,)
    return Answer([f"{words}.\n\n", Data(table.text)], structured, links)


def _csv(columns: Sequence[ColumnOutput], rows: Sequence[Sequence[Any]]) -> str:
    lots = Budget(2**40)
    return render_table(columns, rows, RowFormat.CSV, lots).text


def _list_row(routine: Routine) -> tuple[Any, ...]:
    return (
        routine.name.schema,
        routine.name.name,
        routine.signature,
        routine.kind.value.replace("_", " "),
        _returns(routine),
        routine.comment,
    )


def _returns(routine: Routine) -> str:
    if routine.returns is None:
        return ""
    return f"{'rows of ' if routine.returns_set else ''}{routine.returns}"


def render_parameters(
    routines: Sequence[Routine], schemas: Sequence[dict[str, Any]], budget: Budget
) -> Answer:
    """Write the parameters of all overloads of one name, each with its JSON Schema.

    Args:
        routines: The overloads.
        schemas: The schema of each one's arguments.
        budget: For this answer.
    """
    budget.reserve(_NOTES_TOKENS)
    budget.spend(MARKS)
    text = ""
    outputs: list[ProcedureOutput] = []
    is_cut_short = False
    for index, (routine, schema) in enumerate(zip(routines, schemas, strict=True)):
        part = budget.part(1 / (len(routines) - index))
        block, output, was_cut = _overload(routine, schema, part)
        if not budget.take(block, compact_json(output)):
            break
        text += block + "\n"
        outputs.append(output)
        is_cut_short = is_cut_short or was_cut
    structured: dict[str, Any] = {"procedures": outputs}
    parts: list[Part] = [Data(text)]
    omitted = len(routines) - len(outputs)
    if omitted:
        structured["procedures_omitted"] = omitted
    structured["truncated"] = bool(omitted or is_cut_short)
    if structured["truncated"]:
        more = f"{omitted:,} more overloads and others" if omitted else "Parts"
        parts.append(f"{more} are not shown: raise max_tokens.\n")
    return Answer(parts, structured)


def _overload(
    routine: Routine, schema: dict[str, Any], budget: Budget
) -> tuple[str, ProcedureOutput, bool]:
    """Write one overload; say also whether something had no room."""
    output: ProcedureOutput = {
        "procedure": str(routine.name),
        "signature": routine.signature,
        "kind": routine.kind.value,
    }
    if routine.comment:
        output["comment"] = _short(routine.comment)
    lines = [_line(f"{_title(routine)}{_comment(routine.comment)}")]
    if routine.returns is not None:
        output["returns"] = str(routine.returns)
        output["returns_set"] = routine.returns_set
        lines.append(_line(f"Returns {_returns(routine)}"))
    if routine.columns:
        output["columns"] = [_column_output(column) for column in routine.columns]
        lines.append(_line(f"Rows: {_columns_text(routine.columns)}"))
    lines.append("Parameters:\n" if routine.parameters else "No parameters.\n")
    budget.spend("".join(lines), compact_json(output))
    output["parameters"] = []
    for parameter in routine.parameters:
        line, value = _line(f"- {_parameter_text(parameter)}"), _parameter_output(parameter)
        if not budget.take(line, compact_json(value)):
            break
        lines.append(line)
        output["parameters"].append(value)
    omitted = len(routine.parameters) - len(output["parameters"])
    if omitted:
        output["parameters_omitted"] = omitted
        lines.append(f"… {omitted:,} more parameters\n")
    schema_text = f"JSON Schema of parameters: {compact_json(schema)}\n"
    if budget.take(schema_text, compact_json(schema)):
        output["arguments_schema"] = schema
        lines.append(schema_text)
        return "".join(lines), output, bool(omitted)
    return "".join(lines), output, True


def _title(routine: Routine) -> str:
    return f"{routine.name}{routine.signature} ({routine.kind.value.replace('_', ' ')})"


def _line(text: str) -> str:
    return " ".join(text.splitlines()) + "\n"


def _comment(comment: str | None) -> str:
    return f" -- {_short(comment)}" if comment else ""


def _short(text: str, most: int = _COMMENT_CHARACTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}… [cut: {len(text):,} characters]"


def _columns_text(columns: Sequence[TableTypeColumn]) -> str:
    return ", ".join(
        f"{column.name} {column.type}{'' if column.nullable else ' not null'}" for column in columns
    )


def _parameter_text(parameter: ProcedureParameter) -> str:
    words = f"{parameter.name or f'${parameter.ordinal}'} {parameter.type}"
    if parameter.base_type is not None:
        words += f" (of {parameter.base_type})"
    facts = [parameter.direction.value.replace("_", "/")]
    if parameter.is_variadic:
        facts.append("variadic")
    if parameter.takes_value:
        facts.append(_default_text(parameter))
    if parameter.nullable is False:
        facts.append("not null")
    words += f", {', '.join(facts)}"
    if parameter.columns:
        words += f", columns: {_columns_text(parameter.columns)}"
    if parameter.labels:
        words += f", one of: {', '.join(parameter.labels)}"
    return words + _comment(parameter.comment)


def _default_text(parameter: ProcedureParameter) -> str:
    if parameter.has_default is None:
        return "the server does not say whether it may be left out"
    if not parameter.has_default:
        return "required"
    if parameter.default is None:
        return "may be left out"
    return f"default {_short(parameter.default, _DEFAULT_CHARACTERS)}"


def _column_output(column: TableTypeColumn) -> TypeColumnOutput:
    return {"name": column.name, "type": str(column.type), "nullable": column.nullable}


def _parameter_output(parameter: ProcedureParameter) -> ParameterOutput:
    output: ParameterOutput = {
        "ordinal": parameter.ordinal,
        "name": parameter.name,
        "type": str(parameter.type),
        "direction": parameter.direction.value,
    }
    if parameter.base_type is not None:
        output["base_type"] = str(parameter.base_type)
    if parameter.has_default is not None:
        output["has_default"] = parameter.has_default
    if parameter.default is not None:
        output["default"] = _short(parameter.default, _DEFAULT_CHARACTERS)
    if parameter.nullable is not None:
        output["nullable"] = parameter.nullable
    if parameter.is_variadic:
        output["variadic"] = True
    if parameter.columns:
        output["columns"] = [_column_output(column) for column in parameter.columns]
    if parameter.labels:
        output["labels"] = list(parameter.labels)
    if parameter.comment:
        output["comment"] = _short(parameter.comment)
    return output


@attrs.frozen
class _Shown:
    """A part of a text that fits."""

    text: str
    is_whole: bool


def render_definitions(
    routines: Sequence[Routine],
    definitions: Sequence[str | None],
    budget: Budget,
    keep: Callable[[str], Link | None],
) -> Answer:
    """Write the definitions of all overloads of one name; where they are cut, all are kept.

    Args:
        routines: The overloads.
        definitions: The text of each; None where it cannot be seen.
        budget: For this answer.
        keep: Keeps a text, and gives where it is.
    """
    budget.reserve(_NOTES_TOKENS)
    parts: list[Part] = []
    outputs: list[DefinitionOutput] = []
    is_whole = True
    for index, (routine, definition) in enumerate(zip(routines, definitions, strict=True)):
        part = budget.part(1 / (len(routines) - index))
        output: DefinitionOutput = {
            "procedure": str(routine.name),
            "signature": routine.signature,
            "kind": routine.kind.value,
        }
        title = _line(_title(routine))
        if not part.take(title + MARKS, compact_json(output) + _DEFINITION_FIELD):
            break
        parts.append(Data(title))
        if definition is None:
            parts.append(_HIDDEN)
            shown = _Shown(_HIDDEN, is_whole=True)
        else:
            shown = _start_of(definition, part)
            output["definition"] = shown.text
            parts.append(Data(f"{shown.text}\n"))
        budget.spend(f"{title}{MARKS}{shown.text}\n", compact_json(output))
        is_whole = is_whole and shown.is_whole
        outputs.append(output)
    omitted = len(routines) - len(outputs)
    structured: dict[str, Any] = {
        "procedures": outputs,
        "truncated": bool(omitted) or not is_whole,
    }
    if not structured["truncated"]:
        return Answer(parts, structured)
    words = "The text was cut: raise max_tokens"
    if omitted:
        structured["procedures_omitted"] = omitted
        words = f"{omitted:,} more overloads are not shown: raise max_tokens"
    link = keep("\n\n".join(filter(None, definitions)))
    if link is not None:
        structured["uri"] = link.uri
        words += f", or read {link.uri}"
    return Answer([*parts, f"{words}.\n"], structured, () if link is None else (link,))


def _start_of(text: str, budget: Budget) -> _Shown:
    """Give as much of a text as fits, by whole lines if there are any."""
    if budget.take(text, compact_json(text)):
        return _Shown(text, is_whole=True)
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        start = text[:middle]
        if Budget(budget.left).take(start, compact_json(start)):
            least = middle
        else:
            most = middle - 1
    start = text[:least]
    head, newline, _ = start.rpartition("\n")
    return _Shown(head if newline else start, is_whole=False)
