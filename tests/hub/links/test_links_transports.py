"""The agents' listeners over real mutual TLS: who is let in, who is thrown out, what a hostile peer can do."""

import asyncio

import msgspec
import pytest
from structlog.testing import capture_logs

from guardia.agent.errors import LinkError
from guardia.hub.core.clones import Clones
from guardia.hub.errors import AgentOfflineError, ConflictError, StoreError
from guardia.proto import frames, limits
from guardia.proto.codec import encode
from tests.fakes.links import make_hello
from tests.hub.links import pki
from tests.hub.links.parts import PATIENCE, TRANSPORTS, RealFleet, Registry
from tests.hub.links.raw import beat, clogged, lost, raw
from tests.hub.links.relay import Relay

SILENCE = 1.2
RESULT = frames.Result(step_id="s", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1)


@pytest.fixture(params=TRANSPORTS)
async def fleet(request, tmp_path):
    made = RealFleet(tmp_path, request.param)
    await made.start()
    yield made
    await made.close()


@pytest.fixture(params=TRANSPORTS)
async def quick(request, tmp_path):
    """A fleet whose peers may be silent for `SILENCE` seconds."""
    made = RealFleet(tmp_path, request.param, heartbeat=SILENCE / limits.HEARTBEAT_MISSED)
    await made.start()
    yield made
    await made.close()


# --- who is let in ----------------------------------------------------------------------------------------------------


async def test_a_certificate_of_a_foreign_ca_is_refused_by_tls(fleet):
    with pytest.raises(LinkError, match="certificate") as caught:
        await raw(fleet, pem=pki.agent_pem("was01", ca="strangers"), hello=False)
    assert caught.value.code == "link.rejected"
    assert not fleet.handler.events


async def test_no_certificate_is_refused_by_tls(fleet):
    with pytest.raises(LinkError) as caught:
        await fleet.open(pem=b"")
    assert caught.value.code == "link.rejected"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"uris": ("spiffe://elsewhere/agent/was01",)}, "trust domain elsewhere"),
        ({"uris": (f"spiffe://{pki.DOMAIN}/hub/was01",)}, "does not name one agent"),
        ({"uris": (pki.agent_uri("was01"), pki.agent_uri("was02"))}, "does not name one agent"),
        ({"hosts": ("was01",)}, "does not name one agent"),
        ({"name": False}, "no subjectAltName"),
    ],
)
async def test_a_certificate_of_our_ca_that_names_no_agent_is_refused(fleet, options, reason):
    agent = await raw(fleet, pem=pki.authority("agents").issue(**options)[0], hello=False)
    goodbye = await agent.hear_end()
    assert goodbye.code == "identity.invalid"
    assert reason in goodbye.message
    assert not fleet.handler.events


async def test_a_certificate_that_is_not_meant_for_clients_is_refused(fleet):
    pem = pki.authority("agents").issue(uris=(pki.agent_uri("was01"),), client=False)[0]
    with pytest.raises(LinkError):
        await raw(fleet, pem=pem, hello=False)
    assert not fleet.handler.events


async def test_the_certificate_of_another_agent_is_refused_for_good(fleet):
    peer = await fleet.dial("was01", pem=pki.agent_pem("was02"))
    with pytest.raises(LinkError, match="was01 came with the certificate of was02"):
        await asyncio.wait_for(peer.task, 5)
    assert not fleet.handler.events


async def test_an_agent_that_is_not_admitted_is_told_so_and_to_wait(fleet):
    fleet.registry.revoked.add("was01")
    agent = await raw(fleet, hello=False)
    goodbye = await agent.hear_end()
    assert (goodbye.code, goodbye.retry_after_ms, goodbye.final) == ("identity.not_admitted", 60_000, False)


