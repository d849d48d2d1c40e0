"""The one place that decides what may run.

At `read`, two readings must agree that a text is one statement that only reads: ours, on tokens
cut as the engine cuts them, and sqlglot's. Every function must be known. What cannot be understood
does not run. See ADR 0005.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Mapping

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.lexing import (
    LexError,
    Pieces,
    TokenKind,
    cut,
    line_of,
    split_statements,
    tokenize,
)
from sqlcore.services.guarding import postgres, postgres_calls, sqlite, tsql, tsql_calls
from sqlcore.services.guarding.decision import Decision, Refusal, StatementKind
from sqlcore.services.guarding.effects import (
    SideEffects,
    is_allowed,
    unknown_function,
    unknown_operator,
)
from sqlcore.services.guarding.kinds import kind_of
from sqlcore.services.guarding.mentions import Mention, Mentions, mentions_of
from sqlcore.services.guarding.outline import CALL_IT, Outline
from sqlcore.services.guarding.resolving import qualified_operators
from sqlcore.services.guarding.tsql_escapes import without_escapes
from sqlcore.services.guarding.tsql_words import LONE_STATEMENTS

__all__ = ["decide", "decide_table", "forget", "warm_up"]

_MAX_CACHED_CHARS = 10_000
_MAX_READ_CHARS = 200_000
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NO_FUNCTIONS: frozenset[str] = frozenset()
_NOTHING = Mentions()
_UNREADABLE_TYPE = Refusal(
    "The type of a parameter cannot be read.", "Write the server's plain name for it."
)


@attrs.frozen
class _Rules:
    check: Callable[[Outline, Pieces], tuple[StatementKind, range]]
    unknown_call: Callable[[Outline, int, Collection[int]], Mention | None]
    folded: Callable[[Outline, int], str]
    advice: Mapping[str, str] = attrs.field(factory=dict)
    has_escapes: bool = False


_RULES = {
    "postgres": _Rules(
        postgres.check, postgres_calls.unknown_call, postgres_calls.folded, {"CALL": CALL_IT}
    ),
    "tsql": _Rules(
        tsql.check, tsql_calls.unknown_call, tsql_calls.folded, LONE_STATEMENTS, has_escapes=True
    ),
    "sqlite": _Rules(sqlite.check, sqlite.unknown_call, sqlite.folded),
}


@attrs.frozen
class _Reading:
    """What a text is, and the names that remain to be judged."""

    decision: Decision
    mentions: Mentions = _NOTHING


def decide(
    text: str,
    dialect: str,
    access: Access,
    *,
    allow_functions: frozenset[str] = _NO_FUNCTIONS,
    effects: Callable[[], SideEffects] | None = None,
    parameter_types: Collection[str] = (),
) -> Decision:
    """Decide whether a text may run.

    Args:
        text: The SQL as the engine gets it, or with placeholders.
        dialect: `postgres`, `tsql` or `sqlite`.
        access: The level that the caller has.
        allow_functions: Functions beside the built-in ones that a read may call, as `name`,
            `schema.name` or `schema.*` in lower case. Functions of the server that are known to do
            harm stay refused.
        effects: Gives what the database's own objects may do; asked only where a text may name
            one. Without it, no function of the database's own may be called, and what views and
            operators call is not seen.
        parameter_types: Types that the parameters name: a value is converted to its type, which
            may run functions.

    Raises:
        InvalidArgumentError: The dialect is not known.
        SqlCoreError: `effects` failed.
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
    if not reading.decision.allowed:
        return reading.decision
    refusal = _refused_by_schema(reading.mentions, allow_functions, effects)
    if refusal is None and parameter_types:
        refusal = _refused_parameter(parameter_types, dialect, allow_functions, effects)
    if refusal is not None:
        return _refused(text, reading.decision.kind, refusal)
    return reading.decision


def decide_table(
    table: QualifiedName,
    allow_functions: frozenset[str],
    effects: Callable[[], SideEffects],
) -> Decision:
    """Decide whether a table may be read, by a text of sqlcore's own.

    Args:
        table: The exact name, with its schema.
        allow_functions: As of `decide`.
        effects: As of `decide`.
    """
    side_effects = effects()
    mention = Mention(tuple(side_effects.folded(part) for part in table.parts if part), 0)
    refusal = side_effects.refuse(Mentions(names=(mention,)), allow_functions)
    if refusal is None:
        return Decision(allowed=True, kind=StatementKind.SELECT, reason="It only reads.")
    return Decision(
        allowed=False,
        kind=StatementKind.SELECT,
        reason=refusal.reason,
        hint=refusal.hint,
        by_schema=True,
    )


def _refused_by_schema(
    mentions: Mentions,
    allow_functions: frozenset[str],
    effects: Callable[[], SideEffects] | None,
) -> Refusal | None:
    if effects is None:
        for call in mentions.unknown:
            if not is_allowed(call.name, allow_functions):
                return unknown_function(call)
        for operator in qualified_operators(mentions):
            return unknown_operator(operator)
        return None
    if mentions == _NOTHING:
        return None
    return effects().refuse(mentions, allow_functions)


