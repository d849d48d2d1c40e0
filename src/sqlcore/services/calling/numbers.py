"""Rules of exact numbers: integers, decimals and money."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from sqlcore.domain.type_names import TypeName
from sqlcore.services.calling.rules import (
    RefusedValueError,
    Schema,
    TypeRule,
    always,
    counted,
    describe,
    first_name,
    fixed,
)

__all__ = ["decimal", "integer", "money", "read_decimal"]

_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,100}\s*", re.ASCII)
_NUMBER = re.compile(
    r"\s*[+-]?(?:[0-9]{1,200000}(?:\.[0-9]{0,20000})?|\.[0-9]{1,20000})(?:[eE][+-]?[0-9]{1,5})?\s*",
    re.ASCII,
)
_NON_FINITE = {"nan": "NaN", "infinity": "Infinity", "-infinity": "-Infinity"}
_EXACT_IN_JSON = 2**53
_EXACT_DIGITS = 15
"""What a float keeps of any decimal number: DBL_DIG of C."""
_INTEGER_DIGITS = 100
"""More than any integer type has."""
_WHOLE_DIGITS = 131_072
_FRACTION_DIGITS = 16_383
"""Of PostgreSQL's numeric without arguments. Source: its manual, "Numeric Types"."""


def integer(names: str, low: int, high: int) -> TypeRule:
    """Make the rule of an integer type; the range is inclusive."""

    def check(value: Any, _: TypeName) -> int:
        number = _whole(value)
        if not low <= number <= high:
            raise RefusedValueError(f"it is outside {low} to {high}")
        return number

    schema: Schema = {"type": "integer", "minimum": low, "maximum": high}
    if max(high, -low) > _EXACT_IN_JSON:
        schema = {**schema, "type": ["integer", "string"], "pattern": "^[+-]?[0-9]{1,20}$"}
    return TypeRule(
        names=names,
        spelling=first_name(names),
        check=check,
        schema=fixed(**schema),
        example=always(42),
        python="`int`",
        accepts="number without a fraction, or its digits as a string",
        limits=f"{low} to {high}",
    )


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise RefusedValueError("it is true or false, not an integer")
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise RefusedValueError(f"it is {describe(value)}, not an integer")
        return int(value)
    if isinstance(value, float | Decimal):
        number = read_decimal(value)
        if not number.is_finite() or number.adjusted() > _INTEGER_DIGITS or number != int(number):
            raise RefusedValueError("it is not a whole number")
        if isinstance(value, float) and abs(value) > _EXACT_IN_JSON:
            raise RefusedValueError("as a float it is not exact; write its digits as a string")
        return int(number)
    raise RefusedValueError(f"it is {describe(value)}, not an integer")


def read_decimal(value: Any) -> Decimal:
    """Read a number with every digit; a float is what its shortest spelling says.

    Raises:
        RefusedValueError: It is no number.
    """
    if isinstance(value, bool):
        raise RefusedValueError("it is true or false, not a number")
    if isinstance(value, Decimal):
        if value.is_snan():
            raise RefusedValueError("it is a signalling NaN")
        return value
    if isinstance(value, int):
        if value.bit_length() > _WHOLE_DIGITS * 4:
            raise RefusedValueError("it has too many digits")
        return Decimal(int(value))
    if isinstance(value, float):
        return Decimal(float.__repr__(value))
    if isinstance(value, str):
        special = _NON_FINITE.get(value.strip().lower())
        if special:
            return Decimal(special)
        if _NUMBER.fullmatch(value):
            return Decimal(value.strip())
    raise RefusedValueError(f"it is {describe(value)}, not a number")


def _exact_decimal(value: Any) -> Decimal:
    """Read a number that is to be kept with all of its digits.

    What was written with more digits than a float keeps has lost some on the way here.
    """
    number = read_decimal(value)
    if isinstance(value, float) and number.is_finite() and number:
        whole, fraction = _digits(number)
        if whole + fraction > _EXACT_DIGITS:
            raise RefusedValueError(
                f"as a float with more than {_EXACT_DIGITS} digits it is not exact; write its "
                "digits as a string"
            )
    return number


def _digits(value: Decimal) -> tuple[int, int]:
    """Count the digits before and after the point, trailing zeros left out.

    Either is negative where the number starts or ends beyond the point: 0.001 has -2 before it.
    """
    _, digits, exponent = value.as_tuple()
    zeros = 0
    for digit in reversed(digits):
        if digit:
            break
        zeros += 1
    end = int(exponent) + zeros
    return len(digits) - zeros + end, -end


