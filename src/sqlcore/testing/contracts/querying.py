"""The contract of query execution: results, parameters, and the whole of it."""

from __future__ import annotations

import pytest

from sqlcore.domain.query import (
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultStart,
    RowBatch,
    Statement,
)
from sqlcore.domain.types import TypeKind
from sqlcore.errors import ExecutionError, InvalidArgumentError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.failing import FailureContract
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.stopping import StoppingContract
from sqlcore.testing.contracts.transactions import TransactionContract
from sqlcore.testing.events import (
    READ_WRITE,
    column_names,
    messages,
    result_sets,
    rows,
    rows_affected,
    run,
    scalar,
)

__all__ = ["ParameterContract", "QueryExecutorContract", "ResultContract"]

_NAMED = "SELECT CAST(:b AS int) AS b, CAST(:a AS int) AS a, CAST(:b AS int) AS again"


class ResultContract(Contract):
    """What comes back from a statement, and in which order."""

    @requirement("one-row")
    def test_a_query_yields_its_columns_its_rows_and_its_end(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        start, batch, end = run(connection, samples.one_row)
        assert isinstance(start, ResultStart)
        assert ["one"] == [column.name for column in start.columns]
        assert [TypeKind.INTEGER] == [column.type.kind for column in start.columns]
        assert isinstance(batch, RowBatch)
        assert [(1,)] == batch.rows
        assert [tuple] == [type(row) for row in batch.rows]
        assert ResultEnd(1) == end

    @requirement("lazy-send")
    def test_nothing_is_sent_before_the_first_event_is_asked_for(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        options = ExecutionOptions()
        never_run = connection.queries.execute(Statement.of(samples.syntax_error), options)
        never_run.close()
        assert 1 == scalar(run(connection, samples.one_row))

    @requirement("batches")
    def test_rows_come_in_batches_of_at_most_the_size_asked_for(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        events = run(connection, samples.numbers(2500), options=ExecutionOptions(batch_rows=1000))
        sizes = [len(event.rows) for event in events if isinstance(event, RowBatch)]
        assert 2500 == sum(sizes)
        assert max(sizes) <= 1000
        assert [(n,) for n in range(1, 2501)] == rows(events)

    @requirement("batch-of-one")
    def test_a_batch_may_hold_a_single_row(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        events = run(connection, samples.numbers(3), options=ExecutionOptions(batch_rows=1))
        batches = [event.rows for event in events if isinstance(event, RowBatch)]
        assert [[(1,)], [(2,)], [(3,)]] == batches

    @requirement("exact-batch")
    def test_rows_that_fill_the_last_batch_leave_no_empty_one(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        events = run(connection, samples.numbers(20), options=ExecutionOptions(batch_rows=10))
        assert 20 == len(rows(events))

    @requirement("two-result-sets")
    def test_several_result_sets_come_one_after_the_other(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        events = run(connection, samples.two_result_sets, options=READ_WRITE)
        assert [["a"], ["b", "c"]] == column_names(events)
        assert [[(1,)], [("x", "y")]] == result_sets(events)

    @requirement("no-rows")
    def test_a_query_without_rows_still_has_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        events = run(connection, samples.sql("SELECT id, name FROM {schema}.customers WHERE 1 = 0"))
        assert [["id", "name"]] == column_names(events)
        assert [[]] == result_sets(events)

    @requirement("same-column-name")
    def test_two_columns_of_one_name_keep_their_values(self, connection: Connection) -> None:
        events = run(connection, "SELECT 1 AS a, 2 AS a")
        assert [["a", "a"]] == column_names(events)
        assert [(1, 2)] == rows(events)

    @requirement("rows-affected")
    def test_a_write_says_how_many_rows_it_affected(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        run(connection, samples.sql("DELETE FROM {schema}.scratch"), options=READ_WRITE)
        insert = samples.sql("INSERT INTO {schema}.scratch (id, note) VALUES (1, 'a'), (2, 'b')")
        assert [2] == rows_affected(run(connection, insert, options=READ_WRITE))
        update = samples.sql("UPDATE {schema}.scratch SET note = 'c'")
        assert [2] == rows_affected(run(connection, update, options=READ_WRITE))
        nothing = samples.sql("DELETE FROM {schema}.scratch WHERE id = 99")
        assert [0] == rows_affected(run(connection, nothing, options=READ_WRITE))

    @requirement("messages")
    def test_a_message_of_the_server_arrives_as_an_event(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        events = run(connection, samples.message("hello from below"), options=READ_WRITE)
        assert ["hello from below"] == messages(events)
        (message,) = [event for event in events if isinstance(event, Message)]
        assert message.severity == message.severity.lower()

    @requirement("message-characters")
    def test_a_message_keeps_its_characters(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        text = 'Grüße: 100% of [this] "and" more'
        assert [text] == messages(run(connection, samples.message(text), options=READ_WRITE))

    @requirement("large-statement")
    def test_a_text_of_one_megabyte_runs(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        text = f"/* {'x' * 1_000_000} */ {samples.one_row}"
        assert 1 == scalar(run(connection, text))

    @requirement("comments")
    def test_what_looks_like_a_parameter_in_strings_and_comments_stays_as_it_is(
        self, connection: Connection
    ) -> None:
        text = "SELECT ':a %s $1 @x ?1' AS b -- :c ' %(d)s\n/* :e */"
        assert ":a %s $1 @x ?1" == scalar(run(connection, text))


class ParameterContract(Contract):
    """How values go into a statement."""

    @requirement("named-parameters")
    def test_named_parameters_may_stand_in_any_order_and_repeat(
        self, connection: Connection
    ) -> None:
        assert [(2, 1, 2)] == rows(run(connection, _NAMED, {"a": 1, "b": 2}))

    @requirement("positional-parameters")
    def test_positional_parameters_take_the_engines_own_placeholders(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert [(1, 2)] == rows(run(connection, samples.positional, [1, 2]))

    @requirement("missing-parameter")
    def test_a_missing_parameter_is_named(self, connection: Connection) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            run(connection, _NAMED, {"a": 1})
        assert "b" in str(caught.value.parameter)

    @requirement("unused-parameter")
    def test_a_parameter_too_many_is_named(self, connection: Connection) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            run(connection, _NAMED, {"a": 1, "b": 2, "surplus": 3})
        assert "surplus" in str(caught.value.parameter)

    @requirement("positional-count")
    def test_a_wrong_number_of_positional_parameters_is_refused(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for values in ([1], [1, 2, 3]):
            with pytest.raises(InvalidArgumentError):
                run(connection, samples.positional, values)

    @requirement("null-parameter")
    def test_none_is_null(self, connection: Connection) -> None:
        text = "SELECT CASE WHEN :a IS NULL THEN 1 ELSE 0 END AS is_null"
        assert 1 == scalar(run(connection, text.replace(":a", "CAST(:a AS int)"), {"a": None}))

    @requirement("null-text-parameter")
    def test_none_comes_back_as_none(self, connection: Connection, samples: ServerSamples) -> None:
        for kind, text in samples.echo.items():
            assert scalar(run(connection, text, {"value": None})) is None, kind

    @requirement("hostile-parameter")
    def test_a_value_never_becomes_sql(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for value in (
            "'; DROP TABLE customers; --",
            "\\'; SELECT 1 --",
            "%s %(a)s %% {0} :value $1 @value ?",
            "x' OR '1'='1",
            "/* ' \" ] ` */",
            "\u2019 \u02bc \uff07",  # look like quotes; some servers fold them into one
        ):
            assert value == scalar(run(connection, samples.echo[TypeKind.TEXT], {"value": value}))

    @requirement("nul-in-text")
    def test_a_nul_in_text_is_kept_or_refused_and_never_cut(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        try:
            value = scalar(run(connection, samples.echo[TypeKind.TEXT], {"value": "a\0b"}))
        except (InvalidArgumentError, ExecutionError):
            return
        assert value == "a\0b"

    @requirement("long-parameter")
    def test_a_value_of_one_megabyte_comes_back_whole(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        value = "äb'" * 350_000
        assert value == scalar(run(connection, samples.echo[TypeKind.TEXT], {"value": value}))

    @requirement("many-parameters")
    def test_a_statement_takes_many_parameters(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        names = [f"p_{number}" for number in range(500)]
        marks = ", ".join(f":{name}" for name in names)
        text = samples.sql("SELECT COUNT(*) FROM {schema}.customers WHERE id IN (:p_0)")
        text = text.replace(":p_0", marks)
        assert 3 == scalar(run(connection, text, {name: n for n, name in enumerate(names)}))

    @requirement("write-parameters")
    def test_a_write_takes_parameters(self, connection: Connection, samples: ServerSamples) -> None:
        run(connection, samples.sql("DELETE FROM {schema}.scratch"), options=READ_WRITE)
        insert = samples.sql("INSERT INTO {schema}.scratch (id, note) VALUES (:id, :note)")
        run(connection, insert, {"id": 7, "note": "it's"}, READ_WRITE)
        select = samples.sql("SELECT id, note FROM {schema}.scratch WHERE note = :note")
        assert [(7, "it's")] == rows(run(connection, select, {"note": "it's"}))

    @requirement("unsupported-value")
    def test_a_value_without_an_sql_type_is_refused(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            run(connection, samples.echo[TypeKind.TEXT], {"value": object()})
        assert "value" in str(caught.value.parameter)


class QueryExecutorContract(
    ResultContract,
    ParameterContract,
    TransactionContract,
    StoppingContract,
    FailureContract,
):
    """All that `QueryExecutor` promises."""
