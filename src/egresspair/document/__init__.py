"""Documents that people write: read strictly, every value with its place, every problem with line and column.

A value means what it looks like in the file: scalars are taken by their text, never by what YAML 1.1 makes of
them (``no``, ``200:1``, ``1e3``). Knows nothing of what the documents are about.
"""

from .fault import FIELD_FAULT, Fault, FieldError, Path
from .place import Mark, Place, Source, Written, spelled

__all__ = ["FIELD_FAULT", "Fault", "FieldError", "Mark", "Path", "Place", "Source", "Written", "spelled"]