def _fitted(value: Decimal, precision: int, scale: int) -> Decimal:
    if not value:
        return value if -max(scale, 0) <= int(value.as_tuple().exponent) <= 0 else Decimal(0)
    whole, fraction = _digits(value)
    if fraction > scale:
        kept = f"{scale or 'none'} {'are' if scale > 1 else 'is'} kept"
        if scale < 0:
            raise RefusedValueError(f"it is not a multiple of 1{'0' * -scale}")
        raise RefusedValueError(f"it has {counted(fraction, 'digit')} after the point, and {kept}")
    if whole > precision - scale:
        raise RefusedValueError(
            f"it has {counted(whole, 'digit')} before the point, "
            f"and {max(0, precision - scale)} fit"
        )
    exponent = int(value.as_tuple().exponent)
    if exponent < -max(scale, 0) or exponent > 0:  # zeros at the end, or 1E+3: the same number
        return _respelled(value, max(fraction, 0))
    return value


def _respelled(value: Decimal, fraction: int) -> Decimal:
    sign, digits, exponent = value.as_tuple()
    shift = int(exponent) + fraction
    kept = digits + (0,) * shift if shift >= 0 else digits[:shift]
    return Decimal((sign, kept, -fraction))


def decimal(
    names: str, *, default: tuple[int, int] | None, non_finite: bool, limits: str
) -> TypeRule:
    """Make the rule of a decimal type.

    Args:
        names: Of the type, separated by `|`.
        default: Precision and scale of the type without arguments; None for no bounds.
        non_finite: Whether NaN is taken, and, without arguments, the infinities.
        limits: In words.
    """

    def bounds(name: TypeName) -> tuple[int, int] | None:
        precision = name.number(0)
        return default if precision is None else (precision, name.number(1) or 0)

    def check(value: Any, name: TypeName) -> Decimal:
        number = _exact_decimal(value)
        size = bounds(name)
        if not number.is_finite():
            if not non_finite or (size is not None and number.is_infinite()):
                raise RefusedValueError("it is not a finite number")
            return number
        if size is not None:
            return _fitted(number, *size)
        whole, fraction = _digits(number) if number else (0, 0)
        if whole > _WHOLE_DIGITS or fraction > _FRACTION_DIGITS:
            raise RefusedValueError("it has too many digits")
        return number

    def schema(name: TypeName) -> Schema:
        size = bounds(name)
        special = "|NaN" if non_finite else ""
        if size is None:
            return _number_text(rf"[+-]?[0-9]+(\.[0-9]+)?{special}|-?Infinity")
        whole, scale = max(1, size[0] - size[1]), size[1]
        point = rf"(\.[0-9]{{1,{scale}}})?" if scale > 0 else ""
        return _number_text(rf"[+-]?[0-9]{{1,{whole}}}{point}{special}")

    return TypeRule(
        names=names,
        spelling=first_name(names) + "(12,2)",
        check=check,
        schema=schema,
        example=lambda name: _decimal_example(bounds(name)),
        python="`Decimal`",
        accepts="string of its digits, or number; zeros at the end do not count",
        limits=limits,
    )


def _number_text(pattern: str) -> Schema:
    return {"type": ["string", "number"], "pattern": f"^({pattern})$"}


def _decimal_example(size: tuple[int, int] | None) -> str:
    precision, scale = size or (12, 2)
    if scale > precision:
        return "0"
    if scale < 0:
        return "1" + "0" * -scale
    whole = "12"[: precision - scale] or "0"
    return whole + ("." + "50"[:scale] if scale else "")


def money(names: str, limit: Decimal, digits: int) -> TypeRule:
    """Make the rule of a money type.

    Args:
        names: Of the type.
        limit: The greatest value; the least is one unit further.
        digits: Kept after the point.
    """
    unit = Decimal(1).scaleb(-digits)
    low = -limit - unit

    def check(value: Any, _: TypeName) -> Decimal:
        number = _exact_decimal(value)
        if not number.is_finite():
            raise RefusedValueError("it is not a finite number")
        if not low <= number <= limit:
            raise RefusedValueError(f"it is outside {low} to {limit}")
        return _fitted(number, 38, digits)

    return TypeRule(
        names=names,
        spelling=first_name(names),
        check=check,
        schema=fixed(**_number_text(rf"[+-]?[0-9]{{1,17}}(\.[0-9]{{1,{digits}}})?")),
        example=always("12.50"),
        python="`Decimal`",
        accepts="string of its digits, or number; no sign of a currency",
        limits=f"{low} to {limit}, {digits} digits after the point",
    )
