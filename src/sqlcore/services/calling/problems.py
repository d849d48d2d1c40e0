"""What is wrong with the arguments of a call, all of it in one error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.domain.procedure import Routine
from sqlcore.errors import InvalidArgumentError

__all__ = ["ArgumentsError", "Problem", "shown", "title", "value_error"]

_MESSAGE_CHARACTERS = 3600
"""Of all problems that are told whole; with the names of the others a message stays under 4,000."""
_MOST_CHARACTERS = 140
"""Of a line without its example."""
_LEAD_CHARACTERS = 500
_REST_CHARACTERS = 300
_NAME_CHARACTERS = 60
_EXAMPLE_CHARACTERS = 40


@attrs.frozen(kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        parameter: Its name as the caller would write it; empty for the call as a whole.
        type: The exact type; empty where the parameter is not known.
        reason: What is wrong; never the value, for errors are audited.
        place: Where in the value: `row 3, column "price"`, `element 2`.
        example: A value in its JSON form that would do; None for none.
    """

    parameter: str
    reason: str
    type: str = ""
    place: str = ""
    example: Any = None

    def __str__(self) -> str:
        name = shown(self.parameter) + (f" {shown(self.type)}" if self.type else "")
        where = f", {self.place}" if self.place else ""
        lead = f"{name}{where}: " if name or where else ""
        text = shown(lead + self.reason, _MOST_CHARACTERS)
        if self.example is None:
            return f"{text}."
        example = json.dumps(self.example, ensure_ascii=False)
        return f"{text}; for example {shown(example, _EXAMPLE_CHARACTERS)}."


class ArgumentsError(InvalidArgumentError):
    """Arguments of a call cannot be taken.

    Attributes:
        problems: All of them; the message names the first of them.
    """

    problems: tuple[Problem, ...] = ()


def value_error(routine: Routine, problems: Sequence[Problem], lead: str = "") -> ArgumentsError:
    """Make the error of all problems, one line each.

    Args:
        routine: What was to be called.
        problems: At least one.
        lead: What to say first, where it is not the number of them.
    """
    count = len(problems)
    first = lead or (
        f"{title(routine)} was not called: "
        + ("an argument is wrong." if count == 1 else f"{count:,} things are wrong.")
    )
    lines = [_cut(first, _LEAD_CHARACTERS)]
    left = _MESSAGE_CHARACTERS - len(lines[0])
    for problem in problems:
        line = f"- {problem}"
        left -= len(line) + 1
        if left < 0:
            break
        lines.append(line)
    rest = problems[len(lines) - 1 :]
    if rest:
        named = dict.fromkeys(shown(problem.parameter) for problem in rest if problem.parameter)
        whose = f": {', '.join(named)}" if named else ""
        lines.append(_cut(f"- and {len(rest):,} more{whose}", _REST_CHARACTERS) + ".")
    error = ArgumentsError(
        "\n".join(lines),
        hint="Correct all of them; get_stored_procedure_parameters shows the parameters.",
        procedure=_cut(str(routine.name), 2 * _NAME_CHARACTERS),
        parameter=next((shown(p.parameter) for p in problems if p.parameter), None),
    )
    error.problems = tuple(problems)
    return error


def title(routine: Routine) -> str:
    """Name a routine with its signature."""
    return shown(f"{routine.name}{routine.signature}", 2 * _NAME_CHARACTERS)


def shown(name: str, most: int = _NAME_CHARACTERS) -> str:
    """Show a name on one line, shortened; what cannot be printed is a question mark."""
    return _cut("".join(c if c.isprintable() else "?" for c in name), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
