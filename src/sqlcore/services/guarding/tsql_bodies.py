"""What functions and views of SQL Server may do beside reading, by their texts.

SQL Server itself forbids side effects in functions, all but EXEC of an extended procedure; in a
view only what it calls or reads elsewhere can have any. Babelfish is less strict: a sequence can be
advanced there. Sources: "Create user-defined functions", "CREATE VIEW (Transact-SQL)".
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlcore.domain.facts import RelationFacts, RoutineFacts
from sqlcore.domain.lexing import LexError, TokenKind
from sqlcore.services.guarding.bodies import READS_ONLY, BodyRules, Reach
from sqlcore.services.guarding.calls import names_only
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.mentions import Mention, mentions_of
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.tsql_calls import KEYWORDS, fold, folded, unknown_call
from sqlcore.services.guarding.tsql_modules import outline_of
from sqlcore.services.guarding.tsql_names import is_remote_name, may_call, starts_name
from sqlcore.services.guarding.tsql_words import READ_WORDS, REFUSED_WORDS
from sqlcore.services.guarding.words import words

__all__ = ["TSQL_BODIES", "assigns", "harms_of_dot", "is_defined", "is_head", "target_of"]

_HIDDEN = "hides its definition from this login (GRANT VIEW DEFINITION shows it)"
_UNREADABLE = "has a text that cannot be understood"
_REMOTE_SOURCES = words("OPENDATASOURCE OPENQUERY OPENROWSET")
_STATEMENTS = words(
    """
    ALTER BACKUP BULK CHECKPOINT COMMIT CONVERSATION CREATE DBCC DENY DISTRIBUTED DROP DUMP GRANT
    KILL LOAD RAISERROR RECONFIGURE RESTORE REVERT REVOKE ROLLBACK SAVE SETUSER SHUTDOWN TRAN
    TRANSACTION TRUNCATE UPDATETEXT WAITFOR WRITETEXT
    """
)
"""Statements that no function has."""
_CHANGES = words("DELETE INSERT MERGE UPDATE")
_FILLS = words("INSERT INTO MERGE UPDATE")
_ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="})
# What a definition has before a parenthesis, beside what a SELECT has.
_DEFINED = words("FUNCTION INDEX REFERENCES VIEW")
_GRAMMAR = READ_WORDS | REFUSED_WORDS | {"USING"}


def _routine(routine: RoutineFacts) -> Reach:
    if routine.language == "synonym":
        return READS_ONLY  # the function behind it is judged
    if routine.language == "clr":
        return READS_ONLY if routine.trusted else Reach(harm="is code of an assembly beyond SAFE")
    if routine.body is None:
        return Reach(harm=_HIDDEN)
    return _reach(routine.body)


def _relation(relation: RelationFacts) -> Reach:
    if relation.external is not None:
        return Reach(harm=f"leads to {relation.external}", forbidden=True)
    if relation.text is None:
        return Reach(harm=_HIDDEN) if relation.kind == "view" else READS_ONLY
    return _reach(relation.text)


def _reach(text: str) -> Reach:
    """Judge a definition."""
    try:
        outline = outline_of(text)
        harm = next(_harms(outline), None)
        if harm is not None:
            return Reach(harm=harm)
        called = (index for index in outline.called_names(0) if not is_defined(outline, index))
        unknown = (_unknown_call(outline, index) for index in called)
        calls = tuple(call for call in unknown if call is not None)
        return Reach(mentions=mentions_of(outline, range(len(outline)), folded, calls))
    except (LexError, Refusal):
        return Reach(harm=_UNREADABLE)


def _harms(outline: Outline) -> Iterator[str]:
    described = _described_tables(outline)
    tables = _aliases_of(described, outline)
    for index, word in enumerate(outline.words):
        if outline.texts[index] == ".":
            yield from harms_of_dot(outline, index)
        if not word or outline.text(index - 1) == ".":
            continue
        if word in _REMOTE_SOURCES:
            yield f"reads outside the database ({word})"
        elif word in ("EXEC", "EXECUTE") and outline.word(index + 1) != "AS":
            yield f"runs something ({word})"
        elif word in _STATEMENTS and not is_head(outline, index):
            yield f"holds {word}"
        elif word in _CHANGES and not _changes_variable(outline, index, tables):
            yield f"changes a table ({word})"
        elif word == "INTO" and outline.kind(index + 1) is not TokenKind.VARIABLE:
            yield "writes to a table (INTO)"
        elif word in _FILLS and not _fills_described(outline, index, described):
            # Its defaults and checks may call anything; Babelfish runs sequences there.
            yield f"fills a table of a type whose defaults are not looked into ({word})"
        elif word == "SET" and not assigns(outline, index):
            yield "changes a setting (SET)"
        elif word == "VALUE" and outline.word(index - 1) == "NEXT":
            yield "advances a sequence"


def harms_of_dot(outline: Outline, index: int) -> Iterator[str]:
    """Give why the name at a dot cannot be followed."""
    if is_remote_name(outline, index + 1):
        yield "reads a linked server"
    if starts_name(outline, index):
        yield "has a name that starts with a dot"
    if may_call(outline, index + 1):
        yield "may call a function, as a property of a value"


def is_head(outline: Outline, index: int) -> bool:
    """Say whether a word belongs to CREATE or CREATE OR ALTER, with which a definition begins."""
    return index == 0 or (outline.words[:3] == ["CREATE", "OR", "ALTER"] and index == 2)  # noqa: PLR2004


def _aliases_of(described: frozenset[str], outline: Outline) -> frozenset[str]:
    """Give the aliases of table variables: `FROM @rows AS r`."""
    aliases: set[str] = set()
    for index, text in enumerate(outline.texts):
        if text.lower() in described and outline.word(index - 1) in ("FROM", "JOIN"):
            alias = index + 2 if outline.word(index + 1) == "AS" else index + 1
            if outline.is_name(alias) and outline.word(alias) not in KEYWORDS:
                aliases.add(folded(outline, alias))
    return frozenset(aliases)


def _described_tables(outline: Outline) -> frozenset[str]:
    """Give the table variables whose columns stand in the text: `DECLARE @rows TABLE (…)`."""
    variables = (at for at, kind in enumerate(outline.kinds) if kind is TokenKind.VARIABLE)
    return frozenset(
        outline.texts[at].lower()
        for at in variables
        if outline.word(at + 1 + (outline.word(at + 1) == "AS")) == "TABLE"
    )


def _fills_described(outline: Outline, index: int, described: frozenset[str]) -> bool:
    """Say whether what a word puts rows into is no table variable but a described one."""
    if outline.word(index) == "INTO":
        target = index + 1
        if "OUTPUT" not in outline.vocabulary:
            return True  # FETCH … INTO @value
    else:
        target = target_of(outline, index)
    is_variable = outline.kind(target) is TokenKind.VARIABLE
    return not is_variable or outline.text(target).lower() in described


def target_of(outline: Outline, index: int) -> int:
    """Find what INSERT, UPDATE, DELETE or MERGE changes."""
    target = index + 1
    if outline.word(target) == "TOP" and outline.text(target + 1) == "(":
        target = outline.partners[target + 1] + 1
        target += outline.word(target) == "PERCENT"
    return target + (outline.word(target) in ("INTO", "FROM"))


def _changes_variable(outline: Outline, index: int, tables: frozenset[str]) -> bool:
    """Say whether INSERT, UPDATE, DELETE or MERGE changes a table variable, or changes nothing."""
    if outline.word(index - 1) == "THEN":
        return True  # of a MERGE, whose target was looked at
    if outline.word(index) == "MERGE" and outline.word(index + 1) in ("JOIN", "UNION"):
        return True
    target = target_of(outline, index)
    if outline.kind(target) is TokenKind.VARIABLE:
        return True
    is_alias = outline.is_name(target) and outline.text(target + 1) != "."
    return (
        is_alias
        and outline.word(index) in ("UPDATE", "DELETE")
        and folded(outline, target) in tables
    )


def assigns(outline: Outline, index: int) -> bool:
    """Say whether SET gives a value to a variable or a column, and not to a setting."""
    end = index + 1
    while outline.text(end + 1) == ".":
        end += 2
    if outline.text(end + 1) == "(":
        end = outline.partners[end + 1]  # a method that changes a variable: SET @x.modify(…)
        return outline.kind(index + 1) is TokenKind.VARIABLE
    return outline.text(end + 1) in _ASSIGNMENTS


def is_defined(outline: Outline, index: int) -> bool:
    """Say whether a name before a parenthesis is one that is being defined, or a keyword."""
    word = outline.word(index)
    start = outline.name_starts(index)
    if start == index and word in _GRAMMAR:
        return True
    if outline.word(start - 1) in _DEFINED:
        return True
    if word == "MODIFY" and outline.kind(start - 1) is TokenKind.VARIABLE:
        return True  # SET @x.modify(…) changes a variable
    closed = outline.partners[index + 1]
    is_query_head = (
        outline.word(closed + 1) == "AS"
        and outline.text(closed + 2) == "("
        and names_only(outline, index + 1)
    )
    return is_query_head or _is_alias_list(outline, index)


def _is_alias_list(outline: Outline, index: int) -> bool:
    """Say whether `name (columns)` follows an operand in FROM: then it is an alias.

    The server took the text, so that two names in a row cannot be anything else.
    """
    before = index - 1
    return (
        outline.clauses[index] == "FROM"
        and names_only(outline, index + 1)
        and (
            outline.text(before) == ")"
            or outline.kind(before) in (TokenKind.QUOTED_IDENTIFIER, TokenKind.VARIABLE)
            or (outline.is_name(before) and outline.word(before) not in KEYWORDS | {"USING"})
        )
    )


def _unknown_call(outline: Outline, index: int) -> Mention | None:
    return unknown_call(outline, index, frozenset())


TSQL_BODIES = BodyRules(
    routine=_routine,
    relation=_relation,
    server_function=lambda _: "is not known to only read",
    server_schemas=frozenset({"sys", "information_schema"}),
    folded=fold,
)
