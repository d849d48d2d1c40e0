"""Which names before a parenthesis a PostgreSQL read may hold."""

from __future__ import annotations

from collections.abc import Collection

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.calls import is_alias_list, is_query_head, unquoted
from sqlcore.services.guarding.mentions import Mention
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.postgres_functions import (
    POSTGRES_FUNCTIONS,
    POSTGRES_SCHEMA_FUNCTIONS,
)
from sqlcore.services.guarding.postgres_refused import POSTGRES_REFUSED, POSTGRES_REFUSED_PREFIXES
from sqlcore.services.guarding.words import words

__all__ = ["folded", "unknown_call"]

# Reserved words, which cannot name a function. Source: Appendix C of the PostgreSQL manual.
_RESERVED = words(
    """
    ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC BOTH CASE CHECK COLLATE COLUMN CONSTRAINT
    CREATE DEFAULT DEFERRABLE DESC DISTINCT DO ELSE EXCEPT FETCH FOR FOREIGN FROM GRANT GROUP
    HAVING IN INITIALLY INTERSECT INTO LATERAL LEADING LIMIT NOT OFFSET ON ONLY OR ORDER PLACING
    PRIMARY REFERENCES RETURNING SELECT SOME SYMMETRIC TABLE THEN TO TRAILING UNION UNIQUE USING
    VARIADIC WHEN WHERE WINDOW WITH
    """
)
# Words that are followed by an expression without being reserved.
_OTHER_KEYWORDS = words(
    """
    BETWEEN BY COLUMNS CROSS ESCAPE EXCLUDE FILTER FULL GROUPS ILIKE INNER IS ISNULL JOIN LEFT LIKE
    MATERIALIZED NATURAL NOTNULL OPERATOR OUTER OVER OVERLAPS PASSING RANGE RECURSIVE RIGHT ROWS
    SETS SIMILAR TABLESAMPLE UESCAPE VALUES ZONE
    """
)
_KEYWORDS = _RESERVED | _OTHER_KEYWORDS
# Functions of which the unqualified and unquoted name is enough.
_PLAIN_FUNCTIONS = frozenset(
    name.upper()
    for name in POSTGRES_FUNCTIONS - POSTGRES_REFUSED
    if not name.startswith(POSTGRES_REFUSED_PREFIXES)
)
# Names that only the grammar gives a meaning: quoted, they are functions of somebody.
_GRAMMAR_ONLY = words(
    """
    array between cast coalesce collation dec exists greatest grouping json json_array json_arrayagg
    json_exists json_object json_objectagg json_query json_scalar json_serialize json_table
    json_value least nullif row system bernoulli treat trim values xmlattributes xmlconcat
    xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """
)
# Column-name keywords of the grammar: unquoted, no function can have these names.
_ALWAYS_CONSTRUCTS = frozenset({"BETWEEN", "EXISTS", "ROW", "VALUES", "INTERVAL"})
_AFTER_OPERAND = frozenset({"LIKE", "ILIKE", "IS", "OVERLAPS", "ESCAPE", "OPERATOR"})
_AFTER_WORDS = {
    "BY": frozenset({"ORDER", "GROUP", "PARTITION"}),
    "ZONE": frozenset({"TIME"}),
    "SETS": frozenset({"GROUPING"}),
    "MATERIALIZED": frozenset({"AS", "NOT"}),
    "VARYING": frozenset({"CHARACTER", "CHAR", "BIT", "NCHAR"}),
    "SECOND": frozenset({"INTERVAL", "TO"}),
    "REPEATABLE": frozenset(),
    "FIRST": frozenset({"FETCH"}),
    "NEXT": frozenset({"FETCH"}),
}


def _is_construct(outline: Outline, index: int) -> bool:
    """Say whether an unquoted, unqualified word before a parenthesis belongs to the grammar."""
    word = outline.words[index]
    if word in _RESERVED or word in _ALWAYS_CONSTRUCTS:
        return True
    before = outline.word(index - 1)
    if word in _AFTER_WORDS:
        allowed = _AFTER_WORDS[word]
        return (
            before in allowed
            or (word == "REPEATABLE" and outline.text(index - 1) == ")")
            or (word == "SECOND" and outline.kind(index - 1) is TokenKind.STRING)
        )
    if word in ("OVER", "FILTER"):
        return outline.text(index - 1) == ")"
    if word in _AFTER_OPERAND:
        return before in ("NOT", "USING") or _ends_operand(outline, index - 1)
    if word != "JOIN":
        return _is_nested_construct(outline, index)
    return before in (
        "LEFT",
        "RIGHT",
        "FULL",
        "INNER",
        "CROSS",
        "OUTER",
        "NATURAL",
    ) or _ends_operand(outline, index - 1)


