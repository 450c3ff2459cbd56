import asyncio
import hashlib
import socket
import stat
import time
from pathlib import Path

import msgspec
import pytest

from guardia.agent.errors import EnrolmentError
from guardia.agent.identity import enrol as enrol_module
from guardia.agent.identity.enrol import enrol
from guardia.agent.identity.store import has_identity, load_identity
from guardia.certs import keystore, ticket, tls
from guardia.certs.certificate import load_pem, spki_sha256
from guardia.certs.csr import key_from_pem, new_key
from guardia.certs.enrolment import EnrolResponse
from guardia.certs.errors import KeystoreError
from guardia.certs.jointoken import LIFE_MS
from guardia.certs.policy import HUB_LIFE_MS
from tests.support.clock import FakeClock


async def fails(code: str, hub_url: str, token: str, state: Path, clock: FakeClock, **options: object) -> str:
    """The message of the `EnrolmentError` with this code; it never shows the token, and nothing was stored."""
    before = has_identity(state)
    with pytest.raises(EnrolmentError) as caught:
        await enrol(hub_url, token, state, clock=clock, **options)  # type: ignore[arg-type]
    assert caught.value.code == code, str(caught.value)
    secret = token.split(".")[1] if token.count(".") == 2 else "\0"
    assert secret not in str(caught.value)
    assert has_identity(state) is before
    return str(caught.value)


