"""`sqlcore-mcp doctor`: can each source be reached, who are we there, and what could go wrong."""

from __future__ import annotations

import enum
from collections import Counter
from typing import TYPE_CHECKING

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.capability import ServerCapabilities, Support
from sqlcore.errors import SqlCoreError
from sqlcore.services.policy import PrivilegeCheck
from sqlcore.services.privileges import excess, unknown

if TYPE_CHECKING:
    from rich.console import Console

    from sqlcore.connecting import Sources

__all__ = ["Finding", "Grade", "Report", "diagnose", "print_report"]

SLOW_ROUND_TRIP_S = 0.1


class Grade(enum.StrEnum):
    """How good a finding is. Only FAILED makes a source unhealthy."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@attrs.frozen
class Finding:
    """One thing that was looked at."""

    grade: Grade
    subject: str
    text: str


@attrs.frozen(kw_only=True)
class Report:
    """All that was found out about one source."""

    source: str
    address: str
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing failed."""
        return all(finding.grade is not Grade.FAILED for finding in self.findings)


def diagnose(
    sources: Sources,
    source: str,
    access: Access,
    check: PrivilegeCheck = PrivilegeCheck.WARN,
) -> Report:
    """Look at one source. Whatever goes wrong is a finding, not an error."""
    try:
        settings = sources.connection_settings(source)
    except SqlCoreError as error:
        return Report(source=source, address="?", findings=(_failed("settings", error),))
    try:
        health = sources.database(source).health()
    except SqlCoreError as error:
        findings: tuple[Finding, ...] = (_failed("connection", error),)
    else:
        if health.error is not None:
            findings = (_failed("connection", health.error),)
        else:
            findings = (
                *_connection_findings(health.latency_s or 0.0, health.server),
                *_login_findings(health.server, access, check),
            )
    return Report(source=source, address=settings.address, findings=findings)


def _failed(subject: str, error: SqlCoreError) -> Finding:
    return Finding(Grade.FAILED, subject, f"[{error.code}] {error}")


def _connection_findings(
    latency_s: float, server: ServerCapabilities | None
) -> tuple[Finding, ...]:
    slow = latency_s > SLOW_ROUND_TRIP_S
    round_trip = Finding(
        Grade.WARNING if slow else Grade.OK,
        "round trip",
        f"{latency_s * 1000:.1f} ms" + (": every call waits for it several times" if slow else ""),
    )
    if server is None:
        return (round_trip,)
    whole = [f"{server.product} {server.version}", server.edition, server.deployment]
    encrypted = {True: "encrypted", False: "not encrypted", None: "encryption unknown"}
    return (
        Finding(Grade.OK, "server", ", ".join(part for part in whole if part)),
        Finding(Grade.OK, "features", _features(server)),
        *(
            Finding(Grade.OK, "not found out", f"{missing.part}: {missing.reason}")
            for missing in server.missing
        ),
        Finding(Grade.OK, "connection", encrypted[server.encrypted]),
        round_trip,
    )


def _features(server: ServerCapabilities) -> str:
    """Count features; those that rights alone would bring are named."""
    counts = Counter(feature.support for feature in server.features)
    words = [f"{counts[s]} {s.value.replace('_', ' ')}" for s in Support if counts[s]]
    held_back = [f.name for f in server.features if f.support is Support.NOT_PERMITTED]
    names = f" (not permitted: {', '.join(held_back)})" if held_back else ""
    return f"{', '.join(words) or 'not known'}{names}"


def _login_findings(
    server: ServerCapabilities | None,
    access: Access,
    check: PrivilegeCheck = PrivilegeCheck.WARN,
) -> tuple[Finding, ...]:
    if server is None:
        return ()
    privileges = server.privileges
    login = f"{server.user or 'unknown'} in database {server.database or 'unknown'}"
    findings = [Finding(Grade.OK, "login", login)]
    too_much = excess(privileges, access)
    if too_much is not None and server.user is not None:  # the in-memory engine has no logins
        findings.append(_too_much(f"This login may do too much: {too_much}.", check))
    elif (missing := unknown(privileges, access)) is not None:
        findings.append(_too_much(f"{missing[0].upper()}{missing[1:]}.", check))
    findings += [Finding(Grade.OK, "privileges", detail) for detail in privileges.details]
    findings += [Finding(Grade.OK, "on the server", text) for text in server.server_permissions]
    findings += [Finding(Grade.OK, "in the database", text) for text in server.database_permissions]
    findings += [
        Finding(Grade.OK, f"access {level.value}", _what_level_does(level, server, access))
        for level in Access
    ]
    return tuple(findings)


def _too_much(problem: str, check: PrivilegeCheck) -> Finding:
    """Warn of a login; it is a failure where nothing will run with it."""
    advice = "sqlcore-mcp grants prints the statements that make one with no more rights."
    if check is not PrivilegeCheck.ENFORCE:
        return Finding(Grade.WARNING, "privileges", f"{problem} {advice}")
    refused = 'privilege_check is "enforce", so no statement runs.'
    return Finding(Grade.FAILED, "privileges", f"{problem} {refused} {advice}")


def _what_level_does(level: Access, server: ServerCapabilities, access: Access) -> str:
    mark = " (in force)" if level is access else ""
    if level is Access.METADATA:
        return f"names, types, keys and comments; no table data{mark}"
    if level is Access.READ:
        return f"statements that only read, rolled back or read-only on the server{mark}"
    if server.privileges.administrator:
        return f"anything, the server's administration included{mark}"
    if server.privileges.can_write is False:
        return f"no more than read, for this login may not write{mark}"
    return f"whatever the login may change{mark}"


def print_report(console: Console, report: Report) -> None:
    """Show a report to a person: a table where it is a terminal, plain lines where it is piped."""
    verdict = "healthy" if report.healthy else "not healthy"
    if not console.is_terminal:
        console.print(f"{report.source}: {report.address}: {verdict}", soft_wrap=True, markup=False)
        for finding in report.findings:
            line = f"{finding.grade.value}\t{finding.subject}\t{finding.text}"
            console.print(line, soft_wrap=True, markup=False, highlight=False)
        return
    from rich.markup import escape  # noqa: PLC0415  # rich is only needed for a person
    from rich.table import Table  # noqa: PLC0415

    colours = {Grade.OK: "green", Grade.WARNING: "yellow", Grade.FAILED: "red"}
    table = Table(title=escape(f"{report.source}: {report.address}"), caption=verdict)
    table.add_column("")
    table.add_column("checked", no_wrap=True)
    table.add_column("found")
    for finding in report.findings:
        colour = colours[finding.grade]
        table.add_row(
            f"[{colour}]{finding.grade.value}[/]", escape(finding.subject), escape(finding.text)
        )
    console.print(table)
