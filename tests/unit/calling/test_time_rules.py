"""Dates, times and intervals keep every digit, or are refused."""
# ruff: noqa: DTZ001, types without an offset take values without one

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calling.rules_under_test import accepts, check, refusal

from sqlcore.domain.values import Interval, ServerText

OFFSETS = st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: dt.timezone(dt.timedelta(minutes=minutes))
)
STAMPS = "timestamp without time zone"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("date", "0001-01-01", "9999-12-31"),
        ("datetime", "1753-01-01", "9999-12-31"),
        ("smalldatetime", "1900-01-01", "2079-06-06"),
        ("datetime2(0)", "0001-01-01", "9999-12-31"),
    ],
)
def test_a_date_of_sql_server_is_taken_from_the_first_day_to_the_last(
    name: str, first: str, last: str
) -> None:
    assert accepts("tsql", name, first)
    assert accepts("tsql", name, last)
    for edge, step in ((first, -1), (last, 1)):
        day = dt.date.fromisoformat(edge)
        try:
            beyond: str = (day + dt.timedelta(days=step)).isoformat()
        except OverflowError:
            beyond = "10000-01-01" if step > 0 else "0001-12-31 BC"
        assert f"it is outside {first} to {last}" == refusal("tsql", name, beyond)


def test_the_last_moments_of_sql_servers_types_are_taken() -> None:
    last = dt.datetime(9999, 12, 31, 23, 59, 59, 997_000)
    assert last == check("tsql", "datetime", "9999-12-31T23:59:59.997")
    assert not accepts("tsql", "datetime", "9999-12-31T23:59:59.998")
    assert accepts("tsql", "smalldatetime", "2079-06-06T23:59")
    assert accepts("tsql", "datetime2(7)", "9999-12-31T23:59:59.9999999")


def test_datetime_takes_the_milliseconds_that_it_keeps() -> None:
    for kept in ("000", "003", "007", "120", "5", "33"):
        assert accepts("tsql", "datetime", f"2026-06-30T12:00:00.{kept}")
    reason = "its milliseconds would be rounded: they must end in 0, 3 or 7 (or use datetime2)"
    for rounded in ("001", "005", "999", "124"):
        assert reason == refusal("tsql", "datetime", f"2026-06-30T12:00:00.{rounded}")
    assert "4 digits" in refusal("tsql", "datetime", "2026-06-30T12:00:00.1233")


def test_smalldatetime_takes_whole_minutes() -> None:
    assert dt.datetime(2026, 6, 30, 12, 1) == check("tsql", "smalldatetime", "2026-06-30 12:01:00")
    reason = "it has seconds, and the type keeps whole minutes"
    assert reason == refusal("tsql", "smalldatetime", "2026-06-30T12:01:30")


@pytest.mark.parametrize("digits", range(8))
def test_the_digits_of_a_second_are_counted(digits: int) -> None:
    text = "12:00:00" + ("." + "1" * digits if digits else "")

    assert accepts("tsql", f"time({digits})", text)
    assert accepts("tsql", f"time({digits})", text + ("0" if digits else ".0"))
    assert not accepts("tsql", f"time({digits})", text + ("1" if digits else ".1"))


def test_the_seventh_digit_goes_as_text_for_python_has_six() -> None:
    value = check("tsql", "datetime2", "2026-06-30 12:00:00.1234567")

    assert ServerText("2026-06-30T12:00:00.1234567") == value
    assert isinstance(value, ServerText)
    assert "2026-06-30T12:00:00.1234567+02:00" == check(
        "tsql", "datetimeoffset(7)", "2026-06-30T12:00:00.1234567+0200"
    )
    assert dt.time(12, 0, 0, 123456) == check("tsql", "time", "12:00:00.1234560")
    assert "it has 7 digits" in refusal("postgres", STAMPS, "2026-06-30 12:00:00.1234567")


