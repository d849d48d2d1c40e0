"""What a session does."""

from __future__ import annotations

from collections.abc import Callable, Generator

import attrs

from sqlcore.domain.procedure import CallEvent
from sqlcore.domain.query import ExecutionOptions
from sqlcore.domain.session import Progress, SessionKind
from sqlcore.services.watching import Watch

__all__ = ["Work"]


@attrs.frozen(kw_only=True)
class Work:
    """Something that runs for a while and yields events; sessions need not know what it is.

    Attributes:
        statement: The SQL text, or the name of the procedure, for the record.
        source: Host, port and database, for the record.
        run: Runs it. Called in a thread of the sessions, with the options below, their token and
            their `on_connection`. What it holds is held until the session has ended.
        options: `timeout_s` is cut to that of the sessions; `cancel` is replaced by theirs.
        watch: Sees what comes back, where the session itself does not.
        progress: Asks how far the statement of a server session is; None where nobody can tell.
    """

    kind: SessionKind = SessionKind.QUERY
    statement: str = attrs.field(repr=False)
    source: str = ""
    run: Callable[[ExecutionOptions], Generator[CallEvent, None, None]] = attrs.field(repr=False)
    options: ExecutionOptions = attrs.field(factory=ExecutionOptions)
    watch: Watch | None = attrs.field(default=None, repr=False)
    progress: Callable[[str], Progress | None] | None = attrs.field(default=None, repr=False)
