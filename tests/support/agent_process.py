"""A real agent process and the hub's listener in this one, over real mTLS, with a small service to work on."""

import asyncio
import contextlib
import json
import os
import sys
import time
import urllib.request

import psutil

from guardia.certs import keystore, tls
from guardia.certs.csr import key_from_pem, key_to_pem, new_key
from guardia.certs.identity import Role
from guardia.certs.keystore import Identity, Material
from guardia.certs.ticket import Ticket
from guardia.hub.artifacts.outputs import OutputExchange
from guardia.hub.links.websocket import WebSocketLinks
from guardia.proto.catalogue import make_parameters, step_digest
from guardia.proto.frames import (
    Dispatch,
    Output,
    OutputRefused,
    Refused,
    Result,
)
from tests.support.flood import __file__ as FLOOD  # noqa: N812 - a path
from tests.support.ports import free_port
from tests.support.service_app import __file__ as SERVICE_APP  # noqa: N812 - a path

AGENT, ASSET, DOMAIN = "agent-1", "APP-WAS-01", "test.guardia"


class Clock:
    def now_ms(self):
        return time.time_ns() // 1_000_000

    def monotonic(self):
        return time.monotonic()


class Registry:
    def __init__(self):
        self.epoch = 0

    async def admitted(self, agent_id, certificate_sha256):
        return agent_id == AGENT

    async def admit(self, agent_id, certificate_sha256):
        if agent_id != AGENT:
            return None
        self.epoch += 1
        return self.epoch

    async def fence(self, agent_id, reason):
        raise AssertionError(f"fenced {agent_id}: {reason}")

    async def fenced(self, agent_id):
        return ""


class Heard:
    """What the hub hears."""

    def __init__(self):
        self.frames = []
        self.hellos = []
        self.news = asyncio.Condition()
        self.also = None
        """A further handler that hears every frame."""
        self.exchange = None
        self.takes_output = asyncio.Event()
        self.takes_output.set()

    async def connected(self, presence):
        async with self.news:
            self.hellos.append(presence)
            self.news.notify_all()

    async def lost(self, agent_id, epoch, reason):
        async with self.news:
            self.news.notify_all()

    async def received(self, agent_id, epoch, frame):
        if isinstance(frame, OutputRefused):
            self.exchange.refused(agent_id, frame)
        if isinstance(frame, Output):
            await self.takes_output.wait()
        async with self.news:
            self.frames.append(frame)
            if self.also is not None:
                await self.also.received(agent_id, epoch, frame)
            self.news.notify_all()

    def of(self, kind):
        return [frame for frame in self.frames if isinstance(frame, kind)]

    async def until(self, condition):
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(condition)

    async def first(self, kind):
        await self.until(lambda: self.of(kind))
        return self.of(kind)[0]


