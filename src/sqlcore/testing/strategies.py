"""Hypothesis strategies for names, values and parameters."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Parameter
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import Interval, JsonText
from sqlcore.errors import InvalidArgumentError

__all__ = ["identifiers", "parameter_names", "parameters", "qualified_names", "texts", "values"]

_HOSTILE = "'\"`[]().;:,-/*%_\\$@#?! \t\n{}"
_MAX_BIGINT = 2**63 - 1


def texts(*, max_size: int = 60) -> st.SearchStrategy[str]:
    """Texts that a server can store: no NUL, no lone surrogates; many quotes and marks."""
    return st.text(
        st.one_of(
            st.sampled_from(_HOSTILE),
            st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
        ),
        max_size=max_size,
    )


def identifiers(*, max_bytes: int = 63) -> st.SearchStrategy[str]:
    """Names of things: anything but empty, NUL and more UTF-8 bytes than the server takes."""
    return texts(max_size=max_bytes).filter(
        lambda name: 0 < len(name.encode()) <= max_bytes and bool(name.strip())
    )


def qualified_names() -> st.SearchStrategy[QualifiedName]:
    """Names with or without a schema."""
    return st.builds(QualifiedName, identifiers(), st.none() | identifiers())


def parameter_names() -> st.SearchStrategy[str]:
    """Names that a parameter may have."""
    return st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)


def values(kind: TypeKind) -> st.SearchStrategy[Any]:
    """Values of a kind that every engine with such a type holds exactly.

    Raises:
        InvalidArgumentError: The kind has no values of its own (arrays, other).
    """
    strategy = _VALUES.get(kind)
    if strategy is None:
        raise InvalidArgumentError(f"There is no strategy for values of kind {kind.value}.")
    return strategy


def parameters(*kinds: TypeKind) -> st.SearchStrategy[Mapping[str, Parameter]]:
    """Named parameters with values of the kinds, by default of all that there are."""
    any_value = st.one_of(st.none(), *(values(kind) for kind in kinds or _VALUES))
    return st.dictionaries(parameter_names(), st.builds(Parameter, any_value), max_size=5)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | texts(max_size=10),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(texts(max_size=10), children, max_size=3)
    ),
    max_leaves=8,
)


def _json_text(document: Any) -> JsonText:

    return JsonText(json.dumps(document))


_VALUES: Mapping[TypeKind, st.SearchStrategy[Any]] = {
    TypeKind.BOOLEAN: st.booleans(),
    TypeKind.INTEGER: st.integers(-_MAX_BIGINT - 1, _MAX_BIGINT),
    TypeKind.DECIMAL: st.decimals(-(10**20), 10**20, places=6),
    TypeKind.FLOAT: st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    TypeKind.TEXT: texts(),
    TypeKind.BINARY: st.binary(max_size=60),
    TypeKind.DATE: st.dates(),
    TypeKind.TIME: st.times(),
    TypeKind.TIMESTAMP: st.datetimes(),
    TypeKind.TIMESTAMP_TZ: st.datetimes(
        min_value=dt.datetime(2, 1, 1),  # noqa: DTZ001  # the zone is drawn beside it
        max_value=dt.datetime(9998, 12, 31),  # noqa: DTZ001
        timezones=st.builds(
            lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)), st.integers(-720, 720)
        ),
    ),
    TypeKind.INTERVAL: st.builds(
        Interval,
        months=st.integers(-1200, 1200),
        days=st.integers(-1000, 1000),
        microseconds=st.integers(-(10**12), 10**12),
    ),
    TypeKind.UUID: st.uuids(),
    TypeKind.JSON: st.builds(_json_text, _JSON),
}