def _refused_parameter(
    types: Collection[str],
    dialect: str,
    allow_functions: frozenset[str],
    effects: Callable[[], SideEffects] | None,
) -> Refusal | None:
    for text in types:
        try:
            outline = Outline(tokenize(f"::{text}", dialect))
            named = mentions_of(outline, range(len(outline)), _RULES[dialect].folded, ())
        except (LexError, Refusal):
            return _UNREADABLE_TYPE
        if any(name[:1] in "uU" for name in outline.texts if name.endswith('"')):
            return _UNREADABLE_TYPE
        if outline.text(1) == ".":
            return _UNREADABLE_TYPE  # the server may fill in the part that is left out
        mentions = Mentions(names=named.names, types=named.types)
        refusal = _refused_by_schema(mentions, allow_functions, effects)
        if refusal is not None:
            refusal.offset = None  # it does not stand in the statement
            return refusal
    return None


def warm_up(dialect: str) -> None:
    """Load what the first decision needs, which takes about 100 ms."""
    _read.__wrapped__("SELECT 1", dialect)


def forget() -> None:
    """Drop what is remembered of former texts, so that a decision can be timed."""
    from sqlcore.services.guarding import second_reading  # noqa: PLC0415 - slow import

    _read.cache_clear()
    _decide_write.cache_clear()
    second_reading.forget()


def _refused(text: str, kind: StatementKind, refusal: Refusal) -> Decision:
    offset = refusal.offset
    return Decision(
        allowed=False,
        kind=kind,
        reason=refusal.reason,
        hint=refusal.hint,
        position=None if offset is None else offset + 1,
        line=None if offset is None else line_of(text, offset),
        by_schema=refusal.by_schema,
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
    try:
        kind, mentions = _read_statement(text, dialect)
    except LexError as error:
        return _Reading(_unreadable(error))
    except Refusal as refusal:
        return _Reading(_refused(text, kind_of(split_statements(tokenize(text, dialect))), refusal))
    return _Reading(Decision(allowed=True, kind=kind, reason="It only reads."), mentions)


def _read_statement(text: str, dialect: str) -> tuple[StatementKind, Mentions]:
    if len(text) > _MAX_READ_CHARS:
        raise Refusal(f"A read is longer than {_MAX_READ_CHARS} characters.", "Shorten it.")
    pieces = cut(text, dialect)
    rules = _RULES[dialect]
    outline = _only_statement(pieces, rules)
    outline.refuse_oddities()
    kind, body = rules.check(outline, pieces)
    _compare_cuts(text, pieces, outline, dialect)
    if not body:
        return kind, _NOTHING
    aliases = _second_reading(outline, body, dialect)
    called = outline.called_names(body.start)
    unknown = (rules.unknown_call(outline, index, aliases) for index in called)
    unknown_calls = tuple(call for call in unknown if call is not None)
    return kind, mentions_of(outline, body, rules.folded, unknown_calls)


def _only_statement(pieces: Pieces, rules: _Rules) -> Outline:
    """Outline the one statement of a text.

    Args:
        pieces: The text.
        rules: Those of its dialect.

    Raises:
        Refusal: There is none, or there are several, or its brackets are not in order.
    """
    texts, kinds = pieces
    code = {text for text, kind in kinds.items() if kind not in _BLANK}
    starts = list(itertools.accumulate(map(len, texts), initial=0))
    # compress() and map() go through a long list in a third of the time of a comprehension.
    kept = list(itertools.compress(range(len(texts)), map(code.__contains__, texts)))
    if ";" in kinds:
        kept = _between_semicolons(kept, texts, starts, rules.advice)
    if not kept:
        raise Refusal("There is no statement.", "Write one.")
    if rules.has_escapes and "{" in kinds:
        kept = without_escapes(kept, texts, kinds)
    kept_texts, kept_starts = map(texts.__getitem__, kept), map(starts.__getitem__, kept)
    return Outline.of(list(kept_texts), list(kept_starts), kinds)


def _between_semicolons(
    kept: list[int], texts: list[str], starts: list[int], advice: Mapping[str, str]
) -> list[int]:
    """Drop the semicolons around the one statement; those within brackets are left to the rules."""
    statements: list[list[int]] = [[]]
    depth = 0
    for index in kept:
        text = texts[index]
        if text == ";" and depth == 0:
            statements.append([])
            continue
        if text in ("(", "["):
            depth += 1
        elif text in (")", "]"):
            depth = max(0, depth - 1)
        statements[-1].append(index)
    filled = [statement for statement in statements if statement]
    if len(filled) > 1:
        hint = advice.get(texts[filled[0][0]].upper(), "Send one at a time, or use --access write.")
        raise Refusal("There are several statements.", hint, starts[filled[1][0]])
    return filled[0] if filled else []


def _compare_cuts(text: str, pieces: Pieces, outline: Outline, dialect: str) -> None:
    from sqlcore.services.guarding.second_cutting import refuse_other_cuts  # noqa: PLC0415 - slow import

    refuse_other_cuts(text, pieces, outline, dialect)


def _second_reading(outline: Outline, body: range, dialect: str) -> Collection[int]:
    from sqlcore.services.guarding.second_reading import alias_indexes  # noqa: PLC0415 - slow import

    return alias_indexes(outline, body, dialect)
