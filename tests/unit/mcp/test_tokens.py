"""The estimate against what the o200k vocabulary counts; the counts come from its tokenizer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens

COUNTED = json.loads((Path(__file__).parent / "counted_texts.json").read_text(encoding="utf-8"))
counted = pytest.mark.parametrize(
    ("text", "tokens"),
    [pytest.param(sample["text"], sample["tokens"], id=sample["name"]) for sample in COUNTED],
)


@counted
def test_the_estimate_is_at_most_a_few_percent_too_low(text: str, tokens: int) -> None:
    assert estimate_tokens(text) >= 0.95 * tokens


@counted
def test_the_estimate_is_of_the_right_size(text: str, tokens: int) -> None:
    assert estimate_tokens(text) <= 1.7 * tokens


def test_no_text_costs_nothing() -> None:
    assert estimate_tokens("") == 0


@given(st.text(), st.text())
def test_two_texts_cost_about_what_they_cost_together(first: str, second: str) -> None:
    apart = estimate_tokens(first) + estimate_tokens(second)
    assert estimate_tokens(first + second) <= apart + 2


@given(st.lists(st.text(max_size=40), max_size=30), st.integers(1, 300))
def test_a_budget_takes_no_more_than_it_has(texts: list[str], tokens: int) -> None:
    budget = Budget(tokens)
    taken = [text for text in texts if budget.take(text, text)]
    assert sum(map(estimate_tokens, taken)) <= tokens + 2 * len(taken)


def test_a_budget_is_kept_in_text_and_in_structured_content_alike() -> None:
    budget = Budget(20)
    assert not budget.take("short", "1, " * 40)
    assert not budget.take("1, " * 40, "short")
    assert budget.take("short", "short")


def test_what_is_set_aside_is_no_longer_there() -> None:
    budget = Budget(100)
    budget.reserve(60)
    assert budget.left <= 40
    assert budget.part(0.5).left <= 20
