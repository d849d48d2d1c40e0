"""Measure the guard: `python -m benchmarks guard`.

Prints how many statements of the project's own collections it accepts and refuses, and how long
one decision takes: for the collections, for generated statements of any size up to 5,000
characters, and for the densest ones. Nothing is cached between decisions; the time is that of the
processor, so that other programs do not count.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from time import thread_time

from tests.unit.guarding.corpus_reading import ATTACKS, READS, Entry

from benchmarks.guard_statements import dense, ordinary
from benchmarks.measuring import Figure, ms, p50
from sqlcore.domain.access import Access
from sqlcore.domain.lexing import cut
from sqlcore.services.guarding import Decision, decide, warm_up
from sqlcore.services.guarding.deciding import forget

__all__ = ["run_guard"]

_DIALECTS = ("postgres", "tsql")
_MAX_CHARS = 5_000
_AIM_P50_S, _AIM_P99_S = 0.0005, 0.003


def run_guard(rounds: int) -> list[Figure]:
    """Measure the guard, every statement so many times (the fastest counts)."""
    figures = [
        _rate(dialect, entries, name) for dialect in _DIALECTS for name, entries in _classes()
    ]
    for dialect in _DIALECTS:
        warm_up(dialect)
        figures += _speeds(dialect, rounds)
    return figures


def _classes() -> Iterable[tuple[str, Sequence[Entry]]]:
    return (("reads", READS), ("attacks", ATTACKS))


def _rate(dialect: str, entries: Sequence[Entry], name: str) -> Figure:
    decisions = [_decide(entry.sql, dialect) for entry in entries if entry.dialect == dialect]
    accepted = sum(decision.allowed for decision in decisions)
    wanted = len(decisions) if name == "reads" else 0
    return Figure(
        name=f"{dialect} {name} accepted",
        value=f"{accepted} of {len(decisions)} ({100 * accepted / len(decisions):.1f} %)",
        aim=f"{wanted}",
        met=accepted == wanted,
    )


def _speeds(dialect: str, rounds: int) -> list[Figure]:
    source = random.Random(7)  # noqa: S311 - the same statements in each run
    generated = [_at_most(dialect, source.randrange(50, _MAX_CHARS), source) for _ in range(400)]
    collections = {
        "own reads": [entry.sql for entry in READS if entry.dialect == dialect],
        "own attacks": [entry.sql for entry in ATTACKS if entry.dialect == dialect],
        "generated, to 1,000 characters": [sql for sql in generated if len(sql) <= 1_000],
        "generated, to 5,000 characters": generated,
        "the same with a write behind": [f"{sql}\n; DELETE FROM orders" for sql in generated],
        "dense, 5,000 characters": [dense(_MAX_CHARS)],
    }
    figures = []
    for name, statements in collections.items():
        samples = [_fastest(sql, dialect, rounds) for sql in statements]
        high = _p99(samples)
        figures.append(
            Figure(
                name=f"{dialect} decision, {name}",
                value=f"p50 {ms(p50(samples))}, p99 {ms(high)}",
                compared_with=f"{len(statements)} statements, median "
                f"{int(p50(map(len, statements)))} characters",
                aim=f"p50 {ms(_AIM_P50_S)}, p99 {ms(_AIM_P99_S)}",
                met=p50(samples) <= _AIM_P50_S and high <= _AIM_P99_S,
            )
        )
    text = "\n".join(generated)
    started = thread_time()
    cut(text, dialect)
    figures.append(
        Figure(
            name=f"{dialect} tokenizer",
            value=f"{len(text) / (thread_time() - started) / 1e6:.1f} MB/s",
        )
    )
    return figures


def _at_most(dialect: str, size: int, source: random.Random) -> str:
    while True:
        sql = ordinary(dialect, size, source)
        if len(sql) <= _MAX_CHARS:
            return sql
        size = size * 4 // 5


def _decide(sql: str, dialect: str) -> Decision:
    forget()
    return decide(sql, dialect, Access.READ)


def _fastest(sql: str, dialect: str, rounds: int) -> float:
    samples = []
    for _ in range(rounds):
        forget()
        started = thread_time()
        decide(sql, dialect, Access.READ)
        samples.append(thread_time() - started)
    return min(samples)


def _p99(samples: Sequence[float]) -> float:
    return sorted(samples)[round(0.99 * (len(samples) - 1))]
