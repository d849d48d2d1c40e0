"""What procedures and functions take and hand back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from sqlcore.domain.procedure import ProcedureParameter, Routine, TableTypeColumn
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.procedures import line, returns_text, short, title
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["ParametersOutput", "render_parameters"]

_NOTES_TOKENS = 110
_DEFAULT_CHARACTERS = 200


class TypeColumnOutput(TypedDict, total=False):
    """A column of a table type, a composite type, or the rows that a function returns.

    What composite types inside it consist of stands in `arguments_schema`.
    """

    name: str
    type: str
    base_type: str
    nullable: bool
    labels: list[str]


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
        output["comment"] = short(routine.comment)
    lines = [line(f"{title(routine)}{_comment(routine.comment)}")]
    if routine.returns is not None:
        output["returns"] = str(routine.returns)
        output["returns_set"] = routine.returns_set
        lines.append(line(f"Returns {returns_text(routine)}"))
    if routine.columns:
        output["columns"] = [_column_output(column) for column in routine.columns]
        lines.append(line(f"Rows: {_columns_text(routine.columns)}"))
    lines.append("Parameters:\n" if routine.parameters else "No parameters.\n")
    budget.spend("".join(lines), compact_json(output))
    output["parameters"] = []
    for parameter in routine.parameters:
        words, value = line(f"- {_parameter_text(parameter)}"), _parameter_output(parameter)
        if not budget.take(words, compact_json(value)):
            break
        lines.append(words)
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


def _comment(comment: str | None) -> str:
    return f" -- {short(comment)}" if comment else ""


def _columns_text(columns: Sequence[TableTypeColumn]) -> str:
    return ", ".join(map(_column_text, columns))


def _column_text(column: TableTypeColumn) -> str:
    words = f"{column.name} {_type_text(column)}{'' if column.nullable else ' not null'}"
    if column.labels:
        words += f" ({' | '.join(column.labels)})"
    if column.columns:
        words += f" ({_columns_text(column.columns)})"
    return words


def _type_text(declared: ProcedureParameter | TableTypeColumn) -> str:
    if declared.base_type is None:
        return str(declared.type)
    return f"{declared.type} (of {declared.base_type})"


def _parameter_text(parameter: ProcedureParameter) -> str:
    words = f"{parameter.name or f'${parameter.ordinal}'} {_type_text(parameter)}"
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
    return f"default {short(parameter.default, _DEFAULT_CHARACTERS)}"


def _column_output(column: TableTypeColumn) -> TypeColumnOutput:
    output: TypeColumnOutput = {
        "name": column.name,
        "type": str(column.type),
        "nullable": column.nullable,
    }
    if column.base_type is not None:
        output["base_type"] = str(column.base_type)
    if column.labels:
        output["labels"] = list(column.labels)
    return output


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
        output["default"] = short(parameter.default, _DEFAULT_CHARACTERS)
    if parameter.nullable is not None:
        output["nullable"] = parameter.nullable
    if parameter.is_variadic:
        output["variadic"] = True
    if parameter.columns:
        output["columns"] = [_column_output(column) for column in parameter.columns]
    if parameter.labels:
        output["labels"] = list(parameter.labels)
    if parameter.comment:
        output["comment"] = short(parameter.comment)
    return output
