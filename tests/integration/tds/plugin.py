"""Fixtures that give a test a T-SQL server: replayed in CI, recorded or live on request.

Import the names of `__all__` in a `conftest.py`, or load this module with `pytest -p`.

- `tds`: one recording for a test.
- `tds_class`, `tds_module`: one recording for all tests of a class or a module, with a section
  for each test, so that each can run alone.
- `tds_recordings`: the directory of the recordings. `tds_normalisers`, `tds_repeatable`: what
  holds for all recordings of a directory of tests. To be overridden.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest
from tests.integration.tds.session import (
    RECORD_VARIABLE,
    LiveServer,
    Mode,
    TdsSession,
    how_to_record,
)

__all__ = [
    "pytest_addoption",
    "pytest_runtest_makereport",
    "tds",
    "tds_class",
    "tds_module",
    "tds_normalisers",
    "tds_recordings",
    "tds_repeatable",
    "tds_section",
]

_INTEGRATION = Path(__file__).parents[1]
_MAX_NAME_LENGTH = 100
# What pymssql sends on its own account when a connection opens or a transaction begins or ends.
_OF_PYMSSQL = (r"SET ARITHABORT ON;.*", r"use \[[^]]*\]")

_outcomes = pytest.StashKey[dict[str, bool]]()
_shared = pytest.StashKey[list[TdsSession]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--record-tds`; it takes effect where this module is loaded early enough."""
    with contextlib.suppress(ValueError):  # Loaded twice: as a plugin and by a conftest.
        parser.addoption(
            "--record-tds", action="store_true", help="record conversations with the live server"
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember which tests passed: only those are recorded."""
    report = yield
    if report.when == "call":
        item.config.stash.setdefault(_outcomes, {})[item.nodeid] = report.passed
    return report


@pytest.fixture(scope="session")
def tds_recordings() -> Path:
    """The directory of the recordings."""
    return _INTEGRATION / "recordings"


@pytest.fixture(scope="session")
def tds_normalisers() -> Sequence[tuple[str, str]]:
    """Regexes, and what to put in place of what they match in every request."""
    return ()


@pytest.fixture(scope="session")
def tds_repeatable() -> Sequence[str]:
    """Regexes of requests that may be sent more often than was recorded."""
    return ()


def _recording_path(root: Path, file: Path, name: str) -> Path:
    """Return where the recording of a test, or of a class or module, lies."""
    with contextlib.suppress(ValueError):
        file = file.relative_to(_INTEGRATION)
    directory = Path(file.stem) if file.is_absolute() else file.with_suffix("")
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:_MAX_NAME_LENGTH].strip("-")
    if safe != name:
        # Two names must not become one file.
        safe += "-" + hashlib.sha256(name.encode()).hexdigest()[:6]
    return root / directory / f"{safe}.tds"


def _open_session(request: pytest.FixtureRequest, node_id: str, path: Path) -> TdsSession:
    try:
        live = LiveServer.from_environment(os.environ)
    except ValueError as exc:
        pytest.fail(str(exc), pytrace=False)
    config = request.config
    asked = os.environ.get(RECORD_VARIABLE, "") not in {"", "0"}
    record = asked or bool(config.getoption("--record-tds", default=False))
    if record and live is None:
        pytest.fail(f"No server to record from. {how_to_record(node_id)}", pytrace=False)
    if record and hasattr(config, "workerinput"):
        pytest.fail("recording needs one process: leave out -n", pytrace=False)
    if live is None and not path.exists():
        pytest.fail(f"There is no recording {path.name}. {how_to_record(node_id)}", pytrace=False)
    session = TdsSession(node_id, path, live, record=record)
    for pattern in (*_OF_PYMSSQL, *request.getfixturevalue("tds_repeatable")):
        session.repeatable(pattern)
    for pattern, placeholder in request.getfixturevalue("tds_normalisers"):
        session.normalise(pattern, placeholder)
    return session


def _passed(config: pytest.Config, node_id: str) -> bool:
    return config.stash.get(_outcomes, {}).get(node_id, False)


@pytest.fixture
def tds(request: pytest.FixtureRequest, tds_recordings: Path) -> Iterator[TdsSession]:
    """A T-SQL server for one test, with a recording of its own."""
    node = request.node
    owner = f"{request.cls.__name__}." if request.cls else ""
    path = _recording_path(tds_recordings, node.path, owner + node.name)
    session = _open_session(request, node.nodeid, path)
    try:
        yield session
    finally:
        session.close()
    complaints = session.complaints()
    if complaints:
        pytest.fail(complaints, pytrace=False)
    if session.mode is Mode.RECORD and _passed(request.config, node.nodeid):
        session.save()


def _shared_session(
    request: pytest.FixtureRequest, directory: Path, name: str
) -> Iterator[TdsSession]:
    node = request.node
    path = _recording_path(directory, node.path, name)
    session = _open_session(request, node.nodeid, path)
    sessions = request.config.stash.setdefault(_shared, [])
    sessions.append(session)
    try:
        yield session
    finally:
        sessions.remove(session)
        session.close()
    complaints = session.complaints()
    if complaints:
        pytest.fail(complaints, pytrace=False)
    if session.mode is Mode.RECORD:
        _save_shared(request, session)


def _save_shared(request: pytest.FixtureRequest, session: TdsSession) -> None:
    """Write the sections of the tests that passed; the others stay as they were recorded before."""
    prefix = f"{request.node.nodeid}::"
    passed_sections = frozenset(
        node_id.removeprefix(prefix)
        for node_id, passed in request.config.stash.get(_outcomes, {}).items()
        if passed and node_id.startswith(prefix)
    )
    if passed_sections:
        session.save(passed_sections=passed_sections)


@pytest.fixture(scope="class")
def tds_class(request: pytest.FixtureRequest, tds_recordings: Path) -> Iterator[TdsSession]:
    """A T-SQL server for the tests of a class, with one recording."""
    assert request.cls is not None, "tds_class is for classes; use tds_module"
    yield from _shared_session(request, tds_recordings, request.cls.__name__)


@pytest.fixture(scope="module")
def tds_module(request: pytest.FixtureRequest, tds_recordings: Path) -> Iterator[TdsSession]:
    """A T-SQL server for the tests of a module, with one recording."""
    yield from _shared_session(request, tds_recordings, "module")


@pytest.fixture(autouse=True)
def tds_section(request: pytest.FixtureRequest) -> Iterator[None]:
    """Attribute what a test sends over a shared recording to that test."""
    opened = request.config.stash.setdefault(_shared, [])
    sessions = tuple(opened)
    node_id = request.node.nodeid
    with contextlib.ExitStack() as stack:
        sections = [node_id.removeprefix(f"{session.test}::") for session in sessions]
        for session, section in zip(sessions, sections, strict=True):
            stack.enter_context(session.section(section))
        yield
        complaints = [
            session.complaints(section) for session, section in zip(sessions, sections, strict=True)
        ]
    if any(complaints):
        pytest.fail("\n".join(filter(None, complaints)), pytrace=False)
