"""Configuration snippets for the usual MCP hosts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

__all__ = ["snippets"]

NAME = "sqlcore"


def snippets(
    command: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return (host and place, text to put there), one for each host.

    Args:
        command: The program that starts the server; an absolute path, for hosts have a PATH of
            their own.
        arguments: Its arguments.
        environment: Variables that it needs.
    """
    server: dict[str, object] = {"command": command, "args": list(arguments)}
    if environment:
        server["env"] = dict(environment)
    common = _json({"mcpServers": {NAME: server}})
    variables = [f"--env {key}='{value}'" for key, value in environment.items()]
    claude_code = ["claude mcp add", NAME, *variables, "--", _quoted(command), *arguments]
    return (
        ("Claude Desktop, Cursor, Windsurf and most others (mcpServers in their settings)", common),
        ("VS Code (.vscode/mcp.json)", _json({"servers": {NAME: {"type": "stdio", **server}}})),
        ("Claude Code (in a terminal)", " ".join(claude_code)),
        ("Codex (config.toml)", _toml(command, arguments, environment)),
    )


def _json(value: object) -> str:
    return json.dumps(value, indent=2)


def _quoted(command: str) -> str:
    return f'"{command}"' if " " in command else command


def _toml(command: str, arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    # A JSON string is a TOML basic string.
    lines = [
        f"[mcp_servers.{NAME}]",
        f"command = {json.dumps(command)}",
        f"args = {json.dumps(list(arguments))}",
    ]
    if environment:
        pairs = ", ".join(f"{key} = {json.dumps(value)}" for key, value in environment.items())
        lines.append(f"env = {{ {pairs} }}")
    return "\n".join(lines)
