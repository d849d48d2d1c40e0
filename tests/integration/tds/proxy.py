"""A proxy before a live server: it notes what both sides say, and can fail on purpose."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Sequence
from typing import Literal

import attrs
from tests.integration.tds.framing import (
    Encryption,
    Message,
    Packet,
    PacketType,
    ProtocolError,
    prelogin_encryption,
    read_message,
    read_packet,
    with_encryption,
)
from tests.integration.tds.loopback import LoopbackServer, RequestLog, shut
from tests.integration.tds.recording import Directive, Exchange, Packets, Step
from tests.integration.tds.requests import Account, Request
from tests.integration.tds.tokens import Annotator

__all__ = ["Fault", "Proxy"]

_CONNECT_TIMEOUT_S = 15.0
# Small, so that a server does not run far ahead of a client that stopped reading.
_BUFFER_BYTES = 32_768


@attrs.frozen
class Fault:
    """What the proxy does to the answer of a request whose text contains a pattern.

    After so many packets of the answer, `cut` closes the connection, and `silence` passes nothing
    on any more, in either direction.
    """

    pattern: re.Pattern[str]
    kind: Literal["cut", "silence"]
    after_packets: int


@attrs.define
class _Draft:
    """An exchange while it happens."""

    connection: int
    section: str
    request: Request
    fault: Fault | None
    steps: list[Directive | Packet] = attrs.field(factory=list)

    @property
    def packet_count(self) -> int:
        return sum(1 for step in self.steps if isinstance(step, Packet))

    @property
    def is_open(self) -> bool:
        """Whether the client still waits for something."""
        if not self.steps:
            return True
        last = self.steps[-1]
        if isinstance(last, Packet):
            return not last.ends_message
        return last is Directive.HOLD_UNTIL_ATTENTION

    @property
    def is_silent(self) -> bool:
        fault = self.fault
        return (
            fault is not None
            and fault.kind == "silence"
            and self.packet_count >= fault.after_packets
        )

    def finished(self) -> Exchange:
        steps = _joined(self.steps)
        if self.request.kind == "login" and _is_refused_login(steps):
            # Both sides close then; which of them is first is chance.
            steps = (*(step for step in steps if isinstance(step, Packets)), Directive.CLOSE)
        return Exchange(
            connection=self.connection,
            section=self.section,
            kind=self.request.kind,
            text=self.request.text,
            steps=steps,
        )


def _is_refused_login(steps: Sequence[Step]) -> bool:
    answer = b"".join(p for step in steps if isinstance(step, Packets) for p in step.payloads)
    names = {annotation.name for annotation in Annotator().annotate(answer)}
    return bool(names) and "LOGINACK" not in names


def _joined(steps: Sequence[Directive | Packet]) -> tuple[Step, ...]:
    """Put packets that follow each other into one step."""
    joined: list[Step] = []
    for step in steps:
        if isinstance(step, Directive):
            joined.append(step)
            continue
        last = joined[-1] if joined else None
        if isinstance(last, Packets) and not last.complete:
            payloads = (*last.payloads, step.payload)
            joined[-1] = Packets(payloads, complete=step.ends_message)
        else:
            joined.append(Packets((step.payload,), complete=step.ends_message))
    return tuple(joined)


class Proxy:
    """Passes conversations on to a live server, on a free port of 127.0.0.1, until it is closed.

    It asks the server for a connection without encryption. A server that insists on TLS cannot be
    recorded; without `records` its connections are passed on unread.
    """

    def __init__(self, host: str, port: int, account: Account, *, records: bool) -> None:
        self.requests = RequestLog()
        self.section = ""
        self.faults: list[Fault] = []
        self.records = records
        self.account = account
        self.is_closing = False
        self._upstream = (host, port)
        self._lock = threading.Lock()
        self._connection_count = 0
        self._drafts: list[_Draft] = []
        self._server = LoopbackServer(self._serve)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.port

    @property
    def problems(self) -> list[str]:
        """What went wrong inside."""
        return self._server.problems

    def close(self) -> None:
        """End every connection. Idempotent."""
        self.is_closing = True
        self._server.close()

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return what was recorded so far; prelogins that say nothing new are left out."""
        with self._lock:
            finished = [draft.finished() for draft in self._drafts]
        preludes: set[tuple[Request, tuple[Step, ...]]] = set()
        kept = []
        for exchange in finished:
            if exchange.kind == "prelogin":
                prelude = (exchange.request, exchange.steps)
                if prelude in preludes:
                    continue
                preludes.add(prelude)
            kept.append(exchange)
        return tuple(kept)

    def begin(self, connection: int, request: Request) -> _Draft:
        """Start an exchange."""
        with self._lock:
            fault = next((f for f in self.faults if f.pattern.search(request.text)), None)
            draft = _Draft(connection, self.section, request, fault)
            self._drafts.append(draft)
        self.requests.add(request)
        return draft

    def _serve(self, client: socket.socket) -> None:
        try:
            upstream = socket.create_connection(self._upstream, timeout=_CONNECT_TIMEOUT_S)
        except OSError as exc:
            self.problems.append(f"the live server cannot be reached: {exc}")
            return
        self._server.track(upstream)
        with self._lock:
            self._connection_count += 1
            number = self._connection_count
        try:
            upstream.settimeout(None)
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
            _Link(self, client, upstream, number).run()
        finally:
            self._server.untrack(upstream)


