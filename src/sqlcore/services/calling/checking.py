"""Checking the value of a parameter: its type's rule, and those of what it consists of."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.domain.procedure import ProcedureParameter, TableTypeColumn
from sqlcore.domain.type_names import TypeName
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.services.calling import postgres_types, sqlite_types, tsql_types
from sqlcore.services.calling.composing import (
    Flaw,
    FlawedValueError,
    ValueRule,
    array_rule,
    composite_rule,
    enum_rule,
    table_rule,
)
from sqlcore.services.calling.rules import RefusedValueError, TypeRule

__all__ = ["RULES", "parameter_rule", "type_rule"]

RULES: Mapping[str, tuple[tuple[TypeRule, ...], TypeRule]] = {
    "postgres": (postgres_types.RULES, postgres_types.OTHER),
    "tsql": (tsql_types.RULES, tsql_types.OTHER),
    "sqlite": (sqlite_types.RULES, sqlite_types.OTHER),
}
"""The rules of a dialect, and that of types which have none."""
_WIDEST: Mapping[str, Mapping[TypeKind, str]] = {
    "postgres": {
        TypeKind.BOOLEAN: "boolean",
        TypeKind.INTEGER: "bigint",
        TypeKind.DECIMAL: "numeric",
        TypeKind.FLOAT: "double precision",
        TypeKind.BINARY: "bytea",
        TypeKind.DATE: "date",
        TypeKind.TIME: "time",
        TypeKind.TIMESTAMP: "timestamp",
        TypeKind.TIMESTAMP_TZ: "timestamptz",
        TypeKind.INTERVAL: "interval",
        TypeKind.UUID: "uuid",
        TypeKind.JSON: "json",
    },
    "tsql": {
        TypeKind.BOOLEAN: "bit",
        TypeKind.INTEGER: "bigint",
        TypeKind.DECIMAL: "decimal(76,38)",  # 38 digits on either side of the point
        TypeKind.FLOAT: "float",
        TypeKind.BINARY: "varbinary(max)",
        TypeKind.DATE: "date",
        TypeKind.TIME: "time",
        TypeKind.TIMESTAMP: "datetime2",
        TypeKind.TIMESTAMP_TZ: "datetimeoffset",
        TypeKind.UUID: "uniqueidentifier",
        TypeKind.JSON: "json",
    },
    "sqlite": {
        TypeKind.BOOLEAN: "boolean",
        TypeKind.INTEGER: "bigint",
        TypeKind.DECIMAL: "decimal",
        TypeKind.FLOAT: "double",
        TypeKind.BINARY: "blob",
        TypeKind.DATE: "date",
        TypeKind.TIME: "time",
        TypeKind.TIMESTAMP: "timestamp",
        TypeKind.TIMESTAMP_TZ: "timestamptz",
        TypeKind.UUID: "uuid",
        TypeKind.JSON: "json",
    },
}
"""For types whose names are not known and whose kind is: those of other engines."""
_RULES_KEPT = 2000
"""Of parameters, the latest ones: a rule is made once, not for every call."""


@functools.lru_cache(maxsize=_RULES_KEPT)
def parameter_rule(
    parameter: ProcedureParameter, dialect: str, collation: str | None = None
) -> ValueRule:
    """Make the rule of a parameter.

    Args:
        parameter: As the catalog has it.
        dialect: `postgres`, `tsql` or `sqlite`; of others only the kinds of types are known.
        collation: Of `varchar` where the type does not say it (SQL Server).
    """
    rule = _declared_rule(parameter, dialect, collation)
    base = parameter.base_type or parameter.type
    # VARIADIC "any" takes all values as well, and is no array.
    if parameter.is_variadic and not _is_array(base):
        return array_rule(parameter.type.name, rule)
    return rule


def _declared_rule(
    declared: ProcedureParameter | TableTypeColumn, dialect: str, collation: str | None
) -> ValueRule:
    """Make the rule of a parameter or a column by what its type consists of."""
    spelled = declared.type
    base = declared.base_type or spelled
    if declared.columns and dialect != "postgres":
        return table_rule(spelled.name, _fields(declared.columns, dialect, collation))
    if declared.columns:
        fields = _fields(declared.columns, dialect, collation)
        return _in_arrays(base, spelled.name, lambda name: composite_rule(name, fields))
    if declared.labels:
        return _in_arrays(base, spelled.name, lambda name: enum_rule(name, declared.labels))
    shown = spelled.name if base == spelled else f"{spelled.name} ({base.name})"
    return type_rule(base, dialect, collation, shown_as=shown)


def _fields(
    columns: Sequence[TableTypeColumn], dialect: str, collation: str | None
) -> list[tuple[TableTypeColumn, ValueRule]]:
    return [(column, _declared_rule(column, dialect, collation)) for column in columns]


def _in_arrays(
    sql_type: SqlType, spelling: str, innermost: Callable[[str], ValueRule]
) -> ValueRule:
    """Make the rule of a type, or of an array of it, by the name that messages show."""
    if not _is_array(sql_type):
        return innermost(spelling)
    element = _element(sql_type)
    return array_rule(spelling, _in_arrays(element, element.name, innermost))


def type_rule(
    sql_type: SqlType, dialect: str, collation: str | None = None, *, shown_as: str | None = None
) -> ValueRule:
    """Make the rule of a type; messages may show it under another name."""
    name = TypeName.parse(sql_type.name)
    spelling = shown_as or sql_type.name
    if _is_array(sql_type):
        return array_rule(spelling, type_rule(_element(sql_type), dialect, collation))
    if name.collation is None:
        name = attrs.evolve(name, collation=collation)
    rule, name = _rule_of(name, sql_type.kind, dialect)
    return ValueRule(
        type=spelling,
        check=_scalar_check(rule, name, spelling),
        schema=rule.schema(name),
        example=rule.example(name),
        takes_lists=rule.python == "`JsonText`",
    )


def _is_array(sql_type: SqlType) -> bool:
    return sql_type.kind is TypeKind.ARRAY or TypeName.parse(sql_type.name).is_array


def _element(array: SqlType) -> SqlType:
    return array.element or SqlType(name=array.name.partition("[")[0].strip())


@functools.cache
def _by_name(dialect: str) -> Mapping[str, TypeRule]:
    rules, _ = RULES[dialect]
    return {name: rule for rule in rules for name in rule.names}


def _rule_of(name: TypeName, kind: TypeKind, dialect: str) -> tuple[TypeRule, TypeName]:
    """Find a rule by the type's name; else that of the widest type of its kind."""
    known = _by_name(dialect) if dialect in RULES else {}
    rule = known.get(name.base.removeprefix("pg_catalog.").removeprefix("sys."))
    if rule is not None:
        return rule, name
    language = dialect if dialect in RULES else "sqlite"
    widest = _WIDEST[language].get(kind)
    if widest is None:
        return RULES[language][1], name
    substitute = attrs.evolve(TypeName.parse(widest), collation=name.collation)
    return _by_name(language)[substitute.base], substitute


def _scalar_check(rule: TypeRule, name: TypeName, spelling: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        try:
            return rule.check(value, name)
        except RefusedValueError as error:
            raise FlawedValueError(
                Flaw(type=spelling, reason=str(error), example=rule.example(name))
            ) from None

    return check
