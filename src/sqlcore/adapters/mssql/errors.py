"""What the server and the driver report, as leaves of the error tree.

pymssql raises one class for nearly everything, so errors are told apart by the server's number
(https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors)
and, for Babelfish, which gives many of its errors the number 33557097, by PostgreSQL's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from sqlcore.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionLostError,
    ExecutionError,
    NotFoundError,
    PermissionDeniedError,
    SqlCoreError,
    SqlSyntaxError,
    StatementCancelledError,
    UnsupportedError,
)

__all__ = [
    "ServerMessage",
    "is_connection_loss",
    "leaf_of",
    "split_driver_text",
    "statement_error",
]

BABELFISH_GENERIC = 33557097
TRANSACTION_COUNT_MISMATCH = 266
LOCK_TIMEOUT = 1222
_FIRST_DBLIB, _LAST_DBLIB = 20000, 20999
_LOWEST_ERROR_SEVERITY = 11
_LOWEST_FATAL_SEVERITY = 20
_FIRST_USER_NUMBER = 50_000
SEE_SERVER_MESSAGE = 20018


@attrs.frozen(kw_only=True)
class ServerMessage:
    """One message of the server; the driver hands over everything but its number."""

    text: str
    severity: int
    line: int
    state: int | None = None
    procedure: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether it is an error and not information."""
        return self.severity >= _LOWEST_ERROR_SEVERITY


_LEAVES: dict[type[SqlCoreError], tuple[int, ...]] = {
    AuthenticationError: (18450, 18451, 18452, 18456, 18470, 18486, 18487, 18488, 40615),
    PermissionDeniedError: (
        229,
        230,
        262,
        297,
        300,
        371,
        378,
        916,
        15151,
        15247,
        15517,
        3110,
        5011,
        6102,
        4613,
        10314,
    ),
    SqlSyntaxError: (
        102,
        103,
        105,
        111,
        113,
        116,
        119,
        120,
        121,
        128,
        134,
        137,
        139,
        141,
        142,
        145,
        148,
        153,
        155,
        156,
        164,
        166,
        170,
        174,
        178,
        189,
        195,
        203,
        213,
        214,
        319,
        336,
        343,
        1001,
        1031,
        1033,
        1038,
        8120,
        8144,
        8146,
        8155,
        8158,
        8159,
        11501,
    ),
    NotFoundError: (
        201,
        207,
        208,
        911,
        942,
        1088,
        2706,
        2715,
        2812,
        3701,
        4060,
        4104,
        4121,
        4902,
        4924,
        5701,
        15009,
        15404,
        2759,
        2760,
        3728,
    ),
    ConflictError: (
        515,
        547,
        1203,
        1204,
        1205,
        1222,
        2601,
        2627,
        2714,
        3960,
        3961,
        5063,
        41301,
        41302,
        41305,
        41325,
    ),
    UnsupportedError: (40510, 40512, 40515, 40517, 40530, 40554, 40630, 4145, 9104),
    ConnectionLostError: (596, 6005, 10054, 10053, 40197, 40501, 40613, 49918, 49919, 49920),
}
_LEAF_OF = {number: leaf for leaf, numbers in _LEAVES.items() for number in numbers}

_DOES_NOT_FIT = (
    "Check the values against the types that they have to fit; where only some rows fail, use"
    " TRY_CAST or guard the expression with CASE or NULLIF."
)
_HINTS = {
    **dict.fromkeys((220, 232, 241, 242, 245, 248, 2628, 8114, 8115, 8134, 8152), _DOES_NOT_FIT),
    208: "Qualify the name with its schema, or list the tables.",
    207: "Describe the table to see its columns.",
    2812: "List the procedures, or qualify the name with its schema.",
    1205: "The server chose this statement as the deadlock's victim and rolled it back; try again.",
    1222: "Another session holds the lock; try again later or allow more time.",
    2627: "A row with this key is there already.",
    2601: "A row with this key is there already.",
    547: "A foreign key or check constraint does not allow it; look at the table's constraints.",
    4060: "Check the name of the database and that this login may open it.",
    911: "Check the name of the database.",
    TRANSACTION_COUNT_MISMATCH: (
        "The text must leave the transaction as it found it: COMMIT what it begins, and do not"
        " ROLLBACK or COMMIT what it did not begin."
    ),
    226: "Send it on its own, not in a batch with other statements.",
    574: "Send it on its own, not in a batch with other statements.",
}

# Babelfish sends PostgreSQL's own text; first match counts.
_BABELFISH: tuple[tuple[re.Pattern[str], type[SqlCoreError]], ...] = (
    (re.compile(r"permission denied|must be owner|must be superuser"), PermissionDeniedError),
    (
        re.compile(
            r"(relation|table|view|column|procedure|function|schema|database|role|type|trigger|"
            r"operator|object|sequence|constraint|index)\b.* does not exist|"
            r"missing FROM-clause entry|Cannot drop the .* because it does not exist"
        ),
        NotFoundError,
    ),
    (
        re.compile(r"syntax error|Incorrect syntax|unterminated|is ambiguous|must appear in the"),
        SqlSyntaxError,
    ),
    (
        re.compile(
            r"lock timeout|deadlock detected|could not serialize|already exists|violates (foreign|"
            r"check|unique|not-null)"
        ),
        ConflictError,
    ),
    (re.compile(r"canceling statement due to user request"), StatementCancelledError),
    (re.compile(r"is not (currently )?supported|not supported"), UnsupportedError),
    (
        re.compile(r"terminating connection|server closed the connection|shutting down"),
        ConnectionLostError,
    ),
)

