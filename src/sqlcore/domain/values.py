"""Values that Python's own types cannot carry exactly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import attrs

__all__ = ["Interval", "JsonText", "ServerText"]


class ServerText(str):
    """A value in the server's own spelling, where Python has no exact type for it.

    Dates beyond the years 1 to 9999 or before Christ, `infinity`, `24:00:00`, ranges, composite
    values, geometric types and the like.
    """

    __slots__ = ()


class JsonText(str):
    """A JSON document, exactly as the server wrote it: key order, duplicates, every digit."""

    __slots__ = ()

    def parse(self) -> Any:
        """Parse it; numbers with a fraction or an exponent become `Decimal`, so none is rounded."""
        return json.loads(self, parse_float=Decimal)


@attrs.frozen
class Interval:
    """A span in the three parts that calendars keep apart (PostgreSQL `interval`).

    Months have no fixed number of days and days no fixed number of hours, so the parts are not
    merged; `datetime.timedelta` cannot say this.
    """

    months: int = 0
    days: int = 0
    microseconds: int = 0

    def __str__(self) -> str:
        """Write it as an ISO 8601 duration, each part with its own sign: `P1Y2M-3DT4H5.6S`."""
        years, months = _divide(self.months, 12)
        hours, rest = _divide(self.microseconds, 3_600_000_000)
        minutes, rest = _divide(rest, 60_000_000)
        date = _parts((years, "Y"), (months, "M"), (self.days, "D"))
        time = _parts((hours, "H"), (minutes, "M")) + _seconds(rest)
        if not date and not time:
            return "PT0S"
        return f"P{date}" + (f"T{time}" if time else "")


def _divide(value: int, by: int) -> tuple[int, int]:
    """Divide towards zero, so that both parts keep the sign."""
    quotient, rest = divmod(abs(value), by)
    return (quotient, rest) if value >= 0 else (-quotient, -rest)


def _parts(*parts: tuple[int, str]) -> str:
    return "".join(f"{number}{unit}" for number, unit in parts if number)


def _seconds(microseconds: int) -> str:
    if not microseconds:
        return ""
    whole, fraction = divmod(abs(microseconds), 1_000_000)
    sign = "-" if microseconds < 0 else ""
    digits = f".{fraction:06d}".rstrip("0") if fraction else ""
    return f"{sign}{whole}{digits}S"
