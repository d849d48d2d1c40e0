"""The page on types of parameters is what the rules say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlcore.services.calling.checking import RULES
from sqlcore.services.calling.documentation import page

PAGE = Path(__file__).parents[3] / "docs" / "procedure-types.md"


def test_the_page_is_up_to_date() -> None:
    expected = PAGE.read_text(encoding="utf-8")

    assert expected == page(), (
        "write it anew: python -m sqlcore.services.calling.documentation > docs/procedure-types.md"
    )


def test_the_module_prints_the_page() -> None:
    command = [sys.executable, "-m", "sqlcore.services.calling.documentation"]

    printed = subprocess.run(command, capture_output=True, check=True, encoding="utf-8")  # noqa: S603 our own module

    assert page() == printed.stdout
    assert "" == printed.stderr


def test_no_two_rules_of_a_dialect_have_the_same_name() -> None:
    for rules, _ in RULES.values():
        names = [name for rule in rules for name in rule.names]
        assert sorted(set(names)) == sorted(names)