def _is_nested_construct(outline: Outline, index: int) -> bool:
    """Judge the words that mean something only in a clause or inside a construct."""
    word = outline.words[index]
    if word in ("CUBE", "ROLLUP"):
        opener = outline.openers[index]
        return outline.clauses[index] == "GROUP" or outline.word(opener - 1) == "SETS"
    if word in ("DOCUMENT", "CONTENT"):
        return outline.word(outline.openers[index] - 1) in ("XMLPARSE", "XMLSERIALIZE") and (
            outline.openers[index] == index - 1
        )
    functions = _INFIX_WORDS.get(word)
    return (
        functions is not None
        and outline.word(index - 1) != "KEY"  # JSON_OBJECT(KEY value(1) VALUE 2)
        and _ends_operand(outline, index - 1)
        and _is_inside(outline, index, functions)
    )


# Words that stand between two operands in functions with a grammar of their own.
_INFIX_WORDS = {
    "COLUMNS": words("JSON_TABLE XMLTABLE"),
    "PASSING": words("JSON_EXISTS JSON_QUERY JSON_TABLE JSON_VALUE XMLEXISTS XMLTABLE"),
    "VALUE": words("JSON_OBJECT JSON_OBJECTAGG"),
}


def _is_inside(outline: Outline, index: int, functions: Collection[str]) -> bool:
    """Say whether one of the parentheses around a token belongs to one of these functions."""
    opener = outline.openers[index]
    while opener >= 0:
        if outline.word(opener - 1) in functions:
            return True
        opener = outline.openers[opener]
    return False


def _ends_operand(outline: Outline, index: int) -> bool:
    if index < 0:
        return False
    kind = outline.kinds[index]
    if kind is TokenKind.WORD:
        return outline.words[index] not in _KEYWORDS
    return kind not in (TokenKind.OPERATOR, TokenKind.PUNCTUATION) or outline.texts[index] in ")]"


def unknown_call(outline: Outline, index: int, alias_indexes: Collection[int]) -> Mention | None:
    """Judge the name before a parenthesis; give it back if the catalog has to be asked.

    Raises:
        Refusal: It is a function that no read calls.
    """
    start = outline.name_starts(index)
    before = outline.text(start - 1)
    word = outline.words[index]
    if start == index and (
        word in _PLAIN_FUNCTIONS  # most calls: none of the rules below says otherwise
        or (word and _is_construct(outline, index))
    ):
        return None
    # A type with a length, or an alias with columns.
    if before == "::" or (outline.word(start - 1) == "AS" and outline.text(start - 2) != "."):
        return None
    if start == index and (
        is_query_head(outline, index) or is_alias_list(outline, index, alias_indexes, _KEYWORDS)
    ):
        return None
    if start == index and _is_column_list(outline, index):
        return None
    parts = tuple(
        folded(outline, part) for part in range(start, index + 1) if outline.texts[part] != "."
    )
    name = parts[-1]
    is_builtin = outline.texts[start] != "." and parts[:-1] in ((), ("pg_catalog",))
    if name in POSTGRES_REFUSED or (is_builtin and name.startswith(POSTGRES_REFUSED_PREFIXES)):
        raise outline.refusal(
            start, f"The function {name} does more than read", "Leave the function out."
        )
    is_quoted_form = not outline.words[index] and name in _GRAMMAR_ONLY
    is_known = (is_builtin and name in POSTGRES_FUNCTIONS) or (
        parts[:-1] == ("information_schema",) and name in POSTGRES_SCHEMA_FUNCTIONS
    )
    if is_known and not is_quoted_form:
        return None
    return Mention(parts, outline.starts[start])


def _is_column_list(outline: Outline, index: int) -> bool:
    """Say whether `name (column type, …)` is an alias after a function in FROM, without AS.

    After `)` no function can be called there, and no argument is two names in a row.
    """
    if outline.text(index - 1) != ")" or outline.clauses[index] != "FROM":
        return False
    if outline.words[index] in _KEYWORDS:
        return False
    opener = index + 1
    inside = range(opener + 1, outline.partners[opener])
    heads = [
        at
        for at in inside
        if outline.openers[at] == opener and (at - 1 == opener or outline.texts[at - 1] == ",")
    ]
    return len(heads) > 0 and all(
        outline.is_name(at)
        and outline.is_name(at + 1)
        and _KEYWORDS.isdisjoint(outline.words[at : at + 2])
        and outline.words[at + 1] != "AT"
        for at in heads
    )


def folded(outline: Outline, index: int) -> str:
    """Give a name as PostgreSQL folds it."""
    text = outline.texts[index]
    if not outline.words[index]:
        return unquoted(text)
    # Only ASCII letters are folded for certain.
    return text.lower() if text.isascii() else text
