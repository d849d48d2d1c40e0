-- Every way by which reading reaches hostile.harm(), which writes a row, and honest objects beside.
CREATE SCHEMA hostile;
SET search_path = hostile, pg_catalog, public;
CREATE TABLE marks (at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION harm() RETURNS int LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO hostile.marks DEFAULT VALUES; RETURN 1; END $$;
CREATE FUNCTION harm(int) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm()';
CREATE TABLE orders (id int PRIMARY KEY, total numeric, status text, embedding text);
INSERT INTO orders VALUES (1, 10, 'paid', 'x'), (2, 20, 'open', 'y');

-- Views
CREATE VIEW loud AS SELECT id, harm() AS n FROM orders;
CREATE VIEW loud_above AS SELECT id FROM (SELECT * FROM loud) AS l WHERE n > 0;
CREATE VIEW "Loud Quoted" AS SELECT harm() AS n;
CREATE VIEW sleeping AS SELECT harm() FROM pg_sleep(0.01);

-- Stable and immutable functions that do not keep their word
CREATE FUNCTION calls_harm() RETURNS int STABLE LANGUAGE sql AS 'SELECT hostile.harm()';
CREATE FUNCTION calls_harm_unqualified() RETURNS int STABLE LANGUAGE plpgsql
SET search_path = hostile AS 'BEGIN RETURN harm(); END';
CREATE FUNCTION runs_text() RETURNS int IMMUTABLE LANGUAGE plpgsql AS
$$ DECLARE n int; BEGIN EXECUTE 'SELECT hosti' || 'le.harm()' INTO n; RETURN n; END $$;
CREATE FUNCTION reads_loud() RETURNS bigint STABLE LANGUAGE sql AS
'SELECT sum(n) FROM hostile.loud';
CREATE FUNCTION atomic() RETURNS int STABLE LANGUAGE sql BEGIN ATOMIC SELECT harm(); END;
CREATE FUNCTION with_default(n int DEFAULT harm()) RETURNS int IMMUTABLE LANGUAGE plpgsql
AS 'BEGIN RETURN n; END';
CREATE FUNCTION in_perform() RETURNS int STABLE LANGUAGE plpgsql AS
'BEGIN PERFORM hostile.harm(); RETURN 1; END';
CREATE FUNCTION through_operator() RETURNS int STABLE LANGUAGE plpgsql AS
'BEGIN RETURN 1 OPERATOR(hostile.<<>>) 2; END';
CREATE FUNCTION rows_of() RETURNS SETOF int LANGUAGE sql AS 'SELECT hostile.harm()';

-- Overloads and shadows
CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS 'SELECT hostile.harm()::text';
CREATE FUNCTION net(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION net(text) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm()';

-- Attribute notation
CREATE FUNCTION noted(orders) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm()';
CREATE FUNCTION marked(int) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm($1)';

-- Operators, and words that stand for them
CREATE FUNCTION op(int, int) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm()';
CREATE OPERATOR <<>> (LEFTARG = int, RIGHTARG = int, FUNCTION = op);
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE FUNCTION same(mood, int) RETURNS boolean LANGUAGE sql AS 'SELECT hostile.harm() = 1';
CREATE OPERATOR = (LEFTARG = mood, RIGHTARG = int, FUNCTION = same);
CREATE OPERATOR @@@ (RIGHTARG = float8, FUNCTION = pg_sleep);

-- Aggregates and window functions
CREATE FUNCTION step(int, int) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm()';
CREATE AGGREGATE gather(int) (SFUNC = step, STYPE = int, INITCOND = '0');

-- Types
CREATE FUNCTION is_fine(text) RETURNS boolean LANGUAGE sql AS 'SELECT hostile.harm() = 1';
CREATE DOMAIN checked AS text CHECK (is_fine(VALUE));
CREATE DOMAIN checked_again AS checked;
CREATE TYPE pair AS (a checked, b int);
CREATE FUNCTION takes_checked(checked) RETURNS int IMMUTABLE LANGUAGE plpgsql
AS 'BEGIN RETURN 1; END';
CREATE TABLE holds_checked (a checked, b int);
CREATE TYPE box_of AS (n int);
CREATE TYPE other_box AS (n int);
CREATE FUNCTION unbox(box_of) RETURNS other_box LANGUAGE sql AS 'SELECT ROW(hostile.harm())::hostile.other_box';
CREATE CAST (box_of AS other_box) WITH FUNCTION unbox(box_of);
CREATE TYPE crate AS (n int);
CREATE FUNCTION uncrate(crate) RETURNS numeric LANGUAGE sql AS 'SELECT hostile.harm()::numeric';
CREATE CAST (crate AS numeric) WITH FUNCTION uncrate(crate) AS IMPLICIT;
CREATE TABLE crates (c crate);
INSERT INTO crates VALUES (ROW(1));
CREATE FUNCTION make_crate() RETURNS crate IMMUTABLE LANGUAGE sql AS 'SELECT ROW(1)::hostile.crate';
CREATE TABLE rows_that_cast (id int);
INSERT INTO rows_that_cast VALUES (1);
CREATE FUNCTION as_text(rows_that_cast) RETURNS text LANGUAGE sql AS 'SELECT hostile.harm()::text';
CREATE CAST (rows_that_cast AS text) WITH FUNCTION as_text(rows_that_cast);
CREATE VIEW converting_json AS
SELECT t.a FROM json_to_recordset('[{"a": "x"}]') AS t (a checked);
CREATE VIEW comparing AS SELECT id FROM orders WHERE (id, 'sad'::mood) IN (SELECT 1, 'sad'::mood)
OR 'sad'::mood = id;
CREATE TEMPORARY VIEW temporary AS SELECT hostile.harm() AS n;
CREATE VIEW converting AS SELECT status::checked AS status FROM orders;

-- What the planner puts in another's place, or works out beforehand
CREATE FUNCTION differs(int, text) RETURNS boolean LANGUAGE sql AS 'SELECT hostile.harm() = 1';
CREATE OPERATOR <!> (LEFTARG = int, RIGHTARG = text, FUNCTION = differs);
CREATE FUNCTION equals(int, text) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
CREATE OPERATOR <=!=> (LEFTARG = int, RIGHTARG = text, FUNCTION = equals, NEGATOR = <!>);
CREATE VIEW negating AS SELECT id FROM orders WHERE NOT (id <=!=> status);
CREATE FUNCTION sorts(int, int) RETURNS int LANGUAGE sql AS 'SELECT hostile.harm(); SELECT btint4cmp($1, $2)';
CREATE OPERATOR CLASS sorting FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
    OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 sorts(int, int);
CREATE TABLE ranged (k int) PARTITION BY RANGE (k sorting);
CREATE TABLE ranged_low PARTITION OF ranged FOR VALUES FROM (1) TO (10);
CREATE TABLE ranged_high PARTITION OF ranged FOR VALUES FROM (10) TO (20);
CREATE TABLE above_ranged (a int, k int) PARTITION BY LIST (a);
CREATE TABLE below PARTITION OF above_ranged FOR VALUES IN (1) PARTITION BY RANGE (k sorting);
CREATE TABLE below_low PARTITION OF below FOR VALUES FROM (1) TO (10);
CREATE TABLE below_high PARTITION OF below FOR VALUES FROM (10) TO (20);
CREATE FUNCTION folded(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
'BEGIN PERFORM hostile.harm(); RETURN $1; END';
CREATE TABLE indexed_in_part (k int);
CREATE INDEX ON indexed_in_part (k) WHERE k > folded(7);
CREATE TABLE parent (k int);
CREATE TABLE child (CHECK (k > folded(5))) INHERITS (parent);
CREATE VIEW "a view whose name has sixty-three bytes, which is the most of them" AS SELECT harm() AS n;

-- Types that nothing names
CREATE FUNCTION returns_checked() RETURNS TABLE (a checked, b int) STABLE LANGUAGE sql AS $$ SELECT 'x', 2 $$;
CREATE FUNCTION declares_alike() RETURNS int STABLE LANGUAGE plpgsql AS
$$ DECLARE one holds_checked.a%TYPE := 'x'; BEGIN RETURN 1; END $$;
INSERT INTO holds_checked VALUES (NULL, 1);

-- Row-level security, partitions
CREATE TABLE secured (id int);
INSERT INTO secured VALUES (1);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
ALTER TABLE secured FORCE ROW LEVEL SECURITY;
CREATE POLICY watching ON secured FOR SELECT USING (harm() = 1);
CREATE TABLE followed (id int PRIMARY KEY);
CREATE TABLE following (id int REFERENCES followed ON DELETE CASCADE);
CREATE TABLE unfollowed (id int);
CREATE FUNCTION notice() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM hostile.harm(); RETURN NULL; END $$;
CREATE TRIGGER notice AFTER DELETE ON following FOR EACH ROW EXECUTE FUNCTION notice();

-- Honest objects
CREATE SCHEMA honest;
SET search_path = honest, public;
CREATE TABLE orders (
    id int PRIMARY KEY, total numeric, status text, tags text[],
    gross numeric GENERATED ALWAYS AS (total * 1.2) STORED,
    label text GENERATED ALWAYS AS (upper(status)) VIRTUAL
);
INSERT INTO orders (id, total, status, tags) VALUES (1, 10, 'paid', '{a}'), (2, 20, 'open', '{b}');
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN email AS text CHECK (VALUE ~ '@' AND length(VALUE) < 100);
CREATE TABLE people (id int, email email, mood mood, harm int, loud int);
INSERT INTO people VALUES (1, 'a@b', 'sad', 1, 1);
CREATE FUNCTION gross_of(n numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS 'SELECT n * 1.2';
CREATE FUNCTION parsed(n numeric) RETURNS numeric IMMUTABLE LANGUAGE sql RETURN n * 1.2;
CREATE FUNCTION grade(n numeric) RETURNS text STABLE LANGUAGE plpgsql AS $$
DECLARE
    limits numeric[] := ARRAY[5, 15];
    found_one text;
BEGIN
    -- EXECUTE nothing
    IF (n > limits[2]) THEN
        RETURN 'high';
    ELSIF (n > limits[1]) THEN
        FOR i IN 1..3 LOOP
            SELECT o.status INTO found_one FROM honest.orders o WHERE o.id = i;
        END LOOP;
        RETURN coalesce(found_one, 'middle');
    END IF;
    RETURN (SELECT lower('LOW'));
EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE 'never %', n;
    RETURN NULL;
END $$;
CREATE FUNCTION totals(wanted text) RETURNS TABLE (id int, total numeric) STABLE LANGUAGE plpgsql
SECURITY DEFINER SET search_path = honest AS
$$ BEGIN RETURN QUERY SELECT o.id, o.total FROM orders AS o WHERE o.status = wanted; END $$;
CREATE FUNCTION plus(numeric, numeric) RETURNS numeric IMMUTABLE LANGUAGE sql AS 'SELECT $1 + $2';
CREATE FUNCTION without(text, text) RETURNS text IMMUTABLE LANGUAGE sql
AS $$ SELECT replace($1, $2, '') $$;
CREATE OPERATOR - (LEFTARG = text, RIGHTARG = text, FUNCTION = without);
CREATE AGGREGATE plus_all(numeric) (SFUNC = plus, STYPE = numeric, INITCOND = '0');
CREATE VIEW graded AS
SELECT o.id, grade(o.total) AS grade, gross_of(total), now() AS at, random() AS r,
       pg_size_pretty(pg_relation_size('honest.orders')) AS size FROM orders o;
CREATE VIEW graded_again AS SELECT g.*, 'a@b'::email AS email FROM graded g WHERE grade <> 'x';
CREATE MATERIALIZED VIEW kept AS SELECT id, grade(total) AS grade FROM orders;
CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE tenants (id int, tenant text);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON tenants USING (tenant = current_setting('app.tenant', true));
CREATE TYPE spans AS RANGE (subtype = float8);
CREATE FUNCTION is_short(text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN length($1) < 9; END';
CREATE DOMAIN short AS text CHECK (is_short(VALUE));
CREATE TABLE codes (id int, code short, CHECK (is_short(code)));
CREATE FUNCTION halved(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 / 2';
CREATE INDEX ON codes (halved(id)) WHERE halved(id) > halved(0);
INSERT INTO codes VALUES (1, 'a');
CREATE FUNCTION price(orders) RETURNS numeric IMMUTABLE LANGUAGE sql AS 'SELECT $1.total';
CREATE FUNCTION touch() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW touching AS SELECT touch() AS n;
RESET search_path;
DO $$ BEGIN CREATE ROLE hostile_reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT USAGE ON SCHEMA hostile TO hostile_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA hostile TO hostile_reader;
GRANT INSERT ON hostile.marks TO hostile_reader;
