-- name: login
-- {product}: a login for sqlcore at the access level {level}.
-- Put a long random password, in quotes, in place of <password>. Run this as an administrator.
USE [master];
CREATE LOGIN {login} WITH PASSWORD = <password>;
USE {database};
CREATE USER {login} FOR LOGIN {login};

-- name: contained_login
-- {product}: a login for sqlcore at the access level {level}.
-- Put a long random password, in quotes, in place of <password>. Run this as an administrator,
-- connected to the database {database}: the login is known in it alone.
CREATE USER {login} WITH PASSWORD = <password>;

-- name: babelfish_schema_read
GRANT SELECT ON SCHEMA::{schema} TO {login};

-- name: babelfish_schema_write
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::{schema} TO {login};

-- name: schema_metadata
GRANT VIEW DEFINITION ON SCHEMA::{schema} TO {login};

-- name: schema_read
GRANT SELECT, VIEW DEFINITION ON SCHEMA::{schema} TO {login};

-- name: schema_write
GRANT SELECT, INSERT, UPDATE, DELETE, VIEW DEFINITION ON SCHEMA::{schema} TO {login};

-- name: plans
-- For explain_query:
GRANT SHOWPLAN TO {login};

-- name: no_writes
-- A second wall, should the login ever come into a role that may write:
DENY INSERT, UPDATE, DELETE, ALTER TO {login};

-- name: notes
-- For row counts and sizes, and to see what runs. Whoever has it sees the statements of others:
-- GRANT VIEW DATABASE STATE TO {login};
-- Leave out EXECUTE: a procedure may change data for whoever runs it. What the role public may do
-- counts for this login too.

-- name: babelfish_notes
-- Babelfish knows neither DENY, nor SHOWPLAN or VIEW DEFINITION as a permission, so these lines
-- are left out here.
