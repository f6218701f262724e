"""An SSH transport that asks for the login service once, and is not left waiting.

paramiko's plain Transport asks again at each attempt, which strict servers refuse. Its ServiceRequestingTransport asks
once, but waits for ever when the connection is lost meanwhile, and misses an answer that comes before it begins to
wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import paramiko
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.common import cMSG_SERVICE_REQUEST, cMSG_USERAUTH_REQUEST

_LOOK_SECONDS = 0.1


class LoginTransport(paramiko.ServiceRequestingTransport):  # type: ignore[misc]  # paramiko is not typed
    """One SSH connection, as a client."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._may_log_in = threading.Event()
        super().__init__(*args, **options)

    def _parse_service_accept(self, message: paramiko.Message) -> None:
        super()._parse_service_accept(message)
        self._may_log_in.set()

    def ensure_session(self) -> None:
        """Have the login service opened.

        Raises:
            SSHException, EOFError: the connection is gone.
        """
        if not self.is_active():
            raise paramiko.SSHException("No existing session")
        if self._may_log_in.is_set():
            return
        request = paramiko.Message()
        request.add_byte(cMSG_SERVICE_REQUEST)
        request.add_string("ssh-userauth")
        self._send_message(request)
        while not self._may_log_in.wait(_LOOK_SECONDS):
            if not self.is_active():
                raise self.get_exception() or EOFError("connection lost")
        self.auth_handler = self.get_auth_handler()

    def get_auth_handler(self) -> AuthOnlyHandler:
        return _AttentiveHandler(self)


class _AttentiveHandler(AuthOnlyHandler):  # type: ignore[misc]  # paramiko is not typed
    def send_auth_request(
        self, username: str, method: str, finish_message: Callable[[paramiko.Message], object]
    ) -> Any:
        """As in the base class, but what the answer sets is there before the question is sent."""
        self.auth_method = method
        self.username = username
        self.auth_event = answered = threading.Event()
        request = paramiko.Message()
        request.add_byte(cMSG_USERAUTH_REQUEST)
        request.add_string(username)
        request.add_string("ssh-connection")
        request.add_string(method)
        finish_message(request)
        with self.transport.lock:
            self.transport._send_message(request)  # noqa: SLF001  (the base class does, too)
        return self.wait_for_response(answered)
