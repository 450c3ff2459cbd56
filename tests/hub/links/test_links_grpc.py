"""What only the gRPC listener has: calls, sessions, rotation of what it shows, and both listeners at once."""

import asyncio
import contextlib
import socket

import grpc
import grpc.aio
import pytest
import uvloop
from structlog.testing import capture_logs

from guardia.agent.errors import LinkError
from guardia.agent.link import grpc as agent_grpc
from guardia.certs.errors import KeystoreError
from guardia.hub.links.admission import CLOSING
from guardia.hub.links.grpc import GrpcLinks, GrpcTransport
from guardia.proto import frames
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import encode
from guardia.proto.grpc_wire import OPTIONS, PATH
from tests.fakes.links import make_hello
from tests.hub.links import pki
from tests.hub.links.parts import PATIENCE, RealFleet
from tests.hub.links.raw import Raw, beat, clogged, lost, raw


@pytest.fixture
async def fleet(tmp_path):
    made = RealFleet(tmp_path, "grpc")
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def both(fleet):
    await fleet.websocket.start()
    return fleet


def channel_of(fleet, *, pem=None, **options) -> grpc.aio.Channel:
    """A client of our own making."""
    material = pki.agent_material(pki.agent_pem("was01") if pem is None else pem)
    credentials = grpc.ssl_channel_credentials(material.roots, material.key, material.chain)
    return grpc.aio.secure_channel(f"127.0.0.1:{fleet.links.port}", credentials, **options)


async def call_on(channel, agent_id="was01", **options):
    """A call that has said hello, and the first answer."""
    call = channel.stream_stream(PATH)(**options)
    agent = Raw(agent_grpc.GrpcTransport(channel, call))
    await agent.say(make_hello(agent_id))
    return agent, await agent.hear()


# --- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/guardia.v1.Fleet/Other", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"]
)
async def test_there_is_no_other_call_and_no_reflection(fleet, path):
    async with channel_of(fleet) as channel:
        call = channel.stream_stream(path)()
        assert await call.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_compressed_message_is_not_unpacked(fleet):
    async with channel_of(fleet, compression=grpc.Compression.Gzip) as channel:
        call = channel.stream_stream(PATH)()
        await call.write(encode(make_hello("was01", software="x" * 60, targets=("was01",) * 1000), 0))
        with contextlib.suppress(grpc.aio.AioRpcError):
            while (answer := await call.read()) is not grpc.aio.EOF:
                assert b"proto.frame" in answer
        assert await call.code() is not grpc.StatusCode.OK
    assert not fleet.handler.events


async def test_a_second_call_of_one_connection_waits_its_turn(fleet):
    async with channel_of(fleet, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
        await call_on(channel)
        second = channel.stream_stream(PATH)()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await second.initial_metadata()
        assert fleet.links.presence()["was01"].epoch == 1


async def test_an_open_connection_gives_no_new_call_after_a_revocation(fleet):
    async with channel_of(fleet) as channel:
        agent, welcome = await call_on(channel)
        assert isinstance(welcome, frames.Welcome)
        fleet.registry.revoked.add("was01")
        await fleet.links.disconnect("was01", "identity.revoked", "revoked")
        assert await agent.hear_end() is None
        _, answer = await call_on(channel)
        assert answer.code == "identity.not_admitted"
    assert not fleet.links.presence()


async def test_an_open_connection_gives_no_new_call_after_the_certificate_has_ended(fleet, monkeypatch):
    monkeypatch.setattr("guardia.hub.links.expiry.LOOK", 0.01)
    async with channel_of(fleet) as channel:
        agent, _ = await call_on(channel)
        fleet.clock.ahead_ms = int(pki.LIVES * 1000)
        assert (await agent.hear()).code == "identity.expired"
        agent.transport._call.cancel()
        _, answer = await call_on(channel)
        assert answer.code == "identity.expired"


def http2_call(port, context, session, wanted):
    """`Fleet.Link` with a hello, by hand, since a gRPC client does not let us choose the TLS session. Returns what the
    hub answered up to `wanted`, the session, and whether it was resumed."""
    fields = {
        ":method": "POST",
        ":scheme": "https",
        ":path": PATH,
        ":authority": "localhost",
        "content-type": "application/grpc",
        "te": "trailers",
    }
    headers = b"".join(
        b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
        for name, value in fields.items()
    )
    hello = encode(make_hello("was01"), 0)
    message = b"\x00" + len(hello).to_bytes(4, "big") + hello

    def frame(kind, flags, stream, payload):
        return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload

    with (
        socket.create_connection(("127.0.0.1", port)) as bare,
        context.wrap_socket(bare, server_hostname="localhost", session=session) as tls,
    ):
        tls.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(1, 4, 1, headers))
        tls.sendall(frame(0, 0, 1, message))
        tls.settimeout(PATIENCE)
        heard = b""
        while wanted not in heard and (data := tls.recv(65_536)):
            heard += data
        return heard, tls.session, tls.session_reused


