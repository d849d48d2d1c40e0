from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.types import sql_type


@pytest.mark.parametrize(
    ("name", "base_name", "exact"),
    [
        ("int", None, True),
        ("datetime2(3)", "datetime2", True),
        ("datetime2(7)", "datetime2", False),
        ("datetime2", None, False),
        ("time(7)", "time", False),
        ("datetimeoffset(0)", "datetimeoffset", True),
        ("datetime", "datetime", False),
        ("smalldatetime", "smalldatetime", True),
        ("real", "real", False),
        ("float", "float", True),
        ("timezone", "time", False),
        ("dbo.email", "nvarchar", True),
    ],
)
def test_a_type_is_exact_where_its_values_come_back_equal(
    name: str,
    base_name: str | None,
    exact: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    assert sql_type(name, base_name).exact is exact


def test_an_alias_type_is_of_the_kind_of_its_base_type() -> None:
    assert sql_type("dbo.email", "nvarchar").kind == "text"
