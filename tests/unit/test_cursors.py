"""Cursors: bound to their request, and nothing but values."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.errors import InvalidArgumentError
from sqlcore.services.cursors import read_cursor, write_cursor

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def _encoded(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


@given(request=_JSON, position=_JSON)
def test_a_cursor_gives_its_position_back_to_the_same_request(request: Any, position: Any) -> None:
    assert read_cursor(request, write_cursor(request, position)) == position


def test_the_order_of_keys_in_a_request_is_of_no_account() -> None:
    cursor = write_cursor({"a": 1, "b": 2}, 7)

    assert read_cursor({"b": 2, "a": 1}, cursor) == 7


@given(one=_JSON, other=_JSON)
def test_a_cursor_is_refused_with_another_request(one: Any, other: Any) -> None:
    if repr(one) == repr(other):
        return
    cursor = write_cursor(["one", one], 7)

    with pytest.raises(InvalidArgumentError, match="other arguments") as caught:
        read_cursor(["other", other], cursor)

    assert caught.value.parameter == "cursor"


@pytest.mark.parametrize(
    ("cursor", "said"),
    [
        ("", "cannot be read"),
        ("a", "cannot be read"),
        ("%%%%", "cannot be read"),
        ("é", "cannot be read"),
        (_encoded(b"\xff"), "cannot be read"),
        (_encoded(b"5"), "cannot be read"),
        (_encoded(b"[1,2]"), "cannot be read"),
        (_encoded(b"[" * 5000), "cannot be read"),
        (_encoded(b'[2,"x",0]'), "another version"),
        (_encoded(b'[1,"x",0]'), "other arguments"),
        ("A" * 20_000, "longer"),
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str, said: str) -> None:
    with pytest.raises(InvalidArgumentError, match=said):
        read_cursor([], cursor)


@given(st.text(max_size=100))
def test_any_text_is_a_cursor_or_an_invalid_argument(cursor: str) -> None:
    with pytest.raises(InvalidArgumentError):
        read_cursor(["a request that nothing was written for"], cursor)
