"""A peer of protocol 1.0: what passes here is what its schema knows, so its bytes are those of an old program."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

SCHEMA = Path(__file__).parent.parent / "proto" / "fleet_minor0.proto"


@functools.cache
def frame_class() -> Any:
    """`guardia.v1.Frame` of minor 0, in a pool of its own."""
    with tempfile.NamedTemporaryFile() as found:
        failed = protoc.main(["", f"-I{SCHEMA.parent}", f"--descriptor_set_out={found.name}", str(SCHEMA)])
        assert not failed
        files = descriptor_pb2.FileDescriptorSet.FromString(Path(found.name).read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("guardia.v1.Frame"))


class OldPeer:
    """The transport of an agent between two peers of today. `old` is which of them only knows minor 0.

    What the old one says loses everything that is newer; what is said to it must not hold a frame that it does not
    know: those are kept in `unknown`.
    """

    def __init__(self, inner: Any, old: str, unknown: list[bytes]) -> None:
        self._inner, self._old, self._unknown = inner, old, unknown

    async def recv(self) -> bytes:
        data: bytes = await self._inner.recv()
        if self._old == "agent":
            return self._heard(data)
        return _said(data) or await self.recv()

    async def send(self, data: bytes) -> None:
        if self._old == "hub":
            await self._inner.send(self._heard(data))
        elif said := _said(data):
            await self._inner.send(said)

    def abort(self) -> None:
        self._inner.abort()

    def _heard(self, data: bytes) -> bytes:
        if frame_class().FromString(data).WhichOneof("body") is None:
            self._unknown.append(data)
        return data


def _said(data: bytes) -> bytes | None:
    frame = frame_class().FromString(data)
    body = frame.WhichOneof("body")
    if body is None:
        return None  # an old program has no such frame
    frame.DiscardUnknownFields()
    if body == "hello":
        frame.hello.protocol_minor = 0
    return bytes(frame.SerializeToString())
