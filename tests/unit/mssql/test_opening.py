from __future__ import annotations

import socket

import pytest

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConnectionFailedError


def test_a_warning_does_not_reach_stdout_which_belongs_to_answers(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = ConnectionSettings(
        scheme="mssql",
        host="127.0.0.1",
        port=port,
        options={"trustservercertificate": "false"},
        connect_timeout_s=2.0,
    )
    connection = MssqlConnector().connect(settings)
    with pytest.raises(ConnectionFailedError):
        connection.capabilities.ping()
    connection.close()
    assert "" == capsys.readouterr().out
    (record,) = caplog.records
    assert "certificate_check_is_freetds_configuration" in record.getMessage()
    assert "WARNING" == record.levelname
