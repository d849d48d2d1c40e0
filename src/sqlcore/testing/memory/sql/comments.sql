SELECT object, "column", comment FROM sqlcore_comments
