"""The journal in a database."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from ..errors import JournalError
from . import statements, tables
from ._protocol import ANNOUNCEMENT, Decision, End, Entry, Facts, Opening, Record, attempt_of
from .engine import mapped, open_engine
from .identity import new_id, who
from .memory import busy_routers, decided_already, gone_on, only_one
from .seal import damaged, pack, seal, unpack, unsealed
from .writes import Row, Write, Writes

Tail = tuple[int, str]
"""Number and checksum of the last record of a transaction."""

_ATTEMPTS = 5


class SqlJournal:
    """See `Journal`. Safe to share between processes; each process opens its own."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self.engine = engine
        self.writes = Writes(engine)
        self.clock = clock

    @classmethod
    def open(cls, place: str) -> SqlJournal:
        """Open a file or URL.

        Raises:
            JournalError: see `open_journal`.
        """
        return cls(open_engine(place))

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()

    def begin(self, opening: Opening) -> SqlLog:
        """See `Journal.begin`."""
        at = self.clock()
        row: dict[str, Any] = {
            "id": new_id(at),
            "at": at,
            "who": who(),
            "pair": opening.pair,
            "action": opening.action,
            "facts": pack(opening.facts),
        }
        with mapped(self.engine.url):
            try:
                with self.writes.write() as write:
                    claims = [
                        {"host_key": key, "transaction_id": row["id"]} for key in sorted(opening.routers)
                    ]
                    write.run(statements.CLAIM, *claims)
                    write.run(statements.BEGIN, {**row, "checksum": seal("", row)})
            except IntegrityError:
                self._refuse_busy(opening)
                raise
        return SqlLog(self, row["id"], tail=(0, ""))

    def _refuse_busy(self, opening: Opening) -> None:
        """Say which unfinished transaction has the routers."""
        claims = tables.claims.c
        wanted = select(claims.host_key, claims.transaction_id).where(claims.host_key.in_(opening.routers))
        with self.engine.connect() as connection:
            holders = {row["host_key"]: row["transaction_id"] for row in _rows(connection, wanted)}
            if holders:
                holder = _entry(connection, next(iter(holders.values())))
                busy = [name for key, name in opening.routers.items() if holders.get(key) == holder.id]
                raise busy_routers(holder, busy)

    def resume(self, entry: Entry) -> SqlLog:
        """See `Journal.resume`."""
        return SqlLog(self, entry.id)

    def unfinished(self) -> tuple[Entry, ...]:
        """See `Journal.unfinished`."""
        ended = select(tables.endings.c.transaction_id)
        query = select(tables.transactions.c.id).where(tables.transactions.c.id.not_in(ended))
        with mapped(self.engine.url), self.engine.connect() as connection:
            _refuse_orphans(connection)
            ids = list(connection.execute(query.order_by(tables.transactions.c.at)).scalars())
            return tuple(_entry(connection, each) for each in ids)

    def ids(self) -> tuple[str, ...]:
        """See `Journal.ids`."""
        query = select(tables.transactions.c.id).order_by(tables.transactions.c.at.desc())
        with mapped(self.engine.url), self.engine.connect() as connection:
            return tuple(connection.execute(query).scalars())

    def entries(self) -> tuple[Entry, ...]:
        """See `Journal.entries`."""
        with mapped(self.engine.url), self.engine.connect() as connection:
            query = select(tables.transactions).order_by(tables.transactions.c.at.desc())
            rows = _rows(connection, query)
            ends = {row["transaction_id"]: row for row in _rows(connection, select(tables.endings))}
            return tuple(_head(row, ends.get(row["id"])) for row in rows)

    def entry(self, transaction: str) -> Entry:
        """See `Journal.entry`."""
        with mapped(self.engine.url), self.engine.connect() as connection:
            ids = list(connection.execute(select(tables.transactions.c.id)).scalars())
            return _entry(connection, only_one(transaction, ids))