class Field:
    """Hub, state directory, one service, and the agent's process."""

    def __init__(self, folder, authority, **options):
        """`options`: of the links, for instance `heartbeat`."""
        self.folder, self.authority, self.clock = folder, authority, Clock()
        self.heard, self.registry = Heard(), Registry()
        self.service_port = free_port()
        self.process = None
        self.links = WebSocketLinks(
            self.heard,
            self.registry,
            ssl_context=tls.hub_agent_listener_context(authority.keystore),
            clock=self.clock,
            trust_domain=DOMAIN,
            **options,
        )
        self.exchange = self.links.outputs = self.heard.exchange = OutputExchange(self.links)
        self._fencing = 0

    def identify(self):
        """As an enrolment would."""
        state = self.folder / "state"
        state.mkdir(mode=0o700)
        key = key_to_pem(new_key())
        issued = self.authority.ca.issue_agent(key_from_pem(key).public_key(), AGENT, self.clock.now_ms())
        url = f"wss://localhost:{self.links.port}/agent"
        identity = Identity(role=Role.AGENT, name=AGENT, trust_domain=DOMAIN, asset_code=ASSET, agents_url=url)
        keystore.replace(
            state / "identity",
            Material(
                identity=identity,
                key=key,
                chain=issued.chain,
                roots=self.authority.ca.roots_pem,
                ticket_keys=self.authority.signer.public_keys,
            ),
        )

    def configure(self, *service_options, more=""):
        options = "".join(f', "{option}"' for option in service_options)
        self.config = self.folder / "agent.toml"
        self.config.write_text(
            f"""
[agent]
asset = "{ASSET}"
state_dir = "{self.folder}/state"
{more}

[[services]]
asset = "{ASSET}"
name = "app"
manager = "command"
start = ["{sys.executable}", "{SERVICE_APP}", "{self.service_port}", "{self.folder}/version"{options}]
pid_file = "{self.folder}/app.pid"
log_files = ["{self.folder}/app.log"]
health_url = "http://127.0.0.1:{self.service_port}/health"
ports = [{self.service_port}]
"""
        )

    def flood(self, size, *, seconds=0.0):
        """From now on, stopping the service writes so many bytes before it does so."""
        arguments = [sys.executable, FLOOD, str(self.folder / "app.pid"), str(size), str(seconds)]
        self.config.write_text(f"{self.config.read_text()}stop = {json.dumps(arguments)}\nstop_timeout = 120\n")

    async def fetch(self, step_id, *, offset=0, limit=0):
        """A step's whole output, and what the agent says of it."""
        fetched = await self.exchange.fetch(AGENT, step_id, offset=offset, limit=limit)
        try:
            return fetched.head, b"".join([chunk async for chunk in fetched.chunks()])
        finally:
            await fetched.close()

    async def start(self, **environment):
        hellos = len(self.heard.hellos)
        with (self.folder / "agent.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "guardia.agent",
                "--config",
                str(self.config),
                "run",
                env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), **environment},
                stderr=log,
            )
        hello = asyncio.create_task(self.heard.until(lambda: len(self.heard.hellos) > hellos))
        ended = asyncio.create_task(self.process.wait())
        await asyncio.wait([hello, ended], return_when=asyncio.FIRST_COMPLETED)
        for task in (hello, ended):
            task.cancel()
        assert self.process.returncode is None, (self.folder / "agent.log").read_text()

    async def ended(self):
        async with asyncio.timeout(30):
            return await self.process.wait()

    async def cli(self, *arguments, stdin=b""):
        done = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "guardia.agent",
            "--config",
            str(self.config),
            *arguments,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(60):
            output, _ = await done.communicate(stdin)
        return done.returncode, output.decode()

    def dispatch(self, step_id, action, *, explain_digest="", values=None, target=ASSET, timeout_ms=60_000):
        self._fencing += 1
        parameters = make_parameters(action, {"service": "app"} if values is None else values)
        digest = step_digest(step_id=step_id, action_code=action, target=target, parameters=parameters)
        now = self.clock.now_ms()
        ticket = Ticket(
            ticket_id=f"K-{step_id}",
            step_id=step_id,
            request_id="R1",
            agent_id=AGENT,
            target=target,
            action=action,
            step_digest=digest,
            plan_digest="0" * 64,
            explain_digest=explain_digest,
            requester="engineer1",
            approvers=("approver1",),
            fencing=self._fencing,
            issued_ms=now,
            expires_ms=now + 600_000,
        )
        return Dispatch(
            step_id=step_id,
            request_id="R1",
            action=action,
            target=target,
            parameters=parameters,
            timeout_ms=timeout_ms,
            digest=digest,
            ticket=self.authority.signer.sign(ticket),
        )

    async def result(self, frame):
        await self.links.send(AGENT, frame)
        await self.heard.until(
            lambda: any(answer.step_id == frame.step_id for answer in self.heard.of(Result) + self.heard.of(Refused))
        )
        (found,) = [
            answer for answer in self.heard.of(Result) + self.heard.of(Refused) if answer.step_id == frame.step_id
        ]
        return found

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.service_port}/health", timeout=5) as answer:
            return json.load(answer)

    def starts(self):
        """How often the service was really started."""
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "app.log").read_text().count("service starts")
        return 0

    def services(self):
        """Every process of the service, also one that an agent was killed too early to write down."""
        named = f"{self.folder}/version"
        return [one for one in psutil.process_iter(["cmdline"]) if named in (one.info["cmdline"] or ())]

    async def close(self):
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self.links.close()
        services = self.services()
        for service in services:
            with contextlib.suppress(psutil.NoSuchProcess):
                service.kill()
        await asyncio.to_thread(psutil.wait_procs, services, 5)
