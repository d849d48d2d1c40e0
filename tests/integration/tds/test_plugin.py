"""The fixtures, in test runs of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.tds import fileformat
from tests.integration.tds.matching import Playbook, TextRules
from tests.integration.tds.replayer import Replayer
from tests.integration.tds.requests import Account
from tests.integration.tds.session import LiveServer
from tests.integration.tds.test_fileformat import ONE_ROW

pytest_plugins = ("pytester",)

CONFTEST = """
import pathlib
import pytest
from tests.integration.tds.plugin import *
from tests.integration.tds.connecting import connected, rows_of

@pytest.fixture(scope="session")
def tds_recordings():
    return pathlib.Path(__file__).parent / "recordings"

@pytest.fixture
def ask(request):
    def ask(tds, sql):
        with connected(tds.url) as connection:
            return rows_of(connection, sql)
    return ask
"""
SQL = "SELECT 1 AS n, N'ä€😀' AS t"
ACCOUNT = Account("live", "Live-Secret-1")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SQLCORE_TEST_MSSQL_URL", raising=False)
    monkeypatch.delenv("SQLCORE_TEST_RECORD", raising=False)


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = --import-mode=importlib\n")
    pytester.makeconftest(CONFTEST)
    return pytester


@pytest.fixture
def live_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand in for a live server: it answers one query, as often as it is asked."""
    rules = TextRules()
    rules.add_repeatable(".*")
    replayer = Replayer(Playbook(fileformat.load(ONE_ROW), rules), ACCOUNT)
    with contextlib.closing(replayer):
        url = f"mssql://{ACCOUNT.user}:{ACCOUNT.password}@127.0.0.1:{replayer.port}/sqlcore_test"
        monkeypatch.setenv("SQLCORE_TEST_MSSQL_URL", url)
        yield


def write_recording(suite: pytest.Pytester, name: str) -> None:
    fileformat.dump(fileformat.load(ONE_ROW), suite.path / "recordings" / f"{name}.tds")


def recorded(suite: pytest.Pytester, name: str) -> list[tuple[str, str]]:
    """Return section and text of the recorded batches, what opens a connection aside."""
    recording = fileformat.load(suite.path / "recordings" / f"{name}.tds")
    return [
        (exchange.section, exchange.text)
        for exchange in recording.exchanges
        if exchange.kind == "batch" and exchange.text.startswith("SELECT")
    ]


def test_a_recorded_test_passes_without_a_server(suite: pytest.Pytester) -> None:
    write_recording(suite, "test_it/test_x")
    suite.makepyfile(
        test_it=f"""
        def test_x(tds, ask):
            assert tds.mode.value == "replay"
            assert tds.direct_url is None
            assert ask(tds, {SQL!r}) == [(1, "ä€😀")]
            assert tds.sent()[-1] == {SQL!r}
        """
    )
    suite.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_request_that_was_never_recorded_fails_the_test_with_its_sql(
    suite: pytest.Pytester,
) -> None:
    write_recording(suite, "test_it/test_x")
    suite.makepyfile(
        test_it="""
        import pymssql, pytest
        def test_x(tds, ask):
            with pytest.raises(pymssql.OperationalError):
                ask(tds, "SELECT 2 AS n, N'never' AS t")
        """
    )
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*was never recorded:*",
            "*SELECT 2 AS n, N'never' AS t*",
            "*-SELECT 1 AS n*",
            "*SQLCORE_TEST_RECORD=1 pytest 'test_it.py::test_x'*",
        ]
    )


def test_a_test_without_a_recording_fails_and_says_how_to_make_one(suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it="def test_x(tds): pass")
    result = suite.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*There is no recording*SQLCORE_TEST_RECORD=1 pytest*"])


def test_strictness_reports_what_was_not_sent(suite: pytest.Pytester) -> None:
    write_recording(suite, "test_it/test_x")
    suite.makepyfile(test_it="def test_x(tds): tds.strict = True")
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*was not sent:*"])


