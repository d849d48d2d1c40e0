from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore_mcp.rendering.cells import compact_json, csv_line, encode_cells, markdown_line
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, render_table
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=80),
    st.binary(max_size=40),
    st.datetimes(),
    st.lists(st.integers(), max_size=5),
)


def columns(count: int) -> list[ColumnOutput]:
    return [{"name": f"column_{number}", "type": "text"} for number in range(count)]


@given(st.data(), st.integers(1, 8), st.integers(10, 2000), st.sampled_from(RowFormat))
def test_any_rows_fit_any_budget(
    data: st.DataObject, width: int, tokens: int, row_format: RowFormat
) -> None:
    rows = data.draw(st.lists(st.tuples(*[VALUES] * width), max_size=30))
    table = render_table(columns(width), rows, row_format, Budget(tokens))
    overhead = 40  # brackets, and rounding
    assert estimate_tokens(table.text) <= tokens + overhead
    assert estimate_tokens(compact_json(table.rows)) <= tokens + overhead


@given(st.lists(VALUES, max_size=6))
def test_a_markdown_line_is_one_line_with_a_cell_for_each_value(row: list[Any]) -> None:
    cells, _ = encode_cells(row, 100)
    line = markdown_line(cells)
    assert len(line.splitlines()) == 1
    assert line.replace("\\\\", "").replace("\\|", "").count("|") == len(cells or [""]) + 1


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_csv_reads_back(row: list[Any]) -> None:
    line = csv_line(row)
    assert list(csv.reader(io.StringIO(line, newline=""), strict=True)) == [row]


def test_csv_tells_null_from_an_empty_text() -> None:
    assert csv_line([None, "", "a"]) == ',"",a\n'


def test_markdown_tells_null_from_its_letters() -> None:
    assert markdown_line([None, "NULL"]) == "|NULL|'NULL'|\n"


def test_json_format_is_json() -> None:
    rows = [(1, "a"), (None, "b|c")]
    table = render_table(columns(2), rows, RowFormat.JSON, Budget(1000))
    assert json.loads(table.text) == {
        "columns": ["column_0", "column_1"],
        "rows": [[1, "a"], [None, "b|c"]],
    }


def test_json_format_without_rows_is_json() -> None:
    table = render_table(columns(1), [], RowFormat.JSON, Budget(1000))
    assert json.loads(table.text) == {"columns": ["column_0"], "rows": []}


def test_exact_values_survive() -> None:
    table = render_table(
        columns(3), [(2**63, Decimal("1.10"), b"\x00\xff")], RowFormat.CSV, Budget(1000)
    )
    assert table.rows == [["9223372036854775808", "1.10", "0x00ff"]]
    assert table.text.splitlines()[1] == "9223372036854775808,1.10,0x00ff"


def test_a_long_value_is_cut_in_text_and_rows_alike() -> None:
    table = render_table(columns(2), [(1, "x" * 50_000)], RowFormat.MARKDOWN, Budget(8000))
    assert table.cells_cut == 1
    assert table.rows[0][1].endswith("… [cut: 50,000 characters]")
    assert table.rows[0][1] in table.text


def test_a_long_binary_value_says_its_bytes() -> None:
    table = render_table(columns(2), [(1, bytes(10_000))], RowFormat.MARKDOWN, Budget(8000))
    assert table.rows[0][1].endswith("… [cut: 10,000 bytes]")


def test_a_value_alone_may_fill_the_answer() -> None:
    text = "word " * 3000
    table = render_table(columns(1), [(text,)], RowFormat.MARKDOWN, Budget(8000))
    assert table.rows == [[text]]


def test_the_first_row_is_cut_until_it_fits() -> None:
    table = render_table(columns(3), [("x" * 900,) * 3], RowFormat.CSV, Budget(200))
    assert len(table.rows) == 1
    assert table.cells_cut == 3


def test_columns_that_do_not_fit_are_counted() -> None:
    table = render_table(columns(500), [tuple(range(500))], RowFormat.MARKDOWN, Budget(400))
    assert table.columns_omitted == 500 - len(table.columns)
    assert 0 < len(table.columns) < 100
    assert [len(row) for row in table.rows] == [len(table.columns)]


@pytest.mark.parametrize("half", [chr(0xD800), chr(0xDFFF)])
def test_half_a_surrogate_pair_is_spelled_out(half: str) -> None:
    cells, _ = encode_cells([f"a{half}b"], 100)
    assert cells == [f"a\\u{ord(half):04x}b"]
