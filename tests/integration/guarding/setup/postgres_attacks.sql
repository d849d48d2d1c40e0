-- What attacks need beside it: functions, operators, casts, domains and views that do harm.
SET check_function_bodies = off;


CREATE FUNCTION do_harm(a int) RETURNS int LANGUAGE plpgsql AS $$
BEGIN INSERT INTO public.log (what) VALUES ('harm'); RETURN a; END $$;
CREATE FUNCTION do_harm(VARIADIC a int[]) RETURNS int LANGUAGE plpgsql AS $$
BEGIN INSERT INTO public.log (what) VALUES ('harm'); RETURN 1; END $$;
CREATE FUNCTION sales.do_harm(a int) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING 1';
CREATE PROCEDURE do_harm_by_call(a int) LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'')';
CREATE FUNCTION public.lower(a text) RETURNS text LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING what';
CREATE FUNCTION harmful_plus(int, int) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING 1';
CREATE OPERATOR public.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = harmful_plus);
CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING 1';
CREATE FUNCTION "Harm"() RETURNS int LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING 1';
CREATE FUNCTION "coalesce"(a int) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING 1';
CREATE FUNCTION "Lower"(a text) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.log (what) VALUES (''harm'') RETURNING 1';
-- Functions that say they are stable or immutable, and are not.
CREATE FUNCTION sales.stable_in_name(a int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN PERFORM public.do_harm(a); RETURN a; END $$;
CREATE FUNCTION sales.immutable_in_name(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN PERFORM public.do_harm(a); RETURN a; END $$;
CREATE FUNCTION sales.stable_and_dynamic(a int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN EXECUTE 'SELECT public.do_' || 'harm(1)'; RETURN a; END $$;
CREATE FUNCTION sales.stable_sql(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT public.do_harm(a)';
CREATE FUNCTION sales.stable_atomic(a int) RETURNS int LANGUAGE sql STABLE
    BEGIN ATOMIC SELECT public.do_harm(a); END;
CREATE FUNCTION sales.stable_by_builtin(a bigint) RETURNS int LANGUAGE sql STABLE
    AS 'SELECT 1 FROM (SELECT nextval(''public.orders_id_seq'')) AS n(v) WHERE v > 0';
CREATE FUNCTION sales.stable_by_view(a int) RETURNS bigint LANGUAGE sql STABLE
    AS 'SELECT max(n) FROM public.harmful_view';
CREATE FUNCTION sales.stable_by_operator(a int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN RETURN a ### 1; END $$;
-- Overloads of built-in names.
CREATE FUNCTION length(a int) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(a)';
CREATE FUNCTION "substring"(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(a)';
CREATE FUNCTION text_minus(a text, b text) RETURNS text LANGUAGE sql AS 'SELECT public.do_harm(1)::text';
CREATE OPERATOR public.- (LEFTARG = text, RIGHTARG = text, FUNCTION = text_minus);
CREATE OPERATOR public.### (LEFTARG = int, RIGHTARG = int, FUNCTION = harmful_plus);
CREATE FUNCTION harmful_prefix(a int) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(a)';
CREATE OPERATOR public.@#@ (RIGHTARG = int, FUNCTION = harmful_prefix);
-- Views.
CREATE VIEW harmful_view AS SELECT do_harm(1) AS n;
CREATE VIEW sales.over_harm AS SELECT n + 1 AS n FROM harmful_view;
CREATE VIEW sales.by_operator AS SELECT id ### 1 AS n FROM orders;
CREATE VIEW sales.orders AS SELECT o.*, do_harm(1) AS n FROM public.orders o;
CREATE VIEW "Sales View" AS SELECT do_harm(1) AS n;
CREATE VIEW sales.next_number AS SELECT nextval('orders_id_seq') AS n;
CREATE VIEW sales.locking AS SELECT pg_advisory_lock(77)::text AS n;
CREATE VIEW sales.from_function AS SELECT * FROM do_harm(1) AS n;
CREATE VIEW sales.stable_inside AS SELECT sales.stable_in_name(1) AS n;
-- Types.
CREATE FUNCTION checks(a int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN PERFORM public.do_harm(a); RETURN true; END $$;
CREATE DOMAIN checked AS int CHECK (checks(VALUE));
CREATE DOMAIN checked_again AS checked;
CREATE TYPE holder AS (c checked);
CREATE TABLE holders (id int, c checked);
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE moods (id int, m mood);
CREATE FUNCTION mood_json(m mood) RETURNS json LANGUAGE sql AS 'SELECT to_json(public.do_harm(1))';
CREATE CAST (mood AS json) WITH FUNCTION mood_json(mood);
CREATE FUNCTION mood_int(m mood) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(1)';
CREATE CAST (mood AS int) WITH FUNCTION mood_int(mood) AS IMPLICIT;
CREATE FUNCTION mood_lt(a mood, b mood) RETURNS boolean LANGUAGE sql AS 'SELECT public.do_harm(1) > 0';
CREATE FUNCTION mood_cmp(a mood, b mood) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(0)';
CREATE OPERATOR public.< (LEFTARG = mood, RIGHTARG = mood, FUNCTION = mood_lt);
CREATE OPERATOR public.<= (LEFTARG = mood, RIGHTARG = mood, FUNCTION = mood_lt);
CREATE OPERATOR public.= (LEFTARG = mood, RIGHTARG = mood, FUNCTION = mood_lt);
CREATE OPERATOR public.>= (LEFTARG = mood, RIGHTARG = mood, FUNCTION = mood_lt);
CREATE OPERATOR public.> (LEFTARG = mood, RIGHTARG = mood, FUNCTION = mood_lt);
CREATE OPERATOR public.~~ (LEFTARG = mood, RIGHTARG = mood, FUNCTION = mood_lt);
CREATE OPERATOR CLASS mood_ops DEFAULT FOR TYPE mood USING btree AS
    OPERATOR 1 public.<, OPERATOR 2 public.<=, OPERATOR 3 public.=, OPERATOR 4 public.>=, OPERATOR 5 public.>,
    FUNCTION 1 mood_cmp(mood, mood);
CREATE TYPE mood_range AS RANGE (subtype = mood, subtype_opclass = mood_ops);
INSERT INTO moods VALUES (1, 'low'), (2, 'high'), (3, 'low');
-- Functional notation, aggregates.
CREATE FUNCTION sneaky(customers) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(1)';
CREATE FUNCTION "Sneaky"(orders) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(1)';
CREATE FUNCTION sneaky_number(int) RETURNS int LANGUAGE sql AS 'SELECT public.do_harm(1)';
CREATE AGGREGATE harm_sum(int) (SFUNC = harmful_plus, STYPE = int, INITCOND = '0');
