-- The sample shop for SQL Server 2016 and later.
--
-- Run it in an empty database, batch by batch: a line that says only GO ends a batch. All batches
-- need the same connection, because they share temporary tables. A batch whose first line says
-- "requires: SQL Server" may be left out where the server has no such feature.
-- All data comes from row numbers by integer arithmetic: postgres.sql gives the same rows. The
-- last day of business is 2026-06-30. People, companies and addresses are invented.

-- Persisted computed columns, filtered indexes and indexed views ask for these.
SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL ON;
SET QUOTED_IDENTIFIER ON;
SET NUMERIC_ROUNDABORT OFF;
SET NOCOUNT ON;
GO
CREATE SCHEMA shop;
GO
CREATE SCHEMA inventory;
GO
CREATE SCHEMA reporting;
GO

-- ---------------------------------------------------------------------------------------- types

CREATE TYPE shop.email_address FROM nvarchar(254) NULL;
GO
CREATE SEQUENCE shop.order_number_seq AS bigint START WITH 500001;
GO

-- --------------------------------------------------------------------------------------- tables

CREATE TABLE shop.countries (
    country_code char(2) NOT NULL CONSTRAINT countries_pkey PRIMARY KEY,
    name         nvarchar(60) NOT NULL CONSTRAINT countries_name_key UNIQUE,
    vat_percent  decimal(4, 1) NOT NULL
        CONSTRAINT countries_vat_percent_check CHECK (vat_percent BETWEEN 0 AND 30),
    phone_prefix varchar(5) NOT NULL
);

CREATE TABLE shop.customers (
    customer_id      int IDENTITY(1, 1) NOT NULL CONSTRAINT customers_pkey PRIMARY KEY,
    public_id        uniqueidentifier NOT NULL
        CONSTRAINT customers_public_id_default DEFAULT NEWID()
        CONSTRAINT customers_public_id_key UNIQUE,
    first_name       nvarchar(60) NOT NULL,
    last_name        nvarchar(60) NOT NULL,
    email            shop.email_address NOT NULL
        CONSTRAINT customers_email_key UNIQUE
        CONSTRAINT customers_email_check CHECK (email LIKE '%_@_%._%'),
    phone            varchar(24) NULL,
    birth_date       date NULL,
    country_code     char(2) NOT NULL
        CONSTRAINT customers_country_fkey REFERENCES shop.countries (country_code),
    loyalty_tier     varchar(8) NOT NULL
        CONSTRAINT customers_loyalty_tier_default DEFAULT 'none'
        CONSTRAINT customers_loyalty_tier_check
        CHECK (loyalty_tier IN ('none', 'bronze', 'silver', 'gold')),
    marketing_opt_in bit NOT NULL CONSTRAINT customers_marketing_opt_in_default DEFAULT 0,
    preferences      nvarchar(max) NULL
        CONSTRAINT customers_preferences_check CHECK (ISJSON(preferences) = 1),
    referred_by      int NULL
        CONSTRAINT customers_referred_by_fkey REFERENCES shop.customers (customer_id),
    created_at       datetimeoffset(0) NOT NULL
        CONSTRAINT customers_created_at_default DEFAULT SYSDATETIMEOFFSET(),
    updated_at       datetimeoffset(0) NOT NULL
        CONSTRAINT customers_updated_at_default DEFAULT SYSDATETIMEOFFSET(),
    CONSTRAINT customers_referred_by_check CHECK (referred_by <> customer_id)
);

CREATE TABLE shop.addresses (
    address_id   int IDENTITY(1, 1) NOT NULL CONSTRAINT addresses_pkey PRIMARY KEY,
    customer_id  int NOT NULL,
    kind         varchar(8) NOT NULL
        CONSTRAINT addresses_kind_default DEFAULT 'home'
        CONSTRAINT addresses_kind_check CHECK (kind IN ('home', 'work', 'pickup')),
    line1        nvarchar(100) NOT NULL,
    postal_code  varchar(12) NOT NULL,
    city         nvarchar(60) NOT NULL,
    country_code char(2) NOT NULL
        CONSTRAINT addresses_country_fkey REFERENCES shop.countries (country_code),
    is_default   bit NOT NULL CONSTRAINT addresses_is_default_default DEFAULT 0,
    CONSTRAINT addresses_customer_fkey
        FOREIGN KEY (customer_id) REFERENCES shop.customers (customer_id) ON DELETE CASCADE
);

CREATE TABLE shop.categories (
    category_id int IDENTITY(1, 1) NOT NULL CONSTRAINT categories_pkey PRIMARY KEY,
    parent_id   int NULL
        CONSTRAINT categories_parent_fkey REFERENCES shop.categories (category_id),
    name        nvarchar(60) NOT NULL,
    slug        varchar(80) NOT NULL CONSTRAINT categories_slug_key UNIQUE,
    sort_order  smallint NOT NULL CONSTRAINT categories_sort_order_default DEFAULT 0,
    CONSTRAINT categories_parent_name_key UNIQUE (parent_id, name)
);

CREATE TABLE inventory.suppliers (
    supplier_id    int IDENTITY(1, 1) NOT NULL CONSTRAINT suppliers_pkey PRIMARY KEY,
    name           nvarchar(80) NOT NULL CONSTRAINT suppliers_name_key UNIQUE,
    country_code   char(2) NOT NULL
        CONSTRAINT suppliers_country_fkey REFERENCES shop.countries (country_code),
    contact_email  shop.email_address NULL
        CONSTRAINT suppliers_contact_email_check CHECK (contact_email LIKE '%_@_%._%'),
    lead_time_days smallint NOT NULL
        CONSTRAINT suppliers_lead_time_days_default DEFAULT 14
        CONSTRAINT suppliers_lead_time_days_check CHECK (lead_time_days BETWEEN 1 AND 180),
    rating         decimal(2, 1) NULL
        CONSTRAINT suppliers_rating_check CHECK (rating BETWEEN 0 AND 5),
    is_active      bit NOT NULL CONSTRAINT suppliers_is_active_default DEFAULT 1
);

CREATE TABLE inventory.warehouses (
    warehouse_id   smallint IDENTITY(1, 1) NOT NULL CONSTRAINT warehouses_pkey PRIMARY KEY,
    code           char(3) NOT NULL CONSTRAINT warehouses_code_key UNIQUE,
    name           nvarchar(60) NOT NULL,
    city           nvarchar(60) NOT NULL,
    country_code   char(2) NOT NULL
        CONSTRAINT warehouses_country_fkey REFERENCES shop.countries (country_code),
    opened_on      date NOT NULL,
    capacity_units int NOT NULL
        CONSTRAINT warehouses_capacity_units_check CHECK (capacity_units > 0)
);

CREATE TABLE shop.products (
    product_id      int IDENTITY(1, 1) NOT NULL CONSTRAINT products_pkey PRIMARY KEY,
    sku             varchar(12) NOT NULL CONSTRAINT products_sku_key UNIQUE,
    name            nvarchar(120) NOT NULL,
    category_id     int NOT NULL
        CONSTRAINT products_category_fkey REFERENCES shop.categories (category_id),
    supplier_id     int NOT NULL
        CONSTRAINT products_supplier_fkey REFERENCES inventory.suppliers (supplier_id),
    list_price      decimal(12, 2) NOT NULL
        CONSTRAINT products_list_price_check CHECK (list_price > 0),
    cost            decimal(12, 2) NOT NULL CONSTRAINT products_cost_check CHECK (cost >= 0),
    margin          AS (CAST(list_price - cost AS decimal(12, 2))) PERSISTED NOT NULL,
    weight_grams    int NULL,
    attributes      nvarchar(max) NOT NULL
        CONSTRAINT products_attributes_default DEFAULT N'{}'
        CONSTRAINT products_attributes_check CHECK (ISJSON(attributes) = 1),
    tags            nvarchar(400) NOT NULL
        CONSTRAINT products_tags_default DEFAULT N'[]'
        CONSTRAINT products_tags_check CHECK (ISJSON(tags) = 1),
    description     nvarchar(max) NULL,
    launched_on     date NOT NULL,
    discontinued_on date NULL,
    updated_at      datetimeoffset(0) NOT NULL
        CONSTRAINT products_updated_at_default DEFAULT SYSDATETIMEOFFSET(),
    CONSTRAINT products_sale_period_check CHECK (discontinued_on > launched_on)
);

CREATE TABLE shop.employees (
    employee_id  int IDENTITY(1, 1) NOT NULL CONSTRAINT employees_pkey PRIMARY KEY,
    manager_id   int NULL
        CONSTRAINT employees_manager_fkey REFERENCES shop.employees (employee_id),
    first_name   nvarchar(60) NOT NULL,
    last_name    nvarchar(60) NOT NULL,
    email        shop.email_address NOT NULL
        CONSTRAINT employees_email_key UNIQUE
        CONSTRAINT employees_email_check CHECK (email LIKE '%_@_%._%'),
    job_title    nvarchar(60) NOT NULL,
    department   nvarchar(30) NOT NULL,
    warehouse_id smallint NULL
        CONSTRAINT employees_warehouse_fkey REFERENCES inventory.warehouses (warehouse_id),
    salary       decimal(12, 2) NOT NULL CONSTRAINT employees_salary_check CHECK (salary > 0),
    hired_on     date NOT NULL,
    left_on      date NULL,
    CONSTRAINT employees_period_check CHECK (left_on >= hired_on)
);

CREATE TABLE shop.orders (
    order_id            int IDENTITY(1, 1) NOT NULL CONSTRAINT orders_pkey PRIMARY KEY,
    order_number        bigint NOT NULL
        CONSTRAINT orders_order_number_default DEFAULT (NEXT VALUE FOR shop.order_number_seq)
        CONSTRAINT orders_order_number_key UNIQUE,
    customer_id         int NOT NULL
        CONSTRAINT orders_customer_fkey REFERENCES shop.customers (customer_id),
    shipping_address_id int NOT NULL
        CONSTRAINT orders_shipping_address_fkey REFERENCES shop.addresses (address_id),
    employee_id         int NULL
        CONSTRAINT orders_employee_fkey REFERENCES shop.employees (employee_id),
    channel             varchar(12) NOT NULL
        CONSTRAINT orders_channel_default DEFAULT 'web'
        CONSTRAINT orders_channel_check
        CHECK (channel IN ('web', 'app', 'marketplace', 'phone', 'store')),
    status              varchar(10) NOT NULL
        CONSTRAINT orders_status_default DEFAULT 'pending'
        CONSTRAINT orders_status_check
        CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'returned')),
    ordered_at          datetimeoffset(0) NOT NULL
        CONSTRAINT orders_ordered_at_default DEFAULT TODATETIMEOFFSET(SYSUTCDATETIME(), '+00:00')
        CONSTRAINT orders_ordered_at_check CHECK (DATEPART(tzoffset, ordered_at) = 0),
    order_date          AS (CAST(ordered_at AS date)) PERSISTED NOT NULL,
    shipped_at          datetimeoffset(0) NULL,
    delivered_at        datetimeoffset(0) NULL,
    coupon_code         varchar(16) NULL,
    subtotal            decimal(12, 2) NOT NULL CONSTRAINT orders_subtotal_default DEFAULT 0,
    shipping_cost       decimal(12, 2) NOT NULL CONSTRAINT orders_shipping_cost_default DEFAULT 0,
    total               AS (CAST(subtotal + shipping_cost AS decimal(12, 2))) PERSISTED NOT NULL,
    notes               nvarchar(400) NULL,
    updated_at          datetimeoffset(0) NOT NULL
        CONSTRAINT orders_updated_at_default DEFAULT SYSDATETIMEOFFSET(),
    CONSTRAINT orders_amounts_check CHECK (subtotal >= 0 AND shipping_cost >= 0),
    CONSTRAINT orders_times_check CHECK (delivered_at >= shipped_at AND shipped_at >= ordered_at)
);

CREATE TABLE shop.order_lines (
    order_id         int NOT NULL,
    line_no          smallint NOT NULL,
    product_id       int NOT NULL
        CONSTRAINT order_lines_product_fkey REFERENCES shop.products (product_id),
    quantity         int NOT NULL CONSTRAINT order_lines_quantity_check CHECK (quantity > 0),
    unit_price       decimal(12, 2) NOT NULL
        CONSTRAINT order_lines_unit_price_check CHECK (unit_price >= 0),
    discount_percent smallint NOT NULL
        CONSTRAINT order_lines_discount_percent_default DEFAULT 0
        CONSTRAINT order_lines_discount_percent_check CHECK (discount_percent BETWEEN 0 AND 90),
    line_total       AS (CAST(ROUND(quantity * unit_price * (100 - discount_percent) / 100.0, 2)
                              AS decimal(12, 2))) PERSISTED NOT NULL,
    CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, line_no)
);

CREATE TABLE shop.payments (
    payment_id int IDENTITY(1, 1) NOT NULL CONSTRAINT payments_pkey PRIMARY KEY,
    order_id   int NOT NULL CONSTRAINT payments_order_fkey REFERENCES shop.orders (order_id),
    kind       varchar(8) NOT NULL
        CONSTRAINT payments_kind_default DEFAULT 'charge'
        CONSTRAINT payments_kind_check CHECK (kind IN ('charge', 'refund')),
    method     varchar(16) NOT NULL
        CONSTRAINT payments_method_check
        CHECK (method IN ('card', 'paypal', 'invoice', 'bank_transfer', 'gift_card')),
    amount     decimal(12, 2) NOT NULL CONSTRAINT payments_amount_check CHECK (amount > 0),
    paid_at    datetimeoffset(0) NOT NULL
        CONSTRAINT payments_paid_at_default DEFAULT SYSDATETIMEOFFSET(),
    reference  varchar(24) NULL,
    card_last4 char(4) NULL,
    CONSTRAINT payments_card_last4_check CHECK (card_last4 IS NULL OR method = 'card')
);

CREATE TABLE inventory.stock_movements (
    movement_id  int IDENTITY(1, 1) NOT NULL CONSTRAINT stock_movements_pkey PRIMARY KEY,
    product_id   int NOT NULL
        CONSTRAINT stock_movements_product_fkey REFERENCES shop.products (product_id),
    warehouse_id smallint NOT NULL
        CONSTRAINT stock_movements_warehouse_fkey REFERENCES inventory.warehouses (warehouse_id),
    moved_at     datetimeoffset(0) NOT NULL
        CONSTRAINT stock_movements_moved_at_default DEFAULT SYSDATETIMEOFFSET(),
    quantity     int NOT NULL CONSTRAINT stock_movements_quantity_check CHECK (quantity <> 0),
    reason       varchar(12) NOT NULL
        CONSTRAINT stock_movements_reason_check
        CHECK (reason IN ('purchase', 'sale', 'return', 'adjustment', 'transfer')),
    unit_cost    decimal(12, 2) NULL,
    note         nvarchar(200) NULL
);

CREATE TABLE shop.audit_log (
    audit_id   int IDENTITY(1, 1) NOT NULL CONSTRAINT audit_log_pkey PRIMARY KEY,
    table_name nvarchar(60) NOT NULL,
    row_key    nvarchar(40) NOT NULL,
    action     varchar(8) NOT NULL
        CONSTRAINT audit_log_action_check CHECK (action IN ('insert', 'update', 'delete')),
    old_value  nvarchar(200) NULL,
    new_value  nvarchar(200) NULL,
    changed_at datetimeoffset(0) NOT NULL
        CONSTRAINT audit_log_changed_at_default DEFAULT SYSDATETIMEOFFSET(),
    changed_by nvarchar(128) NOT NULL
        CONSTRAINT audit_log_changed_by_default DEFAULT SUSER_SNAME()
);

CREATE TABLE shop.app_settings (
    setting_key   varchar(60) NOT NULL CONSTRAINT app_settings_pkey PRIMARY KEY,
    setting_value nvarchar(max) NOT NULL,
    description   nvarchar(200) NULL
);
GO

-- ------------------------------------------------------------------- generation: words and numbers

