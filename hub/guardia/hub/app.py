"""The hub as one running program: every part made, started in order, and stopped in the reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import secrets
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog
import uvicorn
from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.exc import SQLAlchemyError

from guardia.certs import tls
from guardia.certs.errors import CertsError
from guardia.cmdb.errors import CmdbError
from guardia.hub import migrations
from guardia.hub.artifacts.outputs import OutputExchange
from guardia.hub.artifacts.server import ArtifactServer
from guardia.hub.artifacts.store import ArtifactStore
from guardia.hub.chat.attachments import Attachments
from guardia.hub.chat.courier import Courier, NudgingRooms
from guardia.hub.chat.hooks import HookSender
from guardia.hub.chat.inhouse import InHouse
from guardia.hub.chat.make import make_messengers
from guardia.hub.chat.metrics import CourierMetrics, HookMetrics
from guardia.hub.chat.port import HandOver, Messenger
from guardia.hub.chat.reception import Reception
from guardia.hub.chat.render import fenced_notice, parked_notice
from guardia.hub.chat.room import RoomHub
from guardia.hub.chat.signed import SignedRequests
from guardia.hub.chat.signedlink import LinkSigner
from guardia.hub.chat.tickets import TicketDesk
from guardia.hub.config import Config
from guardia.hub.core.authorise import Authoriser
from guardia.hub.core.card import iso
from guardia.hub.core.message import MessageType, Person, RoomMessage, SenderType
from guardia.hub.core.plan import PlannedStep
from guardia.hub.core.texts import Language
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.listener import EnrolmentListener, enrolment_app
from guardia.hub.enrolment.registry import AgentState, EnrolmentRegistry
from guardia.hub.enrolment.service import EnrolmentService
from guardia.hub.enrolment.sightings import SqlSightings
from guardia.hub.errors import ConfigError, HubError
from guardia.hub.flow.board import BOT
from guardia.hub.flow.engine import Engine
from guardia.hub.flow.fact_desk import FactDesk
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.outputs import Outputs
from guardia.hub.flow.paced import PacedConversation
from guardia.hub.flow.queue import Queue
from guardia.hub.inventory.host_keys import HostKeyTeller
from guardia.hub.inventory.store import StoredInventory
from guardia.hub.links.heap import Heap
from guardia.hub.links.rooms import AgentRooms
from guardia.hub.links.websocket import WebSocketLinks
from guardia.hub.parser.llm import ReaderStatus
from guardia.hub.parser.make import make_parser
from guardia.hub.parser.metrics import ReaderMetrics
from guardia.hub.parser.signs import Signs
from guardia.hub.ports import Presence, QuickHandler
from guardia.hub.signed_tickets import SignedTickets
from guardia.hub.store.accounts import Accounts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.chatrooms import ChatRooms
from guardia.hub.store.claims import Claims
from guardia.hub.store.database import Database, ping
from guardia.hub.store.deliveries import Deliveries
from guardia.hub.store.fault import make_store
from guardia.hub.store.hooks import Hooks
from guardia.hub.store.identities import Identities
from guardia.hub.store.lock import only_hub
from guardia.hub.store.notes import SqlNotes
from guardia.hub.store.staged import StagedFiles
from guardia.hub.store.uploads import LinkedUploads
from guardia.hub.web.advice_metrics import AdviceMetrics
from guardia.hub.web.app import SERVER_OPTIONS, make_app
from guardia.hub.web.parts import Check, Linking, Parts, Signed
from guardia.hub.web.settings import AgentStatus, HubStatus, WebSettings
from guardia.proto import grpc_wire
from guardia.proto.catalogue import DeployParameters, decode_parameters
from guardia.proto.frames import AgentFrame, OutputRefused

log = structlog.get_logger("guardia.hub.app")

DAY = 24 * 3600.0
POSTED_DAYS = 30
"""How long the hub knows a message in a messenger's channel again, to change it."""
HOOK_DAYS = 30
"""How long an event waits for an ITSM system that does not take it."""


