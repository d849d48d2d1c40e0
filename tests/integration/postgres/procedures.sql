DROP SCHEMA IF EXISTS calls CASCADE;
CREATE SCHEMA calls;
CREATE TABLE calls.log (note text PRIMARY KEY DEFERRABLE INITIALLY DEFERRED);
CREATE TYPE calls.mood AS ENUM ('fine', 'so "so"', 'it''s, bad');
CREATE TYPE calls.address AS (street text, number numeric(5,2), tags text[], mood calls.mood);
CREATE DOMAIN calls.amount AS numeric(6,2) NOT NULL CHECK (value > 0);
CREATE DOMAIN calls.fee AS calls.amount;

CREATE PROCEDURE calls.book(
    customer bigint, OUT total calls.fee, INOUT note text DEFAULT 'none',
    mood calls.mood DEFAULT 'fine', place calls.address DEFAULT NULL
) LANGUAGE plpgsql AS $$
BEGIN
    total := customer * 1.5;
    note := note || '/' || coalesce(mood::text, 'null') || '/' || coalesce(place::text, 'null');
    INSERT INTO calls.log VALUES ('booked');
END $$;
COMMENT ON PROCEDURE calls.book IS 'Books.';

CREATE PROCEDURE calls.quiet() LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE PROCEDURE calls.out_only(OUT one integer, OUT two text)
    LANGUAGE plpgsql AS $$ BEGIN one := 1; two := 'two'; END $$;

CREATE FUNCTION calls.middle(a integer, b integer DEFAULT 20, c integer DEFAULT 300)
    RETURNS text LANGUAGE sql STABLE AS $$ SELECT format('%s-%s-%s', a, b, c) $$;
CREATE FUNCTION calls.nameless(integer, integer DEFAULT 2, c integer DEFAULT 3)
    RETURNS text LANGUAGE sql AS $$ SELECT format('%s-%s-%s', $1, $2, $3) $$;
CREATE FUNCTION calls.nothing() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION calls.total(VARIADIC numbers integer[])
    RETURNS bigint LANGUAGE sql AS 'SELECT sum(n) FROM unnest(numbers) AS n';
CREATE FUNCTION calls.rest(a text, b text DEFAULT 'b', VARIADIC numbers integer[] DEFAULT '{0}')
    RETURNS text LANGUAGE sql AS $$ SELECT a || b || numbers::text $$;
CREATE FUNCTION calls.joined(sign text, VARIADIC "any")
    RETURNS text LANGUAGE internal STABLE AS 'text_concat_ws';
CREATE FUNCTION calls.any_range(x anyrange) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION calls.fee_of(calls.fee) RETURNS calls.fee LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION calls.twice(value anyelement) RETURNS anyarray
    LANGUAGE sql AS 'SELECT ARRAY[value, value]';
CREATE FUNCTION calls.move(place calls.address, others calls.address[] DEFAULT NULL)
    RETURNS calls.address LANGUAGE sql AS
    'SELECT CASE WHEN others IS NULL THEN place ELSE others[2] END';
CREATE FUNCTION calls.pair(n integer, OUT half numeric, OUT word text)
    LANGUAGE sql AS $$ SELECT n / 2.0, 'half of ' || n $$;

CREATE FUNCTION calls.over(a integer) RETURNS text LANGUAGE sql AS $$ SELECT 'integer' $$;
CREATE FUNCTION calls.over(a text) RETURNS text LANGUAGE sql AS $$ SELECT 'text' $$;
CREATE FUNCTION calls.over(x integer, b text DEFAULT 'b')
    RETURNS text LANGUAGE sql AS $$ SELECT 'integer, text' $$;
CREATE FUNCTION calls.unclear(a integer) RETURNS text LANGUAGE sql AS $$ SELECT 'one' $$;
CREATE FUNCTION calls.unclear(a integer, b text DEFAULT 'b')
    RETURNS text LANGUAGE sql AS $$ SELECT 'two' $$;
