"""Which names before a parenthesis a T-SQL read may hold."""

from __future__ import annotations

from collections.abc import Collection

from sqlcore.services.guarding.calls import is_alias_list, is_query_head, unquoted
from sqlcore.services.guarding.mentions import Mention
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.tsql_functions import (
    TSQL_FUNCTIONS,
    TSQL_METHODS,
    TSQL_SYSTEM_FUNCTIONS,
)
from sqlcore.services.guarding.tsql_words import READ_HINTS, READ_WORDS, REFUSED_WORDS
from sqlcore.services.guarding.words import words

__all__ = ["folded", "unknown_call"]

_KEYWORDS = READ_WORDS | REFUSED_WORDS | {"APPLY", "OFFSET", "NEXT", "ZONE"}
# Words that are not reserved, and what stands before them where they belong to the grammar.
_CONSTRUCTS = {
    "APPLY": frozenset({"CROSS", "OUTER"}),
    "HINT": frozenset({"USE"}),
    "NEXT": frozenset({"FETCH"}),
    "FIRST": frozenset({"FETCH"}),
    "PATH": frozenset({"XML"}),
    "RAW": frozenset({"XML"}),
    "SETS": frozenset({"GROUPING"}),
    "SYSTEM": frozenset({"TABLESAMPLE"}),
    "XMLNAMESPACES": frozenset({"WITH"}),
    "ZONE": frozenset({"TIME"}),
}
_TYPES = words(
    """
    binary char datetime2 datetimeoffset dec decimal float nchar numeric nvarchar time varbinary
    varchar
    """
)
_SYSTEM_NAME_PARTS = (2, 3)
_MAX_METHOD_PARTS = 4  # schema.table.column.method


def unknown_call(outline: Outline, index: int, alias_indexes: Collection[int]) -> Mention | None:
    """Judge the name before a parenthesis; give it back if the catalog has to be asked.

    Raises:
        Refusal: It is a method that changes its value.
    """
    start = outline.name_starts(index)
    if start == index and (
        (outline.words[index] and _is_construct(outline, index))
        or is_query_head(outline, index)
        or is_alias_list(outline, index, alias_indexes, _KEYWORDS)
    ):
        return None
    # A type with a length, or an alias with columns.
    if outline.word(start - 1) == "AS" or _has_hints(outline, start, index):
        return None
    parts = tuple(
        unquoted(outline.texts[part]).lower()
        for part in range(start, index + 1)
        if outline.texts[part] != "."
    )
    if outline.words[index] == "MODIFY" and (len(parts) > 1 or outline.texts[start] == "."):
        raise outline.refusal(start, "The method modify changes its value", "Use .query or .value.")
    if _is_known(outline, start, index, parts):
        return None
    return Mention(parts, outline.starts[start])


def _is_construct(outline: Outline, index: int) -> bool:
    word = outline.words[index]
    if word in READ_WORDS:
        return True
    if word in ("CUBE", "ROLLUP"):
        opener = outline.openers[index]
        return outline.clauses[index] == "GROUP" or outline.word(opener - 1) == "SETS"
    if word in ("ROOT", "ELEMENTS", "XMLSCHEMA"):
        return outline.clauses[index] == "FOR"
    if word in ("OFFSET", "REPEATABLE"):
        return outline.clauses[index] in ("OFFSET", "FROM") and outline.word(index - 1) != "FROM"
    if word == "FORCESEEK":
        return outline.word(outline.openers[index] - 1) == "WITH"
    before = _CONSTRUCTS.get(word)
    return before is not None and outline.word(index - 1) in before


def _has_hints(outline: Outline, start: int, index: int) -> bool:
    """Say whether the brackets hold table hints in the old form: `FROM t (NOLOCK)`."""
    inside = range(index + 2, outline.partners[index + 1])
    before = outline.word(start - 1)
    return (
        outline.clauses[index] == "FROM"
        and len(inside) > 0
        and all(outline.words[at] in READ_HINTS or outline.texts[at] == "," for at in inside)
        and (
            before in ("FROM", "JOIN")
            or outline.text(start - 1) == ","
            or (outline.is_name(start - 1) and before not in _KEYWORDS)
        )
    )


def _is_known(outline: Outline, start: int, index: int, parts: tuple[str, ...]) -> bool:
    is_word = outline.words[index] != ""
    name = parts[-1]
    if outline.text(start - 1) == "::":
        return outline.texts[index] in TSQL_METHODS
    if len(parts) == 1 and outline.texts[start] != ".":
        if not is_word:
            return name in _TYPES
        return name in TSQL_FUNCTIONS or (name.startswith("fn_") and name in TSQL_SYSTEM_FUNCTIONS)
    if parts[0] == "$partition":
        return True
    if len(parts) in _SYSTEM_NAME_PARTS and parts[-2] == "sys":
        return name in TSQL_SYSTEM_FUNCTIONS
    # A method, or a function of somebody's in a schema: `c.value(…)` or `dbo.value(…)`.
    return (
        outline.texts[index] in TSQL_METHODS
        and parts[0] != "dbo"
        and len(parts) <= _MAX_METHOD_PARTS
    )


def folded(outline: Outline, index: int) -> str:
    """Give a name in lower case: whether case counts depends on the database's collation."""
    return unquoted(outline.texts[index]).lower()
