"""Reading SQL text the way each engine's own lexer does, without a parser."""

from sqlcore.domain.lexing.dialects import DIALECTS
from sqlcore.domain.lexing.placeholders import BoundText, bind
from sqlcore.domain.lexing.statements import (
    Batch,
    fingerprint,
    short_fingerprint,
    split_batches,
    split_statements,
)
from sqlcore.domain.lexing.tokens import (
    LexError,
    Pieces,
    Token,
    TokenKind,
    cut,
    line_of,
    tokenize,
)

__all__ = [
    "DIALECTS",
    "Batch",
    "BoundText",
    "LexError",
    "Pieces",
    "Token",
    "TokenKind",
    "bind",
    "cut",
    "fingerprint",
    "line_of",
    "short_fingerprint",
    "split_batches",
    "split_statements",
    "tokenize",
]
