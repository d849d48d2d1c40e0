"""What a tool is: declared once; served over MCP, by the toolbox and by the command line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import InvalidArgumentError, SqlCoreError
from sqlcore.services.watching import Watch
from sqlcore_mcp.app import App
from sqlcore_mcp.arguments import Argument, Kind, input_schema
from sqlcore_mcp.callers import Caller
from sqlcore_mcp.logs import log
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part, joined
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.database import Database

__all__ = [
    "Answer",
    "Call",
    "ConfirmationNeeded",
    "Link",
    "PartialAnswer",
    "Question",
    "ServedTool",
    "ToolDefinition",
    "serve",
]


def _parts(text: str | Sequence[Part]) -> tuple[Part, ...]:
    return (Data(text),) if isinstance(text, str) else tuple(text)


@attrs.frozen(kw_only=True)
class Link:
    """A resource that an answer names, for clients that can show it.

    Attributes:
        size_bytes: None where it is not known before it is read.
    """

    uri: str
    name: str
    mime_type: str
    size_bytes: int | None = None


@attrs.frozen
class Answer:
    """What a tool returns: text for a model, and the same as structured content.

    Attributes:
        parts: The text: words of the server's own, and what comes from the database. A plain text
            counts as the latter.
        links: Resources that it names; the text names them too.
    """

    parts: tuple[Part, ...] = attrs.field(converter=_parts)
    structured: Mapping[str, Any]
    links: tuple[Link, ...] = ()

    @property
    def text(self) -> str:
        """The text without marks."""
        return joined(self.parts)


@attrs.frozen
class Question:
    """What a person is asked before a statement runs that changes something.

    Attributes:
        words: The question in the server's own words, and where it would run.
        statement: The statement, as it is shown.
        touched: Finds out what it would touch, in words; may take seconds.
        asked: Notes that the person is asked.
        refused: Notes that the statement was not run, and why.
    """

    words: str
    statement: str
    touched: Callable[[], str] = attrs.field(repr=False)
    asked: Callable[[], None] = attrs.field(repr=False)
    refused: Callable[[SqlCoreError], None] = attrs.field(repr=False)

    def write(self) -> str:
        """Write the question; blocks.

        The statement comes last: no words in it can pass for the server's.
        """
        self.asked()
        try:
            touched = self.touched()
        except Exception:  # noqa: BLE001  # a boundary: the question is asked without it
            log().exception("preview_failed")
            touched = "How many rows it would touch is not known: finding out failed."
        return f"{self.words} {touched}\n\n{self.statement}"


class PartialAnswer(Exception):  # noqa: N818  # it carries the error
    """A tool failed, and has something to show all the same.

    Args:
        error: What failed.
        answer: What had come back before.
    """

    def __init__(self, error: SqlCoreError, answer: Answer) -> None:
        super().__init__(error.code)
        self.error = error
        self.answer = answer


class ConfirmationNeeded(Exception):  # noqa: N818  # a question, not an error
    """A tool stopped before it changed anything: a person has to be asked first."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.statement)
        self.question = question


@attrs.frozen(kw_only=True)
class Call:
    """One call of a tool.

    Attributes:
        max_tokens: The size of the answer.
        source: The source that the call names.
        database_name: The database that the call names.
        confirmed: Whether a person has agreed to what the tool is about to change.
        caller: Who calls.
        watch: Sees what the call's statements bring back.
    """

    app: App
    cancel: CancelToken
    max_tokens: int
    source: str | None = None
    database_name: str | None = None
    confirmed: bool = False
    caller: Caller = attrs.field(factory=Caller)
    watch: Watch | None = None

    @property
    def database(self) -> Database:
        """The database that the call is about, on behalf of its caller."""
        return self._database(self.database_name)

    def database_of(self, table_name: str) -> Database:
        """Return the database that the call is about; in server mode a name of three parts says it.

        What the call says beside the name comes first.
        """
        name = self.database_name
        if name is None and self.app.in_server_mode(self.source):
            with contextlib.suppress(InvalidArgumentError):  # whoever looks the table up says why
                name = QualifiedName.parse(table_name).database
        return self._database(name)

    def _database(self, name: str | None) -> Database:
        return self.app.database(self.source, name).on_behalf_of(self.caller.name, self.watch)

    @property
    def budget(self) -> Budget:
        """A new budget of the size of the answer."""
        budget = Budget(self.max_tokens)
        if self.app.settings.data_boundary:
            budget.spend(MARKS)
        return budget


