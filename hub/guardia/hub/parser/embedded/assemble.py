# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Last stage: deeds and targets become requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guardia.hub.core.intent import ALL, UNKNOWN, Intent, IntentType
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.frames import Frame
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.resolve import Target, resolve
from guardia.proto.catalogue import CATALOGUE

_TYPES = {
    "DEPLOY_ARTIFACT": IntentType.DEPLOY,
    "ROLLBACK_RELEASE": IntentType.ROLLBACK,
    "STOP_SERVICE": IntentType.STOP,
    "RESTART_SERVICE": IntentType.RESTART,
    "START_SERVICE": IntentType.START,
    "KILL_DB_SESSION": IntentType.KILL,
    "CLEAN_LOGS": IntentType.CLEAN,
}
_RANK = tuple(_TYPES.values())
IMPLIED = {
    "THREAD_DUMP": "WAS",
    "FETCH_DB_LOCKS": "DB",
    "FETCH_SLOW_QUERIES": "DB",
    "FETCH_DB_SESSIONS": "DB",
    "KILL_DB_SESSION": "DB",
}
_LOGS = frozenset({"TAIL_LOG", "SEARCH_LOG"})
_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".bmp",
    ".pdf",
    ".txt",
    ".log",
    ".docx",
    ".doc",
    ".xlsx",
    ".xls",
    ".pptx",
    ".hwp",
    ".hwpx",
    ".csv",
    ".md",
    ".hprof",
    ".dmp",
)
_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
_PAGES = (".html", ".htm", ".css", ".js", ".jsp", ".map")
_RELEASES = (".war", ".ear", ".jar")


@dataclass(slots=True)
class Values:
    """What a sentence says beside its deeds and targets."""

    lines: int | None = None
    since_minutes: int | None = None
    pattern: str = ""
    version: str = ""
    versions: int = 0
    service: str = ""
    sessions: tuple[str, ...] = ()
    at: str = ""
    untimed: str = ""
    """Why it is not known when a change shall run, though the words name a time."""


@dataclass(slots=True)
class Order:
    """Deeds on frames, with the values that go with them."""

    deeds: list[Deed]
    frames: list[Frame]
    values: Values
    codes: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    part: Part | None = None
    """Where in the message it was said."""
    from_context: bool = False
    """An earlier message says what is to be done."""


def deployable(files: tuple[str, ...]) -> tuple[str, ...]:
    """Attachments that are there to be deployed: not pictures and documents beside a build; beside a style sheet or a
    page, pictures are a part of what goes out."""
    builds = tuple(name for name in files if not name.lower().endswith(_PICTURES))
    pages = builds and all(name.lower().endswith(_PAGES) for name in builds)
    return tuple(name for name in files if name in builds or (pages and name.lower().endswith(_IMAGES)))


def _files_of(frames: list[Frame], index: int) -> tuple[str, ...]:
    """Files named for one of several targets: its own, else those of the next target that has some."""
    for frame in frames[index:]:
        if frame.files:
            return frame.files
    return frames[index - 1].files if index else ()


