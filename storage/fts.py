"""SQLite's full-text index, outside the tables' metadata because only SQLite has it. Triggers keep it current."""

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

decisions_search = Table(
    "decisions_search",
    MetaData(),
    Column("workspace_id", String(40)),
    Column("number", Integer),
    Column("words", Text),
)