CREATE PROCEDURE calls.alike(a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN b := 1; END';
CREATE PROCEDURE calls.alike(a integer, c integer) LANGUAGE plpgsql AS 'BEGIN END';

CREATE FUNCTION calls.lines(top integer) RETURNS TABLE (place integer, line text)
    LANGUAGE sql STABLE AS $$ SELECT n, 'line ' || n FROM generate_series(1, top) AS n $$;
CREATE FUNCTION calls.scalars(top integer) RETURNS SETOF integer
    LANGUAGE sql IMMUTABLE AS 'SELECT generate_series(1, top)';
CREATE FUNCTION calls.anything(top integer) RETURNS SETOF record
    LANGUAGE sql AS 'SELECT n, n FROM generate_series(1, top) AS n';
CREATE FUNCTION calls.a_record() RETURNS record
    LANGUAGE sql AS $$ SELECT 1, 'a'::text $$;

CREATE FUNCTION calls.cursors(top integer) RETURNS SETOF refcursor LANGUAGE plpgsql AS $$
DECLARE numbers refcursor; words refcursor; never refcursor := 'never';
BEGIN
    OPEN numbers FOR SELECT n, repeat('x', 10) AS x FROM generate_series(1, top) AS n;
    RETURN NEXT numbers;
    RETURN NEXT NULL;
    OPEN words FOR SELECT 'word' AS word WHERE top < 0;
    RETURN NEXT words;
    RETURN NEXT numbers;
    RETURN NEXT never;
END $$;
CREATE PROCEDURE calls.cursor_out(INOUT name refcursor, OUT other refcursor, OUT n integer)
LANGUAGE plpgsql AS $$
BEGIN
    OPEN name FOR SELECT 'mine' AS whose;
    OPEN other FOR SELECT 'other' AS whose;
    n := 2;
END $$;
CREATE FUNCTION calls.one_cursor() RETURNS refcursor LANGUAGE plpgsql AS $$
DECLARE it refcursor;
BEGIN
    OPEN it FOR SELECT 1 / (4 - n) AS part FROM generate_series(1, 9) AS n;
    RETURN it;
END $$;

CREATE PROCEDURE calls.writes(note text) LANGUAGE plpgsql AS $$
BEGIN INSERT INTO calls.log VALUES (note); END $$;
CREATE PROCEDURE calls.frees_itself() LANGUAGE plpgsql AS $$
BEGIN
    SET TRANSACTION READ WRITE;
    INSERT INTO calls.log VALUES ('freed');
END $$;
CREATE PROCEDURE calls.commits() LANGUAGE plpgsql AS $$
BEGIN INSERT INTO calls.log VALUES ('committed'); COMMIT; END $$;
CREATE PROCEDURE calls.sleeps(seconds double precision) LANGUAGE plpgsql AS $$
BEGIN RAISE NOTICE 'good night'; PERFORM pg_sleep(seconds); END $$;
CREATE PROCEDURE calls.fails(words text) LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'first';
    RAISE WARNING 'second' USING HINT = 'Look at it.';
    RAISE EXCEPTION 'Order "%" is too late', words
        USING ERRCODE = '22023', DETAIL = 'By two days!', HINT = 'Come earlier';
END $$;
CREATE PROCEDURE calls.fails_plainly(words text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM words::integer;
END $$;
CREATE FUNCTION calls."odd ""name"" (of) 'all'.kinds; $1"("a ""b"".c'" integer, "select" text)
    RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN $1 || '/' || $2; END $$;
CREATE FUNCTION calls."Straße_Ünïcödé_🐘"("größe 🐘" text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION calls."Case"() RETURNS text LANGUAGE sql AS $$ SELECT 'upper' $$;
CREATE FUNCTION calls."case"() RETURNS text LANGUAGE sql AS $$ SELECT 'lower' $$;
CREATE FUNCTION calls.a23456789_123456789_123456789_123456789_123456789_123456789_123(a integer)
    RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION calls.triggered() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE AGGREGATE calls.added(integer) (SFUNC = int4pl, STYPE = integer);