async def test_a_revocation_during_the_handshake_is_noticed(fleet):
    class Slow(Registry):
        async def admit(self, agent_id, certificate_sha256):
            epoch = await super().admit(agent_id, certificate_sha256)
            self.revoked.add(agent_id)
            return epoch

    fleet.links.admission.registry = Slow()
    agent = await raw(fleet, hello=False)
    await agent.say(make_hello("was01"))
    goodbye = await agent.hear_end()
    assert (goodbye.code, goodbye.retry_after_ms) == ("identity.not_admitted", 60_000)
    assert not fleet.handler.events
    assert not fleet.links.presence()


async def test_a_registry_that_fails_lets_nobody_in_and_says_when_to_come_back(fleet):
    class Broken(Registry):
        async def admitted(self, agent_id, certificate_sha256):
            raise StoreError("the database is locked")

    fleet.links.admission.registry = Broken()
    goodbye = await (await raw(fleet, hello=False)).hear_end()
    assert (goodbye.code, goodbye.retry_after_ms) == ("hub.unavailable", 5_000)


async def test_an_agent_is_announced_again_though_one_was_refused_while_the_handler_was_busy(fleet, curt, monkeypatch):
    """The refused one gives its place back, also when its greeting times out before the older one is over."""
    older = await raw(fleet)
    fleet.handler.gate.clear()
    await older.say(RESULT)
    await fleet.handler.until(lambda events: events[-1][0] == "begun")
    monkeypatch.setattr("guardia.hub.links.admission.HELLO_TIMEOUT", 0.3)
    fleet.registry.fails_after = 1
    refused = await raw(fleet, hello=False)
    await refused.say(make_hello("was01"))
    await refused.hear_end()
    await asyncio.sleep(0.4)  # past its time
    assert fleet.handler.kinds() == ["connected"]
    fleet.registry.fails_after = None
    monkeypatch.setattr("guardia.hub.links.admission.HELLO_TIMEOUT", limits.HELLO_TIMEOUT)
    newer = await raw(fleet, hello=False)
    await newer.say(make_hello("was01"))
    assert isinstance(await newer.hear(), frames.Welcome)
    fleet.handler.gate.set()
    await fleet.handler.until(lambda events: ("connected", "was01", 3) in events)
    assert fleet.handler.kinds() == ["connected", "received", "lost", "connected"], "and in this order"


async def test_another_protocol_version_is_refused_with_the_remedy(fleet):
    agent = await raw(fleet, hello=False)
    await agent.say(make_hello("was01", protocol_major=9))
    goodbye = await agent.hear_end()
    assert goodbye.code == "proto.version"
    assert "update the hub" in goodbye.message


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_connection_beyond_the_bound_is_told_to_come_back(tmp_path, transport):
    fleet = RealFleet(tmp_path, transport, max_agents=1)
    await fleet.start()
    try:
        await raw(fleet, "was01")
        late = await fleet.dial("was02")
        async with asyncio.timeout(5):
            while late.link.last_error is None:
                await asyncio.sleep(0.01)
        assert late.link.last_error.code == "link.busy"
        assert "was02" not in fleet.links.presence()
    finally:
        await fleet.close()


# --- who is thrown out ------------------------------------------------------------------------------------------------


async def test_a_mute_agent_is_noticed(quick):
    await raw(quick)
    (event,) = await lost(quick, "link.silent")
    assert event[1:3] == ("was01", 1)
    assert not quick.links.presence()


async def test_a_frozen_network_is_noticed_and_does_not_hold_the_hub_up(quick):
    async with Relay(quick.links.port) as relay:
        agent = await raw(quick, url=quick.address(relay.port))
        beating = asyncio.create_task(beat(agent))
        await agent.hear()  # the answer to a beat: it is frozen while it works
        relay.freeze()
        await lost(quick, "link.silent")
        beating.cancel()
        with capture_logs() as logs:
            await quick.links.close()
    assert "link.close_timeout" not in {entry["event"] for entry in logs}


async def test_an_agent_that_beats_stays(quick):
    peer = await quick.connect("was01")
    session = peer.link._channel.session
    async with asyncio.timeout(PATIENCE):
        while session._beats <= limits.HEARTBEAT_MISSED + 1:
            await asyncio.sleep(0.05)
    assert quick.links.presence()["was01"].epoch == 1


