"""What holds of the binding of any arguments to any parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calling.routines import LINES, parameter, routine

from sqlcore.domain.procedure import Direction, Routine
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError
from sqlcore.services.calling import ArgumentsError, bind
from sqlcore.services.calling.checking import RULES


def test_an_error_shows_no_value() -> None:
    secret = "hunter2"
    for dialect, (rules, other) in RULES.items():
        for rule in (*rules, other):
            one = routine(parameter("p", rule.spelling))
            for value in (secret, [secret], {"a": secret}, f"0x{secret}", f"{secret}\0\ud800"):
                try:
                    bind([one], [value], dialect)
                except InvalidArgumentError as error:
                    assert secret not in str(error) + repr(error)  # noqa: PT017 some are taken


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)
PYTHON = st.one_of(
    JSON,
    st.decimals(),
    st.binary(max_size=9),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
)
DIALECTS = st.sampled_from(["tsql", "postgres", "sqlite", "other"])
TYPES = st.sampled_from(
    sorted({rule.spelling for rules, _ in RULES.values() for rule in rules} | {"text[]", "int[]"})
)
NAMES = st.sampled_from(["a", "b", "@a", "A", "", "$1", "c\n"])
PARAMETERS = st.builds(
    parameter,
    NAMES,
    TYPES,
    direction=st.sampled_from(Direction),
    has_default=st.sampled_from([True, False, None]),
    nullable=st.sampled_from([True, False, None]),
    is_variadic=st.booleans(),
    columns=st.sampled_from([(), LINES]),
    labels=st.sampled_from([(), ("x", "y\n")]),
)
ROUTINES = st.lists(PARAMETERS, max_size=4).map(lambda parameters: routine(*parameters))


@given(
    st.lists(ROUTINES, min_size=1, max_size=3),
    st.lists(PYTHON, max_size=5) | st.dictionaries(NAMES | st.text(max_size=5), PYTHON, max_size=4),
    DIALECTS,
)
def test_any_arguments_are_bound_or_refused_in_bounded_words(
    routines: list[Routine], arguments: Any, dialect: str
) -> None:
    try:
        call = bind(routines, arguments, dialect)
    except (InvalidArgumentError, AmbiguousNameError) as error:
        assert len(error.message) < 4000  # noqa: PT017 either outcome is right
        assert all(line.isprintable() for line in error.message.split("\n"))  # noqa: PT017
    else:
        assert all(one.parameter.takes_value for one in call.arguments)
        placed = [one.parameter.ordinal for one in call.arguments]
        assert placed == sorted(set(placed))


@given(st.lists(TYPES, min_size=1, max_size=25), DIALECTS)
def test_every_bad_parameter_is_reported(types: list[str], dialect: str) -> None:
    many = routine(*(parameter(f"p{i}", name, nullable=False) for i, name in enumerate(types)))

    with pytest.raises(ArgumentsError) as caught:
        bind([many], [None] * len(types), dialect)

    assert [f"p{i}" for i in range(len(types))] == [
        problem.parameter for problem in caught.value.problems
    ]
    assert len(caught.value.message) < 4000


def test_a_message_stays_short_whatever_the_names_are() -> None:
    long = [
        routine(
            *(parameter("n" * 124 + str(i), "t" * 300) for i in range(30)),
            name="s" * 120 + "." + "f" * 120,
            signature="(" + "x" * 3000 + ")",
        )
        for _ in range(12)
    ]

    with pytest.raises(ArgumentsError) as caught:
        bind(long, dict.fromkeys((f"{'é' * 200}{i}" for i in range(500)), 1), "tsql")

    assert len(caught.value.message) < 4000
    assert 500 == len(caught.value.problems)
