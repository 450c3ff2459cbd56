"""The agents' listener over real mutual TLS: who is let in, who is thrown out, and what a hostile peer can do."""

import asyncio
import ssl

import msgspec
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from guardia.agent.errors import LinkError
from guardia.agent.link.transport import dial
from guardia.hub.errors import AgentOfflineError, ConflictError, StoreError
from guardia.hub.links.websocket import WebSocketLinks
from guardia.proto import frames, limits
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import decode, encode
from tests.fakes.links import make_hello
from tests.hub.links import pki
from tests.hub.links.parts import HubHandler, RealFleet, Registry, SystemClock

RESULT = frames.Result(step_id="s", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1)


@pytest.fixture
async def fleet(tmp_path):
    made = RealFleet(tmp_path)
    await made.links.start()
    yield made
    await made.close()


@pytest.fixture
async def quick(tmp_path):
    """A fleet whose peers may be silent for 1.2 s."""
    made = RealFleet(tmp_path, heartbeat=0.4)
    await made.links.start()
    yield made
    await made.close()


class Raw:
    """An agent without a session machine: says what the test says."""

    def __init__(self, transport) -> None:
        self.transport = transport
        self.epoch = 0

    async def say(self, frame, epoch=None) -> None:
        await self.transport.send(encode(frame, self.epoch if epoch is None else epoch))

    async def hear(self):
        async with asyncio.timeout(5):
            epoch, frame = decode(await self.transport.recv())
        if isinstance(frame, frames.Welcome):
            self.epoch = epoch
        return frame

    async def hear_end(self) -> frames.Goodbye | None:
        """Read until the connection is over; the goodbye, if there was one."""
        goodbye = None
        try:
            while True:
                frame = await self.hear()
                goodbye = frame if isinstance(frame, frames.Goodbye) else goodbye
        except TransportClosedError:
            return goodbye


async def raw(fleet, agent_id="was01", *, pem=None, hello=True) -> Raw:
    material = pki.agent_pem(agent_id) if pem is None else pem
    agent = Raw(await dial(fleet.url, pki.agent_context(fleet.tmp_path, material)))
    fleet.transports.append(agent.transport)
    if hello:
        await agent.say(make_hello(agent_id))
        assert isinstance(await agent.hear(), frames.Welcome)
        await fleet.handler.until(lambda events: ("connected", agent_id, agent.epoch) in events)
    return agent


def lost(fleet, code):
    return fleet.handler.until(lambda events: [e for e in events if e[0] == "lost" and e[3].startswith(code)])


# --- who is let in ----------------------------------------------------------------------------------------------------


def test_a_context_that_does_not_require_certificates_is_refused(tmp_path):
    context = pki.hub_context(tmp_path)
    context.verify_mode = ssl.CERT_OPTIONAL
    with pytest.raises(ValueError, match="CERT_REQUIRED"):
        WebSocketLinks(HubHandler(), Registry(), ssl_context=context, clock=SystemClock())


async def test_a_certificate_of_a_foreign_ca_is_refused_by_tls(fleet):
    with pytest.raises(LinkError, match="certificate") as caught:
        await raw(fleet, pem=pki.agent_pem("was01", ca="strangers"), hello=False)
    assert caught.value.code == "link.rejected"
    assert not fleet.handler.events


async def test_no_certificate_is_refused_by_tls(fleet):
    context = ssl.create_default_context(cadata=pki.authority("hubs").pem)
    with pytest.raises(LinkError) as caught:
        await dial(fleet.url, context)
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
        async def next_epoch(self, agent_id):
            self.revoked.add(agent_id)
            return await super().next_epoch(agent_id)

    fleet.links._registry = Slow()
    agent = await raw(fleet, hello=False)
    await agent.say(make_hello("was01"))
    await agent.hear_end()
    assert not fleet.handler.events
    assert not fleet.links.presence()


async def test_a_registry_that_fails_lets_nobody_in_and_says_when_to_come_back(fleet):
    class Broken(Registry):
        async def admitted(self, agent_id, certificate_sha256):
            raise StoreError("the database is locked")

    fleet.links._registry = Broken()
    goodbye = await (await raw(fleet, hello=False)).hear_end()
    assert (goodbye.code, goodbye.retry_after_ms) == ("hub.unavailable", 5_000)


async def test_another_protocol_version_is_refused_with_the_remedy(fleet):
    agent = await raw(fleet, hello=False)
    await agent.say(make_hello("was01", protocol_major=9))
    goodbye = await agent.hear_end()
    assert goodbye.code == "proto.version"
    assert "update the hub" in goodbye.message


