"""The texts that made procedures and functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import attrs

from sqlcore.domain.procedure import Routine
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.procedures import line, title
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["DefinitionsOutput", "render_definitions"]

_NOTES_TOKENS = 110
_HIDDEN = "Its text is encrypted, or this login may not see it.\n"
_DEFINITION_FIELD = ',"definition":""'


class DefinitionOutput(TypedDict, total=False):
    """The text that made a procedure; left out where it cannot be seen."""

    procedure: str
    signature: str
    kind: str
    definition: str


class DefinitionsOutput(TypedDict, total=False):
    """Definitions of all overloads of one name; `uri` where all of it can be read."""

    procedures: list[DefinitionOutput]
    procedures_omitted: int
    truncated: bool
    uri: str


@attrs.frozen
class _Shown:
    """A part of a text that fits."""

    text: str
    is_whole: bool


def render_definitions(
    routines: Sequence[Routine],
    definitions: Sequence[str | None],
    budget: Budget,
    keep: Callable[[str], Link | None],
) -> Answer:
    """Write the definitions of all overloads of one name; where they are cut, all are kept.

    Args:
        routines: The overloads.
        definitions: The text of each; None where it cannot be seen.
        budget: For this answer.
        keep: Keeps a text, and gives where it is.
    """
    budget.reserve(_NOTES_TOKENS)
    parts: list[Part] = []
    outputs: list[DefinitionOutput] = []
    is_whole = True
    for index, (routine, definition) in enumerate(zip(routines, definitions, strict=True)):
        part = budget.part(1 / (len(routines) - index))
        output: DefinitionOutput = {
            "procedure": str(routine.name),
            "signature": routine.signature,
            "kind": routine.kind.value,
        }
        heading = line(title(routine))
        if not part.take(heading + MARKS, compact_json(output) + _DEFINITION_FIELD):
            break
        parts.append(Data(heading))
        if definition is None:
            parts.append(_HIDDEN)
            shown = _Shown(_HIDDEN, is_whole=True)
        else:
            shown = _start_of(definition, part)
            output["definition"] = shown.text
            parts.append(Data(f"{shown.text}\n"))
        budget.spend(f"{heading}{MARKS}{shown.text}\n", compact_json(output))
        is_whole = is_whole and shown.is_whole
        outputs.append(output)
    omitted = len(routines) - len(outputs)
    structured: dict[str, Any] = {
        "procedures": outputs,
        "truncated": bool(omitted) or not is_whole,
    }
    if not structured["truncated"]:
        return Answer(parts, structured)
    words = "The text was cut: raise max_tokens"
    if omitted:
        structured["procedures_omitted"] = omitted
        words = f"{omitted:,} more overloads are not shown: raise max_tokens"
    link = keep("\n\n".join(filter(None, definitions)))
    if link is not None:
        structured["uri"] = link.uri
        words += f", or read {link.uri}"
    return Answer([*parts, f"{words}.\n"], structured, () if link is None else (link,))


def _start_of(text: str, budget: Budget) -> _Shown:
    """Give as much of a text as fits, by whole lines if there are any."""
    if budget.take(text, compact_json(text)):
        return _Shown(text, is_whole=True)
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        start = text[:middle]
        if Budget(budget.left).take(start, compact_json(start)):
            least = middle
        else:
            most = middle - 1
    start = text[:least]
    head, newline, _ = start.rpartition("\n")
    return _Shown(head if newline else start, is_whole=False)