class _Link:
    """One connection through the proxy: a thread for each direction."""

    def __init__(
        self, proxy: Proxy, client: socket.socket, upstream: socket.socket, number: int
    ) -> None:
        self._proxy = proxy
        self._client = client
        self._upstream = upstream
        self._number = number
        self._lock = threading.Lock()
        self._draft: _Draft | None = None
        self._is_opaque = False
        self._client_has_gone = False

    def run(self) -> None:
        """Pass everything on until one side closes."""
        answering = threading.Thread(target=self._pass_answers, name=f"tds-answers-{self._number}")
        answering.start()
        try:
            self._pass_requests()
        finally:
            shut(self._client)
            shut(self._upstream)
            answering.join()

    def _pass_requests(self) -> None:
        try:
            while (message := self._next_message()) is not None:
                passed_on = self._note_request(message)
                if passed_on is not None and not self._send_upstream(passed_on):
                    return
            if self._is_opaque:
                _pump(self._client, self._upstream)
        except ConnectionError:
            pass  # The same as an orderly close: it may have been a shutdown by a watchdog.
        with self._lock:
            self._client_has_gone = True
            if self._draft is not None and self._draft.is_open:
                self._draft.steps.append(Directive.HOLD_UNTIL_CLIENT_CLOSES)

    def _next_message(self) -> Message | None:
        return None if self._is_opaque else read_message(self._client)

    def _send_upstream(self, data: bytes) -> bool:
        try:
            self._upstream.sendall(data)
        except OSError:
            return False  # The server closed; `_pass_answers` notes that.
        return True

    def _note_request(self, message: Message) -> bytes | None:
        """Note a client's message; return what the server shall get."""
        if message.type == PacketType.ATTENTION:
            return message.raw if self._note_attention() else None
        if self._is_opaque:
            return message.raw
        draft = self._proxy.begin(self._number, Request.of(message, self._proxy.account))
        with self._lock:
            self._draft = draft
            if draft.fault is not None and draft.fault.after_packets == 0:
                if draft.fault.kind == "cut":
                    draft.steps.append(Directive.CLOSE)
                    shut(self._client)
                return None
        if message.type == PacketType.PRELOGIN and draft.request.text == "encryption optional":
            return with_encryption(message.raw, Encryption.NOT_SUPPORTED)
        return message.raw

    def _note_attention(self) -> bool:
        """Note an attention; return whether the server shall get it."""
        with self._lock:
            if self._draft is None:
                return True
            is_silent = self._draft.is_silent
            self._draft.steps.append(Directive.HOLD_UNTIL_ATTENTION)
            return not is_silent

    def _pass_answers(self) -> None:
        try:
            while not self._is_opaque and (packet := read_packet(self._upstream)) is not None:
                if self._note_answer(packet):
                    self._client.sendall(packet.raw)
            if self._is_opaque:
                _pump(self._upstream, self._client)
        except OSError:
            pass  # One of the two has gone.
        except ProtocolError as exc:
            self._proxy.problems.append(str(exc))
        with self._lock:
            draft = self._draft
            closed_by_server = not self._client_has_gone and not self._proxy.is_closing
            if closed_by_server and draft is not None and Directive.CLOSE not in draft.steps:
                draft.steps.append(Directive.CLOSE)
        shut(self._client)

    def _note_answer(self, packet: Packet) -> bool:
        """Note a server's packet; return whether the client shall get it."""
        with self._lock:
            draft = self._draft
            if draft is None or self._client_has_gone or draft.is_silent:
                return False
            if Directive.CLOSE in draft.steps:
                return False
            draft.steps.append(packet)
            fault = draft.fault
        if draft.request.kind == "prelogin":
            self._check_encryption(packet)
        if fault is not None and fault.kind == "cut" and draft.packet_count >= fault.after_packets:
            with contextlib.suppress(OSError):
                self._client.sendall(packet.raw)
            with self._lock:
                draft.steps.append(Directive.CLOSE)
            shut(self._client)
            shut(self._upstream)
            return False
        return True

    def _check_encryption(self, packet: Packet) -> None:
        if prelogin_encryption(packet.payload) is Encryption.NOT_SUPPORTED:
            return
        if self._proxy.records:
            raise ProtocolError(
                "the server insists on TLS, and what is encrypted cannot be recorded; "
                "record with a server that allows connections without encryption"
            )
        self._is_opaque = True


def _pump(source: socket.socket, target: socket.socket) -> None:
    while data := source.recv(65_536):
        target.sendall(data)
