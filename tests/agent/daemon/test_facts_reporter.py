"""Facts go out after a welcome, on a change and now and then, and never to a hub that does not know them."""

import asyncio
from types import SimpleNamespace

import msgspec
import pytest
import structlog

from guardia.agent.daemon.facts import FactsReporter
from guardia.proto.facts import HostFacts, decode_facts
from guardia.proto.frames import Facts
from tests.fakes.link import FakeLink
from tests.support.clock import FakeClock

TIMES = SimpleNamespace(at_most_every=300, at_least_every=3600)


class Reporting:
    def __init__(self) -> None:
        self.link, self.clock = FakeLink(), FakeClock()
        self.facts = HostFacts(hostname="was01")
        self.looks = 0
        self.reporter = FactsReporter(
            self.collect, self.link, times=TIMES, clock=self.clock, log=structlog.get_logger()
        )

    async def collect(self) -> HostFacts:
        self.looks += 1
        return self.facts

    @property
    def told(self) -> list[str]:
        return [decode_facts(frame.facts).hostname for frame in self.link.of(Facts)]


@pytest.fixture
def reporting() -> Reporting:
    return Reporting()


async def test_an_older_hub_gets_none_and_the_host_is_not_even_looked_at(reporting: Reporting) -> None:
    reporting.link.hub_minor = 0
    reporting.reporter.welcomed()
    assert not await reporting.reporter.report()
    assert (reporting.looks, reporting.told) == (0, [])
    reporting.link.hub_minor = 1  # the hub was updated; the agent comes back
    reporting.reporter.welcomed()
    assert await reporting.reporter.report()


async def test_without_a_connection_nothing_is_sent(reporting: Reporting) -> None:
    reporting.link.connected = False
    assert not await reporting.reporter.report()
    assert reporting.looks == 0


async def test_a_change_waits_for_its_time_and_what_is_the_same_for_the_hour(reporting: Reporting) -> None:
    reporting.reporter.welcomed()
    assert await reporting.reporter.report()
    reporting.facts = msgspec.structs.replace(reporting.facts, hostname="was02")
    reporting.clock.advance(299)
    assert not await reporting.reporter.report()
    reporting.clock.advance(1)
    assert await reporting.reporter.report()
    for _ in range(11):
        reporting.clock.advance(300)
        assert not await reporting.reporter.report()
    reporting.clock.advance(300)
    assert await reporting.reporter.report()
    assert reporting.told == ["was01", "was02", "was02"]


async def test_a_flapping_connection_makes_no_flood_and_loses_nothing(reporting: Reporting) -> None:
    for _ in range(20):
        reporting.reporter.welcomed()
        await reporting.reporter.report()
        reporting.clock.advance(10)
    assert len(reporting.told) == 1
    reporting.clock.advance(100)
    assert await reporting.reporter.report(), "the hub of the last welcome is still owed them"


async def test_the_time_of_the_facts_is_the_agents(reporting: Reporting) -> None:
    await reporting.reporter.report()
    assert reporting.link.of(Facts)[0].at_ms == reporting.clock.now_ms()


async def test_a_look_that_fails_ends_nothing(reporting: Reporting) -> None:
    good = reporting.reporter._collect

    async def fails() -> HostFacts:
        reporting.looks += 1
        raise OSError("no /proc")

    reporting.reporter._collect = fails
    running = asyncio.create_task(reporting.reporter.run())
    while not reporting.looks:
        await asyncio.sleep(0)
    reporting.reporter._collect = good
    reporting.clock.advance(300)
    reporting.reporter.welcomed()
    await reporting.link.wait_for(Facts)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert reporting.told == ["was01"]
