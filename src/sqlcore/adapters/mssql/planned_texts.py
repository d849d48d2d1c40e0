"""The text that a server is asked to plan.

The server plans no call of `sp_executesql`, so the caller's text is a batch of its own there, with
the constants of its parameters in it. What could end the state in which the server only plans, or
the transaction around it, stands in no such batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlcore.adapters.mssql.literals import BoundParameter
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.domain.lexing import Token, TokenKind, tokenize
from sqlcore.errors import PolicyError, UnsupportedError

__all__ = ["planned_text"]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_PLANNED = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"})
_REFUSED = frozenset(
    {
        *(
            "COMMIT",
            "ROLLBACK",
            "SAVE",
            "BEGIN",
            "EXEC",
            "EXECUTE",
            "USE",
            "DECLARE",
            "IF",
            "WHILE",
        ),
        *("GOTO", "RETURN", "WAITFOR", "CREATE", "ALTER", "DROP", "TRUNCATE", "GRANT", "REVOKE"),
        *("DENY", "KILL", "SHUTDOWN", "BACKUP", "RESTORE", "DBCC", "RECONFIGURE", "CHECKPOINT"),
        *("SETUSER", "REVERT", "STATISTICS", "BULK"),
    }
)
_STATES = ("SHOWPLAN", "BABELFISH")


def planned_text(request: Request, *, on_one_line: bool) -> str:
    """Write the batch whose plan is asked for.

    Args:
        request: The caller's text and parameters.
        on_one_line: Write it without line breaks, those inside strings as spaces: where the plan
            is text and quotes the batch, no line of the batch can then pass for one of the plan.

    Raises:
        UnsupportedError: It is no query and no change of rows.
        PolicyError: It holds more than that.
    """
    tokens = tokenize(request.text, "tsql")
    _check([token for token in tokens if token.kind not in _BLANK])
    constants = {p.name.lower(): _constant(p) for p in request.parameters}
    return "".join(_written(token, constants, on_one_line=on_one_line) for token in tokens)


def _check(tokens: Sequence[Token]) -> None:
    first = next((token for token in tokens if token.text != "("), None)
    verb = "" if first is None else first.text.upper()
    if first is None or first.kind is not TokenKind.WORD or verb not in _PLANNED:
        raise UnsupportedError(
            f"There is no plan for a statement that begins with {verb[:20] or 'nothing'}.",
            hint="Ask for the plan of a SELECT, INSERT, UPDATE, DELETE or MERGE.",
        )
    words = [token for token in tokens if token.kind is TokenKind.WORD]
    counts = Counter(token.text.upper() for token in words)
    for token in words:
        word = token.text.upper()
        if word in _REFUSED or word.startswith(_STATES):
            raise _refusal(word, token)
        # Each UPDATE has one SET; one more would set an option of the session.
        if word == "SET" and counts["SET"] > counts["UPDATE"]:
            raise _refusal(word, token)


def _refusal(word: str, token: Token) -> PolicyError:
    return PolicyError(
        f"{word} stands in the text, so that it may do more than be planned; it was not sent.",
        hint="Ask for the plan of one query or one change of rows.",
        position=token.start + 1,
    )


def _constant(parameter: BoundParameter) -> str:
    """Write a parameter as its constant, of its type."""
    kind, literal = parameter.type, parameter.literal
    if kind.startswith("nvarchar") and literal.startswith("N'"):
        return f" {literal} "  # as it is, for CONTAINS and the like take no expression
    return f" (CAST({literal} AS {kind})) "


def _written(token: Token, constants: dict[str, str], *, on_one_line: bool) -> str:
    text = token.text
    if token.kind is TokenKind.VARIABLE:
        text = constants.get(text[1:].lower(), text)
    if not on_one_line:
        return text
    if token.kind in _BLANK:
        return " "
    return " ".join(text.splitlines())
