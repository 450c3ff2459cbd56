"""Hypothesis strategies of every frame type, made from the types themselves and the limits of the wire."""

import typing
from enum import StrEnum
from typing import Any

import msgspec
from hypothesis import strategies as st

from guardia.proto import codec, frames

IDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=64)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def _value(owner: str, name: str, kind: Any) -> st.SearchStrategy[Any]:
    where = f"{owner}.{name}"
    if where == "CancelNoted.state":
        return st.sampled_from(["cancelling", "too_late", "unknown"])
    if where == "Result.exit_code":
        return st.none() | st.integers(-(2**31), 2**31 - 1)
    if typing.get_origin(kind) is tuple:
        return st.lists(_value(owner, name, typing.get_args(kind)[0]), max_size=4).map(tuple)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return frames_of(kind)
    if kind is bool:
        return st.booleans()
    if kind is int:
        small = name in {"heartbeat_ms", "output_window", "max_frame", "retry_after_ms"} or name.startswith("protocol")
        return st.integers(1, 2**32 - 1 if small else 2**63 - 1)
    if kind is bytes:
        return st.binary(max_size=60)
    assert kind is str
    required = name in codec._REQUIRED or where in codec._REQUIRED
    short = name in codec._SHORT or where in codec._SHORT
    return IDS if required else (IDS | st.just("") if short else TEXTS)


def frames_of(struct: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    values = {each.name: _value(struct.__name__, each.name, each.type) for each in msgspec.structs.fields(struct)}
    return st.builds(struct, **values)


ANY_FRAME = st.one_of([frames_of(struct) for struct in codec.FRAME_TYPES])
assert frames.Hello in codec.FRAME_TYPES