class SystemClock:
    """`ports.Clock` of the machine."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class Listener(Protocol):
    """What the hub does with a further listener of agents."""

    async def start(self) -> None: ...
    async def close(self) -> None: ...


class _Handler:
    """Links and engine need each other: the links are made first and learn of the engine here."""

    target: QuickHandler
    outputs: OutputExchange
    host_keys: HostKeyTeller

    async def connected(self, presence: Presence) -> None:
        await self.host_keys.greet(presence)  # before the first step for a host behind it
        await self.target.connected(presence)

    async def lost(self, agent_id: str, epoch: int, reason: str) -> None:
        await self.target.lost(agent_id, epoch, reason)

    def take(self, agent_id: str, frame: AgentFrame) -> bool:
        return self.target.take(agent_id, frame)

    async def received(self, agent_id: str, epoch: int, frame: AgentFrame) -> None:
        if isinstance(frame, OutputRefused):
            self.outputs.refused(agent_id, frame)
        else:
            await self.target.received(agent_id, epoch, frame)


def _artifact_of(step: PlannedStep) -> str:
    parameters = decode_parameters(step.action, step.parameters.encode())
    return parameters.sha256 if isinstance(parameters, DeployParameters) else ""


class Hub:
    """Made from a configuration; `run` serves until it is told to stop. Raises `ConfigError` with what to do."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.clock = SystemClock()
        try:
            self.authority = HubAuthority.load(config.state)
        except CertsError as error:
            raise ConfigError(f"{error}; run `guardia-hub init` first") from error
        authoriser = Authoriser(config.policies())
        secret = config.webhook_secret()
        rules = config.advice_rules()
        _make_secret(config.state / "links.key")  # state folders of earlier versions have none
        link_key = config.link_key()
        public_url = config.public_url()
        self._proxies = config.proxies()
        self.messengers = make_messengers(config.messenger_settings(), self.clock)
        hook_settings, itsm_secret = config.hook_settings(), config.itsm_secret()
        try:
            self.database = Database(config.database_url)
            migrations.upgrade(self.database.engine)
        except (SQLAlchemyError, CmdbError) as error:
            raise ConfigError(f"the database cannot be used: {error}") from error
        self.store = make_store(self.database)
        self.accounts = Accounts(self.database, self.clock)
        self.signer = LinkSigner(link_key, public_url, self.clock)
        self.uploads = LinkedUploads(self.database, self.clock)
        self.chat_rooms = ChatRooms(self.database, self.clock)
        self.deliveries = Deliveries(self.database, self.clock)
        self.identities = Identities(self.database, self.clock)
        self.claims = Claims(self.database, self.clock, link_key)
        self.hooks = Hooks(self.database, self.clock)
        self.inventory = StoredInventory(self.database)
        self.registry = EnrolmentRegistry(self.database, self.clock, self.authority.ca.pin)
        limit = config.web.max_upload_mib * 1024 * 1024
        self.artifacts = ArtifactStore(config.state / "files", StagedFiles(self.database), self.clock, limit=limit)
        self.rooms = RoomHub(self.store)
        metrics = CollectorRegistry()
        fenced = Gauge(
            "guardia_agents_fenced", "Identities that two hosts had, and nobody has decided", registry=metrics
        )
        fenced.set_function(lambda: len(self._fenced))
        courier_metrics = CourierMetrics(metrics)
        courier_metrics.parked.set_function(self.chat_rooms.parked)
        by_name = {messenger.name: messenger for messenger in self.messengers}
        self.courier = Courier(
            by_name,
            outbox=self.deliveries,
            rooms=self.chat_rooms,
            links=self.signer,
            clock=self.clock,
            metrics=courier_metrics,
            parked=self._tell_parked,
        )
        self.deliveries.written = self.courier.nudge
        hook_metrics = HookMetrics(metrics)
        hook_metrics.parked.set_function(lambda: self.hooks.parked_now)
        self.hook_sender = HookSender(hook_settings, outbox=self.hooks, clock=self.clock, metrics=hook_metrics)
        handler = _Handler()
        self.agent_context = tls.hub_agent_listener_context(self.authority.keystore)
        self.enrolment_context = tls.hub_enrolment_context(self.authority.keystore)
        self.links = WebSocketLinks(
            handler,
            self.registry,
            ssl_context=self.agent_context,
            clock=self.clock,
            host=config.agents.host,
            port=config.agents.port,
            artifacts=ArtifactServer(self.artifacts, self._may_fetch),
            rooms=AgentRooms(
                self.rooms,
                self._post,
                scope_of=self.chat_rooms.scope,
                inventory=self.inventory,
                clock=self.clock,
            ),
            trust_domain=self.authority.trust_domain,
            max_agents=config.agents.max_agents,
            heartbeat=config.agents.heartbeat,
        )
        self.heap = Heap(self.links.admission.live)
        self.links.admission.history = SqlSightings(self.database)
        self.grpc_links = self._grpc_links() if config.agents_grpc.enabled else None
        self.outputs = handler.outputs = self.links.outputs = OutputExchange(self.links)
        self.host_keys = HostKeyTeller(self.links, self.inventory.host_keys, lambda: self.inventory.snapshot().servers)
        handler.host_keys = self.host_keys
        parser, self.reader = make_parser(
            self.inventory,
            config.reader_settings(),
            self.clock,
            metrics=ReaderMetrics(metrics),
            told=self._tell_reader,
        )
        self.engine = Engine(
            store=self.store,
            history=self.store,
            rooms=NudgingRooms(self.rooms, self.chat_rooms.has_channels, self.courier.nudge),
            parser=parser,
            inventory=self.inventory,
            links=self.links,
            authoriser=authoriser,
            tickets=SignedTickets(self.authority.signer),
            clock=self.clock,
            settings=config.flow_settings,
            notes=SqlNotes(self.database),
            signs=Signs(rules, self.inventory),
            rules=rules,
            language=self._language,
            count=AdviceMetrics(metrics).count,
            scope_of=self.chat_rooms.scope,
            signed_links=self.signer,
            notices=self.deliveries,
            attach=Attachments(by_name, self.artifacts, self.uploads),
            claims=self.claims,
            facts=SqlAgentFacts(self.database),
            rooms_with_advice=lambda: (
                [room.room_id for room in self.web_settings.rooms] + self.chat_rooms.with_channels()
            ),
        )
        self.engine.desk.subscriptions = config.subscriptions()
        self.engine.desk.told = self.hook_sender.nudge
        handler.target = self.engine.delivery
        conversation = PacedConversation(self.engine, config.flow_settings, self.clock, metrics)
        service = EnrolmentService(
            ca=self.authority.ca,
            registry=self.registry,
            ticket_keys=self.authority.signer.public_keys,
            agents_url=f"wss://{config.agents.names[0]}:{config.agents.port}/agent",
            clock=self.clock,
        )
        self.enrolment = EnrolmentListener(
            enrolment_app(service, self.clock),
            self.enrolment_context,
            host=config.enrolment.host,
            port=config.enrolment.port,
        )
        self._agents: tuple[str, ...] = ()
        self._fenced: frozenset[str] = frozenset()
        self.web_settings = WebSettings(
            allowed_origins=config.web.origins,
            max_upload=limit,
            agents_url=f"wss://{config.agents.names[0]}:{config.agents.port}",
        )
        self.reception = Reception(
            [InHouse({"inhouse": secret}, self.accounts, self.clock), *self.messengers],
            conversation=conversation,
            people=self.accounts,
            files=self.artifacts,
            rooms=self.chat_rooms,
            notices=self.deliveries,
            clock=self.clock,
            enter=self._may_enter,
        )
        self.tickets = TicketDesk(
            None if itsm_secret is None else SignedRequests({"itsm": itsm_secret}, self.accounts, self.clock),
            conversation=conversation,
            people=self.accounts,
            clock=self.clock,
            enter=self._may_enter,
            known_room=self._is_room,
        )
        self.follow = Follow(self.engine.desk, self.store, self.clock)
        self.web = make_app(
            Parts(
                language=self._language,
                conversation=conversation,
                accounts=self.accounts,
                staging=self.artifacts,
                rooms=self.rooms,
                reception=self.reception,
                signed=Signed(self.signer, self.store, self.uploads),
                linking=Linking(self.identities, self.claims),
                tickets=self.tickets,
                follow=self.follow,
                outputs=Outputs(self.engine.desk, self.store, self.links, self.outputs, self.clock),
                queue=Queue(self.engine.desk, self.engine.presses, self.clock),
                facts=FactDesk(SqlAgentFacts(self.database), self.inventory, authoriser),
                settings=self.web_settings,
                clock=self.clock,
                status=self.status,
                checks=self._checks(),
                registry=metrics,
            )
        )

    async def _post(self, messages: Sequence[RoomMessage]) -> None:
        """What agents say in rooms: stored and shown, never read."""
        await self.engine.desk.post(messages)

    def _language(self, room_id: str) -> Language:
        """Rooms of messengers have their own; for those of the console the configuration says it."""
        return self.chat_rooms.language(room_id, self.config.language(room_id))

    def _may_enter(self, room_id: str, person: Person) -> bool:
        """Rooms of the console have members; other rooms of the in-house messenger are its own."""
        room = self.web_settings.room(room_id)
        return room is None or room.open_to(person)

    def _is_room(self, room_id: str) -> bool:
        return self.web_settings.room(room_id) is not None or self.chat_rooms.scope(room_id) is not None

    def _tell_reader(self, status: ReaderStatus) -> None:
        """The model went or came back: one notice in every room of the hub, not one a message."""
        now = self.clock.now_ms()
        for room in self.web_settings.rooms:
            notice = RoomMessage(
                message_id=f"reader-{now}-{room.room_id}",
                timestamp=iso(now) or "",
                sender=BOT,
                sender_type=SenderType.SYSTEM,
                msg_type=MessageType.NOTICE,
                content=status.message,
                room_id=room.room_id,
            )
            self.engine.desk.later(self.engine.system_message(notice), "tell the reader's status")

    async def _tell_parked(self, platform: str, channel: str) -> None:
        """In the rooms of the console, where the administrators are, and in the room that misses its channel."""
        bound = self.chat_rooms.bound(platform, channel)
        rooms = {room.room_id for room in self.web_settings.rooms} | ({bound.room_id} if bound is not None else set())
        for room_id in sorted(rooms):
            notice = parked_notice(platform, channel, room_id, self.clock.now_ms(), self._language(room_id))
            self.engine.desk.later(self.engine.system_message(notice), "tell that a channel is parked")

    def _checks(self) -> Mapping[str, Check]:
        async def database() -> None:
            await self.database.read(ping)
            await self.database.write(ping)

        return {"database": database}

    def _grpc_links(self) -> Listener:
        """The second listener of the same agents. Raises `ConfigError` when grpcio is not installed."""
        grpc_wire.prepare(os.environ)
        try:
            from guardia.hub.links.grpc import GrpcLinks
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "grpc":
                raise
            raise ConfigError(
                "[agents_grpc] enabled = true needs grpcio: install guardia-hub[grpc], or set enabled = false"
            ) from None
        section, agents = self.config.agents_grpc, self.config.agents
        return GrpcLinks(
            self.links.admission,
            material=lambda: tls.material(self.authority.keystore),
            host=section.host,
            port=section.port,
            max_calls=agents.max_agents,
        )

    async def _may_fetch(self, agent_id: str, sha256: str) -> bool:
        """An agent may have an artifact while a step of its own that needs it is under way."""
        return any(
            node.agent == agent_id and _artifact_of(step) == sha256
            for request in self.engine.desk.requests.values()
            for node, step in request.steps_out()
        )

    def status(self) -> HubStatus:
        """What the console shows of the agents: every enrolled one, online or not."""
        online = self.links.presence()
        known = sorted({*self._agents, *online})
        return HubStatus(
            agents=tuple(
                AgentStatus(
                    agent_id=agent_id,
                    online=agent_id in online,
                    targets=online[agent_id].hello.targets if agent_id in online else (),
                    since_ms=online[agent_id].connected_ms if agent_id in online else 0,
                    draining=agent_id in self.engine.delivery.draining,
                    fenced=agent_id in self._fenced,
                )
                for agent_id in known
            )
        )

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises `ConfigError` when an address cannot be bound."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.database.close)
            stack.enter_context(only_hub(self.config.state))
            self.authority.ensure_server_certificate(self.config.agents.names, self.clock.now_ms())
            self.authority.reload(self.agent_context, self.enrolment_context)
            await self.inventory.load()
            await self.courier.resume()
            await self.chat_rooms.load()
            if self.reader is not None:
                stack.push_async_callback(self.reader.close)
            await self.engine.start()
            stack.push_async_callback(self.engine.stop)
            self.engine.run_timers()
            await self.links.admission.recall()
            await self._follow_agents()  # before the first of them comes: what is drained is given nothing
            await self._deliver(stack)
            await self._listen(stack)
            keeper = asyncio.create_task(self._housekeeping())
            stack.callback(keeper.cancel)
            self.heap.settle()
            log.info("hub.ready", web=self.config.web.port, agents=self.config.agents.port)
            await stop.wait()
            log.info("hub.stopping")

    async def _deliver(self, stack: contextlib.AsyncExitStack) -> None:
        """The courier, and the connections that the hub opens to messengers; both end before the engine does."""
        for messenger in self.messengers:
            stack.push_async_callback(messenger.close)
        delivering = asyncio.create_task(self.courier.run())

        async def stop() -> None:
            await self.courier.stop()
            await delivering

        stack.push_async_callback(stop)
        telling = asyncio.create_task(self.hook_sender.run())

        async def stop_telling() -> None:
            await self.hook_sender.stop()
            await telling
            await self.hook_sender.close()

        stack.push_async_callback(stop_telling)
        for messenger in self.messengers:
            hand_over = functools.partial(self.reception.hand_over, messenger.name)
            listening = asyncio.create_task(_listen_on(messenger, hand_over))
            stack.callback(listening.cancel)

    async def _listen(self, stack: contextlib.AsyncExitStack) -> None:
        try:
            await self.links.start()
        except OSError as error:
            where = f"{self.config.agents.host} port {self.config.agents.port}"
            raise ConfigError(f"the agents' listener cannot bind {where}: {error.strerror}") from error
        stack.push_async_callback(self.links.close)
        if self.grpc_links is not None:
            try:
                await self.grpc_links.start()
            except OSError as error:
                where = f"{self.config.agents_grpc.host} port {self.config.agents_grpc.port}"
                why = error.strerror or str(error) or "no answer"
                raise ConfigError(f"the agents' gRPC listener cannot bind {where}: {why}") from error
            stack.push_async_callback(self.grpc_links.close)
        stack.callback(self.links.stop_accepting)  # before the first goodbye, whichever listener says it
        await self.enrolment.start()
        stack.push_async_callback(self.enrolment.stop)
        host, port = self.config.web.host, self.config.web.port
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            listening = socket.create_server((host, port), family=family, backlog=512)
        except OSError as error:
            raise ConfigError(f"the web listener cannot bind {host} port {port}: {error.strerror}") from error
        options = uvicorn.Config(self.web, access_log=False, **_server_options(self._proxies))
        server = _Server(options)
        serving = asyncio.create_task(server.serve(sockets=[listening]))

        async def stop() -> None:
            self.follow.close()  # who waits for output would hold the stop up
            server.should_exit = True
            await serving

        stack.push_async_callback(stop)

    async def _follow_agents(self) -> None:
        """What admins have decided about agents beside the running hub, and whom the hub itself has fenced."""
        agents = await self.registry.standings()
        self._agents = tuple(agent.agent_id for agent in agents)
        for agent in agents:  # a revocation by the command line closes the live connection too
            if agent.state is AgentState.REVOKED:
                await self.links.disconnect(agent.agent_id, "identity.revoked", "this agent was revoked")
            elif agent.state is AgentState.FENCED:
                await self.links.disconnect(agent.agent_id, "identity.cloned", "two hosts have this identity")
        self.engine.delivery.draining = frozenset(a.agent_id for a in agents if a.draining)
        fenced = frozenset(agent.agent_id for agent in agents if agent.state is AgentState.FENCED)
        for agent_id in sorted(fenced - self._fenced):
            self._tell_fenced(agent_id)
        self._fenced = fenced

    def _tell_fenced(self, agent_id: str) -> None:
        """In the rooms of the console, where the administrators are. Again after a restart of the hub: it is a danger
        for as long as nobody has decided."""
        for room in self.web_settings.rooms:
            notice = fenced_notice(agent_id, room.room_id, self.clock.now_ms(), self._language(room.room_id))
            self.engine.desk.later(self.engine.system_message(notice), "tell that an identity is fenced")

    async def _housekeeping(self) -> None:
        """What is due now and then: the server certificate, the list of agents, an inventory changed by a command."""
        due = self.clock.monotonic() + DAY
        while True:
            await asyncio.sleep(2)
            self.heap.tend()
            try:
                await self._follow_agents()
                await self.inventory.load()
                await self.host_keys.tell()
                await self.chat_rooms.load()
                if self.clock.monotonic() >= due:
                    due += DAY
                    await self.deliveries.prune(self.clock.now_ms() - POSTED_DAYS * int(DAY) * 1000)
                    dropped = await self.hooks.prune(self.clock.now_ms() - HOOK_DAYS * int(DAY) * 1000)
                    if dropped:
                        log.error("hub.itsm_events_dropped", count=dropped, days=HOOK_DAYS)
                    if self.authority.ensure_server_certificate(self.config.agents.names, self.clock.now_ms()):
                        self.authority.reload(self.agent_context, self.enrolment_context)
            except (HubError, CertsError, CmdbError) as error:
                log.warning("hub.housekeeping_failed", code=error.code, error=str(error))
            except Exception:  # a full disk or a lost database must not end what enforces revocations
                log.exception("hub.housekeeping_failed", code="hub.internal")


