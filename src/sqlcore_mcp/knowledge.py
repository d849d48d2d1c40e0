"""Posting documents to the HTTP endpoint that the settings name.

The token goes to that endpoint and to nobody else: never over plain HTTP, but on this machine or
where the settings allow it, and never to where the endpoint redirects. Nothing that the endpoint
answers is shown, for it may repeat what it was sent.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import Secret
from sqlcore.domain.csv_lines import compact_json
from sqlcore.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    ExecutionError,
    LimitExceededError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)

if TYPE_CHECKING:
    import httpx2

__all__ = ["KnowledgeDocument", "KnowledgeEndpoint"]

_ATTEMPTS = 4
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 20.0
_OK, _REDIRECT, _CLIENT_ERROR, _SERVER_ERROR = 200, 300, 400, 500
_REFUSED = (401, 403)
_TOO_LARGE = 413
_TO_TRY_AGAIN = (408, 425, 429)


@attrs.frozen(kw_only=True)
class KnowledgeDocument:
    """What is posted, field by field, as JSON.

    Attributes:
        type: `database_documentation` or `data_dictionary`.
        metadata: JSON-safe.
    """

    type: str
    title: str
    content: str = attrs.field(repr=False)
    tags: tuple[str, ...] = ()
    metadata: dict[str, Any] = attrs.field(factory=dict)


class KnowledgeEndpoint:
    """Posts documents; for use by many threads.

    Args:
        url: Its address.
        token: Sent as `Authorization: Bearer`; none is sent where left out.
        timeout_s: For a document, with all attempts and the pauses between them.
        pause: Says how long to wait after an attempt, by its number from 0; in seconds.
    """

    def __init__(
        self,
        url: str,
        token: Secret | None,
        timeout_s: float,
        *,
        pause: Callable[[int], float] | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._timeout_s = timeout_s
        self._pause = pause or _backoff
        self.host = urlsplit(url).netloc

    def post(self, document: KnowledgeDocument, cancel: CancelToken | None = None) -> int:
        """Post a document and return the status of the answer; blocks.

        It is tried again where there was no answer, or one that asks for it (408, 425, 429, 5xx).
        All attempts carry the same `Idempotency-Key`, so that an endpoint can tell them from new
        documents.

        Raises:
            SqlCoreError: The endpoint did not take it; the error says why.
        """

        def run() -> int:
            return asyncio.run(self._post_in_time(document, cancel or CancelToken()))

        with ThreadPoolExecutor(1, "sqlcore-knowledge") as threads:  # the caller may be in a loop
            return threads.submit(run).result()

    async def _post_in_time(self, document: KnowledgeDocument, cancel: CancelToken) -> int:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(self._post(document))

        def stop() -> None:
            with suppress(RuntimeError):  # the loop has been closed: it is over
                loop.call_soon_threadsafe(task.cancel)

        forget = cancel.on_cancel(stop)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await task
        except TimeoutError:
            raise StatementTimeoutError(
                f"The knowledge endpoint at {self.host} did not take the document within"
                f" {self._timeout_s:g} seconds.",
                hint="It may have it all the same. Look there, or raise knowledge_timeout_seconds.",
            ) from None
        except asyncio.CancelledError:
            raise StatementCancelledError("Storing the document was cancelled.") from None
        finally:
            forget()

    async def _post(self, document: KnowledgeDocument) -> int:
        import httpx2  # noqa: PLC0415  # only where an endpoint is used

        body = compact_json(attrs.asdict(document)).encode("utf-8", "backslashreplace")
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
        }
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.reveal()}"
        # A proxy of the environment would read what plain HTTP carries.
        trusts_proxies = self._url.startswith("https:")
        async with httpx2.AsyncClient(
            timeout=self._timeout_s, follow_redirects=False, trust_env=trusts_proxies
        ) as client:
            for attempt in range(_ATTEMPTS):
                outcome, wait_s = await self._try(client, body, headers)
                if wait_s is None or attempt == _ATTEMPTS - 1:
                    break
                await asyncio.sleep(max(wait_s, self._pause(attempt)))
        if isinstance(outcome, int):
            return outcome
        raise outcome

    async def _try(
        self, client: httpx2.AsyncClient, body: bytes, headers: dict[str, str]
    ) -> tuple[int | SqlCoreError, float | None]:
        """Post once: the status, or what went wrong with the least pause before the next attempt.

        None as a pause says that another attempt would help nothing.
        """
        import httpx2  # noqa: PLC0415

        try:
            # The answer's body is not read: nothing of it is used.
            async with client.stream("POST", self._url, content=body, headers=headers) as answer:
                status = answer.status_code
                wait_s = _retry_after(answer.headers.get("retry-after"))
        except httpx2.InvalidURL:
            return ConfigurationError("knowledge_url is no address of an HTTP endpoint."), None
        except httpx2.RequestError as error:  # its text may hold what was sent
            return (
                ConnectionFailedError(
                    f"The knowledge endpoint at {self.host} gave no answer"
                    f" ({type(error).__name__}).",
                    hint="Check knowledge_url, and that the endpoint runs.",
                ),
                0.0,
            )
        if _OK <= status < _REDIRECT:
            return status, None
        failure = self._refusal(status)
        is_passing = status in _TO_TRY_AGAIN or status >= _SERVER_ERROR
        return failure, wait_s if is_passing else None

    def _refusal(self, status: int) -> SqlCoreError:
        said = f"The knowledge endpoint at {self.host} answered with the status {status}"
        if status in _REFUSED:
            return AuthenticationError(
                f"{said}: it does not take the token.", hint="Check knowledge_token."
            )
        if status == _TOO_LARGE:
            return LimitExceededError(
                f"{said}: the document is too large for it.",
                hint="Store one schema at a time: name it with schema.",
            )
        if _REDIRECT <= status < _CLIENT_ERROR:
            return ExecutionError(
                f"{said}, which leads elsewhere. The token is sent nowhere else.",
                hint="Set knowledge_url to the address where the endpoint is now.",
            )
        if status in _TO_TRY_AGAIN or status >= _SERVER_ERROR:
            return ExecutionError(
                f"{said}, {_ATTEMPTS} times.", hint="Try it again later; nothing is known stored."
            )
        return ExecutionError(
            f"{said}. The document was not stored.", hint="Look at the endpoint's own log."
        )


def _backoff(attempt: int) -> float:
    """Wait twice as long each time, and not at the same moment as others."""
    return _FIRST_PAUSE_S * (1 << attempt) * (0.5 + random.random())  # noqa: S311  # no secret


def _retry_after(said: str | None) -> float:
    """Read how many seconds to wait, from a number or a date; no more than is reasonable."""
    if said is None:
        return 0.0
    if said.isascii() and said.isdecimal():
        return min(float(said[:9]), _LONGEST_PAUSE_S)
    try:
        until: dt.datetime = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    left_s = (until - dt.datetime.now(dt.UTC)).total_seconds()
    return min(max(left_s, 0.0), _LONGEST_PAUSE_S)
