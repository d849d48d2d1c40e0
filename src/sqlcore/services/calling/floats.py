"""Rules of floating-point numbers and truth values."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlcore.domain.type_names import TypeName
from sqlcore.services.calling.numbers import read_decimal
from sqlcore.services.calling.rules import (
    RefusedValueError,
    Schema,
    TypeRule,
    always,
    describe,
    first_name,
    fixed,
)

__all__ = ["boolean", "floating"]


def floating(
    names: str, *, single: Callable[[TypeName], bool], non_finite: bool, subnormal: bool
) -> TypeRule:
    """Make the rule of a floating-point type.

    Args:
        names: Of the type.
        single: Whether it has 24 bits instead of 53.
        non_finite: Whether NaN and the infinities are taken.
        subnormal: Whether numbers nearer to 0 than the smallest normal one are taken.
    """

    def check(value: Any, name: TypeName) -> float:
        number = read_decimal(value)
        if not number.is_finite():
            if not non_finite:
                raise RefusedValueError("it is not a finite number")
            return float(number)
        result = float(number)
        stored = _stored(result, single=single(name))
        if math.isinf(stored):
            raise RefusedValueError("it is too large")
        smallest = _SMALLEST[single(name)]
        if (stored == 0 and number != 0) or (not subnormal and 0 < abs(stored) < smallest):
            raise RefusedValueError("it is nearer to 0 than the type can say")
        if _is_integer(value) and int(stored) != number:
            raise RefusedValueError("the type would round this integer")
        return result

    plain: Schema = {"type": "number"}
    wide: Schema = {"anyOf": [plain, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]}
    first = first_name(names)
    is_single = single(TypeName(first))
    bits = "24 bits: 3.4e38" if is_single else "53 bits: 1.8e308"
    return TypeRule(
        names=names,
        spelling=first,
        check=check,
        schema=fixed(**(wide if non_finite else plain)),
        example=always(0.5),
        python="`float`",
        accepts="number, or its digits as a string"
        + ('; `"NaN"`, `"Infinity"`, `"-Infinity"`' if non_finite else ""),
        limits=f"{bits}; a fraction becomes the nearest float, an integer must be exact",
    )


def _is_integer(value: Any) -> bool:
    """Whether a caller wrote digits alone, and so expects all of them."""
    if isinstance(value, str):
        return value.strip().lstrip("+-").isdigit()
    return isinstance(value, int)


_SMALLEST = {True: 2.0**-126, False: 2.0**-1022}


def _stored(value: float, *, single: bool) -> float:
    if not single or math.isinf(value):
        return value
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.inf


def _truth(value: Any, _: TypeName) -> bool:
    """Take true, false, 1 and 0, and these four as text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal) and read_decimal(value) in (0, 1):
        return bool(value)
    truth = _TRUTH.get(value.strip().lower()) if isinstance(value, str) else None
    if truth is None:
        raise RefusedValueError(f"it is {_untrue(value)}, neither true nor false")
    return truth


_TRUTH = {"true": True, "false": False, "1": True, "0": False}


def _untrue(value: Any) -> str:
    return "another number" if isinstance(value, int | float | Decimal) else describe(value)


def boolean(names: str) -> TypeRule:
    """Make the rule of a truth value."""
    return TypeRule(
        names=names,
        spelling=first_name(names),
        check=_truth,
        schema=fixed(type="boolean"),
        example=always(True),
        python="`bool`",
        accepts="true, false, 1, 0, or one of these as a string",
        limits="true or false",
    )
