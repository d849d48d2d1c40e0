"""A store of results in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "results"
    path.mkdir(0o700)
    return path


@pytest.fixture
def spool(root: Path) -> Iterator[Spool]:
    spool = Spool(SessionLimits(folder=str(root)))
    yield spool
    spool.close()
