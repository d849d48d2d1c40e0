"""Finding the recorded answer to a request."""

from __future__ import annotations

import difflib
import re
import threading
from collections.abc import Sequence

import attrs
from tests.integration.tds.recording import Exchange, Recording
from tests.integration.tds.requests import Request

__all__ = ["Miss", "Playbook", "TextRules"]

_ALWAYS_REPEATABLE = frozenset({"prelogin", "login"})


class TextRules:
    """What tests say about the texts of requests: what differs between runs, what may repeat."""

    def __init__(self) -> None:
        self._normalisers: list[tuple[re.Pattern[str], str]] = []
        self._repeatable: list[re.Pattern[str]] = []

    def add_normaliser(self, pattern: str, placeholder: str) -> None:
        """Replace what matches, in recordings and in requests, by a placeholder."""
        self._normalisers.append((re.compile(pattern), placeholder))

    def add_repeatable(self, pattern: str) -> None:
        """Let requests that match from start to end be asked more often than was recorded."""
        self._repeatable.append(re.compile(pattern, re.DOTALL))

    def normalised(self, request: Request) -> Request:
        """Replace what differs between runs."""
        text = request.text
        for pattern, placeholder in self._normalisers:
            text = pattern.sub(placeholder, text)
        return attrs.evolve(request, text=text)

    def may_repeat(self, request: Request) -> bool:
        """Whether an answer that was given already may be given again."""
        return request.kind in _ALWAYS_REPEATABLE or any(
            pattern.fullmatch(request.text) for pattern in self._repeatable
        )


@attrs.frozen
class Miss:
    """A request that has no recorded answer left."""

    section: str
    request: Request
    used_up: bool
    nearest: str | None

    def describe(self) -> str:
        """Say what was sent, and what recorded request is most like it."""
        reason = "was sent more often than recorded" if self.used_up else "was never recorded"
        lines = [f"This {self.request.kind} request {reason}:", _indented(self.request.text)]
        if self.nearest is not None and not self.used_up:
            difference = difflib.unified_diff(
                self.nearest.splitlines(),
                self.request.text.splitlines(),
                "recorded",
                "sent",
                lineterm="",
            )
            lines += ["The nearest recorded one differs so:", _indented("\n".join(difference))]
        return "\n".join(lines)


class Playbook:
    """The exchanges of a recording, each to be used once, from any number of threads."""

    def __init__(self, recording: Recording, rules: TextRules) -> None:
        self._exchanges = recording.exchanges
        self._rules = rules
        self._used = [False] * len(recording.exchanges)
        self._lock = threading.Lock()
        self._misses: list[Miss] = []
        self.section = ""

    def find(self, request: Request, connection: int | None) -> Exchange | None:
        """Take the next answer to a request; None, and a miss, when there is none.

        The section of the running test comes first, then what belongs to no test; in each, what
        was recorded on the same connection comes first, then the order of the file.

        Args:
            request: What the client asked.
            connection: The recorded connection that the client's one stands for, once known.
        """
        request = self._rules.normalised(request)
        with self._lock:
            section = self.section
            same = [i for i, e in enumerate(self._exchanges) if e.request == request]
            index = self._first_unused(same, section, connection)
            if index is None and self._rules.may_repeat(request):
                index = self._repeated(same, section, connection)
            if index is None:
                self._misses.append(self._miss(section, request, used_up=bool(same)))
                return None
            self._used[index] = True
            return self._exchanges[index]

    def _first_unused(
        self, candidates: Sequence[int], section: str, connection: int | None
    ) -> int | None:
        for wanted in dict.fromkeys((section, "")):
            unused = [
                index
                for index in candidates
                if not self._used[index] and self._exchanges[index].section == wanted
            ]
            own = [index for index in unused if self._exchanges[index].connection == connection]
            if own or unused:
                return (own or unused)[0]
        return None

    def _repeated(
        self, candidates: Sequence[int], section: str, connection: int | None
    ) -> int | None:
        """Choose among answers given before and those of other tests."""

        def preference(index: int) -> tuple[bool, bool, bool]:
            exchange = self._exchanges[index]
            return (
                not self._used[index],
                exchange.connection == connection,
                exchange.section == section,
            )

        return max(candidates, key=preference, default=None)

    def _miss(self, section: str, request: Request, *, used_up: bool) -> Miss:
        recorded = [e.text for e in self._exchanges if e.kind == request.kind]
        nearest = difflib.get_close_matches(request.text, recorded, n=1, cutoff=0.3)
        return Miss(section, request, used_up, nearest[0] if nearest else None)

    def take_misses(self) -> tuple[Miss, ...]:
        """Return the misses since the last call."""
        with self._lock:
            misses = tuple(self._misses)
            self._misses.clear()
        return misses

    def unused(self, section: str) -> tuple[Exchange, ...]:
        """Return what was recorded in a section and not asked for."""
        with self._lock:
            return tuple(
                exchange
                for exchange, used in zip(self._exchanges, self._used, strict=True)
                if not used and exchange.section == section and exchange.kind != "prelogin"
            )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))
