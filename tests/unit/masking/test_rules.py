"""Rules of `mask`: which columns they name, and that a malformed one is an error at the start."""

from __future__ import annotations

import pytest

import sqlcore
from sqlcore.config import Settings, load_settings
from sqlcore.errors import ConfigurationError
from sqlcore.services.masking import parse_rules


@pytest.mark.parametrize(
    ("rule", "column", "expected"),
    [
        ("customers.email", ("public", "customers", "email"), True),
        ("customers.email", ("other", "Customers", "EMAIL"), True),
        ("customers.email", ("public", "customers", "email2"), False),
        ("customers.email", ("public", "xcustomers", "email"), False),
        ("*.email", ("public", "anything", "email"), True),
        ("*.*mail*", ("public", "t", "e_mail_1"), True),
        ("customers_*.email", ("public", "customers_2024", "email"), True),
        ("hr.*.salary", ("hr", "staff", "salary"), True),
        ("hr.*.salary", ("public", "staff", "salary"), False),
        ("hr.*.salary", (None, "staff", "salary"), True),
        ('"odd.table".email', ("public", "odd.table", "email"), True),
        ("[my table].[e mail]", ("dbo", "my table", "E Mail"), True),
        (".*.a", ("public", "t", "a"), True),
        ("a+.b", ("public", "aa", "b"), False),
    ],
)
def test_a_rule_matches_without_regard_to_case_and_only_the_whole_name(
    rule: str,
    column: tuple[str | None, str, str],
    expected: bool,  # noqa: FBT001  # a case of the table
) -> None:
    assert parse_rules([rule]).match(*column) is expected


@pytest.mark.parametrize("rule", ["email", "", "*", "a.b.c.d", "customers.", "a..b", '"open.email'])
def test_a_rule_that_names_no_column_of_a_table_is_refused_at_the_start(rule: str) -> None:
    with pytest.raises(ConfigurationError, match="names no column"):
        sqlcore.connect("memory://", mask=[rule])


def test_a_malformed_rule_in_the_settings_is_named() -> None:
    with pytest.raises(ConfigurationError, match="email") as caught:
        load_settings(Settings, environ={"SQLCORE_MASK": "*.phone,email"})
    assert "table.column" in str(caught.value)
