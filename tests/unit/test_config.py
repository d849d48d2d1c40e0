"""Settings: which place wins, what is refused, and that no secret is shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sqlcore.config import Settings, SourceSettings, load_settings
from sqlcore.domain.access import Access
from sqlcore.domain.connection import Secret
from sqlcore.errors import ConfigurationError

_PASSWORD = "Gr33n!Elephant"


class _Loader:
    """Loads settings from a file of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "config.toml"
        self.path.write_text("", encoding="utf-8")

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")

    def __call__(
        self,
        toml: str = "",
        *,
        environ: Mapping[str, str] | None = None,
        profile: str | None = None,
        **overrides: Any,
    ) -> Settings:
        self.write(toml)
        return load_settings(
            Settings,
            environ=environ or {},
            overrides=overrides,
            config_path=self.path,
            profile=profile,
        )

    def refuse(self, toml: str = "", **arguments: Any) -> ConfigurationError:
        with pytest.raises(ConfigurationError) as caught:
            self(toml, **arguments)
        error: BaseException | None = caught.value
        while error is not None:
            assert _PASSWORD not in f"{error!r} {error}"
            error = error.__cause__
        return caught.value


@pytest.fixture
def load(tmp_path: Path) -> _Loader:
    return _Loader(tmp_path)


def _source(toml: str) -> str:
    return f'[sources.shop]\nurl = "postgresql://u@h/shop"\n{toml}\n'


def test_without_any_place_the_defaults_hold(load: _Loader) -> None:
    assert load() == Settings()
    assert load().access is Access.METADATA


def test_a_profile_is_stronger_than_the_file_the_environment_than_both_and_the_command_line_wins(
    load: _Loader,
) -> None:
    toml = "max_rows = 1\n[profiles.p]\nmax_rows = 2\n"
    environ = {"SQLCORE_MAX_ROWS": "3"}

    assert load(toml).max_rows == 1
    assert load(toml, profile="p").max_rows == 2
    assert load(toml, profile="p", environ=environ).max_rows == 3
    assert load(toml, profile="p", environ=environ, max_rows=4).max_rows == 4


def test_the_environment_names_the_file_and_the_profile(load: _Loader) -> None:
    load.write('access = "read"\n[profiles.p]\nmax_rows = 2\n')
    environ = {"SQLCORE_CONFIG": str(load.path), "SQLCORE_PROFILE": "p"}

    settings = load_settings(Settings, environ=environ)

    assert (settings.access, settings.max_rows) == (Access.READ, 2)


def test_a_profile_on_the_command_line_is_stronger_than_that_of_the_environment(
    load: _Loader,
) -> None:
    toml = "[profiles.a]\nmax_rows = 1\n[profiles.b]\nmax_rows = 2\n"

    assert load(toml, profile="b", environ={"SQLCORE_PROFILE": "a"}).max_rows == 2


def test_a_variable_that_is_set_to_nothing_counts_as_not_set(load: _Loader) -> None:
    environ = {"SQLCORE_MAX_ROWS": "", "SQLCORE_URL": "", "DATABASE_URL": "", "SQLCORE_PROFILE": ""}

    assert load("max_rows = 5", environ=environ) == Settings(max_rows=5)


def test_none_on_the_command_line_counts_as_not_said(load: _Loader) -> None:
    assert load("max_rows = 5", max_rows=None, url=None).max_rows == 5


def test_a_file_that_begins_with_a_byte_order_mark_is_read(load: _Loader) -> None:
    assert load("\ufeffmax_rows = 5").max_rows == 5


def test_settings_become_limits(load: _Loader) -> None:
    limits = load("max_rows = 5\ntimeout_seconds = 1.5\nmax_databases = 2").limits

    assert (limits.max_rows, limits.timeout_s) == (5, 1.5)


# -- sources


def _urls(settings: Settings) -> dict[str, str]:
    return {name: source.url.reveal() for name, source in settings.sources.items()}


def test_a_url_on_the_command_line_or_in_the_environment_takes_the_place_of_all_sources(
    load: _Loader,
) -> None:
    environ = {"SQLCORE_URL": "memory://environment", "DATABASE_URL": "memory://database"}

    assert _urls(load(_source(""), environ=environ)) == {"default": "memory://environment"}
    assert _urls(load(_source(""), environ=environ, url="memory://line")) == {
        "default": "memory://line"
    }


def test_database_url_counts_only_where_there_is_no_other_source(load: _Loader) -> None:
    environ = {"DATABASE_URL": "memory://database"}

    assert _urls(load(environ=environ)) == {"default": "memory://database"}
    assert _urls(load(_source(""), environ=environ)) == {"shop": "postgresql://u@h/shop"}