async def test_a_connection_beyond_the_bound_is_told_to_come_back(tmp_path):
    fleet = RealFleet(tmp_path, max_agents=1)
    await fleet.links.start()
    try:
        await raw(fleet, "was01")
        with pytest.raises(LinkError) as caught:
            await raw(fleet, "was02")
        assert caught.value.code == "link.busy"
    finally:
        await fleet.close()


@pytest.mark.parametrize("path", ["/", "/agent/../x", "/artifacts/abc", f"/artifacts/{'a' * 64}?offset=-1"])
async def test_other_paths_do_not_exist(fleet, path):
    url = fleet.url.removesuffix("/agent") + path
    with pytest.raises(InvalidStatus) as caught:
        await connect(url, ssl=fleet.context("was01"), proxy=None)
    assert caught.value.response.status_code == 404


async def test_a_browser_is_refused(fleet):
    with pytest.raises(InvalidStatus) as caught:
        await connect(fleet.url, ssl=fleet.context("was01"), proxy=None, origin="https://evil.example")
    assert caught.value.response.status_code == 403


# --- who is thrown out ------------------------------------------------------------------------------------------------


async def test_a_mute_agent_is_noticed(quick):
    agent = await raw(quick)
    agent.transport._socket.transport.pause_reading()
    (event,) = await lost(quick, "link.silent")
    assert event[1:3] == ("was01", 1)
    assert not quick.links.presence()


async def test_an_agent_that_beats_stays(quick):
    await quick.connect("was01")
    await asyncio.sleep(1.8)  # more than three heartbeats
    assert quick.links.presence()["was01"].epoch == 1


async def test_an_agent_stays_while_the_handler_is_slow(quick):
    fleet = quick
    peer = await fleet.connect("was01")
    fleet.handler.gate.clear()
    for number in range(200):  # more than the inbox holds
        await peer.say(frames.Accepted(step_id=f"s{number}", at_ms=number))
    await asyncio.sleep(1.8)
    fleet.handler.gate.set()
    await fleet.handler.until(lambda _: len(fleet.handler.frames("was01")) == 200)
    assert [frame.at_ms for frame in fleet.handler.frames("was01")] == list(range(200))
    assert fleet.handler.kinds() == ["connected"] + ["received"] * 200


async def test_an_oversize_frame_closes_the_connection(fleet):
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


async def test_the_connection_ends_with_the_certificate(fleet):
    pem = pki.authority("agents").issue(uris=(pki.agent_uri("was01"),), lives=2)[0]
    agent = await raw(fleet, pem=pem, hello=False)
    await agent.say(make_hello("was01"))
    await agent.hear()
    beating = asyncio.create_task(beat(agent))
    assert await lost(fleet, "identity.expired")
    beating.cancel()


async def beat(agent) -> None:
    for seq in range(1, 1000):
        try:
            await agent.say(frames.Heartbeat(seq=seq, sent_ms=1))
        except TransportClosedError:
            return
        await asyncio.sleep(0.1)


async def test_two_hosts_with_one_identity_are_told_apart_in_the_log(fleet):
    with capture_logs() as logs:
        first = await raw(fleet)
        await raw(fleet)
        assert not [entry for entry in logs if entry["event"] == "link.identity_twice"]
        third = await raw(fleet, hello=False)
        await third.say(make_hello("was01", instance_id="another"))
        await third.hear()
    (entry,) = [entry for entry in logs if entry["event"] == "link.identity_twice"]
    assert (entry["agent"], entry["epoch"], entry["log_level"]) == ("was01", 3, "warning")
    goodbye = await first.hear_end()
    assert (goodbye.code, goodbye.final) == ("link.superseded", False)
    assert goodbye.retry_after_ms > 0


async def test_a_late_connection_with_an_older_epoch_does_not_replace_the_newer_one(fleet):
    await raw(fleet)
    fleet.registry.epochs["was01"] = -1
    late = await raw(fleet, hello=False)
    await late.say(make_hello("was01"))
    assert (await late.hear_end()).code == "link.superseded"
    assert fleet.links.presence()["was01"].epoch == 1


async def test_the_older_connections_handler_call_ends_before_the_newer_one_is_announced(fleet):
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
    socket = agent.transport._socket
    socket.transport.pause_reading()
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
    await asyncio.sleep(0.2)
    assert not sender.done(), "a sender waits when the outbox is full"
    await agent.say(frames.Heartbeat(seq=1, sent_ms=1))
    await asyncio.sleep(0.1)
    socket.transport.resume_reading()
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
    await fleet.links.close()
    goodbye = await agent.hear_end()
    assert (goodbye.code, goodbye.retry_after_ms) == ("hub.stopping", 1_000)
    assert fleet.handler.kinds() == ["connected", "lost"]
    with pytest.raises((ConnectionClosed, LinkError)):
        await dial(f"wss://127.0.0.1:{1}/agent", fleet.context("was01"))
