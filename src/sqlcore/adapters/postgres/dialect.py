"""PostgreSQL's SQL: quoting, and statements made of values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sqlcore.adapters.postgres.grants import grant_script
from sqlcore.domain.grants import LoginGrants
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Parameter, Statement
from sqlcore.domain.reading import AllOf, Comparison, Condition, Operator, TableRead
from sqlcore.errors import InvalidArgumentError

__all__ = ["PostgresDialect"]

_PAIR = 2
_LISTS = (Operator.IN, Operator.NOT_IN)


class PostgresDialect:
    """Pure functions; it never talks to the server."""

    @property
    def name(self) -> str:
        """The key of `sqlcore.domain.lexing`."""
        return "postgres"

    def quote(self, name: QualifiedName) -> str:
        """Quote schema and name. A database is left out: PostgreSQL cannot reach across."""
        parts = (name.name,) if name.schema is None else (name.schema, name.name)
        return ".".join(_quote(part) for part in parts)

    def grants(self, wanted: LoginGrants) -> str:
        """Write the script that makes a login with no more rights than it needs."""
        return grant_script(wanted, _quote)

    def table_read(self, read: TableRead) -> Statement:
        """Make a SELECT of a read.

        Text and numbers with a fraction go without a declared type, so that the server reads them
        as the column's own type: '2024-01-01' as a date, 0.1 as a real. ASC puts NULL last and
        DESC first, which is the server's default.

        Raises:
            InvalidArgumentError: No columns, a limit below 0, or a value of a wrong shape.
        """
        if not read.columns:
            raise InvalidArgumentError("A read needs at least one column.", parameter="columns")
        _check_page(read)
        conditions = _Conditions()
        columns = ", ".join(_quote(column) for column in read.columns)
        lines = [
            f"SELECT {columns}",
            f"FROM {self.quote(read.table)}",
            f"WHERE {conditions.render(read.where)}",
        ]
        if read.order_by:
            keys = (
                f"{_quote(order.column)} {'DESC' if order.descending else 'ASC'}"
                for order in read.order_by
            )
            lines.append(f"ORDER BY {', '.join(keys)}")
        lines.append(f"LIMIT {conditions.parameter(read.limit)}")
        if read.offset:
            lines.append(f"OFFSET {conditions.parameter(read.offset)}")
        return Statement(text="\n".join(lines), positional=tuple(conditions.parameters))

    def table_count(self, read: TableRead) -> Statement:
        """Make a SELECT that counts the rows of a read, up to its limit."""
        _check_page(read)
        conditions = _Conditions()
        lines = [
            "SELECT count(*)",
            f"FROM (SELECT FROM {self.quote(read.table)}",
            f"WHERE {conditions.render(read.where)}",
            f"LIMIT {conditions.parameter(read.limit)}) AS counted",
        ]
        return Statement(text="\n".join(lines), positional=tuple(conditions.parameters))


def _check_page(read: TableRead) -> None:
    if read.limit < 0 or read.offset < 0:
        raise InvalidArgumentError(
            "limit and offset must not be negative.",
            parameter="limit" if read.limit < 0 else "offset",
        )


def _quote(name: str) -> str:
    if not name or "\0" in name:
        raise InvalidArgumentError(f"{name!r} cannot be a name in PostgreSQL.")
    return '"' + name.replace('"', '""') + '"'


class _Conditions:
    """Renders conditions and gathers their values."""

    def __init__(self) -> None:
        self.parameters: list[Parameter] = []

    def parameter(self, value: Any) -> str:
        if isinstance(value, float) and math.isfinite(value):
            value = str(int(value)) if value.is_integer() else repr(value)
        self.parameters.append(Parameter(value))
        return f"${len(self.parameters)}"

    def render(self, condition: Condition) -> str:
        if isinstance(condition, Comparison):
            return self._comparison(condition)
        if isinstance(condition, AllOf):
            return self._joined(condition.conditions, " AND ", "TRUE")
        return self._joined(condition.conditions, " OR ", "FALSE")

    def _joined(self, conditions: Sequence[Condition], word: str, empty: str) -> str:
        rendered = [self.render(condition) for condition in conditions]
        if len(rendered) == 1:
            return rendered[0]
        return f"({word.join(rendered)})" if rendered else empty

    def _comparison(self, comparison: Comparison) -> str:
        column, operator, value = _quote(comparison.column), comparison.operator, comparison.value
        if operator is Operator.IS_NULL:
            return f"{column} IS NULL"
        if operator is Operator.IS_NOT_NULL:
            return f"{column} IS NOT NULL"
        if operator in _LISTS:
            return self._membership(comparison, column)
        if operator is Operator.BETWEEN:
            low, high = _pair(comparison)
            return f"{column} BETWEEN {self.parameter(low)} AND {self.parameter(high)}"
        if value is None:
            raise _shape(comparison, "a value other than null; use is null or is not null")
        if operator in (Operator.LIKE, Operator.NOT_LIKE):
            if not isinstance(value, str):
                raise _shape(comparison, "a text with % and _")
            return f"{column}::text {operator.value.upper()} {self.parameter(value)}"
        sign = "<>" if operator is Operator.NOT_EQUAL else operator.value
        return f"{column} {sign} {self.parameter(value)}"

    def _membership(self, comparison: Comparison, column: str) -> str:
        values = comparison.value
        if not isinstance(values, list | tuple):
            raise _shape(comparison, "a list")
        if any(value is None for value in values):
            raise _shape(comparison, "a list without null; use is null beside it")
        is_in = comparison.operator is Operator.IN
        if not values:
            return "FALSE" if is_in else "TRUE"
        marks = ", ".join(self.parameter(value) for value in values)
        return f"{column} {'IN' if is_in else 'NOT IN'} ({marks})"


def _pair(comparison: Comparison) -> tuple[Any, Any]:
    value = comparison.value
    if not isinstance(value, list | tuple) or len(value) != _PAIR or None in value:
        raise _shape(comparison, "a list of two values")
    return value[0], value[1]


def _shape(comparison: Comparison, expected: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"The condition on {comparison.column!r} with {comparison.operator.value!r} "
        f"needs {expected}.",
        parameter="where",
    )
