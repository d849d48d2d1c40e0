"""Rules of dates, times of day and timestamps."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import attrs

from sqlcore.domain.type_names import TypeName
from sqlcore.domain.values import ServerText
from sqlcore.services.calling.moments import Moment, read_moment
from sqlcore.services.calling.rules import RefusedValueError, Schema, TypeRule, counted, first_name

__all__ = ["Kept", "check_three_hundredths", "check_whole_minute", "moment_rule"]

_INFINITY = re.compile(r"\s*(-?infinity)\s*", re.IGNORECASE)
_PYTHON = (dt.date.min, dt.date.max)
_YEARS_BC = 4713
_MAX_OFFSET = dt.timedelta(hours=14)


@attrs.frozen(kw_only=True)
class Kept:
    """What a type keeps of a date and a time of day.

    Attributes:
        date: Whether it has a date.
        clock: Whether it has a time of day.
        offset: Whether it has an offset from UTC, which must then be said.
        digits: Of a second, where the type's name does not say it.
        first: The first day.
        last: The last day.
        last_year: Where the type goes beyond Python's years, and before Christ; it then takes
            `infinity` too.
        end_of_day: Whether it takes 24:00.
        most_offset: Beyond which there is no offset, either way.
    """

    date: bool = False
    clock: bool = False
    offset: bool = False
    digits: int = 0
    first: dt.date = _PYTHON[0]
    last: dt.date = _PYTHON[1]
    last_year: int | None = None
    end_of_day: bool = False
    most_offset: dt.timedelta = _MAX_OFFSET

    @property
    def wanted(self) -> str:
        """Say what a value is."""
        if not self.clock:
            return "a date"
        words = "a date and a time of day" if self.date else "a time of day"
        return f"{words} with its offset from UTC" if self.offset else words


def moment_rule(
    names: str,
    kept: Kept,
    *,
    spelling: str | None = None,
    extra: Callable[[Moment], None] | None = None,
    limits: str,
) -> TypeRule:
    """Make the rule of a date or a time.

    Args:
        names: Of the type, separated by `|`.
        kept: What it keeps.
        spelling: For the documentation.
        extra: What else must hold.
        limits: In words.
    """

    def check(value: Any, name: TypeName) -> dt.date | dt.time | ServerText:
        special = _INFINITY.fullmatch(value) if isinstance(value, str) else None
        if special and kept.last_year:
            return ServerText(special[1].lower())
        moment = read_moment(value, kept.wanted)
        _check_parts(moment, kept)
        _check_digits(moment, _digits(name, kept))
        _check_range(moment, kept)
        if extra is not None:
            extra(moment)
        return _value(moment, kept)

    return TypeRule(
        names=names,
        spelling=spelling or first_name(names),
        check=check,
        schema=lambda name: _schema(kept, _digits(name, kept)),
        example=lambda name: _example(kept, _digits(name, kept)),
        python=_python(kept),
        accepts=f"string: {kept.wanted}, ISO 8601" + (", or `infinity`" if kept.last_year else ""),
        limits=limits,
    )


def _digits(name: TypeName, kept: Kept) -> int:
    said = name.number(0)
    return kept.digits if said is None else said


def _check_parts(moment: Moment, kept: Kept) -> None:
    if kept.date and moment.year is None:
        raise RefusedValueError("it has no date")
    if not kept.date and moment.year is not None:
        raise RefusedValueError("it has a date, which the type does not keep")
    if not kept.clock and not moment.is_midnight:
        raise RefusedValueError("it has a time of day, which the type does not keep")
    if kept.offset and moment.offset is None:
        raise RefusedValueError("its offset from UTC is missing: end it with Z, or with +02:00")
    if not kept.offset and moment.offset is not None:
        raise RefusedValueError("it has an offset from UTC, which the type does not keep")


def _check_digits(moment: Moment, digits: int) -> None:
    given = len(moment.fraction)
    if given > digits:
        words = f"{digits or 'none'} {'are' if digits > 1 else 'is'} kept"
        raise RefusedValueError(
            f"it has {counted(given, 'digit')} of a fraction of a second, and {words}"
        )


def _check_range(moment: Moment, kept: Kept) -> None:
    if moment.hour == 24 and not kept.end_of_day:  # noqa: PLR2004 the end of a day
        raise RefusedValueError("24:00 is 00:00 of the next day")
    if moment.year is not None:
        if kept.last_year is not None and (moment.bc or moment.year > dt.MAXYEAR):
            if moment.year > (_YEARS_BC if moment.bc else kept.last_year):
                raise RefusedValueError(
                    f"it is outside the years {_YEARS_BC} BC to {kept.last_year}"
                )
        elif moment.bc or moment.year > dt.MAXYEAR or not kept.first <= moment.date() <= kept.last:
            raise RefusedValueError(f"it is outside {kept.first} to {kept.last}")
    if moment.offset is not None:
        _check_offset(moment, moment.offset, kept)


def _check_offset(moment: Moment, offset: dt.timedelta, kept: Kept) -> None:
    if abs(offset) > kept.most_offset:
        raise RefusedValueError(f"its offset from UTC is beyond {kept.most_offset}")
    if kept.last_year is None and offset % dt.timedelta(minutes=1):
        raise RefusedValueError("its offset from UTC is not of whole minutes")
    if kept.last_year is None and moment.year is not None:
        try:
            attrs.evolve(moment, fraction="").datetime().astimezone(dt.UTC)
        except OverflowError:
            raise RefusedValueError("in UTC it is outside the years 1 to 9999") from None


def _value(moment: Moment, kept: Kept) -> dt.date | dt.time | ServerText:
    if not moment.fits_python:
        return ServerText(moment.spelled())
    if not kept.clock:
        return moment.date()
    return moment.datetime() if kept.date else moment.time()


def check_three_hundredths(moment: Moment) -> None:
    """Refuse what `datetime` would round: it counts in 1/300 s, shown as .000, .003 and .007.

    Source: Microsoft, "datetime (Transact-SQL)", rounding of fractional second precision.
    """
    if moment.fraction.ljust(3, "0")[2] not in "037":
        raise RefusedValueError(
            "its milliseconds would be rounded: they must end in 0, 3 or 7 (or use datetime2)"
        )


def check_whole_minute(moment: Moment) -> None:
    """Refuse what `smalldatetime` would round."""
    if moment.second:
        raise RefusedValueError("it has seconds, and the type keeps whole minutes")


def _python(kept: Kept) -> str:
    name = "date" if not kept.clock else "datetime" if kept.date else "time"
    beyond = kept.last_year or kept.end_of_day or kept.digits > 6  # noqa: PLR2004 microseconds
    return f"`{name}`, or `ServerText` beyond it" if beyond else f"`{name}`"


def _example(kept: Kept, digits: int) -> str:
    if not kept.clock:
        return "2026-06-30"
    fraction = "." + "130"[:digits] if digits else ""
    clock = f"13:45:00{fraction}" + ("+02:00" if kept.offset else "")
    return f"2026-06-30T{clock}" if kept.date else clock


def _schema(kept: Kept, digits: int) -> Schema:
    if not kept.clock:
        return {"type": "string", "format": "date"}
    if kept.date and kept.offset:
        return {"type": "string", "format": "date-time"}
    day = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]" if kept.date else ""
    fraction = rf"(\.[0-9]{{1,{digits}}})?" if digits > 0 else ""
    offset = "(Z|[+-][0-9]{2}:[0-9]{2})" if kept.offset else ""
    pattern = rf"^{day}[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}{fraction})?{offset}$"
    return {"type": "string", "pattern": pattern, "examples": [_example(kept, digits)]}
