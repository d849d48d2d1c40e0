from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.query import (
    Column,
    Message,
    ResultSet,
    RowsAffected,
    StatementResult,
)
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import MARKS, marked
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.results import Wishes, render_result
from sqlcore_mcp.rendering.tables import RowFormat
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens


def integers(*values: int | None, row_count: int | None = None, complete: bool = True) -> ResultSet:
    return ResultSet(
        columns=(Column(name="n", type=SqlType(name="bigint", kind=TypeKind.INTEGER)),),
        rows=tuple((value,) for value in values),
        row_count=len(values) if row_count is None else row_count,
        complete=complete,
    )


def render(*result_sets: ResultSet, tokens: int = 8000, **wishes: object) -> Answer:
    result = StatementResult(result_sets=result_sets)
    return render_result(result, Budget(tokens), Wishes(**wishes))  # type: ignore[arg-type]  # as given


def test_all_rows_shown_is_said() -> None:
    assert render(integers(1, 2)).text == "2 rows, all shown.\n\n|n|\n|---|\n|1|\n|2|"


def test_no_rows_still_have_columns() -> None:
    answer = render(integers())
    assert answer.text == "0 rows.\n\n|n|\n|---|"
    assert answer.structured["columns"] == [{"name": "n", "type": "bigint"}]


def test_rows_without_columns_are_counted_and_not_called_cut() -> None:
    answer = render(ResultSet(columns=(), rows=((), (), ()), row_count=3))
    assert answer.text == "3 rows, without columns."
    assert answer.structured["row_count"] == 3
    assert answer.structured["truncated"] is False


def test_rows_that_were_not_kept_are_counted_and_the_way_to_them_named() -> None:
    answer = render(integers(1, 2, row_count=500), max_rows=2)
    assert answer.text.startswith(
        "500 rows; the first 2 shown. To see others: narrow the query, raise max_rows (now 2), "
        "or select fewer columns."
    )
    assert answer.structured["truncated"] is True


def test_a_count_that_was_given_up_says_at_least() -> None:
    answer = render(integers(1, row_count=1000, complete=False))
    assert answer.text.startswith("At least 1,000 rows; the first 1 shown.")
    assert answer.structured["row_count_exact"] is False


def test_rows_without_room_are_counted_and_the_way_to_them_named() -> None:
    answer = render(integers(*range(10_000)), tokens=500)
    shown = answer.structured["shown"]
    assert 20 < shown < 200
    assert answer.text.startswith(
        f"10,000 rows; the first {shown} shown. To see others: narrow the query, raise max_tokens, "
        "or select fewer columns."
    )
    assert answer.structured["rows"] == [[n] for n in range(shown)]


def test_every_result_set_is_shown() -> None:
    answer = render(integers(1), integers(2), integers(3))
    assert answer.text.count("all shown") == 3
    assert "Result 2 of 3: 1 row, all shown." in answer.text
    assert [more["rows"] for more in answer.structured["more_result_sets"]] == [[[2]], [[3]]]


def test_a_long_result_set_leaves_room_for_the_next() -> None:
    answer = render(integers(*range(10_000)), integers(7), tokens=1000)
    assert answer.structured["more_result_sets"][0]["rows"] == [[7]]


def test_result_sets_without_room_are_counted() -> None:
    answer = render(*[integers(1)] * 100, tokens=1000)
    omitted = answer.structured["result_sets_omitted"]
    assert omitted > 50
    assert f"{omitted} more result sets are not shown" in answer.text


def test_rows_affected_are_told() -> None:
    result = StatementResult(rows_affected=(RowsAffected(3, "UPDATE"), RowsAffected(1)))
    answer = render_result(result, Budget(1000), Wishes())
    assert answer.text == "UPDATE: 3 rows affected.\nStatement: 1 row affected."
    assert answer.structured["rows_affected"] == [{"count": 3, "command": "UPDATE"}, {"count": 1}]


def test_a_definition_is_done_and_a_change_of_no_row_is_counted() -> None:
    affected = (RowsAffected(0, "CREATE TABLE"), RowsAffected(0, "DELETE"))
    answer = render_result(StatementResult(rows_affected=affected), Budget(1000), Wishes())
    assert answer.text == "CREATE TABLE: done.\nDELETE: 0 rows affected."


def test_a_statement_that_returns_nothing_says_so() -> None:
    answer = render_result(StatementResult(), Budget(1000), Wishes())
    assert answer.text == "Done. The statement returned no rows."


def test_messages_are_told() -> None:
    result = StatementResult(
        result_sets=(integers(1),), messages=(Message(text="be careful", severity="warning"),)
    )
    answer = render_result(result, Budget(1000), Wishes())
    assert answer.text.endswith("warning: be careful")
    assert answer.structured["messages"] == [{"severity": "warning", "text": "be careful"}]


def test_many_messages_leave_room_for_rows() -> None:
    messages = tuple(Message(text=f"message {n} " * 20) for n in range(1000))
    result = StatementResult(result_sets=(integers(*range(20)),), messages=messages)
    answer = render_result(result, Budget(1000), Wishes())
    assert answer.structured["shown"] == 20
    assert answer.structured["messages_omitted"] > 900
    assert "more messages." in answer.text


def test_a_summary_has_types_facts_and_a_few_rows() -> None:
    answer = render(integers(*range(30), None), summary=True)
    assert "31 rows; 31 read for the facts, the first 5 shown." in answer.text
    assert "|n|bigint|1|30|0|29|" in answer.text
    assert answer.structured["facts"] == [{"nulls": 1, "distinct": 30, "min": 0, "max": 29}]
    assert answer.structured["shown"] == 5


def test_a_summary_leaves_out_facts_that_values_do_not_have() -> None:
    column = Column(name="d", type=SqlType(name="numeric", kind=TypeKind.DECIMAL))
    rows = ((Decimal("sNaN"),), (Decimal(1),), ([1],))
    answer = render(ResultSet(columns=(column,), rows=rows, row_count=3), summary=True)
    assert answer.structured["facts"] == [{"nulls": 0}]


@given(
    sets=st.lists(st.lists(st.text(max_size=30), max_size=40), max_size=4),
    messages=st.lists(st.text(max_size=200), max_size=10),
    tokens=st.integers(200, 2000),
    row_format=st.sampled_from(RowFormat),
    summary=st.booleans(),
)
def test_any_outcome_fits_any_budget(
    sets: list[list[str]],
    messages: list[str],
    tokens: int,
    row_format: RowFormat,
    *,
    summary: bool,
) -> None:
    column = Column(name="t", type=SqlType(name="text", kind=TypeKind.TEXT))
    result = StatementResult(
        result_sets=tuple(
            ResultSet(
                columns=(column,), rows=tuple((text,) for text in texts), row_count=len(texts)
            )
            for texts in sets
        ),
        messages=tuple(Message(text=text) for text in messages),
    )
    wishes = Wishes(row_format=row_format, summary=summary)
    budget = Budget(tokens)
    budget.spend(MARKS)
    answer = render_result(result, budget, wishes)
    assert estimate_tokens(marked(answer.parts)) <= tokens + 60
    assert estimate_tokens(compact_json(answer.structured)) <= tokens + 60
