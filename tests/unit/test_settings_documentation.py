"""The page on settings names every setting, and its example can be read."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest

from sqlcore.config import SourceSettings, load_settings
from sqlcore_mcp.settings import ServerSettings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize("cls", [ServerSettings, SourceSettings])
def test_every_setting_is_documented(cls: type) -> None:
    documented = set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8"))) | {"sources"}

    missing = [field.name for field in attrs.fields(cls) if field.name not in documented]

    assert missing == []


def test_the_example_file_is_valid(tmp_path: Path) -> None:
    match = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert match is not None
    path = tmp_path / "config.toml"
    path.write_text(match[1], encoding="utf-8")

    settings = load_settings(ServerSettings, environ={}, config_path=path, profile="maintenance")

    assert list(settings.sources) == ["shop", "billing"]
    assert settings.access.value == "write"
