"""A statement made ready for the protocol: placeholders as `$1…$n`, values as arguments."""

from __future__ import annotations

import attrs

from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.parameters import Arguments, ResolveType, make_arguments
from sqlcore.domain.lexing import TokenKind, bind, split_statements, tokenize
from sqlcore.domain.query import Statement
from sqlcore.errors import InvalidArgumentError

__all__ = ["PreparedText", "prepare"]

# Commands of which some forms run outside transactions only ("Notes" of their pages).
_LONERS = frozenset({"VACUUM", "CREATE", "DROP", "ALTER", "REINDEX", "CLUSTER", "DISCARD"})


@attrs.define(kw_only=True)
class PreparedText:
    """A text to send.

    Attributes:
        is_callers: Whether it is exactly what the caller wrote.
        arguments: None for a statement without parameters.
        types: Knows the types of its results.
        is_alone: Whether it runs outside a transaction.
    """

    text: str
    encoded: bytes = attrs.field(repr=False)
    is_callers: bool
    arguments: Arguments | None
    types: TypeBook
    is_alone: bool = False

    @property
    def is_one_command(self) -> bool:
        """Whether it is a single command of those that may have to run outside transactions."""
        statements = split_statements(tokenize(self.text, "postgres"))
        if len(statements) != 1:
            return False
        words = (token.text.upper() for token in statements[0] if token.kind is TokenKind.WORD)
        return next(words, "") in _LONERS


def prepare(statement: Statement, types: TypeBook, resolve: ResolveType) -> PreparedText:
    """Make a statement ready.

    Raises:
        InvalidArgumentError: A parameter is missing, not used, or cannot be sent.
    """
    text = statement.text
    arguments: Arguments | None = None
    parameters = statement.positional or tuple(statement.named.values())
    if statement.named and statement.positional:
        raise InvalidArgumentError("Give parameters by name or by place, not both.")
    if parameters or ":" in text or "$" in text:
        names = tuple(statement.named) if statement.named else len(statement.positional)
        bound = bind(text, "postgres", names)
        if parameters:
            if statement.named:
                parameters = tuple(statement.named[name] for name in bound.names)
            arguments = make_arguments(bound.names, parameters, resolve)
        text = bound.text
    if "\0" in text:
        raise InvalidArgumentError("The statement has a NUL character.")
    try:
        encoded = text.encode()
    except UnicodeEncodeError as exc:
        raise InvalidArgumentError(
            "The statement has half of a surrogate pair, which is no character."
        ) from exc
    return PreparedText(
        text=text,
        encoded=encoded,
        is_callers=text == statement.text,
        arguments=arguments,
        types=types,
    )
