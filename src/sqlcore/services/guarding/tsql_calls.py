"""Which names before a parenthesis a T-SQL read may hold."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Mapping

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

__all__ = ["KEYWORDS", "fold", "folded", "unknown_call"]

KEYWORDS = READ_WORDS | REFUSED_WORDS | {"APPLY", "OFFSET", "NEXT", "ZONE"}
"""Words that are no alias where they stand alone before a parenthesis."""
# Words that are not reserved, and what stands before them where they belong to the grammar.
_CONSTRUCTS = {
    "APPLY": frozenset({"CROSS", "OUTER"}),
    "HINT": frozenset({"TABLE", "USE"}),
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
_SEARCHES = words("CONTAINS CONTAINSTABLE FREETEXT FREETEXTTABLE")
_FULL_PARTS = 3
_SHIPPED_ELSEWHERE = frozenset(
    {("master", "dbo", "fn_varbintohexstr"), ("msdb", "dbo", "agent_datetime")}
)
"""Functions that come with the server in a database of its own, and that diagnostic queries use."""
_CDC_PREFIXES = ("fn_cdc_get_all_changes_", "fn_cdc_get_net_changes_")
_MAX_NAME_BYTES = 63
_PLAIN_FUNCTIONS = frozenset(name.upper() for name in TSQL_FUNCTIONS)
_MAX_METHOD_PARTS = 4  # schema.table.column.method


def unknown_call(outline: Outline, index: int, alias_indexes: Collection[int]) -> Mention | None:
    """Judge the name before a parenthesis; give it back if the catalog has to be asked.

    Raises:
        Refusal: It is a method that changes its value.
    """
    if outline.words[index] in _PLAIN_FUNCTIONS and outline.text(index - 1) not in (".", "::"):
        return None  # most calls: none of the rules below says otherwise
    start = outline.name_starts(index)
    if start == index and (
        (outline.words[index] and _is_construct(outline, index))
        or is_query_head(outline, index)
        or is_alias_list(outline, index, alias_indexes, KEYWORDS)
    ):
        return None
    # A type with a length, or an alias with columns.
    if outline.word(start - 1) == "AS" or _has_hints(outline, start, index):
        return None
    parts = _parts(outline, start, index)
    if outline.words[index] == "MODIFY" and (len(parts) > 1 or outline.texts[start] == "."):
        raise outline.refusal(start, "The method modify changes its value", "Use .query or .value.")
    if _is_known(outline, start, index, parts):
        return None
    if len(parts) >= _FULL_PARTS:
        # Of another database, as far as anybody knows: its name is kept apart from those of ours.
        parts = (".".join(parts[:-1]), parts[-1])
    return Mention(parts, outline.starts[start])


def _parts(outline: Outline, start: int, index: int) -> tuple[str, ...]:
    """Give the parts of a name; one left out between two dots is empty."""
    parts: list[str] = []
    for at in range(start, index + 1):
        if outline.texts[at] != ".":
            parts.append(folded(outline, at))
        elif outline.text(at + 1) == ".":
            parts.append("")
    return tuple(parts)


def _is_construct(outline: Outline, index: int) -> bool:
    word = outline.words[index]
    if word in READ_WORDS:
        return True
    rule = _PLACES.get(word)
    if rule is not None:
        return rule(outline, index)
    opener = outline.openers[index]
    around = outline.word(opener - 1)
    if around == "FORCESEEK":
        return outline.word(outline.openers[opener] - 1) == "WITH"  # the index and its columns
    if around in ("MATCH", "SHORTEST_PATH") or _is_in_path(outline, opener):
        # A node and the edge of its pattern: p-(f)->q, and p(-(f)->q)+ in a shortest path.
        return outline.text(index + 2) in ("-", "<-") and outline.text(index + 3) == "("
    before = _CONSTRUCTS.get(word)
    return before is not None and outline.word(index - 1) in before


def _may_group(outline: Outline, index: int) -> bool:
    opener = outline.openers[index]
    return outline.clauses[index] == "GROUP" or outline.word(opener - 1) == "SETS"


def _may_qualify(outline: Outline, index: int) -> bool:
    return outline.clauses[index] in ("OFFSET", "FROM") and outline.word(index - 1) != "FROM"


_PLACES: Mapping[str, Callable[[Outline, int], bool]] = {
    **dict.fromkeys(("CUBE", "ROLLUP"), _may_group),
    **dict.fromkeys(("OFFSET", "REPEATABLE"), _may_qualify),
    **dict.fromkeys(
        ("ROOT", "ELEMENTS", "XMLSCHEMA", "XMLDATA"),
        lambda outline, index: outline.clauses[index] == "FOR",
    ),
    "FORCESEEK": lambda outline, index: outline.word(outline.openers[index] - 1) == "WITH",
    "PROPERTY": lambda outline, index: outline.word(outline.openers[index] - 1) in _SEARCHES,
}
"""Words that are not reserved, and where they belong to the grammar."""


def _is_in_path(outline: Outline, opener: int) -> bool:
    """Say whether a parenthesis stands directly in that of SHORTEST_PATH: `((a-(b)->c)+)`."""
    outer = outline.openers[opener] if opener >= 0 else -1
    return outline.word(outer - 1) == "SHORTEST_PATH"


def _has_hints(outline: Outline, start: int, index: int) -> bool:
    """Say whether the brackets hold table hints in the old form: `FROM t (NOLOCK)`."""
    inside = range(index + 2, outline.partners[index + 1])
    before = outline.word(start - 1)
    # INDEX is reserved: no argument begins with it.
    is_hint = outline.word(index + 2) == "INDEX" or all(
        outline.words[at] in READ_HINTS or outline.texts[at] == "," for at in inside
    )
    return (
        outline.clauses[index] == "FROM"
        and len(inside) > 0
        and is_hint
        and outline.texts[start : index + 1].count(".") < _FULL_PARTS  # else of a linked server
        and (
            before in ("FROM", "JOIN")
            or outline.text(start - 1) == ","
            or (outline.is_name(start - 1) and before not in KEYWORDS)
        )
    )


def _is_known(outline: Outline, start: int, index: int, parts: tuple[str, ...]) -> bool:
    name = parts[-1]
    if outline.text(start - 1) == "::":
        return _is_static(outline, start, index)
    if len(parts) == 1 and outline.texts[start] != ".":
        if not outline.words[index]:
            return name in _TYPES
        return name in TSQL_FUNCTIONS or (name.startswith("fn_") and name in TSQL_SYSTEM_FUNCTIONS)
    if outline.word(index - 2) == "$PARTITION" or _is_shipped(parts):
        return True
    return _is_method(outline, start, index, parts)


def _is_static(outline: Outline, start: int, index: int) -> bool:
    if not outline.is_name(start - 2) or outline.word(start - 2) in ("FROM", "APPLY", "JOIN"):
        # FROM ::fn_helpcollations() is the old way to say sys.
        return folded(outline, index) in TSQL_SYSTEM_FUNCTIONS
    # A type of somebody's may be named like one of the server: other.geography::Parse(…).
    is_own = outline.text(start - 3) == "." and outline.word(start - 4) != "SYS"
    return outline.texts[index] in TSQL_METHODS and not is_own


def _is_method(outline: Outline, start: int, index: int, parts: tuple[str, ...]) -> bool:
    """Say whether a name is a method's, or that of a function in a schema, which facts judge."""
    if outline.texts[index] not in TSQL_METHODS:
        return False
    if len(parts) == _FULL_PARTS and outline.texts[start] != ".":
        return _is_source(outline, parts[0])  # else of a function in another database
    return len(parts) == _MAX_METHOD_PARTS or (len(parts) < _FULL_PARTS and parts[0] != "dbo")


def _is_source(outline: Outline, name: str) -> bool:
    """Say whether a name may be that of a table or an alias: it stands last in a dotted name."""
    return any(
        outline.is_name(index) and outline.text(index + 1) != "." and folded(outline, index) == name
        for index in range(len(outline))
    )


def _is_shipped(parts: tuple[str, ...]) -> bool:
    """Say whether a name of several parts is of a function that comes with the server."""
    if parts in _SHIPPED_ELSEWHERE:
        return True
    *_, schema, name = ("", *parts)
    if schema == "cdc":
        return name.startswith(_CDC_PREFIXES)  # made for each table whose changes are captured
    return schema == "sys" and len(parts) <= _FULL_PARTS and name in TSQL_SYSTEM_FUNCTIONS


def folded(outline: Outline, index: int) -> str:
    """Give the name at an index in the form in which names are compared."""
    return fold(unquoted(outline.texts[index]))


def fold(name: str) -> str:
    """Give a name in a form that is the same for all that a server may take for it.

    Whether case, accents, width and trailing blanks count depends on the database's collation;
    characters without weight never count. Babelfish cuts long names. Where two names of different
    objects come out the same, both are judged. Sources: "Collation and Unicode support",
    "Babelfish identifiers exceeding 63 characters".
    """
    if not name.isascii():
        decomposed = unicodedata.normalize("NFKD", name).casefold()
        name = "".join(c for c in decomposed if unicodedata.category(c)[0] not in "MC")
    name = name.rstrip(" ").lower()
    if len(name) <= _MAX_NAME_BYTES:
        return name
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return name[: _MAX_NAME_BYTES - len(digest)] + digest
