from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core.clones import REMEMBERED, WINDOW, Clones, Sighting


def seen(clones: Clones, instances: str, every: float = 5.0, start: float = 0.0) -> list[bool]:
    return [
        clones.seen("was01", Sighting(one, f"boot-{one}", f"10.0.0.{ord(one)}:1", start + every * n)) is not None
        for n, one in enumerate(instances)
    ]


def test_two_processes_that_throw_each_other_out_are_found_and_named() -> None:
    clones = Clones()
    assert seen(clones, "abab") == [False] * 4
    both = clones.seen("was01", Sighting("a", "boot-a", "10.0.0.97:1", 20.0))
    assert both is not None
    assert {one.instance_id for one in both} == {"a", "b"}


def test_one_hello_that_was_overtaken_is_no_clone() -> None:
    assert not any(seen(Clones(), "ab" + "a" + "bbbb"))


@given(st.text(alphabet="abcdefghijklmnop", min_size=1).map(sorted))
def test_restarts_and_reconnections_of_one_host_are_never_clones(instances: list[str]) -> None:
    assert not any(seen(Clones(), "".join(instances)))


def test_what_is_long_ago_does_not_count() -> None:
    assert not any(seen(Clones(), "ababababab", every=WINDOW))


def test_agents_are_told_apart_and_forgotten() -> None:
    clones = Clones()
    seen(clones, "abab")
    assert clones.seen("was02", Sighting("a", "boot", "10.0.0.1:1", 20.0)) is None
    clones.forget("was01")
    assert seen(clones, "a", start=25.0) == [False]


def test_memory_is_bounded() -> None:
    clones = Clones()
    for n in range(1_000):
        clones.seen("was01", Sighting(f"i{n}", "b", "p", float(n)))
    assert len(clones._seen["was01"]) <= REMEMBERED
