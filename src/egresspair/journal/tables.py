"""The journal's tables. Nothing is ever changed in them; a claim is the one row that goes when its
transaction ends.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text

FORMAT = 1

metadata = MetaData()

meta = Table(
    "egresspair_meta",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(64), nullable=False),
)

transactions = Table(
    "egresspair_transactions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", Float(53), nullable=False),
    Column("who", Text, nullable=False),
    Column("pair", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("facts", Text, nullable=False),
    Column("checksum", String(64), nullable=False),
)

claims = Table(
    "egresspair_claims",
    metadata,
    Column("host_key", String(128), primary_key=True),
    Column("transaction_id", String(64), nullable=False, index=True),
)

records = Table(
    "egresspair_records",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Float(53), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("facts", Text, nullable=False),
    Column("checksum", String(64), nullable=False),
)

decisions = Table(
    "egresspair_decisions",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("choice", String(16), nullable=False),
    Column("at", Float(53), nullable=False),
    Column("who", Text, nullable=False),
    Column("checksum", String(64), nullable=False),
)

endings = Table(
    "egresspair_endings",
    metadata,
    Column("transaction_id", String(64), primary_key=True),
    Column("outcome", String(32), nullable=False),
    Column("at", Float(53), nullable=False),
    Column("who", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("checksum", String(64), nullable=False),
)