async def test_a_resumed_tls_session_is_refused(fleet):
    """gRPC hands out tickets and offers no switch: the certificate of a resumed session was not looked at anew."""
    context = fleet.context("was01")
    context.set_alpn_protocols(["h2"])
    welcome = frames.Welcome(epoch=1, hub_time_ms=1, heartbeat_ms=1, output_window=1, max_frame=1)
    begins = encode(welcome, 1)[:4]  # the epoch, and which frame it is
    answer, session, resumed = await asyncio.to_thread(http2_call, fleet.links.port, context, None, begins)
    assert not resumed
    assert b"identity.resumed" not in answer
    await fleet.handler.until(lambda events: ("connected", "was01", 1) in events)
    answer, _, resumed = await asyncio.to_thread(http2_call, fleet.links.port, context, session, b"identity.resumed")
    assert resumed
    assert b"identity.resumed" in answer
    assert fleet.registry.epochs == {"was01": 1}


async def test_the_end_does_not_wait_for_a_peer_that_does_not_read(fleet):
    agent = await raw(fleet)
    sent = []
    sender = asyncio.create_task(flood(fleet.links, sent))
    await clogged(fleet)
    assert not sender.done(), "the hub waits; it does not store"
    assert len(sent) < 300, "the outbox of the session, one message and the window"
    async with asyncio.timeout(CLOSING):  # and not for as long as a farewell may last here
        await fleet.links.disconnect("was01", "identity.revoked", "revoked")
        await lost(fleet, "identity.revoked")
        with pytest.raises(Exception, match="was01"):
            await sender
    with capture_logs() as logs:
        await fleet.links.close()
    assert "link.close_timeout" not in {entry["event"] for entry in logs}
    await agent.hear_end()


async def flood(links, sent) -> None:
    for number in range(5_000):
        query = frames.Explain(query_id=f"q{number}", action="CHECK_CPU", target="was01", parameters=b"x" * 8000)
        await links.send("was01", query)
        sent.append(number)


async def test_an_agent_that_reads_no_end_does_not_fill_the_listener(fleet, monkeypatch):
    monkeypatch.setattr("guardia.hub.links.grpc.CALLS_EACH", 2)
    unread = []
    for _ in range(2):
        unread.append(await raw(fleet))
        sender = asyncio.create_task(flood(fleet.links, []))
        await clogged(fleet)
        await fleet.links.disconnect("was01", "x", "y")
        await asyncio.gather(sender, return_exceptions=True)
    third = await raw(fleet, hello=False)
    assert (await third.hear_end()).code == "link.busy"
    await raw(fleet, "was02")
    for agent in unread:
        await agent.hear_end()
    async with asyncio.timeout(PATIENCE):
        while fleet.links._calls_of["was01"]:
            await asyncio.sleep(0.01)
    await raw(fleet)


