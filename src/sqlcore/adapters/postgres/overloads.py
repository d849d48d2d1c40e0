"""Whether a call that leaves out defaults means the overload that it was made for.

PostgreSQL chooses by what stands in the call. `f(integer)` and `f(integer, text DEFAULT '')` both
take `f(1)`, and the one without a default wins, silently ("Function Calls" of the documentation).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlcore.domain.procedure import ProcedureCall, ProcedureParameter, Routine
from sqlcore.errors import AmbiguousNameError

__all__ = ["check_meant"]


def check_meant(call: ProcedureCall, others: Sequence[Routine]) -> None:
    """Refuse a call that another overload could take, with the same types.

    Raises:
        AmbiguousNameError: It could; the message names the other one.
    """
    given = {argument.parameter.ordinal for argument in call.arguments}
    inputs = [parameter for parameter in call.routine.parameters if parameter.takes_value]
    sent = [parameter for parameter in inputs if parameter.ordinal in given]
    for other in others:
        if other.kind is call.routine.kind and _takes(other, sent):
            raise AmbiguousNameError(
                f"With what is left out, {other.name}{other.signature} fits as well as"
                f" {call.routine.signature}.",
                hint="Give values for more of the parameters that have a default.",
            )


def _takes(other: Routine, sent: Sequence[ProcedureParameter]) -> bool:
    inputs = [parameter for parameter in other.parameters if parameter.takes_value]
    by_name = {parameter.name: parameter for parameter in inputs if parameter.name}
    met: set[int] = set()
    for place, parameter in enumerate(sent):
        fitting = by_name.get(parameter.name) if parameter.name else _at(inputs, place)
        if fitting is None or fitting.type.name != parameter.type.name:
            return False
        met.add(fitting.ordinal)
    return all(
        parameter.ordinal in met or parameter.has_default or parameter.is_variadic
        for parameter in inputs
    )


def _at(inputs: Sequence[ProcedureParameter], place: int) -> ProcedureParameter | None:
    return inputs[place] if place < len(inputs) else None
