"""What a server is, what it can do, and how it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from sqlcore.domain.access import Access
from sqlcore.domain.capability import Capability, ServerCapabilities
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.errors import ErrorOutput, render_error

if TYPE_CHECKING:
    from sqlcore.services.health import Health

__all__ = ["CapabilitiesOutput", "HealthOutput", "render_capabilities", "render_health"]


class FeatureOutput(TypedDict, total=False):
    """A feature of a server."""

    name: str
    support: str
    reason: str
    since: str


class CapabilitiesOutput(TypedDict, total=False):
    """A server in structured content."""

    product: str
    engine: str
    version: str
    edition: str
    dialect: str
    database: str
    user: str
    encrypted: bool
    collation: str
    compatibility_level: int
    administrator: bool
    access: str
    features: list[FeatureOutput]


class HealthOutput(TypedDict, total=False):
    """The outcome of a check in structured content."""

    ok: bool
    latency_ms: float
    product: str
    version: str
    database: str
    user: str
    problem: ErrorOutput


def render_capabilities(server: ServerCapabilities, dialect: str, access: Access) -> Answer:
    """Write what a server is."""
    fields: dict[str, Any] = {
        "product": server.product,
        "engine": server.engine,
        "version": server.version,
        "edition": server.edition,
        "dialect": dialect,
        "database": server.database,
        "user": server.user,
        "encrypted": server.encrypted,
        "collation": server.collation,
        "compatibility_level": server.compatibility_level,
        "administrator": server.privileges.administrator,
        "access": access.value,
    }
    output = {name: value for name, value in fields.items() if value is not None}
    lines = [f"{name.replace('_', ' ')}: {_word(value)}" for name, value in output.items()]
    if server.privileges.details:
        lines.append(f"privileges: {' '.join(server.privileges.details)}")
    if server.features:
        output["features"] = [_feature(feature) for feature in server.features]
        lines.append("features:")
        lines += [_feature_line(feature) for feature in server.features]
    return Answer("\n".join(lines), output)


def render_health(health: Health) -> Answer:
    """Write the outcome of a check."""
    output: dict[str, Any]
    if health.error is not None:
        parts, structured = render_error(health.error)
        output = {"ok": False, "problem": structured["error"]}
        return Answer(["Not healthy. ", *parts], output)
    output = {"ok": health.ok}
    words = ["Healthy." if health.ok else "Not healthy."]
    server_words: list[str] = []
    if health.latency_s is not None:
        output["latency_ms"] = round(health.latency_s * 1000, 2)
        words.append(f"Round trip {output['latency_ms']:g} ms.")
    if health.server is not None:
        server = health.server
        fields = {
            "product": server.product,
            "version": server.version,
            "database": server.database,
            "user": server.user,
        }
        output |= {name: value for name, value in fields.items() if value is not None}
        server_words.append(f"{server.product} {server.version}.")
        if server.database:
            server_words.append(f'Database "{server.database}".')
        if server.user:
            server_words.append(f'Login "{server.user}".')
    return Answer([" ".join([*words, ""]), Data(" ".join(server_words))], output)


def _feature(feature: Capability) -> dict[str, str]:
    fields = {
        "name": feature.name,
        "support": str(feature.support),
        "reason": feature.reason,
        "since": feature.since,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _feature_line(feature: Capability) -> str:
    since = f" since {feature.since}" if feature.since else ""
    reason = f": {feature.reason}" if feature.reason else ""
    return f"- {feature.name}: {str(feature.support).replace('_', ' ')}{since}{reason}"


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else value
