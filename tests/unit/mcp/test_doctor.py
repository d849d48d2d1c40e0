"""The doctor looks at each source and says what it found; failures are findings."""

from __future__ import annotations

import io
from contextlib import closing

import pytest
from rich.console import Console

from sqlcore.config import load_settings
from sqlcore.connecting import Sources
from sqlcore.domain.access import Access
from sqlcore.domain.capability import Privileges, ServerCapabilities
from sqlcore.services.policy import PrivilegeCheck
from sqlcore_mcp.cli import main
from sqlcore_mcp.doctor import Finding, Grade, Report, _login_findings, diagnose, print_report
from sqlcore_mcp.settings import ServerSettings


def _diagnose(url: str) -> Report:
    settings = load_settings(ServerSettings, environ={}, overrides={"url": url})
    with closing(Sources(settings, environ={})) as sources:
        return diagnose(sources, "default", Access.READ)


def test_a_source_that_answers_is_healthy() -> None:
    report = _diagnose("memory://")

    assert report.healthy
    assert {"server", "login", "round trip", "access read"} <= {f.subject for f in report.findings}


def test_a_source_that_cannot_be_reached_is_not_healthy_and_says_why() -> None:
    report = _diagnose("postgresql://u:pw@127.0.0.1:1/db")

    assert not report.healthy
    assert report.findings[0].text.startswith("[connection_failed] ")
    assert "pw@" not in report.findings[0].text


def test_a_malformed_url_is_a_finding() -> None:
    report = _diagnose("postgresql://u:pw@host:99999/db")

    assert [finding.grade for finding in report.findings] == [Grade.FAILED]


def _server(privileges: Privileges) -> ServerCapabilities:
    return ServerCapabilities(
        product="P", engine="p", version="1", version_text="P 1", user="ann", privileges=privileges
    )


@pytest.mark.parametrize(
    ("privileges", "access", "warned"),
    [
        (Privileges(administrator=True, can_write=True), Access.WRITE, "administrator"),
        (Privileges(administrator=False, can_write=True), Access.READ, "may change data"),
        (Privileges(administrator=False), Access.READ, "does not say whether it may write"),
        (Privileges(administrator=False, can_write=True), Access.WRITE, ""),
        (Privileges(administrator=False, can_write=False), Access.READ, ""),
    ],
)
def test_a_login_that_can_do_more_than_it_needs_is_a_warning(
    privileges: Privileges, access: Access, warned: str
) -> None:
    findings = _login_findings(_server(privileges), access)

    warnings = [finding.text for finding in findings if finding.grade is Grade.WARNING]
    assert bool(warnings) == bool(warned)
    assert all(warned in text and "sqlcore-mcp grants" in text for text in warnings)


@pytest.mark.parametrize("privileges", [Privileges(administrator=True), Privileges()])
def test_where_nothing_would_run_with_the_login_the_source_is_not_healthy(
    privileges: Privileges,
) -> None:
    findings = _login_findings(_server(privileges), Access.READ, PrivilegeCheck.ENFORCE)

    (failed,) = [finding for finding in findings if finding.grade is Grade.FAILED]
    assert "no statement runs" in failed.text


@pytest.mark.parametrize("terminal", [True, False])
def test_a_report_shows_every_finding(terminal: bool) -> None:  # noqa: FBT001  # a parameter
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None)
    report = Report(
        source="s", address="h/d", findings=(Finding(Grade.FAILED, "connection", "[bold]"),)
    )

    print_report(console, report)

    output = console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
    assert "[bold]" in output
    assert "not healthy" in output


def test_the_exit_code_says_whether_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--url", "memory://"]) == 0
    assert main(["doctor", "--url", "postgresql://127.0.0.1:1/db"]) == 1
    assert "connection_failed" in capsys.readouterr().out
