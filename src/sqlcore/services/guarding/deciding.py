"""The one place that decides what may run.

At `read`, two readings must agree that a text is one statement that only reads: ours, on tokens
cut as the engine cuts them, and sqlglot's. Every function must be known. What cannot be understood
does not run. See ADR 0005.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.lexing import LexError, Token, line_of, split_statements, tokenize
from sqlcore.services.guarding import postgres, sqlite, tsql, tsql_calls
from sqlcore.services.guarding.calls import Call
from sqlcore.services.guarding.decision import (
    Decision,
    FunctionResolver,
    Refusal,
    StatementKind,
)
from sqlcore.services.guarding.kinds import kind_of
from sqlcore.services.guarding.outline import Outline

__all__ = ["decide", "warm_up"]

_MAX_CACHED_CHARS = 10_000
_MAX_READ_CHARS = 200_000
_NO_FUNCTIONS: frozenset[str] = frozenset()


@attrs.frozen
class _Rules:
    check: Callable[[Outline, Sequence[Token]], tuple[StatementKind, range]]
    unknown_call: Callable[[Outline, int, Collection[int]], Call | None]


_RULES = {
    "postgres": _Rules(postgres.check, postgres.unknown_call),
    "tsql": _Rules(tsql.check, tsql_calls.unknown_call),
    "sqlite": _Rules(sqlite.check, sqlite.unknown_call),
}


@attrs.frozen
class _Reading:
    """What a text is, and the functions that remain to be judged."""

    decision: Decision
    unknown_calls: tuple[Call, ...] = ()


def decide(
    text: str,
    dialect: str,
    access: Access,
    *,
    allow_functions: frozenset[str] = _NO_FUNCTIONS,
    resolver: FunctionResolver | None = None,
) -> Decision:
    """Decide whether a text may run.

    Args:
        text: The SQL as the engine gets it, or with placeholders.
        dialect: `postgres`, `tsql` or `sqlite`.
        access: The level that the caller has.
        allow_functions: Functions beside the built-in ones that a read may call, as `name` or
            `schema.name` in lower case. Functions known to do harm stay refused.
        resolver: Asked about functions that neither the guard nor `allow_functions` knows.

    Raises:
        InvalidArgumentError: The dialect is not known.
    """
    if access is Access.METADATA:
        return Decision(
            allowed=False,
            kind=StatementKind.OTHER,
            reason="The access level metadata runs no SQL.",
            hint="Start the server with --access read to run reads.",
        )
    is_cached = len(text) < _MAX_CACHED_CHARS
    if access is Access.WRITE:
        return (_decide_write if is_cached else _decide_write.__wrapped__)(text, dialect)
    reading = (_read if is_cached else _read.__wrapped__)(text, dialect)
    for call in reading.unknown_calls:
        if ".".join(call.name) in allow_functions:
            continue
        if resolver is None or not resolver.is_safe(call.name):
            return _unknown_function(text, reading.decision.kind, call)
    return reading.decision


def warm_up(dialect: str) -> None:
    """Load what the first decision needs, which takes about 100 ms."""
    _read.__wrapped__("SELECT 1", dialect)


def _unknown_function(text: str, kind: StatementKind, call: Call) -> Decision:
    name = ".".join(part or "…" for part in call.name)
    refusal = Refusal(
        f"The function {name} is not known to only read.",
        "Use a built-in function, allow it for reads by name, or use --access write.",
        call.offset,
    )
    return _refused(text, kind, refusal)


def _refused(text: str, kind: StatementKind, refusal: Refusal) -> Decision:
    offset = refusal.offset
    return Decision(
        allowed=False,
        kind=kind,
        reason=refusal.reason,
        hint=refusal.hint,
        position=None if offset is None else offset + 1,
        line=None if offset is None else line_of(text, offset),
    )


def _unreadable(error: LexError) -> Decision:
    return Decision(
        allowed=False,
        kind=StatementKind.OTHER,
        reason=error.message,
        hint=error.hint,
        position=error.position,
        line=error.line,
    )


@functools.lru_cache(maxsize=512)
def _decide_write(text: str, dialect: str) -> Decision:
    try:
        statements = split_statements(tokenize(text, dialect))
    except LexError as error:
        return _unreadable(error)
    kind = kind_of(statements)
    if kind is StatementKind.EMPTY:
        return _refused(text, kind, Refusal("There is no statement.", "Write one."))
    return Decision(allowed=True, kind=kind, reason="The access level write runs any statement.")


@functools.lru_cache(maxsize=512)
def _read(text: str, dialect: str) -> _Reading:
    """Judge a text at `read`, all but the functions that the guard does not know."""
    kind = StatementKind.OTHER
    try:
        statements = split_statements(tokenize(text, dialect))
        kind = kind_of(statements)
        kind, calls = _read_statement(text, _only(statements, len(text)), dialect)
    except LexError as error:
        return _Reading(_unreadable(error))
    except Refusal as refusal:
        return _Reading(_refused(text, kind, refusal))
    return _Reading(Decision(allowed=True, kind=kind, reason="It only reads."), calls)


def _only(statements: Sequence[Sequence[Token]], length: int) -> Sequence[Token]:
    """Give the one statement of a text.

    Raises:
        Refusal: There is none, there are several, or it is too long.
    """
    if length > _MAX_READ_CHARS:
        raise Refusal(f"A read is longer than {_MAX_READ_CHARS} characters.", "Shorten it.")
    if not statements:
        raise Refusal("There is no statement.", "Write one.")
    if len(statements) > 1:
        second = next(token.start for token in statements[1] if not token.text.isspace())
        hint = "Send one at a time, or use --access write."
        raise Refusal("There are several statements.", hint, second)
    return statements[0]


def _read_statement(
    text: str, tokens: Sequence[Token], dialect: str
) -> tuple[StatementKind, tuple[Call, ...]]:
    rules = _RULES[dialect]
    outline = Outline(tokens)
    outline.refuse_oddities()
    kind, body = rules.check(outline, tokens)
    if not body:
        return kind, ()
    aliases = _second_reading(text, outline, body, dialect)
    called = outline.called_names(body.start)
    calls = (rules.unknown_call(outline, index, aliases) for index in called)
    return kind, tuple(call for call in calls if call is not None)


def _second_reading(text: str, outline: Outline, body: range, dialect: str) -> frozenset[int]:
    from sqlcore.services.guarding.second_reading import alias_offsets  # noqa: PLC0415 - slow import

    begin, end = outline.tokens[body.start].start, outline.tokens[body.stop - 1].end
    return frozenset(begin + offset for offset in alias_offsets(text[begin:end], dialect))
