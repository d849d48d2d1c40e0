-- name: login
-- PostgreSQL: a login for sqlcore at the access level {level}.
-- Put a long random password, in quotes, in place of <password>. Run this as a superuser or as
-- the owner of the database, connected to the database {database}.
CREATE ROLE {login} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD <password>;
ALTER ROLE {login} SET statement_timeout = '{timeout_ms}ms';
ALTER ROLE {login} SET idle_in_transaction_session_timeout = '{timeout_ms}ms';
GRANT CONNECT ON DATABASE {database} TO {login};

-- name: read_only
ALTER ROLE {login} SET default_transaction_read_only = on;

-- name: schema_metadata
GRANT USAGE ON SCHEMA {schema} TO {login};

-- name: schema_read
GRANT USAGE ON SCHEMA {schema} TO {login};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {login};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {login};

-- name: schema_write
GRANT USAGE ON SCHEMA {schema} TO {login};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {login};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {login};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {login};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE ON SEQUENCES TO {login};

-- name: notes
-- ALTER DEFAULT PRIVILEGES counts for tables that the user who runs it makes later. For those of
-- another owner run it again with FOR ROLE owner behind DEFAULT PRIVILEGES.

-- What everybody may do counts for this login too. These lines change it for all users of the
-- database, so look first who needs it:
-- REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC;
-- REVOKE CREATE ON SCHEMA public FROM PUBLIC;  -- PostgreSQL 14 and older
-- REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA name FROM PUBLIC;  -- functions that are SECURITY DEFINER
