-- Kept by ANALYZE; the first number of a line is that of the table's rows.
SELECT tbl, MAX(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl
