"""Samples, percentiles, and the table that a run prints."""

from __future__ import annotations

import json
import platform
import statistics
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any

import attrs


@attrs.frozen(kw_only=True)
class Figure:
    """One line of the report: a value, what it is compared with, and what was aimed at."""

    name: str
    value: str
    compared_with: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None


def time_calls(call: Callable[[], Any], count: int) -> list[float]:
    """Time calls one by one, in seconds, after one that is not counted."""
    call()
    samples = []
    for _ in range(count):
        started = perf_counter()
        call()
        samples.append(perf_counter() - started)
    return samples


def p50(samples: Iterable[float]) -> float:
    return statistics.median(samples)


def p95(samples: Iterable[float]) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def spread(samples: list[float]) -> str:
    return f"p50 {ms(p50(samples))}, p95 {ms(p95(samples))}"


def print_report(figures: list[Figure]) -> None:
    print(f"\nPython {platform.python_version()}, {platform.machine()}, {platform.system()}\n")
    print("| figure | value | compared with | ratio | aim | met |")
    print("|---|---|---|---|---|---|")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        print(
            f"| {figure.name} | {figure.value} | {figure.compared_with} | {ratio} "
            f"| {figure.aim} | {met} |"
        )
    sys.stdout.flush()


def write_json(figures: list[Figure], path: Path) -> None:
    path.write_text(json.dumps([attrs.asdict(figure) for figure in figures], indent=1) + "\n")


def rss_bytes(pid: int | str = "self") -> int:
    """Return a process's resident memory (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("no VmRSS")
