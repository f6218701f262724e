"""A running lab for each test; it takes some milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egresspair.lab import Device, Lab

from .client import Client, session


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as running:
        yield running


@pytest.fixture
def device(lab: Lab) -> Device:
    return lab["master"]


@pytest.fixture
def client(device: Device) -> Iterator[Client]:
    with session(device) as opened:
        yield opened


@pytest.fixture
def other(device: Device) -> Iterator[Client]:
    with session(device) as opened:
        yield opened
