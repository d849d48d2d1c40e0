"""Built-in functions of SQL Server that a read may call.

Source: "What are the SQL database functions?" of the Transact-SQL reference, and its pages on
system functions and dynamic management functions. Left out are those that reach outside the
database (files, remote data, services), open keys or decrypt. So is
dm_exec_describe_first_result_set: to describe a text that names a remote source, the server asks
that source. Azure SQL and Babelfish lack some.
"""

from __future__ import annotations

from sqlcore.services.guarding.words import words

__all__ = ["TSQL_FUNCTIONS", "TSQL_METHODS", "TSQL_STATIC_TYPES", "TSQL_SYSTEM_FUNCTIONS"]

_AGGREGATES = """
any_value approx_count_distinct approx_percentile_cont approx_percentile_disc avg checksum_agg
count count_big cume_dist dense_rank first_value grouping grouping_id json_arrayagg json_objectagg
lag last_value lead max min ntile percent_rank percentile_cont percentile_disc product rank
row_number stdev stdevp string_agg sum var varp
"""

_CONVERSIONS = """
cast choose coalesce convert greatest iif isnull least nullif parse try_cast try_convert try_parse
"""

# Types with lengths, as in CONVERT(varchar(10), x).
_TYPES = """
binary char datetime2 datetimeoffset dec decimal float nchar numeric nvarchar time varbinary
varchar varying vector
"""

_DATES = """
current_date current_timestamp current_timezone current_timezone_id date_bucket dateadd datediff
datediff_big datefromparts datename datepart datetime2fromparts datetimefromparts
datetimeoffsetfromparts datetrunc day eomonth getdate getutcdate isdate month
smalldatetimefromparts switchoffset sysdatetime sysdatetimeoffset sysutcdatetime timefromparts
todatetimeoffset year
"""

_MATHEMATICS = """
abs acos asin atan atn2 bit_count ceiling cos cot degrees exp floor get_bit left_shift log log10 pi
power radians rand right_shift round set_bit sign sin sqrt square tan
"""

_STRINGS = """
ascii base64_decode base64_encode char charindex compress concat concat_ws decompress difference
edit_distance edit_distance_similarity format formatmessage jaro_winkler_distance
jaro_winkler_similarity left len lower ltrim nchar patindex quotename regexp_count regexp_instr
regexp_like regexp_matches regexp_replace regexp_split_to_table regexp_substr replace replicate
reverse right rtrim soundex space str string_escape string_split stuff substring translate trim
unicode unistr upper
"""

_JSON_AND_ROWS = """
generate_series isjson json_array json_contains json_modify json_object json_path_exists json_query
json_value openjson vector_distance vector_norm vector_normalize vectorproperty
"""

_SEARCH = """
contains containstable freetext freetexttable semantickeyphrasetable semanticsimilaritydetailstable
semanticsimilaritytable
"""

_GRAPHS_AND_CHANGES = """
change_tracking_current_version change_tracking_is_column_in_mask change_tracking_min_valid_version
changetable edge_id_from_parts graph_id_from_edge_id graph_id_from_node_id last_node match
node_id_from_parts object_id_from_edge_id object_id_from_node_id shortest_path
"""

_IDENTITY_AND_METADATA = """
app_name applock_mode applock_test assemblyproperty binary_checksum checksum col_length col_name
collationproperty columnproperty columns_updated connectionproperty context_info current_request_id
current_transaction_id current_user cursor_status database_principal_id databasepropertyex
datalength db_id db_name error_line error_message error_number error_procedure error_severity
error_state fileproperty filepropertyex file_id file_idex file_name filegroup_id filegroup_name
filegroupproperty fulltextcatalogproperty fulltextserviceproperty getansinull has_dbaccess
has_perms_by_name hashbytes host_id host_name ident_current ident_incr ident_seed index_col
indexkey_property indexproperty is_member is_rolemember is_srvrolemember isnumeric
min_active_rowversion newid object_definition object_id object_name object_schema_name
objectproperty objectpropertyex original_db_name original_login parsename permissions pwdcompare
rowcount_big schema_id schema_name scope_identity serverproperty session_context session_id
session_user sessionproperty sql_variant_property stats_date suser_id suser_name suser_sid
suser_sname system_user textptr textvalid trigger_nestlevel type_id type_name typeproperty user
user_id user_name xact_state
asymkey_id asymkeyproperty cert_id certencoded certproperty crypt_gen_random databaseproperty
eventdata filetablerootpath is_objectsigned key_guid key_id key_name loginproperty symkeyproperty
"""

