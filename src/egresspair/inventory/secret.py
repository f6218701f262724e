"""Secrets by reference: an inventory says where a password is, never what it is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ..document import FieldError
from .paths import absolute, folder_of

__all__ = ["SecretRef", "SecretUnavailableError"]

MAX_BYTES = 64 * 1024

_HINT = "Write env:NAME for an environment variable, or file:PATH for a file that holds it."
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SecretUnavailableError(Exception):
    """A secret is not where the reference says.

    Attributes:
        what: what is wrong; never the secret.
        hint: what to do about it.
    """

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


@dataclass(frozen=True, slots=True, repr=False)
class SecretRef:
    """Where a secret is.

    Attributes:
        scheme: ``env`` or ``file``.
        name: of the environment variable, or the absolute path of the file.
    """

    scheme: str
    name: str

    @classmethod
    def parse(cls, text: object, folder: Path) -> SecretRef:
        """The reference written as ``env:NAME`` or ``file:PATH``; paths are relative to ``folder``.

        Raises:
            FieldError: it is none; the text is not repeated, for it may be a password.
        """
        if isinstance(text, SecretRef):
            return text
        scheme, colon, name = text.partition(":") if isinstance(text, str) else ("", "", "")
        if not colon or not name or scheme not in ("env", "file"):
            raise FieldError("is not a reference; a secret itself does not belong here", _HINT)
        if scheme == "file":
            return cls(scheme, str(absolute(name, folder)))
        if not _VARIABLE.fullmatch(name):
            raise FieldError("does not name an environment variable", _HINT)
        return cls(scheme, name)

    def __repr__(self) -> str:
        return f"<{self.scheme}:{self.name}>"

    def resolve(self) -> str:
        """The secret as it is now.

        Raises:
            SecretUnavailableError: there is none.
        """
        return self._variable() if self.scheme == "env" else self._file()

    def _variable(self) -> str:
        secret = os.environ.get(self.name)
        if not secret:
            state = "not set" if secret is None else "empty"
            raise SecretUnavailableError(
                f"environment variable {self.name} is {state}", f"Export {self.name}."
            )
        return secret

    def _file(self) -> str:
        """The text of the file without its last line end."""
        try:
            with Path(self.name).open("rb") as file:
                text = file.read(MAX_BYTES + 1).decode("utf-8")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise SecretUnavailableError(
                f"file {self.name} cannot be read: {reason}", "Create it, readable only by you."
            ) from None
        secret = text.removesuffix("\n").removesuffix("\r")
        if not secret or len(text) > MAX_BYTES:
            state = "is empty" if not secret else "is too large for a secret"
            raise SecretUnavailableError(f"file {self.name} {state}", "Write the secret alone into it.")
        return secret

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def take(value: object, info: core_schema.ValidationInfo) -> SecretRef:
            return FieldError.as_pydantic(lambda text: cls.parse(text, folder_of(info)), value)

        return core_schema.with_info_plain_validator_function(
            take, serialization=core_schema.plain_serializer_function_ser_schema(repr)
        )
