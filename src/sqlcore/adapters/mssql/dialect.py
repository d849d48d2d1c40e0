"""Transact-SQL: quoting names and writing reads of one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlcore.adapters.mssql.grants import grant_script
from sqlcore.domain.grants import LoginGrants
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Parameter, Statement
from sqlcore.domain.reading import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Operator,
    OrderBy,
    TableRead,
)
from sqlcore.errors import InvalidArgumentError

__all__ = ["TsqlDialect", "quoted", "quoted_part"]

_MAX_NAME_LENGTH = 128
_TRUE, _FALSE = "1 = 1", "1 = 0"
_SIGNS = {
    Operator.EQUAL: "=",
    Operator.NOT_EQUAL: "<>",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
}


def quoted_part(name: str) -> str:
    """Quote one part of a name; sessions have QUOTED_IDENTIFIER ON, so both forms are names.

    Brackets are used but for a name with a closing one, whose doubled form Babelfish cannot read.

    Raises:
        InvalidArgumentError: No name of SQL Server can look like this.
    """
    # A surrogate pair counts as two.
    if not name or "\0" in name or len(name.encode("utf-16-le", "replace")) > 2 * _MAX_NAME_LENGTH:
        raise InvalidArgumentError(
            f"{name[:40]!r} cannot be a name: names have 1 to {_MAX_NAME_LENGTH} characters."
        )
    if "]" in name:
        return '"' + name.replace('"', '""') + '"'
    return f"[{name}]"


def quoted(name: QualifiedName) -> str:
    """Quote a name; `a..c` where the database is known and the schema is not."""
    parts = [name.name]
    if name.schema is not None or name.database is not None:
        parts.insert(0, name.schema or "")
    if name.database is not None:
        parts.insert(0, name.database)
    return (
        ".".join(quoted_part(part) if part else "" for part in parts[:-1])
        + ("." if len(parts) > 1 else "")
        + quoted_part(name.name)
    )


class TsqlDialect:
    """The language of SQL Server, Azure SQL and Babelfish."""

    name = "tsql"

    def quote(self, name: QualifiedName) -> str:
        """Quote a name so that it cannot leave its place, whatever it contains."""
        return quoted(name)

    def grants(self, wanted: LoginGrants) -> str:
        """Write the script that makes a login with no more rights than it needs."""
        return grant_script(wanted, quoted_part)

    def table_read(self, read: TableRead) -> Statement:
        """Make a statement of a read; names are quoted and values are parameters from `@p1`.

        A comparison follows the column's collation. A text parameter is nvarchar, so SQL Server
        may not seek an index on a varchar column of a SQL_* collation with it.
        """
        values: list[Any] = []
        columns = ", ".join(quoted_part(column) for column in read.columns)
        where = _condition(read.where, values)
        order = _order(read.order_by)
        is_paged = read.offset > 0 and read.limit > 0
        text = (
            f"SELECT {'' if is_paged else f'TOP ({int(read.limit)}) '}{columns}"  # noqa: S608
            f" FROM {quoted(read.table)}"
        )
        if where != _TRUE:
            text += f" WHERE {where}"
        if is_paged:
            text += (
                f" ORDER BY {order or '(SELECT NULL)'}"
                f" OFFSET {int(read.offset)} ROWS FETCH NEXT {int(read.limit)} ROWS ONLY"
            )
        elif order:
            text += f" ORDER BY {order}"
        return Statement(text=text, positional=tuple(Parameter(value) for value in values))

    def table_count(self, read: TableRead) -> Statement:
        """Make a statement that counts the rows of a read up to its limit."""
        values: list[Any] = []
        where = _condition(read.where, values)
        rows = f"SELECT TOP ({int(read.limit)}) 1 AS one FROM {quoted(read.table)}"  # noqa: S608
        if where != _TRUE:
            rows += f" WHERE {where}"
        text = f"SELECT COUNT_BIG(*) AS row_count FROM ({rows}) AS counted"  # noqa: S608
        return Statement(text=text, positional=tuple(Parameter(value) for value in values))


def _order(order_by: Iterable[OrderBy]) -> str:
    terms: list[str] = []
    seen: set[str] = set()
    for order in order_by:
        if order.column in seen:
            continue  # the server refuses a column that comes twice
        seen.add(order.column)
        column = quoted_part(order.column)
        # SQL Server takes NULL for the smallest value; a column without NULL keeps its index.
        if order.nullable:
            first, then = (0, 1) if order.descending else (1, 0)
            terms.append(f"CASE WHEN {column} IS NULL THEN {first} ELSE {then} END")
        terms.append(f"{column} DESC" if order.descending else column)
    return ", ".join(terms)


def _condition(condition: Condition, values: list[Any]) -> str:
    if isinstance(condition, AllOf):
        return _joined(" AND ", condition.conditions, values) or _TRUE
    if isinstance(condition, AnyOf):
        return _joined(" OR ", condition.conditions, values) or _FALSE
    return _comparison(condition, values)


def _joined(word: str, conditions: Iterable[Condition], values: list[Any]) -> str:
    parts = [_condition(condition, values) for condition in conditions]
    return parts[0] if len(parts) == 1 else word.join(f"({part})" for part in parts)


def _comparison(  # noqa: PLR0911 one for each family of operators
    comparison: Comparison, values: list[Any]
) -> str:
    column = quoted_part(comparison.column)
    operator, value = comparison.operator, comparison.value

    def mark(one: Any) -> str:
        values.append(one)
        return f"@p{len(values)}"

    if operator in _SIGNS:
        return f"{column} {_SIGNS[operator]} {mark(value)}"
    if operator is Operator.IS_NULL:
        return f"{column} IS NULL"
    if operator is Operator.IS_NOT_NULL:
        return f"{column} IS NOT NULL"
    if operator is Operator.BETWEEN:
        low, high = value
        return f"{column} BETWEEN {mark(low)} AND {mark(high)}"
    if operator in (Operator.LIKE, Operator.NOT_LIKE):
        word = "LIKE" if operator is Operator.LIKE else "NOT LIKE"
        return f"{column} {word} {mark(like_pattern(str(value)))}"
    if not value:
        return _FALSE if operator is Operator.IN else _TRUE
    word = "IN" if operator is Operator.IN else "NOT IN"
    return f"{column} {word} ({', '.join(mark(one) for one in value)})"


def like_pattern(pattern: str) -> str:
    r"""Write a pattern of `%`, `_` and the escape `\` in T-SQL, where brackets escape.

    Brackets and not ESCAPE, which finds nothing on Babelfish.
    """
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\":
            parts.append(_literally(next(characters, "\\")))
        else:
            parts.append("[[]" if character == "[" else character)
    return "".join(parts)


def _literally(character: str) -> str:
    return f"[{character}]" if character in "%_[" else character
