"""Prompts that people start with: they say what to do, with the tools that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
from mcp_types import Prompt, PromptArgument

from sqlcore.domain.access import Access
from sqlcore.errors import InvalidArgumentError, NotFoundError
from sqlcore_mcp.app import App
from sqlcore_mcp.callers import Caller
from sqlcore_mcp.rendering.boundary import Data, Part, joined, marked
from sqlcore_mcp.rendering.tokens import Budget
from sqlcore_mcp.schema_resources import table_text
from sqlcore_mcp.tools import served_tools

if TYPE_CHECKING:
    from sqlcore.services.database import Database

__all__ = ["PROMPTS", "PromptDefinition", "listed_prompts", "write_prompt"]

_TABLES_SHARE = 0.8
_MOST_TABLES = 20
_EXPLAINED = (
    "\n\nSay what one row stands for, what each column means, how rows come into being and "
    "change, and how it is connected to other tables. Keep apart what the schema says and "
    "what you infer. Then name what a person who queries it should look out for."
)


@attrs.frozen(kw_only=True)
class Request:
    """A prompt that somebody asks for.

    Attributes:
        said: The arguments.
        tools: The tools that are there.
        database: Opens the database that it is about.
        max_tokens: How long it may be.
    """

    said: Mapping[str, str]
    tools: frozenset[str]
    database: Callable[[], Database]
    max_tokens: int

    def first_of(self, *names: str) -> str | None:
        """Return the first of some tools that is there."""
        return next((name for name in names if name in self.tools), None)


@attrs.frozen(kw_only=True)
class PromptDefinition:
    """A prompt.

    Attributes:
        arguments: Name, description, and whether it is required.
        needs: A tool without which it makes no sense.
    """

    name: str
    title: str
    description: str
    arguments: tuple[tuple[str, str, bool], ...]
    write: Callable[[Request], Sequence[Part]]
    needs: str | None = None


def _explore(request: Request) -> Sequence[Part]:
    topic = request.said.get("topic")
    start = request.first_of("explore_schema", "list_tables") or "describe_table"
    steps = [f"Begin with {start} for an overview."]
    if topic:
        steps.append(f"Look for what has to do with this, with search_tables: {topic}")
    steps.append("Describe the tables that matter with describe_table.")
    paths = request.first_of("find_relationships")
    if paths:
        steps.append(f"Where it is not clear how two tables are connected, use {paths}.")
    steps.append(
        "Then tell me: what this database is about, its main tables and how they are connected, "
        "what one row of each stands for, and the rules that you see (keys, states, deleted rows, "
        "tenants). Keep apart what the schema says and what you infer, and say what you have not "
        "looked at."
    )
    return ["Get to know this database for me.\n\n", _numbered(steps)]


def _write_query(request: Request) -> Sequence[Part]:
    parts: list[Part] = [
        f"Write a SQL query that answers this question:\n\n{request.said['question']}\n\n"
    ]
    names = _names(request.said.get("tables", ""))
    budget = Budget(int(request.max_tokens * _TABLES_SHARE))
    steps = []
    if names:
        parts.append("These tables are said to matter:\n\n")
        database = request.database()
        parts += [Data(f"{table_text(database, name, budget)}\n") for name in names]
        parts.append("\n")
    else:
        steps.append("Find the tables with search_tables, and describe them with describe_table.")
    steps.append(
        "Use only columns that are there, and the dialect that get_server_capabilities names."
    )
    if request.first_of("find_relationships"):
        steps.append("Take joins from foreign keys, or from find_relationships.")
    if "explain_query" in request.tools:
        steps.append("Check the query with explain_query before you run it.")
    if "execute_query" in request.tools:
        steps.append(
            "Run it with execute_query on few rows, and see whether the answer makes sense."
        )
    steps.append("Show me the query, and say what you have assumed.")
    return [*parts, _numbered(steps)]


def _explain_table(request: Request) -> Sequence[Part]:
    budget = Budget(int(request.max_tokens * _TABLES_SHARE))
    return [
        "Explain this table to me:\n\n",
        Data(table_text(request.database(), request.said["table"], budget)),
        _EXPLAINED,
    ]


def _document_schema(request: Request) -> Sequence[Part]:
    schema = request.said.get("schema")
    if schema:
        request.database().catalog.check_schema(schema)
    of_what = f"the schema {schema}" if schema else "this database"
    steps = []
    if "generate_documentation" in request.tools:
        steps.append("Begin with generate_documentation: it has all that the catalog says.")
    else:
        steps.append("List the tables with list_tables, and describe each with describe_table.")
    steps += [
        "Write for each table in one or two sentences what it is for. Say so where you infer it.",
        "Group the tables by subject, and describe how the subjects are connected.",
        "List tables and columns whose names do not say what they hold and that have no comment.",
        "Propose comments for these as SQL statements. Do not run them.",
    ]
    return [f"Document {of_what} for people who are new to it.\n\n", _numbered(steps)]


def _why_is_slow(request: Request) -> Sequence[Part]:
    steps = [
        "Look at its plan with explain_query. analyze runs it, so leave that out unless I agree.",
        "Describe the tables with describe_table: indexes, sizes, types of the columns compared.",
    ]
    extra = request.first_of("get_table_indexes", "get_table_statistics")
    if extra:
        steps.append(f"Where indexes or statistics may be the cause, look with {extra}.")
    steps.append(
        "Tell me where the time goes and why, with the step of the plan that shows it; then what "
        "would help, the least change first: another query with the same answer, statistics, an "
        "index. Say what each costs. Change nothing yourself."
    )
    query = request.said["query"].strip()
    return [f"Why is this query slow?\n\n{_fenced(query)}\n\n", _numbered(steps)]


def _fenced(query: str) -> str:
    marks = "```"
    while marks in query:
        marks += "`"
    return f"{marks}sql\n{query}\n{marks}"


def _numbered(steps: Sequence[str]) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _names(tables: str) -> list[str]:
    """Read names with commas between them; a comma between quotes is part of a name."""
    names, current, is_quoted = [], "", False
    for character in f"{tables},":
        if character == "," and not is_quoted:
            names.append(current.strip())
            current = ""
            continue
        is_quoted ^= character == '"'
        current += character
    found = [name for name in [*names, current.strip()] if name]
    if len(found) > _MOST_TABLES:
        raise InvalidArgumentError(
            f"{len(found)} tables are more than the {_MOST_TABLES} that fit a prompt.",
            parameter="tables",
        )
    return found


PROMPTS = (
    PromptDefinition(
        name="explore_database",
        title="Explore this database",
        description="Get to know what a database is about and how its tables are connected.",
        arguments=(("topic", "What you are interested in, in your words", False),),
        write=_explore,
    ),
    PromptDefinition(
        name="write_query",
        title="Write a query",
        description="Write a query for a question, from the real schema.",
        arguments=(
            ("question", "What you want to know", True),
            ("tables", "Tables that matter, with commas between them", False),
        ),
        write=_write_query,
    ),
    PromptDefinition(
        name="explain_table",
        title="Explain a table",
        description="Explain what a table holds and how to use it.",
        arguments=(("table", "The table, with its schema", True),),
        write=_explain_table,
    ),
    PromptDefinition(
        name="document_schema",
        title="Document this schema",
        description="Write documentation for people who are new to a schema.",
        arguments=(("schema", "Only this schema", False),),
        write=_document_schema,
    ),
    PromptDefinition(
        name="why_is_slow",
        title="Why is this slow?",
        description="Find out why a query takes long, and what would help.",
        arguments=(("query", "The query", True),),
        write=_why_is_slow,
        needs="explain_query",
    ),
)

_WHERE = {
    "source": "The source, where there are several",
    "database": "The database",
}


def listed_prompts(app: App) -> list[Prompt]:
    """List the prompts that make sense on a server."""
    return [
        Prompt(
            name=definition.name,
            title=definition.title,
            description=definition.description,
            arguments=[
                PromptArgument(name=name, description=description, required=required)
                for name, description, required in _arguments(definition, app)
            ],
        )
        for definition in PROMPTS
        if definition.needs is None or app.settings.access >= Access.READ
    ]


def _arguments(definition: PromptDefinition, app: App) -> list[tuple[str, str, bool]]:
    where = ["source"] if app.names_sources else []
    where += ["database"] if app.names_databases else []
    return [*definition.arguments, *((name, _WHERE[name], False) for name in where)]


def write_prompt(app: App, name: str, said: Mapping[str, str], caller: Caller) -> str:
    """Write a prompt that is listed; blocks while tables are looked up.

    Raises:
        NotFoundError: There is no such prompt, or no such table.
        InvalidArgumentError: An argument is missing, or not known.
        SqlCoreError: The server cannot be asked.
    """
    listed = {prompt.name for prompt in listed_prompts(app)}
    definition = next((one for one in PROMPTS if one.name == name and name in listed), None)
    if definition is None:
        raise NotFoundError(f"Unknown prompt: {name}")
    known = {argument: required for argument, _, required in _arguments(definition, app)}
    for argument in said:
        if argument not in known:
            raise InvalidArgumentError(
                f'There is no argument "{argument[:100]}".',
                parameter=argument[:100],
                hint=f"It takes: {', '.join(known)}.",
            )
    values = {argument: value for argument, value in said.items() if value.strip()}
    for argument, required in known.items():
        if required and argument not in values:
            raise InvalidArgumentError(f'The argument "{argument}" is missing.', parameter=argument)

    def database() -> Database:
        found = app.database(values.get("source"), values.get("database"))
        return found.on_behalf_of(caller.name)

    request = Request(
        said=values,
        tools=frozenset(served_tools(app)),
        database=database,
        max_tokens=app.settings.max_tokens,
    )
    parts = [*definition.write(request), _where(values)]
    return (marked if app.settings.data_boundary else joined)(parts)


def _where(values: Mapping[str, str]) -> str:
    said = [f"{name} {values[name]}" for name in _WHERE if name in values]
    return f"\n\nAll of this is about {' and '.join(said)}." if said else ""
