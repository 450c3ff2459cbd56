"""Frames become targets of the inventory. What is not named stays open; what is named and not held is UNKNOWN."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guardia.hub.core.intent import ALL, UNKNOWN
from guardia.hub.parser.embedded.frames import Frame
from guardia.hub.parser.embedded.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class Target:
    """A frame looked up in the inventory. `layer` is None where no word names one."""

    institution: str
    system: str
    environment: str
    layer: str | None
    nodes: tuple[str, ...]
    single_layer: str
    unsure: str


def resolve(frame: Frame, gazetteer: Gazetteer, implied: str = "", mentioned: tuple[int, ...] = ()) -> Target:
    """`frame` in the words of the inventory. `implied`: the layer that the actions name; `mentioned`: nodes that were
    spoken of before, for "나머지"."""
    if frame.servers and frame.system != UNKNOWN and not frame.unsure:
        first = frame.servers[0]
        layer = str(first.infrastructure_layer)
        ordered = sorted(frame.servers, key=lambda server: server.node_no)
        nodes = tuple(server.asset_code for server in ordered)
        if frame.lost:
            nodes = (*nodes, UNKNOWN)
        return Target(first.institution, first.system_name, str(first.environment), layer, nodes, "", "")
    institution, system = _system(frame)
    environment = frame.environment or "PROD"
    known = UNKNOWN not in (institution, system)
    layers = gazetteer.layers(institution, system) if known else frozenset()
    single = next(iter(layers)) if len(layers) == 1 else ""
    layer_word = frame.layer or implied or None
    place = layer_word or single
    nodes = ()
    if frame.servers or frame.lost or frame.unsure:
        nodes = (UNKNOWN,)
    elif frame.nodes or frame.but or frame.rest:
        nodes = _nodes(frame, gazetteer, institution, system, environment, place if known else "", mentioned)
    return Target(institution, system, environment, layer_word, nodes, single, frame.unsure)


def _system(frame: Frame) -> tuple[str, str]:
    if frame.system is None:
        return frame.institution or UNKNOWN, UNKNOWN
    if frame.system == UNKNOWN:
        return frame.institution or UNKNOWN, UNKNOWN
    pairs = frame.candidates
    if frame.institution:
        pairs = tuple(pair for pair in pairs if pair[0] == frame.institution)
        if len(pairs) != 1:
            return frame.institution, UNKNOWN
        return pairs[0]
    names = {name for _, name in pairs}
    if len(names) != 1:
        return UNKNOWN, UNKNOWN
    name = next(iter(names))
    # An alias may be one institution's own while the system's name is shared: then the alias says which.
    return (pairs[0][0], name) if len(pairs) == 1 else (UNKNOWN, name)


def _nodes(  # noqa: PLR0917
    frame: Frame,
    gazetteer: Gazetteer,
    institution: str,
    system: str,
    environment: str,
    layer: str,
    mentioned: tuple[int, ...],
) -> tuple[str, ...]:
    held = gazetteer.nodes(institution, system, environment, layer) if layer and layer != ALL else {}
    if frame.nodes and not frame.rest:
        frame = replace(frame, nodes=tuple(number for number in frame.nodes if number not in frame.but), but=())
    if frame.but or frame.rest:
        left_out = frame.but or mentioned
        if not held or not left_out or any(number not in held for number in left_out):
            return (UNKNOWN,)
        kept = tuple(held[number].asset_code for number in sorted(held) if number not in left_out)
        return kept or (UNKNOWN,)
    wanted = sorted(set(frame.nodes or ()))
    found = [held[number].asset_code for number in wanted if number in held]
    return (*found, *((UNKNOWN,) if len(found) < len(wanted) else ()))