async def test_an_agent_stays_while_the_handler_is_slow(quick):
    fleet = quick
    peer = await fleet.connect("was01")
    fleet.handler.gate.clear()
    for number in range(200):  # more than the inbox holds
        await peer.say(frames.Accepted(step_id=f"s{number}", at_ms=number))
    session = fleet.links.admission.live.find("was01")._channel.session
    async with asyncio.timeout(PATIENCE):
        while session._beats <= limits.HEARTBEAT_MISSED:  # the hub's own, while it does not read
            await asyncio.sleep(0.05)
    fleet.handler.gate.set()
    await fleet.handler.until(lambda _: len(fleet.handler.frames("was01")) == 200)
    assert [frame.at_ms for frame in fleet.handler.frames("was01")] == list(range(200))
    assert fleet.handler.kinds() == ["connected"] + ["received"] * 200


async def test_an_oversize_frame_closes_the_connection(fleet, monkeypatch):
    monkeypatch.setattr("guardia.agent.link.grpc._OPTIONS", ())  # an agent without limits of its own
    agent = await raw(fleet)
    await agent.transport.send(b"\x00" * (limits.MAX_FRAME + 1))
    await agent.hear_end()
    assert await lost(fleet, "link.closed")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xff", "proto.frame"),
        (encode(frames.Probe(step_id="s"), 1), "proto.session"),
        (encode(RESULT, 0), "proto.epoch"),
    ],
)
async def test_what_breaks_the_protocol_closes_the_connection_with_the_reason(fleet, data, code):
    agent = await raw(fleet)
    await agent.transport.send(data)
    goodbye = await agent.hear_end()
    assert goodbye.code == code
    assert await lost(fleet, code)
    assert not fleet.handler.frames("was01")


async def test_the_connection_ends_with_the_certificate(fleet, monkeypatch):
    """By the wall clock, also when somebody sets it."""
    monkeypatch.setattr("guardia.hub.links.expiry.LOOK", 0.01)
    agent = await raw(fleet)
    fleet.clock.ahead_ms = int(pki.LIVES * 1000)
    goodbye = await agent.hear_end()
    assert goodbye.code == "identity.expired"
    assert await lost(fleet, "identity.expired")


async def test_two_hosts_with_one_identity_are_told_apart_in_the_log(fleet):
    with capture_logs() as logs:
        first = await raw(fleet)
        ending = asyncio.create_task(first.hear_end())
        await raw(fleet)
        assert not [entry for entry in logs if entry["event"] == "link.identity_twice"]
        third = await raw(fleet, hello=False)
        await third.say(make_hello("was01", instance_id="another"))
        await third.hear()
    (entry,) = [entry for entry in logs if entry["event"] == "link.identity_twice"]
    assert (entry["agent"], entry["epoch"], entry["log_level"]) == ("was01", 3, "warning")
    goodbye = await ending
    assert (goodbye.code, goodbye.final) == ("link.superseded", False)
    assert goodbye.retry_after_ms > 0


async def test_a_late_connection_with_an_older_epoch_does_not_replace_the_newer_one(fleet):
    await raw(fleet)
    fleet.registry.epochs["was01"] = -1
    late = await raw(fleet, hello=False)
    await late.say(make_hello("was01"))
    assert (await late.hear_end()).code == "link.superseded"
    assert fleet.links.presence()["was01"].epoch == 1


async def test_a_hello_that_was_overtaken_is_refused_also_when_the_newer_connection_is_over(fleet):
    """Its journal knows nothing of what was asked over the newer one."""
    early = await raw(fleet, hello=False)
    async with asyncio.timeout(5):
        while not fleet.registry.epochs:
            await asyncio.sleep(0.01)
    newer = await raw(fleet)
    assert newer.epoch == 2
    newer.transport.abort()
    assert await lost(fleet, "link.closed")
    await early.say(make_hello("was01"))
    assert (await early.hear_end()).code == "link.superseded"
    assert (await raw(fleet)).epoch == 3


