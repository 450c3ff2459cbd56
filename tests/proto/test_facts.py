"""Facts of a host travel as canonical JSON within their limit."""

import pytest

from guardia.proto import limits
from guardia.proto.catalogue import canonical
from guardia.proto.codec import decode, encode
from guardia.proto.errors import FrameError
from guardia.proto.facts import DiskFact, HostFacts, ServiceFact, decode_facts, encode_facts
from guardia.proto.frames import Facts, Welcome

FACTS = HostFacts(
    hostname="was01",
    disks=(DiskFact(mount="/", fs_type="xfs", total=100, used=45, free=5, inodes=10, inodes_free=9),),
    addresses=("10.0.0.1",),
    services=(ServiceFact(name="app", manager="systemd", state="running"),),
)


def test_they_come_back_as_they_were() -> None:
    data = encode_facts(FACTS)
    assert decode_facts(data) == FACTS
    assert data == canonical(FACTS)
    assert decode(encode(Facts(at_ms=5, facts=data), 3)) == (3, Facts(at_ms=5, facts=data))


def test_shares_are_counted_as_df_does() -> None:
    (disk,) = FACTS.disks
    assert (disk.used_percent, disk.inodes_percent) == (90.0, 10.0)
    assert DiskFact(mount="/x", fs_type="xfs", total=0, used=0, free=0).used_percent == 0.0


def test_too_much_is_cut_and_says_so() -> None:
    disks = tuple(DiskFact(mount=f"/{n:02}" + "ㅁ" * 397, fs_type="xfs", total=1, used=1, free=0) for n in range(48))
    data = encode_facts(HostFacts(hostname="h", disks=disks, addresses=("10.0.0.1",)))
    assert len(data) <= limits.MAX_FACTS
    found = decode_facts(data)
    assert (found.incomplete, found.cut) == (True, ("disks",))
    assert found.disks == disks[: len(found.disks)]
    assert found.addresses == ("10.0.0.1",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"cpus": -1}',
        b'{"hostname": 5}',
        b'{"hostname": "' + b"x" * 201 + b'"}',
        b'{"addresses": [' + b",".join([b'"a"'] * 65) + b"]}",
        b"[" * 20_000,
        b" " * (limits.MAX_FACTS + 1),
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(FrameError):
        decode_facts(data)


def test_a_newer_agent_may_say_more() -> None:
    assert decode_facts(b'{"hostname": "h", "uptime": 5}') == HostFacts(hostname="h")


def test_a_frame_over_the_limit_does_not_travel() -> None:
    with pytest.raises(FrameError, match="at most 32768"):
        encode(Facts(at_ms=1, facts=b"x" * (limits.MAX_FACTS + 1)), 1)


def test_a_welcome_of_an_older_hub_names_no_version() -> None:
    old = Welcome(epoch=1, hub_time_ms=1, heartbeat_ms=1, output_window=1, max_frame=1)
    (_, found) = decode(encode(old, 1))
    assert isinstance(found, Welcome)
    assert (found.protocol_major, found.protocol_minor) == (0, 0)
