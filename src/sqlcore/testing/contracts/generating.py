"""Values made by a seeded generator: the same ones each time, for recordings know them."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import JsonText

__all__ = ["generated_values", "hostile_texts"]

_HOSTILE = "'\"`[]().;:,-/*%_\\$@#?! \t\n{}0aZé\u2019\uff07你🐘\U0010fffd"
_MOST_CHARACTERS = 24
_MANTISSA_BITS = 53
_DAY_US = 86_400_000_000


class _Generator:
    """A linear congruential generator with the numbers of Knuth's MMIX."""

    def __init__(self) -> None:
        self._state = 1

    def below(self, bound: int) -> int:
        """Return a number from 0 to `bound` - 1, of at most 31 bits."""
        self._state = (6364136223846793005 * self._state + 1442695040888963407) % 2**64
        return (self._state >> 33) % bound

    def bits(self, count: int) -> int:
        """Return a number of so many bits."""
        value = 0
        for _ in range(count):
            value = value << 1 | self.below(2)
        return value

    def text(self, length: int) -> str:
        """Return so many hostile characters."""
        return "".join(_HOSTILE[self.below(len(_HOSTILE))] for _ in range(length))


def hostile_texts(count: int) -> Iterator[str]:
    """Make texts of hostile characters."""
    generator = _Generator()
    for number in range(count):
        yield generator.text(number % _MOST_CHARACTERS)


def generated_values(kind: TypeKind, count: int) -> Iterator[Any]:
    """Make values of a kind that every engine with such a type holds exactly.

    Decimals have two places and at most 28 digits, instants are between the years 2 and 9998.
    """
    generator = _Generator()
    for _ in range(count):
        yield _MAKERS[kind](generator)


def _integer(generator: _Generator) -> int:
    magnitude = generator.bits(1 + generator.below(63))
    return -magnitude - 1 if generator.below(2) else magnitude


def _decimal(generator: _Generator) -> Decimal:
    return Decimal(_integer(generator) * (1 + generator.below(10**8))).scaleb(-2)


def _float(generator: _Generator) -> float:
    mantissa = generator.bits(_MANTISSA_BITS) - generator.bits(_MANTISSA_BITS)
    return math.ldexp(mantissa, generator.below(1800) - 900)


def _binary(generator: _Generator) -> bytes:
    return bytes(generator.below(256) for _ in range(generator.below(20)))


def _date(generator: _Generator) -> dt.date:
    return dt.date.fromordinal(1 + generator.below(dt.date.max.toordinal()))


def _time(generator: _Generator) -> dt.time:
    microseconds = generator.bits(40) % _DAY_US
    seconds, microsecond = divmod(microseconds, 10**6)
    minutes, second = divmod(seconds, 60)
    return dt.time(*divmod(minutes, 60), second, microsecond)


def _timestamp(generator: _Generator) -> dt.datetime:
    first, last = dt.date(2, 1, 1).toordinal(), dt.date(9998, 12, 31).toordinal()
    day = dt.date.fromordinal(first + generator.below(last - first))
    return dt.datetime.combine(day, _time(generator))


def _timestamp_tz(generator: _Generator) -> dt.datetime:
    offset = dt.timedelta(minutes=generator.below(2 * 14 * 60) - 14 * 60)
    return _timestamp(generator).replace(tzinfo=dt.timezone(offset))


def _json(generator: _Generator) -> JsonText:
    return JsonText(json.dumps({generator.text(3): [_integer(generator), generator.text(9)]}))


_MAKERS: Mapping[TypeKind, Callable[[_Generator], Any]] = {
    TypeKind.BOOLEAN: lambda generator: generator.below(2) == 1,
    TypeKind.INTEGER: _integer,
    TypeKind.DECIMAL: _decimal,
    TypeKind.FLOAT: _float,
    TypeKind.TEXT: lambda generator: generator.text(generator.below(_MOST_CHARACTERS)),
    TypeKind.BINARY: _binary,
    TypeKind.DATE: _date,
    TypeKind.TIME: _time,
    TypeKind.TIMESTAMP: _timestamp,
    TypeKind.TIMESTAMP_TZ: _timestamp_tz,
    TypeKind.UUID: lambda generator: uuid.UUID(int=generator.bits(128)),
    TypeKind.JSON: _json,
}