async def test_the_older_connections_handler_call_ends_before_the_newer_one_is_announced(fleet, curt):
    older = await raw(fleet)
    fleet.handler.gate.clear()
    await older.say(RESULT)
    await fleet.handler.until(lambda events: events[-1][0] == "begun")
    newer = await raw(fleet, hello=False)
    await newer.say(make_hello("was01"))
    assert isinstance(await newer.hear(), frames.Welcome)
    assert fleet.handler.kinds() == ["connected"]
    fleet.handler.gate.set()
    await fleet.handler.until(lambda events: ("connected", "was01", 2) in events)
    assert fleet.handler.kinds() == ["connected", "received", "lost", "connected"]


async def test_a_disconnected_agent_gets_no_acknowledgement_of_what_is_under_way(fleet):
    agent = await raw(fleet)
    fleet.handler.gate.clear()
    await agent.say(RESULT)
    await fleet.handler.until(lambda events: events[-1][0] == "begun")
    await fleet.links.disconnect("was01", "identity.revoked", "revoked")
    fleet.handler.gate.set()
    assert await agent.hear_end() is None
    assert await lost(fleet, "identity.revoked")


async def test_a_handler_that_fails_is_logged_with_the_cause(fleet):
    fleet.handler.fails_on = {frames.Result}
    with capture_logs() as logs:
        agent = await raw(fleet)
        await agent.say(RESULT)
        goodbye = await agent.hear_end()
        await lost(fleet, "link.handler_failed")
    assert goodbye.code == "link.handler_failed"
    assert "disk" not in goodbye.message
    (entry,) = [entry for entry in logs if entry["event"] == "link.handler_failed"]
    assert str(entry["exc_info"]) == "the disk is full"


async def test_the_handler_may_ask_while_it_hears_of_an_agent(fleet):
    answers = []

    async def ask(presence):
        query = frames.Explain(query_id="q", action="A", target="t", parameters=b"{}")
        answers.append(await fleet.links.explain(presence.agent_id, query, 5))

    fleet.handler.on_connected = ask
    peer = await fleet.dial("was01")
    peer.explains(lambda query: frames.Explanation(query_id=query.query_id, ok=True))
    await fleet.handler.until(lambda events: ("connected", "was01", 1) in events)
    assert [answer.query_id for answer in answers] == ["q"]


async def test_a_question_under_way_is_not_asked_twice(fleet):
    await raw(fleet)
    query = frames.Explain(query_id="q", action="A", target="t", parameters=b"{}")
    first = asyncio.create_task(fleet.links.explain("was01", query, 5))
    await asyncio.sleep(0)
    with pytest.raises(ConflictError):
        await fleet.links.explain("was01", query, 5)
    await fleet.links.disconnect("was01", "x", "y")
    with pytest.raises(AgentOfflineError):
        await first


async def test_control_frames_overtake_what_waits_for_a_peer_that_does_not_read(fleet):
    agent = await raw(fleet)
    big = frames.Dispatch(
        step_id="s",
        request_id="r",
        action="A",
        target="t",
        parameters=b"x" * limits.MAX_PARAMETERS,
        timeout_ms=1,
        digest="d",
        ticket=b"x" * limits.MAX_PARAMETERS,
    )
    sender = asyncio.create_task(flood(fleet.links, big))
    await clogged(fleet)
    assert not sender.done(), "a sender waits when the outbox is full"
    assert not fleet.links.takes("was01")
    async with asyncio.timeout(PATIENCE):
        await fleet.links.send("was01", frames.Cancel(step_id="s1", reason="x"))
    lanes = fleet.links.admission.live.find("was01")._channel._lanes
    await agent.say(frames.Heartbeat(seq=1, sent_ms=1))
    async with asyncio.timeout(PATIENCE):
        while not lanes._control:
            await asyncio.sleep(0.01)
    heard = []
    while not any(isinstance(frame, frames.HeartbeatAck) for frame in heard):
        heard.append(await agent.hear())
    assert len(heard) < 400
    while not sender.done():  # how much the kernel takes in is its own affair
        await agent.hear()
    await sender