@attrs.frozen(kw_only=True)
class ToolDefinition:
    """A tool.

    Attributes:
        run: Takes the call, and the arguments by name; blocks.
        output: The TypedDict of the structured content.
        access: The level from which it is listed.
        switch: The switch that lists it, beside its toolset; None where none is needed.
        runs_statements: Whether it runs SQL, which may take long, or only reads the catalog.
        makes_files: Whether it writes files of results.
        starts_session: Whether what it returns names a session that it has started.
        waits: Whether it waits for something when its argument `wait_seconds` says so.
        can_write: Whether it may change data at the access level `write`.
        pages: Whether the answer may be long; it then takes `max_tokens`.
        server_mode_only: Whether it is listed only where a call may name a database.
        names_database: Whether it is about one, and so takes `database` and `source`.
        stores_knowledge: Whether it can post its document to the knowledge endpoint; it then takes
            `store_in_knowledge` where there is one.
    """

    name: str
    title: str
    description: str
    toolset: str
    run: Callable[..., Answer]
    output: type
    arguments: tuple[Argument, ...] = ()
    access: Access = Access.METADATA
    switch: str | None = None
    runs_statements: bool = False
    makes_files: bool = False
    starts_session: bool = False
    waits: bool = False
    can_write: bool = False
    pages: bool = True
    server_mode_only: bool = False
    names_database: bool = True
    stores_knowledge: bool = False


@attrs.frozen(kw_only=True)
class ServedTool:
    """A tool as one server offers it, with the arguments that its mode adds.

    Attributes:
        read_only: Whether it changes nothing anywhere.
        destructive: Whether what it changes may be lost by that, in a database.
        open_world: Whether it may talk to something beside the databases.
    """

    definition: ToolDefinition
    arguments: tuple[Argument, ...]
    read_only: bool
    destructive: bool
    open_world: bool

    @property
    def name(self) -> str:
        """The name by which it is called."""
        return self.definition.name

    def input_schema(self) -> dict[str, Any]:
        """Write the JSON schema of its input."""
        return input_schema(self.arguments)


_DATABASE = Argument(name="database")
_SOURCE = Argument(name="source")
_STORE = Argument(
    name="store_in_knowledge",
    kind=Kind.FLAG,
    description="also post it to the knowledge endpoint",
)
_MAX_TOKENS = Argument(name="max_tokens", kind=Kind.INTEGER, minimum=200)


def serve(definition: ToolDefinition, app: App) -> ServedTool | None:
    """Fit a tool to a server; None where it is not listed there."""
    settings = app.settings
    if definition.toolset not in settings.listed_toolsets or definition.access > settings.access:
        return None
    if definition.switch is not None and definition.switch not in settings.enabled:
        return None
    if definition.server_mode_only and not app.names_databases:
        return None
    arguments = definition.arguments
    posts = definition.stores_knowledge and app.knowledge is not None
    if posts:
        arguments += (_STORE,)
    if app.names_databases and definition.names_database and not definition.server_mode_only:
        arguments += (_DATABASE,)
    if app.names_sources and definition.names_database:
        choices = app.source_names
        arguments += (attrs.evolve(_SOURCE, choices=choices),)
    if definition.pages:
        arguments += (attrs.evolve(_MAX_TOKENS, default=settings.max_tokens),)
    writes = definition.can_write and settings.access >= Access.WRITE
    return ServedTool(
        definition=definition,
        arguments=arguments,
        read_only=not (writes or posts),
        destructive=writes,
        open_world=posts,
    )
