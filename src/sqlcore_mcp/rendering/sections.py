"""Parts of an answer: a title, lines under it, and the same as structured values, in a budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

import attrs

from sqlcore.domain.capability import Missing
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.tokens import Budget

__all__ = [
    "NOTES_TOKENS",
    "MissingOutput",
    "Section",
    "answer_of_sections",
    "fill",
    "human_size",
    "known",
    "missing_section",
    "one_line",
    "short",
    "write_sections",
]

_LONGEST = 300
NOTES_TOKENS = 100
"""What the words around sections may cost."""
_CUT = "\nThis answer was cut: raise max_tokens to see all of it."


class MissingOutput(TypedDict):
    """A part that is not there, and why; `support` is unsupported, not_permitted or unknown."""

    part: str
    support: str
    reason: str


@attrs.frozen
class Section:
    """A part of an answer: its entries as lines and as structured values, in step.

    Attributes:
        field: Its name in structured content.
        title: Its title in text.
        lines: Each with its end.
        values: As many as there are lines.
    """

    field: str
    title: str
    lines: Sequence[str]
    values: Sequence[Any]


def write_sections(
    sections: Iterable[Section], budget: Budget, output: dict[str, Any]
) -> tuple[list[str], bool]:
    """Write the sections that have lines, in their order; say whether anything was left out."""
    blocks: list[str] = []
    cut = False
    for section in sections:
        if section.lines:
            text, output[section.field] = fill(section, budget)
            blocks.append(text)
            cut = cut or len(output[section.field]) < len(section.values)
    return blocks, cut


def fill(section: Section, budget: Budget) -> tuple[str, list[Any]]:
    """Write as many lines of a section as the budget holds; those that do not fit are counted."""
    title = f"{section.title}:\n"
    text = title
    values: list[Any] = []
    for line, value in zip(section.lines, section.values, strict=True):
        if not budget.take(line, compact_json(value) + ","):
            break
        text += line
        values.append(value)
    budget.spend(title)
    omitted = len(section.lines) - len(values)
    if omitted and not values:
        return f"{section.title}: {omitted:,}, not shown.\n", values
    return text + (f"… {omitted:,} more\n" if omitted else ""), values


def answer_of_sections(
    head: str, sections: Iterable[Section], budget: Budget, output: dict[str, Any]
) -> Answer:
    """Write a head and sections in a budget."""
    budget.reserve(NOTES_TOKENS)
    budget.spend(head, compact_json(output))
    blocks, cut = write_sections(sections, budget, output)
    output["truncated"] = cut
    parts: list[Part] = [Data("\n".join([head, *blocks]))]
    if cut:
        parts.append(_CUT)
    return Answer(parts, output)


def missing_section(missing: Sequence[Missing]) -> Section:
    """Write what a server does not have, does not tell or does not let this login see."""
    values: list[MissingOutput] = [
        {"part": one.part, "support": one.support.value, "reason": short(one.reason)}
        for one in missing
    ]
    lines = [
        one_line(f"{one['part']}: {one['support'].replace('_', ' ')}; {one['reason']}")
        for one in values
    ]
    return Section("missing", "Not shown", lines, values)


def known(**fields: Any) -> dict[str, Any]:
    """Keep the fields that are known."""
    return {name: value for name, value in fields.items() if value is not None}


def short(text: Any) -> Any:
    """Cut a long text of the catalog; None stays None."""
    if text is None or len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… [cut: {len(text):,} characters]"


def one_line(text: str) -> str:
    """Join the lines of a text; the spaces within one may be part of a literal."""
    return " ".join(line.strip() for line in text.splitlines()) + "\n"


def human_size(size_bytes: int) -> str:
    """Write a number of bytes for a person: `35.2 MB`, in steps of 1,024."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1024 or unit == "TB":  # noqa: PLR2004  # the step between units
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError(size_bytes)
