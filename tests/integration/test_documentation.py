"""The examples of the README and of the documentation run as they stand, and say what they say."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import attrs
import pytest

from sqlcore.config import Settings, load_settings
from sqlcore.services.auditing import StatementEvent
from sqlcore_mcp.cli import main

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "docs" / "security.md"
_BLOCK = re.compile(
    r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(
    r"^    sqlcore-mcp (grants [^\n]*)\n\n```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_CALL = re.compile(
    r"^    sqlcore-mcp (call [^\n]*)\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def examples() -> list[object]:
    return [
        pytest.param(source, output, id=f"{path.name}-{number}")
        for path in documents()
        for number, (source, output) in enumerate(
            _BLOCK.findall(path.read_text(encoding="utf-8")), start=1
        )
    ]


def blocks(language: str) -> list[str]:
    text = SECURITY.read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found


@pytest.mark.parametrize(("source", "output"), examples())
def test_example_runs_and_prints_what_stands_behind_it(
    source: str,
    output: str,
    sample_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SQLCORE_URL", sample_url)

    exec(compile(source, "example", "exec"), {"__name__": "example"})  # noqa: S102  # our own text

    printed = capsys.readouterr().out
    assert printed.strip()
    if output:
        assert output == printed


def test_the_page_on_security_shows_the_grants_as_they_are_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands = _COMMAND.findall(SECURITY.read_text(encoding="utf-8"))

    assert len(blocks("sql")) == len(commands)
    for command, script in commands:
        assert main(shlex.split(command)) == 0
        assert script == capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        found
        for page in ("metadata.md", "procedures.md")
        for found in _CALL.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))
    ],
)
def test_a_command_of_a_page_answers_as_it_says(
    command: str,
    answer: str,
    sample_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SQLCORE_URL", sample_url)
    main([*shlex.split(command), "--privilege-check", "off"])
    printed = capsys.readouterr()
    assert answer.strip() in (printed.out.strip(), printed.err.strip())


def test_the_line_of_the_audit_has_the_fields_that_are_noted() -> None:
    (line,) = blocks("json")
    fields = [field.name for field in attrs.fields(StatementEvent)]

    assert [fields[0], "event", *fields[1:]] == list(json.loads(line))


def test_the_rules_for_masks_can_be_read(tmp_path: Path) -> None:
    (text,) = blocks("toml")
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")

    assert len(load_settings(Settings, environ={}, config_path=path).mask) == 3


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    targets = _LINK.findall(path.read_text(encoding="utf-8"))

    missing = [target for target in targets if not (path.parent / target).exists()]

    assert missing == []