def test_a_source_of_a_profile_takes_the_place_of_the_one_of_that_name(load: _Loader) -> None:
    toml = _source('password_env = "SECRET"') + (
        '[sources.other]\nurl = "memory://other"\n[profiles.p.sources.shop]\nurl = "memory://p"\n'
    )

    settings = load(toml, profile="p")

    assert _urls(settings) == {"shop": "memory://p", "other": "memory://other"}
    assert settings.sources["shop"].password_env is None


def test_a_password_comes_from_the_environment(load: _Loader) -> None:
    source = load(_source('password_env = "SHOP_PASSWORD"')).sources["shop"]

    assert source.connection_settings({"SHOP_PASSWORD": _PASSWORD}).password == Secret(_PASSWORD)


@pytest.mark.parametrize("environ", [{}, {"SHOP_PASSWORD": ""}])
def test_a_password_that_the_environment_lacks_is_an_error(
    load: _Loader, environ: dict[str, str]
) -> None:
    source = load(_source('password_env = "SHOP_PASSWORD"')).sources["shop"]

    with pytest.raises(ConfigurationError, match="SHOP_PASSWORD is not set"):
        source.connection_settings(environ)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nanother line\n"])
def test_a_password_is_the_first_line_of_its_file(
    load: _Loader, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / "password"
    path.write_bytes(f"{_PASSWORD}{ending}".encode())
    source = load(_source(f"password_file = '{path}'")).sources["shop"]

    assert source.connection_settings({}).password == Secret(_PASSWORD)


@pytest.mark.parametrize("content", [None, b"", b"\nsecond line", b"\xff\xfe\xff"])
def test_a_password_file_that_holds_none_is_an_error(
    load: _Loader, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    source = load(_source(f"password_file = '{path}'")).sources["shop"]

    with pytest.raises(ConfigurationError, match="password file"):
        source.connection_settings({})


def test_a_password_beside_the_url_is_stronger_than_the_one_in_it(load: _Loader) -> None:
    environ = {"SQLCORE_URL": "postgresql://u:other@h/db", "SQLCORE_PASSWORD": _PASSWORD}

    source = load(environ=environ).sources["default"]

    assert source.connection_settings(environ).password == Secret(_PASSWORD)


def test_an_empty_password_leaves_the_one_of_the_url(load: _Loader) -> None:
    toml = '[sources.a]\nurl = "postgresql://u:pw@h/db"\npassword = ""'

    assert load(toml).sources["a"].connection_settings({}).password == Secret("pw")


def test_the_size_of_a_pool_reaches_the_connection(load: _Loader) -> None:
    source = load(_source("pool_size = 3")).sources["shop"]

    assert source.connection_settings({}).pool.max_size == 3


def test_no_secret_is_shown(load: _Loader) -> None:
    toml = f'[sources.a]\nurl = "postgresql://u:{_PASSWORD}@h/db"\npassword = "{_PASSWORD}"'

    settings = load(toml)

    assert _PASSWORD not in repr(settings)
    assert _PASSWORD not in f"{settings.sources['a'].connection_settings({})}"


# -- what is refused


@pytest.mark.parametrize(
    ("toml", "arguments", "named", "nearest"),
    [
        ("max_row = 1", {}, '"max_row" in', "max_rows"),
        ("[profiles.p]\nmax_row = 1", {"profile": "p"}, "profile p", "max_rows"),
        ("[profiles.p]\nmax_row = 1", {}, "profile p", "max_rows"),
        (_source("pool_sise = 1"), {}, "source shop", "pool_size"),
        ("", {"environ": {"SQLCORE_MAX_ROW": "1"}}, "SQLCORE_MAX_ROW ", "SQLCORE_MAX_ROWS"),
        ("", {"environ": {"SQLCORE_PASSWORT": "1"}}, "SQLCORE_PASSWORT ", "SQLCORE_PASSWORD"),
        ("", {"environ": {"SQLCORE_URI": "1"}}, "SQLCORE_URI ", "SQLCORE_URL"),
        ("", {"max_row": 1}, "on the command line", "max_rows"),
        ("", {"ur": "memory://"}, "on the command line", "url"),
        ("[profiles.staging]", {"profile": "stagin"}, '"stagin"', "staging"),
        ("", {"profile": "p"}, '"p"', "no [profiles.NAME]"),
        ("zzz = 1", {}, '"zzz"', "Known keys: access"),
        ("", {"environ": {"SQLCORE_ZZZ": "1"}}, "SQLCORE_ZZZ ", "Unset it"),
    ],
)
def test_an_unknown_key_is_refused_and_the_nearest_named(
    load: _Loader, toml: str, arguments: dict[str, Any], named: str, nearest: str
) -> None:
    error = load.refuse(toml, **arguments)

    assert named in error.message
    assert nearest in (error.hint or "")


def test_variables_for_tests_are_no_settings(load: _Loader) -> None:
    environ = {"SQLCORE_TEST_MSSQL_URL": "mssql://h", "SQLCORE_DATA_DIR": "x"}

    assert load(environ=environ) == Settings()


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("max_rows", '"many"', "It must be a whole number."),
        ("max_rows", "true", "It must be a whole number."),
        ("max_rows", "1.5", "It must be a whole number."),
        ("max_rows", "0", "max_rows must be above 0."),
        ("max_rows", "-1", "max_rows must be above 0."),
        ("timeout_seconds", '"soon"', "It must be a number of seconds."),
        ("timeout_seconds", "inf", "It must be a number of seconds, and not endless."),
        ("timeout_seconds", "nan", "It must be a number of seconds, and not endless."),
        ("timeout_seconds", "[1]", "It must be a number of seconds."),
        ("access", '"admin"', "It is one of: metadata, read, write."),
        ("access", "true", "It is one of: metadata, read, write."),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_what_it_must_be(
    load: _Loader, key: str, value: str, hint: str
) -> None:
    error = load.refuse(f"{key} = {value}")

    assert f'"{key}"' in error.message
    assert error.hint == hint
    assert error.parameter == key


def test_a_value_that_does_not_fit_is_not_shown(load: _Loader) -> None:
    load.refuse(f'max_rows = "{_PASSWORD}"')
    load.refuse(environ={"SQLCORE_TIMEOUT_SECONDS": _PASSWORD})
    load.refuse(environ={"SQLCORE_ACCESS": _PASSWORD})


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("sources = 5", "sources must be"),
        ("sources = 5\n[profiles.p]", "sources must be"),
        ("[sources]\nshop = 5", "sources.shop must be a table"),
        ("[sources.shop]\npool_size = 1", '"shop" has no url'),
        ('[sources.shop]\nurl = ""', '"shop" has no url'),
        ("[sources.shop]\nurl = 5", '"url" of source "shop"'),
        (_source("pool_size = 0"), '"pool_size" of source "shop"'),
        (_source("password = 5"), '"password" of source "shop"'),
        (_source("password_env = 5"), '"password_env" of source "shop"'),
        (_source("password_file = 5"), '"password_file" of source "shop"'),
        ("profiles = 5", "profiles must be a table"),
        ("[profiles]\np = 5", "profiles.p must be a table"),
        ("[profiles.p]\nsources = 5", "profiles.p.sources must be a table"),
        ("max_rows = ", "cannot be read"),
    ],
)
def test_a_file_of_another_shape_is_refused(load: _Loader, toml: str, said: str) -> None:
    profile = "p" if "[profiles.p]" in toml else None

    assert said in load.refuse(toml, profile=profile).message


