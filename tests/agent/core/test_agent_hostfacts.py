"""When facts are due, what counts as a change, and which addresses are told."""

import msgspec
import pytest

from guardia.agent.core.hostfacts import due, gist, outer_addresses
from guardia.proto.facts import MAX_ADDRESSES, DiskFact, HostFacts, ServiceFact

DISK = DiskFact(mount="/var", fs_type="xfs", total=1000, used=500, free=500, inodes=100, inodes_free=50)
FACTS = HostFacts(
    hostname="was01", disks=(DISK,), services=(ServiceFact(name="app", manager="systemd", state="running"),)
)


def with_disk(**changes: int) -> HostFacts:
    return msgspec.structs.replace(FACTS, disks=(msgspec.structs.replace(DISK, **changes),))


def test_a_few_bytes_are_no_change_and_a_per_cent_is() -> None:
    assert gist(with_disk(used=504, free=496)) == gist(FACTS)
    assert gist(with_disk(used=511, free=489)) != gist(FACTS)
    assert gist(with_disk(inodes_free=40)) != gist(FACTS)
    stopped = msgspec.structs.replace(FACTS, services=(ServiceFact(name="app", manager="systemd", state="stopped"),))
    assert gist(stopped) != gist(FACTS)


@pytest.mark.parametrize(
    ("now", "sent_at", "owed", "changed", "expected"),
    [
        (0, None, False, False, True),
        (299, 0, True, True, False),
        (300, 0, True, False, True),
        (300, 0, False, True, True),
        (300, 0, False, False, False),
        (3599, 0, False, False, False),
        (3600, 0, False, False, True),
    ],
)
def test_due(now: float, sent_at: float | None, owed: bool, changed: bool, expected: bool) -> None:
    found = due(now=now, sent_at=sent_at, owed=owed, changed=changed, at_most_every=300, at_least_every=3600)
    assert found is expected


def test_addresses_by_which_nobody_else_reaches_the_host_are_left_out() -> None:
    given = ["127.0.0.1", "10.0.0.10", "10.0.0.2", "::1", "fe80::1%eth0", "2001:db8::1", "169.254.1.1", "nonsense"]
    assert outer_addresses(given) == (("10.0.0.2", "10.0.0.10", "2001:db8::1"), False)
    many = [f"10.0.{n // 250}.{n % 250}" for n in range(MAX_ADDRESSES + 1)]
    found, more = outer_addresses(many)
    assert (len(found), more) == (MAX_ADDRESSES, True)
