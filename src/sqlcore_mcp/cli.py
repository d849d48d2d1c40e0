"""The command `sqlcore-mcp`: serve, call, doctor, docs, grants, demo.

Exit codes: 0 done, 1 it failed, 2 it was asked for wrongly (arguments, settings).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from sqlcore.config import load_settings, words
from sqlcore.errors import ConfigurationError, SqlCoreError
from sqlcore.services.policy import PrivilegeCheck
from sqlcore_mcp.logs import configure_logging
from sqlcore_mcp.settings import SWITCHES, TOOLSETS, ServerSettings

if TYPE_CHECKING:
    from sqlcore_mcp.app import App

__all__ = ["main"]

DONE, FAILED, MISUSED = 0, 1, 2

_OUT_HELP = "of start_query: where all rows are written (.csv, .jsonl or .parquet)"
_EPILOG = """\
The database is named by --url, SQLCORE_URL, DATABASE_URL or the settings file:
  postgresql://user@host:5432/database   mssql://user@host:1433/database
A password may stand in SQLCORE_PASSWORD, or where password_env or password_file of a source say.
Every setting is also an environment variable: --max-rows is SQLCORE_MAX_ROWS.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    said = list(sys.argv[1:] if arguments is None else arguments)
    if not said or (said[0].startswith("-") and said[0] not in ("-h", "--help", "--version")):
        said.insert(0, "serve")
    try:
        options, rest = _parser().parse_known_args(said)
        if rest and options.command != "call":
            _parser().error(f"unrecognized arguments: {' '.join(rest)}")
        code: int = _COMMANDS[options.command](options, rest)
        if options.command != "serve":  # whose output is the transport's
            sys.stdout.flush()
    except BrokenPipeError:
        return _stop_writing()
    except ConfigurationError as error:
        _complain(error)
        return MISUSED
    except SqlCoreError as error:
        _complain(error)
        return FAILED
    except KeyboardInterrupt:
        return 130  # as shells have it for a process that Ctrl-C ended
    return code


def _stop_writing() -> int:
    """Write nothing more to who has stopped reading, as `head` does; return the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())  # for what Python writes at its end
    os.close(nowhere)
    return 141  # as shells have it for a process that SIGPIPE ended


def _complain(error: SqlCoreError) -> None:
    print(f"sqlcore-mcp: {error}", file=sys.stderr)  # noqa: T201  # a command line speaks


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sqlcore-mcp",
        description="SQL databases for AI agents, as an MCP server. Without a command: serve.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sqlcore {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common_options()
    serve = _command(commands, "serve", "run the MCP server (the default)", [common])
    _add_server_options(serve)
    call = _command(commands, "call", "call one tool and show its answer", [common])
    call.add_argument("tool", metavar="TOOL", help="its name; then --ARGUMENT VALUE for each")
    call.add_argument("-h", "--help", action=_CallHelp, help="show this, or behind TOOL its own")
    call.add_argument("--json", action="store_true", help="print structured content")
    call.add_argument("--out", type=Path, metavar="FILE", help=_OUT_HELP)
    call.add_argument("--yes", action="store_true", help="agree to a statement that changes data")
    _command(commands, "doctor", "check connection, login and privileges", [common])
    grants = _command(
        commands, "grants", "print the statements that make a least-privilege login", [common]
    )
    grants.add_argument("--login", metavar="NAME", help="its name (default: sqlcore_LEVEL)")
    grants.add_argument("--schemas", help="comma-separated (default: all that have tables)")
    grants.add_argument("--engine", choices=_ENGINES, help="without a database: for which server")
    grants.add_argument("--source", help="the source, where there are several")
    _add_docs_options(
        _command(commands, "docs", "write the documentation of a database as files", [common])
    )
    demo = _command(commands, "demo", "show the server at work on a sample database", [])
    demo.add_argument("--data-dir", type=Path, help="where the sample database is kept")
    return parser


class _CallHelp(argparse.Action):
    """Shows the help of `call`; behind the name of a tool it leaves that to the tool."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, default=False, help=help)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,  # noqa: ARG002  # argparse's signature
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        if getattr(namespace, "tool", None) is None:
            parser.print_help()
            parser.exit()
        setattr(namespace, self.dest, True)


