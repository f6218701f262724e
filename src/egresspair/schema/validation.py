"""Judging a configuration by a schema."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Any

from lxml import etree
from yangson import DataModel
from yangson.enumerations import ContentType
from yangson.exceptions import SchemaError, SemanticError, ValidationError
from yangson.schemanode import ContainerNode

from ..errors import DocumentError, Problem
from .edit import apply_edit
from .elements import remove_references
from .mend import mend_patterns
from .syntax import Syntax
from .violation import Rule, Violation

__all__ = ["validate_config", "violations_of_change"]

_ONE_AT_A_TIME = Lock()  # yangson notes the outcome of each `when` in the schema itself

mend_patterns()

_SEMANTIC_RULES = {
    "instance-required": Rule.LEAFREF,
    "too-few-elements": Rule.ELEMENTS,
    "too-many-elements": Rule.ELEMENTS,
    "non-unique-key": Rule.KEY,
    "repeated-leaf-list-value": Rule.UNIQUE,
}


def validate_config(model: DataModel, config: bytes | etree._Element) -> tuple[Violation, ...]:
    """What is wrong with the content of a whole configuration datastore; nothing if it is valid.

    Unknown nodes and bad values are all reported at once. Only when there are none is the rest looked at:
    then every false `when` is reported, up to the first violation of another rule.

    Args:
        model: what `load_model` made.
        config: a ``<config>`` or ``<data>`` element whose children are the top-level nodes. Neither
            operations nor state belong in it.

    Raises:
        DocumentError: the bytes are not XML as NETCONF has it.
    """
    syntax = Syntax(model, _parsed(config))
    if syntax.violations:
        return tuple(sorted(syntax.violations))
    with _ONE_AT_A_TIME:
        return tuple(sorted(_violations(model, syntax)))


def violations_of_change(
    model: DataModel, running: etree._Element, edit: etree._Element
) -> tuple[Violation, ...]:
    """What is wrong with a configuration after an edit that was not wrong with it before.

    What a router's running holds is valid there (RFC 7950, section 8.1). Read in part, it may refer to what was not
    read: nodes that seem to be wrong before the edit are left out, so that only the edit is judged. That is done only
    if something is wrong after it.

    Args:
        running: the ``<data>`` or ``<config>`` element with what the edit touches, and what its conditions look at.
        edit: the ``<config>`` element of the edit-config.
    """
    read = _parsed(running)
    # All at once: their targets were not read, and each that dangles would cost a validation of its own.
    remove_references(model, read)
    if _is_valid(model, apply_edit(model, read, edit)):
        return ()  # as a rule; what was wrong before need not be known then, which saves a validation
    sound, known = _sound_part(model, read)
    found = validate_config(model, apply_edit(model, sound, edit))
    return tuple(each for each in found if (each.path, each.rule) not in known)


def _is_valid(model: DataModel, config: etree._Element) -> bool:
    """Whether nothing at all is wrong; the first violation ends the search."""
    syntax = Syntax(model, _parsed(config))
    with _ONE_AT_A_TIME:
        return not syntax.violations and next(_violations(model, syntax), None) is None


def _sound_part(
    model: DataModel, config: etree._Element
) -> tuple[etree._Element, frozenset[tuple[str, Rule]]]:
    """The configuration without the nodes that break a rule, and the rules that stay broken all the same.

    Args:
        config: a copy without references, to be changed.
    """
    sound = config
    while True:
        syntax = Syntax(model, sound)
        found = list(syntax.violations)
        if not found:
            with _ONE_AT_A_TIME:
                found = [each for each in _violations(model, syntax) if each.rule is not Rule.WHEN]
        sound = syntax.config
        if not found:
            return sound, frozenset()
        leave = [each for each in found if each.rule is Rule.MANDATORY or not syntax.remove(each.path)]
        if len(leave) == len(found):
            return sound, frozenset((each.path, each.rule) for each in leave)


def _parsed(config: bytes | etree._Element) -> etree._Element:
    """A copy without comments, which yangson cannot read."""
    document = config if isinstance(config, bytes) else etree.tostring(config, with_tail=False)
    parser = etree.XMLParser(
        remove_comments=True, remove_pis=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        root = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise DocumentError([Problem(f"this is not XML: {error.msg}", line=line, column=column)]) from error
    if root.getroottree().docinfo.doctype:
        raise DocumentError(
            [Problem("this has a DOCTYPE, which NETCONF forbids (RFC 6241, section 3)", line=1)]
        )
    return root


def _violations(model: DataModel, syntax: Syntax) -> Iterator[Violation]:
    """All nodes whose `when` is false, each taken out before the next look, and what is wrong after that."""
    while True:
        try:
            model.from_xml(syntax.config).validate()
        except ValidationError as error:
            if _completed(error, syntax):
                continue
            violation = _violation(error)
            yield violation
            if violation.rule is not Rule.WHEN or not syntax.remove(violation.path):
                return
        else:
            return


def _completed(error: ValidationError, syntax: Syntax) -> bool:
    """Put in the empty containers that a schema error misses. False if it misses anything else.

    A container without presence stands in every configuration, written or not (RFC 7950, section 7.5.1). yangson
    misses it when it holds a mandatory leaf, even one whose ``when`` is false; inside an empty one it looks at that.
    """
    if not isinstance(error, SchemaError) or error.tag != "missing-data":
        return False
    node = error.instance.schema_node
    missing = [node.get_data_child(*_name(member, node)) for member in _missing_members(error)]
    plain = [child for child in missing if isinstance(child, ContainerNode) and not child.presence]
    path = str(error.instance.instance_route())
    return bool([child for child in plain if syntax.add(path, child)])


def _missing_members(error: SchemaError) -> list[str]:
    """The members that an instance has to have and has not: what the error tells only in prose."""
    instance = error.instance
    pattern = instance.schema_node.schema_pattern
    pattern._eval_when(instance)  # noqa: SLF001  # no public way
    for member in instance:
        pattern = pattern.deriv(member, ContentType.config)
    return list(pattern._mandatory_members(ContentType.config) or ())  # noqa: SLF001


def _name(member: str, parent: Any) -> tuple[str, str]:
    module, _, name = member.rpartition(":")
    return name, module or parent.ns


def _violation(error: ValidationError) -> Violation:
    path = str(error.instance.instance_route())
    if isinstance(error, SchemaError):
        return _schema_violation(error, path)
    if isinstance(error, SemanticError) and error.tag in _SEMANTIC_RULES:
        rule = _SEMANTIC_RULES[error.tag]
        return Violation(path, rule, error.tag if error.message is None else f"{error.tag}: {error.message}")
    if isinstance(error, SemanticError) and str(error.tag).startswith("data-not-unique"):
        return Violation(path, Rule.UNIQUE, str(error.tag))
    if isinstance(error, SemanticError):
        return Violation(path, Rule.MUST, error.message or _false_must(error))
    return Violation(path, Rule.TYPE, error.message or "the value does not fit its type")


def _schema_violation(error: SchemaError, path: str) -> Violation:
    if error.tag.endswith("member-not-allowed"):
        return _not_allowed(error.instance.schema_node, error.message, path)
    if error.tag == "list-key-missing":
        return Violation(path, Rule.KEY, f"the key {error.message} is missing")
    return Violation(path, Rule.MANDATORY, f"{error.message} is missing".removeprefix("expected "))


def _not_allowed(parent: Any, member: str, path: str) -> Violation:
    """The member of an object that may not be there now: its `when` is false, or another case was chosen."""
    module, _, name = member.rpartition(":")
    node = parent.get_data_child(name, module or parent.ns)
    place = f"{path.rstrip('/')}/{member}"
    while node is not parent:
        if node.when:
            return Violation(place, Rule.WHEN, f"may only be there when {node.when}")
        node = node.parent
    return Violation(place, Rule.CHOICE, "excludes another node beside it")


def _false_must(error: SemanticError) -> str:
    """The expression that is false; yangson tells only its message, and most have none."""
    node = error.instance.schema_node
    expressions = [must.expression for must in node.must]
    return " and ".join(f"must be: {each}" for each in expressions if not each.evaluate(error.instance))
