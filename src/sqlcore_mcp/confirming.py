"""Asking a person before something is changed, in both generations of the protocol.

From 2026-07-28 on the question is the answer to the call, and the client calls again with what the
person said; before that the server asks while the call waits. The SDK binds what was said to the
exact question and to the arguments of the call.
"""

from __future__ import annotations

from typing import Any

import anyio
from mcp.server.mcpserver.context import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import (
    AcceptedElicitation,
    Elicit,
    Resolve,
    build_resolver_plans,
    resolve_arguments,
)
from mcp_types import InputRequiredResult
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, Field

from sqlcore.errors import PolicyError
from sqlcore_mcp.definitions import Question

__all__ = ["ask"]


class _Consent(BaseModel):
    run: bool = Field(title="Run it", description="Whether the statement may run")


async def _consent(message: str) -> Elicit[_Consent]:
    return Elicit(message, _Consent)


_WANTED = {"consent": (Resolve(_consent), True)}
_PLANS = build_resolver_plans(_WANTED, {"message"})


async def ask(
    context: Context[Any, Any], question: Question, timeout_s: float
) -> InputRequiredResult | None:
    """Ask whether a statement may run.

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
    try:
        with anyio.fail_after(timeout_s):
            answers = await resolve_arguments(
                _WANTED, _PLANS, {"message": question.message}, context
            )
    except TimeoutError:
        raise PolicyError(
            f"Nobody answered within {timeout_s:g} seconds whether the statement may run.",
            hint="It was not run.",
        ) from None
    except ToolError as error:
        raise PolicyError(
            "The client's answer to the question whether the statement may run cannot be read.",
            hint="It was not run.",
        ) from error
    if isinstance(answers, InputRequiredResult):
        return answers
    consent = answers["consent"]
    if not isinstance(consent, AcceptedElicitation) or not consent.data.run:
        raise PolicyError(
            "The person was asked and did not agree that the statement runs. It was not run.",
            hint="Ask what they want instead; do not try it again as it is.",
        )
    return None


def _can_ask(context: Context[Any, Any]) -> bool:
    capabilities = context.client_capabilities
    elicitation = None if capabilities is None else capabilities.elicitation
    if elicitation is None or (elicitation.form is None and elicitation.url is not None):
        return False
    modern = context.protocol_version in MODERN_PROTOCOL_VERSIONS
    return modern or context.session.can_send_request
