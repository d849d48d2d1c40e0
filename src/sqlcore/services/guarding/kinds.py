"""What kind of statement a text is, by its verb; nothing is decided on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlcore.domain.lexing import Token, TokenKind
from sqlcore.services.guarding.decision import StatementKind

__all__ = ["kind_of"]

_VERBS: Mapping[StatementKind, str] = {
    StatementKind.SELECT: "SELECT VALUES TABLE",
    StatementKind.EXPLAIN: "EXPLAIN",
    StatementKind.SHOW: "SHOW",
    StatementKind.INSERT: "INSERT COPY BULK REPLACE",
    StatementKind.UPDATE: "UPDATE",
    StatementKind.DELETE: "DELETE",
    StatementKind.MERGE: "MERGE",
    StatementKind.DEFINITION: "CREATE ALTER DROP TRUNCATE COMMENT REINDEX CLUSTER REFRESH",
    StatementKind.PERMISSION: "GRANT REVOKE DENY REASSIGN",
    StatementKind.CALL: "CALL EXEC EXECUTE DO",
    StatementKind.TRANSACTION: "BEGIN START COMMIT END ROLLBACK ABORT SAVE SAVEPOINT RELEASE",
    StatementKind.SETTING: "SET RESET USE PRAGMA DISCARD",
}
_KINDS = {verb: kind for kind, verbs in _VERBS.items() for verb in verbs.split()}
_MAIN_VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES", "TABLE"})


def kind_of(statements: Sequence[Sequence[Token]]) -> StatementKind:
    """Name the kind of a text that semicolons have split into statements.

    T-SQL needs no semicolons, so that there a text may hold more than its first verb says.
    """
    if not statements:
        return StatementKind.EMPTY
    if len(statements) > 1:
        return StatementKind.SCRIPT
    words = _words(statements[0])
    verb = next((word for word, _ in words), "")
    if verb == "WITH":
        verb = next((word for word, depth in words if depth == 0 and word in _MAIN_VERBS), "")
    return _KINDS.get(verb, StatementKind.OTHER)


def _words(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Give the unquoted words with the number of parentheses around them."""
    depth = 0
    for token in tokens:
        if token.kind is TokenKind.WORD:
            yield token.text.upper(), depth
        elif token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
