-- Names that no quoting by guesswork survives, with every kind of key, index, constraint and rule.

CREATE SCHEMA "odd.schema [x] ""y"" 'z'";
CREATE SCHEMA "SELECT";
CREATE SCHEMA "select";
SET search_path TO "odd.schema [x] ""y"" 'z'";

CREATE TYPE "Mood.x" AS ENUM ('so so', 'it''s "fine"');
CREATE DOMAIN "positive ""int""" AS integer CHECK (VALUE > 0);
CREATE SEQUENCE "a.seq ""q""" START 5;
CREATE FUNCTION "touch it"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';

CREATE TABLE "a.b" (
    "id" bigint GENERATED ALWAYS AS IDENTITY,
    "table" text NOT NULL DEFAULT 'x|y',
    "c.d" numeric(10,2) DEFAULT 1.50,
    "[e]" "positive ""int""",
    "f""g" "Mood.x"[] DEFAULT '{}',
    "Grüße 🐘" timestamptz(3),
    "it's" varchar(20) COLLATE "C",
    "100% _\x" integer DEFAULT nextval('"a.seq ""q"""'),
    "made" text GENERATED ALWAYS AS (upper("table")) STORED,
    CONSTRAINT "pk ""of"" a.b" PRIMARY KEY ("id"),
    CONSTRAINT "u.1" UNIQUE NULLS NOT DISTINCT ("c.d", "it's"),
    CONSTRAINT "u.2" UNIQUE ("table") DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT "check 'it'" CHECK ("c.d" > 0 AND "table" <> 'a,b)(')
);
COMMENT ON TABLE "a.b" IS E'first line\nsecond | line <b>bold</b>';
COMMENT ON COLUMN "a.b"."f""g" IS 'a "quoted" comment';
COMMENT ON CONSTRAINT "u.1" ON "a.b" IS 'why | so';
CREATE INDEX "i ""x"".y" ON "a.b" ("table" DESC NULLS LAST, lower("it's")) INCLUDE ("c.d")
    WITH (fillfactor = 70) WHERE "c.d" > 5;
CREATE INDEX "by pattern" ON "a.b" ("table" COLLATE "POSIX" text_pattern_ops NULLS FIRST);
CREATE INDEX "hash of it" ON "a.b" USING hash ("it's");
CREATE TRIGGER "t.1" BEFORE INSERT OR UPDATE OF "table" ON "a.b"
    FOR EACH ROW WHEN (NEW."table" <> '') EXECUTE FUNCTION "touch it"();
CREATE TRIGGER "off" AFTER DELETE ON "a.b" FOR EACH STATEMENT EXECUTE FUNCTION "touch it"();
ALTER TABLE "a.b" DISABLE TRIGGER "off";

CREATE TABLE a (b int PRIMARY KEY);
CREATE TABLE "A" (b int PRIMARY KEY, "B" int, UNIQUE ("B", b));
CREATE TABLE "user" ("order" int REFERENCES a ON DELETE CASCADE ON UPDATE SET NULL,
    "x y" int, "X Y" int, "parent" bigint REFERENCES "a.b" DEFERRABLE,
    FOREIGN KEY ("X Y", "x y") REFERENCES "A" ("B", b) MATCH FULL,
    PRIMARY KEY ("x y", "X Y"));
ALTER TABLE "user" ADD CONSTRAINT "self ref" FOREIGN KEY ("x y", "X Y") REFERENCES "user" NOT VALID;
ALTER TABLE "user" ADD CONSTRAINT "later check" CHECK ("order" > 0) NOT VALID;
CREATE TABLE "SELECT"."from" ("where" bigint PRIMARY KEY REFERENCES "a.b" ON DELETE RESTRICT);
CREATE TABLE "select"."from" ("where" int, "dropped" int, "last" text);
ALTER TABLE "select"."from" DROP COLUMN "dropped";

CREATE TABLE "room ""plan""" (
    "room" int, "during" tstzrange,
    CONSTRAINT "no two" EXCLUDE USING gist ("during" WITH &&) WHERE ("room" > 0)
);
CREATE TABLE "parts of" ("at" date NOT NULL, "n" int, CHECK ("n" > 0)) PARTITION BY RANGE ("at");
CREATE TABLE "parts of.2025" PARTITION OF "parts of"
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "parts of.rest" PARTITION OF "parts of" DEFAULT;
CREATE INDEX "by n" ON "parts of" ("n");
CREATE TABLE "base ""class""" ("n" int NOT NULL);
CREATE TABLE "sub class" ("m" int) INHERITS ("base ""class""");
CREATE UNLOGGED TABLE "no columns" ();

CREATE VIEW "v.iew" AS SELECT "id", "table" AS "select" FROM "a.b" WHERE "c.d" > 1;
COMMENT ON VIEW "v.iew" IS 'a view';
CREATE MATERIALIZED VIEW "m ""v""" AS SELECT "select", count(*) AS "n" FROM "v.iew" GROUP BY 1;
CREATE UNIQUE INDEX "m v key" ON "m ""v""" ("select");
ALTER TABLE "a.b" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "p.1" ON "a.b" USING ("id" > 0);
RESET search_path;
