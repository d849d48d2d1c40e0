"""PostgreSQL through psycopg 3."""

from sqlcore.adapters.postgres.connector import PostgresConnector

__all__ = ["PostgresConnector"]