class SqlLog:
    """See `TransactionLog`."""

    def __init__(self, journal: SqlJournal, transaction: str, tail: Tail | None = None) -> None:
        self._journal = journal
        self._id = transaction
        self._notes: list[tuple[float, str, Facts]] = []
        self._tail = tail  # None if it has to be looked for

    @property
    def id(self) -> str:
        return self._id

    def record(self, kind: str, facts: Facts) -> None:
        """See `TransactionLog.record`."""
        self._notes.append((self._journal.clock(), kind, facts))

        def check(write: Write) -> None:
            self._hold(write)
            attempt = int(facts["attempt"]) if kind == ANNOUNCEMENT else 0
            if attempt and (self._ended(write) or self._choice(write, attempt) is not None):
                raise decided_already(self._id)

        try:
            self._write(check)
        except JournalError:
            self._notes.pop()
            raise

    def note(self, kind: str, facts: Facts) -> None:
        """See `TransactionLog.note`."""
        self._notes.append((self._journal.clock(), kind, facts))

    def decide(self, wanted: str, attempt: int) -> str | None:
        """See `TransactionLog.decide`.

        After a failure whose outcome is unknown the insert is repeated: it either finds the row, its own or
        another's,
        or writes it. Merely looking might miss one that is still on its way.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._insert_decision(wanted, attempt)
            except IntegrityError:
                continue  # somebody was quicker: the next round reads what stands
            except (SQLAlchemyError, OSError):
                self._journal.engine.dispose()
            except JournalError:  # the decision that stands cannot be read
                return None
        return None

    def _insert_decision(self, wanted: str, attempt: int) -> str:
        with self._journal.writes.write() as write:
            self._hold(write)
            present = self._choice(write, attempt)
            if present is not None:
                return present
            row = {
                "transaction_id": self._id,
                "attempt": attempt,
                "choice": wanted,
                "at": self._journal.clock(),
                "who": who(),
            }
            write.run(statements.DECIDE, {**row, "checksum": seal("", row)})
        return wanted

    def _hold(self, write: Write) -> None:
        """Keep other writers of this transaction out: what is looked at first must still be so when the rest is
        written.
        """
        if not write.rows(statements.HOLD, id=self._id):
            raise damaged(f"transaction {self._id}")

    def _choice(self, write: Write, attempt: int) -> str | None:
        for row in write.rows(statements.DECISION, id=self._id, attempt=attempt):
            return str(unsealed("", row, f"decision of transaction {self._id}")["choice"])
        return None

    def end(self, outcome: str, facts: Facts, *, attempt: int | None = None) -> None:
        """See `TransactionLog.end`."""

        def close(write: Write) -> None:
            self._hold(write)
            if attempt is not None and attempt < self._announced(write):
                raise gone_on(self._id)
            if not self._ended(write):
                row = {
                    "transaction_id": self._id,
                    "outcome": outcome,
                    "at": self._journal.clock(),
                    "who": who(),
                    "facts": pack(facts),
                }
                write.run(statements.END, {**row, "checksum": seal("", row)})
            write.run(statements.RELEASE, {"id": self._id})

        self._write(close)

    def _ended(self, write: Write) -> bool:
        return bool(write.rows(statements.ENDED, id=self._id))

    def _announced(self, write: Write) -> int:
        """The last attempt whose commits were announced, by whomever."""
        rows = write.rows(statements.OF_KIND, id=self._id, kind=ANNOUNCEMENT)
        return attempt_of(_record(row) for row in rows)

    def _write(self, act: Callable[[Write], None]) -> None:
        """All waiting notes and one act in one durable write. Another writer of the same transaction is
        waited out.
        """
        with mapped(self._journal.engine.url):
            for attempt in range(_ATTEMPTS):
                try:
                    with self._journal.writes.write() as write:
                        act(write)
                        tail = self._append(write, self._notes)
                except IntegrityError:
                    self._tail = None  # another one has written behind it
                    if attempt == _ATTEMPTS - 1:
                        raise
                else:
                    self._tail = tail
                    self._notes.clear()
                    return

    def _append(self, write: Write, notes: Sequence[tuple[float, str, Facts]]) -> Tail | None:
        if not notes:
            return self._tail
        seq, checksum = self._tail or self._newest(write)
        rows = []
        for seq_, (at, kind, facts) in enumerate(notes, start=seq + 1):
            row = {"transaction_id": self._id, "seq": seq_, "at": at, "kind": kind, "facts": pack(facts)}
            checksum = seal(checksum, row)
            rows.append({**row, "checksum": checksum})
        write.run(statements.RECORD, *rows)
        return seq + len(rows), checksum

    def _newest(self, write: Write) -> Tail:
        last = write.rows(statements.NEWEST, id=self._id)
        return (last[0]["seq"], last[0]["checksum"]) if last else (0, "")


def _rows(connection: Connection, query: Select[Any], **parameters: object) -> list[Row]:
    result = connection.execute(query, parameters)
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result]


def _refuse_orphans(connection: Connection) -> None:
    """Rows whose transaction is gone: it may have been one that is not finished."""
    known = select(tables.transactions.c.id)
    for table in (tables.claims, tables.records, tables.decisions, tables.endings):
        owner = table.c.transaction_id
        orphan = connection.execute(select(owner).where(owner.not_in(known)).limit(1)).scalar()
        if orphan is not None:
            raise damaged(f"transaction {orphan}")


def _head(row: Row, end: Row | None) -> Entry:
    what = f"transaction {row['id']}"
    plain = unsealed("", row, what)
    return Entry(
        id=plain["id"],
        at=plain["at"],
        who=plain["who"],
        pair=plain["pair"],
        action=plain["action"],
        facts=unpack(plain["facts"], what),
        end=_end(end),
    )


def _end(row: Row | None) -> End | None:
    if row is None:
        return None
    what = f"end of transaction {row['transaction_id']}"
    plain = unsealed("", row, what)
    return End(plain["outcome"], plain["at"], plain["who"], unpack(plain["facts"], what))


def _entry(connection: Connection, transaction: str) -> Entry:
    def rows(table: Any, column: Any, *order: Any) -> list[Row]:
        return _rows(connection, select(table).where(column == transaction).order_by(*order))

    heads = rows(tables.transactions, tables.transactions.c.id)
    if not heads:
        raise damaged(f"transaction {transaction}")
    ends = rows(tables.endings, tables.endings.c.transaction_id)
    found = _head(heads[0], ends[0] if ends else None)
    return Entry(
        id=found.id,
        at=found.at,
        who=found.who,
        pair=found.pair,
        action=found.action,
        facts=found.facts,
        end=found.end,
        records=_records(rows(tables.records, tables.records.c.transaction_id, tables.records.c.seq)),
        decisions=_decisions(
            rows(tables.decisions, tables.decisions.c.transaction_id, tables.decisions.c.attempt)
        ),
    )


def _records(rows: Sequence[Row]) -> tuple[Record, ...]:
    found, checksum = [], ""
    for number, row in enumerate(rows, start=1):
        unsealed(checksum, row, _record_name(row, number))
        checksum = row["checksum"]
        found.append(_record(row))
    return tuple(found)


def _record_name(row: Row, number: int) -> str:
    return f"record {number} of transaction {row['transaction_id']}"


def _record(row: Row) -> Record:
    return Record(row["seq"], row["at"], row["kind"], unpack(row["facts"], _record_name(row, row["seq"])))


def _decisions(rows: Sequence[Row]) -> tuple[Decision, ...]:
    found = []
    for row in rows:
        plain = unsealed("", row, f"decision of transaction {row['transaction_id']}")
        found.append(Decision(plain["attempt"], plain["choice"], plain["at"], plain["who"]))
    return tuple(found)
