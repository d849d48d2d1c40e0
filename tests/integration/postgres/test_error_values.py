"""PostgreSQL's errors do not carry values of rows out of the database."""

from __future__ import annotations

import pytest

from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.events import run


@pytest.mark.parametrize(
    "text",
    [
        "SELECT email::int FROM contract.customers",
        "SELECT email::date FROM contract.customers",
        "SELECT email::numeric FROM contract.customers",
        "SELECT email::uuid FROM contract.customers",
        "SELECT email::boolean FROM contract.customers",
        "SELECT email::interval FROM contract.customers",
        "SELECT email::inet FROM contract.customers",
        "SELECT email::int[] FROM contract.customers",
        "SELECT email::json FROM contract.customers",
        "SELECT email::xml FROM contract.customers",
        "SELECT email::point FROM contract.customers",
        "SELECT email::bit(3) FROM contract.customers",
        "SELECT email::regclass FROM contract.customers",
        "SELECT email::regtype FROM contract.customers",
        "SELECT email::regrole FROM contract.customers",
        "SELECT email::regproc FROM contract.customers",
        "SELECT email::tsquery FROM contract.customers",
        "SELECT email::jsonpath FROM contract.customers",
        "SELECT email::pg_lsn FROM contract.customers",
        "SELECT to_tsquery(email || ' ( &') FROM contract.customers",
        "SELECT to_date(email, 'YYYY-MM-DD') FROM contract.customers",
        "SELECT to_number(email, '99') FROM contract.customers",
        "SELECT ''  ~ ('(' || email) FROM contract.customers",
        "SELECT now() AT TIME ZONE email FROM contract.customers",
        "SELECT date_trunc(email, now()) FROM contract.customers",
        "SELECT current_setting(email) FROM contract.customers",
        "SELECT email COLLATE \"C\" LIKE email || '\\' FROM contract.customers",
        "SELECT decode(email, 'hex') FROM contract.customers",
        "SELECT decode('', email) FROM contract.customers",
        "SELECT encode('', email) FROM contract.customers",
        "SELECT convert_to('', email) FROM contract.customers",
        "SELECT has_table_privilege(email, 'select') FROM contract.customers",
        "SELECT format('%' || email) FROM contract.customers",
        "SELECT query_to_xml(email, true, true, '') FROM contract.customers",
        "SELECT xpath(email, '<a/>') FROM contract.customers",
        "SELECT jsonb_path_query(to_jsonb(email), '$.double()') FROM contract.customers",
        "SELECT jsonb_to_record(jsonb_build_object('a', email)) AS (a int) FROM contract.customers",
        "SELECT to_regclass(repeat(email || '.', 9)) FROM contract.customers",
        "SELECT make_date(length(email), 99, 99) FROM contract.customers",
        "SELECT set_config(email, email, true) FROM contract.customers",
    ],
)
def test_an_error_about_a_value_does_not_show_it(single: Connection, text: str) -> None:
    caught: SqlCoreError | None = None
    try:
        run(single, text)
    except SqlCoreError as error:
        caught = error
    if caught is not None:  # where it is none, the values are the answer
        cause = caught.__cause__
        shown = f"{caught!r} {caught.__dict__} {cause!r} {cause}".lower()
        assert "ada" not in shown
        assert "example" not in shown
