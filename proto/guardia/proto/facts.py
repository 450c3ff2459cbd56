"""What an agent says of its own host: the content of a `Facts` frame, the same type on both sides.

Facts are observations. They stand beside what the inventory declares and never change it. Fields that a version does
not know are ignored, so that either side may be newer.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from guardia.proto import limits
from guardia.proto.catalogue import canonical
from guardia.proto.errors import FrameError

Text = Annotated[str, msgspec.Meta(max_length=200)]
Path = Annotated[str, msgspec.Meta(max_length=400)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**62)]

MAX_DISKS = 48
MAX_ADDRESSES = 64
MAX_SERVICES = 64
MAX_SOFTWARE = 8

RUNNING, STOPPED, CHANGING, UNKNOWN = "running", "stopped", "changing", "unknown"
"""States of a service; `unknown`: its manager did not answer in time."""


class DiskFact(msgspec.Struct, frozen=True, kw_only=True):
    """A local file system. `total` 0: it did not answer in time."""

    mount: Path
    fs_type: Text
    total: Count
    used: Count
    free: Count
    """Bytes; `free` is what an ordinary user may still write."""
    inodes: Count = 0
    inodes_free: Count = 0

    @property
    def used_percent(self) -> float:
        """As df says it: what only root may write does not count as free."""
        return _percent(self.used, self.used + self.free)

    @property
    def inodes_percent(self) -> float:
        return _percent(self.inodes - self.inodes_free, self.inodes)


class SoftwareFact(msgspec.Struct, frozen=True, kw_only=True):
    """A product that runs in a service. An empty version: it could not be read."""

    name: Text
    version: Text = ""


class ServiceFact(msgspec.Struct, frozen=True, kw_only=True):
    """A service of agent.toml, and what its manager says of it."""

    name: Text
    manager: Text
    state: Text
    software: Annotated[tuple[SoftwareFact, ...], msgspec.Meta(max_length=MAX_SOFTWARE)] = ()
    """Read from files beside its processes, never by running them; empty: stopped, or nothing that is known."""


class HostFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An empty text or 0: it could not be found out. Sizes in bytes."""

    hostname: Text = ""
    os: Text = ""
    """`PRETTY_NAME` of os-release."""
    kernel: Text = ""
    machine: Text = ""
    agent: Text = ""
    """Name and version of the agent's software."""
    python: Text = ""
    cpus: Count = 0
    memory: Count = 0
    swap: Count = 0
    disks: Annotated[tuple[DiskFact, ...], msgspec.Meta(max_length=MAX_DISKS)] = ()
    addresses: Annotated[tuple[Text, ...], msgspec.Meta(max_length=MAX_ADDRESSES)] = ()
    """IP addresses of its interfaces, without loopback and link-local ones, sorted."""
    services: Annotated[tuple[ServiceFact, ...], msgspec.Meta(max_length=MAX_SERVICES)] = ()
    incomplete: bool = False
    """Something did not answer in time, or there was too much of it."""
    cut: Annotated[tuple[Text, ...], msgspec.Meta(max_length=8)] = ()
    """Names of the fields above that are not whole: what is not in them may be there all the same."""


def encode_facts(facts: HostFacts) -> bytes:
    """Canonical JSON of at most `limits.MAX_FACTS` bytes; what does not fit is left out from the ends of the lists."""
    data = canonical(facts)
    while len(data) > limits.MAX_FACTS:
        longest = max(("disks", "addresses", "services"), key=lambda name: len(canonical(getattr(facts, name))))
        shorter = getattr(facts, longest)[:-1]
        facts = msgspec.structs.replace(facts, incomplete=True, cut=_with(facts.cut, longest), **{longest: shorter})
        data = canonical(facts)
    return data


def decode_facts(data: bytes) -> HostFacts:
    """Raises `FrameError` for what is no `HostFacts` within its limits."""
    if len(data) > limits.MAX_FACTS:
        raise FrameError(f"facts of {len(data)} bytes, at most {limits.MAX_FACTS}")
    try:
        return msgspec.json.decode(data, type=HostFacts)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        raise FrameError(f"facts: {error}") from None


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


def _percent(part: int, whole: int) -> float:
    return round(100.0 * part / whole, 1) if whole > 0 else 0.0
