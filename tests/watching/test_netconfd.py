"""Two servers that we did not write, which announce changes as RFC 6470 says, and a client that we did not write."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from ncclient.xml_ import to_ele

import egresspair as ep
from egresspair.inventory import parse_inventory
from egresspair.netconf.change_events import ConfirmEvent
from egresspair.watching import Back, Drift, Lost, Source, Standing, Watched, watch_pair
from pair.documents import LABELLED, config, intent
from pair.rig import NOTHING, at_once, watched
from pair.rig import Watched as Server
from servers.netconfd import Netconfd, available
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


def protect(servers: Servers) -> None:
    """A whole pair."""
    for document in (NOTHING, LABELLED):
        at_once(lambda server, document=document: server.edit(document), servers)  # type: ignore[misc]


@contextmanager
def field(servers: Servers) -> Iterator[Field]:
    protect(servers)
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


def entry(server: Recorder | Netconfd) -> dict[str, Any]:
    login = {"username": server.username, "key_file": str(server.key_file), "host_key": server.host_key}
    return {"host": server.host, "port": server.port, "timeout": 10, **login}


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


def test_the_command_tells_a_change_and_a_rollback(servers: Servers, tmp_path: Path) -> None:
    """The same, as an operator sees it."""
    protect(servers)
    backup = servers[1].session
    with at_terminal(servers, tmp_path) as process:
        assert process.stdout is not None
        lines = (line.rstrip() for line in process.stdout if " audit: " not in line)
        assert next(lines).endswith("watching masg-1 by notification, masg-2 by notification")
        backup.edit_config(OTHER.decode(), target="candidate", test_option="test-then-set")
        trial = "<confirmed/><confirm-timeout>1</confirm-timeout>"
        backup.dispatch(to_ele(f'<commit xmlns="{NETCONF}">{trial}</commit>'))
        who = f"by user root, session {backup.session_id}, from 127.0.0.1"
        change, rollback = next(lines), next(lines)
        assert "masg-2: vpna static-label 2001 -> 3001, " in change
        assert who in change
        assert "the pair is BROKEN: vpna: static label 2001 on masg-1 and 3001 on masg-2" in change
        assert "masg-2: vpna static-label 3001 -> 2001, rolled back by the router" in rollback
        assert rollback.endswith("labels, route distinguishers and VPN targets match again")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


@contextmanager
def at_terminal(servers: Servers, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The watch as a command."""
    names = ("masg-1", "masg-2")
    devices = {name: entry(each.server) for name, each in zip(names, servers, strict=True)}
    (folder / "inventory.yaml").write_text(yaml.safe_dump({"devices": devices}))
    (folder / "intent.yaml").write_text(ep.dump_intent(intent()))
    process = subprocess.Popen(
        [sys.executable, "-m", "egresspair.cli", "audit", "intent.yaml", "--watch", "--interval", str(HOUR)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
