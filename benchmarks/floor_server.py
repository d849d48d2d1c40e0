"""The floor: a server of the bare SDK with a tool that does nothing.

Given a URL it has two more: a query on the bare driver, alone and in a read-only transaction.
"""

from __future__ import annotations

import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("floor", log_level="ERROR")


@server.tool()
def noop(query: str = "") -> str:
    """Do nothing."""
    return query


def add_driver_tools(url: str) -> None:
    import psycopg  # noqa: PLC0415  # the no-op server does without

    connection = psycopg.connect(url, autocommit=True)

    @server.tool()
    def driver(query: str) -> str:
        """Run a query on the bare driver."""
        return str(connection.execute(query.encode()).fetchall())

    @server.tool()
    def transaction(query: str) -> str:
        """Run a query on the bare driver, read-only and with a time limit."""
        connection.execute("BEGIN READ ONLY; SET LOCAL statement_timeout = 30000")
        rows = connection.execute(query.encode()).fetchall()
        connection.execute("ROLLBACK")
        return str(rows)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        add_driver_tools(sys.argv[1])
    server.run()
