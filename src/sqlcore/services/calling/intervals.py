"""The rule of PostgreSQL's interval: ISO 8601 durations, and its own words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlcore.domain.type_names import TypeName
from sqlcore.domain.values import Interval, ServerText
from sqlcore.services.calling.rules import RefusedValueError, TypeRule, always, describe, fixed

__all__ = ["INTERVAL", "parse_interval"]

_NUMBER = r"[+-]?\d{1,19}"
_SECONDS = r"[+-]?\d{1,19}(?:\.\d{1,30})?"
_ISO = re.compile(
    rf"P(?=[\dT+-])(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<weeks>{_NUMBER})W)?"
    rf"(?:(?P<days>{_NUMBER})D)?(?:T(?=[\d+-])(?:(?P<hours>{_NUMBER})H)?"
    rf"(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_SECONDS})S)?)?",
    re.ASCII,
)
_WORDS = re.compile(
    rf"(?:(?P<years>{_NUMBER}) years?\s*)?(?:(?P<months>{_NUMBER}) mon(?:th)?s?\s*)?"
    rf"(?:(?P<weeks>{_NUMBER}) weeks?\s*)?(?:(?P<days>{_NUMBER}) days?\s*)?"
    rf"(?:(?P<hours>{_NUMBER}) hours?\s*)?(?:(?P<minutes>{_NUMBER}) min(?:ute)?s?\s*)?"
    rf"(?:(?P<seconds>{_SECONDS}) sec(?:ond)?s?)?"
    r"(?P<clock>(?P<sign>[+-])?(?P<h>\d{1,10}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d(?:\.\d{1,30})?))?)?",
    re.ASCII | re.IGNORECASE,
)
_INT4, _INT8 = 2**31, 2**63
_SECOND = 1_000_000
_MICROSECOND_DIGITS = 6
_FIELDS = {"year": 0, "month": 0, "day": 1, "hour": 2, "minute": 3, "second": 4}
"""How fine a restricted interval is: `interval year to month` keeps no days."""


def parse_interval(text: str) -> Interval:
    """Read an ISO 8601 duration (`P1Y2M3DT4H5.6S`) or PostgreSQL's words (`1 day 02:00:00`).

    Raises:
        RefusedValueError: It is neither, or has more digits than microseconds.
    """
    words = text.strip()
    match = _ISO.fullmatch(words) or _WORDS.fullmatch(words)
    if match is None or not words:
        raise RefusedValueError(f"it is {describe(text)}, not a duration")
    said = match.groupdict()
    whole = {
        name: int(said[name] or 0)
        for name in ("years", "months", "weeks", "days", "hours", "minutes")
    }
    micros = _micros(said["seconds"])
    if said.get("clock"):
        clock = (int(said["h"]) * 60 + int(said["m"])) * 60 * _SECOND + _micros(said["s"])
        micros += -clock if said["sign"] == "-" else clock
    return Interval(
        months=whole["years"] * 12 + whole["months"],
        days=whole["weeks"] * 7 + whole["days"],
        microseconds=(whole["hours"] * 60 + whole["minutes"]) * 60 * _SECOND + micros,
    )


def _micros(seconds: str | None) -> int:
    whole, _, fraction = (seconds or "0").partition(".")
    fraction = fraction.rstrip("0")
    if len(fraction) > _MICROSECOND_DIGITS:
        raise RefusedValueError("it has more than 6 digits of a fraction of a second")
    micros = abs(int(whole)) * _SECOND + int(fraction.ljust(_MICROSECOND_DIGITS, "0"))
    return -micros if whole.startswith("-") else micros


def _check(value: Any, name: TypeName) -> Interval | dt.timedelta | ServerText:
    if isinstance(value, str) and value.strip().lower() in ("infinity", "-infinity"):
        return ServerText(value.strip().lower())
    if isinstance(value, dt.timedelta):
        micros = value // dt.timedelta(microseconds=1)
        days, micros = value.days, micros - value.days * 86_400 * _SECOND
        interval = Interval(days=days, microseconds=micros)
        if getattr(value, "nanoseconds", 0):  # of pandas
            raise RefusedValueError("it has nanoseconds, which are not kept")
    elif isinstance(value, Interval):
        interval = value
    elif isinstance(value, str):
        interval = parse_interval(value)
    else:
        raise RefusedValueError(f"it is {describe(value)}, not a duration")
    if not (
        -_INT4 <= interval.months < _INT4
        and -_INT4 <= interval.days < _INT4
        and -_INT8 < interval.microseconds < _INT8  # the server reads no more back
    ):
        raise RefusedValueError("it is too long for the type")
    _check_fields(interval, name)
    return interval


def _check_fields(interval: Interval, name: TypeName) -> None:
    digits = name.number(0)
    if digits is not None and interval.microseconds % 10 ** max(0, 6 - digits):
        raise RefusedValueError(f"it has more than {digits} digits of a fraction of a second")
    finest = _FIELDS.get(name.base.rpartition(" ")[2])
    if finest is None:
        return
    unit = (None, None, 3600 * _SECOND, 60 * _SECOND, 1)[finest]
    loses_days = finest == 0 and interval.days
    loses_time = interval.microseconds % unit if unit else interval.microseconds
    if loses_days or loses_time:
        raise RefusedValueError(f"it has parts that {name.base} does not keep")


INTERVAL = TypeRule(
    names="interval|interval year|interval month|interval day|interval hour|interval minute"
    "|interval second|interval year to month|interval day to hour|interval day to minute"
    "|interval day to second|interval hour to minute|interval hour to second"
    "|interval minute to second",
    spelling="interval",
    check=_check,
    schema=fixed(type="string", description="ISO 8601 duration"),
    example=always("P1Y"),
    python="`Interval`",
    accepts="string: ISO 8601 duration (`P1Y2M3DT4H5.6S`), `1 day 02:00:00`, or `infinity`",
    limits="months and days of 32 bits, microseconds of 64",
)
