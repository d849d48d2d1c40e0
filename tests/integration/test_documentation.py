"""The Python examples of the README and of the documentation run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def examples() -> list[object]:
    return [
        pytest.param(block, id=f"{path.name}-{number}")
        for path in documents()
        for number, block in enumerate(_BLOCK.findall(path.read_text(encoding="utf-8")), start=1)
    ]


@pytest.mark.parametrize("source", examples())
def test_example_runs_and_prints_something(
    source: str,
    sample_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SQLCORE_URL", sample_url)

    exec(compile(source, "example", "exec"), {"__name__": "example"})  # noqa: S102  # our own text

    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    targets = _LINK.findall(path.read_text(encoding="utf-8"))

    missing = [target for target in targets if not (path.parent / target).exists()]

    assert missing == []
