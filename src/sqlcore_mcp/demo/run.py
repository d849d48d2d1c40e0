"""`sqlcore-mcp demo`: a real MCP client, the real server, a real database, and what they say."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.table import Table

from sqlcore_mcp.demo.embedded import start_sample
from sqlcore_mcp.demo.hosts import snippets

__all__ = ["run_demo"]

REVENUE = """\
SELECT date_trunc('month', ordered_at)::date AS month, count(*) AS orders, sum(total) AS revenue
FROM shop.orders
WHERE status NOT IN ('cancelled', 'returned') AND ordered_at >= :since
GROUP BY 1 ORDER BY 1"""

LONG = """\
SELECT a.order_id, b.order_id AS dearer, b.total - a.total AS difference
FROM shop.orders a JOIN shop.orders b ON a.total < b.total"""
LONG_S = 3.0
SLOW = "SELECT count(*) FROM shop.orders a CROSS JOIN shop.orders b WHERE a.total < b.total"
SLOW_S = 1.5
_SHOWN_ARGUMENT = 60
_LOOK_S = 0.2


def run_demo(data_dir: Path | None = None) -> int:
    """Walk through the main job with visible output; return the exit code."""
    console = Console(highlight=False)
    started = time.monotonic()
    console.print(
        Panel("A real MCP client talks to the real server over a real database.", title="sqlcore")
    )
    with console.status("Starting the sample database") as status:
        sample = start_sample(data_dir, on_progress=lambda text: status.update(escape(text)))
    with sample:
        ready_s = time.monotonic() - started
        console.print(f"The sample shop is ready: embedded PostgreSQL, {ready_s:.1f} s.")
        anyio.run(_walk, console, sample.url)
    _print_snippets(console)
    console.print(f"\n[green]Done[/] in {time.monotonic() - started:.1f} s.")
    return 0


async def _walk(console: Console, url: str) -> None:
    arguments = ["-m", "sqlcore_mcp", "serve", "--access", "read"]
    arguments += ["--toolsets", "core,diagnostics", "--enable", "start_query", "--url", url]
    arguments += ["--privilege-check", "off"]  # the sample's only login owns it
    server = StdioServerParameters(command=sys.executable, args=arguments)
    began = time.monotonic()
    async with Client(server, read_timeout_seconds=60) as client:
        tools = (await client.list_tools()).tools
        console.print(
            f"The client is connected over stdio after {time.monotonic() - began:.2f} s "
            f"(protocol {client.protocol_version}); the server offers "
            f"{', '.join(tool.name for tool in tools)}."
        )
        for step in (_look_around, _ask, _page, _go_wrong, _run_long, _run_in_background):
            await step(_Narrator(console, client))


class _Narrator:
    """Calls tools and shows the call, what came back and how long it took."""

    def __init__(self, console: Console, client: Client) -> None:
        self.console = console
        self._client = client

    def title(self, text: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{escape(text)}", align="left")

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        began = time.monotonic()
        result = await self._client.call_tool(tool, arguments)
        elapsed_ms = (time.monotonic() - began) * 1000
        shown = ", ".join(f"{key}={_short(value)}" for key, value in arguments.items())
        self.console.print(
            f"[cyan]{escape(tool)}[/]({escape(shown)})  [dim]{elapsed_ms:.0f} ms[/]",
            soft_wrap=True,
        )
        return result

    async def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call a tool without showing it; return its structured content."""
        result = await self._client.call_tool(tool, arguments)
        return result.structured_content or {}

    def note(self, text: str) -> None:
        self.console.print(f"[dim]{escape(text)}[/]")

    def text(self, result: CallToolResult, lines: int = 24) -> None:
        colour = "red" if result.is_error else "default"
        text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
        shown = text.splitlines()
        self.console.print(f"[{colour}]{escape(chr(10).join(shown[:lines]))}[/]", soft_wrap=True)
        if len(shown) > lines:
            self.console.print(f"[dim]… {len(shown) - lines} more lines[/]")

    def rows(
        self, result: CallToolResult, limit: int = 8, names: tuple[str, ...] | None = None
    ) -> None:
        """Show rows as a table; of the columns, those that are named."""
        content: dict[str, Any] = result.structured_content or {}
        if result.is_error or not content.get("columns"):
            self.text(result)
            return
        every = [column["name"] for column in content["columns"]]
        shown = [every.index(name) for name in names or every]
        table = Table()
        for place in shown:
            table.add_column(escape(every[place]), overflow="fold")
        for row in content["rows"][:limit]:
            cells = (row[place] for place in shown)
            table.add_row(*("" if cell is None else escape(str(cell)) for cell in cells))
        self.console.print(table)
        if len(content["rows"]) > limit:
            self.console.print(f"[dim]… {len(content['rows']) - limit} more rows[/]")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_ARGUMENT else text[:_SHOWN_ARGUMENT] + "…"


