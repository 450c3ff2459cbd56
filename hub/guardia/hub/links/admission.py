"""From an open connection to a served agent: what every transport's listener shares.

A listener hands over a transport and the peer's certificate; who it is, whether it may come in, its epoch, which of two
connections stays, and when the certificate ends a connection is decided here, once for all transports.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NoReturn, Protocol

import msgspec
import structlog

from guardia.hub.core.clones import WINDOW, Clones, Sighting, kept, recalled
from guardia.hub.errors import HubError
from guardia.hub.links.connection import AgentConnection
from guardia.hub.links.expiry import Expiry
from guardia.hub.links.identity import IdentityError, PeerIdentity, identify
from guardia.hub.links.registry import LiveConnections
from guardia.hub.ports import AgentRegistry, Clock, LinkHandler, Presence, SightingHistory
from guardia.proto.channel import Transport, TransportClosedError
from guardia.proto.codec import decode
from guardia.proto.errors import ProtoError
from guardia.proto.frames import Explain, Explanation, Goodbye, Hello, HubFrame
from guardia.proto.limits import HEARTBEAT, HELLO_TIMEOUT
from guardia.proto.session import Ended, Greeted, HubSession

_log = structlog.get_logger(__name__)

CLOSING = 10.0
"""Seconds in which the handler may finish what it is doing when the links close."""

SUPERSEDED_RETRY_MS = 5_000
"""Two hosts with one identity would otherwise throw each other out as fast as they can dial."""

FULL_RETRY_MS = 5_000

STOPPING_RETRY_MS = 1_000

CLONED = "identity.cloned"
FENCED_RETRY_MS = 60_000


class RefusedError(Exception):
    """The agent is not let in; `goodbye` tells it why."""

    def __init__(self, code: str, message: str, *, retry_after_ms: int = 0, final: bool = False) -> None:
        super().__init__(message)
        self.goodbye = Goodbye(code=code, message=message, retry_after_ms=retry_after_ms, final=final)


class Incoming(Transport, Protocol):
    """A connection that somebody has opened."""

    @property
    def certificate(self) -> bytes:
        """DER of the peer's verified certificate; empty when it has shown none."""
        ...

    @property
    def address(self) -> str:
        """`host:port` of the peer."""
        ...


