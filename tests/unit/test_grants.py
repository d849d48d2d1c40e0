"""The printed script: complete for each level, and closed to what a name may contain."""

from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.dialect import TsqlDialect
from sqlcore.adapters.postgres.dialect import PostgresDialect
from sqlcore.domain.access import Access
from sqlcore.domain.grants import LoginGrants
from sqlcore.domain.lexing import split_statements, tokenize
from sqlcore.errors import InvalidArgumentError
from sqlcore.ports import Dialect
from sqlcore.services.grants import grants_template
from sqlcore.services.limits import Limits
from sqlcore_mcp.cli import main

_DIALECTS: dict[str, Dialect] = {"postgres": PostgresDialect(), "tsql": TsqlDialect()}
_NASTY = 'a"b]c;--{schema} DROP'


def _statements(script: str, dialect: str) -> list[str]:
    texts = [
        "".join(token.text for token in part)
        for part in split_statements(tokenize(script, dialect))
    ]
    lines = [[line for line in text.splitlines() if not line.startswith("--")] for text in texts]
    return [" ".join(" ".join(kept).split()) for kept in lines if "".join(kept).strip()]


def _wanted(dialect: str, access: Access, *, engine: str = "", name: str = "reader") -> str:
    wanted = LoginGrants(
        login=name,
        access=access,
        database=name,
        schemas=(name, "b"),
        engine=engine,
        timeout_s=60.0,
    )
    return _DIALECTS[dialect].grants(wanted)


@pytest.mark.parametrize("dialect", list(_DIALECTS))
def test_only_write_grants_changes(dialect: str) -> None:
    granted = {
        access: [
            line
            for line in _statements(_wanted(dialect, access), dialect)
            if "INSERT" in line and not line.startswith("DENY")
        ]
        for access in Access
    }

    assert granted[Access.METADATA] == granted[Access.READ] == []
    assert granted[Access.WRITE] != []


@pytest.mark.parametrize("dialect", list(_DIALECTS))
def test_metadata_grants_no_rows(dialect: str) -> None:
    assert not any(
        "SELECT" in line for line in _statements(_wanted(dialect, Access.METADATA), dialect)
    )


def test_a_read_login_of_postgres_is_read_only_of_itself_and_a_write_login_is_not() -> None:
    read, write = (_wanted("postgres", access) for access in (Access.READ, Access.WRITE))

    assert "default_transaction_read_only = on" in read
    assert "default_transaction_read_only" not in write


@pytest.mark.parametrize("dialect", list(_DIALECTS))
@pytest.mark.parametrize("access", list(Access))
def test_a_name_stays_in_its_place(dialect: str, access: Access) -> None:
    plain = _statements(_wanted(dialect, access), dialect)
    nasty = _statements(_wanted(dialect, access, name=_NASTY), dialect)

    assert len(nasty) == len(plain)
    assert [text.split()[0] for text in nasty] == [text.split()[0] for text in plain]


@pytest.mark.parametrize("name", ["a\nDROP TABLE t", "a\rb", "a\u2028b", "a\0b"])
def test_a_name_with_a_line_break_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgumentError):
        grants_template(PostgresDialect(), Access.READ, Limits(), login=name)


def test_what_babelfish_does_not_know_is_left_out() -> None:
    texts = " ".join(_statements(_wanted("tsql", Access.READ, engine="babelfish"), "tsql"))

    assert "GRANT SELECT ON SCHEMA::[reader]" in texts
    assert not any(word in texts for word in ("DENY", "SHOWPLAN", "VIEW DEFINITION"))


def test_on_azure_the_login_belongs_to_the_database() -> None:
    texts = " ".join(_statements(_wanted("tsql", Access.READ, engine="azure_sql_database"), "tsql"))

    assert "CREATE LOGIN" not in texts
    assert "USE " not in texts


def test_the_password_has_to_be_put_in() -> None:
    assert all(
        "PASSWORD" in (text := _wanted(name, Access.READ)) and "<password>" in text
        for name in _DIALECTS
    )


@pytest.mark.parametrize("engine", ["postgres", "mssql"])
def test_the_command_prints_a_template_without_a_server(
    engine: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("SQLCORE_URL", "DATABASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    assert main(["grants", "--engine", engine, "--access", "read", "--schemas", "sales,web"]) == 0

    printed = capsys.readouterr().out
    assert "sqlcore_read" in printed
    assert "sales" in printed
    assert "web" in printed


def test_an_engine_without_logins_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grants", "--url", "memory://"]) == 1
    assert "has no logins" in capsys.readouterr().err
