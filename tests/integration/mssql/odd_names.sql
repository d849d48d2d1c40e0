-- Names that no quoting by guesswork survives, with every kind of key, index and constraint.
-- In double quotes where there is a bracket: Babelfish reads no doubled one in brackets.
CREATE SCHEMA "odd.schema [x] ""y"" 'z'"
GO
CREATE SCHEMA [select]
GO
CREATE TABLE "odd.schema [x] ""y"" 'z'".[a.b] (
    [id] bigint IDENTITY(5, 10) NOT NULL,
    [table] nvarchar(60) NOT NULL CONSTRAINT [default "of" table] DEFAULT N'x|y',
    [c.d] decimal(10, 2) NULL CONSTRAINT [default 2] DEFAULT 1.50,
    "e]f" int NULL,
    "g""h" varchar(20) NULL,
    [Grüße] datetime2(3) NULL,
    [it's] varbinary(16) NULL,
    [100% _\x] bit NOT NULL DEFAULT 0,
    [twice] AS ("e]f" * 2) PERSISTED,
    [big] nvarchar(max) NULL,
    CONSTRAINT [pk of a.b] PRIMARY KEY ([id]),
    CONSTRAINT [u.1] UNIQUE ([c.d], [table]),
    CONSTRAINT [check 'it'] CHECK ([c.d] > 0 AND [table] <> N'a,b)(')
)
GO
CREATE INDEX "i [x].y" ON "odd.schema [x] ""y"" 'z'".[a.b] ([table] DESC, "e]f") INCLUDE ([c.d])
GO
CREATE UNIQUE INDEX [only some] ON "odd.schema [x] ""y"" 'z'".[a.b] ("e]f") WHERE "e]f" > 5
GO
CREATE TABLE "odd.schema [x] ""y"" 'z'".[user] (
    [order] bigint NULL CONSTRAINT [to a.b] REFERENCES "odd.schema [x] ""y"" 'z'".[a.b] ([id])
        ON DELETE CASCADE,
    [x y] int NOT NULL,
    [X.Y] int NOT NULL,
    CONSTRAINT [pk user] PRIMARY KEY ([X.Y], [x y]),
    CONSTRAINT [self ref] FOREIGN KEY ([x y], [X.Y])
        REFERENCES "odd.schema [x] ""y"" 'z'".[user] ([X.Y], [x y])
)
GO
CREATE TABLE [select].[from] ([where] int NOT NULL, [last] char(3) NULL)
GO
CREATE VIEW [select].[v.iew] AS SELECT [id], [table] AS [group]
    FROM "odd.schema [x] ""y"" 'z'".[a.b] WHERE [c.d] > 1
GO
EXEC sp_addextendedproperty N'MS_Description', N'first | <b>bold</b>', N'SCHEMA',
    N'odd.schema [x] "y" ''z''', N'TABLE', N'a.b'
GO
EXEC sp_addextendedproperty N'MS_Description', N'a "quoted" comment', N'SCHEMA',
    N'odd.schema [x] "y" ''z''', N'TABLE', N'a.b', N'COLUMN', N'g"h'
GO
