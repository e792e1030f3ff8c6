"""SQLite's full-text index, outside the tables' metadata because only SQLite has it. Triggers keep it current.

A decision's row in the index has the rowid (its workspace's number in `search_tenants`) << 32 | (its own number): a
workspace is one range of rowids, and FTS5 walks a range from its newest end without reading the rest. Unlike the
rowids of `decisions`, these are the same after a VACUUM.
"""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Text

_sqlite_only = MetaData()

decisions_search = Table(
    "decisions_search",
    _sqlite_only,
    Column("rowid", BigInteger),
    Column("workspace_id", String(40)),
    Column("words", Text),
)
search_tenants = Table(
    "search_tenants", _sqlite_only, Column("id", Integer, primary_key=True), Column("workspace_id", String(40))
)
