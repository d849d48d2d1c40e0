"""The floor: a server of the bare SDK with a tool that does nothing."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("floor", log_level="ERROR")


@server.tool()
def noop(query: str = "") -> str:
    """Do nothing."""
    return query


if __name__ == "__main__":
    server.run()
