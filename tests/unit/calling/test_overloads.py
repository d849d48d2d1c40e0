"""Of several overloads the one is called that takes the arguments."""

from __future__ import annotations

import pytest
from tests.unit.calling.routines import parameter, routine

from sqlcore.domain.procedure import Routine
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError
from sqlcore.services.calling import ArgumentsError, bind


def overloads(*types: str) -> list[Routine]:
    """Make overloads of one parameter."""
    return [
        routine(parameter("a", name, has_default=False), name="s.f", signature=f"({name})")
        for name in types
    ]


def test_an_overload_is_chosen_by_names_counts_and_values() -> None:
    one, two = overloads("integer", "boolean")
    three = routine(
        parameter("a", "integer", has_default=False),
        parameter("b", "text", has_default=False),
        name="s.f",
    )
    both = [one, two, three]

    assert one == bind(both, [5], "postgres").routine
    assert two == bind(both, [True], "postgres").routine
    assert three == bind(both, {"a": 5, "b": "x"}, "postgres").routine


def test_the_overload_that_leaves_out_fewer_parameters_is_preferred() -> None:
    (short,) = overloads("integer")
    long = routine(
        parameter("a", "integer", has_default=False),
        parameter("b", "integer", has_default=True),
        name="s.f",
    )

    assert short == bind([long, short], [5], "postgres").routine


def test_overloads_that_fit_alike_are_told_by_their_signature() -> None:
    both = overloads("integer", "bigint")

    with pytest.raises(AmbiguousNameError) as caught:
        bind(both, [5], "postgres")

    assert "These arguments fit 2 procedures: s.f(integer), s.f(bigint)." == caught.value.message
    assert both[1] == bind(both, [5], "postgres", signature=" BIGINT").routine
    assert both[0] == bind(both, [5], "postgres", signature="(integer)").routine
    with pytest.raises(InvalidArgumentError, match="No overload has the signature"):
        bind(both, [5], "postgres", signature="(text)")


def test_where_no_overload_fits_the_nearest_is_explained() -> None:
    with pytest.raises(ArgumentsError) as caught:
        bind(overloads("integer", "date"), {"a": "x"}, "postgres")

    first, second = caught.value.message.split("\n")
    assert "None of 2 overloads takes these arguments (also s.f(date))." in first
    assert "The nearest is s.f(integer):" in first
    assert second.startswith("- a integer: it is a text of 1 character, not an integer")
