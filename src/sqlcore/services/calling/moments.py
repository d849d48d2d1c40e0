"""Reading dates and times of day from ISO 8601 text and from Python's values, digit by digit."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import attrs

from sqlcore.services.calling.rules import RefusedValueError, describe

__all__ = ["Moment", "read_moment"]

_DATE = r"(?P<year>\d{4,7})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,30}))?)?"
_OFFSET = r"(?P<offset>Z|[+-]\d\d(?::?\d\d(?::\d\d)?)?)"
_DATED = re.compile(rf"{_DATE}(?:[T ]{_TIME}\s?{_OFFSET}?)?(?P<bc> BC)?", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(rf"{_TIME}\s?{_OFFSET}?", re.ASCII | re.IGNORECASE)
_MICROSECOND_DIGITS = 6


@attrs.frozen(kw_only=True)
class Moment:
    """A date, a time of day, or both, as a caller wrote it.

    Attributes:
        year: As written; with `bc` before Christ. None without a date.
        hour: None without a time of day.
        fraction: Digits of a second, zeros at the end left out.
        offset: From UTC; None where it is not said.
    """

    year: int | None = None
    month: int = 1
    day: int = 1
    bc: bool = False
    hour: int | None = None
    minute: int = 0
    second: int = 0
    fraction: str = ""
    offset: dt.timedelta | None = None

    @property
    def is_midnight(self) -> bool:
        """Whether no time of day would be lost if it were left out."""
        return not (self.hour or self.minute or self.second or self.fraction)

    @property
    def fits_python(self) -> bool:
        """Whether Python's classes hold all of it."""
        return (
            (self.year is None or (self.year <= dt.MAXYEAR and not self.bc))
            and self.hour != 24  # noqa: PLR2004 the end of a day
            and len(self.fraction) <= _MICROSECOND_DIGITS
        )

    def date(self) -> dt.date:
        """Give the date."""
        return dt.date(self.year or 1, self.month, self.day)

    def time(self) -> dt.time:
        """Give the time of day with its offset."""
        micro = int(self.fraction.ljust(_MICROSECOND_DIGITS, "0"))
        zone = None if self.offset is None else _zone(self.offset)
        return dt.time(self.hour or 0, self.minute, self.second, micro, tzinfo=zone)

    def datetime(self) -> dt.datetime:
        """Give both."""
        return dt.datetime.combine(self.date(), self.time())

    def spelled(self) -> str:
        """Write it as ISO 8601 with all digits."""
        parts: list[str] = []
        if self.year is not None:
            parts.append(f"{self.year:04d}-{self.month:02d}-{self.day:02d}")
        if self.hour is not None:
            fraction = f".{self.fraction}" if self.fraction else ""
            offset = "" if self.offset is None else _offset_text(self.offset)
            clock = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
            parts.append(f"{clock}{fraction}{offset}")
        return "T".join(parts) + (" BC" if self.bc else "")


def read_moment(value: Any, wanted: str) -> Moment:
    """Read a date, a time of day or both.

    Args:
        value: Text of ISO 8601, or a `date`, `time` or `datetime`.
        wanted: What should be there, for the error: `a date`.

    Raises:
        RefusedValueError: It is none of them, or there is no such day or time.
    """
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _of_python(value)
    text = value.strip() if isinstance(value, str) else ""
    match = _DATED.fullmatch(text) or _CLOCK.fullmatch(text)
    if match is None:
        raise RefusedValueError(f"it is {describe(value)}, not {wanted} of ISO 8601")
    said = match.groupdict()
    is_dated = "year" in said
    moment = Moment(
        year=int(said["year"]) if is_dated else None,
        month=int(said["month"]) if is_dated else 1,
        day=int(said["day"]) if is_dated else 1,
        bc=bool(said.get("bc")),
        hour=None if said["hour"] is None else int(said["hour"]),
        minute=int(said["minute"] or 0),
        second=int(said["second"] or 0),
        fraction=(said["fraction"] or "").rstrip("0"),
        offset=None if said["offset"] is None else _read_offset(said["offset"]),
    )
    _check_calendar(moment)
    _check_clock(moment)
    return moment


def _of_python(value: dt.date | dt.time) -> Moment:
    known: dict[str, Any] = {}
    if isinstance(value, dt.date):
        known |= {"year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, dt.datetime | dt.time):
        known |= {
            "hour": value.hour,
            "minute": value.minute,
            "second": value.second,
            # Subclasses such as that of pandas count nanoseconds.
            "fraction": f"{value.microsecond:06d}{getattr(value, 'nanosecond', 0):03d}".rstrip("0"),
            "offset": value.utcoffset(),
        }
        if value.tzinfo is not None and known["offset"] is None:
            raise RefusedValueError("its time zone has no offset without a date")
    return Moment(**known)


def _check_calendar(moment: Moment) -> None:
    if moment.year is None:
        return
    # The calendar repeats every 400 years; the year before 1 AD is 1 BC.
    year = (1 - moment.year if moment.bc else moment.year) % 400 + 400
    try:
        dt.date(year, moment.month, moment.day)
    except ValueError:
        raise RefusedValueError("there is no such day in the calendar") from None
    if moment.year == 0:
        raise RefusedValueError("there is no year 0")


def _check_clock(moment: Moment) -> None:
    hour, minute, second = moment.hour or 0, moment.minute, moment.second
    if second == 60:  # noqa: PLR2004 a leap second
        raise RefusedValueError("leap seconds are not kept; a minute ends with second 59")
    is_end = hour == 24 and not (minute or second or moment.fraction)  # noqa: PLR2004 24:00
    if (hour > 23 and not is_end) or minute > 59 or second > 59:  # noqa: PLR2004 a clock
        raise RefusedValueError("there is no such time of day")


def _read_offset(text: str) -> dt.timedelta:
    if text in ("Z", "z"):
        return dt.timedelta()
    digits = text[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 23 or minutes > 59 or seconds > 59:  # noqa: PLR2004 a clock
        raise RefusedValueError("there is no such offset from UTC")
    offset = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -offset if text[0] == "-" else offset


def _zone(offset: dt.timedelta) -> dt.timezone:
    return dt.UTC if not offset else dt.timezone(offset)


def _offset_text(offset: dt.timedelta) -> str:
    seconds = round(abs(offset).total_seconds())
    sign = "-" if offset < dt.timedelta() else "+"
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{sign}{hours:02d}:{minutes:02d}" + (f":{rest:02d}" if rest else "")