TSQL_FUNCTIONS = words(
    _AGGREGATES
    + _CONVERSIONS
    + _TYPES
    + _DATES
    + _MATHEMATICS
    + _STRINGS
    + _JSON_AND_ROWS
    + _SEARCH
    + _GRAPHS_AND_CHANGES
    + _IDENTITY_AND_METADATA
)

TSQL_SYSTEM_FUNCTIONS = words(
    """
    dm_cryptographic_provider_algorithms dm_cryptographic_provider_keys
    dm_cryptographic_provider_sessions dm_db_database_page_allocations
    dm_db_incremental_stats_properties dm_db_index_operational_stats dm_db_index_physical_stats
    dm_db_log_info dm_db_log_stats dm_db_missing_index_columns dm_db_page_info
    dm_db_stats_histogram dm_db_stats_properties dm_db_stats_properties_internal
    dm_exec_cached_plan_dependent_objects dm_exec_cursors
    dm_exec_describe_first_result_set_for_object dm_exec_input_buffer dm_exec_plan_attributes
    dm_exec_query_plan dm_exec_query_plan_stats dm_exec_query_statistics_xml dm_exec_sql_text
    dm_exec_text_query_plan dm_exec_xml_handles dm_fts_index_keywords
    dm_fts_index_keywords_by_document dm_fts_index_keywords_by_property
    dm_fts_index_keywords_position_by_document dm_fts_parser dm_hadr_database_replica_cluster_states
    dm_io_virtual_file_stats dm_logconsumer_cachebufferrefs dm_os_volume_stats
    dm_sql_referenced_entities dm_sql_referencing_entities fn_builtin_permissions
    fn_cdc_decrement_lsn fn_cdc_get_column_ordinal fn_cdc_get_max_lsn fn_cdc_get_min_lsn
    fn_cdc_has_column_changed fn_cdc_increment_lsn fn_cdc_is_bit_set fn_cdc_map_lsn_to_time
    fn_cdc_map_time_to_lsn fn_check_object_signatures fn_column_store_row_groups fn_get_sql
    fn_hadr_backup_is_preferred_replica fn_hadr_distributed_ag_database_replica
    fn_hadr_distributed_ag_replica fn_hadr_is_primary_replica fn_hadr_is_same_replica
    fn_helpcollations fn_helpdatatypemap fn_listextendedproperty fn_my_permissions
    fn_pagerescracker fn_physloccracker fn_physlocformatter fn_rowdumpcracker fn_servershareddrives
    fn_stmt_sql_handle_from_sql_stmt fn_trace_geteventinfo fn_trace_getfilterinfo fn_trace_getinfo
    fn_translate_permissions fn_validate_plan_guide fn_varbintohexstr fn_varbintohexsubstring
    fn_virtualfilestats fn_virtualservernodes
    """
)
"""Functions of the schema `sys`, which is written before them (`sys.dm_exec_sql_text(…)`)."""

TSQL_METHODS = words(
    """
    value query exist nodes
    ToString GetAncestor GetDescendant GetLevel GetReparentedValue IsDescendantOf
    BufferWithCurves BufferWithTolerance EnvelopeAngle EnvelopeCenter Filter InstanceOf IsNull
    IsValidDetailed Lat Long MakeValid MinDbCompatibilityLevel NumRings Reduce ReorientObject
    RingN ShortestLineTo STArea STAsBinary STAsText STBoundary STBuffer STCentroid STContains
    STConvexHull STCrosses STCurveN STCurveToLine STDifference STDimension STDisjoint STDistance
    STEndpoint STEndPoint STEnvelope STEquals STExteriorRing STGeometryN STGeometryType
    STInteriorRingN STIntersection STIntersects STIsClosed STIsEmpty STIsRing STIsSimple STIsValid
    STLength STNumCurves STNumGeometries STNumInteriorRing STNumPoints STOverlaps STPointN
    STPointOnSurface STRelate STSrid STStartPoint STSymDifference STTouches STUnion STWithin STX
    STY AsBinaryZM AsGml AsTextZM HasM HasZ
    Parse Point GetRoot STGeomFromText STPointFromText STLineFromText STPolyFromText
    STMPointFromText STMLineFromText STMPolyFromText STGeomCollFromText STGeomFromWKB
    STPointFromWKB STLineFromWKB STPolyFromWKB GeomFromGml UnionAggregate EnvelopeAggregate
    CollectionAggregate ConvexHullAggregate
    """
)
"""Methods of xml, hierarchyid, geography and geometry that look; their names keep their case."""

TSQL_STATIC_TYPES = frozenset({"geography", "geometry", "hierarchyid"})
