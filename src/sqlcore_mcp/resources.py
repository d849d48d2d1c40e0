"""Texts that an answer names by URI instead of carrying them, such as raw plans.

They are kept in memory for a while, for the caller who got the URI alone. A URI cannot be guessed,
and who is not its owner learns no more of it than of one that never was.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import attrs

from sqlcore.errors import LimitExceededError, NotFoundError

__all__ = ["Resource", "ResourceStore", "is_named_by_tools", "no_such_resource"]

_URI_START = "sqlcore://"
_KINDS = ("definitions", "documents", "plans", "procedures", "results")
"""The first word of the path of every URI that a tool names."""
_TOKEN_BYTES = 16


def is_named_by_tools(uri: str) -> bool:
    """Say whether a URI has the form of those that tools name, whether or not it was ever one."""
    return any(uri.startswith(f"{_URI_START}{kind}/") for kind in _KINDS)


def no_such_resource(lifetime_s: float) -> NotFoundError:
    """Say that a URI is not known, whether it never was, has expired or is somebody else's."""
    return NotFoundError(
        "There is no such resource, or no more.",
        hint=f"A resource is kept for {lifetime_s / 60:g} minutes: call the tool again for a new"
        " one.",
    )


@attrs.frozen(kw_only=True)
class Resource:
    """Something that can be read by its URI until it expires.

    Attributes:
        expires_at: Seconds on the store's clock.
    """

    uri: str
    name: str
    mime_type: str
    content: str | bytes = attrs.field(repr=False)
    size_bytes: int
    owner: str = attrs.field(repr=False)
    expires_at: float


class ResourceStore:
    """Keeps resources: a bounded number, of a bounded size, for a bounded time.

    When there is no room the oldest go. For use by many threads.
    """

    def __init__(
        self,
        *,
        most: int = 200,
        max_bytes: int = 64 * 2**20,
        lifetime_s: float = 900.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lifetime_s = lifetime_s
        self._most = most
        self._max_bytes = max_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Resource] = OrderedDict()
        self._size_bytes = 0

    def keep(
        self,
        kind: str,
        content: str | bytes,
        *,
        mime_type: str,
        owner: str,
        name: str | None = None,
    ) -> Resource:
        """Keep something for its owner.

        Args:
            kind: The first word of its URI's path: `plans`.
            content: Text, or bytes.
            mime_type: What it is.
            owner: The caller who may read it.
            name: What a person calls it.

        Raises:
            LimitExceededError: It alone is larger than all that is kept may be.
        """
        size_bytes = len(content if isinstance(content, bytes) else content.encode())
        if size_bytes > self._max_bytes:
            raise LimitExceededError(
                f"{size_bytes:,} bytes are more than the {self._max_bytes:,} that can be kept.",
                hint="Ask for less.",
            )
        resource = Resource(
            uri=f"{_URI_START}{kind}/{secrets.token_urlsafe(_TOKEN_BYTES)}",
            name=name or kind,
            mime_type=mime_type,
            content=content,
            size_bytes=size_bytes,
            owner=owner,
            expires_at=self._clock() + self.lifetime_s,
        )
        with self._lock:
            self._kept[resource.uri] = resource
            self._size_bytes += size_bytes
            self._make_room()
        return resource

    def read(self, uri: str, owner: str) -> Resource:
        """Return what has a URI, to its owner.

        Raises:
            NotFoundError: There is none, it has expired, or it is somebody else's.
        """
        with self._lock:
            self._make_room()
            resource = self._kept.get(uri)
        if resource is None or resource.owner != owner:
            raise no_such_resource(self.lifetime_s)
        return resource

    def _make_room(self) -> None:
        """Drop what has expired, and the oldest while there is too much; they stand in order."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept.values()))
            is_fine = len(self._kept) <= self._most and self._size_bytes <= self._max_bytes
            if is_fine and oldest.expires_at > now:
                return
            del self._kept[oldest.uri]
            self._size_bytes -= oldest.size_bytes
