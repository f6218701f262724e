"""What the tests of sessions share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from egresspair.netconf.connect import connect
from egresspair.netconf.device import NotifyingDevice
from egresspair.netconf.target import Target
from servers.ports import wait_until
from servers.scripted import Script, Scripted

Connect = Callable[..., NotifyingDevice]


def target_of(server: Scripted, **changes: Any) -> Target:
    """How to log in to a scripted server; its host key is pinned unless told otherwise."""
    plain = Target(
        name="masg-1",
        host=server.host,
        port=server.port,
        username=server.username,
        password=server.password,
        host_key=server.host_key,
        ssh_config=None,
        timeout=10,
    )
    return replace(plain, **changes)


@pytest.fixture(autouse=True)
def _no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    wait_until(lambda: set(threading.enumerate()) <= before, seconds=5, what="the end of every thread")


@pytest.fixture
def connected() -> Iterator[Connect]:
    """Opens a session to a server that runs the script given."""
    with ExitStack() as stack:

        def open_session(script: Script, **options: Any) -> NotifyingDevice:
            server = stack.enter_context(Scripted(script, **options))
            device = connect(target_of(server))
            stack.callback(device.close)
            return device

        yield open_session