-- Pairs of CROSS APPLY scatter a number over 0 .. 2147483646, for a salt s:
--     x = (n * (1000003 + 7919 * s) + 104729 * s) % 2147483647, then x * x % 2147483647.
-- Two multiplications modulo a prime in bigint: exact on every engine.

CREATE TABLE #numbers (n int NOT NULL PRIMARY KEY);
WITH digits AS (
    SELECT i FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS v (i)
)
INSERT INTO #numbers (n)
SELECT a.i + 10 * b.i + 100 * c.i + 1000 * d.i + 10000 * e.i
FROM digits AS a CROSS JOIN digits AS b CROSS JOIN digits AS c CROSS JOIN digits AS d
CROSS JOIN digits AS e;
INSERT INTO #numbers (n) VALUES (100000);

CREATE TABLE #first_names (locale char(2), pos int, name nvarchar(60), latin varchar(60));
INSERT INTO #first_names VALUES
    ('en', 0, 'Oliver', 'oliver'), ('en', 1, 'Amelia', 'amelia'), ('en', 2, 'Harry', 'harry'),
    ('en', 3, 'Isla', 'isla'), ('en', 4, 'George', 'george'), ('en', 5, 'Ava', 'ava'),
    ('en', 6, 'Noah', 'noah'), ('en', 7, 'Mia', 'mia'), ('en', 8, 'Jack', 'jack'),
    ('en', 9, 'Grace', 'grace'), ('en', 10, 'Liam', 'liam'), ('en', 11, 'Sophie', 'sophie'),
    ('en', 12, 'Ethan', 'ethan'), ('en', 13, 'Chloe', 'chloe'), ('en', 14, 'Aidan', 'aidan'),
    ('en', 15, 'Niamh', 'niamh'), ('en', 16, 'Lucas', 'lucas'), ('en', 17, 'Ruby', 'ruby'),
    ('en', 18, 'Priya', 'priya'), ('en', 19, 'Kwame', 'kwame'), ('de', 0, N'Jörg', 'joerg'),
    ('de', 1, 'Anna', 'anna'), ('de', 2, 'Lukas', 'lukas'), ('de', 3, 'Hannah', 'hannah'),
    ('de', 4, N'Jürgen', 'juergen'), ('de', 5, 'Lea', 'lea'), ('de', 6, 'Felix', 'felix'),
    ('de', 7, N'Käthe', 'kaethe'), ('de', 8, N'Günter', 'guenter'), ('de', 9, 'Marie', 'marie'),
    ('de', 10, 'Maximilian', 'maximilian'), ('de', 11, 'Sabine', 'sabine'),
    ('de', 12, N'Björn', 'bjoern'), ('de', 13, 'Ursula', 'ursula'),
    ('de', 14, 'Florian', 'florian'), ('de', 15, N'Änne', 'aenne'), ('de', 16, 'Stefan', 'stefan'),
    ('de', 17, 'Heike', 'heike'), ('de', 18, 'Matthias', 'matthias'),
    ('de', 19, 'Mareike', 'mareike'), ('fr', 0, N'Zoé', 'zoe'), ('fr', 1, 'Hugo', 'hugo'),
    ('fr', 2, N'Chloé', 'chloe'), ('fr', 3, N'Léa', 'lea'), ('fr', 4, N'Théo', 'theo'),
    ('fr', 5, 'Manon', 'manon'), ('fr', 6, N'Émile', 'emile'), ('fr', 7, N'Inès', 'ines'),
    ('fr', 8, N'François', 'francois'), ('fr', 9, 'Camille', 'camille'),
    ('fr', 10, N'Raphaël', 'raphael'), ('fr', 11, N'Hélène', 'helene'), ('fr', 12, N'Gaël', 'gael'),
    ('fr', 13, N'Élodie', 'elodie'), ('fr', 14, N'Benoît', 'benoit'),
    ('fr', 15, N'Noémie', 'noemie'), ('fr', 16, N'Jérôme', 'jerome'),
    ('fr', 17, N'Aurélie', 'aurelie'), ('fr', 18, N'Loïc', 'loic'), ('fr', 19, N'Océane', 'oceane'),
    ('es', 0, N'Lucía', 'lucia'), ('es', 1, N'José', 'jose'), ('es', 2, N'María', 'maria'),
    ('es', 3, N'Iñaki', 'inaki'), ('es', 4, N'Sofía', 'sofia'), ('es', 5, 'Mateo', 'mateo'),
    ('es', 6, N'Begoña', 'begona'), ('es', 7, 'Hugo', 'hugo'), ('es', 8, N'Inés', 'ines'),
    ('es', 9, N'Álvaro', 'alvaro'), ('es', 10, 'Carmen', 'carmen'), ('es', 11, N'Andrés', 'andres'),
    ('es', 12, 'Ximena', 'ximena'), ('es', 13, N'Joaquín', 'joaquin'),
    ('es', 14, N'Núria', 'nuria'), ('es', 15, N'Raúl', 'raul'), ('es', 16, 'Itziar', 'itziar'),
    ('es', 17, N'Martín', 'martin'), ('es', 18, 'Pilar', 'pilar'), ('es', 19, N'Rubén', 'ruben'),
    ('it', 0, 'Giulia', 'giulia'), ('it', 1, 'Leonardo', 'leonardo'), ('it', 2, 'Sofia', 'sofia'),
    ('it', 3, N'Niccolò', 'niccolo'), ('it', 4, 'Chiara', 'chiara'),
    ('it', 5, 'Lorenzo', 'lorenzo'), ('it', 6, 'Martina', 'martina'), ('it', 7, 'Matteo', 'matteo'),
    ('it', 8, 'Elena', 'elena'), ('it', 9, 'Davide', 'davide'), ('it', 10, 'Alice', 'alice'),
    ('it', 11, N'Giosuè', 'giosue'), ('it', 12, 'Francesca', 'francesca'),
    ('it', 13, 'Tommaso', 'tommaso'), ('it', 14, 'Beatrice', 'beatrice'),
    ('it', 15, 'Riccardo', 'riccardo'), ('it', 16, 'Noemi', 'noemi'),
    ('it', 17, 'Pietro', 'pietro'), ('it', 18, 'Bianca', 'bianca'), ('it', 19, 'Dario', 'dario'),
    ('nl', 0, 'Daan', 'daan'), ('nl', 1, 'Emma', 'emma'), ('nl', 2, 'Sem', 'sem'),
    ('nl', 3, 'Julia', 'julia'), ('nl', 4, 'Thijs', 'thijs'), ('nl', 5, 'Sanne', 'sanne'),
    ('nl', 6, 'Joris', 'joris'), ('nl', 7, 'Fleur', 'fleur'), ('nl', 8, 'Bram', 'bram'),
    ('nl', 9, 'Lotte', 'lotte'), ('nl', 10, N'Zoë', 'zoe'), ('nl', 11, 'Ruben', 'ruben'),
    ('nl', 12, 'Anouk', 'anouk'), ('nl', 13, 'Maarten', 'maarten'), ('nl', 14, 'Noor', 'noor'),
    ('nl', 15, 'Koen', 'koen'), ('nl', 16, 'Femke', 'femke'), ('nl', 17, 'Jeroen', 'jeroen'),
    ('nl', 18, 'Maud', 'maud'), ('nl', 19, N'Loïs', 'lois'), ('pl', 0, N'Łukasz', 'lukasz'),
    ('pl', 1, 'Zofia', 'zofia'), ('pl', 2, N'Michał', 'michal'),
    ('pl', 3, 'Agnieszka', 'agnieszka'), ('pl', 4, N'Paweł', 'pawel'),
    ('pl', 5, N'Małgorzata', 'malgorzata'), ('pl', 6, 'Krzysztof', 'krzysztof'),
    ('pl', 7, 'Julia', 'julia'), ('pl', 8, 'Wojciech', 'wojciech'),
    ('pl', 9, 'Katarzyna', 'katarzyna'), ('pl', 10, N'Stanisław', 'stanislaw'),
    ('pl', 11, N'Żaneta', 'zaneta'), ('pl', 12, 'Jakub', 'jakub'),
    ('pl', 13, N'Świętosława', 'swietoslawa'), ('pl', 14, 'Tomasz', 'tomasz'),
    ('pl', 15, 'Hanna', 'hanna'), ('pl', 16, N'Grażyna', 'grazyna'), ('pl', 17, N'Rafał', 'rafal'),
    ('pl', 18, 'Oliwia', 'oliwia'), ('pl', 19, N'Bożena', 'bozena'), ('cs', 0, N'Tomáš', 'tomas'),
    ('cs', 1, 'Tereza', 'tereza'), ('cs', 2, N'Jiří', 'jiri'), ('cs', 3, N'Eliška', 'eliska'),
    ('cs', 4, N'Ondřej', 'ondrej'), ('cs', 5, 'Lenka', 'lenka'), ('cs', 6, N'Matěj', 'matej'),
    ('cs', 7, N'Zdeňka', 'zdenka'), ('cs', 8, N'Václav', 'vaclav'),
    ('cs', 9, N'Markéta', 'marketa'), ('cs', 10, N'Lukáš', 'lukas'),
    ('cs', 11, N'Kateřina', 'katerina'), ('cs', 12, N'Štěpán', 'stepan'),
    ('cs', 13, 'Hana', 'hana'), ('cs', 14, N'Bedřich', 'bedrich'), ('cs', 15, N'Žofie', 'zofie'),
    ('cs', 16, 'Radek', 'radek'), ('cs', 17, N'Alžběta', 'alzbeta'),
    ('cs', 18, N'Vojtěch', 'vojtech'), ('cs', 19, 'Ivana', 'ivana'), ('no', 0, N'Søren', 'soren'),
    ('no', 1, 'Astrid', 'astrid'), ('no', 2, N'Øyvind', 'oyvind'), ('no', 3, 'Freja', 'freja'),
    ('no', 4, 'Lars', 'lars'), ('no', 5, N'Åse', 'ase'), ('no', 6, 'Magnus', 'magnus'),
    ('no', 7, 'Ingrid', 'ingrid'), ('no', 8, N'Håkon', 'hakon'), ('no', 9, 'Sigrid', 'sigrid'),
    ('no', 10, N'Jørgen', 'jorgen'), ('no', 11, N'Linnéa', 'linnea'), ('no', 12, N'Bjørn', 'bjorn'),
    ('no', 13, 'Maja', 'maja'), ('no', 14, 'Nils', 'nils'), ('no', 15, 'Kjersti', 'kjersti'),
    ('no', 16, 'Gustav', 'gustav'), ('no', 17, 'Ebba', 'ebba'), ('no', 18, 'Mikkel', 'mikkel'),
    ('no', 19, 'Tuva', 'tuva'), ('pt', 0, N'João', 'joao'), ('pt', 1, 'Beatriz', 'beatriz'),
    ('pt', 2, N'Gonçalo', 'goncalo'), ('pt', 3, N'Inês', 'ines'), ('pt', 4, N'Tomás', 'tomas'),
    ('pt', 5, 'Leonor', 'leonor'), ('pt', 6, 'Rui', 'rui'), ('pt', 7, 'Matilde', 'matilde'),
    ('pt', 8, N'Luís', 'luis'), ('pt', 9, N'Conceição', 'conceicao'),
    ('pt', 10, 'Thiago', 'thiago'), ('pt', 11, N'Letícia', 'leticia'),
    ('pt', 12, N'Estêvão', 'estevao'), ('pt', 13, N'Júlia', 'julia'),
    ('pt', 14, 'Rafael', 'rafael'), ('pt', 15, 'Mariana', 'mariana'), ('pt', 16, N'André', 'andre'),
    ('pt', 17, N'Sílvia', 'silvia'), ('pt', 18, 'Caio', 'caio'), ('pt', 19, 'Larissa', 'larissa'),
    ('tr', 0, 'Mehmet', 'mehmet'), ('tr', 1, 'Zeynep', 'zeynep'), ('tr', 2, N'Çağlar', 'caglar'),
    ('tr', 3, N'Ayşe', 'ayse'), ('tr', 4, 'Emre', 'emre'), ('tr', 5, N'Gülşen', 'guelsen'),
    ('tr', 6, N'Oğuz', 'oguz'), ('tr', 7, 'Elif', 'elif'), ('tr', 8, N'Barış', 'baris'),
    ('tr', 9, N'Şebnem', 'sebnem'), ('tr', 10, 'Mustafa', 'mustafa'), ('tr', 11, N'İrem', 'irem'),
    ('tr', 12, 'Kaan', 'kaan'), ('tr', 13, N'Özlem', 'oezlem'), ('tr', 14, N'Yiğit', 'yigit'),
    ('tr', 15, 'Defne', 'defne'), ('tr', 16, 'Umut', 'umut'), ('tr', 17, 'Ebru', 'ebru'),
    ('tr', 18, 'Burak', 'burak'), ('tr', 19, N'Tuğba', 'tugba'), ('zh', 0, N'伟', 'wei'),
    ('zh', 1, N'芳', 'fang'), ('zh', 2, N'娜', 'na'), ('zh', 3, N'秀英', 'xiuying'),
    ('zh', 4, N'敏', 'min'), ('zh', 5, N'静', 'jing'), ('zh', 6, N'丽', 'li'),
    ('zh', 7, N'强', 'qiang'), ('zh', 8, N'磊', 'lei'), ('zh', 9, N'军', 'jun'),
    ('zh', 10, N'洋', 'yang'), ('zh', 11, N'勇', 'yong'), ('zh', 12, N'艳', 'yan'),
    ('zh', 13, N'杰', 'jie'), ('zh', 14, N'涛', 'tao'), ('zh', 15, N'明', 'ming'),
    ('zh', 16, N'超', 'chao'), ('zh', 17, N'秀兰', 'xiulan'), ('zh', 18, N'霞', 'xia'),
    ('zh', 19, N'平', 'ping'), ('ja', 0, N'蓮', 'ren'), ('ja', 1, N'陽葵', 'himari'),
    ('ja', 2, N'湊', 'minato'), ('ja', 3, N'凛', 'rin'), ('ja', 4, N'大翔', 'hiroto'),
    ('ja', 5, N'結菜', 'yuina'), ('ja', 6, N'翔太', 'shota'), ('ja', 7, N'葵', 'aoi'),
    ('ja', 8, N'健', 'ken'), ('ja', 9, N'美咲', 'misaki'), ('ja', 10, N'拓海', 'takumi'),
    ('ja', 11, N'さくら', 'sakura'), ('ja', 12, N'直樹', 'naoki'), ('ja', 13, N'愛', 'ai'),
    ('ja', 14, N'悠真', 'yuma'), ('ja', 15, N'七海', 'nanami'), ('ja', 16, N'誠', 'makoto'),
    ('ja', 17, N'由美', 'yumi'), ('ja', 18, N'隆', 'takashi'), ('ja', 19, N'恵子', 'keiko');

