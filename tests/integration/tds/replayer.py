"""A server that gives recorded answers."""

from __future__ import annotations

import socket

from tests.integration.tds.framing import (
    Message,
    PacketType,
    ProtocolError,
    encode_response,
    read_message,
)
from tests.integration.tds.loopback import LoopbackServer, RequestLog
from tests.integration.tds.matching import Playbook
from tests.integration.tds.recording import Directive, Exchange
from tests.integration.tds.requests import Account, Request

__all__ = ["Replayer"]

# DONE with the attention bit ([MS-TDS] 2.2.7.6).
_ATTENTION_ACKNOWLEDGED = bytes.fromhex("fd 2000 0000 0000000000000000")

# Nothing in a replay takes time, apart from a client's own timeouts.
_HOLD_TIMEOUT_S = 20.0


class Replayer:
    """Answers on a free port of 127.0.0.1 until it is closed."""

    def __init__(self, playbook: Playbook, account: Account) -> None:
        self.requests = RequestLog()
        self._playbook = playbook
        self._account = account
        self._server = LoopbackServer(self._serve)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.port

    @property
    def problems(self) -> list[str]:
        """What went wrong inside, apart from misses."""
        return self._server.problems

    def close(self) -> None:
        """End every connection. Idempotent."""
        self._server.close()

    def _serve(self, client: socket.socket) -> None:
        recorded_connection: int | None = None
        message = read_message(client)
        while message is not None:
            if message.type == PacketType.ATTENTION:
                # The client had not read to the end of an answer that was already sent.
                client.sendall(encode_response([_ATTENTION_ACKNOWLEDGED], complete=True))
                message = read_message(client)
                continue
            request = Request.of(message, self._account)
            exchange = self._playbook.find(request, recorded_connection)
            if exchange is None:
                return
            if exchange.kind == "login":
                recorded_connection = exchange.connection
            self.requests.add(request)
            message = self._perform(exchange, client)

    def _perform(self, exchange: Exchange, client: socket.socket) -> Message | None:
        """Do what was recorded; return the client's next message, None when it is over."""
        answered = False
        for step in exchange.steps:
            if step is Directive.CLOSE:
                return None
            if step is Directive.HOLD_UNTIL_CLIENT_CLOSES:
                while _held(client, exchange, step) is not None:
                    pass  # An attention, which the server did not answer.
                return None
            if step is Directive.HOLD_UNTIL_ATTENTION:
                message = read_message(client) if answered else _held(client, exchange, step)
                if message is None:
                    return None
                if message.type != PacketType.ATTENTION:
                    # When the recording was made the client was still reading what it has
                    # read to the end by now.
                    return message if answered else None
                continue
            client.sendall(encode_response(step.payloads, complete=step.complete))
            answered = step.complete
        return read_message(client)


def _held(client: socket.socket, exchange: Exchange, directive: Directive) -> Message | None:
    """Wait for what ended the silence of the server when the recording was made."""
    client.settimeout(_HOLD_TIMEOUT_S)
    try:
        return read_message(client)
    except TimeoutError:
        raise ProtocolError(
            f"the recording says {directive.value!r}, which did not come within "
            f"{_HOLD_TIMEOUT_S:g} s, in the answer to:\n{exchange.text}"
        ) from None
    finally:
        client.settimeout(None)