async def _look_around(narrator: _Narrator) -> None:
    narrator.title("What is in this database?")
    tables = await narrator.call("list_tables", schema="shop")
    narrator.rows(tables, limit=20, names=("name", "kind", "rows_estimated", "comment"))
    hits = await narrator.call("search_tables", search_term="customer email")
    narrator.rows(hits, limit=4, names=("object", "kind", "column", "comment"))
    table = await narrator.call("describe_table", table_name="shop.orders")
    narrator.note(
        "What stands between <data-…> marks comes from the database. They are new each time, and "
        "the model is told that nothing between them is an instruction."
    )
    narrator.text(table)


async def _ask(narrator: _Narrator) -> None:
    narrator.title("A question: what did the shop earn, month by month?")
    arguments: dict[str, Any] = {"query": REVENUE, "parameters": {"since": "2026-01-01"}}
    narrator.rows(await narrator.call("execute_query", **arguments))
    narrator.text(await narrator.call("explain_query", **arguments))


async def _page(narrator: _Narrator) -> None:
    narrator.title("Large tables come in pages")
    arguments: dict[str, Any] = {
        "table_name": "shop.orders",
        "columns": ["order_id", "status", "total"],
        "where": [{"column": "status", "op": "=", "value": "paid"}],
        "order_by": ["total desc"],
        "limit": 3,
    }
    first = await narrator.call("read_table", **arguments)
    narrator.rows(first)
    cursor = (first.structured_content or {}).get("next_cursor")
    if cursor:
        narrator.rows(await narrator.call("read_table", **arguments, cursor=cursor))


async def _go_wrong(narrator: _Narrator) -> None:
    narrator.title("What goes wrong says what to do next")
    narrator.text(await narrator.call("describe_table", table_name="shop.custmers"))
    narrator.text(await narrator.call("execute_query", query="DELETE FROM shop.orders"))


async def _run_long(narrator: _Narrator) -> None:
    narrator.title(f"A query that would take hours is stopped after {SLOW_S:g} seconds")
    narrator.text(await narrator.call("execute_query", query=SLOW, timeout_seconds=SLOW_S))


async def _run_in_background(narrator: _Narrator) -> None:
    narrator.title("A long query runs in the background, and nobody has to wait for it")
    started = await narrator.call("start_query", query=LONG)
    session_id = (started.structured_content or {}).get("session_id")
    if session_id is None:
        narrator.text(started)
        return
    await _watch(narrator, session_id, LONG_S)
    narrator.note("Rows can be read while more arrive:")
    narrator.rows(await narrator.call("get_session_result", session_id=session_id, max_rows=3))
    narrator.text(await narrator.call("cancel_session", session_id=session_id))
    narrator.note("export_result makes a file of what has come: CSV, JSON Lines or Parquet.")


async def _watch(narrator: _Narrator, session_id: str, seconds: float) -> None:
    """Show a bar with the rows that a session has so far."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=narrator.console, transient=True) as progress:
        bar = progress.add_task("starting", total=None)
        with anyio.move_on_after(seconds):
            while True:
                status = await narrator.ask("get_session_status", session_id=session_id)
                rows = status.get("row_count", 0)
                fraction = status.get("fraction")
                progress.update(bar, description=f"{rows:,} rows", completed=fraction)
                if fraction is not None:
                    progress.update(bar, total=1.0)
                if status.get("state") not in ("queued", "running"):
                    return
                await anyio.sleep(_LOOK_S)


def _print_snippets(console: Console) -> None:
    console.print()
    console.rule("[bold]Put it into your MCP host", align="left")
    command = shutil.which("sqlcore-mcp", path=str(Path(sys.executable).parent)) or "sqlcore-mcp"
    for place, text in snippets(command, ["--demo"], {}):
        console.print(f"\n[bold]{escape(place)}[/]")
        language = "json" if text.startswith("{") else "toml" if text.startswith("[") else "bash"
        if console.is_terminal:
            console.print(Syntax(text, language, background_color="default", word_wrap=True))
        else:
            console.print(text, soft_wrap=True, markup=False)
    console.print(
        "\nFor a database of your own, leave out --demo, add --access read, and set SQLCORE_URL "
        "to postgresql://… or mssql://…. Check it with: sqlcore-mcp doctor",
        soft_wrap=True,
    )
