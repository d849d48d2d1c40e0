"""The contract of a dialect: names that stay names, reads that return what was asked for."""

from __future__ import annotations

import pytest

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Row
from sqlcore.domain.reading import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Operator,
    OrderBy,
    TableRead,
    rows_after,
)
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ODD_COLUMNS, ODD_TABLE, TABLE_NAMES
from sqlcore.testing.events import column_names, rows, run, scalar

__all__ = ["DialectContract"]

_ID_1, _ID_2, _ID_3 = (Comparison("id", Operator.EQUAL, n) for n in (1, 2, 3))


def _read(connection: Connection, read: TableRead) -> list[Row]:
    statement = connection.dialect.table_read(read)
    parameters = statement.named or statement.positional or None
    events = run(connection, statement.text, parameters)
    assert [list(read.columns)] == column_names(events)
    return rows(events)


class DialectContract(Contract):
    """All that `Dialect` promises, checked by the server."""

    def _customers(self, connection: Connection, samples: ServerSamples, where: Condition) -> str:
        """Return the ids of the customers that fulfil a condition, as digits in order."""
        read = TableRead(
            table=QualifiedName("customers", samples.schema),
            columns=("id",),
            where=where,
            order_by=(OrderBy("id"),),
        )
        return "".join(str(customer_id) for (customer_id,) in _read(connection, read))

    @requirement("dialect-name")
    def test_the_dialect_has_the_name_of_its_lexer(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert samples.dialect == connection.dialect.name

    @requirement("quote-round-trip")
    @pytest.mark.parametrize("name", TABLE_NAMES)
    def test_a_quoted_name_names_the_table_it_was_made_of(
        self, connection: Connection, samples: ServerSamples, name: str
    ) -> None:
        quoted = connection.dialect.quote(QualifiedName(name, samples.schema))
        run(connection, f"SELECT COUNT(*) FROM {quoted}")  # noqa: S608  # quoted is the point

    @requirement("quote-hostile")
    def test_a_hostile_name_stays_one_name(self, connection: Connection) -> None:
        for name in (*ODD_COLUMNS, '"; SELECT 1; --', "]; SELECT 1; --", "a]]b", '""', "a.b.c"):
            quoted = connection.dialect.quote(QualifiedName(name))
            events = run(connection, f"SELECT 1 AS {quoted}")
            assert [[name]] == column_names(events)
            assert [(1,)] == rows(events)

    @requirement("read-columns")
    def test_a_read_returns_the_columns_asked_for_in_their_order(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        read = TableRead(
            table=QualifiedName("customers", samples.schema),
            columns=("name", "id"),
            order_by=(OrderBy("id"),),
        )
        assert [("Ada", 1), ("Bob", 2), ("Eve", 3)] == _read(connection, read)

    @requirement("read-odd-names")
    def test_a_read_of_odd_names_finds_them(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        everything = TableRead(
            table=QualifiedName(ODD_TABLE, samples.schema),
            columns=ODD_COLUMNS,
            where=AllOf(tuple(Comparison(c, Operator.IS_NOT_NULL) for c in ODD_COLUMNS)),
            order_by=tuple(OrderBy(column) for column in ODD_COLUMNS),
        )
        assert [(1, "a", "b", "c", "d", "e", "f", "g", "h")] == _read(connection, everything)

    @requirement("read-conditions")
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (AllOf(()), "123"),
            (AnyOf(()), ""),
            (_ID_1, "1"),
            (Comparison("id", Operator.NOT_EQUAL, 1), "23"),
            (Comparison("id", Operator.LESS, 2), "1"),
            (Comparison("id", Operator.LESS_OR_EQUAL, 2), "12"),
            (Comparison("id", Operator.GREATER, 2), "3"),
            (Comparison("id", Operator.GREATER_OR_EQUAL, 2), "23"),
            (Comparison("email", Operator.LIKE, "%b@%"), "2"),
            (Comparison("email", Operator.NOT_LIKE, "%b@%"), "13"),
            (Comparison("name", Operator.EQUAL, "it's; DROP TABLE customers --"), ""),
            (Comparison("id", Operator.IN, [1, 3]), "13"),
            (Comparison("id", Operator.IN, []), ""),
            (Comparison("id", Operator.NOT_IN, [1, 3]), "2"),
            (Comparison("id", Operator.NOT_IN, []), "123"),
            (Comparison("id", Operator.BETWEEN, [2, 3]), "23"),
            (Comparison("referrer_id", Operator.IS_NULL), "1"),
            (Comparison("referrer_id", Operator.IS_NOT_NULL), "23"),
            (AnyOf((_ID_1, _ID_3)), "13"),
            (AllOf((AnyOf((_ID_1, _ID_2)), AnyOf((_ID_2, _ID_3)))), "2"),
            (AnyOf((AllOf((_ID_1, _ID_2)), _ID_3)), "3"),
        ],
    )
    def test_a_read_keeps_the_rows_that_fulfil_its_condition(
        self, connection: Connection, samples: ServerSamples, where: Condition, expected: str
    ) -> None:
        assert expected == self._customers(connection, samples, where)

    @requirement("read-order")
    def test_null_comes_last_in_ascending_and_first_in_descending_order(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        read = TableRead(
            table=QualifiedName("customers", samples.schema),
            columns=("id", "referrer_id"),
            order_by=(OrderBy("referrer_id"), OrderBy("id", descending=True)),
        )
        assert [(3, 1), (2, 1), (1, None)] == _read(connection, read)
        read = TableRead(
            table=read.table,
            columns=read.columns,
            order_by=(OrderBy("referrer_id", descending=True), OrderBy("id")),
        )
        assert [(1, None), (2, 1), (3, 1)] == _read(connection, read)

    @requirement("read-limit")
    def test_a_read_keeps_to_its_limit_and_offset(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for order_by in ((OrderBy("id"),), ()):
            read = TableRead(
                table=QualifiedName("customers", samples.schema),
                columns=("id",),
                order_by=order_by,
                limit=2,
                offset=1,
            )
            assert 2 == len(_read(connection, read))
        read = TableRead(table=read.table, columns=("id",), limit=0)
        assert [] == _read(connection, read)

    @requirement("read-count")
    def test_a_count_counts_the_rows_of_a_read_up_to_its_limit(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for where, limit, expected in (
            (AllOf(()), 100, 3),
            (AllOf(()), 2, 2),
            (Comparison("referrer_id", Operator.EQUAL, 1), 100, 2),
            (AnyOf(()), 100, 0),
        ):
            read = TableRead(
                table=QualifiedName("customers", samples.schema),
                columns=("id",),
                where=where,
                order_by=(OrderBy("id"),),
                limit=limit,
                offset=1,
            )
            statement = connection.dialect.table_count(read)
            parameters = statement.named or statement.positional or None
            assert expected == scalar(run(connection, statement.text, parameters))

    @requirement("read-pages")
    @pytest.mark.parametrize("descending", [False, True])
    def test_pages_by_key_return_every_row_once(
        self,
        connection: Connection,
        samples: ServerSamples,
        descending: bool,  # noqa: FBT001
    ) -> None:
        order_by = (OrderBy("referrer_id", descending=descending), OrderBy("id"))
        where: Condition = AllOf(())
        seen: list[Row] = []
        for _ in range(4):
            read = TableRead(
                table=QualifiedName("customers", samples.schema),
                columns=("referrer_id", "id"),
                where=where,
                order_by=order_by,
                limit=1,
            )
            page = _read(connection, read)
            if page:
                where = rows_after(order_by, page[-1])
            seen += page
        expected = [(1, 2), (1, 3), (None, 1)]
        assert ([expected[2], *expected[:2]] if descending else expected) == seen
