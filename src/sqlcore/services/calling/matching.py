"""Which argument goes to which parameter of one overload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.domain.procedure import ProcedureParameter, Routine
from sqlcore.services.calling.problems import Problem, shown
from sqlcore.services.naming import nearest

__all__ = ["Matched", "key_of", "match"]

_LONGEST_NAME = 255
_SUGGESTED = 10
"""For how many unknown names the nearest is looked for."""


@attrs.frozen
class Matched:
    """Values for parameters, as the caller gave them.

    Attributes:
        problems: What cannot be placed.
        missing: Parameters that need a value and have none.
    """

    values: tuple[tuple[ProcedureParameter, Any], ...] = attrs.field(repr=False)
    problems: tuple[Problem, ...]
    missing: tuple[ProcedureParameter, ...]


def key_of(parameter: ProcedureParameter) -> str:
    """Give the name under which a parameter is given: its own, or `$1` by its place."""
    return parameter.name or f"${parameter.ordinal}"


def match(routine: Routine, given: Mapping[Any, Any] | Sequence[Any], dialect: str) -> Matched:
    """Place arguments by name or by place.

    Args:
        routine: With all parameters.
        given: By name, or a list.
        dialect: Tells how names compare: SQL Server's without regard to case, PostgreSQL's as
            they are or in lower case.
    """
    problems: list[Problem] = []
    if isinstance(given, Mapping):
        values = _by_name(routine, given, dialect, problems)
    else:
        values = _by_place(routine, given, problems)
    placed = {parameter.ordinal for parameter, _ in values}
    missing = tuple(
        parameter
        for parameter in routine.parameters
        if parameter.takes_value
        and parameter.has_default is False
        and parameter.ordinal not in placed
    )
    return Matched(tuple(values), tuple(problems), missing)


_Values = list[tuple[ProcedureParameter, Any]]


def _by_name(
    routine: Routine, given: Mapping[Any, Any], dialect: str, problems: list[Problem]
) -> _Values:
    values: _Values = []
    placed: set[int] = set()
    find = _finder(routine.parameters, dialect)
    for key, value in given.items():
        if not isinstance(key, str):
            problems.append(Problem(parameter="", reason="a name of a parameter is no text"))
            continue
        parameter = find(key)
        if parameter is None:
            is_among_first = len(problems) < _SUGGESTED
            reason = _unknown(routine, key) if is_among_first else "there is no such parameter"
            problems.append(Problem(parameter=key[:_LONGEST_NAME], reason=reason))
        elif parameter.ordinal in placed:
            problems.append(_about(parameter, "it is given twice"))
        else:
            placed.add(parameter.ordinal)
            _place(parameter, value, values, problems)
    return values


def _place(
    parameter: ProcedureParameter, value: Any, values: _Values, problems: list[Problem]
) -> None:
    if parameter.takes_value:
        values.append((parameter, value))
    elif value is not None:
        problems.append(_about(parameter, "it only hands a value out: leave it out"))


def _about(parameter: ProcedureParameter, reason: str) -> Problem:
    return Problem(parameter=key_of(parameter), type=parameter.type.name, reason=reason)


def _finder(
    parameters: Iterable[ProcedureParameter], dialect: str
) -> Callable[[str], ProcedureParameter | None]:
    """Find parameters: as a name is written, then as the server would take it."""
    by_key: dict[str, ProcedureParameter] = {}
    by_lower: dict[str, list[ProcedureParameter]] = {}
    for parameter in parameters:
        by_key.setdefault(key_of(parameter), parameter)
        by_lower.setdefault(key_of(parameter).lower(), []).append(parameter)

    def find(name: str) -> ProcedureParameter | None:
        bare = name.removeprefix("@")
        exact = by_key.get(name) or by_key.get(bare)
        if exact is not None:
            return exact
        if dialect == "postgres":
            return by_key.get(bare.lower())
        alike = by_lower.get(bare.lower(), [])
        return alike[0] if len(alike) == 1 else None

    return find


def _unknown(routine: Routine, name: str) -> str:
    if not routine.parameters:
        return "there is no such parameter: the procedure has none"
    names = [key_of(parameter) for parameter in routine.parameters]
    close = nearest(name[:_LONGEST_NAME].removeprefix("@"), names, 1)
    if close:
        return f"there is no such parameter; did you mean {shown(close[0])}"
    return f"there is no such parameter; there are {', '.join(map(shown, names[:8]))}"


def _by_place(routine: Routine, given: Sequence[Any], problems: list[Problem]) -> _Values:
    """Place values in the order of the parameters that take one.

    A list with a NULL in the place of each OUT parameter is taken as well, as CALL has it.
    """
    values: _Values = []
    taking = [parameter for parameter in routine.parameters if parameter.takes_value]
    last = taking[-1] if taking else None
    if last is not None and last.is_variadic:
        return _with_rest(taking, given)
    if len(taking) < len(given) == len(routine.parameters):
        for parameter, value in zip(routine.parameters, given, strict=True):
            _place(parameter, value, values, problems)
        return values
    if len(given) > len(taking):
        reason = f"{len(given):,} values are given, and the procedure takes {len(taking):,}"
        problems.append(Problem(parameter="", reason=reason))
    return list(zip(taking, given, strict=False))


def _with_rest(taking: Sequence[ProcedureParameter], given: Sequence[Any]) -> _Values:
    """Give all further values to the last parameter; a list that stands alone is all of them."""
    fixed = len(taking) - 1
    values = list(zip(taking[:fixed], given[:fixed], strict=False))
    rest = list(given[fixed:])
    if len(rest) == 1 and isinstance(rest[0], list | tuple):
        rest = list(rest[0])
    if rest:
        values.append((taking[-1], rest))
    return values
