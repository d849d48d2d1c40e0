"""SQLite's SQL for names and table reads."""

from __future__ import annotations

from typing import Any

from sqlcore.domain.grants import LoginGrants
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Parameter, Statement
from sqlcore.domain.reading import AllOf, AnyOf, Comparison, Condition, Operator, TableRead
from sqlcore.errors import InvalidArgumentError, UnsupportedError

__all__ = ["SqliteDialect"]

_WORDS = {Operator.NOT_EQUAL: "<>", Operator.LIKE: "LIKE", Operator.NOT_LIKE: "NOT LIKE"}


class SqliteDialect:
    """A `Dialect`."""

    @property
    def name(self) -> str:
        """The name of the dialect."""
        return "sqlite"

    def quote(self, name: QualifiedName) -> str:
        """Quote a name; SQLite has schemas and no databases, so that part must be missing."""
        if name.database is not None:
            raise InvalidArgumentError(
                f"The name {name} has a database; SQLite's names have at most a schema.",
                hint="Connect to that database instead.",
            )
        return ".".join(_quoted(part) for part in name.parts)

    def grants(self, wanted: LoginGrants) -> str:  # noqa: ARG002  # there is nobody to grant to
        """Refuse: the in-memory engine has no logins."""
        raise UnsupportedError("The in-memory engine has no logins; anybody may do anything.")

    def table_read(self, read: TableRead) -> Statement:
        """Make a statement of a read."""
        values: dict[str, Parameter] = {}
        # With the table's name before it: SQLite takes an unknown "name" alone as a string.
        columns = ", ".join(_column(column) for column in read.columns)
        text = f"SELECT {columns} FROM {self.quote(read.table)} AS t"  # noqa: S608  # all quoted
        text += f" WHERE {_condition(read.where, values)}"
        if read.order_by:
            orders = (
                f"{_column(order.column)} "
                + ("DESC NULLS FIRST" if order.descending else "ASC NULLS LAST")
                for order in read.order_by
            )
            text += f" ORDER BY {', '.join(orders)}"
        limit, offset = _place(read.limit, values), _place(read.offset, values)
        return Statement(text=f"{text} LIMIT {limit} OFFSET {offset}", named=values)

    def table_count(self, read: TableRead) -> Statement:
        """Make a statement that counts the rows of a read up to its limit."""
        values: dict[str, Parameter] = {}
        rows = f"SELECT 1 FROM {self.quote(read.table)} AS t"  # noqa: S608  # all quoted
        rows += f" WHERE {_condition(read.where, values)} LIMIT {_place(read.limit, values)}"
        return Statement(text=f"SELECT COUNT(*) FROM ({rows})", named=values)  # noqa: S608


def _quoted(part: str) -> str:
    if "\0" in part:
        raise InvalidArgumentError("A name cannot hold a NUL character.")
    return '"' + part.replace('"', '""') + '"'


def _column(name: str) -> str:
    return f"t.{_quoted(name)}"


def _place(value: Any, values: dict[str, Parameter]) -> str:
    name = f"p{len(values) + 1}"
    values[name] = Parameter(value)
    return f":{name}"


def _condition(condition: Condition, values: dict[str, Parameter]) -> str:
    match condition:
        case AllOf(conditions):
            return _joined(" AND ", conditions, values) or "1 = 1"
        case AnyOf(conditions):
            return _joined(" OR ", conditions, values) or "1 = 0"
        case Comparison():
            return _comparison(condition, values)


def _joined(word: str, conditions: tuple[Condition, ...], values: dict[str, Parameter]) -> str:
    return word.join(f"({_condition(condition, values)})" for condition in conditions)


def _comparison(comparison: Comparison, values: dict[str, Parameter]) -> str:
    column, operator, value = _column(comparison.column), comparison.operator, comparison.value
    match operator:
        case Operator.IS_NULL | Operator.IS_NOT_NULL:
            return f"{column} {operator.upper()}"
        case Operator.IN | Operator.NOT_IN:
            places = ", ".join(_place(item, values) for item in value)
            return f"{column} {operator.upper()} ({places})"
        case Operator.BETWEEN:
            low, high = value
            return f"{column} BETWEEN {_place(low, values)} AND {_place(high, values)}"
        case _:
            return f"{column} {_WORDS.get(operator, operator.value)} {_place(value, values)}"
