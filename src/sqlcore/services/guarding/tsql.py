"""What a read may hold in T-SQL, on tokens.

Statements need no separator: `SELECT 1 DELETE FROM t` is two of them. But every word that starts a
statement which writes is reserved, and a reserved word cannot be a name unless it is quoted. So a
reserved word that no SELECT has anywhere means a second statement.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping

from sqlcore.domain.lexing import Pieces, TokenKind
from sqlcore.services.guarding import tsql_names
from sqlcore.services.guarding.calls import unquoted
from sqlcore.services.guarding.decision import StatementKind
from sqlcore.services.guarding.outline import REWRITE, Outline
from sqlcore.services.guarding.tsql_functions import TSQL_STATIC_TYPES
from sqlcore.services.guarding.tsql_letters import refuse_doubtful_letters
from sqlcore.services.guarding.tsql_words import (
    LOCKING_HINTS,
    LONE_STATEMENTS,
    PSEUDO_COLUMNS,
    REFUSED_WORDS,
    REMOTE_SOURCES,
)
from sqlcore.services.guarding.words import words

__all__ = ["check"]

_ONE = "SQL Server needs no semicolon between statements, so that this starts another one."
_QUOTE = (
    "Send one SELECT at a time; put a name that is a keyword into brackets, or use --access write."
)
# Whether these end a comment of SQL Server's is not documented.
_DOUBTFUL_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_SET_OPERATORS = frozenset({"UNION", "EXCEPT", "INTERSECT"})
_BEFORE_TABLE = frozenset({"FROM", "JOIN", "APPLY"})
_LAST_WORDS = words(
    """
    ASC BROWSE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DESC END IDENTITYCOL NULL
    ROWGUIDCOL SESSION_USER SYSTEM_USER USER
    """
)
"""Words that end a value or a clause."""


def check(outline: Outline, pieces: Pieces) -> tuple[StatementKind, range]:
    """Check all but the functions of a statement.

    Returns:
        Its kind, and the tokens that sqlglot is to read again: all but OPTION (…) at the end,
        of which it knows too little.

    Raises:
        Refusal: It is not a read.
    """
    _check_comments(outline, pieces)
    first = 0
    while outline.text(first) == "(":
        first += 1
    if outline.word(first) not in ("SELECT", "WITH"):
        what = outline.text(first) or "It"
        hint = LONE_STATEMENTS.get(outline.word(first), REWRITE)
        raise outline.refusal(first, f"{what} does not start a read", hint)
    refuse_doubtful_letters(outline)
    texts = outline.texts
    suspects = {
        text
        for text, word in outline.word_of.items()
        if text[0] in ".:@$" or (word or text.strip('[]"').upper()) in _SUSPECTS
    }
    first_parts = tsql_names.first_parts(outline)
    for index in outline.indexes(suspects):
        text = texts[index]
        if text == ".":
            # Most names have two parts, and need no look.
            if texts[index - 1] not in first_parts or texts[index - 2] == ".":
                tsql_names.check_dot(outline, index)
        elif outline.words[index]:
            _check_word(outline, index)
        elif outline.kinds[index] is TokenKind.VARIABLE:
            _check_variable(outline, index)
        elif outline.kinds[index] is TokenKind.QUOTED_IDENTIFIER:
            _check_quoted(outline, index)
        elif text == "::" and not _may_be_static(outline, index):
            raise outline.refusal(index, ":: follows a type that is not known", REWRITE)
    _check_cases(outline)
    return StatementKind.SELECT, range(_options_start(outline))


def _options_start(outline: Outline) -> int:
    """Find the query options at the end of a statement; its length where it has none."""
    opener = outline.partners.get(len(outline) - 1, 0)
    has_options = outline.openers[opener] < 0 and outline.word(opener - 1) == "OPTION"
    return opener - 1 if has_options else len(outline)


def _check_comments(outline: Outline, pieces: Pieces) -> None:
    texts, kinds = pieces
    doubtful = {
        text
        for text, kind in kinds.items()
        if kind is TokenKind.COMMENT and text.startswith("--") and _DOUBTFUL_LINE_ENDS.search(text)
    }
    returns = {text for text in kinds if text[0] == "\r" and not text.startswith("\r\n")}
    if not doubtful and not returns:
        return
    offset = 0
    for text, after in itertools.zip_longest(texts, texts[1:], fillvalue=""):
        if text in doubtful or (text.startswith("--") and after in returns):
            refusal = outline.refusal(
                -1, "A -- comment ends with an unusual line end", "End it with a line feed."
            )
            refusal.offset = offset
            raise refusal
        offset += len(text)


def _check_word(outline: Outline, index: int) -> None:
    word = outline.words[index]
    if word in REFUSED_WORDS and not _is_table_hint(outline, index):
        if word == "INTO":
            raise outline.refusal(index, "SELECT INTO creates a table", "Leave out INTO.")
        if word in REMOTE_SOURCES:
            raise outline.refusal(index, f"{word} reads outside the database", REWRITE)
        raise outline.refusal(index, f"{word} starts a statement that is not a read", _QUOTE)
    if word == "QUERYTRACEON":
        raise outline.refusal(index, "QUERYTRACEON changes how the server works", "Leave it out.")
    if word in LOCKING_HINTS:
        raise outline.refusal(
            index,
            f"The hint {word} takes locks that others wait for",
            "Leave out the hint: a read is one statement, and has nothing to hold locks for.",
        )
    if word.startswith("$") and word not in PSEUDO_COLUMNS:
        # The server may cut $ off as an amount of money, and take the rest for a statement.
        raise outline.refusal(index, f"{word} is no pseudo-column", REWRITE)
    rule = _POSITIONS.get(word)
    if rule is not None and not rule(outline, index):
        raise outline.refusal(index, f"{word} stands where no read has it. {_ONE[:-1]}", _QUOTE)


def _check_quoted(outline: Outline, index: int) -> None:
    """Refuse a hint in quotes: hints are no reserved words, so that a server may take one."""
    text = outline.texts[index]
    is_alone = "." not in (outline.text(index - 1), outline.text(index + 1))
    if is_alone and outline.openers[index] >= 0 and unquoted(text).upper() in LOCKING_HINTS:
        raise outline.refusal(index, f"{text} may be a hint that takes locks", "Qualify the name.")


def _may_select(outline: Outline, index: int) -> bool:
    """SELECT stands first, in brackets, after WITH queries, or after a set operator."""
    before = outline.word(index - 1)
    if outline.text(index - 1) == "(":
        while outline.text(index - 1) == "(":
            index -= 1
        return not _ends_value(outline, index - 1)
    if index == 0 or before in _SET_OPERATORS:
        return True
    is_union_all = before == "ALL" and outline.word(index - 2) in _SET_OPERATORS
    return is_union_all or outline.clauses[index - 1] == "WITH"


def _ends_value(outline: Outline, index: int) -> bool:
    """Say whether a value or a clause ends at an index: a query behind it is a second one."""
    kind, before = outline.kind(index), outline.word(index - 1)
    if kind in (TokenKind.NUMBER, TokenKind.VARIABLE, TokenKind.PLACEHOLDER):
        return before != "TOP"
    if outline.text(index) == ")":
        around = outline.word(outline.partners[index] - 1)
        return around != "TOP" and outline.clauses[index] != "WITH"
    word = outline.word(index)
    return (
        kind is TokenKind.STRING
        or word in _LAST_WORDS
        or (word == "ALL" and before == "SYSTEM_TIME")
        or (word in ("ROLLUP", "CUBE") and before == "WITH")
    )


def _may_with(outline: Outline, index: int) -> bool:
    """WITH stands first, before hints or columns in brackets, and in a few forms of its own.

    Those are WITH TIES, WITH ROLLUP and WITH CUBE, and JSON_QUERY(… WITH ARRAY WRAPPER).
    """
    return (
        index == outline.openers[index] + 1
        or outline.text(index + 1) == "("
        or outline.word(index + 1) in ("TIES", "ROLLUP", "CUBE")
        or (
            outline.word(index + 1) == "ARRAY"
            and outline.text(index + 3) == ")"
            and outline.word(outline.openers[index] - 1) == "JSON_QUERY"
        )
    )


def _may_fetch(outline: Outline, index: int) -> bool:
    return outline.word(index - 1) in ("ROW", "ROWS") and outline.word(index + 1) in (
        "NEXT",
        "FIRST",
    )


def _may_for(outline: Outline, index: int) -> bool:
    return outline.word(index - 1) != "VALUE" or outline.word(index - 2) != "NEXT"


def _may_receive(outline: Outline, index: int) -> bool:
    """RECEIVE takes messages off a queue; it is not reserved, so a column may have that name."""
    after = outline.word(index + 1)
    return outline.text(index - 1) == "." or not (
        outline.text(index + 1) in ("*", "(", "+", "-", "~")
        or outline.kind(index + 1) in (TokenKind.NUMBER, TokenKind.STRING, TokenKind.VARIABLE)
        or (outline.is_name(index + 1) and after not in ("FROM", "AS", "WHERE", "ORDER", "UNION"))
    )


_POSITIONS: Mapping[str, Callable[[Outline, int], bool]] = {
    "SELECT": _may_select,
    "WITH": _may_with,
    "FETCH": _may_fetch,
    "FOR": _may_for,
    "RECEIVE": _may_receive,
    "MERGE": lambda outline, index: outline.word(index + 1) in ("JOIN", "UNION"),
    "USE": lambda outline, index: outline.word(index + 1) in ("HINT", "PLAN"),
    "PLAN": lambda outline, index: (
        outline.word(index - 1) in ("KEEP", "KEEPFIXED", "ROBUST", "USE")
        and outline.word(outline.openers[index] - 1) == "OPTION"
    ),
    "VALUES": lambda outline, index: outline.text(index - 1) == "(",
    "CONVERSATION": lambda outline, index: (
        outline.word(index - 1) not in ("ON", "GET", "MOVE", "END", "BEGIN")
    ),
}


_SUSPECTS = REFUSED_WORDS | LOCKING_HINTS | frozenset(_POSITIONS)
"""Words to look at one by one, as those with a dollar sign."""


def _check_variable(outline: Outline, index: int) -> None:
    """Refuse `SELECT @x = 1`; in a condition `@x = 1` is a comparison."""
    after = outline.text(index + 1)
    if outline.texts[index].startswith("@@"):
        return
    is_compound = after.endswith("=") and after not in ("=", "<=", ">=", "!=")
    before = outline.text(index - 1)
    in_select_list = outline.clauses[index] == "SELECT" and (
        before in (",", ")")
        or outline.word(index - 1) in ("SELECT", "DISTINCT", "ALL", "PERCENT", "TIES")
        or outline.kind(index - 1) is TokenKind.NUMBER
    )
    if is_compound or (after == "=" and in_select_list):
        raise outline.refusal(
            index, f"{outline.texts[index]} is assigned a value", "Select the value instead."
        )


def _is_table_hint(outline: Outline, index: int) -> bool:
    """Say whether TABLE belongs to OPTION (TABLE HINT (…)); the hints in it are looked at too."""
    return (
        outline.word(index) == "TABLE"
        and outline.word(index + 1) == "HINT"
        and outline.word(outline.openers[index] - 1) == "OPTION"
    )


def _may_be_static(outline: Outline, index: int) -> bool:
    """Say whether `::` stands in a static method of a known type, or in FROM ::fn_helptext()."""
    if outline.is_name(index - 1) and outline.word(index - 1) not in _BEFORE_TABLE:
        return outline.text(index - 1).lower() in TSQL_STATIC_TYPES
    return outline.text(index + 2) == "(" and outline.text(index + 1).lower().startswith("fn_")


def _check_cases(outline: Outline) -> None:
    """Refuse an END that closes no CASE (END CONVERSATION)."""
    if "END" not in outline.vocabulary:
        return
    open_cases: dict[int, int] = {}
    for index in [at for at, word in enumerate(outline.words) if word in ("CASE", "END")]:
        word = outline.words[index]
        opener = outline.openers[index]
        open_cases[opener] = open_cases.get(opener, 0) + (1 if word == "CASE" else -1)
        if open_cases[opener] < 0:
            raise outline.refusal(index, "END closes no CASE", _QUOTE)