@pytest.mark.usefixtures("live_server")
def test_only_tests_that_pass_are_recorded(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLCORE_TEST_RECORD", "1")
    suite.makepyfile(
        test_it=f"""
        class TestIt:
            def test_x(self, tds, ask):
                assert tds.mode.value == "record"
                assert tds.direct_url is not None
                ask(tds, {SQL!r})
        def test_y(tds, ask):
            ask(tds, {SQL!r})
            assert False
        """
    )
    suite.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    files = [path.name for path in (suite.path / "recordings" / "test_it").iterdir()]
    assert files == ["TestIt.test_x.tds"]
    assert recorded(suite, "test_it/TestIt.test_x") == [("", SQL)]


@pytest.mark.usefixtures("live_server")
def test_a_live_run_writes_nothing(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_it=f"""
        def test_x(tds, ask):
            assert tds.mode.value == "live"
            assert ask(tds, {SQL!r}) == [(1, "ä€😀")]
        """
    )
    suite.runpytest_inprocess().assert_outcomes(passed=1)
    assert not (suite.path / "recordings").exists()


@pytest.mark.usefixtures("live_server")
def test_a_recording_that_would_hold_the_password_is_not_written(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLCORE_TEST_RECORD", "1")
    suite.makepyfile(
        test_it="""
        import pymssql, pytest
        def test_x(tds, ask):
            with pytest.raises(pymssql.OperationalError):
                ask(tds, "ALTER LOGIN x WITH PASSWORD = 'Live-Secret-1'")
        """
    )
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*SecretInRecordingError*"])
    assert not (suite.path / "recordings").exists()


SHARED = f"""
    import pytest
    from tests.integration.tds.connecting import connected, rows_of

    @pytest.fixture(scope="module")
    def shared(tds_module):
        with connected(tds_module.url) as connection:
            yield connection

    def test_a(shared):
        assert rows_of(shared, {SQL!r}) == [(1, "ä€😀")]

    def test_b(shared):
        for _ in range(2):
            assert rows_of(shared, {SQL!r}) == [(1, "ä€😀")]
"""


@pytest.mark.usefixtures("live_server")
def test_tests_that_share_a_connection_have_sections_and_run_alone(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.makepyfile(test_it=SHARED)
    monkeypatch.setenv("SQLCORE_TEST_RECORD", "1")
    suite.runpytest_inprocess().assert_outcomes(passed=2)
    expected = [("test_a", SQL), ("test_b", SQL), ("test_b", SQL)]
    assert recorded(suite, "test_it/module") == expected
    suite.runpytest_inprocess("-k", "test_b").assert_outcomes(passed=1, deselected=1)
    assert sorted(recorded(suite, "test_it/module")) == expected
    monkeypatch.delenv("SQLCORE_TEST_MSSQL_URL")
    monkeypatch.delenv("SQLCORE_TEST_RECORD")
    suite.runpytest_inprocess().assert_outcomes(passed=2)
    suite.runpytest_inprocess("-k", "test_a").assert_outcomes(passed=1, deselected=1)
    suite.runpytest_inprocess("-k", "test_b").assert_outcomes(passed=1, deselected=1)


@pytest.mark.usefixtures("live_server")
def test_a_miss_over_a_shared_connection_is_reported_with_the_test_that_caused_it(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.makepyfile(test_it=SHARED)
    monkeypatch.setenv("SQLCORE_TEST_RECORD", "1")
    suite.runpytest_inprocess().assert_outcomes(passed=2)
    monkeypatch.delenv("SQLCORE_TEST_MSSQL_URL")
    monkeypatch.delenv("SQLCORE_TEST_RECORD")
    suite.makepyfile(test_it=SHARED.replace("range(2)", "range(3)"))
    result = suite.runpytest_inprocess()
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_b*", "*sent more often than recorded*"]
    )


def test_recording_without_a_server_is_an_error(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLCORE_TEST_RECORD", "1")
    suite.makepyfile(test_it="def test_x(tds): pass")
    result = suite.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*No server to record from*"])


def test_names_that_are_no_file_names_get_files_of_their_own(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_it="""
        import pytest
        @pytest.mark.parametrize("x", ["a/b", "a\\\\b"])
        def test_x(tds, x): pass
        """
    )
    result = suite.runpytest_inprocess()
    names = {
        line.split()[4] for line in result.outlines if line.startswith("There is no recording")
    }
    assert len(names) == 2


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret-1@h/d",
        "mssql://u@h/d",
        "mssql://:secret-1@h/d",
        "mssql://u:secret-1@h",
    ],
)
def test_an_unusable_url_is_an_error_that_does_not_repeat_it(url: str) -> None:
    with pytest.raises(ValueError, match="SQLCORE_TEST_MSSQL_URL") as raised:
        LiveServer.from_environment({"SQLCORE_TEST_MSSQL_URL": url})
    assert "secret" not in str(raised.value)


def test_the_recordings_of_this_package_lie_beside_the_tests() -> None:
    assert ONE_ROW.is_relative_to(Path(__file__).parents[1] / "recordings")
