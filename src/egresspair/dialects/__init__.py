"""Device families: intent to device configuration and back.

Another family is one module with one object that has the attributes of `Dialect`, announced under the entry
point group
``egresspair.dialects`` with the name that an inventory gives as ``platform``.
"""

from ._protocol import Dialect, LabelRead, UnreadableReply
from ._registry import dialect_named

__all__ = ["Dialect", "LabelRead", "UnreadableReply", "dialect_named"]