async def test_a_connection_whose_call_has_ended_is_closed(fleet, monkeypatch):
    monkeypatch.setattr("guardia.hub.links.grpc._OPTIONS", (*OPTIONS, ("grpc.max_connection_idle_ms", 300)))
    short = GrpcLinks(fleet.websocket.admission, material=lambda: fleet.material)
    await short.start()
    context = fleet.context("was01")
    context.set_alpn_protocols(["h2"])
    reader, writer = await asyncio.open_connection("127.0.0.1", short.port, ssl=context, server_hostname="localhost")
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
    async with asyncio.timeout(5):
        await reader.read()  # until the hub closes
    writer.transport.abort()
    await short.close()


async def test_a_call_that_says_nothing_holds_no_place_for_long(fleet, monkeypatch):
    monkeypatch.setattr("guardia.hub.links.admission.HELLO_TIMEOUT", 0.3)
    agent = await raw(fleet, hello=False)
    assert (await agent.hear_end()).code == "link.hello_timeout"
    assert fleet.links.admission.greeting == 0


# --- the listener -----------------------------------------------------------------------------------------------------


async def test_a_port_that_is_taken_is_an_os_error(fleet):
    second = GrpcLinks(fleet.websocket.admission, material=lambda: fleet.material, port=fleet.links.port)
    with pytest.raises(OSError, match="bind"):
        await second.start()
    await second.close()


async def test_a_renewed_certificate_and_another_ca_take_effect_without_a_restart(fleet):
    """The hub shows a certificate of another CA and trusts another one; who is connected stays."""
    agent = await raw(fleet)
    fleet.material = pki.hub_material(ca="hubs2", trust="agents2")
    with pytest.raises(LinkError):
        await fleet.open(pem=pki.agent_pem("was02", ca="agents2"), trust="hubs")
    opened = await fleet.open(pem=pki.agent_pem("was02", ca="agents2"), trust="hubs2")
    newer = Raw(opened)
    await newer.say(make_hello("was02"))
    assert isinstance(await newer.hear(), frames.Welcome)
    with pytest.raises(LinkError) as caught:
        await fleet.open(pem=pki.agent_pem("was03"), trust="hubs2")
    assert caught.value.code == "link.rejected"
    await agent.say(frames.Heartbeat(seq=1, sent_ms=1))
    assert isinstance(await agent.hear(), frames.HeartbeatAck)


async def test_material_that_cannot_be_read_is_logged_and_the_former_one_stays(fleet):
    def unreadable():
        raise KeystoreError("key.pem is missing")

    fleet.links._material = unreadable
    with capture_logs() as logs:
        await raw(fleet)
    assert "link.material_unreadable" in {entry["event"] for entry in logs}


