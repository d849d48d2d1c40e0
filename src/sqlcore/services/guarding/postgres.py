"""What a read may hold in PostgreSQL, on tokens.

Statements end at semicolons only, so that the first word says what a statement is. What is left
to look for is what a SELECT can carry: data-modifying WITH queries, INTO, row locks, and functions.
"""

from __future__ import annotations

from sqlcore.domain.lexing import Pieces, TokenKind
from sqlcore.services.guarding.calls import unquoted
from sqlcore.services.guarding.decision import StatementKind
from sqlcore.services.guarding.outline import CALL_IT, REWRITE, Outline
from sqlcore.services.guarding.postgres_refused import POSTGRES_REFUSED
from sqlcore.services.guarding.words import words

__all__ = ["check"]

_READS = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
_LOCKS = frozenset({"UPDATE", "SHARE", "NO", "KEY"})
# Words to look at one by one, and those that may call a function in functional notation.
_SUSPECTS = _WRITES | {"INTO", "FOR", "OPERATOR"}
_REFUSED_WORDS = frozenset(name.upper() for name in POSTGRES_REFUSED)


def check(outline: Outline, _pieces: Pieces) -> tuple[StatementKind, range]:
    """Check all but the functions of a statement.

    Returns:
        Its kind, and the tokens that sqlglot is to read again (none of SHOW).

    Raises:
        Refusal: It is not a read.
    """
    start = 0
    kind = StatementKind.SELECT
    if outline.word(0) == "SHOW":
        _check_show(outline)
        return StatementKind.SHOW, range(0)
    if outline.word(0) == "EXPLAIN":
        kind = StatementKind.EXPLAIN
        start = _explained(outline)
    first = start
    while outline.text(first) == "(":
        first += 1
    if outline.word(first) not in _READS:
        what = outline.text(first) or "It"
        hint = CALL_IT if outline.word(first) == "CALL" else REWRITE
        raise outline.refusal(first, f"{what} is not a read", hint)
    words_ = outline.words
    if not outline.vocabulary.isdisjoint(_SUSPECTS):
        for index in [at for at, word in enumerate(words_) if word in _SUSPECTS]:
            _check_word(outline, index)
    if not outline.vocabulary.isdisjoint(_REFUSED_WORDS):
        for index in [at for at, word in enumerate(words_) if word in _REFUSED_WORDS]:
            _check_attribute(outline, index, words_[index].lower())
    quoted = TokenKind.QUOTED_IDENTIFIER
    for index in [at for at, kind in enumerate(outline.kinds) if kind is quoted]:
        _check_quoted(outline, index)
    return kind, range(start, len(outline))


def _check_show(outline: Outline) -> None:
    """SHOW takes a setting's name, which may be dotted, or one of three phrases."""
    is_name = len(outline) % 2 == 0 and all(
        outline.is_name(index) if index % 2 else outline.texts[index] == "."
        for index in range(1, len(outline))
    )
    # A dot between each two names: SHOW a.b.c has an even number of tokens.
    if not is_name and " ".join(outline.words[1:]) not in _SHOW_PHRASES:
        raise outline.refusal(0, "SHOW takes the name of a setting only", REWRITE)


_SHOW_PHRASES = frozenset({"TIME ZONE", "TRANSACTION ISOLATION LEVEL", "SESSION AUTHORIZATION"})
_EXPLAIN_OPTIONS = words(
    """
    ANALYZE ANALYSE VERBOSE COSTS SETTINGS GENERIC_PLAN BUFFERS SERIALIZE WAL TIMING SUMMARY MEMORY
    FORMAT
    """
)


def _explained(outline: Outline) -> int:
    """Find the statement that EXPLAIN explains, past both forms of its options."""
    if outline.text(1) != "(" or outline.word(2) in _READS or outline.text(2) == "(":
        index = 1
        while outline.word(index) in ("ANALYZE", "ANALYSE", "VERBOSE"):
            index += 1
        return index
    closing = outline.partners[1]
    expects_option = True
    for index in range(2, closing):
        if expects_option and outline.word(index) not in _EXPLAIN_OPTIONS:
            raise outline.refusal(index, "EXPLAIN has an option that is not known", REWRITE)
        expects_option = outline.texts[index] == ","
    return closing + 1


def _check_word(outline: Outline, index: int) -> None:
    word = outline.words[index]
    before = outline.text(index - 1)
    if word not in _WRITES and outline.is_label(index):
        return
    after = index + 1
    if word == "INTO":
        raise outline.refusal(index, "SELECT INTO creates a table", "Leave out INTO.")
    if word == "FOR" and outline.word(after) in _LOCKS:
        raise outline.refusal(
            index, f"FOR {outline.words[after]} locks rows", "Leave out the locking clause."
        )
    if (
        word in _WRITES
        and outline.is_name(after)
        and outline.word(after) != "AS"  # no table can have this name, but a query can: update AS (
        and (before in ("(", ")", "") or outline.clauses[index] == "WITH")
    ):
        raise outline.refusal(index, f"{word} changes data", REWRITE)
    if word == "OPERATOR" and outline.text(after) == "(" and outline.text(after + 2) == ".":
        symbol = outline.partners[after] - 1
        if outline.kinds[symbol] is not TokenKind.OPERATOR or outline.text(symbol - 1) != ".":
            raise outline.refusal(index, "OPERATOR names no operator", "Write it plainly.")


def _check_quoted(outline: Outline, index: int) -> None:
    text = outline.texts[index]
    if text[0] in "uU":
        raise outline.refusal(
            index, 'A name is written with U&""', "Write the name itself between double quotes."
        )
    _check_attribute(outline, index, unquoted(text))


def _check_attribute(outline: Outline, index: int, name: str) -> None:
    """Refuse `(1).pg_sleep`, which PostgreSQL reads as `pg_sleep(1)`.

    Source: https://www.postgresql.org/docs/current/xfunc-sql.html (functional notation).
    """
    is_attribute = outline.text(index - 1) == "." and outline.text(index + 1) != "("
    if is_attribute and name in POSTGRES_REFUSED:
        raise outline.refusal(index, f".{name} may call the function {name}", REWRITE)