async def flood(links, frame) -> None:
    for number in range(500):
        await links.send("was01", msgspec.structs.replace(frame, step_id=f"s{number}"))


async def test_closing_says_goodbye_and_waits_for_the_handler(fleet):
    agent = await raw(fleet)
    url = fleet.url
    closing = asyncio.create_task(fleet.links.close())
    goodbye = await agent.hear_end()
    assert (goodbye.code, goodbye.retry_after_ms) == ("hub.stopping", 1_000)
    await closing
    assert fleet.handler.kinds() == ["connected", "lost"]
    with pytest.raises(LinkError) as caught:
        await fleet.open(url)
    assert caught.value.code == "link.refused"


async def test_an_identity_on_two_living_hosts_is_fenced_and_both_are_told(fleet):
    """A, B, A, B, A: each throws the other out; then neither is let in until an admin has decided."""
    for instance in ("one", "two", "one", "two"):
        agent = await raw(fleet, hello=False)
        await agent.say(make_hello("was01", instance_id=instance))
        assert isinstance(await agent.hear(), frames.Welcome)
    assert not fleet.registry.fences
    fifth = await raw(fleet, hello=False)
    await fifth.say(make_hello("was01", instance_id="one"))
    assert (await fifth.hear_end()).code == "identity.cloned"
    assert list(fleet.registry.fences) == ["was01"]
    for _ in ("one", "two"):
        agent = await raw(fleet, hello=False)
        goodbye = await agent.hear_end()
        assert (goodbye.code, goodbye.final) == ("identity.cloned", False)
        assert "guardia-hub agents unfence was01" in goodbye.message
    assert not fleet.links.presence(), "no work goes to either"


class History:
    """`ports.SightingHistory` in memory."""

    def __init__(self):
        self.held = {}
        self.writes = 0

    async def keep(self, agent_id, sightings):
        self.writes += 1
        self.held.pop(agent_id, None)
        if sightings:
            self.held[agent_id] = tuple(sightings)

    async def recall(self, since_ms):
        return {agent: found for agent, found in self.held.items() if found[-1].at_ms >= since_ms}


async def test_a_restart_of_the_hub_does_not_help_an_identity_on_two_hosts(fleet):
    """A, B, A, then another hub, B, A: it is fenced all the same, and the next hub begins with nothing."""
    admission = fleet.links.admission
    admission.history = history = History()
    for instance in ("one", "one", "two", "one"):
        agent = await raw(fleet, hello=False)
        await agent.say(make_hello("was01", instance_id=instance))
        assert isinstance(await agent.hear(), frames.Welcome)
    assert history.writes == 2, "one process alone, however often it comes, is not written down"
    admission._clones = Clones()
    await admission.recall()
    fourth = await raw(fleet, hello=False)
    await fourth.say(make_hello("was01", instance_id="two"))
    assert isinstance(await fourth.hear(), frames.Welcome)
    assert not fleet.registry.fences
    fifth = await raw(fleet, hello=False)
    await fifth.say(make_hello("was01", instance_id="one"))
    await fifth.hear_end()
    assert list(fleet.registry.fences) == ["was01"]
    assert history.held == {}


async def test_who_throws_out_a_living_connection_is_said_to_be_contested(fleet, curt):
    first = await raw(fleet, hello=False)
    await first.say(make_hello("was01", instance_id="one"))
    assert isinstance(await first.hear(), frames.Welcome)
    second = await raw(fleet, hello=False)
    await second.say(make_hello("was01", instance_id="two"))
    assert isinstance(await second.hear(), frames.Welcome)
    await fleet.handler.until(lambda events: sum(event[0] == "connected" for event in events) == 2)
    assert fleet.links.presence()["was01"].contested
