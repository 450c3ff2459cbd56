# ruff: noqa: E501 - examples and sets of kinds read worse when they are broken
"""A target as the words of a message give it, before the inventory is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from guardia.cmdb.model import Server
from guardia.hub.core.intent import UNKNOWN


@dataclass(slots=True)
class Frame:
    """One target as the words give it; None is what they leave open."""

    institution: str | None = None
    system: str | None = None
    candidates: tuple[tuple[str, str], ...] = ()
    wide: tuple[tuple[str, str], ...] = ()
    """What the system's name may mean in any institution."""
    pool: tuple[int, ...] = ()
    """Nodes out of which others are chosen (1~3호기 중)."""
    environment: str | None = None
    layer: str | None = None
    nodes: tuple[int, ...] | None = None
    latest: tuple[int, ...] = ()
    """The nodes of the newest expression among `nodes`."""
    nodes_first: bool = False
    """1호기 WAS: the nodes stand before their layer."""
    but: tuple[int, ...] = ()
    rest: bool = False
    all_nodes: bool = False
    servers: tuple[Server, ...] = ()
    lost: bool = False
    """A named node that the inventory does not hold."""
    point: bool = False
    also: bool = False
    unsure: str = ""
    """Why this target may not be taken for known."""
    files: tuple[str, ...] = ()
    joined: bool = False
    speaks: bool = False
    """An institution that is told of as who says or does something, not as whose the system is."""
    dropped: bool = False
    paired: bool = False
    """Its system was written with the other one of two words that are often taken for each other (결재, 결제)."""

    @property
    def named(self) -> bool:
        return bool(self.institution or self.system or self.servers or self.lost)

    @property
    def empty(self) -> bool:
        return not (
            self.named
            or self.environment
            or self.layer
            or self.nodes
            or self.all_nodes
            or self.rest
            or self.point
            or self.but
        )


@dataclass(slots=True)
class Group:
    """Frames that one or more deeds share."""

    frames: list[Frame] = field(default_factory=list)
    fallback: Group | None = None
    closed: bool = False
    """Words that follow may no longer add to it."""

    def settled(self) -> list[Frame]:
        frames = [frame for frame in self.frames if not frame.empty and not frame.dropped]
        if frames or self.fallback is None:
            return frames
        return self.fallback.settled()


def place_of(server: Server) -> tuple[str, str, str, str]:
    return server.institution, server.system_name, str(server.environment), str(server.infrastructure_layer)


def context_of(frame: Frame, *also: str, without: str = "") -> dict[str, object]:
    """What a following target of the same breath takes over."""
    taken: dict[str, object] = {
        "institution": frame.institution, "system": frame.system, "candidates": frame.candidates, "environment": frame.environment, "point": frame.point,
        "paired": frame.paired,
    }  # fmt: skip
    if frame.servers:
        first = frame.servers[0]
        taken.update(
            institution=first.institution,
            system=first.system_name,
            candidates=((first.institution, first.system_name),),
            environment=str(first.environment),
        )
        if "layer" in also:
            taken["layer"] = str(first.infrastructure_layer)
    elif "layer" in also:
        taken["layer"] = frame.layer
    if without:
        taken.pop(without)
    return taken


def belonging(frame: Frame, institution: str | None) -> Frame | None:
    """`frame`, whose system several institutions have or may have, as that of `institution`; None where it has none."""
    if institution in (None, UNKNOWN) or frame.institution or frame.servers or frame.system in (None, UNKNOWN):
        return None
    pairs = tuple(pair for pair in frame.candidates if pair[0] == institution)
    if len(pairs) != 1:
        return None
    return replace(frame, institution=institution, candidates=pairs, system=pairs[0][1])


def office(frame: Frame) -> bool:
    """True when `frame` names an institution and nothing in it."""
    named = frame.institution not in (None, UNKNOWN) and frame.system is None and not frame.speaks
    return named and not (frame.servers or frame.lost)


def inherit(frame: Frame, base: Frame) -> Frame:
    """`frame` with what it leaves open filled from `base`, a target named before."""
    if frame.named and not frame.point:
        return frame
    filled = replace(frame)
    context = context_of(base, "layer")
    if frame.system and frame.system != UNKNOWN:
        # "그 홈페이지": the same system, of the institution that was meant
        if (base.system == frame.system and base.institution) or (
            base.candidates and any(pair in frame.candidates for pair in base.candidates)
        ):
            shared = tuple(pair for pair in frame.candidates if pair in base.candidates)
            if len(shared) == 1:
                filled.candidates, filled.institution, filled.system = shared, shared[0][0], shared[0][1]
                if filled.environment is None:
                    filled.environment = context["environment"]  # type: ignore[assignment]
        return filled
    if frame.institution or frame.servers or frame.lost:
        return filled
    for key in ("institution", "system", "candidates", "paired"):
        setattr(filled, key, context[key])
    if frame.environment is None:
        filled.environment = context["environment"]  # type: ignore[assignment]
    same_place = frame.environment in (None, context["environment"])
    if frame.layer is None:
        filled.layer = context["layer"]  # type: ignore[assignment]
        if frame.nodes is None and not frame.but and not frame.rest and not frame.all_nodes and same_place:
            filled.nodes, filled.but, filled.servers, filled.lost, filled.all_nodes = (
                base.nodes,
                base.but,
                base.servers,
                base.lost,
                base.all_nodes,
            )
    elif (
        frame.layer == context["layer"]
        and frame.nodes is None
        and not frame.rest
        and not frame.all_nodes
        and same_place
        and frame.point
    ):
        filled.nodes, filled.but, filled.servers, filled.lost = base.nodes, base.but, base.servers, base.lost
    filled.unsure = filled.unsure or base.unsure
    return filled
