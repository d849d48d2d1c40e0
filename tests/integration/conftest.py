"""The sample shop, started once and shared by all workers of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sqlcore_mcp.demo.embedded import start_sample


@pytest.fixture(scope="session")
def sample_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with start_sample(shared / "sample") as sample:
        yield sample.url
