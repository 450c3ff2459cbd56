"""When facts of the host are worth sending, and what of them is a change. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from ipaddress import ip_address

import msgspec

from guardia.proto.facts import MAX_ADDRESSES, HostFacts


def gist(facts: HostFacts) -> Hashable:
    """What has to differ for the facts to count as changed: of disks whole per cents, since bytes always move."""
    disks = tuple(
        (disk.mount, disk.fs_type, disk.total, int(disk.used_percent), int(disk.inodes_percent)) for disk in facts.disks
    )
    return disks, msgspec.structs.replace(facts, disks=())


def due(
    *, now: float, sent_at: float | None, owed: bool, changed: bool, at_most_every: float, at_least_every: float
) -> bool:
    """Should the facts go out now? `owed`: there was a welcome since they were sent. Times in seconds."""
    if sent_at is None:
        return True
    if now - sent_at < at_most_every:
        return False
    return owed or changed or now - sent_at >= at_least_every


def outer_addresses(texts: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The addresses by which others may reach the host, sorted, and whether there were too many of them."""
    found = set()
    for text in texts:
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            continue
        if not (address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast):
            found.add(address)
    ordered = [str(address) for address in sorted(found, key=lambda one: (one.version, int(one)))]
    return tuple(ordered[:MAX_ADDRESSES]), len(ordered) > MAX_ADDRESSES
