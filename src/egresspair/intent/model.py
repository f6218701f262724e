"""What the operator wants: the same static label for a VPN instance on both MASGs of a pair."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from ..document import Fault, FieldError, Place, Source
from ..errors import Problem, UsageError
from .canonical import digest_of
from .distinct import groups_of, target_group, twins
from .fields import HostRoute, Label, Name, VpnName
from .frozen import Frozen, refuse
from .html import intent_html
from .prerequisites import Prerequisites, without_host_routes
from .vpn_id import RouteDistinguisher, RouteTarget

__all__ = ["Intent", "Role", "RouteDistinguishers", "VpnInstance", "VpnTargets", "refuse_no_intent"]


NO_VPN_INSTANCE = Fault((), "holds no VPN instance", "List at least one to protect.")
NO_VPN_TARGET = Fault((), "holds no VPN target", "Give import or export targets, or leave the whole out.")
_NO_LIST = "is a list, but one text, or a mapping with master and backup, is wanted"
_HOW_DISTINGUISHERS = 'Write "200:1" for both routers, or {master: "200:1", backup: "200:2"}.'


class Role(StrEnum):
    """Which router of the pair."""

    MASTER = "master"
    BACKUP = "backup"


class RouteDistinguishers(Frozen):
    """The route distinguisher of a VPN instance on either router. One text stands for both."""

    master: RouteDistinguisher
    backup: RouteDistinguisher

    @model_validator(mode="before")
    @classmethod
    def _one_for_both(cls, value: Any) -> Any:
        if isinstance(value, list):
            raise FieldError(_NO_LIST, _HOW_DISTINGUISHERS).for_pydantic()
        return {"master": value, "backup": value} if isinstance(value, str | RouteDistinguisher) else value

    def of(self, role: Role) -> RouteDistinguisher:
        """The one of that router."""
        return self.master if role is Role.MASTER else self.backup


class VpnTargets(Frozen):
    """The VPN targets of a VPN instance, the same on both routers.

    Attributes:
        import_: of routes that the VPN instance takes in; ``import`` in documents.
        export: that the VPN instance gives its own routes.
    """

    import_: tuple[RouteTarget, ...] = Field((), alias="import")
    export: tuple[RouteTarget, ...] = ()

    @model_validator(mode="after")
    def _rules(self) -> Self:
        if not (self.import_ or self.export):
            refuse([NO_VPN_TARGET])
        refuse(twins([target_group(("import",), self.import_), target_group(("export",), self.export)]))
        return self


class VpnInstance(Frozen):
    """One VPN instance to protect.

    Attributes:
        name: 1..31 visible ASCII characters without ``?``; not ``_public_``.
        static_label: of it on both routers, 16..1048575, or ``auto`` for one that is free on both.
        route_distinguisher: needed where a router has none yet; one that is there is never changed.
        vpn_targets: left as they are when not given.
    """

    name: VpnName
    static_label: Label
    route_distinguisher: RouteDistinguishers | None = None
    vpn_targets: VpnTargets | None = None


def _some(vpns: tuple[VpnInstance, ...]) -> tuple[VpnInstance, ...]:
    if not vpns:
        refuse([NO_VPN_INSTANCE])
    return vpns


class Intent(Frozen):
    """The egress protection wanted of one pair.

    Built in Python it raises pydantic's ValidationError where a rule is broken; `load_intent` IntentError.

    Attributes:
        pair: a name for the pair.
        master: the inventory's name of the router that the core prefers.
        backup: the inventory's name of the router that takes over.
        core_asbr: the router that switches over; only read.
        csg: a cell site gateway of the pair; only read.
        protected_host_routes: host routes ``a.b.c.d/32`` that both routers originate with a label.
        vpn_instances: what to protect, at least one; no name and no label twice.
        prerequisites: what else is to be configured; nothing but the labels when not given.
    """

    pair: Name
    master: Name
    backup: Name
    core_asbr: Name | None = None
    csg: Name | None = None
    protected_host_routes: tuple[HostRoute, ...] = ()
    vpn_instances: Annotated[tuple[VpnInstance, ...], AfterValidator(_some)]
    prerequisites: Prerequisites | None = None

    _source: Source = PrivateAttr(default_factory=Source)

    def model_post_init(self, context: Any, /) -> None:
        if isinstance(context, Source):
            self._source = context

    @model_validator(mode="after")
    def _rules(self) -> Self:
        values = self.model_dump(by_alias=True)
        refuse([*twins(groups_of(values)), *without_host_routes(values)])
        return self

    def router(self, role: Role) -> str:
        """The inventory's name of that router."""
        return self.master if role is Role.MASTER else self.backup

    def vpn_instance(self, name: str) -> VpnInstance:
        """The VPN instance of that name.

        Raises:
            KeyError: the intent has none.
        """
        for vpn in self.vpn_instances:
            if vpn.name == name:
                return vpn
        raise KeyError(name)

    def route_distinguisher(self, vpn: str, role: Role) -> RouteDistinguisher | None:
        """What the intent says of the route distinguisher of a VPN instance on that router, if anything.

        Raises:
            KeyError: the intent has no such VPN instance.
        """
        pair = self.vpn_instance(vpn).route_distinguisher
        return pair.of(role) if pair else None

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form in hexadecimal: the same however it was written."""
        return digest_of(self)

    def place(self, field: str) -> Place:
        """Where a field such as ``vpn_instances[0].static_label`` was written, or else what holds it.

        An intent that was built in Python has no places: line and column are 0.
        """
        return self._source.place(field)

    def problem(self, field: str, what: str, *, hint: str = "") -> Problem:
        """Something wrong with a field, named in the words of the file and with its place there."""
        return self._source.problem(field, what, hint=hint)

    def _repr_html_(self) -> str:
        return intent_html(self)


def refuse_no_intent(thing: object) -> None:
    """Raises `UsageError` for anything but an intent."""
    if not isinstance(thing, Intent):
        raise UsageError(
            f"an Intent is wanted, not {type(thing).__name__}", where="intent", hint="load_intent makes one."
        )