async def _listen_on(messenger: Messenger, hand_over: HandOver) -> None:
    """Listen for as long as the hub runs; an adapter that fails is started again."""
    while True:
        try:
            return await messenger.listen(hand_over)
        except Exception:
            log.exception("hub.messenger_failed", messenger=messenger.name)
        await asyncio.sleep(5)


def _server_options(proxies: list[str]) -> dict[str, Any]:
    return {**SERVER_OPTIONS, "forwarded_allow_ips": proxies}


class _Server(uvicorn.Server):
    """Signals belong to the hub, which stops its listeners in order."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield


def _make_secret(path: Path) -> None:
    """Random characters in a file of its own; what is there stays, unless an earlier start was interrupted."""
    if not path.exists() or not path.stat().st_size:
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")


def init(config: Config) -> dict[str, str]:
    """Make what a hub needs before its first start; what is there stays. Returns what is where.

    Raises `ConfigError`.
    """
    state = config.state
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    state.chmod(0o700)
    try:
        authority = HubAuthority.init(
            state, trust_domain=config.hub.trust_domain, names=config.agents.names, now_ms=SystemClock().now_ms()
        )
    except CertsError as error:
        raise ConfigError(str(error)) from error
    secret = state / "webhook.secret"
    _make_secret(secret)
    _make_secret(state / "links.key")
    try:
        database = Database(config.database_url)
    except SQLAlchemyError as error:
        raise ConfigError(f"the database cannot be used: {error}") from error
    try:
        migrations.upgrade(database.engine)
        asyncio.run(StoredInventory(database).load())
    except (SQLAlchemyError, CmdbError) as error:
        raise ConfigError(f"the database cannot be used: {error}") from error
    finally:
        database.close()
    return {
        "state": str(state),
        "database": config.database_url if not config.store.url else "(see [store] url)",
        "root_key": str(state / "ca" / "root.key"),
        "pin": authority.ca.pin,
        "webhook_secret_file": str(secret),
    }
