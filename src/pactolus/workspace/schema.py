"""Tables of a workspace, as the newest migration leaves them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

__all__ = ["audit", "heads", "logins", "metadata", "records", "sessions"]

metadata = MetaData()

#: Every version of every record; rows are added, never changed.
records = Table(
    "records",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("written_at", String(32), nullable=False),
    Column("removed", Boolean, nullable=False),
)

#: One row a write, chained by hash: `hash` is SHA-256 over the row and the hash before it.
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

#: The newest version of each record that was not removed: derived, and built again by its migration.
heads = Table(
    "heads",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("version", Integer, nullable=False),
)
Index("audit_record", audit.c.kind, audit.c.id)

#: Who is logged in to a server; of what the browser holds only the SHA-256. Times: seconds of the epoch.
sessions = Table(
    "sessions",
    metadata,
    Column("name_hash", String(64), primary_key=True),
    Column("csrf", String(64), nullable=False),
    Column("reader", String(200), nullable=False),
    Column("shown", String(200), nullable=False),
    Column("member", String(40), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("made_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
)

#: Logins under way: sent to the provider, not back yet.
logins = Table(
    "logins",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("onward", String(2000), nullable=False),
    Column("made_at", Float, nullable=False),
)
