"""Asking a person before something is changed, in both generations of the protocol.

From 2026-07-28 on the question is the answer to the call, and the client calls again with what the
person said; before that the server asks while the call waits.

A consent is for exactly the call that was asked about: the tool, all of its arguments, and who
calls. It is not for the number of rows that the question told, which may be another one by then.
And it is for one run: the server remembers what it asked and forgets it with the first answer, so
that an answer that is sent twice asks anew. The SDK seals the reference to the question, with the
caller's login.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
from mcp.server.elicitation import render_elicitation_schema
from mcp.server.mcpserver.context import Context
from mcp_types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, Field, ValidationError

from sqlcore.errors import PolicyError

__all__ = ["Consents", "ask", "binding_of"]

_KEY = "consent"
_MOST_QUESTIONS = 1000


class _Consent(BaseModel):
    run: bool = Field(title="Run it", description="Whether the statement may run")


class Consents:
    """The questions that wait for an answer. For use by many threads."""

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._waiting: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, binding: str) -> str:
        """Remember that something was asked; return the reference to the question."""
        reference = secrets.token_urlsafe(16)
        now = time.monotonic()
        with self._lock:
            self._waiting[reference] = (binding, now + self._keep_s)
            while self._waiting:
                oldest, (_, expires_at) = next(iter(self._waiting.items()))
                if expires_at > now and len(self._waiting) <= _MOST_QUESTIONS:
                    break
                del self._waiting[oldest]
        return reference

    def redeem(self, reference: str | None, binding: str) -> bool:
        """Say whether this was asked and not answered yet; the question is then answered."""
        with self._lock:
            asked, expires_at = self._waiting.pop(reference or "", ("", 0.0))
        return asked == binding and time.monotonic() < expires_at


def binding_of(tool_name: str, arguments: Mapping[str, Any], caller: str) -> str:
    """Give what a consent is for: a digest of a call, and of who makes it."""
    call = json.dumps([tool_name, arguments, caller], sort_keys=True)
    return hashlib.sha256(call.encode()).hexdigest()


async def ask(
    context: Context[Any, Any],
    consents: Consents,
    binding: str,
    write: Callable[[], Awaitable[str]],
    timeout_s: float,
) -> InputRequiredResult | None:
    """Ask whether a call may go on.

    Args:
        context: The request.
        consents: Where questions are remembered.
        binding: What the consent is for.
        write: Writes the question; may take as long as a preview.
        timeout_s: How long a person is waited for, where the connection stays open.

    Returns:
        None where a person agreed; otherwise what the client has to answer first.

    Raises:
        PolicyError: The person did not agree, or cannot be asked.
    """
    if not _can_ask(context):
        raise PolicyError(
            "This statement may change data or schema, a person has to agree to it, and this "
            "client cannot ask one.",
            hint="Use a client that supports elicitation (over HTTP an older client needs "
            'http_answers = "sse"), or have the operator set confirm_writes = "never".',
        )
    if context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        _check(await _asked_meanwhile(context, await write(), timeout_s))
        return None
    answer = (context.input_responses or {}).get(_KEY)
    if answer is not None and consents.redeem(context.request_state, binding):
        _check(_read(answer))
        return None
    form = ElicitRequestFormParams(
        message=await write(), requested_schema=render_elicitation_schema(_Consent)
    )
    return InputRequiredResult(
        input_requests={_KEY: ElicitRequest(params=form)},
        request_state=consents.remember(binding),
    )


async def _asked_meanwhile(context: Context[Any, Any], message: str, timeout_s: float) -> bool:
    try:
        with anyio.fail_after(timeout_s):
            answer = await context.elicit(message, _Consent)
    except TimeoutError:
        raise PolicyError(
            f"Nobody answered within {timeout_s:g} seconds whether the statement may run.",
            hint="It was not run.",
        ) from None
    except ValueError as error:
        raise _unreadable() from error
    return answer.action == "accept" and answer.data.run


def _read(answer: object) -> bool:
    """Read the client's answer, which anybody may have written."""
    if not isinstance(answer, ElicitResult):
        raise _unreadable()
    if answer.action != "accept":
        return False
    try:
        return _Consent.model_validate(answer.content).run
    except ValidationError as error:
        raise _unreadable() from error


def _unreadable() -> PolicyError:
    return PolicyError(
        "The client's answer to the question whether the statement may run cannot be read.",
        hint="It was not run.",
    )


def _check(agreed: bool) -> None:  # noqa: FBT001  # one answer
    if not agreed:
        raise PolicyError(
            "The person was asked and did not agree that the statement runs. It was not run.",
            hint="Ask what they want instead; do not try it again as it is.",
        )


def _can_ask(context: Context[Any, Any]) -> bool:
    capabilities = context.client_capabilities
    elicitation = None if capabilities is None else capabilities.elicitation
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return False
    modern = context.protocol_version in MODERN_PROTOCOL_VERSIONS
    return modern or context.session.can_send_request
