"""Statements as people and models write them, of any size, for measuring the guard."""

from __future__ import annotations

import random
from collections.abc import Callable

_TABLES = ("customers", "orders", "order_items", "products", "payments", "shipments", "employees")
_COLUMNS = (
    *("customer_id", "order_id", "product_id", "amount", "unit_price", "quantity", "status"),
    *("created_at", "shipped_at", "region", "discount_percent", "first_name", "is_active"),
)
_STATUSES = ("'open'", "'paid'", "'cancelled'", "'sent back'", "'it''s lost'")
_MONTH = {"postgres": "date_trunc('month', {})", "tsql": "datefromparts(year({0}), month({0}), 1)"}
_CAST = {"postgres": "{}::numeric(12, 2)", "tsql": "CAST({} AS decimal(12, 2))"}


def ordinary(dialect: str, size: int, random_source: random.Random) -> str:
    """Write one SELECT of about so many characters: WITH queries, joins, windows, CASE, lists."""
    writer = _Writer(dialect, random_source)
    queries: list[str] = []
    while sum(map(len, queries)) < size - 700:
        queries.append(f"step_{len(queries) + 1} AS (\n{_indented(writer.query(size // 2))}\n)")
    head = "WITH " + ",\n".join(queries) + "\n" if queries else ""
    return head + writer.query(max(60, size - len(head)))


def dense(size: int) -> str:
    """Write one SELECT of nothing but window expressions, with few characters to a token."""
    one = (
        "sum(a.b*(1-c.d)+2)OVER(PARTITION BY a.x,c.y ORDER BY a.z ROWS BETWEEN 3 PRECEDING AND "
        "CURRENT ROW)"
    )
    count = max(1, (size - 40) // (len(one) + 1))
    return f"SELECT {','.join([one] * count)} FROM t a,u c WHERE a.i=c.i"


class _Writer:
    def __init__(self, dialect: str, random_source: random.Random) -> None:
        self._dialect = dialect
        self._random = random_source

    def query(self, size: int) -> str:
        """Write one SELECT with as many columns as fit."""
        pick = self._random.choice
        tables = self._random.sample(_TABLES, 3)
        aliases = [f"{table[:3]}_{table[-2]}" for table in tables]
        joins = [
            f"{pick(('JOIN', 'LEFT JOIN'))} {table} AS {alias}\n"
            f"  ON {alias}.{pick(_COLUMNS)} = {aliases[0]}.{pick(_COLUMNS)}"
            for table, alias in zip(tables[1:], aliases[1:], strict=True)
        ]
        tail = "\n".join(
            [f"FROM {tables[0]} AS {aliases[0]}", *joins, f"WHERE {self._condition(aliases)}"]
        )
        columns: list[str] = []
        while not columns or sum(map(len, columns)) + len(tail) < size:
            columns.append(f"    {self._column(aliases)} AS column_{len(columns) + 1}")
        comment = "-- what was sold, without returns\n" if self._random.random() < 0.3 else ""
        return "SELECT\n" + ",\n".join(columns) + "\n" + comment + tail

    def _name(self, aliases: list[str]) -> str:
        return f"{self._random.choice(aliases)}.{self._random.choice(_COLUMNS)}"

    def _column(self, aliases: list[str]) -> str:
        def name() -> str:
            return self._name(aliases)

        status = self._random.choice(_STATUSES)
        writers: tuple[Callable[[], str], ...] = (
            name,
            name,
            name,
            lambda: f"coalesce({name()}, 0)",
            lambda: f"sum({name()} * {name()})",
            lambda: f"round(100.0 * {name()} / nullif({name()}, 0), 2)",
            lambda: f"count(DISTINCT {name()})",
            lambda: _MONTH[self._dialect].format(name()),
            lambda: _CAST[self._dialect].format(name()),
            lambda: f"CASE WHEN {name()} = {status} THEN {name()} ELSE 0 END",
            lambda: f"row_number() OVER (PARTITION BY {name()} ORDER BY {name()} DESC)",
            lambda: f"lag({name()}) OVER (ORDER BY {name()})",
            lambda: f"(SELECT max(x.{self._random.choice(_COLUMNS)}) FROM payments x)",
        )
        return self._random.choice(writers)()

    def _condition(self, aliases: list[str]) -> str:
        numbers = ", ".join(str(self._random.randrange(100_000)) for _ in range(8))
        parts = [
            f"{self._name(aliases)} IN ({numbers})",
            f"{self._name(aliases)} >= '2024-01-01'",
            f"{self._name(aliases)} LIKE '%north%'",
            f"EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = {self._name(aliases)})",
            f"{self._name(aliases)} BETWEEN 1 AND 500",
        ]
        return "\n  AND ".join(self._random.sample(parts, self._random.randrange(1, len(parts))))


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.split("\n"))
