"""What a recording holds: requests, and what the server did about each of them."""

from __future__ import annotations

import enum
from collections.abc import Collection

import attrs
from tests.integration.tds.requests import Kind, Request
from tests.integration.tds.tokens import Annotator

__all__ = ["Directive", "Exchange", "Packets", "Recording", "Step", "merge"]


class Directive(enum.Enum):
    """What happens between the packets of an answer, apart from packets."""

    HOLD_UNTIL_ATTENTION = "hold until attention"
    HOLD_UNTIL_CLIENT_CLOSES = "hold until client closes"
    CLOSE = "close"


@attrs.frozen
class Packets:
    """Packets that the server sent in one go; `complete` when the last one ends the message."""

    payloads: tuple[bytes, ...] = attrs.field(validator=attrs.validators.min_len(1))
    complete: bool


Step = Packets | Directive


@attrs.frozen(kw_only=True)
class Exchange:
    """A request and what the server did about it, in order.

    `section` names the test, in a recording that several tests share; it is empty for what
    happened outside of them. `connection` counts the connections of the recording.
    """

    connection: int
    kind: Kind
    text: str
    steps: tuple[Step, ...]
    section: str = ""

    @property
    def request(self) -> Request:
        """The request alone."""
        return Request(self.kind, self.text)

    @property
    def ends(self) -> bool:
        """Whether the server had finished its answer."""
        return bool(self.steps) and isinstance(self.steps[-1], Packets) and self.steps[-1].complete


@attrs.frozen(kw_only=True)
class Recording:
    """The conversations of one test, or of several that share a connection."""

    test: str
    database: str
    exchanges: tuple[Exchange, ...]

    @property
    def server(self) -> str:
        """The server's name and version as it gave them at the login; empty without a login."""
        for exchange in self.exchanges:
            if exchange.kind != "login":
                continue
            for step in exchange.steps:
                if not isinstance(step, Packets):
                    continue
                for annotation in Annotator().annotate(b"".join(step.payloads)):
                    if annotation.name == "LOGINACK":
                        return annotation.text
        return ""


def merge(old: Recording, new: Recording, *, replaced_sections: Collection[str]) -> Recording:
    """Keep the other sections of an older recording beside a new one.

    Connections of the old one get numbers above those of the new one.
    """
    offset = max((exchange.connection for exchange in new.exchanges), default=0)
    numbers: dict[int, int] = {}
    kept = [
        attrs.evolve(
            exchange,
            connection=numbers.setdefault(exchange.connection, offset + len(numbers) + 1),
        )
        for exchange in old.exchanges
        if exchange.section not in replaced_sections
    ]
    return attrs.evolve(new, exchanges=(*new.exchanges, *kept))
