"""Device families: intent to device configuration and back.

Another family is one module with one object that has the attributes of `Dialect`, announced under the entry
point group
``egresspair.dialects`` with the name that an inventory gives as ``platform``.
"""

from ._auditing import AuditAnswer, AuditDialect, AuditRead
from ._protocol import Dialect, UnreadableReply
from ._registry import audit_dialect_named, dialect_named

__all__ = [
    "AuditAnswer",
    "AuditDialect",
    "AuditRead",
    "Dialect",
    "UnreadableReply",
    "audit_dialect_named",
    "dialect_named",
]