CREATE TABLE #last_names (locale char(2), pos int, name nvarchar(60), latin varchar(60));
INSERT INTO #last_names VALUES
    ('en', 0, 'Smith', 'smith'), ('en', 1, 'Jones', 'jones'), ('en', 2, 'Taylor', 'taylor'),
    ('en', 3, 'Brown', 'brown'), ('en', 4, 'Williams', 'williams'), ('en', 5, 'Wilson', 'wilson'),
    ('en', 6, 'Johnson', 'johnson'), ('en', 7, 'Davies', 'davies'), ('en', 8, 'Patel', 'patel'),
    ('en', 9, 'Wright', 'wright'), ('en', 10, 'Walker', 'walker'),
    ('en', 11, 'O''Connor', 'oconnor'), ('en', 12, 'Murphy', 'murphy'),
    ('en', 13, 'Thompson', 'thompson'), ('en', 14, 'Okafor', 'okafor'),
    ('en', 15, 'Hughes', 'hughes'), ('en', 16, 'Clarke', 'clarke'),
    ('en', 17, 'Campbell', 'campbell'), ('en', 18, 'Singh', 'singh'),
    ('en', 19, 'MacLeod', 'macleod'), ('de', 0, N'Müller', 'mueller'),
    ('de', 1, 'Schmidt', 'schmidt'), ('de', 2, 'Schneider', 'schneider'),
    ('de', 3, N'Weiß', 'weiss'), ('de', 4, N'Groß', 'gross'), ('de', 5, 'Fischer', 'fischer'),
    ('de', 6, N'Köhler', 'koehler'), ('de', 7, 'Weber', 'weber'), ('de', 8, N'Jäger', 'jaeger'),
    ('de', 9, N'Schäfer', 'schaefer'), ('de', 10, 'Bauer', 'bauer'),
    ('de', 11, N'Strauß', 'strauss'), ('de', 12, N'Krüger', 'krueger'),
    ('de', 13, 'Hoffmann', 'hoffmann'), ('de', 14, N'Böhm', 'boehm'), ('de', 15, 'Vogel', 'vogel'),
    ('de', 16, 'Lindner', 'lindner'), ('de', 17, N'Preuß', 'preuss'),
    ('de', 18, 'Zimmermann', 'zimmermann'), ('de', 19, 'Wagner', 'wagner'),
    ('fr', 0, N'Lefèvre', 'lefevre'), ('fr', 1, 'Dubois', 'dubois'),
    ('fr', 2, N'Bélanger', 'belanger'), ('fr', 3, 'Moreau', 'moreau'),
    ('fr', 4, N'Lemaître', 'lemaitre'), ('fr', 5, 'Girard', 'girard'),
    ('fr', 6, N'Besançon', 'besancon'), ('fr', 7, 'Rousseau', 'rousseau'),
    ('fr', 8, 'Chevalier', 'chevalier'), ('fr', 9, N'Benoît', 'benoit'),
    ('fr', 10, 'Fontaine', 'fontaine'), ('fr', 11, 'Gauthier', 'gauthier'),
    ('fr', 12, 'Leclerc', 'leclerc'), ('fr', 13, 'Marchand', 'marchand'),
    ('fr', 14, 'Deschamps', 'deschamps'), ('fr', 15, 'Bernard', 'bernard'),
    ('fr', 16, N'Noël', 'noel'), ('fr', 17, 'Perrin', 'perrin'), ('fr', 18, 'Renaud', 'renaud'),
    ('fr', 19, N'Château', 'chateau'), ('es', 0, N'García', 'garcia'), ('es', 1, N'Núñez', 'nunez'),
    ('es', 2, N'Fernández', 'fernandez'), ('es', 3, N'López', 'lopez'),
    ('es', 4, N'Muñoz', 'munoz'), ('es', 5, N'Ibáñez', 'ibanez'), ('es', 6, 'Ruiz', 'ruiz'),
    ('es', 7, N'Peña', 'pena'), ('es', 8, N'Gómez', 'gomez'), ('es', 9, N'Castaño', 'castano'),
    ('es', 10, N'Vázquez', 'vazquez'), ('es', 11, N'Domínguez', 'dominguez'),
    ('es', 12, 'Ortega', 'ortega'), ('es', 13, 'Blanco', 'blanco'), ('es', 14, N'Zúñiga', 'zuniga'),
    ('es', 15, 'Morales', 'morales'), ('es', 16, 'Serrano', 'serrano'),
    ('es', 17, 'Etxebarria', 'etxebarria'), ('es', 18, N'Ramírez', 'ramirez'),
    ('es', 19, 'Ferrer', 'ferrer'), ('it', 0, 'Rossi', 'rossi'), ('it', 1, 'Russo', 'russo'),
    ('it', 2, 'Ferrari', 'ferrari'), ('it', 3, 'D''Angelo', 'dangelo'),
    ('it', 4, 'Bianchi', 'bianchi'), ('it', 5, 'Colombo', 'colombo'), ('it', 6, 'Ricci', 'ricci'),
    ('it', 7, 'Marino', 'marino'), ('it', 8, 'Greco', 'greco'), ('it', 9, 'Conti', 'conti'),
    ('it', 10, 'De-Luca', 'de-luca'), ('it', 11, 'Costa', 'costa'),
    ('it', 12, 'Giordano', 'giordano'), ('it', 13, 'Mancini', 'mancini'),
    ('it', 14, 'Rizzo', 'rizzo'), ('it', 15, 'Lombardi', 'lombardi'),
    ('it', 16, 'Moretti', 'moretti'), ('it', 17, 'Barbieri', 'barbieri'),
    ('it', 18, 'Fontana', 'fontana'), ('it', 19, 'Caruso', 'caruso'), ('nl', 0, 'Jansen', 'jansen'),
    ('nl', 1, 'Bakker', 'bakker'), ('nl', 2, 'Visser', 'visser'), ('nl', 3, 'Smit', 'smit'),
    ('nl', 4, 'Meijer', 'meijer'), ('nl', 5, 'Mulder', 'mulder'), ('nl', 6, 'Dijkstra', 'dijkstra'),
    ('nl', 7, 'Vermeulen', 'vermeulen'), ('nl', 8, 'Hendriks', 'hendriks'),
    ('nl', 9, 'Kuipers', 'kuipers'), ('nl', 10, 'Brouwer', 'brouwer'),
    ('nl', 11, 'Peeters', 'peeters'), ('nl', 12, 'Claes', 'claes'),
    ('nl', 13, 'Willems', 'willems'), ('nl', 14, 'Maes', 'maes'), ('nl', 15, 'Jacobs', 'jacobs'),
    ('nl', 16, 'Mertens', 'mertens'), ('nl', 17, 'Wouters', 'wouters'),
    ('nl', 18, 'Goossens', 'goossens'), ('nl', 19, 'Dekker', 'dekker'),
    ('pl', 0, 'Kowalski', 'kowalski'), ('pl', 1, N'Wójcik', 'wojcik'), ('pl', 2, 'Nowak', 'nowak'),
    ('pl', 3, N'Wiśniewski', 'wisniewski'), ('pl', 4, N'Dąbrowski', 'dabrowski'),
    ('pl', 5, 'Lewandowski', 'lewandowski'), ('pl', 6, N'Zieliński', 'zielinski'),
    ('pl', 7, N'Szymański', 'szymanski'), ('pl', 8, N'Woźniak', 'wozniak'),
    ('pl', 9, N'Kozłowski', 'kozlowski'), ('pl', 10, N'Jabłoński', 'jablonski'),
    ('pl', 11, N'Król', 'krol'), ('pl', 12, 'Mazur', 'mazur'), ('pl', 13, 'Krawczyk', 'krawczyk'),
    ('pl', 14, 'Piotrowski', 'piotrowski'), ('pl', 15, 'Grabowski', 'grabowski'),
    ('pl', 16, N'Pawłowski', 'pawlowski'), ('pl', 17, 'Michalski', 'michalski'),
    ('pl', 18, N'Wróbel', 'wrobel'), ('pl', 19, N'Gołąb', 'golab'), ('cs', 0, N'Novák', 'novak'),
    ('cs', 1, 'Svoboda', 'svoboda'), ('cs', 2, N'Dvořák', 'dvorak'), ('cs', 3, N'Černý', 'cerny'),
    ('cs', 4, N'Procházka', 'prochazka'), ('cs', 5, N'Kučera', 'kucera'),
    ('cs', 6, N'Veselý', 'vesely'), ('cs', 7, N'Horák', 'horak'), ('cs', 8, N'Němec', 'nemec'),
    ('cs', 9, N'Pokorný', 'pokorny'), ('cs', 10, N'Pospíšil', 'pospisil'),
    ('cs', 11, N'Hájek', 'hajek'), ('cs', 12, N'Jelínek', 'jelinek'),
    ('cs', 13, N'Růžička', 'ruzicka'), ('cs', 14, 'Fiala', 'fiala'),
    ('cs', 15, N'Sedláček', 'sedlacek'), ('cs', 16, N'Doležal', 'dolezal'),
    ('cs', 17, 'Zeman', 'zeman'), ('cs', 18, N'Kolář', 'kolar'), ('cs', 19, N'Beneš', 'benes'),
    ('no', 0, 'Hansen', 'hansen'), ('no', 1, N'Østergård', 'ostergard'),
    ('no', 2, 'Johansson', 'johansson'), ('no', 3, 'Nilsen', 'nilsen'),
    ('no', 4, N'Sørensen', 'sorensen'), ('no', 5, N'Bergström', 'bergstroem'),
    ('no', 6, N'Ødegård', 'odegard'), ('no', 7, 'Lindqvist', 'lindqvist'),
    ('no', 8, 'Andersen', 'andersen'), ('no', 9, N'Åkesson', 'akesson'), ('no', 10, 'Holm', 'holm'),
    ('no', 11, 'Kristiansen', 'kristiansen'), ('no', 12, N'Nygård', 'nygard'),
    ('no', 13, 'Rasmussen', 'rasmussen'), ('no', 14, N'Ekström', 'ekstroem'),
    ('no', 15, 'Bakken', 'bakken'), ('no', 16, 'Solberg', 'solberg'), ('no', 17, N'Mørk', 'mork'),
    ('no', 18, 'Dahl', 'dahl'), ('no', 19, N'Strøm', 'strom'), ('pt', 0, 'Silva', 'silva'),
    ('pt', 1, N'Araújo', 'araujo'), ('pt', 2, N'Conceição', 'conceicao'),
    ('pt', 3, N'Gonçalves', 'goncalves'), ('pt', 4, N'Magalhães', 'magalhaes'),
    ('pt', 5, 'Ferreira', 'ferreira'), ('pt', 6, 'Sousa', 'sousa'),
    ('pt', 7, N'Brandão', 'brandao'), ('pt', 8, 'Ribeiro', 'ribeiro'),
    ('pt', 9, N'Falcão', 'falcao'), ('pt', 10, N'Guimarães', 'guimaraes'),
    ('pt', 11, N'Leitão', 'leitao'), ('pt', 12, N'Lourenço', 'lourenco'),
    ('pt', 13, 'Antunes', 'antunes'), ('pt', 14, N'Simões', 'simoes'),
    ('pt', 15, 'Fragoso', 'fragoso'), ('pt', 16, 'Teixeira', 'teixeira'),
    ('pt', 17, 'Vasconcelos', 'vasconcelos'), ('pt', 18, 'Moura', 'moura'),
    ('pt', 19, N'Queirós', 'queiros'), ('tr', 0, N'Yılmaz', 'yilmaz'), ('tr', 1, N'Çelik', 'celik'),
    ('tr', 2, N'Şahin', 'sahin'), ('tr', 3, N'Öztürk', 'oeztuerk'), ('tr', 4, N'Aydın', 'aydin'),
    ('tr', 5, 'Demir', 'demir'), ('tr', 6, N'Doğan', 'dogan'), ('tr', 7, N'Kılıç', 'kilic'),
    ('tr', 8, N'Güneş', 'guenes'), ('tr', 9, 'Arslan', 'arslan'), ('tr', 10, N'Çetin', 'cetin'),
    ('tr', 11, N'Koç', 'koc'), ('tr', 12, N'Özkan', 'oezkan'), ('tr', 13, 'Polat', 'polat'),
    ('tr', 14, N'Şimşek', 'simsek'), ('tr', 15, N'Yıldız', 'yildiz'), ('tr', 16, 'Aksoy', 'aksoy'),
    ('tr', 17, 'Kaplan', 'kaplan'), ('tr', 18, N'Ünal', 'uenal'), ('tr', 19, N'Erdoğan', 'erdogan'),
    ('zh', 0, N'李', 'li'), ('zh', 1, N'王', 'wang'), ('zh', 2, N'张', 'zhang'),
    ('zh', 3, N'刘', 'liu'), ('zh', 4, N'陈', 'chen'), ('zh', 5, N'杨', 'yang'),
    ('zh', 6, N'赵', 'zhao'), ('zh', 7, N'黄', 'huang'), ('zh', 8, N'周', 'zhou'),
    ('zh', 9, N'吴', 'wu'), ('zh', 10, N'徐', 'xu'), ('zh', 11, N'孙', 'sun'), ('zh', 12, N'胡', 'hu'),
    ('zh', 13, N'朱', 'zhu'), ('zh', 14, N'高', 'gao'), ('zh', 15, N'林', 'lin'),
    ('zh', 16, N'何', 'he'), ('zh', 17, N'郭', 'guo'), ('zh', 18, N'马', 'ma'),
    ('zh', 19, N'罗', 'luo'), ('ja', 0, N'佐藤', 'sato'), ('ja', 1, N'鈴木', 'suzuki'),
    ('ja', 2, N'高橋', 'takahashi'), ('ja', 3, N'田中', 'tanaka'), ('ja', 4, N'伊藤', 'ito'),
    ('ja', 5, N'渡辺', 'watanabe'), ('ja', 6, N'山本', 'yamamoto'), ('ja', 7, N'中村', 'nakamura'),
    ('ja', 8, N'小林', 'kobayashi'), ('ja', 9, N'加藤', 'kato'), ('ja', 10, N'吉田', 'yoshida'),
    ('ja', 11, N'山田', 'yamada'), ('ja', 12, N'佐々木', 'sasaki'), ('ja', 13, N'山口', 'yamaguchi'),
    ('ja', 14, N'松本', 'matsumoto'), ('ja', 15, N'井上', 'inoue'), ('ja', 16, N'木村', 'kimura'),
    ('ja', 17, N'林', 'hayashi'), ('ja', 18, N'清水', 'shimizu'), ('ja', 19, N'斎藤', 'saito');

-- Customers live in a country in proportion to its slots of 100.
CREATE TABLE #country_slots
    (country_code char(2) COLLATE DATABASE_DEFAULT, locale char(2), slot_from int, slot_to int,
     cities int);
INSERT INTO #country_slots VALUES
    ('DE', 'de', 0, 18, 5), ('AT', 'de', 19, 23, 3), ('CH', 'de', 24, 27, 3),
    ('GB', 'en', 28, 40, 5), ('IE', 'en', 41, 43, 2), ('US', 'en', 44, 50, 4),
    ('FR', 'fr', 51, 60, 4), ('BE', 'nl', 61, 63, 3), ('NL', 'nl', 64, 69, 3),
    ('ES', 'es', 70, 75, 3), ('IT', 'it', 76, 81, 3), ('PL', 'pl', 82, 86, 4),
    ('CZ', 'cs', 87, 88, 2), ('SE', 'no', 89, 90, 3), ('NO', 'no', 91, 92, 2),
    ('DK', 'no', 93, 93, 2), ('PT', 'pt', 94, 95, 2), ('TR', 'tr', 96, 96, 2),
    ('CN', 'zh', 97, 98, 2), ('JP', 'ja', 99, 99, 2);

CREATE TABLE #cities
    (country_code char(2) COLLATE DATABASE_DEFAULT, pos int, name nvarchar(60),
     postal_prefix varchar(8),
     postal_digits int, postal_suffix varchar(8));