def _command(
    commands: Any, name: str, help_text: str, parents: list[argparse.ArgumentParser]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_text,
        description=f"{help_text[0].upper()}{help_text[1:]}.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=parents,
        allow_abbrev=False,
        add_help=name != "call",
    )
    return parser


def _common_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--url", help="the database")
    options.add_argument("--demo", action="store_true", help="use the embedded sample database")
    options.add_argument("--config", type=Path, metavar="FILE", help="the settings file (TOML)")
    options.add_argument("--profile", help="a profile of the settings file")
    options.add_argument("--access", help="metadata (default), read or write")
    options.add_argument("--confirm-writes", help="ask (default), never or refuse")
    options.add_argument("--max-rows", type=int, help="rows of a result, unless a call says more")
    options.add_argument("--timeout-seconds", type=float, help="seconds for a statement")
    options.add_argument("--privilege-check", help="of the login: warn (default), enforce or off")
    options.add_argument("--allow-functions", metavar="NAMES", help="a read may call: f, s.f, s.*")
    options.add_argument("--allow-procedures", metavar="NAMES", help="may be called at read: s.p")
    options.add_argument("--mask", metavar="COLUMNS", help="never shown: customers.phone, *.email")
    options.add_argument("--max-plan-cost", type=float, help="the dearest plan that is run")
    options.add_argument("--audit-log", metavar="FILE", help="where each statement is noted")
    options.add_argument(
        "--audit-required",
        action="store_true",
        default=None,
        help="run nothing while the audit log cannot be written",
    )
    options.add_argument("--log-level", help="debug, info, warning (default), error or critical")
    return options


def _add_docs_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--out", type=Path, metavar="DIR", required=True, help="the folder; made if need be")
    add("--schema", help="only this schema")
    add("--include-sizes", action="store_true", help="also rounded sizes, which change by time")
    add("--force", action="store_true", help="overwrite what this command has not written")
    add("--source", help="the source, where there are several")
    add("--database", help="the database, where the source names none")


def _add_server_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--toolsets", help=f"comma-separated: {', '.join(TOOLSETS)} or all (default: core)")
    add("--enable", metavar="SWITCHES", help=f"comma-separated: {', '.join(SWITCHES)} or all")
    for switch in SWITCHES:
        flag = f"--enable-{switch.replace('_', '-')}"
        add(flag, action="store_true", default=None, help=argparse.SUPPRESS)
    add("--transport", help="stdio (default) or http")
    add("--host", help="for http (default: 127.0.0.1)")
    add("--port", type=int, help="for http (default: 8000)")
    add("--allowed-hosts", help="Host headers to serve beside local ones, comma-separated")
    add("--allowed-origins", help="Origin headers to serve beside local ones, comma-separated")
    add("--http-answers", help="json (default) or sse")
    add("--max-tokens", type=int, help="the size of an answer, unless a call says otherwise")
    add("--max-concurrent-calls", type=int, help="calls that run at once; others wait")


_NOT_SETTINGS = frozenset(
    {"command", "config", "profile", "demo", "tool", "json", "yes", "help", "out"}
)
_NOT_SETTINGS |= {"login", "schemas", "engine", "source"}
_NOT_SETTINGS |= {"schema", "include_sizes", "force", "database"}
_ENGINES = {"postgres": "postgresql", "mssql": "mssql"}
"""What `--engine` takes, with the scheme of its URLs."""


def _settings(options: argparse.Namespace, environ: Mapping[str, str]) -> ServerSettings:
    said = {key: value for key, value in vars(options).items() if key not in _NOT_SETTINGS}
    return load_settings(
        ServerSettings,
        environ=environ,
        overrides=said,
        config_path=options.config,
        profile=options.profile,
    )


