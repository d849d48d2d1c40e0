"""The one way for statements to the server: judged, bounded, masked and noted."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from functools import partial
from typing import TypeVar

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import CallEvent, Routine
from sqlcore.domain.query import Event, ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services import guarding
from sqlcore.services.calling.hiding import CallMask
from sqlcore.services.calling.permitting import decide_call
from sqlcore.services.calling.reached import refuse_procedure
from sqlcore.services.costs import check_cost
from sqlcore.services.guarding import Decision, SideEffects, StatementKind
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.masking import Mask, MaskPlanner, masked, parse_rules
from sqlcore.services.orders import Known, Order, mode_of
from sqlcore.services.policy import Policy
from sqlcore.services.privileges import check_login
from sqlcore.services.recording import Record
from sqlcore.services.watching import Watch

__all__ = ["Admitted", "Gate", "Known", "Order"]

_FACTS_FRESH_S = 60.0
_E = TypeVar("_E", Event, CallEvent)
_FACTS_FRESH_AFTER_REFUSAL_S = 2.0
"""A function that was made just now is known, without every refusal asking the server."""
_DEFINING = frozenset(
    {
        StatementKind.DEFINITION,
        StatementKind.PERMISSION,
        StatementKind.SCRIPT,
        StatementKind.OTHER,
    }
)
"""What may change a procedure."""
_JUDGED_BY_TEXT = frozenset({"tsql"})
"""Their servers have no read-only transaction that would hold a procedure to reading."""
_MAX_PRECHECKED_CHARS = 2000
"""Reading so much takes some 10 ms at worst; a start must not take 100."""


@attrs.frozen(kw_only=True)
class Admitted:
    """A statement that may run, with how it has to."""

    decision: Decision
    options: ExecutionOptions
    record: Record
    mask: Mask | None = None
    call_mask: CallMask | None = None


@attrs.frozen(kw_only=True)
class _Masks:
    """What hides values of a statement, or of a call; neither where nothing is hidden."""

    of_statement: Mask | None = None
    of_call: CallMask | None = None


_NO_MASK: AbstractContextManager[_Masks] = nullcontext(_Masks())


class _NotKnownError(Exception):
    """It cannot be told whether a statement may run; it does not leave this module."""


class Gate:
    """Lets statements through, for one caller of one connection."""

    def __init__(
        self,
        connection: Connection,
        policy: Policy,
        known: Known,
        caller: str,
        watch: Watch | None = None,
    ) -> None:
        self._connection = connection
        self._policy = policy
        self._known = known
        self._caller = caller
        self._watch = watch

    def run(self, order: Order, options: ExecutionOptions) -> Generator[Event, None, None]:
        """Run a statement if it may; what comes back is masked and counted.

        Raises:
            InvalidArgumentError: It is empty or too long.
            PolicyError: It may not run; the error says why and what would help.
            LimitExceededError: It would cost too much, or its caller runs too many.
            SqlCoreError: Any other leaf, from the server.
        """
        watch = self._watch
        if watch is not None:
            watch.begin()
        with self.admit(order, options) as admitted:
            options = check_cost(
                self._connection,
                order.statement,
                admitted.decision.kind,
                admitted.options,
                self._policy.limits,
            )
            events = self._connection.queries.execute(order.statement, options)
            mask = admitted.mask
            yield from self._seen(events if mask is None else masked(events, mask), admitted.record)

    def call(self, order: Order, options: ExecutionOptions) -> Generator[CallEvent, None, None]:
        """Call a routine if it may be called; what comes back is masked and counted.

        No planner estimates a call, so that `Limits.max_plan_cost` does not hold it.

        Raises:
            PolicyError: It may not be called; the error says why and what would help.
            LimitExceededError: Its caller runs too many.
            SqlCoreError: Any other leaf, from the server.
        """
        if order.call is None:
            raise ValueError("the order has no call")
        if self._watch is not None:
            self._watch.begin()
        with self.admit(order, options) as admitted:
            events = self._connection.procedures.call(order.call, admitted.options)
            mask = admitted.call_mask
            yield from self._seen(events if mask is None else mask.hidden(events), admitted.record)

    def _seen(self, events: Generator[_E, None, None], record: Record) -> Generator[_E, None, None]:
        """Pass events on, and let the audit and the watch see them; closing it closes them."""
        watch = self._watch
        with closing(events) as shown:
            for event in shown:
                record.saw(event)
                if watch is not None:
                    watch.saw(event)
                yield event

    @contextmanager
    def admit(
        self,
        order: Order,
        options: ExecutionOptions,
        check: Callable[[Decision], None] | None = None,
    ) -> Iterator[Admitted]:
        """Judge a statement, wait for its turn and note it; whoever enters sends it.

        Args:
            order: The statement.
            options: How it is to run.
            check: Looks at the decision, and may refuse what it allows.

        Raises:
            SqlCoreError: As of `run`.
        """
        policy = self._policy
        policy.audit.check()
        with self._record(order) as record:
            decision = self._judge(order)
            record.decided(decision)
            decision.raise_if_refused()
            if check is not None:
                check(decision)
            options = _bounded(options, mode_of(order), policy.limits.lock_timeout_s)
            options = self._watched(order, options)
            with (
                policy.turns.take(self._caller, options),
                check_login(policy, self._known, self._connection),
                self._masking(order) as masks,
                self._forgetting(order, decision.kind),
            ):
                yield Admitted(
                    decision=decision,
                    options=options,
                    record=record,
                    mask=masks.of_statement,
                    call_mask=masks.of_call,
                )

    def _watched(self, order: Order, options: ExecutionOptions) -> ExecutionOptions:
        """Have the watch told the connection; the servers tell no progress of mere reads."""
        watch = self._watch
        if watch is None or mode_of(order) is TransactionMode.READ_ONLY or options.on_connection:
            return options
        return attrs.evolve(options, on_connection=watch.connected)

    def note_asked(self, order: Order) -> None:
        """Note that a person is asked whether a statement may run."""
        record = self._record(order)
        record.decided(self._decide_unbound(order))
        record.asked()

    def note_refused(self, order: Order, error: SqlCoreError) -> None:
        """Note a statement that never came here, and why."""
        with suppress(SqlCoreError), self._record(order) as record:
            record.decided(self._decide_unbound(order))
            raise error

    def _decide_unbound(self, order: Order) -> Decision:
        """Decide without a look at values, and whatever the length."""
        if order.call is not None:
            routine = order.call.routine
            return self._decide_call(routine.name, order.access, lambda: (routine,))
        return self.decide(order.statement.text, order.access)

    def _record(self, order: Order) -> Record:
        return Record(
            self._policy.audit,
            order,
            caller=self._caller,
            source=self._known.source,
            dialect=self._connection.dialect.name,
        )

    def decide(self, text: str, access: Access, parameter_types: Collection[str] = ()) -> Decision:
        """Decide whether a text may run at a level."""
        decision = self._decide(text, access, parameter_types, _FACTS_FRESH_S)
        if not decision.allowed and decision.by_schema:
            decision = self._decide(text, access, parameter_types, _FACTS_FRESH_AFTER_REFUSAL_S)
        return decision

    def decide_call(self, name: QualifiedName, access: Access) -> Decision:
        """Decide whether a routine may be called at a level; `name` is as the catalog has it."""
        return self._decide_call(name, access, lambda: self._routines(name))

    def _decide_call(
        self, name: QualifiedName, access: Access, found: Callable[[], Sequence[Routine]]
    ) -> Decision:
        """Decide by the name, and by the texts where the server does not hold it to reading."""
        dialect = self._connection.dialect.name
        return decide_call(
            name,
            dialect,
            access,
            self._policy.allow_procedures,
            lambda: self.effects().facts.search_path,
            refused_by_text=lambda: (
                self._refused_by_text(name, found()) if dialect in _JUDGED_BY_TEXT else None
            ),
        )

    def _refused_by_text(self, name: QualifiedName, found: Sequence[Routine]) -> Refusal | None:
        """Look into a procedure; what it reaches is looked up anew before it is refused for it."""
        if not found:
            return Refusal(f"There is no procedure {name} any more.", "Look for another one.")
        for fresh in (False, True):
            refusal = refuse_procedure(
                found[0],
                partial(self._routines, fresh=fresh),
                partial(self.effects, _FACTS_FRESH_AFTER_REFUSAL_S if fresh else _FACTS_FRESH_S),
                self._allow_functions,
            )
            if refusal is None:
                break
        return refusal

    def _routines(self, name: QualifiedName, *, fresh: bool = False) -> tuple[Routine, ...]:
        procedures = self._connection.procedures
        return self._known.routines.find(procedures, name, fresh=fresh).routines

    def precheck(self, order: Order) -> None:
        """Refuse a statement that may not run, as far as that can be told without the server.

        Takes milliseconds. What is let through, as long texts are, is judged when it runs. A
        refusal is noted.

        Raises:
            InvalidArgumentError: It is empty or too long.
            PolicyError: It may not run, by its text and by what is known of the database.
        """
        try:
            if order.call is not None:
                decision = self._decide_unbound(order)
            else:
                decision = self._decision_by_text(order)
        except _NotKnownError:
            return
        except SqlCoreError:
            with self._record(order):
                raise
        if not decision.allowed:
            with self._record(order) as record:
                record.decided(decision)
                decision.raise_if_refused()

    def _decision_by_text(self, order: Order) -> Decision:
        text = order.statement.text
        self._policy.limits.check_text(text)
        if len(text) > _MAX_PRECHECKED_CHARS:
            raise _NotKnownError
        return guarding.decide(
            text,
            self._connection.dialect.name,
            order.access,
            allow_functions=self._allow_functions,
            effects=self._effects_at_hand,
            parameter_types=_parameter_types(order.statement),
        )

    def _effects_at_hand(self) -> SideEffects:
        """Give what would not be read again for a refusal; waits for nobody who reads it now."""
        known = self._known
        age_s = time.monotonic() - known.effects_read_at  # before the effects, as it is set after
        effects = known.effects
        if effects is None or age_s > _FACTS_FRESH_AFTER_REFUSAL_S:
            raise _NotKnownError
        return effects

    def effects(self, max_age_s: float = _FACTS_FRESH_S) -> SideEffects:
        """Give what the database's own objects may do beside reading."""
        known = self._known
        with known.lock:
            age_s = time.monotonic() - known.effects_read_at
            if known.effects is None or age_s > max_age_s:
                facts = self._connection.inspector.facts()
                known.effects = SideEffects.of(facts, self._connection.dialect.name)
                known.effects_read_at = time.monotonic()
            return known.effects

    def _judge(self, order: Order) -> Decision:
        if order.call is not None:
            return self._decide_unbound(order)
        if order.table is not None:
            return guarding.decide_table(order.table, self._allow_functions, self.effects)
        statement = order.statement
        self._policy.limits.check_text(statement.text)
        return self.decide(statement.text, order.access, _parameter_types(statement))

    def _decide(
        self, text: str, access: Access, parameter_types: Collection[str], max_age_s: float
    ) -> Decision:
        return guarding.decide(
            text,
            self._connection.dialect.name,
            access,
            allow_functions=self._allow_functions,
            effects=lambda: self.effects(max_age_s),
            parameter_types=parameter_types,
        )

    @property
    def _allow_functions(self) -> frozenset[str]:
        return self._policy.allow_functions

    def _masking(self, order: Order) -> AbstractContextManager[_Masks]:
        """Plan the mask of a statement, where there is something to mask."""
        return self._masked(order, self._masks) if self._policy.mask else _NO_MASK

    @contextmanager
    def _masked(self, order: Order, planner: MaskPlanner) -> Iterator[_Masks]:
        """Plan the mask of a statement; errors then carry no value that it hides."""
        if mode_of(order) is TransactionMode.READ_WRITE:
            planner.forget()  # before, for others may have changed something, and after
        if order.call is None:
            masks = _Masks(of_statement=planner.plan(order.statement))
        else:
            masks = _Masks(of_call=CallMask.of(order.call))
        try:
            yield masks
        except SqlCoreError as error:
            mask = masks.of_statement or masks.of_call
            if mask is not None:
                mask.redact(error)
            raise
        finally:
            if mode_of(order) is TransactionMode.READ_WRITE:
                planner.forget()

    @contextmanager
    def _forgetting(self, order: Order, kind: StatementKind) -> Iterator[None]:
        """Look procedures up again behind a statement that may change one."""
        try:
            yield
        finally:
            if kind in _DEFINING and mode_of(order) is TransactionMode.READ_WRITE:
                self._known.routines.forget()

    @property
    def _masks(self) -> MaskPlanner:
        known = self._known
        with known.lock:
            if known.masks is None:
                rules = parse_rules(self._policy.mask)
                known.masks = MaskPlanner(self._connection, rules, lambda: self.effects().facts)
            return known.masks


def _parameter_types(statement: Statement) -> tuple[str, ...]:
    parameters = (*statement.named.values(), *statement.positional)
    return tuple(one.type for one in parameters if one.type is not None)


def _bounded(
    options: ExecutionOptions, mode: TransactionMode, lock_timeout_s: float
) -> ExecutionOptions:
    """Set the mode, and bound the wait for locks; most options come as they have to be."""
    if options.lock_timeout_s is not None:
        lock_timeout_s = min(lock_timeout_s, options.lock_timeout_s)
    if options.mode is mode and options.lock_timeout_s == lock_timeout_s:
        return options
    return attrs.evolve(options, mode=mode, lock_timeout_s=lock_timeout_s)