class Admission:
    """Lets agents in, whichever listener they come by: one registry of live connections, the newest epoch wins.

    Bounds: `max_agents` connections, `max_handshakes` of them not welcomed yet. `heartbeat` in seconds: a peer that is
    silent for three of them is cut off. An empty `trust_domain` accepts the one that the chain vouches for.
    """

    def __init__(
        self,
        handler: LinkHandler,
        registry: AgentRegistry,
        *,
        clock: Clock,
        trust_domain: str = "",
        max_agents: int = 5_000,
        max_handshakes: int = 128,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self.live = LiveConnections()
        self.registry = registry
        self._handler = handler
        self._clock = clock
        self._trust_domain = trust_domain
        self._max_agents = max_agents
        self._max_handshakes = max_handshakes
        self._heartbeat = heartbeat
        self._greeting: set[Transport] = set()
        self._stopping = False
        self._discarding: set[asyncio.Task[None]] = set()
        self._clones = Clones()
        self.history: SightingHistory | None = None
        """Where connections are kept that a restarted hub has to know of; None: nowhere. Set before `recall`."""

    async def recall(self) -> None:
        """Take up what the last process kept, before the first agent comes. Raises `StoreError`, `BusyError`."""
        if self.history is None:
            return
        now_ms, monotonic = self._clock.now_ms(), self._clock.monotonic()
        for agent_id, found in (await self.history.recall(now_ms - int(WINDOW * 1000))).items():
            self._clones.restore(agent_id, recalled(found, monotonic=monotonic, now_ms=now_ms))

    @property
    def full(self) -> bool:
        """Whoever comes now has to come back later."""
        return self._stopping or len(self.live) >= self._max_agents or len(self._greeting) >= self._max_handshakes

    @property
    def greeting(self) -> int:
        """Connections that are not welcomed yet."""
        return len(self._greeting)

    def identify(self, incoming: Incoming) -> PeerIdentity:
        """Raises `RefusedError`. An ended certificate is looked for here too: a gRPC connection outlives its calls."""
        if not incoming.certificate:
            raise RefusedError("identity.missing", "no client certificate: enrol the agent", final=True)
        try:
            peer = identify(incoming.certificate, self._trust_domain)
        except IdentityError as error:
            raise RefusedError(error.code, str(error)) from error
        if peer.not_after_ms <= self._clock.now_ms():
            raise RefusedError("identity.expired", f"the certificate of agent {peer.agent_id} has expired")
        return peer

    async def check_admitted(self, peer: PeerIdentity) -> None:
        """Raises `RefusedError` when the agent is not enrolled with this certificate, or the registry cannot say."""
        try:
            admitted = await self.registry.admitted(peer.agent_id, peer.certificate_sha256)
        except HubError as error:
            raise _unavailable(peer, error) from error
        if not admitted:
            await self._refuse(peer)

    async def _number(self, peer: PeerIdentity) -> int:
        """The epoch of a new connection. Raises like `check_admitted`."""
        try:
            epoch = await self.registry.admit(peer.agent_id, peer.certificate_sha256)
        except HubError as error:
            raise _unavailable(peer, error) from error
        if epoch is None:
            await self._refuse(peer)
        return epoch

    async def _refuse(self, peer: PeerIdentity) -> NoReturn:
        try:
            reason = await self.registry.fenced(peer.agent_id)
        except HubError as error:
            _log.error("link.registry_failed", agent=peer.agent_id, exc_info=error)
            reason = ""
        if reason:
            raise RefusedError(CLONED, reason, retry_after_ms=FENCED_RETRY_MS)
        raise RefusedError(
            "identity.not_admitted",
            f"agent {peer.agent_id} is not enrolled with this certificate, or was revoked: ask an administrator",
            retry_after_ms=60_000,
        )

    async def serve(self, incoming: Incoming, peer: PeerIdentity) -> None:
        """Greet the agent and serve it until its connection is over.

        Raises `RefusedError`, for the listener to tell the agent, and `TransportClosedError` when it went before the
        welcome.
        """
        self.check_open()
        self._greeting.add(incoming)
        try:
            connection = await self._greet(incoming, peer)
        finally:
            self._greeting.discard(incoming)
        expired = Ended("identity.expired", f"the certificate of agent {peer.agent_id} has expired")
        expiry = Expiry(self._clock, peer.not_after_ms, lambda: connection.end(expired, goodbye=True))
        try:
            await connection.run()
        finally:
            expiry.cancel()
            self.live.remove(connection)

    def open(self) -> None:
        """A listener begins to listen."""
        self._stopping = False

    def check_open(self) -> None:
        """Raises `RefusedError` when the hub is stopping: who came by a listener before it closed is not let in."""
        if self._stopping:
            raise RefusedError("hub.stopping", "the hub is stopping", retry_after_ms=STOPPING_RETRY_MS)

    def stop(self) -> None:
        """Let nobody in any more, say goodbye to all who are connected, and cut off those who are not welcomed yet.

        Every listener has stopped accepting before: who is told to come back soon comes back soon.
        """
        self._stopping = True
        for connection in self.live:
            connection.end(Ended("hub.stopping", "the hub is stopping", retry_after_ms=STOPPING_RETRY_MS), goodbye=True)
        for transport in list(self._greeting):
            transport.abort()

    # --- from the hello to the welcome --------------------------------------------------------------------------------

    async def _greet(self, incoming: Incoming, peer: PeerIdentity) -> AgentConnection:
        """From the hello to a connection that may be welcomed. Raises `RefusedError`."""
        session = HubSession(self._clock.monotonic(), wall_ms=self._clock.now_ms(), heartbeat=self._heartbeat)
        try:
            async with asyncio.timeout(HELLO_TIMEOUT):
                epoch = await self._number(peer)  # before the hello: who may not come in is told at once
                hello = await self._hear_hello(incoming, session)
                if hello.agent_id != peer.agent_id:
                    raise RefusedError(
                        "identity.mismatch",
                        f"agent {hello.agent_id} came with the certificate of {peer.agent_id}: correct agent.toml",
                        final=True,
                    )
                presence = Presence(
                    agent_id=peer.agent_id,
                    epoch=epoch,
                    hello=hello,
                    connected_ms=self._clock.now_ms(),
                    peer=incoming.address,
                )
                connection = AgentConnection(session, incoming, self._clock, self._handler, presence)
                await self._take_place(connection, peer)
                return connection
        except TimeoutError:
            raise RefusedError("link.hello_timeout", f"no hello within {HELLO_TIMEOUT:g} s") from None
        except ProtoError as error:
            raise RefusedError(error.code, str(error)) from error
        except HubError as error:
            raise _unavailable(peer, error) from error

    async def _hear_hello(self, transport: Transport, session: HubSession) -> Hello:
        epoch, frame = decode(await transport.recv())
        for event in session.receive(frame, epoch, self._clock.monotonic()):
            if type(event) is Greeted:
                return event.hello
        raise TransportClosedError("the agent said goodbye instead of hello")

    async def _take_place(self, connection: AgentConnection, peer: PeerIdentity) -> None:
        """The newest epoch wins; then ask again whether the agent is admitted, since a revocation may have come
        between the first question and the moment from which `disconnect` finds this connection."""
        if self.live.newest(peer.agent_id) >= connection.epoch:
            # Also when that one is over: a hello that was said before it knows nothing of what was asked over it.
            raise RefusedError("link.superseded", f"a newer connection of agent {peer.agent_id} was there already")
        before = self.live.add(connection)
        if before is not None:
            connection.before = before
            self._supersede(before, connection)
        try:
            await self._look_for_clones(connection.presence)
            await self.check_admitted(peer)
        except BaseException:
            connection.refuse()
            # Not awaited: it may last as long as the handler of the connection that was replaced, and a time-out of
            # the greeting that came in between would leave a place that nobody gives back.
            discarding = asyncio.create_task(self._discard(connection))
            self._discarding.add(discarding)
            discarding.add_done_callback(self._discarding.discard)
            raise

    async def _discard(self, connection: AgentConnection) -> None:
        """Give the place back, not before the handler knows that the connection which had it is over."""
        try:
            await connection.discard()
        finally:
            self.live.remove(connection)

    def _supersede(self, older: AgentConnection, newer: AgentConnection) -> None:
        agent, were, now = newer.agent_id, older.presence, newer.presence
        if older.alive and were.hello.instance_id != now.hello.instance_id:
            # A restarted agent also looks like this for as long as its old connection has not been noticed to be dead.
            _log.warning("link.identity_twice", agent=agent, old_peer=were.peer, new_peer=now.peer, epoch=now.epoch)
            newer.presence = msgspec.structs.replace(now, contested=True)
        message = f"a newer connection of agent {agent} has come"
        older.end(Ended("link.superseded", message, retry_after_ms=SUPERSEDED_RETRY_MS), goodbye=True)

    async def _look_for_clones(self, now: Presence) -> None:
        """Two living processes with one identity: neither is let in until an admin has decided which of them it is."""
        sighting = Sighting(now.hello.instance_id, now.hello.boot_id, now.peer, self._clock.monotonic())
        before = self._clones.remembered(now.agent_id)
        both = self._clones.seen(now.agent_id, sighting)
        if both is None:
            # One process alone tells nothing: a hub that is restarted under thousands of agents writes nothing here.
            came = bool(before) and before[-1].instance_id != sighting.instance_id
            if came and len(self._clones.remembered(now.agent_id)) > 1:
                await self._keep(now.agent_id)
            return
        hosts = " and ".join(f"{one.peer} (boot {one.boot_id[:8]})" for one in both)
        reason = (
            f"two agents are alive with the identity of {now.agent_id}, last seen from {hosts}: stop the copy and enrol"
            f" anew, or let one in with `guardia-hub agents unfence {now.agent_id}`"
        )
        _log.error("link.identity_cloned", agent=now.agent_id, peers=[one.peer for one in both])
        await self.registry.fence(now.agent_id, reason)
        self._clones.forget(now.agent_id)  # after it: what could not be written is found again
        await self._keep(now.agent_id)

    async def _keep(self, agent_id: str) -> None:
        if self.history is None:
            return
        found = self._clones.remembered(agent_id)
        monotonic, now_ms = self._clock.monotonic(), self._clock.now_ms()
        await self.history.keep(agent_id, kept(found, monotonic=monotonic, now_ms=now_ms))


class AdmittedLinks:
    """`guardia.hub.ports.Links` over an admission: the same for every transport, and for agents of all of them."""

    def __init__(self, admission: Admission) -> None:
        self.admission = admission

    def presence(self) -> Mapping[str, Presence]:
        return self.admission.live.presence()

    def takes(self, agent_id: str) -> bool:
        return self.admission.live.takes(agent_id)

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        await self.admission.live.welcomed(agent_id).send(frame)

    async def explain(self, agent_id: str, query: Explain, within: float) -> Explanation:
        return await self.admission.live.welcomed(agent_id).explain(query, within)

    async def disconnect(self, agent_id: str, code: str, message: str) -> None:
        connection = self.admission.live.find(agent_id)
        if connection is not None:
            connection.end(Ended(code, message), goodbye=False)


def _unavailable(peer: PeerIdentity, error: HubError) -> RefusedError:
    _log.error("link.registry_failed", agent=peer.agent_id, exc_info=error)
    return RefusedError("hub.unavailable", "the hub cannot look up agents", retry_after_ms=5_000)
