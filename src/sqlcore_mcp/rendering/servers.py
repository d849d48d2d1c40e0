"""What a server is, what it can do, and how it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from sqlcore.domain.access import Access
from sqlcore.domain.capability import Capability, Missing, ServerCapabilities, Support
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.errors import ErrorOutput, render_error
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.health import Health

__all__ = ["CapabilitiesOutput", "HealthOutput", "render_capabilities", "render_health"]

_NOTES_TOKENS = 30


class FeatureOutput(TypedDict, total=False):
    """A feature of a server: supported, unsupported, not_permitted or unknown."""

    name: str
    support: str
    reason: str
    since: str


class MissingOutput(TypedDict):
    """What could not be found out."""

    part: str
    support: str
    reason: str


class CapabilitiesOutput(TypedDict, total=False):
    """A server in structured content; `truncated` where lists are longer than shown."""

    product: str
    engine: str
    version: str
    edition: str
    deployment: str
    dialect: str
    database: str
    user: str
    access: str
    administrator: bool
    can_write: bool
    encrypted: bool
    collation: str
    server_collation: str
    encoding: str
    locale_provider: str
    compatibility_level: int
    privileges: list[str]
    server_permissions: list[str]
    database_permissions: list[str]
    user_databases: list[str]
    system_databases: list[str]
    features: list[FeatureOutput]
    missing: list[MissingOutput]
    truncated: bool


class HealthOutput(TypedDict, total=False):
    """The outcome of a check in structured content."""

    ok: bool
    latency_ms: float
    product: str
    version: str
    database: str
    user: str
    problem: ErrorOutput


def render_capabilities(
    server: ServerCapabilities, dialect: str, access: Access, budget: Budget
) -> Answer:
    """Write what a server is and has, and what the login may do there; the main things first."""
    budget.reserve(_NOTES_TOKENS)
    sheet = _Sheet(budget)
    facts: dict[str, Any] = {
        "product": server.product,
        "engine": server.engine,
        "version": server.version,
        "edition": server.edition,
        "deployment": server.deployment,
        "dialect": dialect,
        "database": server.database,
        "user": server.user,
        "access": access.value,
        "administrator": server.privileges.administrator,
        "can_write": server.privileges.can_write,
        "encrypted": server.encrypted,
        "collation": server.collation,
        "server_collation": server.server_collation,
        "encoding": server.encoding,
        "locale_provider": server.locale_provider,
        "compatibility_level": server.compatibility_level,
    }
    for name, value in facts.items():
        sheet.fact(name, value)
    sheet.sentences("privileges", server.privileges.details)
    sheet.sentences("server_permissions", server.server_permissions)
    sheet.sentences("database_permissions", server.database_permissions)
    for support in Support:
        sheet.features([f for f in server.features if f.support is support], support)
    sheet.missing(server.missing)
    sheet.names("user_databases", server.user_databases)
    sheet.names("system_databases", server.system_databases)
    if not sheet.left_out:
        return Answer([Data(sheet.text)], sheet.output)
    note = f"… {sheet.left_out:,} more facts are not shown: raise max_tokens.\n"
    return Answer([Data(sheet.text), note], {**sheet.output, "truncated": True})


class _Sheet:
    """Takes facts as long as they fit, in the text and in structured content.

    Attributes:
        left_out: How many did not fit.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._lines: list[str] = []
        self.output: dict[str, Any] = {}
        self.left_out = 0

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def _takes(self, text: str, value: Any, name: str = "") -> bool:
        """Spend what a fact costs; the first of a list pays for the list's name."""
        frame = f'"{name}":[],' if name and name not in self.output else ""
        is_taken = self._budget.take(text, f"{compact_json(value)},{frame}")
        self.left_out += not is_taken
        return is_taken

    def fact(self, name: str, value: Any) -> None:
        if value is None:
            return
        line = f"{_label(name)}: {_word(value)}"
        if self._takes(f"{line}\n", {name: value}):
            self.output[name] = value
            self._lines.append(line)

    def sentences(self, name: str, sentences: Sequence[str]) -> None:
        """Take sentences about one thing, in one line."""
        label = f"{_label(name)}:"
        taken: list[str] = []
        for sentence in sentences:
            if self._takes(f"{label} {sentence}\n", sentence, name):
                taken.append(sentence)
                self.output[name] = taken
        if taken:
            self._lines.append(" ".join([label, *taken]))

    def names(self, name: str, names: Sequence[str]) -> None:
        """Take names, in one line, until one does not fit."""
        label = f"{_label(name)}: "
        frame = f'"{name}":[],'
        taken: list[str] = []
        for each in names:
            more = "" if taken else f"{label} and 1,000 more\n"
            if not self._budget.take(f"{each}, {more}", f"{compact_json(each)},{frame}"):
                break
            frame = ""
            taken.append(each)
        self.left_out += len(names) - len(taken)
        if taken:
            self.output[name] = taken
            more = f" and {len(names) - len(taken):,} more" if len(taken) < len(names) else ""
            self._lines.append(f"{label}{', '.join(taken)}{more}")

    def features(self, features: Sequence[Capability], support: Support) -> None:
        """Take features of one kind: names alone where nothing is to be said, then by reason."""
        if not features:
            return
        by_reason: dict[str, list[str]] = {}
        taken: list[FeatureOutput] = self.output.get("features", [])
        label = _label(support.value)
        for feature in sorted(features, key=lambda feature: feature.reason is not None):
            reason = feature.reason or ""
            said = "" if reason in by_reason else reason
            heading = "" if by_reason else f"{label}:\n{label}, with a remark:\n"
            fields = _feature(feature)
            if self._takes(f"{heading}- {feature.name}: {said}\n", fields, "features"):
                taken.append(fields)
                self.output["features"] = taken
                by_reason.setdefault(reason, []).append(feature.name)
        names = by_reason.pop("", None)
        if names:
            self._lines.append(f"{label}: {', '.join(names)}")
        if by_reason:
            self._lines.append(f"{label}, with a remark:" if names else f"{label}:")
        self._lines += [f"- {', '.join(names)}: {why}" for why, names in by_reason.items()]

    def missing(self, missing: Sequence[Missing]) -> None:
        """Take what could not be found out."""
        taken: list[MissingOutput] = []
        for part in missing:
            fields = MissingOutput(part=part.part, support=part.support.value, reason=part.reason)
            heading = "" if taken else "not found out:\n"
            if self._takes(f"{heading}- {part.part}: {part.reason}\n", fields, "missing"):
                taken.append(fields)
                self.output["missing"] = taken
        if taken:
            self._lines.append("not found out:")
            self._lines += [f"- {fields['part']}: {fields['reason']}" for fields in taken]


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


def _feature(feature: Capability) -> FeatureOutput:
    output = FeatureOutput(name=feature.name, support=feature.support.value)
    if feature.reason is not None:
        output["reason"] = feature.reason
    if feature.since is not None:
        output["since"] = feature.since
    return output


def _label(name: str) -> str:
    return name.replace("_", " ")


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