def _open(options: argparse.Namespace, **preset: Any) -> tuple[App, Any]:
    """Open the application; also return the sample database, if it is asked for."""
    from sqlcore_mcp.app import App  # noqa: PLC0415  # help texts need none of it

    sample = None
    if options.demo:
        from sqlcore_mcp.demo.embedded import start_sample  # noqa: PLC0415  # an extra

        sample = start_sample()
        options.url = sample.url
    for key, value in preset.items():
        setattr(options, key, value)
    settings = _settings(options, os.environ)
    if sample is not None and settings.privilege_check is PrivilegeCheck.WARN:
        # The sample's only login owns it: nobody has to be told each time.
        settings = attrs.evolve(settings, privilege_check=PrivilegeCheck.OFF)
    configure_logging(settings.log_level)
    return App(settings), sample


def _serve(options: argparse.Namespace, _: list[str]) -> int:
    from sqlcore_mcp.serving import serve  # noqa: PLC0415  # the SDK is heavy

    app, sample = _open(options)
    try:
        return serve(app)
    finally:
        if sample is not None:
            sample.close()


def _call(options: argparse.Namespace, rest: list[str]) -> int:
    from sqlcore_mcp.terminal import call_from_terminal  # noqa: PLC0415  # only for this command

    app, sample = _open(options, toolsets=("all",), enable=("all",))  # who calls is no model
    rest += ["--help"] if options.help else []
    try:
        with app:
            return call_from_terminal(
                app,
                options.tool,
                rest,
                as_json=options.json,
                agreed=options.yes,
                out=options.out,
            )
    finally:
        if sample is not None:
            sample.close()


def _doctor(options: argparse.Namespace, _: list[str]) -> int:
    from rich.console import Console  # noqa: PLC0415  # only for this command

    from sqlcore_mcp.doctor import diagnose, print_report  # noqa: PLC0415

    app, sample = _open(options)
    try:
        with app:
            if not app.sources.names:
                app.sources.connection_settings()
            access = app.settings.access
            reports = [
                diagnose(app.sources, name, access, app.settings.privilege_check)
                for name in app.sources.names
            ]
            for report in reports:
                print_report(Console(), report)
    finally:
        if sample is not None:
            sample.close()
    return DONE if all(report.healthy for report in reports) else FAILED


def _grants(options: argparse.Namespace, _: list[str]) -> int:
    from sqlcore_mcp.granting import grant_script  # noqa: PLC0415  # only for this command

    app, sample = _open(options)
    try:
        with app:
            script = grant_script(
                app,
                scheme=_ENGINES.get(options.engine),
                source=options.source,
                login=options.login,
                schemas=words(options.schemas or ""),
            )
    finally:
        if sample is not None:
            sample.close()
    print(script)  # noqa: T201  # a command line speaks
    return DONE


def _docs(options: argparse.Namespace, _: list[str]) -> int:
    from sqlcore_mcp.document_files import document_files, write_files  # noqa: PLC0415

    app, sample = _open(options)
    try:
        with app:
            database = app.database(options.source, options.database)
            files = dict(
                document_files(database, schema=options.schema, include_sizes=options.include_sizes)
            )
            done = write_files(options.out, files, force=options.force)
    finally:
        if sample is not None:
            sample.close()
    changes = [(done.written, "written"), (done.unchanged, "unchanged"), (done.removed, "removed")]
    said = ", ".join(f"{len(names):,} {what}" for names, what in changes if names)
    print(f"{options.out}: {said}. Begin with README.md.")  # noqa: T201  # a command line speaks
    return DONE


def _demo(options: argparse.Namespace, _: list[str]) -> int:
    from sqlcore_mcp.demo.run import run_demo  # noqa: PLC0415  # an extra

    return run_demo(options.data_dir)


_COMMANDS = {
    "serve": _serve,
    "call": _call,
    "doctor": _doctor,
    "docs": _docs,
    "grants": _grants,
    "demo": _demo,
}


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  # for one option

    return version("sqlcore")
