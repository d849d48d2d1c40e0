"""Texts that an answer names by URI instead of carrying them, such as raw plans.

They are kept in memory for a while, for the caller who got the URI alone. A URI cannot be guessed,
and who is not its owner learns no more of it than of one that never was. What takes long to make is
made when it is first read.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import LimitExceededError, NotFoundError

__all__ = [
    "Resource",
    "ResourceStore",
    "UnmadeResource",
    "is_named_by_tools",
    "no_such_resource",
]

_URI_START = "sqlcore://"
_KINDS = ("definitions", "documents", "plans", "procedures", "results")
"""The first word of the path of every URI that a tool names."""
_TOKEN_BYTES = 16
_LOOK_S = 0.05
"""How often who waits for a resource looks whether he still should."""


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


@attrs.frozen(kw_only=True, eq=False)
class UnmadeResource:
    """Something that is made when it is first read by its URI.

    Attributes:
        make: Makes the text; the token lets another thread stop it.
        expires_at: Seconds on the store's clock.
        turn: Held by who makes it; others wait.
    """

    uri: str
    name: str
    mime_type: str
    make: Callable[[CancelToken | None], str] = attrs.field(repr=False)
    owner: str = attrs.field(repr=False)
    expires_at: float
    turn: threading.Lock = attrs.field(factory=threading.Lock, repr=False)


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
        self._kept: OrderedDict[str, Resource | UnmadeResource] = OrderedDict()
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
        return self._keep(_new_uri(kind), content, mime_type, owner, name or kind)

    def _keep(
        self, uri: str, content: str | bytes, mime_type: str, owner: str, name: str
    ) -> Resource:
        size_bytes = len(content if isinstance(content, bytes) else content.encode())
        self._check(size_bytes)
        resource = Resource(
            uri=uri,
            name=name,
            mime_type=mime_type,
            content=content,
            size_bytes=size_bytes,
            owner=owner,
            expires_at=self._clock() + self.lifetime_s,
        )
        with self._lock:
            self._kept.pop(uri, None)  # as it was before it was made
            self._kept[uri] = resource
            self._size_bytes += size_bytes
            self._make_room()
        return resource

    def _check(self, size_bytes: int) -> None:
        if size_bytes > self._max_bytes:
            raise LimitExceededError(
                f"{size_bytes:,} bytes are more than the {self._max_bytes:,} that can be kept.",
                hint="Ask for less.",
            )

    def promise(
        self,
        kind: str,
        make: Callable[[CancelToken | None], str],
        *,
        size_bytes: int,
        mime_type: str,
        owner: str,
        name: str | None = None,
    ) -> UnmadeResource:
        """Name a text that is made when it is first read; from then on it is kept as long again.

        Args:
            kind: The first word of its URI's path: `documents`.
            make: Makes it, in the thread of the first who reads it. Where it fails, the next one
                tries again.
            size_bytes: About how large it will be.
            mime_type: What it is.
            owner: The caller who may read it.
            name: What a person calls it.

        Raises:
            LimitExceededError: It alone would be larger than all that is kept may be.
        """
        self._check(size_bytes)
        promised = UnmadeResource(
            uri=_new_uri(kind),
            name=name or kind,
            mime_type=mime_type,
            make=make,
            owner=owner,
            expires_at=self._clock() + self.lifetime_s,
        )
        with self._lock:
            self._kept[promised.uri] = promised
            self._make_room()
        return promised

    def read(self, uri: str, owner: str, cancel: CancelToken | None = None) -> Resource:
        """Return what has a URI, to its owner; blocks while it is made.

        Raises:
            NotFoundError: There is none, it has expired, or it is somebody else's.
            LimitExceededError: It has become larger than it may be.
            StatementCancelledError: `cancel` was set.
            SqlCoreError: It cannot be made.
        """
        found = self._find(uri, owner)
        return found if isinstance(found, Resource) else self._made(found, cancel)

    def _find(self, uri: str, owner: str) -> Resource | UnmadeResource:
        with self._lock:
            self._make_room()
            found = self._kept.get(uri)
        if found is None or found.owner != owner:
            raise no_such_resource(self.lifetime_s)
        return found

    def _made(self, promised: UnmadeResource, cancel: CancelToken | None) -> Resource:
        """Make a resource, or wait for who does already."""
        while not promised.turn.acquire(timeout=_LOOK_S):
            if cancel is not None:
                cancel.raise_if_cancelled()
        try:
            found = self._find(promised.uri, promised.owner)
            if isinstance(found, Resource):
                return found
            content = promised.make(cancel)
            return self._keep(
                promised.uri, content, promised.mime_type, promised.owner, promised.name
            )
        finally:
            promised.turn.release()

    def _make_room(self) -> None:
        """Drop what has expired, and the oldest while there is too much; they stand in order."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept.values()))
            is_fine = len(self._kept) <= self._most and self._size_bytes <= self._max_bytes
            if is_fine and oldest.expires_at > now:
                return
            del self._kept[oldest.uri]
            if isinstance(oldest, Resource):
                self._size_bytes -= oldest.size_bytes


def _new_uri(kind: str) -> str:
    return f"{_URI_START}{kind}/{secrets.token_urlsafe(_TOKEN_BYTES)}"
