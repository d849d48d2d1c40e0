"""From the settings to the knowledge endpoint: can address and token be used?"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlcore.config import chosen_secret
from sqlcore.errors import ConfigurationError
from sqlcore_mcp.knowledge import KnowledgeEndpoint

if TYPE_CHECKING:
    from sqlcore_mcp.settings import ServerSettings

__all__ = ["knowledge_endpoint"]


def knowledge_endpoint(
    settings: ServerSettings, environ: Mapping[str, str]
) -> KnowledgeEndpoint | None:
    """Make the endpoint that the settings name; None where they name none.

    Raises:
        ConfigurationError: Its address or its token cannot be used.
    """
    if settings.knowledge_url is None:
        return None
    url = settings.knowledge_url.reveal()
    _check_url(url, allow_http=settings.knowledge_allow_http)
    token = chosen_secret(
        settings.knowledge_token,
        settings.knowledge_token_env,
        settings.knowledge_token_file,
        environ,
        "token of the knowledge endpoint",
    )
    said = "" if token is None else token.reveal()
    if not (said.isascii() and said.isprintable() and " " not in said):
        raise ConfigurationError(
            "The token of the knowledge endpoint has characters that no header can carry."
        )
    return KnowledgeEndpoint(url, token, settings.knowledge_timeout_seconds)


def _check_url(url: str, *, allow_http: bool) -> None:
    """Go on if a token may be sent to an address.

    Raises:
        ConfigurationError: It is no address, has a password in it, or would be sent in clear.
    """
    try:
        parts = urlsplit(url)
        host, has_user = parts.hostname, "@" in parts.netloc
        _ = parts.port  # is read here, and may be wrong
    except ValueError:
        host, has_user, parts = None, False, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(
            "knowledge_url is no address of an HTTP endpoint.",
            hint="Write it as https://host/path.",
        )
    if has_user:
        raise ConfigurationError(
            "knowledge_url has a user or a password in it.",
            hint="Put the token into knowledge_token, knowledge_token_env or knowledge_token_file.",
        )
    if parts.scheme == "http" and not (allow_http or _is_local(host)):
        raise ConfigurationError(
            f"knowledge_url would send documents and token to {host} in clear.",
            hint="Use https, or set knowledge_allow_http where the network can be trusted.",
        )


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
