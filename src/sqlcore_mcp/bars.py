"""A bar on a terminal while something runs: rows so far, time, and a fraction where it is known."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlcore.domain.session import Progress
from sqlcore.errors import SqlCoreError

__all__ = ["run_with_bar"]

_Result = TypeVar("_Result")
_BEFORE_S = 0.5
_EVERY_S = 0.1
_ASKED_EVERY_S = 1.0
_STOPPING_S = 5.0


def run_with_bar(
    work: Callable[[], _Result],
    rows: Callable[[], int],
    *,
    stop: Callable[[], None],
    ask: Callable[[], Progress | None] | None = None,
) -> _Result:
    """Do something on a thread, and show on the error stream how far it is.

    Nothing is shown of what is over in half a second, nor where the stream is no terminal.

    Args:
        work: What is done.
        rows: Tells the rows so far, at once.
        stop: Stops it, if the person does not want to wait any longer.
        ask: Asks the server how far it is; may take a second.

    Raises:
        KeyboardInterrupt: The person has stopped it.
    """
    if not sys.stderr.isatty():
        return work()
    job = _Job(work)
    try:
        if not job.over.wait(_BEFORE_S):
            _show(job, rows, None if ask is None else _Asker(ask, job.over))
    except KeyboardInterrupt:
        stop()
        is_over = job.over.wait(_STOPPING_S)
        words = "Stopped." if is_over else "Told to stop; there is no answer yet."
        print(words, file=sys.stderr)  # noqa: T201  # a person waits for it
        raise
    return job.result()


class _Job(Generic[_Result]):
    """Something that is done on a thread of its own."""

    def __init__(self, work: Callable[[], _Result]) -> None:
        self.over = threading.Event()
        self._work = work
        self._results: list[_Result] = []
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name="sqlcore-call", daemon=True).start()

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001  # raised where the result is asked for
            self._error = error
        finally:
            self.over.set()

    def result(self) -> _Result:
        if self._error is not None:
            raise self._error
        return self._results[0]


class _Asker:
    """Asks the server about once a second, without holding up the bar."""

    def __init__(self, ask: Callable[[], Progress | None], over: threading.Event) -> None:
        self.latest: Progress | None = None
        self._ask = ask
        self._over = over
        threading.Thread(target=self._run, name="sqlcore-progress", daemon=True).start()

    def _run(self) -> None:
        while not self._over.wait(_ASKED_EVERY_S):
            try:
                self.latest = self._ask()
            except SqlCoreError:  # what cannot be told is not shown
                self.latest = None


def _show(job: _Job[_Result], rows: Callable[[], int], asker: _Asker | None) -> None:
    from rich import progress  # noqa: PLC0415  # only for a person
    from rich.console import Console  # noqa: PLC0415

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.TimeElapsedColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(_words(rows(), None), total=None)
        while not job.over.wait(_EVERY_S):
            fraction = None
            if asker is not None and asker.latest is not None:
                fraction = asker.latest.fraction
            if fraction is None:
                bars.update(bar, description=_words(rows(), None), total=None)
            else:
                words = _words(rows(), fraction)
                bars.update(bar, description=words, total=1.0, completed=fraction)


def _words(rows: int, fraction: float | None) -> str:
    words = f"{rows:,} row{'' if rows == 1 else 's'}" if rows else "running"
    return words if fraction is None else f"{words}, {fraction:.0%}"
