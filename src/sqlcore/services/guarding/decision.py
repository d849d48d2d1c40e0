"""What the guard decided, and what a statement is."""

from __future__ import annotations

import enum
from typing import Protocol

import attrs

from sqlcore.errors import PolicyError

__all__ = ["Decision", "FunctionResolver", "Refusal", "StatementKind"]


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
    """

    allowed: bool
    kind: StatementKind
    reason: str
    hint: str | None = None
    position: int | None = None
    line: int | None = None

    def raise_if_refused(self) -> None:
        """Go on if the text may run.

        Raises:
            PolicyError: It may not.
        """
        if not self.allowed:
            raise PolicyError(self.reason, hint=self.hint, line=self.line, position=self.position)


class FunctionResolver(Protocol):
    """Tells what the catalog knows of a function that the guard does not."""

    def is_safe(self, name: tuple[str, ...]) -> bool:
        """Say whether every function of that name only reads.

        Args:
            name: The parts of the name as the engine folds them, schema first if it is written:
                `("sales", "net_price")` or `("net_price",)`.
        """
        ...


class Refusal(Exception):  # noqa: N818 - it does not leave the guard
    """The text may not run at `read`; `decide` turns it into a `Decision`."""

    def __init__(self, reason: str, hint: str, offset: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.offset = offset