def test_a_file_that_was_named_must_be_there(load: _Loader) -> None:
    load.path.unlink()
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_settings(Settings, environ={}, config_path=load.path)
    with pytest.raises(ConfigurationError, match="does not exist"):
        load_settings(Settings, environ={"SQLCORE_CONFIG": str(load.path)})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(Settings, environ={}, config_path=load.path.parent)


def test_sources_are_no_variable(load: _Loader) -> None:
    assert "SQLCORE_URL" in load.refuse(environ={"SQLCORE_SOURCES": "x"}).message


def test_a_malformed_url_is_refused_when_the_source_is_opened(load: _Loader) -> None:
    source = load(url=f"postgresql//u:{_PASSWORD}").sources["default"]

    with pytest.raises(ConfigurationError) as caught:
        source.connection_settings({})

    assert _PASSWORD not in str(caught.value)


def test_a_source_can_be_made_in_a_program() -> None:
    source = SourceSettings(url=Secret("memory://"), password=Secret(_PASSWORD))

    assert source.connection_settings({}).password == Secret(_PASSWORD)


@pytest.mark.parametrize(("pool_sizes", "expected"), [([], 10), ([16], 10), ([16, 5], 3), ([1], 1)])
def test_sessions_leave_connections_of_each_pool_to_others(
    pool_sizes: list[int], expected: int
) -> None:
    sources = {f"s{size}": SourceSettings(url="memory://", pool_size=size) for size in pool_sizes}
    assert Settings(sources=sources).session_limits.max_running == expected
