"""Guesses about a schema: what speaks for them is there, and what speaks against them as well."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.documenting.schemas import (
    CUSTOMERS,
    ORDERS,
    column,
    document,
    key,
    reference,
    table,
)

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.table import CheckConstraint, Index, IndexColumn, TableDescription
from sqlcore.services.documenting.inferring import Guess, Guesses, GuessKind, snake
from sqlcore.services.documenting.values import allowed_values


def guesses(*tables: TableDescription) -> dict[str, list[Guess]]:
    found = Guesses()
    for described in tables:
        found.see(described)
    return {kind: list(of_kind) for kind, of_kind in found.by_kind()}


def columns_of(found: Sequence[Guess]) -> list[tuple[str, ...]]:
    return [guess.columns for guess in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CreatedAt", "created_at"),
        ("created_at", "created_at"),
        ("HTTPStatus", "http_status"),
        ("Row Created-On", "row_created_on"),
        ("rowguid", "rowguid"),
        ("ModifiedDate", "modified_date"),
    ],
)
def test_names_of_all_fashions_are_read_alike(name: str, expected: str) -> None:
    assert expected == snake(name)


def test_audit_columns_are_found_by_their_names() -> None:
    described = table(
        "t",
        column("ModifiedDate", "datetime", default="(getdate())"),
        column("created_by", "text"),
        column("creates_joy", "text"),
        column("updated_by_id", "int"),
    )
    (guess,) = guesses(described)[GuessKind.AUDIT]
    assert guess.columns == ("ModifiedDate", "created_by", "updated_by_id")
    assert guess.evidence == "by names, types of dates and times and defaults"


@pytest.mark.parametrize(
    ("name", "kind", "nullable", "is_found"),
    [
        ("deleted_at", "timestamp", True, True),
        ("deleted_at", "timestamp", False, False),
        ("IsDeleted", "bit", False, True),
        ("is_deleted", "boolean", False, True),
        ("deleted", "text", True, False),
        ("undeleted", "boolean", True, False),
    ],
)
def test_soft_delete_needs_a_name_and_a_type(
    name: str,
    kind: str,
    nullable: bool,  # noqa: FBT001  # a parameter of the table above
    is_found: bool,  # noqa: FBT001
) -> None:
    found = guesses(table("t", column(name, kind, nullable=nullable)))
    assert is_found == (GuessKind.SOFT_DELETE in found)


def test_a_filtered_index_speaks_for_soft_delete() -> None:
    index = Index(
        name="live",
        method="btree",
        columns=(IndexColumn(name="email"),),
        filter="(deleted_at IS NULL)",
    )
    (guess,) = guesses(attrs.evolve(CUSTOMERS, indexes=(index,)))[GuessKind.SOFT_DELETE]
    assert guess.evidence == "by its name; a moment that may be NULL; 1 filtered index"


def test_a_life_cycle_is_a_status_with_listed_values() -> None:
    (guess,) = guesses(ORDERS)[GuessKind.LIFE_CYCLE]
    assert (guess.columns, guess.values) == (("status",), ("new", "paid", "sent"))
    assert GuessKind.LIFE_CYCLE not in guesses(attrs.evolve(ORDERS, checks=()))


def test_the_labels_of_a_type_make_a_life_cycle_too() -> None:
    described = table("t", column("OrderState", "order_state", labels=("open", "closed")))
    (guess,) = guesses(described)[GuessKind.LIFE_CYCLE]
    assert (guess.columns, guess.values) == (("OrderState",), ("open", "closed"))
    assert guess.evidence == "by its name, and a type that lists its values"


@pytest.mark.parametrize(
    "expression",
    [
        "status IN ('new', 'it''s')",
        "((status)::text = ANY ((ARRAY['new'::character varying, 'it''s'::varchar(9)])::text[]))",
        "(status = ANY (ARRAY['new'::text, 'it''s'::text]))",
        "([status]='new' OR [status]=N'it''s')",
        "(status = 'new'::shop.\"Order status\") OR (status = 'it''s'::shop.\"Order status\")",
        "(\"status\" in ('new','it''s'))",
        "(`status` IN ('new','it''s'))",
    ],
)
def test_the_values_of_a_check_are_read_in_all_spellings(expression: str) -> None:
    assert allowed_values(expression, "status") == ("new", "it's")


@pytest.mark.parametrize(
    "expression",
    [
        "status <> 'new'",
        "status IN ('new') AND total > 0",
        "status NOT IN ('new')",
        "order_status IN ('new')",
        "kind IN ('status')",
        "upper(status) IN ('NEW')",
        "status = 'new' OR total = 'x'",
        "status LIKE 'n%'",
        "",
        "status IN (" + "'x'," * 5000 + "'x')",
    ],
)
def test_a_check_that_asks_for_something_else_lists_no_values(expression: str) -> None:
    assert allowed_values(expression, "status") == ()


@given(st.lists(st.text(), min_size=1, max_size=5, unique=True), st.text(min_size=1, max_size=9))
@example(["new", "sent"], ",")
def test_listed_values_are_read_back(values: list[str], name: str) -> None:
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    quoted = '"' + name.replace('"', '""') + '"'
    assert allowed_values(f"{quoted} IN ({listed})", name) == tuple(values)


def test_a_natural_key_is_unique_never_null_and_beside_a_generated_key() -> None:
    assert columns_of(guesses(CUSTOMERS)[GuessKind.NATURAL_KEY]) == [("email",)]
    may_be_null = attrs.evolve(
        CUSTOMERS,
        columns=tuple(attrs.evolve(c, nullable=True) for c in CUSTOMERS.columns),
    )
    assert GuessKind.NATURAL_KEY not in guesses(may_be_null)
    written_by_hand = attrs.evolve(
        CUSTOMERS, columns=tuple(attrs.evolve(c, identity=None) for c in CUSTOMERS.columns)
    )
    assert GuessKind.NATURAL_KEY not in guesses(written_by_hand)


def test_a_unique_index_makes_a_natural_key_unless_it_is_filtered() -> None:
    index = Index(name="i", method="btree", columns=(IndexColumn(name="email"),), unique=True)
    without = attrs.evolve(CUSTOMERS, unique_keys=())
    found = guesses(attrs.evolve(without, indexes=(index,)))
    assert columns_of(found[GuessKind.NATURAL_KEY]) == [("email",)]
    filtered = attrs.evolve(index, filter="deleted_at IS NULL")
    assert GuessKind.NATURAL_KEY not in guesses(attrs.evolve(without, indexes=(filtered,)))


def test_a_junction_table_has_a_key_of_foreign_keys() -> None:
    described = table(
        "order_tags",
        column("order_id"),
        column("tag_id"),
        column("added_at", "date"),
        primary_key=key("order_id", "tag_id", primary=True),
        foreign_keys=(
            reference("order_tags", "order_id", "orders"),
            reference("order_tags", "tag_id", "tags"),
        ),
    )
    (guess,) = guesses(described)[GuessKind.JUNCTION]
    assert guess.values == ("shop.orders", "shop.tags")
    many = [column(f"c{number}") for number in range(4)]
    wide = attrs.evolve(described, columns=(*described.columns, *many))
    assert GuessKind.JUNCTION not in guesses(wide)
    one = attrs.evolve(described, foreign_keys=described.foreign_keys[:1])
    assert GuessKind.JUNCTION not in guesses(one)


def test_a_hierarchy_is_a_foreign_key_to_the_own_table() -> None:
    described = table("staff", column("id"), foreign_keys=(reference("staff", "boss_id", "staff"),))
    assert columns_of(guesses(described)[GuessKind.HIERARCHY]) == [("boss_id",)]


def test_a_lookup_table_is_small_referred_to_and_refers_to_nothing() -> None:
    described = table(
        "countries",
        column("code", "char(2)"),
        column("name", "text"),
        primary_key=key("code", primary=True),
        referenced_by=(reference("customers", "country", "countries", "code"),),
    )
    assert columns_of(guesses(described)[GuessKind.LOOKUP]) == [("code", "name")]
    assert GuessKind.LOOKUP not in guesses(attrs.evolve(described, referenced_by=()))


def test_a_tenant_is_a_column_of_most_tables() -> None:
    tables = [
        table(f"t{n}", column("TenantId"), primary_key=key("TenantId", primary=True))
        for n in range(3)
    ]
    (guess,) = guesses(*tables, CUSTOMERS)[GuessKind.TENANT]
    assert guess.columns == ("TenantId",)
    assert guess.evidence == "a column of 3 of 4 tables; the first of the primary key in 3"
    accounts = [table(f"t{n}", column("account_id")) for n in range(3)]
    others = [table(f"o{n}", column("id")) for n in range(9)]
    assert GuessKind.TENANT not in guesses(*accounts, *others)


def test_nothing_is_inferred_of_a_view() -> None:
    assert guesses(attrs.evolve(CUSTOMERS, kind=TableKind.VIEW)) == {}


def test_a_document_calls_every_rule_inferred_and_says_why() -> None:
    text = document().markdown().split("## Inferred rules", 1)[1]
    assert "Nobody has declared these rules. They are guesses" in text
    titles = [line for line in text.splitlines() if line.startswith("**")]
    assert titles
    assert all(title.endswith("** (inferred)") for title in titles)
    entries = [line for line in text.splitlines() if line.startswith("- [")]
    assert all(". Evidence: " in entry for entry in entries)


def test_a_check_of_another_column_says_nothing_of_the_status() -> None:
    check = CheckConstraint(name="c", expression="kind IN ('a')")
    assert GuessKind.LIFE_CYCLE not in guesses(attrs.evolve(ORDERS, checks=(check,)))
