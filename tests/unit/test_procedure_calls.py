"""Calls of procedures through `Database`: found, judged, checked, noted, masked and run."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from tests.unit.shop_procedures import add_order_1, define_shop

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.facts import SchemaFacts
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine, RoutineChangedError, RoutineKind
from sqlcore.domain.query import RowsAffected
from sqlcore.domain.session import SessionKind, SessionState
from sqlcore.errors import (
    AmbiguousNameError,
    ConfigurationError,
    ExecutionError,
    InvalidArgumentError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.services.calling import running
from sqlcore.services.calling.lookup import RoutineCache
from sqlcore.services.calling.permitting import check_rules, decide_call
from sqlcore.services.database import Database
from sqlcore.services.masking import MASKED
from sqlcore.services.policy import Policy
from sqlcore.services.watching import Watch
from sqlcore.testing.auditing import KeptAudit
from sqlcore.testing.memory import (
    MemoryConnection,
    MemoryConnector,
    MemoryParameter,
    RunningProcedure,
    define_procedure,
    drop_procedure,
)

TABLE = "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total DECIMAL(9,2))"
Opened = Callable[..., Database]


@pytest.fixture
def connection() -> Iterator[MemoryConnection]:
    connection = MemoryConnector(facts=SchemaFacts(search_path=("main",))).connect(
        ConnectionSettings(scheme="memory")
    )
    database = Database(connection, Policy(access=Access.WRITE))
    database.query(TABLE)
    define_shop(connection)
    yield connection
    database.close()


@pytest.fixture
def opened(connection: MemoryConnection) -> Iterator[Opened]:
    databases: list[Database] = []

    def make(access: Access = Access.WRITE, *allowed: str, **policy: Any) -> Database:
        made = Policy(access=access, allow_procedures=frozenset(allowed), **policy)
        databases.append(Database(connection, made))
        return databases[-1]

    yield make
    for database in databases:
        database.sessions.close()


def count_orders(database: Database) -> int:
    count: int = database.query("SELECT COUNT(*) FROM orders").scalar()
    return count


def test_everything_that_a_call_brings_back_is_in_its_result(opened: Opened) -> None:
    result = opened().call("add_order", {"@customer_id": 7})

    assert [rows.rows for rows in result.result_sets] == [((1, "none"),)]
    assert result.outputs == {"count": 1}
    assert result.return_code == 3
    assert [message.text for message in result.messages] == ["adding"]
    assert [affected.count for affected in result.rows_affected] == [1]
    assert result.returned is None
    assert result.notes == ()
    assert result.duration_s > 0


def test_a_function_hands_its_value_back(opened: Opened) -> None:
    assert opened().call("double", [21]).returned == 42


def test_rows_beyond_the_most_are_counted_and_the_outputs_still_come(opened: Opened) -> None:
    result = opened().call("many", [5], max_rows=2)

    (rows,) = result.result_sets
    assert (rows.rows, rows.row_count) == (((0,), (1,)), 5)
    assert result.outputs == {"text": "xxxxx"}


def test_an_error_carries_what_had_come_back(opened: Opened) -> None:
    with pytest.raises(ExecutionError, match="no more paper") as raised:
        opened().call("fail_late")

    partial = raised.value.partial
    assert [rows.rows for rows in partial.result_sets] == [((1,), (2,))]
    assert [message.text for message in partial.messages] == ["printing receipts"]
    assert not partial.complete
    assert raised.value.number == 50_000
    assert copy.copy(raised.value).partial == partial  # as pickle does it


def test_a_result_set_that_an_error_cuts_off_is_not_complete(
    connection: MemoryConnection, opened: Opened
) -> None:
    def half(running: RunningProcedure) -> Iterator[Any]:
        start, *_ = running.result_set({"n": "integer"}, [(1,)])
        yield start
        raise ExecutionError("half way")

    define_procedure(connection, "half", half)
    with pytest.raises(ExecutionError) as raised:
        opened().call("half")

    assert [rows.complete for rows in raised.value.partial.result_sets] == [False]


def test_nothing_is_called_at_metadata(opened: Opened) -> None:
    database = opened(Access.METADATA, "main.*")
    with pytest.raises(PolicyError, match="access level read"):
        database.call("double", [1])
    with pytest.raises(PolicyError, match="access level read"):
        database.start_call("double", [1])


def test_at_read_only_what_is_named_is_called(opened: Opened) -> None:
    database = opened(Access.READ, "reports.list_orders")
    assert database.call("list_orders", schema="reports").outputs == {"label": "all orders"}
    for name in ("add_order", "double", "reports.writing"):
        with pytest.raises(PolicyError, match="allow_procedures does not name it"):
            database.call(name)


def test_what_is_named_and_writes_after_all_changes_nothing(opened: Opened) -> None:
    with pytest.raises(SqlCoreError):
        opened(Access.READ, "reports.*").call("reports.writing")
    assert count_orders(opened()) == 0


def test_a_database_that_may_write_can_call_as_one_that_reads(opened: Opened) -> None:
    database = opened(Access.WRITE, "reports.*")
    with pytest.raises(SqlCoreError):
        database.call("reports.writing", read_only=True)
    with pytest.raises(PolicyError):
        database.call("add_order", [1], read_only=True)
    assert count_orders(database) == 0
    database.call("reports.writing")
    assert count_orders(database) == 1


def test_the_name_of_the_catalog_counts_and_not_how_it_was_written(opened: Opened) -> None:
    database = opened(Access.READ, "double")
    assert database.call("main.DOUBLE", [1]).returned == 2
    with pytest.raises(PolicyError, match=r"reports\.writing"):
        opened(Access.READ, "main.*", "writing").call("writing")


@pytest.mark.parametrize(
    ("rule", "dialect", "name", "allowed"),
    [
        ("reports.sales", "postgres", QualifiedName("sales", "reports"), True),
        ("Reports.Sales", "postgres", QualifiedName("sales", "reports"), True),
        ("Reports.Sales", "postgres", QualifiedName("Sales", "Reports"), True),
        ("reports.sales", "postgres", QualifiedName("Sales", "Reports"), False),
        ("reports.sales", "tsql", QualifiedName("Sales", "Reports"), True),
        ("reports.*", "postgres", QualifiedName("any", "reports"), True),
        ("reports.*", "postgres", QualifiedName("any", "reports2"), False),
        ("reports.*", "tsql", QualifiedName("any", "reports", "other"), False),
        ("other.reports.*", "tsql", QualifiedName("any", "reports", "other"), True),
        ("other.reports.*", "tsql", QualifiedName("any", "reports"), False),
        ("sales", "postgres", QualifiedName("sales", "public"), True),
        ("sales", "postgres", QualifiedName("sales", "elsewhere"), False),
        ('reports."odd.name"', "postgres", QualifiedName("odd.name", "reports"), True),
        ("reports.odd", "postgres", QualifiedName("odd.name", "reports"), False),
    ],
)
def test_rules_name_procedures(
    rule: str, dialect: str, name: QualifiedName, *, allowed: bool
) -> None:
    decision = decide_call(
        name,
        dialect,
        Access.READ,
        [rule],
        lambda: ("public",),
        refused_by_text=lambda: None,
    )
    assert decision.allowed is allowed


@pytest.mark.parametrize("rule", ["", "*", "a.b.c.d", '"open', "db..name"])
def test_a_rule_that_names_nothing_is_refused(rule: str) -> None:
    with pytest.raises(ConfigurationError, match="allow_procedures"):
        check_rules([rule])


@pytest.mark.parametrize("rule", ["*.*", "sales.get_*", "s*.p", "a.*.p", "sales.add(integer)"])
def test_a_rule_with_a_pattern_or_a_signature_is_refused_for_it_would_match_nothing(
    rule: str,
) -> None:
    with pytest.raises(ConfigurationError, match="would match nothing"):
        check_rules([rule])
    check_rules(["sales.*", "archive.sales.*", 'sales."get_*"', "[sales].[add(1)]"])


def test_all_that_is_wrong_with_arguments_is_said_and_nothing_is_sent(
    connection: MemoryConnection, opened: Opened
) -> None:
    database = opened()
    database.call("add_order", [1])
    before = connection.statement_count
    with pytest.raises(InvalidArgumentError) as raised:
        database.call("add_order", {"customer_id": "x", "ttoal": 1})
    assert "customer_id" in raised.value.message
    assert "ttoal" in raised.value.message
    assert count_orders(database) == 1
    assert connection.statement_count - before == 2  # one look at the catalog, and the count


def test_what_may_not_be_called_is_refused_before_its_arguments_are_looked_at(
    opened: Opened,
) -> None:
    with pytest.raises(PolicyError):
        opened(Access.READ).call("add_order", {"nonsense": 1})


def test_a_name_that_there_is_not_names_the_nearest(opened: Opened) -> None:
    with pytest.raises(NotFoundError) as raised:
        opened().call("ad_order")
    assert raised.value.hint == "Did you mean main.add_order or reports.list_orders?"
    assert raised.value.parameter == "procedure_name"


def test_a_name_in_several_schemas_has_to_be_qualified(
    connection: MemoryConnection, opened: Opened
) -> None:
    define_procedure(connection, "reports.double", add_order_1)
    with pytest.raises(AmbiguousNameError, match=r"main\.double, reports\.double"):
        opened().call("double", [1])
    assert opened().call("double", [1], schema="main").returned == 2


def test_an_overload_can_be_named_by_its_signature(
    connection: MemoryConnection, opened: Opened
) -> None:
    define_procedure(
        connection, "double", add_order_1, parameters=[MemoryParameter(name="n", type="text")]
    )
    assert [r.signature for r in opened().procedure("double")] == ["(integer)", "(text)"]
    assert [r.signature for r in opened().procedure("double( INTEGER )")] == ["(integer)"]
    with pytest.raises(NotFoundError, match="No overload") as caught:
        opened().procedure("double(int)")
    assert "main.double(integer), main.double(text)" in str(caught.value.hint)
    with pytest.raises(NotFoundError):
        opened().procedure("double(uuid)")


@pytest.mark.parametrize("name", ["", "a.b.c.d", "x" * 2000, '"open', "add_order)", "(", "()"])
def test_names_that_mean_nothing_are_refused(opened: Opened, name: str) -> None:
    with pytest.raises((InvalidArgumentError, NotFoundError)):
        opened().procedure(name)


def test_a_list_can_be_narrowed(opened: Opened) -> None:
    page = opened().procedures(schema="reports", name_pattern="list*")
    assert [str(routine.name) for routine in page.routines] == ["reports.list_orders"]
    with pytest.raises(InvalidArgumentError, match="limit"):
        opened().procedures(limit=0)


# -- what is kept of routines


def test_a_routine_is_looked_up_once_a_minute(connection: MemoryConnection, opened: Opened) -> None:
    database = opened()
    database.call("double", [1])
    before = connection.statement_count
    database.call("main.double", [1])
    assert connection.statement_count - before == 2  # another name
    database.call("double", [1])
    assert connection.statement_count - before == 3


def test_where_servers_cut_values_a_routine_is_looked_up_before_each_call(
    connection: MemoryConnection, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_CUTTING_DIALECTS", frozenset({connection.dialect.name}))
    database = opened()
    database.call("double", [1])
    before = connection.statement_count
    database.call("double", [1])
    assert connection.statement_count - before == 2


def test_what_is_kept_gets_old_and_can_be_forgotten() -> None:
    lookups: list[QualifiedName] = []
    routine = Routine(name=QualifiedName("p", "main"), kind=RoutineKind.PROCEDURE)

    class Finder:
        def find(self, name: QualifiedName) -> tuple[Routine, ...]:
            lookups.append(name)
            return (routine,)

    now = 0.0
    cache = RoutineCache(lambda: now)
    finder: Any = Finder()
    name = QualifiedName("p")
    assert cache.find(finder, name).is_fresh
    assert not cache.find(finder, name).is_fresh
    now = 61.0
    assert cache.find(finder, name).is_fresh
    cache.forget()
    assert cache.find(finder, name).is_fresh
    assert cache.find(finder, name, fresh=True).is_fresh
    assert len(lookups) == 4


def test_arguments_for_a_procedure_that_was_changed_are_checked_against_the_new_one(
    connection: MemoryConnection, opened: Opened
) -> None:
    database = opened()
    database.call("double", [1])
    drop_procedure(connection, "double")
    define_procedure(
        connection,
        "double",
        add_order_1,
        parameters=[MemoryParameter(name="other", type="integer")],
    )
    database.call("double", {"other": 1})
    assert count_orders(database) == 1


def test_a_call_of_a_procedure_that_was_changed_is_bound_and_sent_again(
    connection: MemoryConnection, opened: Opened
) -> None:
    database = opened()
    database.call("double", [1])
    drop_procedure(connection, "double")
    define_procedure(
        connection, "double", add_order_1, parameters=[MemoryParameter(name="n", type="text")]
    )
    with pytest.raises(InvalidArgumentError):
        database.call("double", [1])
    assert count_orders(database) == 0
    database.call("double", ["1"])
    define_procedure(
        connection, "double", add_order_1, parameters=[MemoryParameter(name="m", type="text")]
    )
    database.call("double", ["1"])
    assert count_orders(database) == 2


def test_a_call_of_a_procedure_that_was_changed_is_judged_again(
    connection: MemoryConnection, opened: Opened
) -> None:
    database = opened(Access.READ, "main.double")
    database.call("double", [1])
    drop_procedure(connection, "double")
    define_procedure(
        connection,
        QualifiedName("double", "other"),
        add_order_1,
        parameters=[MemoryParameter(name="n", type="integer")],
    )
    with pytest.raises(PolicyError, match="allow_procedures does not name it"):
        database.call("double", [1])


def test_nobody_is_given_a_procedure_of_another_schema_for_one_that_is_gone(
    connection: MemoryConnection, opened: Opened
) -> None:
    database = opened()
    database.call("double", [1])
    drop_procedure(connection, "double")
    define_procedure(
        connection,
        QualifiedName("double", "other"),
        add_order_1,
        parameters=[MemoryParameter(name="n", type="integer")],
    )
    with pytest.raises(RoutineChangedError, match="was changed since"):
        database.call("double", [1])
    assert count_orders(database) == 0
    database.call("double", [1])
    assert count_orders(database) == 1


def test_a_procedure_that_is_changed_all_the_time_is_given_up(
    connection: MemoryConnection, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = opened()
    find = type(connection.procedures).find

    def found_too_early(self: Any, name: QualifiedName) -> tuple[Routine, ...]:
        return tuple(attrs.evolve(routine, version=("0",)) for routine in find(self, name))

    monkeypatch.setattr(type(connection.procedures), "find", found_too_early)
    with pytest.raises(RoutineChangedError):
        database.call("add_order", [1])
    assert count_orders(database) == 0


def test_where_changes_are_not_noticed_before_a_call_that_fails_is_not_repeated(
    connection: MemoryConnection, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = type(connection.procedures).find

    def without_version(self: Any, name: QualifiedName) -> tuple[Routine, ...]:
        return tuple(attrs.evolve(routine, version=()) for routine in find(self, name))

    monkeypatch.setattr(type(connection.procedures), "find", without_version)
    database = opened()
    database.call("double", [1])
    drop_procedure(connection, "double")
    define_procedure(
        connection, "double", add_order_1, parameters=[MemoryParameter(name="n", type="text")]
    )
    with pytest.raises(NotFoundError) as raised:
        database.call("double", [1])
    assert "has changed since it was looked up" in (raised.value.hint or "")
    assert count_orders(database) == 0
    database.call("double", ["1"])
    assert count_orders(database) == 1


def test_a_definition_makes_everything_be_looked_up_again(
    connection: MemoryConnection, opened: Opened
) -> None:
    database = opened()
    database.call("double", [1])
    database.query("CREATE TABLE t (n INTEGER)")
    before = connection.statement_count
    database.call("double", [1])
    assert connection.statement_count - before == 2


# -- the audit, masks, limits


def test_a_call_is_noted_by_its_name_and_without_values(opened: Opened) -> None:
    audit = KeptAudit()
    database = opened(audit=audit)
    database.call("add_order", {"customer_id": 4711_0815_4711, "note": "secret"})
    (event,) = audit.events
    assert (event.action, event.kind, event.fingerprint) == ("call", "call", "main.add_order")
    assert (event.outcome, event.rows, event.rows_affected) == ("completed", 1, 1)
    assert len(event.fingerprint_id) == 16
    assert "secret" not in repr(event)
    assert "471108154711" not in repr(event)


@pytest.mark.parametrize(
    ("access", "name", "arguments", "outcome", "code"),
    [
        (Access.READ, "add_order", [1], "refused", "refused"),
        (Access.METADATA, "add_order", [1], "refused", "refused"),
        (Access.WRITE, "add_order", ["x"], "failed", "invalid_argument"),
        (Access.WRITE, "fail_late", None, "failed", "execution_failed"),
    ],
)
def test_a_call_that_does_not_run_to_its_end_is_noted_once(
    opened: Opened, *, access: Access, name: str, arguments: Any, outcome: str, code: str
) -> None:
    audit = KeptAudit()
    with pytest.raises(SqlCoreError):
        opened(access, audit=audit).call(name, arguments)
    (event,) = audit.events
    assert (event.action, event.outcome, event.error_code) == ("call", outcome, code)
    assert event.fingerprint == f"main.{name}"


def test_with_masks_no_value_of_a_procedure_is_shown(opened: Opened) -> None:
    result = opened(mask=("customers.phone",)).call("add_order", {"customer_id": 7})
    (rows,) = result.result_sets
    assert rows.rows == ((MASKED, MASKED),)
    assert all(column.masked for column in rows.columns)
    assert result.outputs == {"count": MASKED}
    assert result.return_code is None
    assert result.notes == ("The return code is not 0; its value is masked.",)
    assert "adding" not in result.messages[0].text


def test_with_masks_a_return_code_of_0_is_told(opened: Opened) -> None:
    assert opened(mask=("customers.phone",)).call("list_orders").return_code == 0


def test_with_masks_an_error_says_nothing_that_a_row_may_hold(opened: Opened) -> None:
    with pytest.raises(ExecutionError) as raised:
        opened(mask=("customers.phone",)).call("fail_late")
    assert "paper" not in str(raised.value)
    assert raised.value.partial.result_sets[0].rows == ((MASKED,), (MASKED,))
    assert "printing receipts" not in raised.value.partial.messages[0].text


def test_a_call_can_be_cancelled_and_times_out(
    connection: MemoryConnection, opened: Opened
) -> None:
    def slow(running: RunningProcedure) -> Iterator[Any]:
        yield from running.result_set({"n": "integer"}, [(1,)])
        running.sleep(60)

    define_procedure(connection, "slow", slow)
    with pytest.raises(StatementTimeoutError) as raised:
        opened().call("slow", timeout_s=0.2)
    assert raised.value.partial.result_sets[0].rows == ((1,),)
    token = CancelToken()
    token.cancel()
    with pytest.raises(StatementCancelledError):
        opened().call("slow", cancel=token)


def test_a_watch_sees_the_rows_of_a_call(connection: MemoryConnection, opened: Opened) -> None:
    watch = Watch()
    opened().on_behalf_of("someone", watch).call("many", [7])
    assert (watch.has_begun, watch.rows) == (True, 7)
    assert connection.pool_size >= 1


# -- in the background


def test_a_background_call_has_its_outputs_in_its_record(opened: Opened) -> None:
    with opened().start_call("add_order", {"customer_id": 7}) as handle:
        session = handle.wait(30)
        assert list(handle.rows()) == [(1, "none")]
    assert (session.state, session.kind) == (SessionState.COMPLETED, SessionKind.PROCEDURE)
    assert session.statement == "main.add_order"
    assert session.outputs is not None
    assert session.outputs.by_name() == {"count": 1}
    assert session.outputs.return_code == 3
    assert [message.text for message in session.messages] == ["adding"]


def test_a_background_call_that_fails_keeps_what_had_come(opened: Opened) -> None:
    with opened().start_call("fail_late") as handle:
        session = handle.wait(30)
        assert [row for row, _ in zip(handle.rows(), range(2), strict=False)] == [(1,), (2,)]
    assert session.state is SessionState.FAILED
    assert session.error is not None
    assert session.error.message == "no more paper"
    assert session.outputs is None


def test_a_background_call_is_checked_before_it_starts(opened: Opened) -> None:
    database = opened(Access.READ, "main.double")
    for name, arguments, error in (
        ("add_order", [1], PolicyError),
        ("double", ["x"], InvalidArgumentError),
        ("dubble", [1], NotFoundError),
    ):
        with pytest.raises(error):
            database.start_call(name, arguments)
    assert database.sessions.list("") == ()


def test_a_background_call_keeps_the_first_rows_and_the_outputs(opened: Opened) -> None:
    with opened().start_call("many", [5], max_rows=2) as handle:
        session = handle.wait(30)
        assert list(handle.rows()) == [(0,), (1,)]
    assert session.outputs is not None
    assert session.outputs.by_name() == {"text": "xxxxx"}


def test_a_long_output_of_a_session_is_cut_and_said_to_be(opened: Opened) -> None:
    with opened().start_call("many", [2**20 + 1], max_rows=0) as handle:
        session = handle.wait(60)
    assert session.outputs is not None
    assert len(session.outputs.by_name()["text"]) == 2**20
    assert "1,048,577 characters" in session.outputs.notes[0]


def test_what_was_written_at_read_is_said_not_to_be_kept(
    connection: MemoryConnection, opened: Opened
) -> None:
    def writing(_: RunningProcedure) -> Iterator[Any]:
        yield RowsAffected(2)  # as of a server that rolls back, and does not refuse

    define_procedure(connection, "writing", writing)
    reading = opened(Access.READ, "main.writing").call("main.writing")
    assert reading.notes == (
        "It was called at the access level read: what it has written was not kept.",
    )
    assert opened().call("main.writing").notes == ()
