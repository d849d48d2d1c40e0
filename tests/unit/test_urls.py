"""Connection strings: both forms, round trips, and errors that give nothing away."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.connection import ConnectionSettings, Secret
from sqlcore.domain.urls import parse_url
from sqlcore.errors import ConfigurationError
from sqlcore.testing.strategies import texts

_PASSWORD = "Gr33n!Elephant"
_PART = texts(max_size=20).filter(bool)
_HOST = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20
)


def _password(settings: ConnectionSettings) -> str | None:
    return None if settings.password is None else settings.password.reveal()


def _encoded(part: str) -> str:
    return quote(part, safe="")


@given(user=_PART, password=_PART, host=_HOST, database=_PART, port=st.integers(1, 65535))
def test_every_part_of_a_url_round_trips_when_it_is_percent_encoded(
    user: str, password: str, host: str, database: str, port: int
) -> None:
    settings = parse_url(
        f"postgresql://{_encoded(user)}:{_encoded(password)}@{_encoded(host)}:{port}"
        f"/{_encoded(database)}"
    )

    assert settings == ConnectionSettings(
        scheme="postgresql",
        host=host,
        port=port,
        user=user,
        password=Secret(password),
        database=database,
    )


@given(name=st.sampled_from(["sslmode", "options", "a"]), value=texts(max_size=20))
def test_an_option_of_a_url_round_trips_when_it_is_percent_encoded(name: str, value: str) -> None:
    settings = parse_url(f"postgresql://host/db?{name}={_encoded(value)}")

    assert dict(settings.options) == {name: value}


@given(
    user=_PART,
    password=_PART,
    host=st.from_regex(r"[a-zA-Z][a-zA-Z0-9.-]{0,20}", fullmatch=True),
    database=_PART,
    marks=st.sampled_from([('"', '"'), ("'", "'"), ("{", "}")]),
)
def test_every_value_of_an_ado_string_round_trips_when_it_is_quoted(
    user: str, password: str, host: str, database: str, marks: tuple[str, str]
) -> None:
    opening, closing = marks

    def quoted(value: str) -> str:
        return opening + value.replace(closing, closing * 2) + closing

    settings = parse_url(
        f"Server={host},1444;Database={quoted(database)};"
        f"User Id={quoted(user)} ; Password = {quoted(password)};"
    )

    assert (settings.host, settings.port, settings.database) == (host, 1444, database)
    assert (settings.user, _password(settings)) == (user, password)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("memory://", {"scheme": "memory", "host": None, "database": None}),
        ("postgres:///shop", {"scheme": "postgresql", "host": None, "database": "shop"}),
        ("SQLSERVER://Host", {"scheme": "mssql", "host": "Host", "port": None}),
        ("postgresql://u@/db?host=/var/Run", {"host": "/var/Run", "user": "u", "database": "db"}),
        ("postgresql://%2FVar%2FRun/db", {"host": "/Var/Run"}),
        ("postgresql://[::1]:5433/db", {"host": "::1", "port": 5433}),
        ("postgresql://h?dbname=db&user=u&port=5433", {"database": "db", "user": "u"}),
        ("postgresql://h?port=5433", {"port": 5433}),
        ("postgresql://h/a%2Fb", {"database": "a/b"}),
        ("mssql://h/db?Encrypt=yes", {"options": {"encrypt": "yes"}}),
        ("mssql://h?connect_timeout=2.5", {"connect_timeout_s": 2.5, "options": {}}),
        ("mssql://h?application_name=x", {"application_name": "x", "options": {}}),
        ("mssql://u@corp@h/db", {"user": "u@corp", "host": "h"}),
        ("Server=.;Integrated Security=true", {"host": "localhost"}),
        (r"server=(LOCAL)\SQLEXPRESS", {"scheme": "mssql", "host": r"localhost\SQLEXPRESS"}),
        ("data source=tcp:db.example , 1444", {"host": "db.example", "port": 1444}),
        ("SERVER=h;Initial  Catalog=shop;UID=me;App=x", {"database": "shop", "user": "me"}),
        ("Server=h;Connect Timeout=3;Application Name=y", {"connect_timeout_s": 3.0}),
        ("Driver={ODBC Driver 18};Server=h;Encrypt=yes", {"options": {"encrypt": "yes"}}),
        ("Server=h;Integrated Security=SSPI", {"options": {"integratedsecurity": "SSPI"}}),
    ],
)
def test_the_usual_forms_are_read(text: str, expected: dict[str, Any]) -> None:
    settings = parse_url(text)

    assert {name: getattr(settings, name) for name in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://u:{_PASSWORD}@h/db",
        f"postgresql://h/db?user=u&password={_PASSWORD}",
        f"Server=h;User Id=u;Password={_PASSWORD}",
        f"Server=h;uid=u;pwd='{_PASSWORD}'",
    ],
)
def test_a_password_is_found_and_never_shown(text: str) -> None:
    settings = parse_url(text)

    assert _password(settings) == _PASSWORD
    assert _PASSWORD not in repr(settings)
    assert _PASSWORD not in settings.address


def test_the_values_of_options_are_not_shown() -> None:
    assert _PASSWORD not in repr(parse_url(f"postgresql://h?sslpassword={_PASSWORD}"))


_MALFORMED = [
    "",
    "   ",
    _PASSWORD,
    f"u:{_PASSWORD}@host/db",
    f"postgresql:u:{_PASSWORD}@host",
    f"postgresql://u:{_PASSWORD}#1@host/db",
    f"postgresql://u:{_PASSWORD}/x@host/db",
    f"postgresql://u:12/{_PASSWORD}@host",
    f"postgresql://u:{_PASSWORD}?x@host/db",
    f"postgresql://u:12?{_PASSWORD}@host/db",
    f"postgresql://u:[{_PASSWORD}@host/db",
    f"postgresql://u:{_PASSWORD}%FF@host/db",
    f"postgresql://u:{_PASSWORD}@host:port/db",
    f"postgresql://u:{_PASSWORD}@host:0/db",
    f"postgresql://u:{_PASSWORD}@host:65536/db",
    f"postgresql://u:{_PASSWORD}@host/db/more",
    f"postgresql://u:{_PASSWORD}@host/db?x",
    f"postgresql://u:{_PASSWORD}@host/db?connect_timeout=0",
    f"postgresql://u:{_PASSWORD}@host/db?connect_timeout=nan",
    f"postgresql://u:{_PASSWORD}@host/db?port=²",
    f"postgresql://u:{_PASSWORD}@host1:1,host2:2/db",
    f"host=h user=u password={_PASSWORD}",
    f"Password={_PASSWORD}",
    f"Server=;Password={_PASSWORD}",
    f"Server=h;Password='{_PASSWORD}",
    f"Server=h;Password='x'{_PASSWORD};Database=d",
    f"Server=h;Password=;{_PASSWORD}",
    f"Server=h,port;Password={_PASSWORD}",
    f"Server=h,²;Password={_PASSWORD}",
    f"Server=h,0;Password={_PASSWORD}",
    f"Server=h;Connect Timeout=never;Password={_PASSWORD}",
]


@pytest.mark.parametrize("text", _MALFORMED)
def test_a_malformed_string_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_url(text)

    error: BaseException | None = caught.value
    while error is not None:
        assert _PASSWORD not in f"{error!r} {error}"
        error = error.__cause__
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@given(st.text(max_size=60), st.sampled_from(["", "postgresql://", "Server=h;", "mssql://u:p@"]))
def test_any_text_is_read_or_refused(text: str, start: str) -> None:
    try:
        settings = parse_url(start + text)
    except ConfigurationError:
        return
    assert settings.scheme
