import gc
import weakref

import pytest

from guardia.hub.links import heap
from guardia.hub.links.heap import Heap
from guardia.hub.links.registry import LiveConnections


class Ring:
    """Garbage that only a collection frees."""

    def __init__(self) -> None:
        self.me = self


class Connection:
    def __init__(self, agent_id, epoch):
        self.agent_id, self.epoch = agent_id, epoch


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setattr(heap, "CAME", 3)
    monkeypatch.setattr(heap, "ENDED", 2)
    gc.collect()
    yield LiveConnections()
    gc.unfreeze()


def test_what_came_is_taken_for_lasting_until_enough_has_ended(live) -> None:
    tended = Heap(live)
    tended.settle()
    frozen = gc.get_freeze_count()
    ring = Ring()
    gone = weakref.ref(ring)
    connections = [Connection(f"was{n}", 1) for n in range(3)]
    for connection in connections:
        live.add(connection)
    tended.tend()
    assert gc.get_freeze_count() > frozen
    del ring
    gc.collect()
    assert gone() is not None, "not looked at"
    live.remove(connections[0])
    tended.tend()
    assert gone() is not None, "one alone is not worth a look at everything"
    live.remove(connections[1])
    tended.tend()
    assert gone() is None
    assert gc.get_freeze_count() > 0, "and everything else lasts again"


def test_few_that_come_change_nothing(live) -> None:
    tended = Heap(live)
    tended.settle()
    frozen = gc.get_freeze_count()
    live.add(Connection("was0", 1))
    tended.tend()
    assert gc.get_freeze_count() <= frozen


def test_who_comes_again_has_replaced_one_that_ended(live) -> None:
    first, second, late = (Connection("was0", epoch) for epoch in (1, 3, 2))
    live.add(first)
    assert live.add(second) is first
    assert live.add(late) is second, "the newer one stays"
    live.remove(first)
    live.remove(late)
    assert (live.came, live.ended) == (2, 1)
    live.remove(second)
    assert (live.came, live.ended) == (2, 2)
