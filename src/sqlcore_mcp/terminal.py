"""One tool from a terminal, rendered for a person."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.session import Progress, SessionState
from sqlcore.errors import InvalidArgumentError, PolicyError, SqlCoreError
from sqlcore.services.watching import Watch
from sqlcore_mcp.app import App
from sqlcore_mcp.arguments import Kind
from sqlcore_mcp.background import file_format_of, wait_for_session, write_result
from sqlcore_mcp.bars import run_with_bar
from sqlcore_mcp.callers import local_caller
from sqlcore_mcp.calling import ToolOutcome, call_tool
from sqlcore_mcp.definitions import ConfirmationNeeded, Question, ServedTool
from sqlcore_mcp.rendering.cells import markdown_line
from sqlcore_mcp.resources import ResourceStore
from sqlcore_mcp.tools import served_tools, unknown_tool

__all__ = ["call_from_terminal", "visible"]

DONE, FAILED, MISUSED = 0, 1, 2
_OTHERS = "To have all rows, name a file: --out FILE (.csv, .jsonl or .parquet)."

# Control characters but for tab and line feed, and the marks that turn the direction of writing.
_UNSAFE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


def call_from_terminal(
    app: App,
    name: str,
    words: list[str],
    *,
    as_json: bool,
    agreed: bool,
    out: Path | None = None,
) -> int:
    """Call a tool with `--ARGUMENT VALUE` words and print its answer; return the exit code.

    What starts a session waits for it, for that ends with the command.

    Args:
        app: Where it is called.
        name: The tool.
        words: Its arguments.
        as_json: Print structured content.
        agreed: Whether the person has agreed to what it may change.
        out: Where `start_query` writes all rows, instead of showing the first.
    """
    tools = served_tools(app)
    if name not in tools:
        _say(f"sqlcore-mcp: {unknown_tool(name, tools, with_switches=False)}")
        return MISUSED
    tool = tools[name]
    problem = _misuse(tool, out)
    if problem is not None:
        _say(f"sqlcore-mcp: {problem}")
        return MISUSED
    app.lives_on = False
    app.resources = ResourceStore(max_bytes=0)  # nobody could read what ends with this process
    sent = vars(_parser(tool).parse_args(words))
    outcome = _call(app, tool, sent, agreed=agreed)
    if not tool.definition.starts_session or outcome.is_error:
        return _print(outcome, sent, as_json=as_json)
    try:
        return _finish(app, outcome.structured["session_id"], sent, as_json=as_json, out=out)
    except SqlCoreError as error:
        return _print(ToolOutcome.of_error(error), sent, as_json=as_json)


def _misuse(tool: ServedTool, out: Path | None) -> SqlCoreError | None:
    """Say what is wrong with a command that cannot do what it is to do; None for nothing."""
    starts = tool.definition.starts_session
    if tool.definition.toolset == "sessions" and not starts:
        return InvalidArgumentError(
            "A session ends with the process that started it, so that no command finds one.",
            hint="call start_query waits for its session and shows what came of it.",
        )
    if out is None:
        return None
    if not starts:
        return InvalidArgumentError("--out is for start_query, which has all rows.")
    try:
        file_format_of(out)
    except InvalidArgumentError as error:
        return error
    return None


def _finish(
    app: App, session_id: str, sent: Mapping[str, Any], *, as_json: bool, out: Path | None
) -> int:
    """Wait for a session and print its rows, or write them to a file."""
    session = wait_for_session(app, session_id, "")
    if out is not None:
        return DONE if write_result(app, session, out, _say) else FAILED
    wanted = {"session_id": session_id, "max_tokens": sent.get("max_tokens")}
    tool = served_tools(app)["get_session_result"]
    outcome = call_tool(app, tool, wanted, for_person=True, caller=local_caller("cli"))
    cursor = outcome.structured.get("next_cursor")
    if cursor is not None:
        outcome = attrs.evolve(
            outcome, text=outcome.text.replace(f"next_cursor: {cursor}\n", f"{_OTHERS}\n", 1)
        )
    code = _print(outcome, sent, as_json=as_json)
    return DONE if code == DONE and session.state is SessionState.COMPLETED else FAILED


def _print(outcome: ToolOutcome, sent: Mapping[str, Any], *, as_json: bool) -> int:
    """Print what came of a call; return the exit code."""
    if as_json:
        print(json.dumps(outcome.structured, ensure_ascii=False, indent=2))  # noqa: T201
    elif outcome.is_error:
        _say(outcome.text)
    elif not sys.stdout.isatty():
        print(outcome.text)  # noqa: T201
    elif "rows" in outcome.structured and "format" not in sent:
        _print_tables(outcome.text, outcome.structured)
    else:
        print(visible(outcome.text))  # noqa: T201
    return FAILED if outcome.is_error else DONE


def _say(text: str) -> None:
    print(visible(text) if sys.stderr.isatty() else text, file=sys.stderr)  # noqa: T201


def _parser(tool: ServedTool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=f"sqlcore-mcp call {tool.name}",
        description=tool.definition.description,
        allow_abbrev=False,
    )
    for argument in tool.arguments:
        flags = dict.fromkeys((f"--{argument.name.replace('_', '-')}", f"--{argument.name}"))
        schema = argument.schema()
        options: dict[str, Any] = (
            {"nargs": "?", "const": True} if argument.kind is Kind.FLAG else {}
        )
        parser.add_argument(
            *flags,
            dest=argument.name,
            required=argument.required,
            default=argparse.SUPPRESS,
            metavar=_metavar(argument.kind, argument.choices),
            help=str(schema.get("description", "")).replace("%", "%%") or None,
            **options,
        )
    return parser


def _metavar(kind: Kind, choices: tuple[str, ...]) -> str:
    if choices:
        return "{" + ",".join(choices) + "}"
    json_kinds = (Kind.OBJECT, Kind.OBJECTS, Kind.TEXTS, Kind.VALUES)
    return "JSON" if kind in json_kinds else kind.name


def _call(app: App, tool: ServedTool, sent: Mapping[str, Any], *, agreed: bool) -> ToolOutcome:
    try:
        return _run(app, tool, sent)
    except ConfirmationNeeded as needed:
        question = needed.question
    if agreed or _person_agrees(question):
        return _run(app, tool, sent, confirmed=True)
    error = PolicyError(
        "The statement may change data or schema, and nobody agreed to it. It was not run.",
        hint="Agree at the prompt, or pass --yes.",
    )
    question.refused(error)
    return ToolOutcome.of_error(error)


def _run(
    app: App, tool: ServedTool, sent: Mapping[str, Any], *, confirmed: bool = False
) -> ToolOutcome:
    """Call a tool, with a bar where it takes long."""
    caller = local_caller("cli")
    cancel = CancelToken()
    watch = Watch()

    def work() -> ToolOutcome:
        return call_tool(
            app,
            tool,
            sent,
            cancel=cancel,
            confirmed=confirmed,
            for_person=True,
            caller=caller,
            watch=watch,
        )

    def ask() -> Progress | None:
        if watch.server_session is None:
            return None
        database = app.database(sent.get("source"), sent.get("database"))
        return database.connection.activity.progress(watch.server_session)

    # The servers tell a fraction of commands that change something, and of no others.
    asks = ask if app.settings.access >= Access.WRITE else None
    return run_with_bar(work, lambda: watch.rows, stop=cancel.cancel, ask=asks)


def _person_agrees(question: Question) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{question.write()}\n\nRun it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def visible(text: str) -> str:
    """Spell out what a terminal would obey: data must not move its cursor or turn its text."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _print_tables(text: str, structured: Mapping[str, Any]) -> None:
    """Print an answer, each pipe table with a result set's header as a table for a person."""
    from rich.console import Console  # noqa: PLC0415  # only for a person
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    result_sets = [structured, *structured.get("more_result_sets", ())]
    waiting = [each for each in result_sets if each["columns"]]
    for is_table, group in groupby(text.split("\n"), lambda line: line.startswith("|")):
        lines = list(group)
        if is_table and waiting and lines[0] == _header(waiting[0]):
            console.print(_table(waiting.pop(0)))
        else:
            console.print(Text(visible("\n".join(lines))), soft_wrap=True)


def _header(result_set: Mapping[str, Any]) -> str:
    return markdown_line([column["name"] for column in result_set["columns"]]).rstrip("\n")


def _table(result_set: Mapping[str, Any]) -> Any:
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table()
    for column in result_set["columns"]:
        right = column["type"].startswith(("int", "bigint", "numeric", "decimal", "double"))
        table.add_column(Text(visible(column["name"])), justify="right" if right else "left")
    for row in result_set["rows"]:
        table.add_row(*[_cell(value) for value in row])
    return table


def _cell(value: Any) -> Any:
    from rich.text import Text  # noqa: PLC0415

    if value is None:
        return Text("NULL", style="dim")
    return Text(visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
