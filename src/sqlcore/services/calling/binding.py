"""From the arguments that a caller gave to a call of one overload, every value checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sqlcore.domain.procedure import Argument, ProcedureCall, ProcedureParameter, Routine
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError
from sqlcore.services.calling.checking import parameter_rule
from sqlcore.services.calling.composing import Flaw, FlawedValueError
from sqlcore.services.calling.matching import Matched, key_of, match
from sqlcore.services.calling.problems import Problem, shown, title, value_error

__all__ = ["bind"]

_ROUTINES_SHOWN = 10


@attrs.frozen
class _Attempt:
    """What came of one overload.

    Attributes:
        misplaced: How many problems are not of values: arguments without a place, parameters
            without a value.
        left_out: How many parameters are left to their defaults.
    """

    routine: Routine
    misplaced: int
    problems: tuple[Problem, ...]
    arguments: tuple[Argument, ...] = attrs.field(repr=False)
    left_out: int


def bind(
    routines: Sequence[Routine],
    arguments: Mapping[str, Any] | Sequence[Any] | None,
    dialect: str,
    *,
    collation: str | None = None,
    signature: str | None = None,
) -> ProcedureCall:
    """Choose the overload that takes the arguments, and check every value.

    Args:
        routines: What a name may mean, with all parameters: `ProcedureCaller.find`.
        arguments: By name, with or without a leading `@`; or a list, by place. A parameter
            without a name is `$1`, `$2` … by its place. Values are of Python or of JSON. What
            is left out is left to the server; None is NULL.
        dialect: `postgres`, `tsql` or `sqlite`.
        collation: Of the server or database, for `varchar` of SQL Server.
        signature: Of the overload to take, where the arguments do not tell: `(integer, text)`.

    Raises:
        ArgumentsError: An InvalidArgumentError with everything that is wrong.
        AmbiguousNameError: Several overloads take these arguments.
        InvalidArgumentError: There is no routine, or the arguments are neither of the two.
    """
    if not routines:
        raise InvalidArgumentError("There is no such procedure to call.")
    given = _read(arguments)
    candidates = routines if signature is None else _of_signature(routines, signature)
    attempts = [_attempt(routine, given, dialect, collation) for routine in candidates]
    fitting = [attempt for attempt in attempts if not attempt.problems]
    if len(fitting) > 1:
        # As the servers prefer them: the overload that leaves the fewest parameters out.
        fewest = min(attempt.left_out for attempt in fitting)
        fitting = [attempt for attempt in fitting if attempt.left_out == fewest]
    if len(fitting) == 1:
        return ProcedureCall(routine=fitting[0].routine, arguments=fitting[0].arguments)
    if fitting:
        raise _ambiguous([attempt.routine for attempt in fitting])
    raise _refusal(attempts)


def _read(arguments: Any) -> Mapping[Any, Any] | Sequence[Any]:
    if arguments is None:
        return ()
    if isinstance(arguments, Mapping):
        return arguments
    if isinstance(arguments, Sequence) and not isinstance(arguments, str | bytes | bytearray):
        return arguments
    raise InvalidArgumentError(
        "Arguments of a procedure are an object of names and values, or a list of values.",
        hint='Write {"name": value}, or [value, value] in the order of the parameters.',
    )


def _attempt(
    routine: Routine,
    given: Mapping[Any, Any] | Sequence[Any],
    dialect: str,
    collation: str | None,
) -> _Attempt:
    matched = match(routine, given, dialect)
    problems = list(matched.problems)
    for parameter in matched.missing:
        rule = parameter_rule(parameter, dialect, collation)
        flaw = Flaw(type=rule.type, reason="it is missing", example=rule.example)
        problems.extend(_problems(parameter, FlawedValueError(flaw)))
    misplaced = len(problems)
    arguments: list[Argument] = []
    for parameter, value in matched.values:
        try:
            checked = _checked(parameter, value, dialect, collation)
        except FlawedValueError as error:
            problems.extend(_problems(parameter, error))
        else:
            arguments.append(Argument(parameter=parameter, value=checked))
    arguments.sort(key=lambda argument: argument.parameter.ordinal)
    return _Attempt(
        routine, misplaced, tuple(problems), tuple(arguments), _left_out(routine, matched)
    )


def _left_out(routine: Routine, matched: Matched) -> int:
    takes = sum(parameter.takes_value for parameter in routine.parameters)
    return takes - len(matched.values)


def _checked(parameter: ProcedureParameter, value: Any, dialect: str, collation: str | None) -> Any:
    if value is None and parameter.nullable is not False:
        return None
    rule = parameter_rule(parameter, dialect, collation)
    if value is None:
        reason = "it is NULL, which the parameter does not take"
        raise FlawedValueError(Flaw(type=rule.type, reason=reason, example=rule.example))
    return rule.check(value)


def _problems(parameter: ProcedureParameter, error: FlawedValueError) -> list[Problem]:
    return [
        Problem(
            parameter=key_of(parameter),
            type=flaw.type,
            place=flaw.place,
            reason=flaw.reason,
            example=flaw.example,
        )
        for flaw in error.flaws
    ]


def _of_signature(routines: Sequence[Routine], signature: str) -> Sequence[Routine]:
    wanted = _bare(signature)
    chosen = [routine for routine in routines if _bare(routine.signature) == wanted]
    if not chosen:
        named = ", ".join(title(routine) for routine in routines[:_ROUTINES_SHOWN])
        raise InvalidArgumentError(
            f"No overload has the signature {shown(signature)!r}.",
            hint=f"There are {named}.",
            parameter="signature",
        )
    return chosen


def _bare(signature: str) -> str:
    return "".join(signature.lower().split()).removeprefix("(").removesuffix(")")


def _ambiguous(routines: Sequence[Routine]) -> AmbiguousNameError:
    named = ", ".join(title(routine) for routine in routines[:_ROUTINES_SHOWN])
    more = len(routines) - _ROUTINES_SHOWN
    return AmbiguousNameError(
        f"These arguments fit {len(routines)} procedures: {named}"
        + (f" and {more} more." if more > 0 else "."),
        hint="Give one of these with its signature as the name, or values that only one takes.",
    )


def _refusal(attempts: Sequence[_Attempt]) -> InvalidArgumentError:
    """Say what is wrong with the overload that is nearest to the arguments."""
    nearest = min(attempts, key=lambda attempt: (attempt.misplaced, len(attempt.problems)))
    if len(attempts) == 1:
        return value_error(nearest.routine, nearest.problems)
    others = [title(attempt.routine) for attempt in attempts if attempt is not nearest]
    named = ", ".join(others[:_ROUTINES_SHOWN])
    return value_error(
        nearest.routine,
        nearest.problems,
        lead=f"None of {len(attempts)} overloads takes these arguments (also {named}). "
        f"The nearest is {title(nearest.routine)}:",
    )
