CREATE TYPE contract.mood AS ENUM ('calm', 'it''s "odd"', 'ok')
-- next
CREATE DOMAIN contract.positive AS integer NOT NULL CHECK (VALUE > 0)
-- next
CREATE DOMAIN contract."odd type; of 'x' ""y"" [z]" AS text
-- next
CREATE TYPE contract.line AS (id integer, note varchar(50), price numeric(9,2))
-- next
CREATE PROCEDURE contract.add_numbers(IN a integer, IN b integer, OUT total integer) LANGUAGE plpgsql AS $body$
BEGIN
    total := a + b;
END
$body$
-- next
COMMENT ON PROCEDURE contract.add_numbers IS 'Adds; says ''so'''
-- next
CREATE PROCEDURE contract.double_number(INOUT value integer) LANGUAGE plpgsql AS $body$
BEGIN
    value := value * 2;
END
$body$
-- next
CREATE PROCEDURE contract.show_defaults(
    OUT shown text, IN required integer, IN number integer DEFAULT 7, IN word varchar(20) DEFAULT 'it''s'
) LANGUAGE plpgsql AS $body$
BEGIN
    shown := concat_ws(' ', coalesce(required::text, 'null'), coalesce(number::text, 'null'),
        coalesce(word, 'null'));
END
$body$
-- next
CREATE FUNCTION contract.two_results() RETURNS SETOF refcursor LANGUAGE plpgsql AS $body$
DECLARE
    first refcursor;
    second refcursor;
BEGIN
    OPEN first FOR SELECT 1 AS id, 'one' AS name UNION ALL SELECT 2, 'two' ORDER BY id;
    RETURN NEXT first;
    OPEN second FOR SELECT 'north' AS region;
    RETURN NEXT second;
END
$body$
-- next
CREATE FUNCTION contract.no_rows() RETURNS TABLE (id integer, note varchar(200)) LANGUAGE sql
AS 'SELECT id, note FROM contract.scratch WHERE false'
-- next
CREATE FUNCTION contract.talk() RETURNS SETOF integer LANGUAGE plpgsql AS $body$
BEGIN
    RAISE NOTICE 'before';
    RETURN NEXT 1;
    RAISE NOTICE 'after';
END
$body$
-- next
CREATE PROCEDURE contract.write_note(IN id integer, IN note varchar(200)) LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO contract.scratch VALUES (id, note);
END
$body$
-- next
CREATE PROCEDURE contract.commit_inside() LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO contract.scratch (id, note) VALUES (1, 'committed');
    COMMIT;
END
$body$
-- next
CREATE PROCEDURE contract.fail_midway() LANGUAGE plpgsql AS $body$
BEGIN
    RAISE NOTICE 'before';
    INSERT INTO contract.scratch (id, note) VALUES (1, 'written');
    RAISE EXCEPTION 'out of "stock": 100%% gone' USING ERRCODE = 'P5001';
END
$body$
-- next
CREATE PROCEDURE contract.slow_call() LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM pg_sleep(120);
END
$body$
-- next
CREATE FUNCTION contract.slow_rows() RETURNS refcursor LANGUAGE plpgsql AS $body$
DECLARE
    slow refcursor;
BEGIN
    OPEN slow FOR SELECT n, pg_sleep(CASE WHEN n > 1500 THEN 1 ELSE 0 END)::text AS slept
        FROM generate_series(1, 5000) AS n;
    RETURN slow;
END
$body$
-- next
CREATE PROCEDURE contract."MixedCaseCall"(IN "Value" integer, OUT "Doubled" integer) LANGUAGE plpgsql AS $body$
BEGIN
    "Doubled" := "Value" * 2;