_NO_TEXT = "Unknown error"  # what pymssql says when nothing was said
_DBLIB = re.compile(r"DB-Lib error message (\d+), severity (\d+):\n")

# Server texts that repeat a value of a row or of a parameter; the value is taken out.
_VALUES = (
    re.compile(r"\s*The duplicate key value is \(.*\)\.?", re.DOTALL),
    re.compile(r"\s*Truncated value: '.*'\.?", re.DOTALL),
    re.compile(r"(?<=\bvalue )'.*'(?= (?:to|overflowed|exceeded|is)\b)", re.DOTALL),
    re.compile(r"(?<=\bstring value )'.*'(?= into\b)", re.DOTALL),
    re.compile(r",? ?\bvalue = [^\s,]+?(?=\.?$)", re.MULTILINE),
    re.compile(r"(?<=\bUnexpected character )'.'", re.DOTALL),
    re.compile(r"(?<=invalid input syntax for type )(?P<keep>[\w ]+): \".*\"", re.DOTALL),
    re.compile(r"(?<= literal): \".*\"", re.DOTALL),
    re.compile(r"(?<=\bvalue )\".*\"(?= is out of range)", re.DOTALL),
    re.compile(r"(?<=date/time field value out of range): \".*\"", re.DOTALL),
)


_QUOTED = re.compile(r"'.*'", re.DOTALL)
_IN_PARENTHESES = re.compile(r"\(.*\)", re.DOTALL)
_BEHIND_EQUALS = re.compile(r"= .*", re.DOTALL)
_VALUES_IN_ANY_LANGUAGE = {
    **dict.fromkeys((245, 248, 2628, 13609), _QUOTED),
    **dict.fromkeys((1505, 2601, 2627), _IN_PARENTHESES),
    **dict.fromkeys((220, 232), _BEHIND_EQUALS),
}
"""By number, for servers that do not speak English; names go as well then."""


def split_driver_text(text: str) -> tuple[str, tuple[int, ...]]:
    """Cut what DB-Library glued behind the server's text; return the text and the numbers."""
    numbers = tuple(int(match.group(1)) for match in _DBLIB.finditer(text))
    first = _DBLIB.search(text)
    server_text = (text if first is None else text[: first.start()]).strip()
    return ("" if server_text == _NO_TEXT else server_text), numbers


def without_values(text: str, number: int | None) -> str:
    """Take the values of rows and parameters out of a server's text."""
    if number is not None and number >= _FIRST_USER_NUMBER and number != BABELFISH_GENERIC:
        return text  # RAISERROR and THROW: the words are the statement's own
    plain = text
    for pattern in _VALUES:
        plain = pattern.sub(lambda match: match.groupdict().get("keep") or "", plain)
    if plain == text and number in _VALUES_IN_ANY_LANGUAGE:
        return _VALUES_IN_ANY_LANGUAGE[number].sub("…", text)
    return plain


def is_connection_loss(number: int, severity: int) -> bool:
    """Say whether an error is the driver's own: the conversation with the server has ended."""
    is_driver = _FIRST_DBLIB <= number <= _LAST_DBLIB and number != SEE_SERVER_MESSAGE
    return is_driver or (severity >= _LOWEST_FATAL_SEVERITY and number != BABELFISH_GENERIC)


def statement_error(
    number: int,
    driver_text: str,
    *,
    severity: int = 16,
    state: int | None = None,
    line: int | None = None,
    procedure: str | None = None,
    messages: Sequence[ServerMessage] = (),
) -> SqlCoreError:
    """Translate an error of a statement.

    Args:
        number: The server's number, or one of DB-Library.
        driver_text: The driver's text, with what it glues behind the server's.
        severity: The server's class, 11 to 25.
        state: The server's state, where it says more of the number.
        line: Line of the statement, from 1.
        procedure: The procedure that was running.
        messages: What the server said since the statement began; it is whole, where the driver
            cuts its own copy at 8 KiB.
    """
    text, _ = split_driver_text(driver_text)
    errors = [message for message in messages if message.is_error]
    first = next((message for message in errors if message.severity == severity), None)
    if first is not None:
        text, state, line, procedure = first.text, first.state, first.line, first.procedure
    if is_connection_loss(number, severity):
        return ConnectionLostError(
            "The connection to the server was lost while the statement ran"
            + (f": {text}" if text else "."),
            hint="The statement may have run: look before you repeat it.",
            number=number,
            severity=severity,
            state=state,
        )
    others = [e.text for e in errors if e.text != text][:3]
    text = "\n".join(without_values(part, number) for part in (text, *others))
    return leaf_of(number, text)(
        text or f"The server reported error {number}.",
        hint=_HINTS.get(number),
        number=number,
        severity=severity,
        state=state,
        line=line or None,
        procedure=procedure or None,
    )


def leaf_of(number: int, text: str) -> type[SqlCoreError]:
    """Choose the leaf of the error tree for a number of the server, or for its words."""
    leaf = _LEAF_OF.get(number)
    if leaf is not None:
        return leaf
    if number == BABELFISH_GENERIC:
        return next((leaf for words, leaf in _BABELFISH if words.search(text)), ExecutionError)
    return ExecutionError