def _parameters(codes: tuple[str, ...], values: Values, deeds: list[Deed]) -> tuple[dict[str, Any], str]:
    """Parameters of one request, and why it must not run as it stands ("" when nothing is missing)."""
    found: dict[str, Any] = {}
    missing = ""
    if _LOGS & set(codes):
        if values.lines is not None:
            found["lines"] = values.lines
        if values.since_minutes is not None:
            found["since_minutes"] = values.since_minutes
    if "SEARCH_LOG" in codes and values.pattern:
        found["pattern"] = values.pattern
    port = next((deed.port for deed in deeds if deed.port is not None), None)
    if port is not None:
        found["port"] = port
    if "KILL_DB_SESSION" in codes:
        if len(values.sessions) == 1:
            found["session_id"] = values.sessions[0]
        else:
            missing = "which session, and one at a time"
    if values.version and {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"} & set(codes):
        if values.versions > 1:
            missing = "several versions"
        else:
            found["version"] = values.version
    if values.service:
        found["service"] = values.service
    if values.at:
        found["at"] = values.at
    return found, missing


def _intent(codes: tuple[str, ...]) -> IntentType:
    kinds = {_TYPES[code] for code in codes if code in _TYPES}
    return next((kind for kind in _RANK if kind in kinds), IntentType.CHECK)


def _implied(codes: tuple[str, ...], artifacts: tuple[str, ...]) -> str:
    layers = {IMPLIED[code] for code in codes if code in IMPLIED}
    if "DEPLOY_ARTIFACT" in codes and any(name.lower().endswith(_RELEASES) for name in artifacts):
        layers.add("WAS")
    return layers.pop() if len(layers) == 1 else ""


def moved(frame: Frame, layer: str) -> Frame:
    """`layer` of the system of `frame`; nodes stay behind, they are of another layer."""
    if frame.servers:
        first = frame.servers[0]
        pair = (first.institution, first.system_name)
        return Frame(*pair, candidates=(pair,), environment=str(first.environment), layer=layer, unsure=frame.unsure)
    return Frame(**{**_only_place(frame), "layer": layer}, unsure=frame.unsure)


def elsewhere(codes: tuple[str, ...], frame: Frame) -> str:
    """The layer that all of `codes` imply, when `frame` stands for another one; else ""."""
    layers = {IMPLIED.get(code, "") for code in codes}
    own = str(frame.servers[0].infrastructure_layer) if frame.servers else frame.layer
    return layers.pop() if len(layers) == 1 and own not in (None, ALL, UNKNOWN, *layers) else ""


def _runs(codes: tuple[str, ...], layers: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    runs: list[tuple[str, tuple[str, ...]]] = []
    for code, layer in zip(codes, layers, strict=True):
        if runs and runs[-1][0] == layer:
            runs[-1] = (layer, (*runs[-1][1], code))
        else:
            runs.append((layer, (code,)))
    return runs


def _split(codes: tuple[str, ...], frame: Frame) -> list[tuple[tuple[str, ...], Frame]]:
    """Actions of different layers are requests of their own: WAS 내리고 락 확인해줘 reads the locks of the database, and
    a read of the database does not make it the layer that a change is for."""
    own = str(frame.servers[0].infrastructure_layer) if frame.servers else frame.layer
    if own is not None:
        if own == ALL or not any(IMPLIED.get(code, own) == own for code in codes):
            return [(codes, frame)]
        return [
            (part, frame if layer == own else moved(frame, layer))
            for layer, part in _runs(codes, [IMPLIED.get(code, own) for code in codes])
        ]
    if any(CATALOGUE[code].changes and code not in IMPLIED for code in codes):
        places = ["DB" if IMPLIED.get(code) == "DB" else "" for code in codes]
        return [(part, frame if not layer else moved(frame, layer)) for layer, part in _runs(codes, places)]
    return [(part, frame) for part in _by_layer(codes)]


def _by_layer(codes: tuple[str, ...]) -> list[tuple[str, ...]]:
    layers = {IMPLIED[code] for code in codes if code in IMPLIED}
    if len(layers) < 2:
        return [codes]
    return [
        tuple(code for code in codes if IMPLIED.get(code, "") == layer)
        for layer in dict.fromkeys(IMPLIED.get(code, "") for code in codes)
    ]


def assemble(orders: list[Order], files: tuple[str, ...], gazetteer: Gazetteer) -> list[Intent]:
    """Requests of a message, in the order of its text. Several actions on one target are one request."""
    rows: list[tuple[Target, tuple[str, ...], Values, list[Deed], tuple[str, ...], str]] = []
    mentioned: dict[tuple[str, str, str, str | None], tuple[int, ...]] = {}
    for order in orders:
        codes = tuple(dict.fromkeys(deed.code for deed in order.deeds))
        frames = order.frames or [Frame()]
        share = any(frame.files for frame in frames)
        for index, whole in enumerate(frames):
            named = _files_of(frames, index) if share else order.artifacts
            artifacts = (named or deployable(files)) if "DEPLOY_ARTIFACT" in codes else ()
            for part, frame in _split(codes, whole):
                implied = _implied(part, artifacts)
                bare = resolve(Frame(**_only_place(frame)), gazetteer, implied)
                key = (bare.institution, bare.system, bare.environment, bare.layer)
                target = resolve(frame, gazetteer, implied, mentioned.get(key, ()))
                if frame.nodes:
                    mentioned[key] = tuple(dict.fromkeys((*mentioned.get(key, ()), *frame.nodes)))
                own = [deed for deed in order.deeds if deed.code in part]
                rows.append((target, part, order.values, own, artifacts if "DEPLOY_ARTIFACT" in part else (), implied))
    return [_request(*row[:5]) for row in _merged(rows)]


def _only_place(frame: Frame) -> dict[str, Any]:
    return {
        "institution": frame.institution, "system": frame.system, "candidates": frame.candidates,
        "environment": frame.environment, "layer": frame.layer,
    }  # fmt: skip


Row = tuple[Target, tuple[str, ...], Values, list[Deed], tuple[str, ...], str]


def _merged(rows: list[Row]) -> list[Row]:
    merged: list[Row] = []
    for row in rows:
        if merged:
            target, codes, values, deeds, artifacts, implied = merged[-1]
            if (
                _same(target, row[0])
                and not (set(codes) & set(row[1]))
                and (not values.at or not row[2].at or values.at == row[2].at)
            ):
                both = _values(values, row[2])
                layered = target if target.layer is not None else row[0]
                merged[-1] = (
                    layered,
                    (*codes, *row[1]),
                    both,
                    [*deeds, *row[3]],
                    artifacts or row[4],
                    implied or row[5],
                )
                continue
            if (
                _same(target, row[0])
                and set(row[1]) <= set(codes)
                and row[4] == artifacts
                and target.nodes == row[0].nodes
                and row[2] == values
            ):
                continue
        merged.append(row)
    return merged


def _same(a: Target, b: Target) -> bool:
    return (a.institution, a.system, a.environment, a.nodes, a.unsure) == (
        b.institution,
        b.system,
        b.environment,
        b.nodes,
        b.unsure,
    ) and a.layer == b.layer


def _values(a: Values, b: Values) -> Values:
    return Values(
        lines=a.lines if a.lines is not None else b.lines,
        since_minutes=a.since_minutes if a.since_minutes is not None else b.since_minutes,
        pattern=a.pattern or b.pattern, version=a.version or b.version, versions=max(a.versions, b.versions),
        service=a.service or b.service, sessions=a.sessions or b.sessions, at=a.at or b.at, untimed=a.untimed or b.untimed,
    )  # fmt: skip


def _request(
    target: Target, codes: tuple[str, ...], values: Values, deeds: list[Deed], artifacts: tuple[str, ...]
) -> Intent:
    changing = any(CATALOGUE[code].changes for code in codes)
    parameters, missing = _parameters(codes, values, deeds)
    layer = target.layer
    if layer is None:
        layer = (target.single_layer or UNKNOWN) if changing else ALL
    nodes = target.nodes
    if "KILL_DB_SESSION" in codes and layer not in ("DB", UNKNOWN):
        missing = "a session of the database, not of this layer"
    if changing and (missing or values.untimed) and UNKNOWN not in nodes:
        nodes = (UNKNOWN,)
    return Intent(
        intent_type=_intent(codes),
        institution=target.institution,
        system_name=target.system,
        environment=target.environment,
        infrastructure_layer=layer,
        target_nodes=nodes,
        action_sequence=codes,
        deploy_artifacts=artifacts,
        parameters=parameters,
        requires_approval=changing and target.environment == "PROD",
    )
