SELECT name, type, sql FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name
