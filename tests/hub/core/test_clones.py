from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core.clones import REMEMBERED, WINDOW, Clones, Sighting, kept, recalled


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


def reborn(clones: Clones, at: float, offset: float, drift_ms: int = 0) -> Clones:
    """The same in another process, whose monotonic clock began elsewhere."""
    again = Clones()
    stored = kept(clones.remembered("was01"), monotonic=at, now_ms=1_800_000_000_000)
    now = {"monotonic": at + offset, "now_ms": 1_800_000_000_000 + drift_ms}
    again.restore("was01", recalled(stored, **now))
    return again


@given(
    st.text(alphabet="abc", min_size=1, max_size=14),
    st.integers(0, 13),
    st.floats(-1e6, 1e6),
    st.sampled_from([1.0, 5.0, 60.0, 200.0]),
)
def test_a_restarted_hub_finds_what_it_would_have_found(instances: str, cut: int, offset: float, every: float) -> None:
    whole, first = Clones(), Clones()
    expected = seen(whole, instances, every)
    cut = min(cut, len(instances))
    before = seen(first, instances[:cut], every)
    if any(before):
        return
    again = reborn(first, cut * every, offset)
    after = seen(again, instances[cut:], every, start=cut * every + offset)
    assert before + after == expected


def test_what_is_too_old_is_not_recalled_and_a_clock_that_was_set_back_loses_nothing() -> None:
    clones = Clones()
    seen(clones, "ab", every=10.0)
    assert reborn(clones, 20.0, 0.0, drift_ms=int(WINDOW * 1000) + 30_000).remembered("was01") == ()
    back = reborn(clones, 20.0, 0.0, drift_ms=-3_600_000).remembered("was01")
    assert [(one.instance_id, one.at) for one in back] == [("a", 20.0), ("b", 20.0)]


def test_what_this_process_has_seen_itself_counts_more_than_what_was_kept() -> None:
    clones = Clones()
    seen(clones, "a")
    clones.restore("was01", (Sighting("x", "b", "p", 0.0),))
    assert [one.instance_id for one in clones.remembered("was01")] == ["a"]
