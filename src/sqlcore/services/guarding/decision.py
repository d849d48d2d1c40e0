"""What the guard decided, and what a statement is."""

from __future__ import annotations

import enum

import attrs

from sqlcore.errors import PolicyError

__all__ = ["Decision", "Refusal", "StatementKind"]


class StatementKind(enum.Enum):
    """What a statement does, by its verb."""

    SELECT = "select"
    """SELECT, VALUES and TABLE, with or without WITH."""
    EXPLAIN = "explain"
    SHOW = "show"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    MERGE = "merge"
    DEFINITION = "definition"
    """CREATE, ALTER, DROP, TRUNCATE and their like."""
    PERMISSION = "permission"
    CALL = "call"
    TRANSACTION = "transaction"
    SETTING = "setting"
    SCRIPT = "script"
    """Several statements."""
    EMPTY = "empty"
    OTHER = "other"


@attrs.frozen(kw_only=True)
class Decision:
    """Whether a text may run, and why not.

    Attributes:
        allowed: Whether it may run.
        kind: What the text is; of several statements, `SCRIPT`.
        reason: One sentence: why it may run, or why not.
        hint: What to do next, for a refusal.
        position: The character at which the refusal is aimed, from 1.
        line: Its line, from 1.
        by_schema: Whether it was refused for what the database's own objects are.
    """

    allowed: bool
    kind: StatementKind
    reason: str
    hint: str | None = None
    position: int | None = None
    line: int | None = None
    by_schema: bool = False

    def raise_if_refused(self) -> None:
        """Go on if the text may run.

        Raises:
            PolicyError: It may not.
        """
        if not self.allowed:
            raise PolicyError(self.reason, hint=self.hint, line=self.line, position=self.position)


class Refusal(Exception):  # noqa: N818 - it does not leave the guard
    """The text may not run at `read`; `decide` turns it into a `Decision`."""

    def __init__(
        self, reason: str, hint: str, offset: int | None = None, *, by_schema: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.offset = offset
        self.by_schema = by_schema
