SELECT v.schema_version, EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sqlcore_comments')
FROM pragma_schema_version AS v
