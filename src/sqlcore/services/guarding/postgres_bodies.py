"""What functions of PostgreSQL's databases may do beside reading, by the catalog and their texts.

A function that is stable or immutable cannot write: the server refuses every statement in it but
queries. What is left to find in its text is what a query can do, so the text must pass the rules
that a statement does, and call nothing but what only reads. Volatile functions are not looked into.
Functions that run with their owner's rights (SECURITY DEFINER) are judged alike: they read more,
and do no more. Source: https://www.postgresql.org/docs/current/xfunc-volatility.html
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Sequence

import attrs

from sqlcore.domain.facts import RoutineFacts, SchemaName
from sqlcore.domain.lexing import LexError, Pieces, Token, cut, split_statements, tokenize
from sqlcore.services.guarding import postgres, postgres_calls
from sqlcore.services.guarding.bodies import READS_ONLY, BodyRules, Reach
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.mentions import Mention, Mentions, mentions_of
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.postgres_extensions import (
    READING_FUNCTIONS,
    TEXT_RUNNING_EXTENSIONS,
    TEXT_RUNNING_FUNCTIONS,
)
from sqlcore.services.guarding.postgres_functions import POSTGRES_FUNCTIONS
from sqlcore.services.guarding.postgres_refused import POSTGRES_REFUSED, POSTGRES_REFUSED_PREFIXES
from sqlcore.services.guarding.words import words

__all__ = ["POSTGRES_BODIES"]

_MAX_KEPT_BODIES = 4096
_ANYWHERE = range(sys.maxsize)
_SERVER_SCHEMAS = frozenset({"pg_catalog", "information_schema"})
# The server makes these for each range type.
_RANGE_CONSTRUCTORS = words(
    """
    multirange_constructor0 multirange_constructor1 multirange_constructor2 range_constructor0
    range_constructor1 range_constructor2 range_constructor3
    """
)
_ROW_MAKERS = words(
    """
    array_agg array_append array_cat array_fill array_position array_positions array_prepend
    array_remove array_replace json_populate_record json_populate_recordset jsonb_populate_record
    jsonb_populate_record_valid jsonb_populate_recordset populate_record
    """
)
_TYPE_READERS = words("pg_input_error_info pg_input_is_valid")
# Words of PL/pgSQL that stand before an expression, at the start of a statement.
_PLPGSQL_EXPRESSIONS = words("ASSERT ELSEIF ELSIF IF PERFORM RETURN WHILE")
_PLPGSQL_BEFORE_STATEMENT = words("BEGIN DECLARE ELSE LOOP THEN")
_CHANGES = words("DELETE EXECUTE INSERT MERGE UPDATE")
_STATEMENTS = words(
    """
    ALTER ANALYZE CALL CHECKPOINT CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DISCARD DO DROP
    GRANT IMPORT LISTEN LOAD LOCK NOTIFY PREPARE REASSIGN REFRESH REINDEX RELEASE RESET REVOKE
    ROLLBACK SAVEPOINT SECURITY SET TRUNCATE UNLISTEN VACUUM
    """
)


def _server_function(name: SchemaName) -> str | None:
    function = name[1]
    if _is_refused(function) or function not in POSTGRES_FUNCTIONS:
        return "does more than read"
    return None


def _is_refused(name: str) -> bool:
    return name in POSTGRES_REFUSED or name.startswith(POSTGRES_REFUSED_PREFIXES)


def _routine(routine: RoutineFacts) -> Reach:
    extension, is_volatile = routine.extension, routine.volatility not in ("stable", "immutable")
    if extension is not None and _runs_text(extension, routine.name):
        return Reach(harm="runs SQL from a text, or does more than read", forbidden=True)
    if routine.language == "aggregate":
        return READS_ONLY  # its parts are judged
    if extension is not None:
        is_reading = routine.name in READING_FUNCTIONS.get(extension, ())
        return Reach(harm="is volatile") if is_volatile and not is_reading else READS_ONLY
    return Reach(harm="is volatile") if is_volatile else _own_routine(routine)


def _own_routine(routine: RoutineFacts) -> Reach:
    if routine.language == "internal" and routine.body in _RANGE_CONSTRUCTORS:
        return READS_ONLY
    if routine.body is None or routine.language not in ("sql", "plpgsql"):
        return Reach(harm=f"is written in {routine.language}, so that it cannot be looked into")
    return _body(routine.language, routine.body)


def _runs_text(extension: str, name: str) -> bool:
    return (
        extension in TEXT_RUNNING_EXTENSIONS or name in TEXT_RUNNING_FUNCTIONS or _is_refused(name)
    )


@functools.lru_cache(maxsize=_MAX_KEPT_BODIES)
def _body(language: str, body: str) -> Reach:
    """Judge the text of a function."""
    try:
        tokens = tokenize(body, "postgres")
        if language == "sql":
            pieces = cut(body, "postgres")
            found = [_statement(statement, pieces) for statement in split_statements(tokens)]
        else:
            found = [_block(tokens)]
    except LexError:
        return Reach(harm="has a text that cannot be read")
    except Refusal as refusal:
        return Reach(harm=f"has a text that may do more than read: {_as_clause(refusal.reason)}")
    return Reach(
        mentions=Mentions(
            functions=tuple(call for one in found for call in one.functions),
            unknown=tuple(call for one in found for call in one.unknown),
            names=tuple(name for one in found for name in one.names),
            types=tuple(name for one in found for name in one.types),
            operators=tuple(name for one in found for name in one.operators),
            takes_rows=any(one.takes_rows for one in found),
        )
    )


def _as_clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _statement(tokens: Sequence[Token], pieces: Pieces) -> Mentions:
    """Read one statement of a body in SQL.

    Raises:
        Refusal: It is no read.
    """
    outline = Outline(tokens)
    outline.refuse_oddities()
    _, body = postgres.check(outline, pieces)
    calls = outline.called_names(body.start) if body else ()
    return mentions_of(outline, body, postgres_calls.folded, _unknown(outline, calls))


def _block(tokens: Sequence[Token]) -> Mentions:
    """Read a body in PL/pgSQL: words that start a statement which no query is, and all names.

    Raises:
        Refusal: It may do more than run queries.
    """
    outline = Outline(tokens)
    for index, word in enumerate(outline.words):
        if not word or outline.text(index - 1) == ".":
            continue
        if word in _CHANGES and outline.text(index + 1) not in (":=", "=", "."):
            raise outline.refusal(index, f"{word} changes data or runs a text", "")
        is_assigned = outline.text(index + 1) in (":=", "=", ".", "[")
        if word in _STATEMENTS and _starts_statement(outline, index) and not is_assigned:
            raise outline.refusal(index, f"{word} is no query", "")
    calls = (index for index in outline.called_names(0) if not _is_plpgsql(outline, index))
    found = mentions_of(
        outline, range(len(outline)), postgres_calls.folded, _unknown(outline, tuple(calls))
    )
    return attrs.evolve(found, types=(*found.types, *_copied_types(outline)))


def _copied_types(outline: Outline) -> Iterator[Mention]:
    """Give the row types of the tables in `table.column%TYPE`, which makes a variable alike."""
    for index, word in enumerate(outline.words):
        if word == "TYPE" and outline.text(index - 1) == "%":
            start = outline.name_starts(index - 2)
            parts = [at for at in range(start, index - 2) if outline.texts[at] != "."]
            if parts:
                name = tuple(postgres_calls.folded(outline, at) for at in parts[-2:])
                yield Mention(name, outline.starts[start])


def _unknown(outline: Outline, calls: Iterator[int] | Sequence[int]) -> tuple[Mention, ...]:
    """Give the calls in a body that no known function of the server answers.

    There is no second reading of a body: our own says what is an alias with columns.
    """
    found = (postgres_calls.unknown_call(outline, index, _ANYWHERE) for index in calls)
    return tuple(call for call in found if call is not None)


def _starts_statement(outline: Outline, index: int) -> bool:
    before = outline.text(index - 1)
    return before in ("", ";", ">>") or outline.word(index - 1) in _PLPGSQL_BEFORE_STATEMENT


def _is_plpgsql(outline: Outline, index: int) -> bool:
    """Say whether a word before a parenthesis belongs to the grammar of PL/pgSQL."""
    word = outline.words[index]
    if word in _PLPGSQL_EXPRESSIONS:
        return _starts_statement(outline, index)
    if word in ("QUERY", "NEXT"):
        return outline.word(index - 1) == "RETURN"
    return word == "CURSOR" and outline.is_name(index - 1)


POSTGRES_BODIES = BodyRules(
    routine=_routine,
    relation=lambda _: READS_ONLY,
    server_function=_server_function,
    server_schemas=_SERVER_SCHEMAS,
    always_searched=("pg_temp", "pg_catalog"),
    max_name_bytes=63,
    row_makers=_ROW_MAKERS,
    type_readers=_TYPE_READERS,
)
