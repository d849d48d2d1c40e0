"""Running the adapter's own queries where a server lacks some of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.capability import Support
from sqlcore.errors import ConnectionLostError, NotFoundError, PermissionDeniedError, SqlCoreError

_TEXTS = {
    "own_database": "SELECT DB_NAME()",
    "schema_types": "FROM sys.types AS t",
    "schema_rows": "FROM sys.partitions AS p",
    "schema_comments": "FROM sys.extended_properties AS e",
}
_NAMES = tuple(_TEXTS)


@attrs.define
class _Server:
    """Answers a batch statement by statement, until one of them fails.

    Attributes:
        failures: By a part of a statement, the error.
        is_unreadable: Whether an error is found before anything runs.
        sent: How many statements each batch had.
    """

    failures: dict[str, SqlCoreError]
    is_unreadable: bool = False
    sent: list[int] = attrs.field(factory=list)
    is_broken: bool = False

    class kind:  # noqa: N801 as on a session
        is_babelfish = False

    @contextlib.contextmanager
    def statement(self, _timeout_s: float) -> Iterator[None]:
        yield

    def results(self, batch: str) -> Iterator[list[tuple[Any, ...]]]:
        statements = batch.split(";\n")
        self.sent.append(len(statements))
        errors = [
            next((error for part, error in self.failures.items() if part in text), None)
            for text in statements
        ]
        if self.is_unreadable and any(errors):
            raise next(error for error in errors if error is not None)
        for text, error in zip(statements, errors, strict=True):
            if error is not None:
                raise error
            yield [(next(name for name, part in _TEXTS.items() if part in text),)]

    def abandon(self) -> None:
        pass


class _Pool(SessionPool):
    def __init__(self, server: _Server) -> None:
        self._server = server

    @contextlib.contextmanager
    def session(self, *_: Any, **__: Any) -> Iterator[Any]:
        yield self._server


_ROWS_DENIED: dict[str, SqlCoreError] = {
    _TEXTS["schema_rows"]: PermissionDeniedError("The permission was denied.")
}


def test_queries_go_together_in_one_round_trip() -> None:
    server = _Server({})

    results, refused = CatalogQueries(_Pool(server)).run(_NAMES)

    assert results == {name: [(name,)] for name in _NAMES}
    assert (refused, server.sent) == ({}, [4])


def test_what_came_back_before_a_failure_is_not_asked_again() -> None:
    server = _Server(_ROWS_DENIED)

    results, refused = CatalogQueries(_Pool(server)).run(_NAMES)

    assert server.sent == [4, 1, 1]
    assert [name for name, rows in results.items() if rows] == [
        "own_database",
        "schema_types",
        "schema_comments",
    ]
    assert refused["schema_rows"].support is Support.NOT_PERMITTED
    assert refused["schema_rows"].reason == "The permission was denied."


def test_a_batch_that_the_server_cannot_read_is_taken_apart_until_the_cause_is_found() -> None:
    server = _Server(
        {_TEXTS["schema_types"]: NotFoundError("Invalid column name 'x'.")}, is_unreadable=True
    )

    results, refused = CatalogQueries(_Pool(server)).run(_NAMES)

    assert server.sent == [4, 1, 1, 2]
    assert refused["schema_types"].support is Support.UNSUPPORTED
    assert results["schema_comments"] == [("schema_comments",)]


def test_what_a_server_lacks_is_not_asked_a_second_time() -> None:
    server = _Server({_TEXTS["schema_rows"]: NotFoundError("Invalid object name.")})
    queries = CatalogQueries(_Pool(server))
    queries.run(_NAMES)
    server.sent.clear()

    _, refused = queries.run(_NAMES)

    assert server.sent == [3]
    assert list(refused) == ["schema_rows"]


def test_what_was_not_permitted_is_asked_again_after_some_minutes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = _Server(dict(_ROWS_DENIED))
    queries = CatalogQueries(_Pool(server))
    now = [1000.0]
    monkeypatch.setattr("sqlcore.adapters.mssql.reading.time.monotonic", lambda: now[0])
    queries.run(_NAMES)
    server.failures.clear()  # the right was granted

    assert "schema_rows" in queries.run(_NAMES)[1]
    now[0] += 301
    assert queries.run(_NAMES)[1] == {}


def test_a_failure_that_may_pass_is_not_kept() -> None:
    server = _Server({_TEXTS["schema_rows"]: SqlCoreError("Arithmetic overflow.")})
    queries = CatalogQueries(_Pool(server))

    assert queries.run(_NAMES)[1]["schema_rows"].support is Support.UNKNOWN
    server.failures.clear()
    assert queries.run(_NAMES)[1] == {}


def test_a_required_query_that_fails_and_a_lost_connection_are_the_caller_s() -> None:
    with pytest.raises(PermissionDeniedError):
        CatalogQueries(_Pool(_Server(_ROWS_DENIED))).run(_NAMES, required=("schema_rows",))
    lost = _Server({_TEXTS["schema_rows"]: ConnectionLostError("It is gone.")})
    with pytest.raises(ConnectionLostError):
        CatalogQueries(_Pool(lost)).run(_NAMES)


def test_a_name_that_looks_like_a_place_in_a_query_stays_a_name() -> None:
    sent: list[str] = []

    class _Listening(_Server):
        def results(self, batch: str) -> Iterator[list[tuple[Any, ...]]]:
            sent.append(batch)
            yield []

    words = {"names": "N'{ids} {objects}'", "objects": "objects"}
    CatalogQueries(_Pool(_Listening({}))).run(("resolve",), words=words)

    assert "N'{ids} {objects}'" in sent[0]
    assert "FROM sys.objects AS o" in sent[0]