async def test_an_agent_enrols_and_its_identity_opens_the_agents_listener(hub, clock, tmp_path: Path) -> None:
    identity = await enrol(hub.url, await hub.token(), tmp_path / "agent", clock=clock, asset="MOF-WAS-01")
    assert identity == load_identity(tmp_path / "agent")
    assert (identity.agent_id, identity.asset_code, identity.trust_domain) == ("was01", "MOF-WAS-01", "guardia.test")
    assert identity.agents_url == "wss://localhost:8443/agent"
    assert identity.trust_bundle == hashlib.sha256(hub.authority.ca.roots_pem).hexdigest()
    assert stat.S_IMODE(identity.keystore.key_path.stat().st_mode) == 0o600
    assert not (tmp_path / "agent" / "identity" / "pending-key.pem").exists()

    admitted = asyncio.get_running_loop().create_future()

    async def agents_listener(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        agent_id = tls.peer_agent_id(der, hub.authority.trust_domain)
        admitted.set_result((agent_id, await hub.registry.admitted(agent_id, hashlib.sha256(der).hexdigest())))
        writer.close()

    server = await asyncio.start_server(
        agents_listener, "127.0.0.1", 0, ssl=tls.hub_agent_listener_context(hub.authority.keystore)
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("localhost", port, ssl=identity.ssl_context())
        assert await asyncio.wait_for(admitted, 5) == ("was01", True)
        writer.close()


async def test_the_hubs_tickets_verify_with_the_keys_that_came(hub, clock, tmp_path: Path) -> None:
    identity = await enrol(hub.url, await hub.token(), tmp_path, clock=clock)
    now = clock.now_ms()
    made = ticket.Ticket(
        ticket_id="T", step_id="S", request_id="R", agent_id="was01", target="MOF-WAS-01", action="RESTART",
        step_digest="a" * 64, plan_digest="b" * 64, requester="engineer1", approvers=("engineer2",), fencing=1,
        issued_ms=now, expires_ms=now + 1000,
    )  # fmt: skip
    keys = ticket.public_keys(identity.ticket_keys)
    assert ticket.verify(hub.authority.signer.sign(made), keys, now) == made


async def test_the_private_key_never_leaves_the_host(hub, clock, tmp_path: Path) -> None:
    identity = await enrol(hub.url, await hub.token(), tmp_path, clock=clock)
    body = b"".join(identity.keystore.key_path.read_bytes().splitlines()[1:-1])
    assert b"CERTIFICATE REQUEST" in hub.recorder.received
    assert b"PRIVATE" not in hub.recorder.received
    assert body not in hub.recorder.received.replace(b"\\n", b"")


async def test_a_wrong_pin_stops_before_the_token_is_sent(hub, hubs, clock, tmp_path: Path) -> None:
    token = await hub.token()
    impostor = await hubs(clock)
    message = await fails("enrol.pin_mismatch", impostor.url, token, tmp_path, clock)
    assert "not sent" in message
    assert impostor.recorder.paths == ["/ca/roots.pem"]
    assert token.split(".")[1].encode() not in impostor.recorder.received
    await enrol(hub.url, token, tmp_path, clock=clock)


async def test_a_man_in_the_middle_with_the_true_roots_still_gets_no_token(hub, hubs, clock, tmp_path: Path) -> None:
    token = await hub.token()
    impostor = await hubs(clock)
    impostor.recorder.app = hub.recorder.app  # forwards everything, but must use a certificate of its own
    message = await fails("enrol.untrusted", impostor.url, token, tmp_path, clock)
    assert "not sent" in message
    assert impostor.recorder.paths == ["/ca/roots.pem"]
    assert token.split(".")[1].encode() not in impostor.recorder.received


async def test_an_enrolled_agent_cannot_pose_as_the_hub(hub, hubs, clock, tmp_path: Path) -> None:
    rogue = await enrol(hub.url, await hub.token(), tmp_path / "rogue", clock=clock)
    token = await hub.token("was02", "MOF-WAS-02")
    impostor = await hubs(clock)
    impostor.recorder.app = hub.recorder.app
    tls.reload_own(impostor.listener._server.config.ssl, rogue.keystore)
    await fails("enrol.untrusted", impostor.url, token, tmp_path / "agent", clock)
    assert impostor.recorder.paths == ["/ca/roots.pem"]


async def test_a_token_that_another_host_used_is_refused(hub, clock, tmp_path: Path) -> None:
    token = await hub.token()
    await enrol(hub.url, token, tmp_path / "first", clock=clock)
    message = await fails("enrol.token_refused", hub.url, token, tmp_path / "second", clock)
    assert "guardia-hub agents token" in message


async def test_an_expired_token_is_refused(hub, clock, tmp_path: Path) -> None:
    token = await hub.token()
    clock.advance(LIFE_MS / 1000)
    await fails("enrol.token_refused", hub.url, token, tmp_path, FakeClock(int(time.time() * 1000)))


async def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_key(
    hub, clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await hub.token()

    def full_disk(*_arguments: object) -> None:
        raise KeystoreError("no space left", code="keystore.write")

    with monkeypatch.context() as patch:
        patch.setattr(enrol_module.keystore, "replace", full_disk)
        assert "same token" in await fails("keystore.write", hub.url, token, tmp_path, clock)
    key = key_from_pem((tmp_path / "identity" / "pending-key.pem").read_bytes())
    identity = await enrol(hub.url, token, tmp_path, clock=clock)
    leaf = load_pem(identity.keystore.chain_path.read_bytes())[0]
    assert spki_sha256(leaf.public_key()) == spki_sha256(key.public_key())
    assert await hub.registry.admitted("was01", identity.keystore.facts.sha256)


async def test_an_identity_is_replaced_only_on_request(hub, clock, tmp_path: Path) -> None:
    first = await enrol(hub.url, await hub.token(), tmp_path, clock=clock)
    token = await hub.registry.create_join_token("was01")
    await fails("enrol.exists", hub.url, token, tmp_path, clock)
    second = await enrol(hub.url, token, tmp_path, clock=clock, replace=True)
    assert load_identity(tmp_path) == second != first
    assert not await hub.registry.admitted("was01", first.keystore.facts.sha256)


async def test_a_token_for_another_asset_is_refused(hub, clock, tmp_path: Path) -> None:
    message = await fails("enrol.wrong_asset", hub.url, await hub.token(), tmp_path, clock, asset="MOF-DB-01")
    assert "MOF-WAS-01" in message
    assert "MOF-DB-01" in message


async def test_a_name_that_the_hubs_certificate_lacks_is_told(hubs, clock, tmp_path: Path) -> None:
    hub = await hubs(clock, names=["hub.test"])
    assert "localhost" in await fails("enrol.name_mismatch", hub.url, await hub.token(), tmp_path, clock)


@pytest.mark.parametrize("ahead", [-(HUB_LIFE_MS // 1000 + 3600), 3600])
async def test_clocks_that_differ_are_told(hubs, tmp_path: Path, ahead: int) -> None:
    """The hub's clock differs from this host's: its certificate has ended, or has not begun."""
    clock = FakeClock(int(time.time() * 1000) + ahead * 1000)
    hub = await hubs(clock)
    code = "enrol.clock"
    assert "clock" in await fails(code, hub.url, await hub.token(), tmp_path, FakeClock(int(time.time() * 1000)))
    assert hub.recorder.paths == ["/ca/roots.pem"]


async def test_a_certificate_that_is_not_valid_here_is_not_stored(hub, clock, tmp_path: Path) -> None:
    await fails("enrol.clock", hub.url, await hub.token(), tmp_path, FakeClock(clock.now_ms() - 3_600_000))


async def test_an_unreachable_hub_is_named_with_its_port(hub, clock, tmp_path: Path) -> None:
    token = await hub.token()
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    assert f"127.0.0.1 port {port}" in await fails(
        "enrol.unreachable", f"https://127.0.0.1:{port}", token, tmp_path, clock
    )
    await fails("enrol.unreachable", "https://no-such-host.invalid:8444", token, tmp_path, clock)


async def test_a_mute_peer_is_given_up(hub, clock, tmp_path: Path) -> None:
    token = await hub.token()
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"https://127.0.0.1:{mute.getsockname()[1]}"
        assert "in time" in await fails("enrol.unreachable", url, token, tmp_path, clock, timeout=0.3)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "localhost:1",
        "",
        "https://",
        "https://h:99999",
        "https://u:p@h",
        "https://h/x",
        "https://h?x",
    ],
)
async def test_an_address_that_is_none_is_refused(hub, clock, tmp_path: Path, url: str) -> None:
    await fails("enrol.url", url, await hub.token(), tmp_path, clock)


async def test_a_damaged_token_is_told_before_anything_is_sent(hub, clock, tmp_path: Path) -> None:
    token = await hub.token()
    for damaged in ("", token[:-1], "x" + token):
        await fails("token.malformed", hub.url, damaged, tmp_path, clock)
    assert hub.recorder.paths == []


async def respond(send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})


class Answering:
    """A hub that gives its true roots and then a changed answer."""

    def __init__(self, app, change) -> None:
        self.app, self.change = app, change

    async def __call__(self, scope, receive, send) -> None:
        if scope["path"] != "/enrol":
            await self.app(scope, receive, send)
            return
        parts: list[dict] = []

        async def collect(message: dict) -> None:
            parts.append(message)

        await self.app(scope, receive, collect)
        answer = msgspec.json.decode(b"".join(part.get("body", b"") for part in parts), type=EnrolResponse)
        await respond(send, *self.change(answer))


def changed(**fields: object):
    return lambda answer: (200, msgspec.json.encode(msgspec.structs.replace(answer, **fields)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (changed(agent_id="was02"), "enrol.bad_answer"),
        (changed(trust_domain="other.test"), "enrol.bad_answer"),
        (changed(chain=""), "enrol.bad_answer"),
        (changed(roots="x"), "enrol.bad_answer"),
        (changed(ticket_keys={"k": b"short"}), "keystore.damaged"),
        (lambda answer: (200, b"{"), "enrol.bad_answer"),
        (lambda answer: (200, b"\xff"), "enrol.bad_answer"),
        (lambda answer: (200, b"x" * 200_000), "enrol.bad_answer"),
        (lambda answer: (500, b"<html>"), "enrol.refused"),
        (lambda answer: (302, b""), "enrol.refused"),
        (lambda answer: (503, b'{"code":"hub.busy","message":"busy"}'), "enrol.busy"),
    ],
)
async def test_an_answer_that_does_not_fit_is_not_stored(hub, clock, tmp_path: Path, change, code: str) -> None:
    token = await hub.token()
    genuine = hub.recorder.app
    hub.recorder.app = Answering(genuine, change)
    await fails(code, hub.url, token, tmp_path, clock)
    hub.recorder.app = genuine
    await enrol(hub.url, token, tmp_path, clock=clock)


async def test_a_certificate_for_another_key_or_of_another_ca_is_not_stored(hub, hubs, clock, tmp_path: Path) -> None:
    token = await hub.token()
    other_key = hub.authority.ca.issue_agent(new_key().public_key(), "was01", clock.now_ms()).chain.decode()
    hub.recorder.app = Answering(hub.recorder.app, changed(chain=other_key))
    assert "another key" in await fails("enrol.bad_answer", hub.url, token, tmp_path, clock)
    own = key_from_pem((tmp_path / "identity" / "pending-key.pem").read_bytes()).public_key()
    foreign = (await hubs(clock)).authority.ca.issue_agent(own, "was01", clock.now_ms()).chain.decode()
    hub.recorder.app = Answering(hub.recorder.app.app, changed(chain=foreign))
    assert "pinned root" in await fails("enrol.bad_answer", hub.url, token, tmp_path, clock)


async def test_a_server_that_is_no_hub_is_told(hub, clock, tmp_path: Path) -> None:
    token = await hub.token()
    for status, body, code in (
        (404, b"", "enrol.refused"),
        (200, b"<html>", "enrol.refused"),
        (429, b"", "enrol.busy"),
    ):

        async def other(_scope, _receive, send, status=status, body=body) -> None:
            await respond(send, status, body)

        hub.recorder.app = other
        await fails(code, hub.url, token, tmp_path, clock)


def test_without_an_identity_the_agent_is_told_to_enrol(tmp_path: Path) -> None:
    with pytest.raises(EnrolmentError, match="guardia-agent enrol") as caught:
        load_identity(tmp_path)
    assert caught.value.code == "keystore.missing"


async def test_an_open_key_is_refused_with_the_command_to_run(hub, clock, tmp_path: Path) -> None:
    identity = await enrol(hub.url, await hub.token(), tmp_path, clock=clock)
    identity.keystore.key_path.chmod(0o644)
    with pytest.raises(EnrolmentError, match="chmod 600") as caught:
        load_identity(tmp_path)
    assert caught.value.code == "keystore.permissions"


def test_a_hubs_folder_is_no_agents_identity(tmp_path: Path, clock) -> None:
    from guardia.hub.enrolment.authority import HubAuthority

    HubAuthority.init(tmp_path, trust_domain="guardia.test", names=["localhost"], now_ms=clock.now_ms())
    assert keystore.exists(tmp_path / "identity")
    with pytest.raises(EnrolmentError, match="not an agent's"):
        load_identity(tmp_path)