@pytest.mark.parametrize(
    ("dialect", "name"), [("postgres", "timestamp with time zone"), ("tsql", "datetimeoffset(7)")]
)
def test_an_offset_is_needed_where_the_type_keeps_it(dialect: str, name: str) -> None:
    expected = dt.datetime(2026, 6, 30, 10, tzinfo=dt.UTC)
    for text in ("2026-06-30T12:00+02", "2026-06-30t10:00:00z", "2026-06-30 12:00:00 +02:00"):
        assert expected == check(dialect, name, text)
    missing = "its offset from UTC is missing: end it with Z, or with +02:00"
    for value in ("2026-06-30T12:00", "2026-06-30", dt.datetime(2026, 6, 30)):
        assert missing == refusal(dialect, name, value)


@pytest.mark.parametrize(
    ("dialect", "name"), [("postgres", STAMPS), ("tsql", "datetime2(7)"), ("tsql", "datetime")]
)
def test_an_offset_is_refused_where_the_type_would_drop_it(dialect: str, name: str) -> None:
    reason = "it has an offset from UTC, which the type does not keep"
    for value in ("2026-06-30T12:00Z", dt.datetime(2026, 6, 30, tzinfo=dt.UTC)):
        assert reason == refusal(dialect, name, value)


def test_an_offset_of_sql_server_is_of_minutes_and_at_most_14_hours() -> None:
    assert accepts("tsql", "datetimeoffset", "2026-06-30T12:00+14:00")
    assert "beyond 14:00:00" in refusal("tsql", "datetimeoffset", "2026-06-30T12:00-14:01")
    assert "whole minutes" in refusal("tsql", "datetimeoffset", "2026-06-30T12:00+01:00:30")
    reason = "in UTC it is outside the years 1 to 9999"
    assert reason == refusal("tsql", "datetimeoffset", "0001-01-01T00:00+01:00")
    assert accepts("postgres", "timestamptz", "2026-06-30T12:00+15:59")
    assert not accepts("postgres", "timestamptz", "2026-06-30T12:00+16:00")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("date", "2026-06-30T00:00:01", "it has a time of day, which the type does not keep"),
        ("date", "12:00", "it has no date"),
        ("time", "2026-06-30T12:00", "it has a date, which the type does not keep"),
        ("datetime2", "2026-02-30", "there is no such day in the calendar"),
        ("datetime2", "1900-02-29", "there is no such day in the calendar"),
        ("datetime2", "0000-01-01", "there is no year 0"),
        ("time", "25:00", "there is no such time of day"),
        ("time", "12:60", "there is no such time of day"),
        ("time", "23:59:60", "leap seconds are not kept; a minute ends with second 59"),
        ("time", "24:00", "24:00 is 00:00 of the next day"),
        ("date", "infinity", "it is a text of 8 characters, not a date of ISO 8601"),
        ("date", 20260630, "it is an integer, not a date of ISO 8601"),
        ("date", "30/06/2026", "it is a text of 10 characters, not a date of ISO 8601"),
        ("date", "", "it is an empty text, not a date of ISO 8601"),
        ("date", "2026-06-3012:00", "it is a text of 15 characters, not a date of ISO 8601"),
    ],
)
def test_what_is_no_such_date_or_time_is_refused(name: str, value: Any, reason: str) -> None:
    assert reason == refusal("tsql", name, value)


def test_a_timestamp_at_midnight_is_a_date_and_a_date_is_its_midnight() -> None:
    assert dt.date(2026, 6, 30) == check("tsql", "date", "2026-06-30T00:00:00")
    assert type(check("postgres", "date", dt.datetime(2026, 6, 30))) is dt.date
    midnight = dt.datetime(2026, 6, 30)
    assert midnight == check("postgres", STAMPS, dt.date(2026, 6, 30))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("date", "infinity", "infinity"),
        ("timestamptz", " -Infinity ", "-infinity"),
        ("date", "0044-03-15 BC", "0044-03-15 BC"),
        ("date", "0005-02-29 BC", "0005-02-29 BC"),
        ("date", "5874897-12-31", "5874897-12-31"),
        ("timestamp", "294276-12-31T23:59:59", "294276-12-31T23:59:59"),
        ("timestamptz", "12000-01-01T00:00Z", "12000-01-01T00:00:00+00:00"),
        ("time", "24:00", "24:00:00"),
        ("timetz", "24:00-05", "24:00:00-05:00"),
    ],
)
def test_what_postgres_has_beyond_python_goes_as_text(name: str, value: str, expected: str) -> None:
    result = check("postgres", name, value)

    assert expected == result
    assert isinstance(result, ServerText)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("date", "5874898-01-01"), ("date", "4714-01-01 BC"), ("timestamp", "294277-01-01")),
        *(("date", "0004-02-29 BC"), ("time", "24:00:00.1"), ("timestamp", "2026-06-30T24:00")),
        *(("date", "now"), ("date", "today"), ("time", "allballs"), ("timetz", "12:00")),
    ],
)
def test_what_postgres_has_not_or_would_change_is_refused(name: str, value: str) -> None:
    assert not accepts("postgres", name, value)


