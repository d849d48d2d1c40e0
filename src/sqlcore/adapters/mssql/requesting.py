"""A statement, ready to be sent."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.adapters.mssql.batches import call, declarations, new_savepoint
from sqlcore.adapters.mssql.errors import TRANSACTION_COUNT_MISMATCH
from sqlcore.adapters.mssql.literals import BoundParameter, bind_parameter
from sqlcore.domain.lexing import Token, bind, short_fingerprint, tokenize
from sqlcore.domain.lexing.tokens import LexError, TokenKind
from sqlcore.domain.query import ExecutionOptions, Parameter, Statement, TransactionMode
from sqlcore.errors import InvalidArgumentError, SqlCoreError

__all__ = ["Request"]

_FIRST_WORDS = 2
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)


@attrs.frozen(kw_only=True)
class Request:
    """A text in SQL Server's form, its parameters, and how it runs."""

    text: str
    parameters: tuple[BoundParameter, ...]
    options: ExecutionOptions

    @classmethod
    def of(cls, statement: Statement, options: ExecutionOptions) -> Request:
        """Put the placeholders and the constants of the parameters into SQL Server's form.

        Raises:
            InvalidArgumentError: They do not fit together, or no batch can carry the text.
        """
        text, parameters = _bound(statement)
        return cls(text=text, parameters=parameters, options=options)

    @property
    def key(self) -> tuple[str, str]:
        """What decides on the types of its columns."""
        return self.text, declarations(self.parameters)

    @property
    def batch(self) -> str:
        """What is sent, inside a transaction."""
        return call(self.text, self.parameters)

    def savepoint(self) -> str:
        """Name the savepoint of a transaction that is rolled back."""
        return new_savepoint()

    @property
    def is_rolled_back(self) -> bool:
        """Whether its transaction is rolled back, whatever happens."""
        return self.options.mode is not TransactionMode.READ_WRITE

    @property
    def depth(self) -> int:
        """How many transactions are open when it has ended as it should."""
        return 1

    def first_words(self) -> list[str]:
        """Give what it begins with."""
        words = [token.text for token in self._tokens() if token.kind not in _BLANK]
        return words[:_FIRST_WORDS]

    def ends_transactions(self) -> bool:
        """Say whether it holds a word that ends a transaction."""
        return any(
            token.kind is TokenKind.WORD and token.text.upper() in ("COMMIT", "ROLLBACK")
            for token in self._tokens()
        )

    def may_have_escaped(self, error: SqlCoreError) -> bool:
        """Say whether it may have ended its transaction before it failed.

        An error ends the transaction too (XACT_ABORT), and so do we, so that the count no longer
        tells: the words have to.
        """
        return error.number == TRANSACTION_COUNT_MISMATCH or self.ends_transactions()

    def fingerprint(self) -> str:
        """Give what is the same for all statements of its form; no value is in it."""
        try:
            return short_fingerprint(self.text, "tsql")
        except LexError:
            return "unreadable"

    def _tokens(self) -> Sequence[Token]:
        try:
            return tokenize(self.text, "tsql")
        except LexError:
            return ()


def _bound(statement: Statement) -> tuple[str, tuple[BoundParameter, ...]]:
    """Put the placeholders and the constants of the parameters into SQL Server's form."""
    parameters: dict[str, Parameter]
    names: Sequence[str] | int
    if statement.positional:
        names = len(statement.positional)
        parameters = {f"p{n}": p for n, p in enumerate(statement.positional, 1)}
    else:
        names = tuple(statement.named)
        parameters = dict(statement.named)
    if "\0" in statement.text:
        raise InvalidArgumentError(
            "The statement holds a NUL character, which no batch can carry.",
            position=statement.text.index("\0") + 1,
        )
    bound = bind(statement.text, "tsql", names)
    return bound.text, tuple(
        bind_parameter(name, parameters[name].value, parameters[name].type) for name in bound.names
    )
