import msgspec
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.flow.outbox import Outbox, waiting
from guardia.hub.ports import OutboxRow
from guardia.proto.frames import Dispatch


def row(number: int, agent: str, sent_ms: int | None = None) -> OutboxRow:
    return OutboxRow(
        agent_id=agent,
        request_id=f"SR-{number % 3}",
        step_id=f"s{number}",
        frame=b"",
        created_ms=1,
        deliver_by_ms=2,
        sent_ms=sent_ms,
    )


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.sampled_from("ab"))))
def test_what_is_at_hand_is_what_is_there(changes: list[tuple[bool, int, str]]) -> None:
    outbox, plain = Outbox(), dict[str, OutboxRow]()
    for add, number, agent in changes:
        one = row(number, agent)
        if not add or (one.step_id in plain and plain[one.step_id].agent_id != agent):
            outbox.pop(one.step_id, None)
            plain.pop(one.step_id, None)
        else:
            outbox[one.step_id] = plain[one.step_id] = one
    assert outbox == plain
    assert list(outbox.values()) == list(plain.values())
    for agent in "ab":
        assert outbox.of_agent(agent) == [one for one in plain.values() if one.agent_id == agent]
    for number in range(3):
        assert outbox.of_request(f"SR-{number}") == [one for one in plain.values() if one.request_id == f"SR-{number}"]
    assert set(outbox.agents()) == {one.agent_id for one in plain.values()}


def test_a_row_that_is_replaced_keeps_its_place() -> None:
    outbox = Outbox()
    for number in range(3):
        outbox[f"s{number}"] = row(number, "a")
    outbox["s0"] = row(0, "a", sent_ms=5)
    assert [one.step_id for one in outbox.of_agent("a")] == ["s0", "s1", "s2"]
    assert outbox.of_agent("a")[0].sent_ms == 5


def test_what_waits_is_shown_by_agent_with_its_time_to_live() -> None:
    frame = Dispatch(
        step_id="s1",
        request_id="SR-1",
        action="CHECK_DISK",
        target="W1",
        parameters=b"{}",
        timeout_ms=1,
        digest="d" * 64,
        ticket=b"t",
    )
    rows = [
        msgspec.structs.replace(row(1, "b"), frame=msgspec.msgpack.encode(frame)),
        msgspec.structs.replace(row(2, "a", sent_ms=5), frame=msgspec.msgpack.encode(frame)),
    ]
    found = waiting(rows, 1)
    shown = [(one.agent_id, one.action, one.state, one.since_ms, one.deliver_by_ms) for one in found]
    assert shown == [("a", "CHECK_DISK", "sent", 1, 2), ("b", "CHECK_DISK", "waiting", 1, 2)]
    rows = [msgspec.structs.replace(one, deliver_by_ms=61_001) for one in rows]
    assert [(one.age_s, one.left_s) for one in waiting(rows, 31_001)] == [(31, 30)] * 2
    assert [one.left_s for one in waiting(rows, 99_999)] == [0, 0]
