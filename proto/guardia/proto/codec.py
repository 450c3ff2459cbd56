"""Frames to bytes and back: the only reader of the generated protobuf code, apart from transport adapters.

The converters are made once, at import, from the fields of the frame types and the descriptors of `fleet.proto`, whose
field names are equal. Both directions apply the same limits, so a side cannot send what the other refuses.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec
from google.protobuf.message import DecodeError

from guardia.proto import frames, limits
from guardia.proto.errors import FrameError
from guardia.proto.frames import AgentFrame, Frame, HubFrame
from guardia.proto.v1 import fleet_pb2 as pb

AnyFrame = AgentFrame | HubFrame

MAX_ID = 64
"""Characters of an identifier, a digest or a code."""
MAX_TEXT = 8 * 1024
"""Characters of any other text, and of each item of a list of texts."""
MAX_ITEMS = 4_096
"""Items of a list, where no smaller limit is named."""

_REQUIRED = frozenset(
    {
        "agent_id",
        "boot_id",
        "instance_id",
        "step_id",
        "query_id",
        "request_id",
        "fetch_id",
        "action",
        "target",
        "Goodbye.code",
    }
    | {"JournalEntry.digest", "Result.digest", "Dispatch.digest", "Refused.code", "OutputRefused.code"}
)
"""Texts that may not be empty; `Type.field` where only that type requires it."""

_SHORT = _REQUIRED | {"digest", "code", "error_code", "trust_bundle", "output_sha256", "software", "user"}
"""Texts of at most `MAX_ID` characters."""

_MOST: dict[str, int] = {
    "Output.data": limits.OUTPUT_CHUNK,
    "Result.report": limits.MAX_REPORT,
    "ProbeResult.evidence": limits.MAX_REPORT,
    "parameters": limits.MAX_PARAMETERS,
    "Dispatch.ticket": limits.MAX_PARAMETERS,
    "Hello.journal": limits.MAX_JOURNAL_SUMMARY,
    "HostKeys.keys": limits.MAX_HOST_KEYS,
    "Facts.facts": limits.MAX_FACTS,
    "Explanation.commands": 256,
    "Explanation.notes": 256,
    "Explanation.findings": 256,
}
"""Largest size in bytes, or count of items."""

_LEAST: dict[str, int] = {"Output.seq": 1, "OutputAck.seq": 1, "Welcome.epoch": 1, "Result.exit_code": -(2**31)}
"""Smallest value of a number; 0 for every other."""

_CANCEL_STATES = {"cancelling": "CANCELLING", "too_late": "TOO_LATE", "unknown": "UNKNOWN"}

_Convert = Callable[[Any], Any]
_Check = Callable[[Any], None]


class _Field(typing.NamedTuple):
    name: str
    check: _Check
    write: _Convert | None
    """To what protobuf's constructor takes; None: as it is."""
    read: _Convert | None
    optional: bool


class _Shape(typing.NamedTuple):
    """How one frame type travels."""

    struct: type[msgspec.Struct]
    body: str
    fields: tuple[_Field, ...]

    def to_wire(self, value: msgspec.Struct) -> dict[str, Any]:
        wire: dict[str, Any] = {}
        for name, check, write, _, optional in self.fields:
            item = getattr(value, name)
            if optional and item is None:
                continue
            check(item)
            wire[name] = item if write is None else write(item)
        return wire

    def from_wire(self, message: Any) -> Any:
        values: dict[str, Any] = {}
        for name, check, _, read, optional in self.fields:
            if optional and not message.HasField(name):
                continue
            item = getattr(message, name)
            if read is not None:
                item = read(item)
            check(item)
            values[name] = item
        return self.struct(**values)


def _rule(table: dict[str, int], owner: str, name: str, otherwise: int) -> int:
    return table.get(f"{owner}.{name}", table.get(name, otherwise))


def _sized(where: str, least: int, most: int, unit: str) -> _Check:
    def check(value: Any) -> None:
        size = len(value)
        if size < least:
            raise FrameError(f"{where} is missing")
        if size > most:
            raise FrameError(f"{where}: {size} {unit}, at most {most}")

    return check


def _number(where: str, least: int) -> _Check:
    def check(value: Any) -> None:
        if value < least:
            raise FrameError(f"{where}: {value}, at least {least}")

    return check


def _items(where: str, most: int, each: _Check) -> _Check:
    count = _sized(where, 0, most, "items")

    def check(value: Any) -> None:
        count(value)
        for item in value:
            each(item)

    return check


def _counted(where: str, most: int, convert: _Convert) -> _Convert:
    """`convert`, after the count was found small enough: a peer cannot make us convert a million items."""
    count = _sized(where, 0, most, "items")

    def read(value: Any) -> Any:
        count(value)
        return convert(value)

    return read


def _anything(_: Any) -> None:
    """No limit of its own: an enum or a bool, which the conversion checks, or a nested frame."""