@given(
    st.datetimes(
        timezones=OFFSETS, min_value=dt.datetime(2, 1, 1), max_value=dt.datetime(9998, 1, 1)
    )
)
def test_a_timestamp_with_its_offset_is_not_changed(value: dt.datetime) -> None:
    for given_value in (value, value.isoformat()):
        for dialect, name in (("tsql", "datetimeoffset(7)"), ("postgres", "timestamptz")):
            result = check(dialect, name, given_value)
            assert value == result
            assert value.utcoffset() == result.utcoffset()


@given(st.datetimes())
def test_a_timestamp_is_not_changed(value: dt.datetime) -> None:
    for dialect, name in (("tsql", "datetime2(6)"), ("postgres", STAMPS), ("sqlite", "timestamp")):
        assert value == check(dialect, name, value)
        assert value == check(dialect, name, value.isoformat(" "))
    if accepts("tsql", "datetime", value):
        assert value == check("tsql", "datetime", value)


@given(st.dates(), st.times())
def test_dates_and_times_are_not_changed(day: dt.date, clock: dt.time) -> None:
    for dialect in ("tsql", "postgres"):
        assert day == check(dialect, "date", day) == check(dialect, "date", day.isoformat())
        assert clock == check(dialect, "time", clock) == check(dialect, "time", clock.isoformat())


def test_nanoseconds_of_subclasses_are_not_lost() -> None:
    class Stamp(dt.datetime):
        nanosecond = 5

    assert "9 digits" in refusal("tsql", "datetime2(7)", Stamp(2026, 6, 30))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P1Y2M-3DT4H5.6S", Interval(14, -3, 4 * 3_600_000_000 + 5_600_000)),
        ("PT0S", Interval()),
        ("P2W", Interval(days=14)),
        ("-P1D", None),
        ("P", None),
        ("PT", None),
        ("1 day 02:00:00", Interval(days=1, microseconds=7_200_000_000)),
        ("1 mon -01:30:00.5", Interval(months=1, microseconds=-5_400_500_000)),
        ("2 hours 5 minutes", Interval(microseconds=125 * 60_000_000)),
        ("PT0.0000001S", None),
        ("soon", None),
        ("", None),
        ("P2147483648D", None),
        ("infinity", ServerText("infinity")),
    ],
)
def test_an_interval_is_a_duration_of_iso_8601_or_of_postgres_words(
    text: str, expected: Any
) -> None:
    if expected is None:
        assert not accepts("postgres", "interval", text)
    else:
        assert expected == check("postgres", "interval", text)


@given(
    st.builds(
        Interval,
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-(2**63) + 1, 2**63 - 1),
    )
)
def test_an_interval_is_not_changed(value: Interval) -> None:
    assert value == check("postgres", "interval", value)
    assert value == check("postgres", "interval", str(value))


def test_a_timedelta_keeps_its_days_and_microseconds() -> None:
    span = dt.timedelta(days=-1, microseconds=5)
    assert Interval(days=-1, microseconds=5) == check("postgres", "interval", span)


def test_an_interval_with_fields_keeps_no_others() -> None:
    assert accepts("postgres", "interval day to second(3)", "P1DT1.123S")
    assert not accepts("postgres", "interval day to second(3)", "PT1.1234S")
    assert accepts("postgres", "interval year to month", "P1Y2M")
    assert not accepts("postgres", "interval year to month", "P1D")
    assert not accepts("postgres", "interval day to minute", "PT1S")
