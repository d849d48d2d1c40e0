"""Measure metadata: `python -m benchmarks metadata`.

Databases of 2,000 and of 20,000 tables of 12 columns in 20 schemas (`--quick`: the small one).
For each question: how many queries it sends, how long it takes on a new connection and again, and
how many tokens its answer has. Whole documents are written too, as a resource does when it is read;
their queries grow with every 500 tables (ADR 0018). A process of its own tells how much memory the
snapshot takes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import psycopg

import sqlcore
from benchmarks.measuring import Figure, ms, p50, rss_bytes, time_calls
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.services.catalog import Catalog
from sqlcore.services.documenting import DictionaryFormat
from sqlcore_mcp.rendering.tokens import estimate_tokens
from sqlcore_mcp.toolbox import Toolbox

SIZES = {2_000: 1.5, 20_000: 5.0}
"""Tables, and the most seconds that a first question may take."""
WARM_S = 0.050
ALL_S = 5.0
SCHEMAS = 20
ROUNDS = 5

EXPLORING: Mapping[str, tuple[str, dict[str, Any]]] = {
    "explore_schema": ("explore_schema", {}),
    "explore_schema, full": ("explore_schema", {"response_mode": "full"}),
    "search_tables": ("search_tables", {"search_term": "customer entity 407"}),
    "search_tables, with a typo": ("search_tables", {"search_term": "entitty 407"}),
    "describe_table": ("describe_table", {"table_name": "area_07.entity_00407"}),
    "find_relationships": (
        "find_relationships",
        {"from_table": "area_07.entity_00467", "to_table": "area_07.entity_00407"},
    ),
}
"""Those with an aim for the second time."""
OTHERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "find_relationships, of all": ("find_relationships", {}),
    "draw_schema": ("draw_schema", {"table_name": "area_07.entity_00407"}),
    "list_tables": ("list_tables", {}),
    "list_schemas": ("list_schemas", {}),
    "list_views": ("list_views", {}),
    "list_functions": ("list_functions", {}),
    "get_table_indexes": ("get_table_indexes", {"table_name": "area_07.entity_00407"}),
    "get_table_foreign_keys": ("get_table_foreign_keys", {"table_name": "area_07.entity_00407"}),
    "get_table_statistics": ("get_table_statistics", {"table_name": "area_07.entity_00407"}),
    "get_object_definition": ("get_object_definition", {"object_name": "area_07.entity_00407"}),
    "get_object_dependencies": ("get_object_dependencies", {"object_name": "area_07.entity_00407"}),
    "a name that there is not": ("describe_table", {"table_name": "entitty_407"}),
    "get_server_capabilities": ("get_server_capabilities", {}),
}
DOCUMENTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "generate_documentation": ("generate_documentation", {}),
    "get_data_dictionary": ("get_data_dictionary", {}),
}
"""They show the beginning of a document."""
WHOLE: Mapping[str, Callable[[Catalog], str]] = {
    "the whole documentation": lambda catalog: catalog.documentation().markdown(),
    "the whole data dictionary": lambda catalog: catalog.data_dictionary().text(
        DictionaryFormat.MARKDOWN
    ),
}
"""They read every table, and have no aim."""


def run_metadata(url: str, *, quick: bool) -> list[Figure]:
    """Measure everything, the small database first."""
    sizes = list(SIZES)[:1] if quick else list(SIZES)
    figures: list[Figure] = []
    counts: dict[int, dict[str, int]] = {}
    for tables in sizes:
        with many_tables(url, tables) as target:
            measured, counts[tables] = questions(target, tables)
            figures += [*measured, *whole_documents(target, tables), memory(target, tables)]
    if len(counts) > 1:
        few, many = (counts[tables] for tables in sizes)
        figures.append(
            Figure(
                name="queries of each question, with ten times the tables",
                value="the same" if few == many else "not the same",
                aim="constant",
                met=few == many,
            )
        )
    return figures


def questions(url: str, tables: int) -> tuple[list[Figure], dict[str, int]]:
    """Ask each question on a new connection, and again and again."""
    figures: list[Figure] = []
    counts: dict[str, int] = {}
    with opened(url) as toolbox:  # what a question imports is not measured
        for tool, arguments in EXPLORING.values():
            toolbox.call(tool, arguments)
    for name, (tool, arguments) in {**EXPLORING, **OTHERS, **DOCUMENTS}.items():
        with opened(url) as toolbox, counted_queries() as sent:
            started = perf_counter()
            outcome = toolbox.call(tool, arguments)
            cold_s = perf_counter() - started
            counts[name] = len(sent)
            warm_s = p50(time_calls(lambda: toolbox.call(tool, arguments), ROUNDS))  # noqa: B023
        text = estimate_tokens(outcome.text)
        structured = estimate_tokens(json.dumps(outcome.structured, separators=(",", ":")))
        first = SIZES[tables] if name in EXPLORING else ALL_S
        second = WARM_S if name in EXPLORING and tables == min(SIZES) else None
        aim = f"under {first:g} s"
        figures.append(
            Figure(
                name=f"{name}, {tables:,} tables",
                value=f"first {ms(cold_s)}, again {ms(warm_s)}",
                compared_with=f"{counts[name]} queries; {text:,} and {structured:,} tokens",
                aim=f"{aim}, again {ms(second)}" if second else aim,
                met=cold_s < first and warm_s < (second or ALL_S),
            )
        )
    return figures, counts


def whole_documents(url: str, tables: int) -> Iterator[Figure]:
    """Write each document as a whole, on a new connection."""
    for name, write in WHOLE.items():
        with sqlcore.connect(url) as database, counted_queries() as sent:
            started = perf_counter()
            size_bytes = len(write(database.catalog).encode())
            elapsed_s = perf_counter() - started
        yield Figure(
            name=f"{name}, {tables:,} tables",
            value=ms(elapsed_s),
            compared_with=f"{len(sent)} queries; {size_bytes / 1e6:.1f} MB",
        )


def opened(url: str) -> Toolbox:
    """Open tools with no connection made and nothing kept."""
    return Toolbox.open(url, access="metadata", toolsets=("all",))


@contextmanager
def counted_queries() -> Iterator[list[bytes]]:
    """Note the adapter's own queries."""
    sent: list[bytes] = []
    rows = Snapshots.rows

    def counting(self: Snapshots, *queries: Any, **options: Any) -> Any:
        sent.extend(text for text, _ in queries)
        return rows(self, *queries, **options)

    Snapshots.rows = counting  # type: ignore[method-assign]  # taken back below
    try:
        yield sent
    finally:
        Snapshots.rows = rows  # type: ignore[method-assign]