def _enum(where: str, enum: str, values: dict[Any, str]) -> tuple[_Convert, _Convert]:
    """Converters of an enum, given the wire names (without prefix) of its values."""
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", enum).upper()
    numbers = pb.DESCRIPTOR.enum_types_by_name[enum].values_by_name
    to_number = {value: numbers[f"{prefix}_{name}"].number for value, name in values.items()}
    to_value = {number: value for value, number in to_number.items()}

    def write(value: Any) -> int:
        try:
            return to_number[value]
        except (KeyError, TypeError):
            raise FrameError(f"{where}: unknown value {value!r}") from None

    def read(number: int) -> Any:
        try:
            return to_value[number]
        except KeyError:
            raise FrameError(f"{where}: unknown value {number}; the peer may be newer") from None

    return write, read


def _field(owner: str, name: str, kind: Any) -> _Field:
    where = f"{owner}.{name}"
    most = _rule(_MOST, owner, name, 0)
    if owner == "CancelNoted" and name == "state":
        return _Field(name, _anything, *_enum(where, "CancelState", dict(_CANCEL_STATES)), optional=False)
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        (inner,) = (option for option in typing.get_args(kind) if option is not type(None))
        return _field(owner, name, inner)._replace(optional=True)
    if typing.get_origin(kind) is tuple:
        item = typing.get_args(kind)[0]
        most = most or MAX_ITEMS
        if item is str:
            check = _items(where, most, _sized(where, 0, MAX_TEXT, "characters"))
            return _Field(name, check, None, tuple, optional=False)
        if typing.get_origin(item) is tuple:
            check = _items(where, most, _items(where, MAX_ITEMS, _sized(where, 0, MAX_TEXT, "characters")))
            return _Field(
                name,
                check,
                lambda lists: [{"argv": argv} for argv in lists],
                _counted(where, most, lambda lists: tuple(tuple(each.argv) for each in lists)),
                optional=False,
            )
        shape = _shape(item)
        return _Field(
            name,
            _sized(where, 0, most, "items"),
            lambda entries: [shape.to_wire(entry) for entry in entries],
            _counted(where, most, lambda entries: tuple(map(shape.from_wire, entries))),
            optional=False,
        )
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        converters = _enum(where, kind.__name__, {value: value.name for value in kind})
        return _Field(name, _anything, *converters, optional=False)
    if kind is bool:
        return _Field(name, _anything, None, None, optional=False)
    if kind is int:
        return _Field(name, _number(where, _rule(_LEAST, owner, name, 0)), None, None, optional=False)
    if kind is bytes:
        return _Field(name, _sized(where, 0, most or limits.MAX_FRAME, "bytes"), None, None, optional=False)
    assert kind is str, f"{where}: no converter for {kind}"
    required = name in _REQUIRED or where in _REQUIRED
    most = MAX_ID if name in _SHORT or where in _SHORT else MAX_TEXT
    return _Field(name, _sized(where, int(required), most, "characters"), None, None, optional=False)


def _shape(struct: type[msgspec.Struct]) -> _Shape:
    owner = struct.__name__
    fields = tuple(_field(owner, each.name, each.type) for each in msgspec.structs.fields(struct))
    body = re.sub(r"(?<!^)(?=[A-Z])", "_", owner).lower()
    on_wire = pb.DESCRIPTOR.message_types_by_name[owner].fields_by_name
    assert set(on_wire) == {field.name for field in fields}, f"{owner}: frames.py and fleet.proto differ"
    return _Shape(struct, body, fields)


_BY_TYPE: dict[type, _Shape] = {
    struct: _shape(struct) for struct in (*typing.get_args(frames.AgentFrame), *typing.get_args(frames.HubFrame))
}
_BY_BODY: dict[str, _Shape] = {shape.body: shape for shape in _BY_TYPE.values()}
FRAME_TYPES: tuple[type[Frame], ...] = tuple(_BY_TYPE)
"""Every frame type that travels."""


def encode(frame: AnyFrame, epoch: int) -> bytes:
    """Bytes of `frame` in the envelope of `epoch` (0 before the welcome).

    Raises `FrameError` when the frame is over a limit, lacks an identifier, or holds a value that cannot travel.
    """
    shape = _BY_TYPE.get(type(frame))
    if shape is None:
        raise FrameError(f"{type(frame).__name__} is not a frame")
    try:
        wire: dict[str, Any] = {"epoch": epoch, shape.body: shape.to_wire(frame)}
        data = pb.Frame(**wire).SerializeToString()
    except (TypeError, ValueError, AttributeError) as error:
        raise FrameError(f"{type(frame).__name__} holds a value that cannot travel: {error}") from error
    if len(data) > limits.MAX_FRAME:
        raise FrameError(f"{type(frame).__name__}: {len(data)} bytes, at most {limits.MAX_FRAME}")
    return data


def decode(data: bytes) -> tuple[int, AnyFrame]:
    """Epoch and frame of `data`. Raises `FrameError` for anything else than a frame within its limits.

    Fields that this version does not know are ignored; a frame type or an enum value that it does not know is refused.
    """
    if len(data) > limits.MAX_FRAME:
        raise FrameError(f"a frame of {len(data)} bytes, at most {limits.MAX_FRAME}")
    try:
        envelope = pb.Frame.FromString(data)
    except DecodeError:
        raise FrameError(f"{len(data)} bytes that are not a frame") from None
    body = envelope.WhichOneof("body")
    if body is None:
        raise FrameError("a frame of a type that this version does not know")
    frame: AnyFrame = _BY_BODY[body].from_wire(getattr(envelope, body))
    return envelope.epoch, frame
