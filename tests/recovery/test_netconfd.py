"""A client that is killed at its steps against two servers that we did not write, and recover after it.

A proxy in front of each server holds its reply, or cuts the session so that an operation is never seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from egresspair.recovery import recover
from pair.documents import BARE
from pair.rig import NOTHING, Rig, Watched, watched
from servers.netconfd import available
from servers.recording import Recorder

from .client import Desk
from .site import NEW, OLD, opened, written_intent

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]
Servers = tuple[Watched, Watched]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with watched("subset") as master, watched("subset") as backup:
        yield master, backup


@dataclass
class Field:
    """Both servers behind recorders, and a desk for their operator."""

    rig: Rig
    desk: Desk
    before: list[bytes]

    def assert_settled(self, outcome: str) -> None:
        """Both hold what the outcome says, a client of others gets every lock, and the journal says the same."""
        assert self.rig.labels() == [NEW if outcome == "COMMITTED" else OLD] * 2
        assert (self.rig.running() == self.before) == (outcome == "ABORTED")
        self.rig.assert_free()
        with opened(self.desk.journal) as journal:
            (entry,) = journal.entries()
            assert entry.end is not None
            assert entry.end.outcome == outcome
            assert list(recover(inventory=self.desk.inventory, journal=journal)) == []


@contextmanager
def field(servers: Servers, folder: Path) -> Iterator[Field]:
    with Recorder(servers[0].server) as master, Recorder(servers[1].server) as backup:
        rig = Rig(servers, (master, backup))
        rig.edit(NOTHING)
        rig.edit(BARE)
        values = {"devices": {name: entry(each) for name, each in zip(NAMES, rig.recorders, strict=True)}}
        inventory = folder / "inventory.yaml"
        inventory.write_text(yaml.safe_dump(values), encoding="utf-8")
        desk = Desk(written_intent(folder), inventory, str(folder / "journal.sqlite"))
        yield Field(rig, desk, rig.running())


NAMES = ("masg-1", "masg-2")


def entry(recorder: Recorder) -> dict[str, object]:
    login = {"username": recorder.username, "key_file": str(recorder.key_file), "host_key": recorder.host_key}
    return {"host": recorder.host, "port": recorder.port, "timeout": 10, **login}


@pytest.mark.parametrize(
    ("role", "operation", "nth", "outcome"),
    [
        (0, "lock", 1, "ABORTED"),
        (1, "lock", 2, "ABORTED"),
        (0, "edit-config", 1, "ABORTED"),
        (0, "commit", 1, "ABORTED"),
        (1, "commit", 1, "ABORTED"),
        (1, "unlock", 1, "ABORTED"),
        (0, "get-config", 6, "ABORTED"),
        (0, "commit", 2, "COMMITTED"),
        (1, "commit", 2, "COMMITTED"),
        (1, "unlock", 2, "COMMITTED"),
    ],
)
def test_killed_while_a_reply_is_held(
    servers: Servers, tmp_path: Path, *, role: int, operation: str, nth: int, outcome: str
) -> None:
    with field(servers, tmp_path) as each:
        trap = each.rig.recorders[role].hold_reply(operation, nth)
        with each.desk.applying() as client:
            assert trap.reached.wait(30)
            client.kill()
        trap.release()
        (result,) = each.desk.recover()
        assert result["outcome"] == outcome
        each.assert_settled(outcome)


@pytest.mark.parametrize("role", [0, 1])
@pytest.mark.parametrize(("nth", "outcome"), [(1, "ABORTED"), (2, "COMMITTED")])
def test_killed_when_one_server_has_the_commit_and_the_other_never_sees_it(
    servers: Servers, tmp_path: Path, role: int, nth: int, outcome: str
) -> None:
    with field(servers, tmp_path) as each:
        other = each.rig.recorders[1 - role].hold_reply("commit", nth)
        cut = each.rig.recorders[role].cut_before("commit", nth)
        with each.desk.applying() as client:
            assert cut.reached.wait(30)
            assert other.reached.wait(30)
            client.kill()
        other.release()
        (result,) = each.desk.recover()
        assert result["outcome"] == outcome
        each.assert_settled(outcome)