INSERT INTO #cities VALUES
    ('DE', 0, 'Berlin', '10', 3, ''), ('DE', 1, 'Hamburg', '20', 3, ''),
    ('DE', 2, N'München', '80', 3, ''), ('DE', 3, N'Köln', '50', 3, ''),
    ('DE', 4, N'Düsseldorf', '40', 3, ''), ('AT', 0, 'Wien', '10', 2, ''),
    ('AT', 1, 'Graz', '80', 2, ''), ('AT', 2, N'Sankt Pölten', '31', 2, ''),
    ('CH', 0, N'Zürich', '80', 2, ''), ('CH', 1, 'Basel', '40', 2, ''),
    ('CH', 2, N'Genève', '12', 2, ''), ('GB', 0, 'London', 'SW1', 1, ' 4AB'),
    ('GB', 1, 'Manchester', 'M', 1, ' 2LN'), ('GB', 2, 'Edinburgh', 'EH', 1, ' 9XD'),
    ('GB', 3, 'Bristol', 'BS', 1, ' 5TR'), ('GB', 4, 'Leeds', 'LS', 1, ' 7PJ'),
    ('IE', 0, 'Dublin', 'D0', 1, ' X285'), ('IE', 1, 'Cork', 'T1', 1, ' K8AF'),
    ('US', 0, 'New York', '100', 2, ''), ('US', 1, 'Chicago', '606', 2, ''),
    ('US', 2, 'Portland', '972', 2, ''), ('US', 3, 'Austin', '787', 2, ''),
    ('FR', 0, 'Paris', '750', 2, ''), ('FR', 1, 'Lyon', '690', 2, ''),
    ('FR', 2, N'Saint-Étienne', '420', 2, ''), ('FR', 3, 'Bordeaux', '330', 2, ''),
    ('BE', 0, 'Bruxelles', '10', 2, ''), ('BE', 1, 'Gent', '90', 2, ''),
    ('BE', 2, N'Liège', '40', 2, ''), ('NL', 0, 'Amsterdam', '10', 2, ' AB'),
    ('NL', 1, 'Utrecht', '35', 2, ' CK'), ('NL', 2, '''s-Hertogenbosch', '52', 2, ' GX'),
    ('ES', 0, 'Madrid', '280', 2, ''), ('ES', 1, N'Málaga', '290', 2, ''),
    ('ES', 2, N'A Coruña', '150', 2, ''), ('IT', 0, 'Roma', '001', 2, ''),
    ('IT', 1, 'Milano', '201', 2, ''), ('IT', 2, N'Forlì', '471', 2, ''),
    ('PL', 0, 'Warszawa', '00-', 3, ''), ('PL', 1, N'Kraków', '31-', 3, ''),
    ('PL', 2, N'Łódź', '90-', 3, ''), ('PL', 3, N'Gdańsk', '80-', 3, ''),
    ('CZ', 0, 'Praha', '110 ', 2, ''), ('CZ', 1, 'Brno', '602 ', 2, ''),
    ('SE', 0, 'Stockholm', '111 ', 2, ''), ('SE', 1, N'Göteborg', '411 ', 2, ''),
    ('SE', 2, N'Malmö', '211 ', 2, ''), ('NO', 0, 'Oslo', '01', 2, ''),
    ('NO', 1, N'Tromsø', '90', 2, ''), ('DK', 0, N'København', '21', 2, ''),
    ('DK', 1, N'Århus', '80', 2, ''), ('PT', 0, 'Lisboa', '10', 2, '-012'),
    ('PT', 1, N'Évora', '70', 2, '-301'), ('TR', 0, N'İstanbul', '344', 2, ''),
    ('TR', 1, N'İzmir', '352', 2, ''), ('CN', 0, N'上海', '2000', 2, ''),
    ('CN', 1, N'深圳', '5180', 2, ''), ('JP', 0, N'東京', '100-00', 2, ''),
    ('JP', 1, N'大阪', '530-00', 2, '');

CREATE TABLE #streets
    (locale char(2), pos int, before_number nvarchar(60), after_number nvarchar(60));
INSERT INTO #streets VALUES
    ('en', 0, '', ' High Street'), ('en', 1, '', ' Station Road'), ('en', 2, '', ' Mill Lane'),
    ('en', 3, '', ' King''s Avenue'), ('de', 0, N'Hauptstraße ', ''),
    ('de', 1, N'Am Mühlbach ', ''), ('de', 2, N'Goethestraße ', ''), ('de', 3, 'Lindenallee ', ''),
    ('fr', 0, '', N' rue de la République'), ('fr', 1, '', N' avenue des Églantines'),
    ('fr', 2, '', N' place de l''Hôtel de Ville'), ('fr', 3, '', ' chemin du Moulin'),
    ('es', 0, 'Calle Mayor, ', ''), ('es', 1, N'Avenida de la Constitución, ', ''),
    ('es', 2, N'Plaza de España, ', ''), ('es', 3, N'Paseo del Río, ', ''),
    ('it', 0, 'Via Garibaldi, ', ''), ('it', 1, 'Corso Vittorio Emanuele, ', ''),
    ('it', 2, 'Piazza San Marco, ', ''), ('it', 3, N'Via della Libertà, ', ''),
    ('nl', 0, 'Kerkstraat ', ''), ('nl', 1, 'Prinsengracht ', ''), ('nl', 2, 'Molenweg ', ''),
    ('nl', 3, 'Stationsplein ', ''), ('pl', 0, N'ul. Długa ', ''),
    ('pl', 1, N'ul. Świętokrzyska ', ''), ('pl', 2, 'al. Jerozolimskie ', ''),
    ('pl', 3, 'ul. Lipowa ', ''), ('cs', 0, N'Náměstí Míru ', ''), ('cs', 1, N'Dlouhá ', ''),
    ('cs', 2, N'Příčná ', ''), ('cs', 3, N'Na Poříčí ', ''), ('no', 0, 'Storgatan ', ''),
    ('no', 1, N'Bjørkevei ', ''), ('no', 2, 'Kungsgatan ', ''), ('no', 3, N'Skovvænget ', ''),
    ('pt', 0, N'Rua de São Bento, ', ''), ('pt', 1, 'Avenida da Liberdade, ', ''),
    ('pt', 2, 'Travessa do Carmo, ', ''), ('pt', 3, N'Largo da Estação, ', ''),
    ('tr', 0, N'Atatürk Caddesi No: ', ''), ('tr', 1, N'İstiklâl Caddesi No: ', ''),
    ('tr', 2, N'Çınar Sokak No: ', ''), ('tr', 3, N'Gül Sokak No: ', ''), ('zh', 0, N'中山路', N'号'),
    ('zh', 1, N'人民路', N'号'), ('zh', 2, N'解放大道', N'号'), ('zh', 3, N'南京路', N'号'),
    ('ja', 0, N'中央区本町', N'丁目'), ('ja', 1, N'北区梅田', N'丁目'), ('ja', 2, N'港区芝', N'丁目'),
    ('ja', 3, N'西区みなと', N'丁目');

CREATE TABLE #nouns
    (pos int, category_id int, finish_group char(4), noun nvarchar(40), base_cents int,
     grams int);
INSERT INTO #nouns VALUES
    (0, 9, 'tech', 'Espresso Machine', 38900, 8200), (1, 9, 'tech', 'Pour-over Set', 4200, 900),
    (2, 9, 'tech', 'Tea Kettle', 3900, 1100), (3, 9, 'tech', 'Milk Frother', 2900, 350),
    (4, 10, 'hard', 'Cast Iron Pan', 6900, 3100), (5, 10, 'hard', 'Saucepan', 4500, 1300),
    (6, 10, 'hard', 'Roasting Tin', 3800, 1900), (7, 10, 'hard', 'Steamer Basket', 2400, 600),
    (8, 11, 'tech', 'Chef''s Knife', 8900, 260), (9, 11, 'tech', 'Bread Knife', 5900, 240),
    (10, 11, 'tech', 'Paring Knife', 2900, 110), (11, 11, 'tech', 'Sharpening Stone', 3400, 700),
    (12, 12, 'hard', 'Dinner Plate', 1900, 620), (13, 12, 'hard', 'Soup Bowl', 1500, 480),
    (14, 12, 'hard', 'Mug', 1200, 340), (15, 12, 'hard', 'Carafe', 2700, 780),
    (16, 13, 'tech', 'Desk Lamp', 7900, 1800), (17, 13, 'tech', 'Floor Lamp', 15900, 5200),
    (18, 13, 'tech', 'Pendant Light', 11900, 2300), (19, 13, 'tech', 'Candle Holder', 1900, 420),
    (20, 14, 'soft', 'Wool Blanket', 8900, 1400), (21, 14, 'soft', 'Cushion Cover', 2200, 210),
    (22, 14, 'soft', 'Linen Curtain', 6400, 900), (23, 14, 'soft', 'Bath Towel', 2600, 520),
    (24, 15, 'hard', 'Wall Shelf', 5900, 2800), (25, 15, 'hard', 'Storage Box', 2400, 900),
    (26, 15, 'hard', 'Coat Rack', 7400, 3600), (27, 15, 'hard', 'Laundry Basket', 3300, 1200),
    (28, 16, 'soft', 'Duvet Cover', 7600, 1300), (29, 16, 'soft', 'Pillowcase', 1800, 180),
    (30, 16, 'soft', 'Fitted Sheet', 4200, 720), (31, 16, 'soft', 'Mattress Topper', 18900, 6100),
    (32, 17, 'hard', 'Standing Desk', 54900, 38000), (33, 17, 'hard', 'Writing Desk', 32900, 24000),
    (34, 17, 'hard', 'Monitor Stand', 6900, 2600), (35, 17, 'hard', 'Desk Mat', 3400, 480),
    (36, 18, 'soft', 'Office Chair', 28900, 15500), (37, 18, 'soft', 'Stool', 9900, 4200),
    (38, 18, 'soft', 'Footrest', 4900, 1900), (39, 18, 'soft', 'Seat Cushion', 3900, 640),
    (40, 19, 'hard', 'Notebook', 1400, 310), (41, 19, 'hard', 'Fountain Pen', 4900, 40),
    (42, 19, 'hard', 'Document Tray', 2600, 820), (43, 19, 'hard', 'Pencil Case', 1700, 120),
    (44, 20, 'tech', 'Wireless Headphones', 17900, 270),
    (45, 20, 'tech', 'Bookshelf Speaker', 24900, 4800), (46, 20, 'tech', 'Turntable', 32900, 6400),
    (47, 20, 'tech', 'Earbuds', 8900, 60), (48, 21, 'tech', 'Power Bank', 4900, 380),
    (49, 21, 'tech', 'USB-C Cable', 1500, 50), (50, 21, 'tech', 'Wall Charger', 3200, 120),
    (51, 21, 'tech', 'Charging Stand', 4400, 240), (52, 22, 'tech', 'Thermostat', 14900, 310),
    (53, 22, 'tech', 'Motion Sensor', 3900, 90), (54, 22, 'tech', 'Smart Plug', 2400, 110),
    (55, 22, 'tech', 'Door Bell', 11900, 280), (56, 23, 'soft', 'Two-person Tent', 22900, 3400),
    (57, 23, 'soft', 'Sleeping Bag', 12900, 1250), (58, 23, 'soft', 'Camping Stove', 6900, 640),
    (59, 23, 'soft', 'Head Torch', 3900, 95), (60, 24, 'tech', 'Bike Helmet', 7900, 310),
    (61, 24, 'tech', 'Pannier', 8400, 980), (62, 24, 'tech', 'Bike Pump', 3600, 420),
    (63, 24, 'tech', 'Front Light', 4500, 130), (64, 25, 'hard', 'Pruning Shears', 3400, 290),
    (65, 25, 'hard', 'Watering Can', 2900, 760), (66, 25, 'hard', 'Planter', 4600, 3800),
    (67, 25, 'hard', 'Hammock', 8800, 2100), (68, 26, 'soft', 'Yoga Mat', 4900, 1600),
    (69, 26, 'soft', 'Yoga Block', 1500, 240), (70, 26, 'soft', 'Meditation Cushion', 4200, 1800),
    (71, 26, 'soft', 'Yoga Strap', 1300, 140), (72, 27, 'tech', 'Kettlebell', 4400, 12000),
    (73, 27, 'tech', 'Resistance Band', 1600, 150), (74, 27, 'tech', 'Skipping Rope', 1900, 210),
    (75, 27, 'tech', 'Foam Roller', 2900, 480), (76, 28, 'tech', 'Swim Goggles', 2400, 70),
    (77, 28, 'tech', 'Swim Cap', 1200, 60), (78, 28, 'tech', 'Kickboard', 2100, 260),
    (79, 28, 'tech', 'Dry Bag', 2800, 330), (80, 29, 'play', 'Strategy Game', 4900, 1700),
    (81, 29, 'play', 'Family Game', 3200, 1100), (82, 29, 'play', 'Card Game', 1600, 240),
    (83, 29, 'play', 'Chess Set', 6900, 2200), (84, 30, 'play', 'Train Set', 5900, 2100),
    (85, 30, 'play', 'Stacking Blocks', 2400, 820), (86, 30, 'play', 'Puzzle', 1900, 560),
    (87, 30, 'play', 'Pull-along Animal', 2600, 480),
    (88, 31, 'play', 'Watercolour Set', 2900, 380), (89, 31, 'play', 'Knitting Kit', 3900, 520),
    (90, 31, 'play', 'Sketchbook', 1600, 410), (91, 31, 'play', 'Modelling Clay', 1400, 650),
    (92, 32, 'food', 'Espresso Blend', 1490, 1000), (93, 32, 'food', 'Filter Roast', 1290, 500),
    (94, 32, 'food', 'Decaf Roast', 1390, 500), (95, 32, 'food', 'Cold Brew Blend', 1590, 750),
    (96, 33, 'food', 'Dark Chocolate', 490, 100), (97, 33, 'food', 'Praline Box', 1990, 260),
    (98, 33, 'food', 'Drinking Chocolate', 1190, 300), (99, 33, 'food', 'Nougat Bar', 390, 90),
    (100, 34, 'food', 'Olive Oil', 1690, 900), (101, 34, 'food', 'Sea Salt', 690, 250),
    (102, 34, 'food', 'Spice Set', 2290, 420), (103, 34, 'food', 'Balsamic Vinegar', 1890, 640);

CREATE TABLE #series (pos int, name nvarchar(20));
INSERT INTO #series VALUES
    (0, 'Nordlys'), (1, 'Kestrel'), (2, 'Halden'), (3, 'Mizu'), (4, 'Solano'), (5, 'Bramble'),
    (6, N'Øresund'), (7, 'Piastra'), (8, 'Lumi'), (9, N'Ardèche'), (10, 'Tamarind'), (11, N'Fjäll'),
    (12, 'Belmonte'), (13, 'Quill'), (14, 'Savanna'), (15, N'Ōkami'), (16, 'Linde'),
    (17, N'Château'), (18, N'Gräfe'), (19, 'Marlow'), (20, N'Ibérica'), (21, 'Zephyr'),
    (22, 'Tatra'), (23, 'Willow');

CREATE TABLE #finishes
    (finish_group char(4), pos int, name nvarchar(20), material nvarchar(20));
INSERT INTO #finishes VALUES
    ('hard', 0, 'oak', 'wood'), ('hard', 1, 'walnut', 'wood'), ('hard', 2, 'copper', 'metal'),
    ('hard', 3, 'ivory', 'ceramic'), ('hard', 4, 'terracotta', 'ceramic'),
    ('hard', 5, 'graphite', 'metal'), ('soft', 0, 'night blue', 'cotton'),
    ('soft', 1, N'crème', 'linen'), ('soft', 2, 'sand', 'wool'),
    ('soft', 3, 'sage green', 'cotton'), ('soft', 4, 'ash grey', 'wool'),
    ('soft', 5, N'rosé', 'linen'), ('tech', 0, 'graphite', 'aluminium'),
    ('tech', 1, 'jet black', 'plastic'), ('tech', 2, 'ivory', 'plastic'),
    ('tech', 3, 'silver', 'aluminium'), ('tech', 4, 'forest green', 'plastic'),
    ('tech', 5, 'copper', 'aluminium'), ('food', 0, 'organic', 'food'),
    ('food', 1, 'fair trade', 'food'), ('food', 2, 'single origin', 'food'),
    ('food', 3, 'classic', 'food'), ('food', 4, N'réserve', 'food'),
    ('food', 5, 'family size', 'food'), ('play', 0, 'classic', 'paper'),
    ('play', 1, 'travel', 'paper'), ('play', 2, 'deluxe', 'wood'), ('play', 3, 'junior', 'wood'),
    ('play', 4, 'anniversary', 'wood'), ('play', 5, 'mini', 'paper');

CREATE TABLE #wishes (pos int, text nvarchar(100));
INSERT INTO #wishes VALUES
    (0, 'Please leave at the back door'), (1, 'Bitte beim Nachbarn abgeben'), (2, N'置き配でお願いします'),
    (3, N'Sonner chez le gardien, s''il vous plaît'), (4, 'Gift: do not include the invoice'),
    (5, N'Proszę dzwonić przed dostawą'), (6, 'Entregar por la tarde'), (7, 'Call on arrival');
GO

-- ------------------------------------------------------------------------- generation: catalogue

INSERT INTO shop.countries (country_code, name, vat_percent, phone_prefix) VALUES
    ('DE', 'Germany', 19.0, '+49'), ('AT', 'Austria', 20.0, '+43'),
    ('CH', 'Switzerland', 8.1, '+41'), ('GB', 'United Kingdom', 20.0, '+44'),
    ('IE', 'Ireland', 23.0, '+353'), ('US', 'United States', 0.0, '+1'),
    ('FR', 'France', 20.0, '+33'), ('BE', 'Belgium', 21.0, '+32'),
    ('NL', 'Netherlands', 21.0, '+31'), ('ES', 'Spain', 21.0, '+34'), ('IT', 'Italy', 22.0, '+39'),
    ('PL', 'Poland', 23.0, '+48'), ('CZ', 'Czechia', 21.0, '+420'), ('SE', 'Sweden', 25.0, '+46'),
    ('NO', 'Norway', 25.0, '+47'), ('DK', 'Denmark', 25.0, '+45'), ('PT', 'Portugal', 23.0, '+351'),
    ('TR', N'Türkiye', 20.0, '+90'), ('CN', 'China', 13.0, '+86'), ('JP', 'Japan', 10.0, '+81');

SET IDENTITY_INSERT shop.categories ON;
INSERT INTO shop.categories (category_id, parent_id, name, slug, sort_order) VALUES
    (1, NULL, 'Kitchen', 'kitchen', 1), (2, NULL, 'Home', 'home', 2),
    (3, NULL, 'Office', 'office', 3), (4, NULL, 'Electronics', 'electronics', 4),
    (5, NULL, 'Outdoor', 'outdoor', 5), (6, NULL, 'Sports', 'sports', 6),
    (7, NULL, 'Toys & Games', 'toys-and-games', 7), (8, NULL, 'Food', 'food', 8),
    (9, 1, 'Coffee & Tea', 'kitchen/coffee-and-tea', 1), (10, 1, 'Cookware', 'kitchen/cookware', 2),
    (11, 1, 'Knives', 'kitchen/knives', 3), (12, 1, 'Tableware', 'kitchen/tableware', 4),
    (13, 2, 'Lighting', 'home/lighting', 1), (14, 2, 'Textiles', 'home/textiles', 2),
    (15, 2, 'Storage', 'home/storage', 3), (16, 2, 'Bedding', 'home/bedding', 4),
    (17, 3, 'Desks', 'office/desks', 1), (18, 3, 'Chairs', 'office/chairs', 2),
    (19, 3, 'Stationery', 'office/stationery', 3), (20, 4, 'Audio', 'electronics/audio', 1),
    (21, 4, 'Charging', 'electronics/charging', 2),
    (22, 4, 'Smart Home', 'electronics/smart-home', 3), (23, 5, 'Camping', 'outdoor/camping', 1),
    (24, 5, 'Cycling', 'outdoor/cycling', 2), (25, 5, 'Garden', 'outdoor/garden', 3),
    (26, 6, 'Yoga', 'sports/yoga', 1), (27, 6, 'Fitness', 'sports/fitness', 2),
    (28, 6, 'Swimming', 'sports/swimming', 3),
    (29, 7, 'Board Games', 'toys-and-games/board-games', 1),
    (30, 7, 'Wooden Toys', 'toys-and-games/wooden-toys', 2),
    (31, 7, 'Crafts', 'toys-and-games/crafts', 3), (32, 8, 'Coffee Beans', 'food/coffee-beans', 1),
    (33, 8, 'Chocolate', 'food/chocolate', 2),
    (34, 8, 'Olive Oil & Spices', 'food/olive-oil-and-spices', 3);
SET IDENTITY_INSERT shop.categories OFF;

SET IDENTITY_INSERT inventory.warehouses ON;
INSERT INTO inventory.warehouses
    (warehouse_id, code, name, city, country_code, opened_on, capacity_units) VALUES
    (1, 'BER', N'Berlin Großbeeren', 'Berlin', 'DE', '2019-04-01', 42000),
    (2, 'RTM', 'Rotterdam Maasvlakte', 'Rotterdam', 'NL', '2020-09-15', 65000),
    (3, 'LYS', 'Lyon Saint-Priest', 'Lyon', 'FR', '2021-03-08', 30000),
    (4, 'WRO', N'Wrocław Bielany', N'Wrocław', 'PL', '2022-05-02', 48000),
    (5, 'BHX', 'Birmingham Hams Hall', 'Birmingham', 'GB', '2022-11-21', 26000),
    (6, 'VLC', N'València Ribarroja', N'València', 'ES', '2024-02-05', 22000);
SET IDENTITY_INSERT inventory.warehouses OFF;
GO
SET IDENTITY_INSERT inventory.suppliers ON;
INSERT INTO inventory.suppliers
    (supplier_id, name, country_code, contact_email, lead_time_days, rating, is_active)
SELECT s.n, CONCAT(a.name, N' ', b.name), c.country_code,
       CASE WHEN h.a % 7 <> 3 THEN CONCAT('orders', s.n, '@example.com') END,
       5 + h.a / 10 % 40,
       CASE WHEN s.n % 9 <> 4 THEN (25 + h.a / 1000 % 26) / 10.0 END,
       CASE WHEN s.n % 20 <> 0 THEN 1 ELSE 0 END
FROM #numbers AS s
CROSS APPLY (SELECT
    (CAST(s.n AS bigint) * 1118788 + 1570935) % 2147483647 AS a) AS x
CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a) AS h
JOIN (VALUES
    (0, 'Rhein'), (1, 'Baltic'), (2, 'Alpen'), (3, 'Iberia'), (4, 'Nordsee'), (5, N'Øst'),
    (6, N'Łódź'), (7, 'Adria'), (8, 'Bohemia'), (9, 'Atlas'), (10, N'Lumière'), (11, 'Pacific')) AS a (pos, name) ON a.pos = (s.n - 1) % 12
JOIN (VALUES
    (0, 'Trading'), (1, 'Manufaktur'), (2, 'Supply'), (3, 'Werke'), (4, 'Imports')) AS b (pos, name) ON b.pos = (s.n - 1) / 12
JOIN #country_slots AS c ON h.a / 100000 % 100 BETWEEN c.slot_from AND c.slot_to
WHERE s.n BETWEEN 1 AND 60;
SET IDENTITY_INSERT inventory.suppliers OFF;
GO
-- Every fourth product was launched after 2022-01-01, on day (n * n * 7 + n * 13) % 1400.
SET IDENTITY_INSERT shop.products ON;
INSERT INTO shop.products
    (product_id, sku, name, category_id, supplier_id, list_price, cost, weight_grams, attributes,
     tags, description, launched_on, discontinued_on, updated_at)
SELECT p.n,
       CONCAT('SKU-', RIGHT(CONCAT('0000', p.n * 7919 % 99991), 5)),
       CONCAT(s.name, N' ', w.noun, N', ', f.name),
       w.category_id,
       1 + h.a / 10000 % 60,
       m.cents / 100.0,
       m.cents * (42 + h.a / 100 % 25) / 100 / 100.0,
       CASE WHEN p.n % 23 <> 7 THEN w.grams * (90 + h.b % 25) / 100 END,
       CONCAT(N'{"finish": "', f.name, N'", "material": "', f.material, N'"}'),
       CONCAT(N'["', f.material, N'"',
              CASE WHEN h.b % 5 = 0 THEN N', "gift"' END,
              CASE WHEN h.b % 7 = 0 THEN N', "bestseller"' END,
              CASE WHEN h.b % 3 = 0 THEN N', "sustainable"' END, N']'),
       CASE WHEN h.b / 100 % 10 < 8
            THEN CONCAT(w.noun, N' of the ', s.name, N' series, ', f.name, N'.') END,
       l.launched_on,
       CASE WHEN p.n % 31 = 5
            THEN DATEADD(day, CAST(h.b / 1000 % 300 AS int), CAST('2025-06-30' AS date)) END,
       TODATETIMEOFFSET(CAST(l.launched_on AS datetime2(0)), '+00:00')
FROM #numbers AS p
CROSS APPLY (SELECT
    (CAST(p.n AS bigint) * 1126707 + 1675664) % 2147483647 AS a,
    (CAST(p.n AS bigint) * 1134626 + 1780393) % 2147483647 AS b) AS x
CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                    x.b * x.b % 2147483647 AS b) AS h
JOIN #nouns AS w ON w.pos = (p.n - 1) % 104
JOIN #series AS s ON s.pos = ((p.n - 1) / 104 * 5 + (p.n - 1) % 104 * 7) % 24
JOIN #finishes AS f ON f.finish_group = w.finish_group AND f.pos = h.a / 1000000 % 6
CROSS APPLY (SELECT
    (w.base_cents * (70 + h.a % 70) / 100 + 99) / 100 * 100
        - CASE h.b % 3 WHEN 0 THEN 1 WHEN 1 THEN 5 ELSE 10 END AS cents) AS m
CROSS APPLY (SELECT CASE WHEN p.n % 4 = 3
    THEN DATEADD(day, (p.n * p.n * 7 + p.n * 13) % 1400, CAST('2022-01-01' AS date))
    ELSE DATEADD(day, -CAST(30 + h.b / 10 % 1200 AS int), CAST('2022-01-01' AS date)) END
    AS launched_on) AS l
WHERE p.n BETWEEN 1 AND 1500;
SET IDENTITY_INSERT shop.products OFF;
GO
-- 1 leads, 2 to 7 head the departments, 8 to 25 lead teams, the rest work in them.
SET IDENTITY_INSERT shop.employees ON;
INSERT INTO shop.employees
    (employee_id, manager_id, first_name, last_name, email, job_title, department, warehouse_id,
     salary, hired_on, left_on)
SELECT e.n, e.manager_id, f.name, l.name,
       CONCAT(f.latin, '.', l.latin, e.n, '@staff.example.com'),
       CASE WHEN e.n = 1 THEN 'Managing Director' WHEN e.n <= 7 THEN CONCAT('Head of ', d.name)
            WHEN e.n <= 25 THEN CONCAT('Team Lead ', d.name) ELSE d.job_title END,
       CASE WHEN e.n = 1 THEN 'Management' ELSE d.name END,
       CASE WHEN d.name = 'Logistics' AND e.n > 7 THEN 1 + h.a % 6 END,
       CASE WHEN e.n = 1 THEN 148000 WHEN e.n <= 7 THEN 92000 WHEN e.n <= 25 THEN 61000
            ELSE 34000 END + h.a / 10 % 140 * 100,
       DATEADD(day, CAST(e.n * 17 + h.a / 1000 % 60 AS int), CAST('2019-03-01' AS date)),
       CASE WHEN e.n > 60 AND e.n % 13 = 0
            THEN DATEADD(day, CAST(h.a / 100 % 400 AS int), CAST('2025-01-31' AS date)) END
FROM (SELECT n, CASE WHEN n = 1 THEN NULL WHEN n <= 7 THEN 1 WHEN n <= 25 THEN 2 + (n - 8) % 6
                     ELSE 8 + (n - 26) % 18 END AS manager_id,
             CASE WHEN n <= 7 THEN (n + 4) % 6 WHEN n <= 25 THEN (n - 8) % 6
                  ELSE (n - 26) % 18 % 6 END AS department_pos
      FROM #numbers WHERE n BETWEEN 1 AND 120) AS e
CROSS APPLY (SELECT
    (CAST(e.n AS bigint) * 1142545 + 1885122) % 2147483647 AS a,
    (CAST(e.n AS bigint) * 1150464 + 1989851) % 2147483647 AS b) AS x
CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                    x.b * x.b % 2147483647 AS b) AS h
JOIN (VALUES (0, 'Sales', 'Sales Representative'), (1, 'Logistics', 'Warehouse Clerk'),
             (2, 'Purchasing', 'Buyer'), (3, 'Customer Care', 'Service Agent'),
             (4, 'Finance', 'Accountant'), (5, 'Engineering', 'Software Engineer'))
    AS d (pos, name, job_title) ON d.pos = e.department_pos
JOIN #country_slots AS c ON h.b % 100 BETWEEN c.slot_from AND c.slot_to
JOIN #first_names AS f ON f.locale = c.locale AND f.pos = h.b / 100 % 20
JOIN #last_names AS l ON l.locale = c.locale AND l.pos = h.b / 10000 % 20;
SET IDENTITY_INSERT shop.employees OFF;
GO

-- ---------------------------------------------------------------------------- generation: orders

-- Orders a day: weekday, month and growth give a weight; 200,000 orders follow the weights.
WITH weighted AS (
    SELECT d.n AS day_no, c.year_no, c.month_no,
           (CASE (d.n + 5) % 7 WHEN 0 THEN 108 WHEN 1 THEN 103 WHEN 2 THEN 98 WHEN 3 THEN 100
                               WHEN 4 THEN 94 WHEN 5 THEN 88 ELSE 121 END
            * CASE c.month_no WHEN 1 THEN 88 WHEN 2 THEN 84 WHEN 3 THEN 92 WHEN 4 THEN 95
                              WHEN 5 THEN 99 WHEN 6 THEN 96 WHEN 7 THEN 88 WHEN 8 THEN 86
                              WHEN 9 THEN 100 WHEN 10 THEN 107 WHEN 11 THEN 134 ELSE 148 END
            * CASE WHEN c.month_no = 11 AND c.day_no >= 22 THEN 150
                   WHEN c.month_no = 12 AND c.day_no BETWEEN 24 AND 26 THEN 45 ELSE 100 END
            * CAST(500 + d.n AS bigint) * (90 + h.a % 21)) / 100 AS weight
    FROM #numbers AS d
    CROSS APPLY (SELECT
        (CAST(d.n + 1 AS bigint) * 1007922 + 104729) % 2147483647 AS a) AS x
    CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a) AS h
    CROSS APPLY (SELECT DATEADD(day, d.n, CAST('2022-01-01' AS date)) AS day) AS t
    CROSS APPLY (SELECT YEAR(t.day) AS year_no, MONTH(t.day) AS month_no, DAY(t.day) AS day_no) AS c
    WHERE d.n BETWEEN 0 AND 1641
), summed AS (
    SELECT day_no, year_no, month_no, weight,
           SUM(weight) OVER (ORDER BY day_no ROWS UNBOUNDED PRECEDING) AS upto,
           SUM(weight) OVER () AS total
    FROM weighted
)
SELECT day_no, year_no, month_no,
       CAST((upto - weight) * 200000 / total AS int) AS orders_before,
       CAST(upto * 200000 / total - (upto - weight) * 200000 / total AS int) AS orders
INTO #order_days
FROM summed;
GO
-- The head of each order: moment, and whether a new customer places it.
WITH numbered AS (
    SELECT d.orders_before + k.n AS order_id, d.day_no, d.year_no, d.month_no,
           (k.n * 100000 - h.a % 100000) / d.orders AS moment,
           CASE WHEN d.orders_before + k.n = 1
                  OR h.b % 1000
                     < CASE d.year_no WHEN 2022 THEN 220 WHEN 2023 THEN 120 WHEN 2024 THEN 80
                                      WHEN 2025 THEN 62 ELSE 50 END
                THEN 1 ELSE 0 END AS is_new,
           h.c AS pick, h.d % 100 AS habit, h.e % 1000 AS recent
    FROM #order_days AS d
    JOIN #numbers AS k ON k.n BETWEEN 1 AND d.orders
    CROSS APPLY (SELECT
        (CAST(d.orders_before + k.n AS bigint) * 1087112 + 1152019) % 2147483647 AS a,
        (CAST(d.orders_before + k.n AS bigint) * 1015841 + 209458) % 2147483647 AS b,
        (CAST(d.orders_before + k.n AS bigint) * 1023760 + 314187) % 2147483647 AS c,
        (CAST(d.orders_before + k.n AS bigint) * 1031679 + 418916) % 2147483647 AS d,
        (CAST(d.orders_before + k.n AS bigint) * 1039598 + 523645) % 2147483647 AS e) AS x
    CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                        x.b * x.b % 2147483647 AS b,
                        x.c * x.c % 2147483647 AS c,
                        x.d * x.d % 2147483647 AS d,
                        x.e * x.e % 2147483647 AS e) AS h
), counted AS (
    SELECT order_id, day_no, year_no, month_no, moment, is_new, pick, habit, recent,
           SUM(CAST(is_new AS bigint)) OVER (ORDER BY order_id ROWS UNBOUNDED PRECEDING) AS known
    FROM numbered
), chosen AS (
    -- A few customers order a lot, some are loyal, many came lately and order once.
    SELECT order_id, day_no, year_no, month_no, is_new,
           CASE WHEN moment < 3000 THEN moment * 72 / 10
                WHEN moment < 30000 THEN 21600 + (moment - 3000) * 8 / 10
                WHEN moment < 65000 THEN 43200 + (moment - 30000) * 617 / 1000
                WHEN moment < 96000 THEN 64800 + (moment - 65000) * 58 / 100
                ELSE 82800 + (moment - 96000) * 88 / 100 END AS second_of_day,
           CASE WHEN is_new = 1 THEN known
                WHEN habit < 7 THEN pick % known - pick % known % 150 + 1
                WHEN habit < 42 THEN pick % known - pick % known % 16 + 1
                WHEN habit < 81 THEN pick % known - pick % known % 5 + 1
                WHEN habit < 92 THEN known - pick % known * (recent * recent / 1000) / 1000
                ELSE pick % known + 1 END AS customer_no
    FROM counted
)
SELECT c.order_id, c.day_no, c.year_no, c.month_no, c.is_new,
       CAST(c.customer_no + (c.customer_no - 1) / 19 AS int) AS customer_id,
       DATEADD(second, CAST(c.day_no * 86400 + c.second_of_day AS int),
               CAST('2022-01-01T00:00:00+00:00' AS datetimeoffset(0))) AS ordered_at,
       h.a AS h_status, h.b AS h_time, h.c AS h_channel, h.d AS h_extra
INTO #order_heads
FROM chosen AS c
CROSS APPLY (SELECT
    (CAST(c.order_id AS bigint) * 1047517 + 628374) % 2147483647 AS a,
    (CAST(c.order_id AS bigint) * 1055436 + 733103) % 2147483647 AS b,
    (CAST(c.order_id AS bigint) * 1063355 + 837832) % 2147483647 AS c,
    (CAST(c.order_id AS bigint) * 1071274 + 942561) % 2147483647 AS d) AS x
CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                    x.b * x.b % 2147483647 AS b,
                    x.c * x.c % 2147483647 AS c,
                    x.d * x.d % 2147483647 AS d) AS h;
CREATE UNIQUE CLUSTERED INDEX order_heads_key ON #order_heads (order_id);
GO
-- Every twentieth account has never bought anything.
WITH buyers AS (
    SELECT customer_id, MIN(ordered_at) AS first_at, COUNT(*) AS orders
    FROM #order_heads GROUP BY customer_id
)
SELECT customer_id, first_at, orders INTO #customer_bases FROM buyers
UNION ALL
SELECT customer_id + 1, first_at, 0 FROM buyers WHERE customer_id % 20 = 19;
GO
SET IDENTITY_INSERT shop.customers ON;
INSERT INTO shop.customers
    (customer_id, public_id, first_name, last_name, email, phone, birth_date, country_code,
     loyalty_tier, marketing_opt_in, preferences, referred_by, created_at, updated_at)
SELECT b.customer_id,
       -- Digits, four of them exchanged for letters, in the shape of a version 4 UUID.
       CAST(REPLACE(REPLACE(REPLACE(REPLACE(CONCAT(
           10000000 + h.c % 90000000, '-', 1000 + h.d % 9000, '-4', 100 + h.d / 10000 % 900, '-a',
           100 + h.e % 900, '-', RIGHT(CONCAT('0000', CAST(b.customer_id AS bigint) * 48271003), 12)),
           '3', 'c'), '7', 'f'), '9', 'b'), '1', 'e') AS uniqueidentifier),
       f.name, CONCAT(l.name, CASE WHEN l2.name IS NOT NULL THEN N'-' END, l2.name),
       CONCAT(f.latin, '.', l.latin, b.customer_id,
              CASE h.a / 1000000 % 3 WHEN 0 THEN '@example.com' WHEN 1 THEN '@example.org'
                                     ELSE '@mail.example.com' END),
       CASE WHEN h.b % 100 < 72
            THEN CONCAT(n.phone_prefix, ' ', 100 + h.c % 900, ' ', 1000000 + h.d % 9000000) END,
       CASE WHEN h.b / 100 % 100 < 64
            THEN DATEADD(day, CAST(h.e % 21000 AS int), CAST('1948-01-01' AS date)) END,
       c.country_code,
       CASE WHEN b.orders >= 60 THEN 'gold' WHEN b.orders >= 20 THEN 'silver'
            WHEN b.orders >= 5 THEN 'bronze' ELSE 'none' END,
       CASE WHEN h.b / 10000 % 100 < 41 THEN 1 ELSE 0 END,
       CASE WHEN h.b / 1000000 % 10 < 6
            THEN CONCAT(N'{"language": "', c.locale, N'", "newsletter": "',
                 CASE h.c % 3 WHEN 0 THEN 'weekly' WHEN 1 THEN 'monthly' ELSE 'never' END,
                 N'"}') END,
       CASE WHEN h.d % 100 < 9 AND b.customer_id > 40
            THEN 1 + h.e % (b.customer_id - 1) END,
       DATEADD(minute, -CAST(3 + h.c % 45 AS int), b.first_at),
       DATEADD(minute, -CAST(3 + h.c % 45 AS int), b.first_at)
FROM #customer_bases AS b
CROSS APPLY (SELECT
    (CAST(b.customer_id AS bigint) * 1245492 + 3246599) % 2147483647 AS a,
    (CAST(b.customer_id AS bigint) * 1253411 + 3351328) % 2147483647 AS b,
    (CAST(b.customer_id AS bigint) * 1261330 + 3456057) % 2147483647 AS c,
    (CAST(b.customer_id AS bigint) * 1269249 + 3560786) % 2147483647 AS d,
    (CAST(b.customer_id AS bigint) * 1277168 + 3665515) % 2147483647 AS e) AS x
CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                    x.b * x.b % 2147483647 AS b,
                    x.c * x.c % 2147483647 AS c,
                    x.d * x.d % 2147483647 AS d,
                    x.e * x.e % 2147483647 AS e) AS h
JOIN #country_slots AS c ON h.a % 100 BETWEEN c.slot_from AND c.slot_to
JOIN shop.countries AS n ON n.country_code = c.country_code
JOIN #first_names AS f ON f.locale = c.locale AND f.pos = h.a / 100 % 20
JOIN #last_names AS l ON l.locale = c.locale AND l.pos = h.a / 10000 % 20
-- One in six has a double name, where that is the custom.
LEFT JOIN #last_names AS l2 ON l2.locale = c.locale AND l2.pos = h.e / 100000 % 20
    AND l2.pos <> l.pos AND h.d / 1000 % 6 = 0 AND c.locale NOT IN ('zh', 'ja', 'tr', 'cs')
ORDER BY b.customer_id;
SET IDENTITY_INSERT shop.customers OFF;
GO
-- The first address of customer n has the key n; three of ten have a second one.
SELECT customer_id AS address_id, customer_id, 1 AS address_no, country_code
INTO #address_bases FROM shop.customers
UNION ALL
SELECT CAST((SELECT COUNT(*) FROM shop.customers)
           + ROW_NUMBER() OVER (ORDER BY customer_id) AS int), customer_id, 2, country_code
FROM shop.customers WHERE customer_id % 10 IN (2, 5, 8);

SET IDENTITY_INSERT shop.addresses ON;
INSERT INTO shop.addresses
    (address_id, customer_id, kind, line1, postal_code, city, country_code, is_default)
SELECT b.address_id, b.customer_id,
       CASE WHEN b.address_no = 1 THEN 'home' WHEN h.a / 1000 % 3 = 0 THEN 'pickup' ELSE 'work' END,
       CONCAT(s.before_number, 1 + h.a / 10000 % 140, s.after_number),
       CONCAT(t.postal_prefix, RIGHT(CONCAT('0000', h.b % 1000), t.postal_digits), t.postal_suffix),
       t.name, b.country_code, CASE WHEN b.address_no = 1 THEN 1 ELSE 0 END
FROM #address_bases AS b
CROSS APPLY (SELECT
    (CAST(b.address_id AS bigint) * 1293006 + 3874973) % 2147483647 AS a,
    (CAST(b.address_id AS bigint) * 1300925 + 3979702) % 2147483647 AS b) AS x
CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                    x.b * x.b % 2147483647 AS b) AS h
JOIN #country_slots AS c ON c.country_code = b.country_code
JOIN #streets AS s ON s.locale = c.locale AND s.pos = h.a % 4
JOIN #cities AS t ON t.country_code = b.country_code AND t.pos = h.a / 100 % c.cities
ORDER BY b.address_id;
SET IDENTITY_INSERT shop.addresses OFF;
GO
-- One to six lines an order. A tenth of the products makes nearly half of the lines. A product
-- that was not launched yet, or that is no longer sold, is replaced by a neighbour that is.
-- Prices rise by 3 % of today's a year.
INSERT INTO shop.order_lines
    (order_id, line_no, product_id, quantity, unit_price, discount_percent)
SELECT x.order_id, x.line_no, p.product_id, x.quantity,
       (CAST(p.list_price * 100 AS int) * (100 - 3 * (2026 - x.year_no)) / 100) / 100.0,
       x.discount_percent
FROM (
    SELECT o.order_id, k.line_no, o.year_no, o.day_no,
           CASE WHEN r.n % 4 = 3 AND (r.n * r.n * 7 + r.n * 13) % 1400 > o.day_no
                THEN r.n - 1 ELSE r.n END AS product_id,
           CASE WHEN h.v % 1000 < 700 THEN 1 WHEN h.v % 1000 < 880 THEN 2
                WHEN h.v % 1000 < 945 THEN 3 WHEN h.v % 1000 < 975 THEN 4
                WHEN h.v % 1000 < 994 THEN 6 ELSE 10 + h.v / 1000 % 15 END AS quantity,
           CASE WHEN o.h_extra % 100 < 7 THEN 10
                WHEN o.month_no = 11 AND h.v / 100000 % 100 < 35 THEN 20
                WHEN h.v / 100000 % 100 < 4 THEN 15
                WHEN h.v / 100000 % 100 < 9 THEN 5 ELSE 0 END AS discount_percent
    FROM #order_heads AS o
    JOIN (VALUES (1), (2), (3), (4), (5), (6)) AS k (line_no) ON k.line_no <=
        CASE WHEN o.h_extra / 100 % 100 < 32 THEN 1 WHEN o.h_extra / 100 % 100 < 59 THEN 2
             WHEN o.h_extra / 100 % 100 < 77 THEN 3 WHEN o.h_extra / 100 % 100 < 88 THEN 4
             WHEN o.h_extra / 100 % 100 < 95 THEN 5 ELSE 6 END
    CROSS APPLY (SELECT
        (CAST(o.order_id * 8 + k.line_no AS bigint) * 1166302 + 2199309) % 2147483647 AS u,
        (CAST(o.order_id * 8 + k.line_no AS bigint) * 1174221 + 2304038) % 2147483647 AS v) AS x
    CROSS APPLY (SELECT x.u * x.u % 2147483647 AS u,
                        x.v * x.v % 2147483647 AS v) AS h
    CROSS APPLY (SELECT h.u * h.u / 2147483647 * h.u / 2147483647 * 1500 / 2147483647 AS place) AS q
    -- The first twelve share their sales evenly.
    CROSS APPLY (SELECT 1 + (CASE WHEN q.place < 12 THEN h.v / 7 % 12 ELSE q.place END
                             * 611 + 77) % 1500 AS n) AS r
) AS x
JOIN shop.products AS p ON p.product_id =
    CASE WHEN x.product_id % 31 <> 5 OR x.day_no < 1276 THEN x.product_id
         WHEN x.product_id % 4 = 0 THEN x.product_id + 1 ELSE x.product_id - 1 END;
GO
SELECT order_id, SUM(line_total) AS subtotal INTO #subtotals FROM shop.order_lines GROUP BY order_id;

SET IDENTITY_INSERT shop.orders ON;
INSERT INTO shop.orders
    (order_id, order_number, customer_id, shipping_address_id, employee_id, channel, status,
     ordered_at, shipped_at, delivered_at, coupon_code, subtotal, shipping_cost, notes, updated_at)
SELECT s.order_id, 300000 + s.order_id, s.customer_id, s.customer_id,
       CASE WHEN s.channel IN ('phone', 'store') THEN 26 + s.h_channel / 1000 % 15 * 6 END,
       s.channel, s.status, s.ordered_at, d.shipped_at, d.delivered_at,
       CASE WHEN s.h_extra % 100 < 7
            THEN CASE WHEN s.is_new = 1 THEN 'WELCOME10'
                      WHEN s.month_no BETWEEN 6 AND 8 THEN CONCAT('SUMMER', s.year_no % 100)
                      WHEN s.month_no IN (11, 12) THEN CONCAT('WINTER', s.year_no % 100)
                      ELSE 'THANKYOU' END END,
       s.subtotal,
       CASE WHEN s.channel = 'store' THEN 0 WHEN s.subtotal >= 75 THEN 0
            WHEN s.h_extra / 10000 % 10 = 0 THEN 9.90 ELSE 4.90 END,
       w.text,
       COALESCE(d.delivered_at, d.shipped_at, s.ordered_at)
FROM (
    SELECT h.order_id, h.customer_id, h.ordered_at, h.is_new, h.year_no, h.month_no, h.h_status,
           h.h_time, h.h_channel, h.h_extra, t.subtotal, a.age,
           CASE WHEN h.h_channel % 100 < 14 + 6 * (h.year_no - 2022) THEN 'app'
                WHEN h.h_channel % 100 < 80 THEN 'web' WHEN h.h_channel % 100 < 91 THEN 'marketplace'
                WHEN h.h_channel % 100 < 96 THEN 'phone' ELSE 'store' END AS channel,
           CASE WHEN a.age = 0 THEN CASE WHEN a.g < 480 THEN 'pending' WHEN a.g < 965 THEN 'paid'
                                         ELSE 'cancelled' END
                WHEN a.age <= 2 THEN CASE WHEN a.g < 90 THEN 'pending' WHEN a.g < 540 THEN 'paid'
                                          WHEN a.g < 950 THEN 'shipped' ELSE 'cancelled' END
                WHEN a.age <= 4 THEN CASE WHEN a.g < 20 THEN 'pending' WHEN a.g < 130 THEN 'paid'
                                          WHEN a.g < 660 THEN 'shipped' WHEN a.g < 940 THEN 'delivered'
                                          ELSE 'cancelled' END
                WHEN a.age <= 9 THEN CASE WHEN a.g < 15 THEN 'paid' WHEN a.g < 190 THEN 'shipped'
                                          WHEN a.g < 938 THEN 'delivered' ELSE 'cancelled' END
                ELSE CASE WHEN a.g < 902 THEN 'delivered' WHEN a.g < 967 THEN 'cancelled'
                          ELSE 'returned' END END AS status
    FROM #order_heads AS h
    JOIN #subtotals AS t ON t.order_id = h.order_id
    CROSS APPLY (SELECT 1641 - h.day_no AS age, h.h_status % 1000 AS g) AS a
) AS s
CROSS APPLY (SELECT
    CASE WHEN s.status IN ('shipped', 'delivered', 'returned')
         THEN DATEADD(minute, CAST(CASE WHEN s.age < 10 THEN 3 + s.h_time % 20
                                        ELSE 6 + s.h_time % 62 END * 60
                                   + s.h_time / 100 % 60 AS int), s.ordered_at) END AS shipped_at,
    CASE WHEN s.status IN ('delivered', 'returned')
         THEN DATEADD(minute, CAST(CASE WHEN s.age < 10 THEN 24 + s.h_time / 10000 % 40
                                        ELSE 80 + s.h_time / 10000 % 100 END * 60
                                   + s.h_time / 100 % 60 AS int), s.ordered_at) END AS delivered_at) AS d
LEFT JOIN #wishes AS w ON w.pos = s.h_extra / 1000000 % 8 AND s.h_extra / 100000 % 10 = 0
                      AND s.h_status / 1000 % 3 = 0
ORDER BY s.order_id;
SET IDENTITY_INSERT shop.orders OFF;

ALTER TABLE shop.order_lines ADD CONSTRAINT order_lines_order_fkey
    FOREIGN KEY (order_id) REFERENCES shop.orders (order_id) ON DELETE CASCADE;
GO
-- One charge for each order that was paid, and a refund for those that came back.
SET IDENTITY_INSERT shop.payments ON;
INSERT INTO shop.payments
    (payment_id, order_id, kind, method, amount, paid_at, reference, card_last4)
SELECT ROW_NUMBER() OVER (ORDER BY x.paid_at, x.order_id, x.kind), x.order_id, x.kind, x.method,
       x.total, x.paid_at,
       CASE WHEN x.method <> 'gift_card'
            THEN CONCAT('PX', RIGHT(CONCAT('0000000', x.h_time % 100000000), 8)) END,
       CASE WHEN x.method = 'card' THEN RIGHT(CONCAT('000', x.h_extra % 10000), 4) END
FROM (
    SELECT o.order_id, o.total, k.kind, h.h_time, h.h_extra,
           CASE WHEN h.h_channel / 100000 % 100 < 47 THEN 'card'
                WHEN h.h_channel / 100000 % 100 < 78 THEN 'paypal'
                WHEN h.h_channel / 100000 % 100 < 90 THEN 'invoice'
                WHEN h.h_channel / 100000 % 100 < 97 THEN 'bank_transfer'
                ELSE 'gift_card' END AS method,
           CASE WHEN k.kind = 'charge'
                THEN DATEADD(second, CAST(h.h_time % 300 AS int), o.ordered_at)
                WHEN o.status = 'cancelled'
                THEN DATEADD(hour, CAST(1 + h.h_time % 9 AS int), o.ordered_at)
                ELSE DATEADD(hour, CAST(70 + h.h_time / 1000 % 25 AS int), o.delivered_at)
                END AS paid_at
    FROM shop.orders AS o
    JOIN #order_heads AS h ON h.order_id = o.order_id
    JOIN (VALUES ('charge'), ('refund')) AS k (kind)
        ON k.kind = 'charge' OR o.status IN ('cancelled', 'returned')
    WHERE o.status <> 'pending' AND (o.status <> 'cancelled' OR h.h_status / 1000 % 4 = 0)
) AS x
-- A refund that would come after the last day of business is still open.
WHERE x.paid_at < CAST('2026-07-01T00:00:00+00:00' AS datetimeoffset(0))
ORDER BY 1;
SET IDENTITY_INSERT shop.payments OFF;
GO
-- Stock: each product lies in two of the first five warehouses; the sixth opened in 2024. An
-- opening stock, then many small sales, fewer purchases, some returns, counts and transfers.
SET IDENTITY_INSERT inventory.stock_movements ON;
INSERT INTO inventory.stock_movements
    (movement_id, product_id, warehouse_id, moved_at, quantity, reason, unit_cost, note)
SELECT x.n, p.product_id, w.warehouse_id,
       DATEADD(second, CAST(x.day_no * 86400 + 21600 + x.b / 1000 % 57600 AS int),
               CAST('2022-01-01T00:00:00+00:00' AS datetimeoffset(0))),
       CASE x.reason WHEN 'sale' THEN -(1 + x.b % CASE w.warehouse_id WHEN 6 THEN 3 ELSE 11 END)
                     WHEN 'purchase' THEN CASE WHEN x.n <= 3000 THEN 90 ELSE 8 END + x.b % 33
                     WHEN 'return' THEN 1 + x.b % 3
                     ELSE CASE WHEN x.b % 2 = 0 THEN 1 + x.b % 7 ELSE -(1 + x.b % 5) END END,
       x.reason,
       CASE WHEN x.reason = 'purchase'
            THEN (CAST(p.cost * 100 AS int) * (100 - 2 * (1641 - x.day_no) / 365) / 100) / 100.0 END,
       CASE WHEN x.n <= 3000 THEN 'Opening stock'
            WHEN x.reason = 'adjustment' AND x.b % 3 = 0 THEN 'Stocktaking'
            WHEN x.reason = 'adjustment' AND x.b % 3 = 1 THEN 'Damaged in storage' END
FROM (
    SELECT s.n, h.b, h.c, CAST(s.n AS bigint) * 1641 / 100000 AS day_no,
           CASE WHEN s.n <= 3000 THEN 1 + (s.n - 1) % 1500
                ELSE 1 + (h.a * h.a / 2147483647 * 1500 / 2147483647 * 611 + 77) % 1500
                END AS product_id,
           CASE WHEN s.n <= 3000 THEN (s.n - 1) / 1500 ELSE h.c / 100 % 2 END AS place,
           CASE WHEN s.n <= 3000 OR s.n BETWEEN 50000 AND 54000 AND h.c / 1000 % 14 = 0
                THEN 'purchase'
                WHEN h.c % 100 < 56 THEN 'sale' WHEN h.c % 100 < 86 THEN 'purchase'
                WHEN h.c % 100 < 93 THEN 'return' WHEN h.c % 100 < 97 THEN 'adjustment'
                ELSE 'transfer' END AS reason
    FROM #numbers AS s
    CROSS APPLY (SELECT
        (CAST(s.n AS bigint) * 1483062 + 6388469) % 2147483647 AS a,
        (CAST(s.n AS bigint) * 1490981 + 6493198) % 2147483647 AS b,
        (CAST(s.n AS bigint) * 1498900 + 6597927) % 2147483647 AS c) AS x
    CROSS APPLY (SELECT x.a * x.a % 2147483647 AS a,
                        x.b * x.b % 2147483647 AS b,
                        x.c * x.c % 2147483647 AS c) AS h
    WHERE s.n >= 1
) AS x
JOIN shop.products AS p ON p.product_id = x.product_id
CROSS APPLY (SELECT CASE WHEN x.n > 50000 AND x.c / 1000 % 14 = 0 THEN 6
                         ELSE 1 + (x.product_id + x.place * 2) % 5 END AS warehouse_id) AS w
ORDER BY x.n;
SET IDENTITY_INSERT inventory.stock_movements OFF;
GO
SET IDENTITY_INSERT shop.audit_log ON;
INSERT INTO shop.audit_log
    (audit_id, table_name, row_key, action, old_value, new_value, changed_at, changed_by)
SELECT s.n, 'shop.products', CAST(p.product_id AS nvarchar(40)), 'update',
       CONCAT('list_price=',
              CAST(CAST(p.list_price * 100 AS int) * 97 / 100 / 100.0 AS decimal(12, 2))),
       CONCAT('list_price=', p.list_price),
       DATEADD(minute, s.n, CAST('2026-01-01T06:00:00+00:00' AS datetimeoffset(0))), 'price_import'
FROM #numbers AS s
JOIN shop.products AS p ON p.product_id = s.n * 3
WHERE s.n BETWEEN 1 AND 500;
SET IDENTITY_INSERT shop.audit_log OFF;

INSERT INTO shop.app_settings (setting_key, setting_value, description) VALUES
    ('sample.version', '1', 'Version of the sample data'),
    ('sample.last_day', '"2026-06-30"', 'Last day of business'),
    ('shop.currency', '"EUR"', 'All amounts are in this currency'),
    ('shop.free_shipping_from', '75', 'Orders from this subtotal on are shipped for free'),
    ('shop.channels', '["web", "app", "marketplace", "phone", "store"]', 'Where orders come from'),
    ('loyalty.tiers', '{"gold": 60, "bronze": 5, "silver": 20}', 'Orders that a tier needs'),
    ('checkout.guest_allowed', 'false', 'Orders without an account'),
    ('mail.sender', '"shop@example.com"', 'Sender of automatic mail');

DROP TABLE #numbers, #first_names, #last_names, #country_slots, #cities, #streets, #nouns, #series,
    #finishes, #wishes, #order_days, #order_heads, #customer_bases, #address_bases, #subtotals;
GO

-- --------------------------------------------------------------------------------------- indexes

CREATE INDEX customers_country_tier_idx ON shop.customers (country_code, loyalty_tier);
CREATE UNIQUE INDEX addresses_one_default_idx ON shop.addresses (customer_id) WHERE is_default = 1;
CREATE INDEX addresses_customer_idx ON shop.addresses (customer_id);
CREATE INDEX products_category_price_idx ON shop.products (category_id, list_price DESC);
CREATE INDEX employees_manager_idx ON shop.employees (manager_id);
CREATE INDEX orders_customer_idx
    ON shop.orders (customer_id, ordered_at DESC) INCLUDE (status, total);
CREATE INDEX orders_order_date_idx ON shop.orders (order_date);
CREATE INDEX orders_open_idx ON shop.orders (ordered_at) WHERE status IN ('pending', 'paid');
CREATE INDEX order_lines_product_idx ON shop.order_lines (product_id) INCLUDE (quantity, line_total);
CREATE INDEX payments_order_idx ON shop.payments (order_id);
CREATE INDEX stock_movements_product_idx
    ON inventory.stock_movements (product_id, warehouse_id) INCLUDE (quantity);
GO

-- ---------------------------------------------------------------------------------------- views

CREATE VIEW shop.order_summary AS
SELECT o.order_id, o.order_number, o.order_date, o.status, o.channel, o.customer_id,
       CONCAT(c.first_name, N' ', c.last_name) AS customer_name, c.country_code, l.line_count, l.piece_count,
       o.subtotal, o.shipping_cost, o.total
FROM shop.orders AS o
JOIN shop.customers AS c ON c.customer_id = o.customer_id
CROSS APPLY (
    SELECT COUNT_BIG(*) AS line_count, SUM(CAST(ol.quantity AS bigint)) AS piece_count
    FROM shop.order_lines AS ol WHERE ol.order_id = o.order_id) AS l;
GO
CREATE VIEW shop.category_tree AS
WITH tree AS (
    SELECT category_id, parent_id, 1 AS depth, CAST(name AS nvarchar(400)) AS path
    FROM shop.categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.category_id, c.parent_id, t.depth + 1, CAST(t.path + N' > ' + c.name AS nvarchar(400))
    FROM shop.categories AS c
    JOIN tree AS t ON t.category_id = c.parent_id
)
SELECT category_id, parent_id, depth, path FROM tree;
GO
CREATE VIEW inventory.stock_on_hand AS
SELECT m.product_id, p.sku, p.name AS product_name, w.code AS warehouse_code,
       SUM(CAST(m.quantity AS bigint)) AS quantity, MAX(m.moved_at) AS last_moved_at
FROM inventory.stock_movements AS m
JOIN shop.products AS p ON p.product_id = m.product_id
JOIN inventory.warehouses AS w ON w.warehouse_id = m.warehouse_id
GROUP BY m.product_id, p.sku, p.name, w.code;
GO
CREATE VIEW reporting.monthly_revenue AS
SELECT DATEFROMPARTS(YEAR(order_date), MONTH(order_date), 1) AS month,
       COUNT_BIG(*) AS order_count, COUNT_BIG(DISTINCT customer_id) AS customer_count,
       SUM(total) AS revenue, CAST(ROUND(AVG(total), 2) AS decimal(12, 2)) AS average_order
FROM shop.orders
WHERE status NOT IN ('cancelled', 'returned')
GROUP BY YEAR(order_date), MONTH(order_date);
GO
CREATE VIEW reporting.product_sales WITH SCHEMABINDING AS
SELECT l.product_id, COUNT_BIG(*) AS line_count, SUM(CAST(l.quantity AS bigint)) AS piece_count,
       SUM(l.line_total) AS revenue
FROM shop.order_lines AS l
JOIN shop.orders AS o ON o.order_id = l.order_id
WHERE o.status <> 'cancelled'
GROUP BY l.product_id;
GO
-- requires: SQL Server (an indexed view, its counterpart of a materialized view)
CREATE UNIQUE CLUSTERED INDEX product_sales_product_idx ON reporting.product_sales (product_id);
GO

-- ----------------------------------------------------------------------- functions and procedures

CREATE FUNCTION shop.customer_lifetime_value (@customer_id int) RETURNS decimal(12, 2)
AS
BEGIN
    RETURN (
        SELECT COALESCE(SUM(o.total), 0)
        FROM shop.orders AS o
        WHERE o.customer_id = @customer_id AND o.status NOT IN ('pending', 'cancelled', 'returned'));
END;
GO
CREATE FUNCTION shop.top_products (@top_n int, @from_date date, @to_date date) RETURNS TABLE
AS
RETURN (
    SELECT TOP (@top_n) p.product_id, p.name AS product_name,
           SUM(CAST(l.quantity AS bigint)) AS pieces,
           CAST(SUM(l.line_total) AS decimal(14, 2)) AS revenue
    FROM shop.orders AS o
    JOIN shop.order_lines AS l ON l.order_id = o.order_id
    JOIN shop.products AS p ON p.product_id = l.product_id
    WHERE o.order_date BETWEEN @from_date AND @to_date AND o.status <> 'cancelled'
    GROUP BY p.product_id, p.name
    ORDER BY SUM(l.line_total) DESC, p.product_id);
GO
-- Returns 0, or 1 when there is no such customer.
CREATE PROCEDURE shop.customer_stats
    @customer_id int, @order_count int OUTPUT, @total_spent decimal(12, 2) OUTPUT
AS
BEGIN
    SET NOCOUNT ON;
    IF NOT EXISTS (SELECT 1 FROM shop.customers WHERE customer_id = @customer_id)
        RETURN 1;
    SELECT @order_count = COUNT(*) FROM shop.orders WHERE customer_id = @customer_id;
    SET @total_spent = shop.customer_lifetime_value(@customer_id);
    RETURN 0;
END;
GO
CREATE PROCEDURE shop.place_order
    @customer_id int, @product_id int, @quantity int,
    @order_id int OUTPUT, @total decimal(12, 2) OUTPUT, @channel varchar(12) = 'web'
AS
BEGIN
    SET NOCOUNT ON;
    DECLARE @price decimal(12, 2), @address int;
    DECLARE @placed TABLE (order_id int NOT NULL, total decimal(12, 2) NOT NULL);
    SELECT @price = list_price FROM shop.products
    WHERE product_id = @product_id AND discontinued_on IS NULL;
    IF @price IS NULL
        THROW 50001, 'The product is not for sale.', 1;
    SELECT @address = address_id FROM shop.addresses
    WHERE customer_id = @customer_id AND is_default = 1;
    IF @address IS NULL
        THROW 50002, 'The customer has no default address.', 1;
    BEGIN TRANSACTION;
    INSERT INTO shop.orders (customer_id, shipping_address_id, channel, subtotal, shipping_cost)
    OUTPUT inserted.order_id, inserted.total INTO @placed
    VALUES (@customer_id, @address, @channel, @quantity * @price,
            CASE WHEN @quantity * @price >= 75 THEN 0 ELSE 4.90 END);
    SELECT @order_id = order_id, @total = total FROM @placed;
    INSERT INTO shop.order_lines (order_id, line_no, product_id, quantity, unit_price)
    VALUES (@order_id, 1, @product_id, @quantity, @price);
    COMMIT TRANSACTION;
    DECLARE @message nvarchar(100) = CONCAT('Order ', @order_id, ' placed.');
    PRINT @message;
    RETURN 0;
END;
GO
-- A message and two results for one day.
CREATE PROCEDURE shop.day_report @report_date date
AS
BEGIN
    SET NOCOUNT ON;
    DECLARE @message nvarchar(100) = CONCAT('Report for ', CONVERT(varchar(10), @report_date, 23));
    PRINT @message;
    SELECT status, COUNT(*) AS orders, SUM(total) AS total
    FROM shop.orders WHERE order_date = @report_date
    GROUP BY status ORDER BY status;
    SELECT channel, COUNT(*) AS orders, SUM(total) AS total
    FROM shop.orders WHERE order_date = @report_date
    GROUP BY channel ORDER BY channel;
    RETURN 0;
END;
GO

-- ------------------------------------------------------------------------------------- triggers

CREATE TRIGGER shop.customers_touch ON shop.customers AFTER UPDATE
AS
BEGIN
    SET NOCOUNT ON;
    IF UPDATE(updated_at) RETURN;
    UPDATE shop.customers SET updated_at = SYSDATETIMEOFFSET()
    WHERE customer_id IN (SELECT customer_id FROM inserted);
END;
GO
CREATE TRIGGER shop.orders_audit_status ON shop.orders AFTER UPDATE
AS
BEGIN
    SET NOCOUNT ON;
    IF NOT UPDATE(status) RETURN;
    INSERT INTO shop.audit_log (table_name, row_key, action, old_value, new_value)
    SELECT 'shop.orders', CAST(i.order_id AS nvarchar(40)), 'update',
           CONCAT('status=', d.status), CONCAT('status=', i.status)
    FROM inserted AS i
    JOIN deleted AS d ON d.order_id = i.order_id
    WHERE i.status <> d.status;
END;
GO
CREATE TRIGGER shop.orders_touch ON shop.orders AFTER UPDATE
AS
BEGIN
    SET NOCOUNT ON;
    IF UPDATE(updated_at) RETURN;
    UPDATE shop.orders SET updated_at = SYSDATETIMEOFFSET()
    WHERE order_id IN (SELECT order_id FROM inserted);
END;
GO

-- ------------------------------------------------------------------------------------- comments

CREATE TABLE #comments
    (n int, schema_name varchar(30), object_kind varchar(10), object_name varchar(60),
     column_name varchar(60), comment nvarchar(400));
INSERT INTO #comments VALUES
    (1, 'shop', NULL, NULL, NULL, 'Customers, catalogue, orders and payments of the sample shop.'),
    (2, 'inventory', NULL, NULL, NULL, 'Suppliers, warehouses and stock of the sample shop.'),
    (3, 'reporting', NULL, NULL, NULL, 'Views for analysis. Nothing here is written by hand.'),
    (4, 'shop', 'TABLE', 'countries', NULL, 'Countries the shop delivers to.'),
    (5, 'shop', 'TABLE', 'countries', 'country_code', 'ISO 3166-1 alpha-2 code.'),
    (6, 'shop', 'TABLE', 'countries', 'name', 'English name.'),
    (7, 'shop', 'TABLE', 'countries', 'vat_percent', 'Standard rate of value added tax.'),
    (8, 'shop', 'TABLE', 'countries', 'phone_prefix', 'International dialling prefix.'),
    (9, 'shop', 'TABLE', 'customers', NULL, 'People with an account, whether they have bought or not.'),
    (10, 'shop', 'TABLE', 'customers', 'customer_id', 'Internal key, in order of registration.'),
    (11, 'shop', 'TABLE', 'customers', 'public_id', 'Key that is shown to the outside, for instance in links.'),
    (12, 'shop', 'TABLE', 'customers', 'email', 'Login and contact address; unique.'),
    (13, 'shop', 'TABLE', 'customers', 'phone', 'NULL when the customer gave none.'),
    (14, 'shop', 'TABLE', 'customers', 'birth_date', 'NULL when the customer gave none.'),
    (15, 'shop', 'TABLE', 'customers', 'country_code', 'Country of residence.'),
    (16, 'shop', 'TABLE', 'customers', 'loyalty_tier', 'none, bronze (5 orders), silver (20) or gold (60).'),
    (17, 'shop', 'TABLE', 'customers', 'marketing_opt_in', 'May be written to for advertising.'),
    (18, 'shop', 'TABLE', 'customers', 'preferences', 'JSON: language and newsletter rhythm; NULL for the defaults.'),
    (19, 'shop', 'TABLE', 'customers', 'referred_by', 'The customer who brought this one.'),
    (20, 'shop', 'TABLE', 'customers', 'created_at', 'Registration.'),
    (21, 'shop', 'TABLE', 'customers', 'updated_at', 'Last change of the row; kept by a trigger.'),
    (22, 'shop', 'TABLE', 'addresses', NULL, 'Postal addresses of customers.'),
    (23, 'shop', 'TABLE', 'addresses', 'kind', 'home, work or pickup.'),
    (24, 'shop', 'TABLE', 'addresses', 'line1', 'Street and house number as written in that country.'),
    (25, 'shop', 'TABLE', 'addresses', 'postal_code', 'As written in that country.'),
    (26, 'shop', 'TABLE', 'addresses', 'is_default', 'One default address for each customer at most.'),
    (27, 'shop', 'TABLE', 'categories', NULL, 'Product categories: a tree of two levels.'),
    (28, 'shop', 'TABLE', 'categories', 'parent_id', 'The category above; NULL for a top category.'),
    (29, 'shop', 'TABLE', 'categories', 'slug', 'Path for links; unique.'),
    (30, 'shop', 'TABLE', 'categories', 'sort_order', 'Place among its siblings.'),
    (31, 'shop', 'TABLE', 'products', NULL, 'Everything that is or was for sale.'),
    (32, 'shop', 'TABLE', 'products', 'sku', 'Stock keeping unit, printed on the label.'),
    (33, 'shop', 'TABLE', 'products', 'category_id', 'A category of the second level.'),
    (34, 'shop', 'TABLE', 'products', 'supplier_id', 'Who delivers it.'),
    (35, 'shop', 'TABLE', 'products', 'list_price', 'Price in EUR today, with tax.'),
    (36, 'shop', 'TABLE', 'products', 'cost', 'Purchase price in EUR.'),
    (37, 'shop', 'TABLE', 'products', 'margin', 'List price less cost, computed.'),
    (38, 'shop', 'TABLE', 'products', 'weight_grams', 'Shipping weight.'),
    (39, 'shop', 'TABLE', 'products', 'attributes', 'JSON: finish and material.'),
    (40, 'shop', 'TABLE', 'products', 'tags', 'Labels for the shop''s filters.'),
    (41, 'shop', 'TABLE', 'products', 'description', 'NULL when nobody has written one yet.'),
    (42, 'shop', 'TABLE', 'products', 'launched_on', 'First day of sale.'),
    (43, 'shop', 'TABLE', 'products', 'discontinued_on', 'Last day of sale; NULL while it is sold.'),
    (44, 'shop', 'TABLE', 'employees', NULL, 'Staff with their line of command.'),
    (45, 'shop', 'TABLE', 'employees', 'manager_id', 'The person this one reports to; NULL for the managing director.'),
    (46, 'shop', 'TABLE', 'employees', 'warehouse_id', 'Place of work; NULL for the head office.'),
    (47, 'shop', 'TABLE', 'employees', 'salary', 'Gross EUR a year.'),
    (48, 'shop', 'TABLE', 'employees', 'left_on', 'Last working day; NULL while employed.'),
    (49, 'shop', 'TABLE', 'orders', NULL, 'One row for each order. Amounts are EUR with tax.'),
    (50, 'shop', 'TABLE', 'orders', 'order_number', 'Number that customers see; from the sequence shop.order_number_seq.'),
    (51, 'shop', 'TABLE', 'orders', 'customer_id', 'Who ordered.'),
    (52, 'shop', 'TABLE', 'orders', 'shipping_address_id', 'Where it goes.'),
    (53, 'shop', 'TABLE', 'orders', 'employee_id', 'Who took the order by phone or in the store; NULL for orders placed online.'),
    (54, 'shop', 'TABLE', 'orders', 'channel', 'web, app, marketplace, phone or store.'),
    (55, 'shop', 'TABLE', 'orders', 'status', 'pending, paid, shipped, delivered, cancelled or returned.'),
    (56, 'shop', 'TABLE', 'orders', 'ordered_at', 'When it was placed (UTC).'),
    (57, 'shop', 'TABLE', 'orders', 'order_date', 'UTC date of ordered_at, computed.'),
    (58, 'shop', 'TABLE', 'orders', 'shipped_at', 'When it left the warehouse; NULL before.'),
    (59, 'shop', 'TABLE', 'orders', 'delivered_at', 'When it arrived; NULL before.'),
    (60, 'shop', 'TABLE', 'orders', 'coupon_code', 'Coupon used, if any.'),
    (61, 'shop', 'TABLE', 'orders', 'subtotal', 'Sum of line_total of its lines.'),
    (62, 'shop', 'TABLE', 'orders', 'shipping_cost', 'Free from 75 EUR and in the store.'),
    (63, 'shop', 'TABLE', 'orders', 'total', 'Subtotal and shipping, computed.'),
    (64, 'shop', 'TABLE', 'orders', 'notes', 'Wish of the customer, in the customer''s language.'),
    (65, 'shop', 'TABLE', 'orders', 'updated_at', 'Last change of the row; kept by a trigger.'),
    (66, 'shop', 'TABLE', 'order_lines', NULL, 'Products of an order.'),
    (67, 'shop', 'TABLE', 'order_lines', 'line_no', 'Counts from 1 in each order.'),
    (68, 'shop', 'TABLE', 'order_lines', 'quantity', 'Pieces.'),
    (69, 'shop', 'TABLE', 'order_lines', 'unit_price', 'Price of a piece on the day of the order.'),
    (70, 'shop', 'TABLE', 'order_lines', 'discount_percent', '0 to 90.'),
    (71, 'shop', 'TABLE', 'order_lines', 'line_total', 'Quantity times price less discount, rounded to cents, computed.'),
    (72, 'shop', 'TABLE', 'payments', NULL, 'Money in (charge) and money out (refund).'),
    (73, 'shop', 'TABLE', 'payments', 'kind', 'charge or refund.'),
    (74, 'shop', 'TABLE', 'payments', 'method', 'card, paypal, invoice, bank_transfer or gift_card.'),
    (75, 'shop', 'TABLE', 'payments', 'amount', 'Always positive; kind tells the direction.'),
    (76, 'shop', 'TABLE', 'payments', 'paid_at', 'When the money was booked (UTC).'),
    (77, 'shop', 'TABLE', 'payments', 'reference', 'Reference of the payment provider.'),
    (78, 'shop', 'TABLE', 'payments', 'card_last4', 'Last four digits; NULL when no card was used.'),
    (79, 'shop', 'TABLE', 'audit_log', NULL, 'Changes of status and price, written by triggers.'),
    (80, 'shop', 'TABLE', 'audit_log', 'table_name', 'Schema and table.'),
    (81, 'shop', 'TABLE', 'audit_log', 'row_key', 'Primary key of the changed row, as text.'),
    (82, 'shop', 'TABLE', 'audit_log', 'action', 'insert, update or delete.'),
    (83, 'shop', 'TABLE', 'audit_log', 'old_value', 'Before.'),
    (84, 'shop', 'TABLE', 'audit_log', 'new_value', 'After.'),
    (85, 'shop', 'TABLE', 'audit_log', 'changed_at', 'When.'),
    (86, 'shop', 'TABLE', 'audit_log', 'changed_by', 'Database login.'),
    (87, 'shop', 'TABLE', 'app_settings', NULL, 'Settings of the shop application.'),
    (88, 'shop', 'TABLE', 'app_settings', 'setting_key', 'Dotted name.'),
    (89, 'shop', 'TABLE', 'app_settings', 'setting_value', 'JSON value.'),
    (90, 'shop', 'TABLE', 'app_settings', 'description', 'What it does.'),
    (91, 'inventory', 'TABLE', 'suppliers', NULL, 'Companies that deliver products.'),
    (92, 'inventory', 'TABLE', 'suppliers', 'contact_email', 'NULL when orders go through a portal.'),
    (93, 'inventory', 'TABLE', 'suppliers', 'lead_time_days', 'Usual days from order to delivery.'),
    (94, 'inventory', 'TABLE', 'suppliers', 'rating', '0.0 to 5.0; NULL before the first review.'),
    (95, 'inventory', 'TABLE', 'suppliers', 'is_active', 'May be ordered from.'),
    (96, 'inventory', 'TABLE', 'warehouses', NULL, 'Places where stock is kept.'),
    (97, 'inventory', 'TABLE', 'warehouses', 'code', 'Three letters, as on shipping labels.'),
    (98, 'inventory', 'TABLE', 'warehouses', 'capacity_units', 'Pieces it can hold.'),
    (99, 'inventory', 'TABLE', 'stock_movements', NULL, 'Every change of stock; the sum is the stock on hand.'),
    (100, 'inventory', 'TABLE', 'stock_movements', 'moved_at', 'When (UTC).'),
    (101, 'inventory', 'TABLE', 'stock_movements', 'quantity', 'Pieces in (positive) or out (negative); never 0.'),
    (102, 'inventory', 'TABLE', 'stock_movements', 'reason', 'purchase, sale, return, adjustment or transfer.'),
    (103, 'inventory', 'TABLE', 'stock_movements', 'unit_cost', 'Purchase price of a piece; NULL unless reason is purchase.'),
    (104, 'inventory', 'TABLE', 'stock_movements', 'note', 'Remark of the warehouse.'),
    (105, 'shop', 'VIEW', 'order_summary', NULL, 'One row for each order with its customer and the number of its lines and pieces.'),
    (106, 'shop', 'VIEW', 'category_tree', NULL, 'Categories with depth and full path, by recursion.'),
    (107, 'inventory', 'VIEW', 'stock_on_hand', NULL, 'Pieces of each product in each warehouse.'),
    (108, 'reporting', 'VIEW', 'monthly_revenue', NULL, 'Orders, customers and revenue a month; without cancelled and returned orders.'),
    (109, 'reporting', 'VIEW', 'product_sales', NULL, 'Lines, pieces and revenue of each product over all orders that were not cancelled.'),
    (110, 'shop', 'FUNCTION', 'customer_lifetime_value', NULL, 'EUR that a customer has spent; without pending, cancelled and returned orders.'),
    (111, 'shop', 'FUNCTION', 'top_products', NULL, 'The products with the highest revenue between two dates, both included.'),
    (112, 'shop', 'PROCEDURE', 'customer_stats', NULL, 'Number of orders and EUR spent of one customer.'),
    (113, 'shop', 'PROCEDURE', 'place_order', NULL, 'Place an order of one product; gives back its key and total.'),
    (114, 'shop', 'PROCEDURE', 'day_report', NULL, 'A message and two results for one day: orders by status and by channel.');

DECLARE @n int = 1, @schema varchar(30), @kind varchar(10), @object varchar(60),
        @column varchar(60), @column_kind varchar(10), @comment nvarchar(400);
WHILE @n <= (SELECT MAX(n) FROM #comments)
BEGIN
    SELECT @schema = schema_name, @kind = object_kind, @object = object_name,
           @column = column_name,
           @column_kind = CASE WHEN column_name IS NOT NULL THEN 'COLUMN' END, @comment = comment
    FROM #comments WHERE n = @n;
    EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = @comment,
        @level0type = 'SCHEMA', @level0name = @schema, @level1type = @kind, @level1name = @object,
        @level2type = @column_kind, @level2name = @column;
    SET @n = @n + 1;
END;
DROP TABLE #comments;
GO
EXEC sys.sp_updatestats;
GO
