"""Exploring a schema: searching, an overview, how tables are connected, diagrams.

Everything here is computed from one `SchemaSnapshot`; what is derived from it, such as an index of
words, is made once for it (`SchemaIndex`) and dropped with it (ADR 0017).
"""
