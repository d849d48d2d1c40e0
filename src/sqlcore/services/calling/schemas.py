"""The JSON Schema of a procedure's arguments, for a model or a form to fill in."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from sqlcore.domain.procedure import Direction, ProcedureParameter, Routine
from sqlcore.services.calling.checking import parameter_rule
from sqlcore.services.calling.composing import FlawedValueError, ValueRule, or_null
from sqlcore.services.calling.matching import key_of
from sqlcore.services.calling.rules import Schema

__all__ = ["json_schema"]

_COMMENT_CHARACTERS = 300
_DEFAULT_CHARACTERS = 80
_LITERAL = re.compile(
    r"(?P<text>'(?:[^'\\]|'')*')(?:::[\w \"().]+)?|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>true|false)",
    re.IGNORECASE | re.ASCII,
)


def json_schema(routine: Routine, dialect: str, *, collation: str | None = None) -> Schema:
    """Give the schema of an object of arguments by name, of JSON Schema 2020-12.

    Values in the forms that it describes are taken by `bind`, which checks more than a schema
    can say (bytes of a code page, days of a month) and takes more forms.

    Args:
        routine: With all parameters.
        dialect: `postgres`, `tsql` or `sqlite`.
        collation: Of the server or database, for `varchar` of SQL Server.
    """
    taking = [parameter for parameter in routine.parameters if parameter.takes_value]
    return {
        "type": "object",
        "properties": {
            key_of(parameter): _property(parameter, dialect, collation) for parameter in taking
        },
        "required": [key_of(parameter) for parameter in taking if parameter.has_default is False],
        "additionalProperties": False,
    }


def _property(parameter: ProcedureParameter, dialect: str, collation: str | None) -> Schema:
    rule = parameter_rule(parameter, dialect, collation)
    schema = copy.deepcopy(rule.schema)
    if parameter.nullable is not False:
        schema = or_null(schema)
    if not parameter.columns and "enum" not in schema and "examples" not in schema:
        schema["examples"] = [rule.example]
    default = _default(parameter, rule)
    if default is not None:
        schema["default"] = default
    schema["description"] = _description(parameter, rule.type, schema.get("description"))
    return schema


def _description(parameter: ProcedureParameter, type_name: str, form: str | None) -> str:
    parts = [type_name]
    if form:
        parts.append(form)
    if parameter.direction is Direction.IN_OUT:
        parts.append("its value comes back")
    if parameter.has_default and parameter.default:
        parts.append(f"left out: {parameter.default[:_DEFAULT_CHARACTERS]}")
    elif parameter.has_default:
        parts.append("may be left out")
    if parameter.comment:
        parts.append(parameter.comment[:_COMMENT_CHARACTERS])
    return "; ".join(parts)


def _default(parameter: ProcedureParameter, rule: ValueRule) -> Any:
    """Give the default in JSON, where the catalog has it as a plain constant of the type."""
    match = _LITERAL.fullmatch((parameter.default or "").strip())
    if match is None:
        return None
    if match["text"] is not None:
        value: Any = match["text"][1:-1].replace("''", "'")
    elif match["word"] is not None:
        value = match["word"].lower() == "true"
    else:
        value = json.loads(match["number"]) if _is_plain(match["number"]) else match["number"]
    try:
        rule.check(value)
    except FlawedValueError:
        return None
    return value


def _is_plain(number: str) -> bool:
    """Whether a number says the same in JSON."""
    return re.fullmatch(r"-?(0|[1-9]\d{0,14})(\.\d{0,5}[1-9])?", number) is not None
