"""Who holds a lock, out of what a server tells about itself (RFC 6022)."""

from __future__ import annotations

from lxml import etree

from egresspair.netconf.monitoring import LockHolder, lock_holder, lock_state

STATE = b"""
<data xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
  <netconf-state xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-monitoring">
    <datastores>
      <datastore><name>running</name><locks><global-lock>
        <locked-by-session>7</locked-by-session><locked-time>2026-11-22T12:00:00Z</locked-time>
      </global-lock></locks></datastore>
      <datastore><name>candidate</name></datastore>
    </datastores>
    <sessions>
      <session><session-id>6</session-id><username>nobody</username></session>
      <session><session-id>7</session-id><username>ana</username><source-host>192.0.2.9</source-host></session>
    </sessions>
  </netconf-state>
</data>"""


def test_the_holder_is_named_with_user_host_and_time() -> None:
    holder = lock_holder(etree.fromstring(STATE), "running")
    assert holder == LockHolder("7", "ana", "192.0.2.9", "2026-11-22T12:00:00Z")
    assert str(holder) == "session 7 (user ana from 192.0.2.9, since 2026-11-22T12:00:00Z)"


def test_an_unlocked_datastore_has_no_holder() -> None:
    assert lock_holder(etree.fromstring(STATE), "candidate") is None
    assert lock_holder(None, "running") is None


def test_a_holder_whose_session_is_not_listed_is_named_by_its_number() -> None:
    text = STATE.replace(b"<session-id>7</session-id>", b"<session-id>8</session-id>")
    assert str(lock_holder(etree.fromstring(text), "running")) == "session 7 (since 2026-11-22T12:00:00Z)"


def test_only_locks_and_sessions_are_asked_for() -> None:
    (state,) = etree.fromstring(lock_state().body).iter("{*}netconf-state")
    assert [etree.QName(child).localname for child in state] == ["datastores", "sessions"]