END
$body$
-- next
CREATE FUNCTION contract.same_call() RETURNS TABLE (place text) LANGUAGE sql AS $$ SELECT 'contract' $$
-- next
CREATE FUNCTION contract_other.same_call() RETURNS TABLE (place text) LANGUAGE sql AS $$ SELECT 'contract_other' $$
-- next
CREATE PROCEDURE contract."odd ""call"".of; 'quotes' 100% :x @p $1 --"(
    IN "select" text, IN "a""b" text, IN "c]d" text, IN "100%" text, IN "it's; --" text, OUT shown text
) LANGUAGE plpgsql AS $body$
BEGIN
    shown := concat_ws('|', "select", "a""b", "c]d", "100%", "it's; --");
END
$body$
-- next
CREATE FUNCTION contract.full_name(first text, last text DEFAULT 'Nobody') RETURNS text STABLE LANGUAGE sql
AS $$ SELECT first || ' ' || last $$
-- next
CREATE FUNCTION contract.customers_from(minimum integer) RETURNS TABLE (id integer, email varchar(200))
STABLE LANGUAGE sql AS $$ SELECT c.id, c.email FROM contract.customers c WHERE c.id >= $1 ORDER BY c.id $$
-- next
CREATE FUNCTION contract.area(side integer) RETURNS integer IMMUTABLE LANGUAGE sql AS $$ SELECT side * side $$
-- next
CREATE FUNCTION contract.area(width integer, height integer) RETURNS integer IMMUTABLE LANGUAGE sql
AS $$ SELECT width * height $$
-- next
CREATE FUNCTION contract.join_words(separator text, VARIADIC words text[]) RETURNS text IMMUTABLE LANGUAGE sql
AS $$ SELECT array_to_string(words, separator, 'null') $$
-- next
CREATE FUNCTION contract.smaller_and_larger(a integer, b integer, OUT smaller integer, OUT larger integer)
IMMUTABLE LANGUAGE sql AS $$ SELECT least(a, b), greatest(a, b) $$
-- next
CREATE FUNCTION contract.line_note(line contract.line) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT (line).note $$
-- next
CREATE PROCEDURE contract.one_cursor(IN minimum integer, INOUT opened refcursor) LANGUAGE plpgsql AS $body$
BEGIN
    OPEN opened FOR SELECT id, email FROM contract.customers WHERE id >= minimum ORDER BY id;
END
$body$
-- next
CREATE PROCEDURE contract.echo_boolean(IN value boolean, OUT echoed boolean) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_integer(IN value bigint, OUT echoed bigint) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_decimal(IN value numeric, OUT echoed numeric) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_float(IN value double precision, OUT echoed double precision) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_text(IN value text, OUT echoed text) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_binary(IN value bytea, OUT echoed bytea) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_date(IN value date, OUT echoed date) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_time(IN value time, OUT echoed time) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_timestamp(IN value timestamp, OUT echoed timestamp) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_timestamp_tz(IN value timestamptz, OUT echoed timestamptz) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_uuid(IN value uuid, OUT echoed uuid) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_json(IN value json, OUT echoed json) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_smallint(IN value smallint, OUT echoed smallint) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_int(IN value integer, OUT echoed integer) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_real(IN value real, OUT echoed real) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_numeric_12_2(IN value numeric(12,2), OUT echoed numeric(12,2)) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_varchar_10(IN value varchar(10), OUT echoed varchar(10)) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_char_5(IN value char(5), OUT echoed char(5)) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_interval(IN value interval, OUT echoed interval) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_jsonb(IN value jsonb, OUT echoed jsonb) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_array(IN value integer[], OUT echoed integer[]) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_text_array(IN value text[], OUT echoed text[]) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_range(IN value int4range, OUT echoed int4range) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_inet(IN value inet, OUT echoed inet) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_mood(IN value contract.mood, OUT echoed contract.mood) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_positive(IN value contract.positive, OUT echoed contract.positive) LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
-- next
CREATE PROCEDURE contract.echo_odd_type(IN value contract."odd type; of 'x' ""y"" [z]", OUT echoed contract."odd type; of 'x' ""y"" [z]") LANGUAGE plpgsql
AS 'BEGIN echoed := value; END'
