"""Prove to a router who we are: password, key file, agent, default keys."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import paramiko

from ..errors import LoginError
from .target import Target

_DEFAULT_KEYS: Final = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


def read_key_file(target: Target) -> paramiko.PKey | None:
    """The private key of the target's key file, None if it names none. Contacts nobody.

    Raises:
        LoginError: it cannot be read or decrypted.
    """
    if target.key_file is None:
        return None
    file = target.key_file.expanduser()
    try:
        return _read_key(file, target.key_passphrase)
    except OSError as error:
        what = f"key file {file} cannot be read ({error.strerror})"
        raise LoginError(what, where=target.where, hint="Check key_file.") from error
    except TypeError as error:  # that is how the library says that a passphrase is missing
        what = f"key file {file} is protected by a passphrase"
        raise LoginError(what, where=target.where, hint="Give key_passphrase, or use the agent.") from error
    except (ValueError, paramiko.SSHException) as error:
        raise _unusable(target, file) from error


def _read_key(file: Path, passphrase: str | None) -> paramiko.PKey:
    if passphrase:
        # A key without protection answers a passphrase with a TypeError: a needless passphrase does no harm.
        with suppress(TypeError):
            return paramiko.PKey.from_path(str(file), passphrase.encode())
    return paramiko.PKey.from_path(str(file), None)


def _unusable(target: Target, file: Path) -> LoginError:
    if target.key_passphrase:
        what = f"key file {file} cannot be decrypted with the passphrase given, or is no private key"
        return LoginError(what, where=target.where, hint="Check key_passphrase.")
    what = f"key file {file} holds no private key in OpenSSH or PEM form"
    return LoginError(what, where=target.where, hint="key_file wants the private key, not the .pub file.")


@dataclass(frozen=True, slots=True)
class _Method:
    """One thing to try."""

    name: str
    attempt: Callable[[paramiko.Transport, str], object]


def log_in(transport: paramiko.Transport, target: Target, key: paramiko.PKey | None) -> None:
    """Authenticate on an open transport.

    What was given explicitly is all that is tried: refused logins may be counted, and lock an account.

    Args:
        key: what `read_key_file` gave.

    Raises:
        LoginError: every way was refused, or there is none.
    """
    username = target.username or getpass.getuser()
    refused: list[str] = []
    accepted: list[str] = []
    reason: paramiko.SSHException | None = None
    for method in _methods(target, key):
        try:
            method.attempt(transport, username)
        except paramiko.BadAuthenticationType as error:
            refused.append(method.name)
            reason, accepted = error, list(error.allowed_types)
        except paramiko.AuthenticationException as error:
            refused.append(method.name)
            reason = error
        if transport.is_authenticated():
            return
        if not transport.is_active():
            break
    raise _refusal(target, username, refused, accepted) from reason


def _refusal(target: Target, username: str, refused: list[str], accepted: list[str]) -> LoginError:
    if not refused:
        what = f"there is nothing to log in with as {username!r}"
        return LoginError(
            what, where=target.where, hint="Give password or key_file, or load a key into the agent."
        )
    hint = f"The router accepts: {', '.join(accepted)}." if accepted else "Check username and credentials."
    return LoginError(
        f"user {username!r} was refused with {', '.join(refused)}", where=target.where, hint=hint
    )


def _methods(target: Target, key: paramiko.PKey | None) -> Iterator[_Method]:
    if key is not None:
        yield _with_key(key, f"key file {target.key_file}")
    if target.password is not None:
        yield _Method("password", partial(_with_password, target.password))
    if key is None and target.password is None:
        if target.agent:
            yield from _agent_keys()
        yield from _default_keys()


def _with_password(password: str, transport: paramiko.Transport, username: str) -> None:
    transport.auth_password(username, password)


def _with_key(key: paramiko.PKey, name: str) -> _Method:
    return _Method(name, lambda transport, username: transport.auth_publickey(username, key))


def _agent_keys() -> Iterator[_Method]:
    with suppress(paramiko.SSHException), closing(paramiko.Agent()) as agent:
        for key in agent.get_keys():
            yield _with_key(key, "an agent's key")


def _default_keys() -> Iterator[_Method]:
    for name in _DEFAULT_KEYS:
        # Nobody asked for these files: an unreadable or protected one is passed over.
        with suppress(OSError, TypeError, ValueError, paramiko.SSHException):
            yield _with_key(_read_key(Path(name).expanduser(), None), name)
