from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sqlcore.domain.lexing import DIALECTS, BoundText, LexError, bind
from sqlcore.errors import InvalidArgumentError


@pytest.mark.parametrize(
    ("dialect", "text", "names"),
    [
        ("postgres", "SELECT $1 + $2 + $1", ("a", "b")),
        ("tsql", "SELECT @a + @b + @a", ("b", "a")),
        ("sqlite", "SELECT :a + :b + :a", ("b", "a")),
    ],
)
def test_portable_placeholders_become_the_engines_own(
    dialect: str, text: str, names: tuple[str, ...]
) -> None:
    assert BoundText(text, names) == bind("SELECT :a + :b + :a", dialect, ["b", "a"])


@pytest.mark.parametrize(
    ("dialect", "text", "count", "names"),
    [
        ("postgres", "SELECT $1, $2, $1", 2, ("1", "2")),
        ("tsql", "SELECT @p1, @P2", 2, ("p1", "p2")),
        ("sqlite", "SELECT ?, ?1, ?2", 2, ("1", "2")),
        ("sqlite", "SELECT ?, ?", 2, ("1", "2")),
    ],
)
def test_positional_placeholders_stay_as_they_are(
    dialect: str, text: str, count: int, names: tuple[str, ...]
) -> None:
    assert text.lower() == bind(text, dialect, count).text.lower()
    assert names == bind(text, dialect, count).names


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("postgres", "SELECT ':a', \":a\", $$:a$$, E'\\':a', x::a, f(a := 1) -- :a\n/* :a */"),
        ("postgres", "SELECT arr[1:n], arr[x:n], arr[1 :n], arr[f(1) :n], arr[:n]"),
        ("tsql", "SELECT ':a', [:a], \":a\", N'@a', geography::Point, @@ROWCOUNT -- @a\n/* :a */"),
        ("tsql", "again: GOTO again"),
        ("tsql", "DECLARE @a int = 1, @b decimal(10, 2); SELECT @a, @b"),
        ("tsql", "EXEC dbo.p @customer = 1"),
        ("tsql", "CREATE PROCEDURE p @a int AS SELECT @a"),
        ("sqlite", "SELECT ':a', [:a], `:a` -- :a"),
    ],
)
def test_what_is_no_placeholder_is_left_alone(dialect: str, text: str) -> None:
    for names in ((), 0):
        assert BoundText(text, ()) == bind(text, dialect, names)


def test_a_placeholder_may_stand_before_a_cast_and_beside_slices() -> None:
    bound = bind("SELECT :n::int, a[1:n], a[:n], b[:m:3] FROM t", "postgres", ["n"])
    assert "SELECT $1::int, a[1:n], a[$1], b[:m:3] FROM t" == bound.text


def test_tsql_names_ignore_case_and_are_written_as_given() -> None:
    assert BoundText("SELECT @Id, @Id, @Id", ("Id",)) == bind(
        "SELECT :id, @ID, @Id", "tsql", ["Id"]
    )


def test_a_procedures_parameter_may_have_the_name_of_a_placeholder() -> None:
    bound = bind("EXEC dbo.p @customer = :customer, @other = 1", "tsql", ["customer"])
    assert "EXEC dbo.p @customer = @customer, @other = 1" == bound.text


@pytest.mark.parametrize(
    ("dialect", "text", "names", "parameter"),
    [
        ("postgres", "SELECT :a, :b", (), "a, b"),
        ("postgres", "SELECT :a, :b", ("a",), "b"),
        ("postgres", "SELECT $1, $2, $4", 2, "4"),
        ("tsql", "SELECT :a, @b", (), "a, b"),
        ("tsql", "SELECT @p1, @p2", 1, "p2"),
        ("sqlite", "SELECT ?, ?", 1, "2"),
        ("postgres", "SELECT :a", ("a", "b", "c"), "b, c"),
        ("postgres", "SELECT $1", 3, "2, 3"),
        ("tsql", "SELECT 1", ("a",), "a"),
        ("tsql", "DECLARE @a int; SELECT @a", ("a",), "a"),
        ("tsql", "DECLARE @a int; SELECT :a", ("a",), "a"),
        ("postgres", "SELECT $1, :a", ("a",), "1"),
        ("postgres", "SELECT $1, :a", 1, "a"),
        ("sqlite", "SELECT ?, :a", ("a",), "1"),
        ("postgres", "SELECT :a", ("a", "1b", "c d", ""), "1b, c d, "),
        ("tsql", "SELECT :a", ("a", "A"), "a, A"),
    ],
)
def test_parameters_that_do_not_fit_are_named(
    dialect: str, text: str, names: Sequence[str] | int, parameter: str
) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        bind(text, dialect, names)
    assert parameter == caught.value.parameter
    assert caught.value.hint


@example(text="@²", dialect="sqlite")
@given(text=st.text() | st.sampled_from(["SELECT 1", "a[1:n]"]), dialect=st.sampled_from(DIALECTS))
def test_a_text_without_parameters_is_not_changed(text: str, dialect: str) -> None:
    with suppress(InvalidArgumentError, LexError):
        assert text == bind(text, dialect, ()).text


@given(
    names=st.lists(st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True), min_size=1, unique=True),
    dialect=st.sampled_from(DIALECTS),
)
def test_every_named_parameter_finds_its_place(names: list[str], dialect: str) -> None:
    text = "SELECT " + ", ".join(f":{name}" for name in names)
    bound = bind(text, dialect, names)
    assert tuple(names) == bound.names
    marks = {
        "postgres": [f"${number}" for number in range(1, len(names) + 1)],
        "tsql": [f"@{name}" for name in names],
        "sqlite": [f":{name}" for name in names],
    }
    assert "SELECT " + ", ".join(marks[dialect]) == bound.text
