"""Built-in functions of SQLite that a read may call (the in-memory connector speaks SQLite).

Source: https://www.sqlite.org/lang_corefunc.html and its sister pages. `load_extension` and
`writefile` are not among them.
"""

from __future__ import annotations

from sqlcore.services.guarding.words import words

__all__ = ["SQLITE_FUNCTIONS"]

SQLITE_FUNCTIONS = words(
    """
    abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling cast char changes coalesce concat
    concat_ws cos cosh count cume_dist date datetime decimal degrees dense_rank exp first_value
    floor format generate_series glob group_concat hex ifnull iif instr json json_array
    json_array_length json_each json_error_position json_extract json_group_array
    json_group_object json_insert json_object json_patch json_pretty json_quote json_remove
    json_replace json_set json_tree json_type json_valid jsonb jsonb_array jsonb_extract
    jsonb_group_array jsonb_group_object jsonb_insert jsonb_object jsonb_patch jsonb_remove
    jsonb_replace jsonb_set julianday lag last_insert_rowid last_value lead length like likelihood
    likely ln log log10 log2 lower ltrim max median min mod nth_value ntile nullif numeric
    octet_length percent_rank percentile percentile_cont percentile_disc pi pow power printf quote
    radians random randomblob rank regexp replace round row_number rtrim sign sin sinh soundex
    sqlite_source_id sqlite_version sqrt strftime string_agg substr substring subtype sum tan tanh
    time timediff total total_changes trim trunc typeof unhex unicode unixepoch unlikely upper
    varchar zeroblob
    """
)
