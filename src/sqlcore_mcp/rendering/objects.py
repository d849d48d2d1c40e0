"""What makes objects, what they use and what uses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from sqlcore.domain.objects import Dependencies, Dependency, ObjectDefinition
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.sections import (
    NOTES_TOKENS,
    MissingOutput,
    Section,
    answer_of_sections,
    known,
    missing_section,
    one_line,
    short,
)
from sqlcore_mcp.rendering.tokens import Budget

__all__ = [
    "DependenciesOutput",
    "ObjectDefinitionsOutput",
    "render_dependencies",
    "render_object_definitions",
]

_DEFINITION_SHARE = 0.9


class ObjectDefinitionOutput(TypedDict, total=False):
    """The text that makes an object; `reason` where there is none, or who wrote it."""

    object: str
    type: str
    table: str
    definition: str
    written: bool
    reason: str


class ObjectDefinitionsOutput(TypedDict, total=False):
    """Definitions of all objects of one name; `uri` where all of it can be read."""

    objects: list[ObjectDefinitionOutput]
    truncated: bool
    uri: str


class DependenciesOutput(TypedDict, total=False):
    """What objects of one name use, and what uses them."""

    objects: list[str]
    uses: list[dict[str, Any]]
    used_by: list[dict[str, Any]]
    missing: list[MissingOutput]
    truncated: bool


def render_object_definitions(
    found: Sequence[ObjectDefinition], budget: Budget, keep: Callable[[str], Link | None]
) -> Answer:
    """Write definitions; where they are cut, all of them are kept as one text.

    Args:
        found: At least one.
        budget: For this answer.
        keep: Keeps a text, and gives where it is.
    """
    budget.reserve(NOTES_TOKENS)
    values: list[ObjectDefinitionOutput] = []
    parts: list[Part] = []
    cut = False
    for number, one in enumerate(found):
        value = _definition_head(one)
        head = _definition_words(value)
        if not budget.take(head, compact_json(value) + ","):
            parts.append(f"… {len(found) - number:,} more\n")
            cut = True
            break
        parts.append(Data(head))
        if one.text is not None:
            shown, was_cut = _beginning(one.text, budget)
            value["definition"] = shown
            parts.append(Data(f"{shown}\n"))
            cut = cut or was_cut
        values.append(value)
    structured: dict[str, Any] = {"objects": values, "truncated": cut}
    if not cut:
        return Answer(parts, structured)
    link = keep("\n\n".join(f"-- {one.object}\n{one.text or one.reason}" for one in found))
    words = "\nThis answer was cut: raise max_tokens to see all of it"
    if link is not None:
        structured["uri"] = link.uri
        words += f", or read {link.uri}"
    return Answer([*parts, f"{words}."], structured, () if link is None else (link,))


def _definition_head(one: ObjectDefinition) -> ObjectDefinitionOutput:
    value: ObjectDefinitionOutput = {"object": str(one.object), "type": one.object.type.value}
    if one.object.parent is not None:
        value["table"] = str(one.object.parent)
    if one.text is not None:
        value["written"] = one.written
    if one.reason is not None:
        value["reason"] = short(one.reason)
    return value


def _definition_words(value: ObjectDefinitionOutput) -> str:
    table = f" on {value['table']}" if "table" in value else ""
    words = [f"{value['type'].replace('_', ' ')} {value['object']}{table}"]
    if value.get("written") is False:
        words.append("written from the catalog")
    if "reason" in value:
        words.append(value["reason"])
    return one_line("; ".join(words))


def _beginning(text: str, budget: Budget) -> tuple[str, bool]:
    """Take as much of a text from its beginning as the budget holds; say whether it was cut."""
    shown = text
    part = budget.part(_DEFINITION_SHARE)
    while shown and not part.take(f"{shown}\n", compact_json(shown)):
        shown = shown[: len(shown) // 2]
    budget.spend(f"{shown}\n", compact_json(shown))
    if len(shown) == len(text):
        return shown, False
    return f"{shown}… [cut: {len(text):,} characters]", True


def render_dependencies(found: Sequence[Dependencies], budget: Budget) -> Answer:
    """Write what objects use and what uses them; several are the overloads of one name."""
    names = [str(one.object) for one in found]
    output: dict[str, Any] = {"objects": names}
    missing = list(dict.fromkeys(missing for one in found for missing in one.missing))
    uses = [dependency for one in found for dependency in one.uses]
    used_by = [dependency for one in found for dependency in one.used_by]
    types = dict.fromkeys(one.object.type.value.replace("_", " ") for one in found)
    head = f"{', '.join(names)} ({', '.join(types)})\n"
    if not uses and not used_by:
        head += "It uses nothing that the server knows of, and nothing is known to use it.\n"
    sections = [
        _dependency_section("uses", "Uses", uses),
        _dependency_section("used_by", "Used by", used_by),
        missing_section(missing),
    ]
    return answer_of_sections(head, sections, budget, output)


def _dependency_section(field: str, title: str, found: Sequence[Dependency]) -> Section:
    return Section(
        field,
        f"{title} ({len(found):,})",
        [_dependency_line(one) for one in found],
        [_dependency_value(one) for one in found],
    )


def _dependency_line(one: Dependency) -> str:
    kind = one.object.type.value.replace("_", " ")
    table = f" on {one.object.parent}" if one.object.parent is not None else ""
    columns = f" ({', '.join(one.columns)})" if one.columns else ""
    lost = "" if one.resolved else "; there is no such object now"
    return one_line(f"{kind} {one.object}{table}{columns}: {one.how}{lost}")


def _dependency_value(one: Dependency) -> dict[str, Any]:
    return known(
        object=str(one.object),
        type=one.object.type.value,
        table=None if one.object.parent is None else str(one.object.parent),
        how=one.how,
        columns=list(one.columns) or None,
        resolved=None if one.resolved else False,
    )
