from __future__ import annotations

from typing import Any

import pytest

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.adapters.mssql.options import read_options
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConfigurationError


def _settings(options: dict[str, str], **more: Any) -> ConnectionSettings:
    return ConnectionSettings(scheme="mssql", options=options, **more)


@pytest.mark.parametrize(
    ("options", "field", "expected"),
    [
        ({}, "encryption", None),
        ({"encrypt": "true"}, "encryption", "require"),
        ({"Encrypt": "Mandatory"}, "encryption", "require"),
        ({"encrypt": "Optional"}, "encryption", "request"),
        ({"encryption": "off"}, "encryption", "off"),
        ({"trustservercertificate": "False"}, "checks_certificate", True),
        ({"trust_server_certificate": "yes"}, "checks_certificate", False),
        ({}, "checks_certificate", False),
        ({"ApplicationIntent": "ReadOnly"}, "read_only_intent", True),
        ({"read_only": "true"}, "read_only_intent", True),
        ({"applicationintent": "ReadWrite"}, "read_only_intent", False),
        ({"appname": "report"}, "application_name", "report"),
        ({}, "application_name", "sqlcore"),
        ({"Connect Timeout": "3"}, "connect_timeout_s", 3.0),
        ({}, "connect_timeout_s", 10.0),
        ({"tds_version": "7.3"}, "tds_version", "7.3"),
        ({"trusted_connection": "yes"}, "integrated_security", True),
        ({"charset": "UTF-8"}, "tds_version", "7.4"),
        ({"multisubnetfailover": "true", "mars": "false"}, "encryption", None),
    ],
)
def test_an_option_is_read_in_any_spelling(
    options: dict[str, str], field: str, expected: object
) -> None:
    assert expected == getattr(read_options(_settings(options)), field)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("encrpt", "encrypt"),
        ("trust_cert", "trustservercertificate"),
        ("intent", "applicationintent"),
    ],
)
def test_an_unknown_option_names_the_nearest_known_one(name: str, nearest: str) -> None:
    with pytest.raises(ConfigurationError, match=name) as caught:
        MssqlConnector().connect(_settings({name: "1"}))
    assert nearest in str(caught.value.hint)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("encrypt", "perhaps"),
        ("encrypt", "strict"),
        ("applicationintent", "sideways"),
        ("connecttimeout", "soon"),
        ("connecttimeout", "-1"),
        ("tds_version", "4.2"),
        ("charset", "latin1"),
    ],
)
def test_a_value_that_an_option_cannot_have_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MssqlConnector().connect(_settings({name: value}))
    assert caught.value.parameter is not None


@pytest.mark.parametrize("host", ["::1", "a,1433", "a;b"])
def test_a_host_that_the_driver_would_misread_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="host"):
        MssqlConnector().connect(_settings({}, host=host))
