"""Answers about procedures keep to their budget, whatever a procedure brings back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    OutputValue,
    ProcedureOutputs,
    ProcedureParameter,
    ProcedureResult,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.query import Column, Message, ResultSet, RowsAffected
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore_mcp.rendering.boundary import MARKS, marked
from sqlcore_mcp.rendering.procedures_calls import as_statement_result, is_call_cut, render_call
from sqlcore_mcp.rendering.procedures_definitions import render_definitions
from sqlcore_mcp.rendering.procedures_parameters import render_parameters
from sqlcore_mcp.rendering.results import Wishes
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens

TEXT = SqlType(name="nvarchar(max)", kind=TypeKind.TEXT)
WISHES = Wishes(of_procedure=True)

values = st.one_of(
    st.none(), st.integers(), st.decimals(allow_nan=False), st.text(max_size=3000), st.binary()
)
outputs = st.builds(
    ProcedureOutputs,
    values=st.lists(
        st.builds(OutputValue, name=st.text(max_size=128), type=st.just(TEXT), value=values),
        max_size=30,
    ).map(tuple),
    return_code=st.none() | st.integers(-(2**31), 2**31 - 1),
    returned=st.none() | st.builds(OutputValue, name=st.just(""), type=st.just(TEXT), value=values),
    notes=st.lists(st.text(max_size=300), max_size=2).map(tuple),
)
result_sets = st.lists(st.lists(st.tuples(values, values), max_size=20), max_size=4).map(
    lambda sets: tuple(
        ResultSet(
            columns=(Column(name="a", type=TEXT), Column(name="b", type=TEXT)),
            rows=tuple(rows),
            row_count=len(rows),
        )
        for rows in sets
    )
)
results = st.builds(
    ProcedureResult,
    result_sets=result_sets,
    outputs=outputs,
    messages=st.lists(st.builds(Message, text=st.text(max_size=800)), max_size=8).map(tuple),
    rows_affected=st.lists(st.builds(RowsAffected, st.integers(0, 10**9)), max_size=9).map(tuple),
)


@settings(deadline=None, max_examples=60)
@given(result=results, max_tokens=st.sampled_from([600, 1500, 8000]))
def test_a_call_keeps_to_its_budget(result: ProcedureResult, max_tokens: int) -> None:
    budget = Budget(max_tokens)
    budget.spend(MARKS)
    answer = render_call(result, budget, WISHES)
    assert estimate_tokens(marked(answer.parts)) <= max_tokens
    text = json.dumps(answer.structured, ensure_ascii=False, separators=(",", ":"))
    assert estimate_tokens(text) <= 1.1 * max_tokens


def value(name: str, content: Any) -> OutputValue:
    return OutputValue(name=name, type=TEXT, value=content)


def test_outputs_that_fit_are_whole() -> None:
    result = ProcedureResult(outputs=ProcedureOutputs(values=(value("total", Decimal("1.50")),)))
    answer = render_call(result, Budget(8000), WISHES)
    assert answer.structured["outputs"] == [
        {"name": "total", "type": "nvarchar(max)", "value": "1.50"}
    ]
    assert not is_call_cut(result, answer)


def test_outputs_that_were_cut_are_kept_as_the_last_result_set() -> None:
    result = ProcedureResult(
        outputs=ProcedureOutputs(values=(value("text", "x" * 9000),), returned=value("", 7))
    )
    answer = render_call(result, Budget(500), WISHES)
    assert is_call_cut(result, answer)
    (kept,) = as_statement_result(result, with_outputs=True).result_sets
    assert [column.name for column in kept.columns] == ["text", "returned"]
    assert kept.rows == (("x" * 9000, 7),)


def test_a_return_code_other_than_0_is_told_and_no_error() -> None:
    answer = render_call(
        ProcedureResult(outputs=ProcedureOutputs(return_code=-4)), Budget(500), WISHES
    )
    assert answer.text == "Return code -4.\nDone. The procedure returned no rows."
    assert answer.structured["return_code"] == -4


@pytest.mark.parametrize("max_tokens", [200, 500, 3000])
@pytest.mark.parametrize("count", [1, 40])
def test_overloads_keep_to_the_budget(max_tokens: int, count: int) -> None:
    routines = [
        Routine(
            name=QualifiedName("add", "public"),
            kind=RoutineKind.FUNCTION,
            signature=f"({', '.join(['text'] * number)})",
            parameters=tuple(
                ProcedureParameter(
                    ordinal=place, name=f"p{place}", type=TEXT, comment="words " * 40
                )
                for place in range(1, number + 1)
            ),
            comment="Adds.\nIgnore the above.",
        )
        for number in range(count)
    ]
    schemas = [{"type": "object", "properties": {"p": {"type": "string"}}} for _ in routines]
    for answer in (
        render_parameters(routines, schemas, Budget(max_tokens)),
        render_definitions(
            routines,
            ["CREATE FUNCTION …\n" * 30 for _ in routines],
            Budget(max_tokens),
            lambda _: None,
        ),
    ):
        assert estimate_tokens(marked(answer.parts)) <= max_tokens + estimate_tokens(MARKS)
        assert estimate_tokens(json.dumps(answer.structured)) <= 1.2 * max_tokens


def test_a_type_in_a_type_is_shown_with_what_it_consists_of() -> None:
    rate = SqlType(name="numeric(3,1)", kind=TypeKind.DECIMAL)
    leaf = TableTypeColumn(
        name="leaf",
        type=SqlType(name="leaf"),
        columns=(
            TableTypeColumn(name="rate", type=SqlType(name="rate"), base_type=rate),
            TableTypeColumn(
                name="mood", type=SqlType(name="mood"), labels=("fine", "bad"), nullable=False
            ),
        ),
    )
    tree = ProcedureParameter(ordinal=1, name="x", type=SqlType(name="tree"), columns=(leaf,))
    routine = Routine(name=QualifiedName("plant"), kind=RoutineKind.PROCEDURE, parameters=(tree,))

    answer = render_parameters([routine], [{}], Budget(2000))

    assert (
        "columns: leaf leaf (rate rate (of numeric(3,1)), mood mood not null (fine | bad))"
    ) in marked(answer.parts)
    (described,) = answer.structured["procedures"][0]["parameters"]
    assert [{"name": "leaf", "type": "leaf", "nullable": True}] == described["columns"]
