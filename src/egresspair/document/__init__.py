"""Documents that people write: read strictly, every value with its place, every problem with line and column.

A value means what it looks like in the file: scalars are taken by their text, never by what YAML 1.1 makes of
them (``no``, ``200:1``, ``1e3``). Knows nothing of what the documents are about.
"""

from .fault import FIELD_FAULT, Fault, FieldError
from .file import decoded, named, read_file, sound
from .json_text import read_json
from .judge import judged, source_of
from .place import Mark, Path, Place, Source, Written, spelled
from .scalars import as_boolean, as_integer, as_number, as_text
from .tree import Entry, Fields, Finding, Items, Kind, Node, Scalar, UnreadableError, problems_of
from .walk import UNREADABLE, Shape, Walk, did_you_mean, dotted
from .xml_text import read_xml
from .yaml_text import read_yaml

__all__ = [
    "FIELD_FAULT",
    "UNREADABLE",
    "Entry",
    "Fault",
    "FieldError",
    "Fields",
    "Finding",
    "Items",
    "Kind",
    "Mark",
    "Node",
    "Path",
    "Place",
    "Scalar",
    "Shape",
    "Source",
    "UnreadableError",
    "Walk",
    "Written",
    "as_boolean",
    "as_integer",
    "as_number",
    "as_text",
    "decoded",
    "did_you_mean",
    "dotted",
    "judged",
    "named",
    "problems_of",
    "read_file",
    "read_json",
    "read_xml",
    "read_yaml",
    "sound",
    "source_of",
    "spelled",
]
