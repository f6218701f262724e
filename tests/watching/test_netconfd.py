"""Two servers that we did not write, which announce changes as RFC 6470 says, and a client that we did not write."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from ncclient.xml_ import to_ele

from egresspair.inventory import parse_inventory
from egresspair.netconf.change_events import ConfirmEvent
from egresspair.watching import Back, Drift, Lost, Source, Standing, Watched, watch_pair
from pair.documents import LABELLED, config, intent
from pair.rig import NOTHING, at_once, watched
from pair.rig import Watched as Server
from servers.netconfd import available
from servers.recording import Recorder

pytestmark = [
    pytest.mark.netconfd,
    pytest.mark.skipif(available() is not None, reason=str(available())),
]
HOUR = 3600
NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
OTHER = config(("vpna", {"static-label": "3001"}))
Servers = tuple[Server, Server]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with watched("subset") as master, watched("subset") as backup:
        yield master, backup


@dataclass
class Field:
    """Both servers, and what the watch tells. Polling is out of the way."""

    servers: Servers
    recorders: tuple[Recorder, Recorder]
    events: Generator[Watched]

    @property
    def backup(self) -> Server:
        return self.servers[1]

    def drift(self) -> Drift:
        event = next(self.events)
        assert isinstance(event, Drift), event
        return event

    def commit(self, document: bytes, how: str) -> None:
        """Have the backup changed by plain ncclient, with this inside ``<commit>``."""
        self.backup.session.edit_config(document.decode(), target="candidate", test_option="test-then-set")
        self.backup.session.dispatch(to_ele(f'<commit xmlns="{NETCONF}">{how}</commit>'))


@contextmanager
def field(servers: Servers) -> Iterator[Field]:
    for document in (NOTHING, LABELLED):
        at_once(lambda server, document=document: server.edit(document), servers)  # type: ignore[misc]
    with Recorder(servers[0].server) as master, Recorder(servers[1].server) as backup:
        devices = {"masg-1": entry(master), "masg-2": entry(backup)}
        inventory = parse_inventory(yaml.safe_dump({"devices": devices}))
        watch = watch_pair(intent(), inventory=inventory, interval=HOUR)
        with closing(watch.events()) as events:
            standing = next(events)
            assert isinstance(standing, Standing)
            assert standing.findings == ()
            assert set(standing.sources.values()) == {Source.NOTIFICATION}
            yield Field(servers, (master, backup), events)


def entry(recorder: Recorder) -> dict[str, Any]:
    login = {"username": recorder.username, "key_file": str(recorder.key_file), "host_key": recorder.host_key}
    return {"host": recorder.host, "port": recorder.port, "timeout": 10, **login}


def label_change(drift: Drift) -> list[str | None]:
    return [value for change in drift.changes for value in (change.before, change.after)]


def test_a_change_is_reported_with_user_session_and_source(servers: Servers) -> None:
    with field(servers) as watching:
        watching.backup.edit(OTHER)
        drift = watching.drift()
        assert (drift.device, drift.source) == ("masg-2", Source.NOTIFICATION)
        assert label_change(drift) == ["2001", "3001"]
        assert [finding.check for finding in drift.findings] == ["static-label"]
        (who,) = drift.who
        assert (who.username, who.session_id) == ("root", watching.backup.session.session_id)
        assert who.source_host == "127.0.0.1"
        assert drift.happened_at is not None


def test_the_rollback_of_a_confirmed_commit_that_times_out_is_reported(servers: Servers) -> None:
    with field(servers) as watching:
        watching.commit(OTHER, "<confirmed/><confirm-timeout>1</confirm-timeout>")
        trial = watching.drift()
        assert label_change(trial) == ["2001", "3001"]
        assert {who.session_id for who in trial.who} == {watching.backup.session.session_id}
        back = watching.drift()
        assert label_change(back) == ["3001", "2001"]
        assert back.rollback
        assert ConfirmEvent.TIMEOUT in {event.confirm for event in back.events}
        assert (back.was_whole, back.findings) == (False, ())


def test_the_rollback_of_a_confirmed_commit_that_is_cancelled_is_reported(servers: Servers) -> None:
    with field(servers) as watching:
        watching.commit(OTHER, "<confirmed/><confirm-timeout>60</confirm-timeout><persist>p</persist>")
        watching.drift()
        watching.backup.session.dispatch(
            to_ele(f'<cancel-commit xmlns="{NETCONF}"><persist-id>p</persist-id></cancel-commit>')
        )
        back = watching.drift()
        assert label_change(back) == ["3001", "2001"]
        assert ConfirmEvent.CANCEL in {event.confirm for event in back.events}
        assert {who.username for who in back.who} == {"root"}


def test_what_happens_while_a_session_is_lost_is_reported_afterwards(servers: Servers) -> None:
    with field(servers) as watching:
        trap = watching.recorders[1].cut_before("get-config")
        watching.backup.edit(OTHER)
        lost = next(watching.events)
        assert trap.reached.is_set()
        assert isinstance(lost, Lost)
        back = next(watching.events)
        assert isinstance(back, Back)
        assert (back.source, back.changed) == (Source.NOTIFICATION, True)
        drift = watching.drift()
        assert label_change(drift) == ["2001", "3001"]
        assert drift.source is Source.RECONNECTION
        watching.backup.edit(LABELLED)
        assert watching.drift().findings == ()