def memory(url: str, tables: int) -> Figure:
    """Explore in a process of its own, and see how much it grows."""
    ran = subprocess.run(  # this module
        [sys.executable, "-m", "benchmarks.metadata", url],
        capture_output=True,
        text=True,
        check=True,
    )
    before, peak, after = (int(number) / 2**20 for number in ran.stdout.split())
    return Figure(
        name=f"memory of the snapshot, {tables:,} tables",
        value=f"{after - before:.0f} MiB kept, {peak - before:.0f} MiB at most",
        compared_with=f"rest {before:.0f} MiB",
    )


def _explore_alone(url: str) -> None:
    """Print the resident bytes before, at most and after exploring and searching."""
    import resource  # noqa: PLC0415  # not on every system

    with opened(url) as toolbox:
        toolbox.call("check_health", {})
        before = rss_bytes()
        for tool, arguments in EXPLORING.values():
            toolbox.call(tool, arguments)
        after = rss_bytes()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(before, peak, after)


@contextmanager
def many_tables(url: str, tables: int) -> Iterator[str]:
    """Make a database with so many tables of 12 columns in 20 schemas; yield its URL."""
    name = f"bench_{tables}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
    columns = ", ".join(f"column_{i} text" for i in range(2, 12))
    with psycopg.connect(psycopg.conninfo.make_conninfo(url, dbname=name)) as connection:
        connection.execute("SET synchronous_commit = off")
        for area in range(SCHEMAS):
            connection.execute(f"CREATE SCHEMA area_{area:02}")
        for table in range(tables):
            schema = f"area_{table % SCHEMAS:02}"
            earlier = f"{schema}.entity_{table - SCHEMAS:05}"
            reference = f"REFERENCES {earlier}" if table >= SCHEMAS else ""
            connection.execute(
                f"CREATE TABLE {schema}.entity_{table:05} (id int PRIMARY KEY, "
                f"parent_id int {reference}, {columns})"
            )
            if table % 500 == 499:
                connection.commit()
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")
    try:
        head, _, query = url.partition("?")
        scheme, _, rest = head.partition("://")
        authority = rest.split("/", 1)[0]
        yield f"{scheme}://{authority}/{name}" + (f"?{query}" if query else "")
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    _explore_alone(sys.argv[1])
