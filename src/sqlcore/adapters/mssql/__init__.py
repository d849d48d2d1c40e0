"""SQL Server, Azure SQL and Babelfish, through pymssql."""

from sqlcore.adapters.mssql.connector import MssqlConnector

__all__ = ["MssqlConnector"]