async def test_a_proxy_of_the_environment_is_not_asked(fleet, monkeypatch):
    for name in ("grpc_proxy", "https_proxy", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    await raw(fleet)


async def test_a_renewed_certificate_of_the_agent_is_a_new_connection(fleet):
    peer = await fleet.connect("was01")
    before = fleet.links.presence()["was01"].peer
    first = pki.agent_pem("was01")
    renewed = pki.authority("agents").issue(uris=(pki.agent_uri("was01"),))[0]
    assert renewed != first
    seen = []
    fleet.registry.admitted = seen_by(seen)
    peer.link._credentials = lambda: (
        pki.agent_material(renewed),
        pki.agent_context(fleet.tmp_path, renewed),
    )
    peer.link._channel._transport.abort()
    await fleet.handler.until(lambda events: ("connected", "was01", 2) in events)
    assert len(set(seen)) == 1
    assert seen[0] == pki.fingerprint(renewed)
    assert fleet.links.presence()["was01"].peer != before


def seen_by(seen):
    async def admitted(agent_id, certificate_sha256):
        seen.append(certificate_sha256)
        return True

    return admitted


# --- both listeners ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("older", "newer"), [("websocket", "grpc"), ("grpc", "websocket")])
async def test_the_newest_connection_wins_whichever_way_it_comes(both, older, newer):
    both.transport = older
    first = await raw(both)
    ending = asyncio.create_task(first.hear_end())
    both.transport = newer
    second = await raw(both)
    goodbye = await ending
    assert goodbye.code == "link.superseded"
    assert goodbye.retry_after_ms > 0
    assert both.handler.kinds() == ["connected", "lost", "connected"]
    assert both.grpc.presence() == both.websocket.presence()
    assert both.grpc.presence()["was01"].epoch == second.epoch == 2
    await both.websocket.send("was01", frames.Probe(step_id="s"))
    await both.grpc.send("was01", frames.Probe(step_id="t"))
    assert [(await second.hear()).step_id, (await second.hear()).step_id] == ["s", "t"]


async def test_a_revocation_reaches_an_agent_by_the_other_listener(both):
    agent = await raw(both)
    beating = asyncio.create_task(beat(agent))
    await both.websocket.disconnect("was01", "identity.revoked", "revoked")
    with pytest.raises(TransportClosedError):
        async with asyncio.timeout(PATIENCE):  # at once: long before its silence would end it
            while True:
                await agent.transport.recv()
    beating.cancel()
    assert await lost(both, "identity.revoked")


async def test_the_bound_of_agents_counts_both_listeners(tmp_path):
    fleet = RealFleet(tmp_path, "websocket", max_agents=1)
    await fleet.grpc.start()
    await fleet.websocket.start()
    try:
        await raw(fleet, "was01")
        fleet.transport = "grpc"
        late = await raw(fleet, "was02", hello=False)
        goodbye = await late.hear_end()
        assert (goodbye.code, goodbye.retry_after_ms) == ("link.busy", 5_000)
    finally:
        await fleet.close()


async def test_a_call_that_is_being_answered_when_the_hub_stops_is_not_let_in_and_told_so(fleet, monkeypatch):
    greet = GrpcTransport.greet
    going_on = asyncio.Event()

    async def slow(self):
        await greet(self)
        await going_on.wait()

    monkeypatch.setattr(GrpcTransport, "greet", slow)
    agent = await raw(fleet, hello=False)
    closing = asyncio.create_task(fleet.grpc.close())
    async with asyncio.timeout(PATIENCE):
        while not fleet.links.admission.full:
            await asyncio.sleep(0)
    going_on.set()
    goodbye = await agent.hear_end()
    assert (goodbye.code, goodbye.retry_after_ms) == ("hub.stopping", 1_000)
    with capture_logs() as logs:
        await closing
    assert "link.close_timeout" not in {entry["event"] for entry in logs}
    assert fleet.handler.events == []


async def test_nobody_comes_back_to_a_hub_whose_other_listener_said_goodbye(both):
    both.transport = "websocket"
    agent = await raw(both)
    await both.grpc.close()
    goodbye = await agent.hear_end()
    assert goodbye.code == "hub.stopping"
    await lost(both, "hub.stopping")
    with pytest.raises(LinkError) as caught:
        await both.open()
    assert caught.value.code == "link.busy"
    url = both.url
    both.websocket.stop_accepting()
    await asyncio.sleep(0)
    with pytest.raises(LinkError) as caught:
        await both.open(url)
    assert caught.value.code == "link.refused"
    assert both.handler.kinds() == ["connected", "lost"]


# --- on the loop that the hub runs on ---------------------------------------------------------------------------------


def test_on_uvloop_agents_come_speak_are_superseded_and_thrown_out(tmp_path, curt):  # two goodbyes may cross
    async def scenario() -> None:
        fleet = RealFleet(tmp_path, "grpc")
        await fleet.grpc.start()
        await fleet.websocket.start()
        try:
            peers = [await fleet.connect(f"was{number:02}") for number in range(1, 6)]
            for peer in peers:
                await peer.say(frames.Accepted(step_id="s", at_ms=1))
            await fleet.handler.until(lambda events: [e[0] for e in events].count("received") == 5)
            fleet.transport = "websocket"
            await peers[0].link.close()
            newer = await fleet.connect("was01")
            await fleet.links.send("was01", frames.Probe(step_id="s"))
            assert await newer.hears(frames.Probe)
            await fleet.links.disconnect("was02", "identity.revoked", "revoked")
            await lost(fleet, "identity.revoked")
            await peers[1].handler.until(lambda events: [e[0] for e in events].count("welcomed") == 2)
        finally:
            await fleet.close()

    uvloop.run(scenario())
