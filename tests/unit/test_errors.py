"""The error tree: fields, words, pickling."""

from __future__ import annotations

import copy
import pickle

import pytest

from sqlcore import errors
from sqlcore.errors import SqlCoreError, StatementTimeoutError
from sqlcore.wire import error_to_json


def _leaves(kind: type[SqlCoreError]) -> list[type[SqlCoreError]]:
    return [leaf for child in kind.__subclasses__() for leaf in (child, *_leaves(child))]


def _public_errors() -> list[type[SqlCoreError]]:
    return [getattr(errors, name) for name in errors.__all__]


def _full(kind: type[SqlCoreError]) -> SqlCoreError:
    return kind(
        "It failed.",
        hint="Look again.",
        sqlstate="22012",
        number=8134,
        severity=16,
        line=3,
        position=17,
        procedure="pay",
        parameter="id",
    )


@pytest.mark.parametrize("kind", _public_errors())
def test_every_error_keeps_all_its_fields_when_it_is_pickled(kind: type[SqlCoreError]) -> None:
    error = _full(kind)

    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # made a line above

    assert type(again) is kind
    assert vars(again) == vars(error)
    assert str(again) == "It failed. Look again."


def test_a_note_on_an_error_is_pickled_too() -> None:
    error = SqlCoreError("It failed.")
    error.add_note("in the second page")

    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # made a line above

    assert again.__notes__ == ["in the second page"]


def test_a_copy_of_an_error_is_of_the_same_kind() -> None:
    error = copy.copy(_full(StatementTimeoutError))

    assert type(error) is StatementTimeoutError
    assert error.number == 8134


def test_every_leaf_is_public_and_has_a_code_of_its_own() -> None:
    leaves = [leaf for leaf in _leaves(SqlCoreError) if leaf.__module__ == errors.__name__]
    codes = [SqlCoreError.code, *(leaf.code for leaf in leaves)]

    assert {leaf.__name__ for leaf in leaves} == set(errors.__all__) - {"SqlCoreError"}
    assert len(set(codes)) == len(codes)
    assert all(code.replace("_", "").isalpha() and code.islower() for code in codes)


def test_the_text_of_an_error_ends_with_what_to_do_next() -> None:
    assert str(SqlCoreError("It failed.")) == "It failed."
    assert str(SqlCoreError("It failed.").with_hint("Look again.")) == "It failed. Look again."


def test_an_error_says_where_it_happened_as_far_as_that_is_known() -> None:
    assert SqlCoreError("x").where is None
    assert SqlCoreError("x", line=3, position=9).where == "line 3, character 9"
    assert _full(SqlCoreError).where == 'procedure pay, line 3, character 17, parameter "id"'


def test_the_repr_of_an_error_shows_its_message_only() -> None:
    assert repr(_full(SqlCoreError)) == "SqlCoreError('It failed.')"


def test_an_error_for_programs_says_only_what_is_known() -> None:
    assert error_to_json(StatementTimeoutError("Too slow.", line=1)) == {
        "code": "timeout",
        "message": "Too slow.",
        "line": 1,
    }
