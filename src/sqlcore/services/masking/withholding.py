"""What the server says, where it may quote a masked value.

A conversion that fails quotes the value (`CAST(email AS int)`), and so do many other errors. Their
words are passed on only where each of them is the server's own grammar or a name that the caller
wrote; what is left out is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import attrs

from sqlcore.domain.query import Message
from sqlcore.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    InvalidArgumentError,
    LimitExceededError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.services.guarding.words import words

__all__ = ["WITHHELD", "names_in", "withhold_values", "without_values"]

WITHHELD = "The server's text is not shown, for it may quote a masked value."
_OF_SQLCORE = (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    PolicyError,
    StatementCancelledError,
    StatementTimeoutError,
)
"""Errors whose words are sqlcore's, and speak of no rows."""
_FROM_SERVER_OR_NOT = (InvalidArgumentError, LimitExceededError)
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r"(['\"]).*\1", re.DOTALL)
_EACH_QUOTED = re.compile(r"(?<!\w)(['\"])(.*?)\1(?!\w)", re.DOTALL)
_LITERAL = re.compile(r"N?'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_GRAMMAR = words(
    """
    a aborted accept access active add address administrator after again against aggregate
    agreed alias allow allowed already ambiguous an and anew another answer any apart appear are
    args argument arguments array as ask at attributes attrs away babelfish back base batch be
    because been before began begins behind belongs between bigint binary bit block boolean
    bound bpchar bracket but by bytea call called caller callers calls came can cancel cancelled
    cannot carry case cast casts cause character characters check checks choose chose class
    clause clauses closed closes column columns com command commands commit condition connect
    connection connections consider constant constraint constraints contained contains context
    conversation conversion convert converting copy correct could count crash current cut cuts d
    data database databases date datetime db deadlock decimal defined denied depth describe
    detail detected did directory distinct division do does domain double down driver due
    duplicate each earlier either else encountered end ended ends engine english entry equality
    error errors events every everything exceeded exceeds exception exist exists expected
    explicit expression expressions fail failed failure field fields file find firewall fit
    float for foreign found from full function functions g give given gives glued glues group
    grouping guard hands happened has have having here hint holds host hosts hour how https
    identifier identifiers if ignored implicit in incorrect index inet inf infinity information
    input inside int integer interval into invalid is it item its itself join json jsonb key
    keys keyword kib large later leaf learn least leave leaves left length let level lib libpq
    library like limit line lines linux list lock logarithm login long longer look lost made
    make many match matches maximum may means meant memory message messages microsoft might
    missing more multi multiple must n name named names nan narrow near nearly need negative no
    not null nullif number numbered numbers numeric nvarchar object of offset on once one only
    open operand operation operator options or order other out outer outside over overflow own
    parameters part passed password pattern perhaps permission place placeholders point port
    position positive possible postgresql precision prefer prepared primary privilege procedure
    procedures process pymssql qualify query queue quote quotes raise raised raises ran range
    read real recursive reference referenced references refused relation relational relations
    repeat report reported reports requested require required result return returned returning
    returns right role rolled root row rows run running runs s said savepoint say says scalar
    schema script second seconds see select send sent sequence server session set setting
    severity shared should show shows shutting side since single size smallint so socket some
    somebody something somewhere source specified sql sqlstates square sslcert sslkey sslmode
    sslrootcert stand stands state statement statements stopped string style subquery such
    supplied supported switch syntax table tables take target tell tells temporary terminated
    terminating text than that the them there they this those time timeout timestamp timestamptz
    tls to told too took transaction transactions translate translates tree trigger truncated
    try tsquery tsvector type types unable undefined under union unique unix unknown
    unrecognized unterminated update upper use used user using uuid valid value values varchar
    varying victim view violates violation wait waited was went what when where whether which
    while whole window with within without words write written xml year you zero zone
    """
)
"""Words of the servers' messages and of our hints; none of them tells anything of a row."""


def names_in(text: str) -> frozenset[str]:
    """Give the words that a statement is made of, without its literals and comments."""
    return frozenset(_WORD.findall(_LITERAL.sub(" ", text).casefold()))


def withhold_values(error: SqlCoreError, names: Collection[str]) -> None:
    """Take the words out of an error that may come from a row, and what the driver said.

    The error itself is changed: another in its place would carry it as its context.

    Args:
        error: What an adapter raised.
        names: The words of the statement.
    """
    is_own = isinstance(error, _OF_SQLCORE) or (
        isinstance(error, _FROM_SERVER_OR_NOT) and error.sqlstate is None and error.number is None
    )
    if is_own:
        return
    error.message = _plain(error.message, names) or f"The statement failed. {WITHHELD}"
    error.args = (error.message,)
    if error.hint is not None and not _is_plain(error.hint, names):
        error.hint = None
    if error.procedure is not None and not _is_plain(error.procedure, names):
        error.procedure = None
    error.__cause__ = error.__context__ = None


def without_values(message: Message, names: Collection[str]) -> Message:
    """Give a message of the server without words that may come from a row."""
    return attrs.evolve(message, text=_plain(message.text, names) or WITHHELD)


def _plain(text: str, names: Collection[str]) -> str | None:
    """Give a text without what it quotes, if need be; None where that does not help.

    A quoted word of the grammar may be a value (`'single'`), so that the statement must have it.
    """
    quoted = _EACH_QUOTED.finditer(text)
    if _is_plain(text, names) and all(_has_all(names, each.group(2)) for each in quoted):
        return text
    text = _QUOTED.sub(r"\1…\1", text)
    return text if _is_plain(text, names) else None


def _has_all(names: Collection[str], text: str) -> bool:
    return all(word in names for word in _WORD.findall(text.casefold()))


def _is_plain(text: str, names: Collection[str]) -> bool:
    return all(word in _GRAMMAR or word in names for word in _WORD.findall(text.casefold()))
