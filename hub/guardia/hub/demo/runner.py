"""Starts the demonstration's processes and stops them again: hub, agents, SSH servers, services."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from guardia.hub.demo.estate import Estate, Node, to_toml
from guardia.hub.demo.ports import free_ports
from guardia.hub.errors import ConfigError, HubError

ROOM = "ops"
PEOPLE = {
    "engineer1": ["engineer"],
    "approver1": ["approver"],
    "viewer1": ["viewer"],
    "admin1": ["admin"],
}
MARKER = ".guardia-demo"
START = 90.0
"""Seconds in which the hub, and then all agents, must be up: also on a machine that has other work."""
SSHD_FOLDER = Path("/run/sshd")
"""Where OpenSSH as root insists on a folder, which its service unit makes."""


class DemoError(HubError):
    """Something of the demonstration did not start; the message names the log to read."""

    code = "demo.failed"


def command(name: str) -> str:
    """Path of one of our console scripts, beside this Python. Raises `ConfigError`."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise ConfigError(f"{name} is not installed beside {sys.executable}; run `make setup`")
    return str(path)


def system_program(name: str) -> str | None:
    """Path of a program of the system, sbin folders included; None when it is not installed."""
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin")


class Runner:
    """The system as processes of its own, with all their files below `root`, which is emptied first.

    `say` gets one line for each thing that is started; `find` looks for programs of the system.
    """

    def __init__(
        self,
        root: Path,
        *,
        say: Callable[[str], None],
        web_port: int = 0,
        start_delay: float = 0.0,
        find: Callable[[str], str | None] | None = None,
    ) -> None:
        self.root = root
        self._find = find or system_program
        self._start_delay = start_delay
        self._say = say
        self._web_port = web_port
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.estate = Estate(self.root, start_delay=self._start_delay)
        self.passwords = {name: secrets.token_urlsafe(9) for name in PEOPLE}
        self.environment: dict[str, str] = {}

    async def start(self) -> None:
        """Everything, from nothing: files, CA, CMDB, hub, enrolment, agents. Raises `DemoError`, `ConfigError`."""
        self._clear()
        self.estate.make()
        self._configure()
        self._say("인증 기관과 데이터베이스를 만듭니다")
        self.hub("init", "--quiet")
        for name, roles in PEOPLE.items():
            arguments = [argument for role in roles for argument in ("--role", role)]
            self.hub("people", "add", name, "--password-stdin", *arguments, stdin=self.passwords[name])
        self.hub("cmdb", "import", str(self.root / "cmdb"), "--yes")
        pinned = [f"{node.asset} {self.estate.host_key(node.asset)}\n" for node in self.estate.ssh_hosts]
        self.hub("cmdb", "host-keys", "-", stdin="".join(pinned))
        for node in self.estate.ssh_hosts:
            self._start_ssh(node)
        self._say("허브를 시작합니다")
        await self.start_hub()
        for node in self.estate.agents:
            await self._start_agent(node)
        await self._until_online([node.asset for node in self.estate.agents])
        self._say("서비스를 시작합니다")
        await self._start_services()

    def _clear(self) -> None:
        if self.root.exists():
            if not (self.root / MARKER).exists() and any(self.root.iterdir()):
                raise ConfigError(f"{self.root} holds files that are not the demo's; give another folder with --state")
            shutil.rmtree(self.root)
        self.root.mkdir(parents=True, mode=0o700)
        (self.root / MARKER).touch()
        (self.root / "logs").mkdir()

    def _configure(self) -> None:
        web, agents, enrolment = free_ports(3)
        self.web_port = self._web_port or web
        self.config = self.root / "hub.toml"
        values: dict[str, object] = {
            "hub": {"state_dir": str(self.root / "hub"), "trust_domain": "demo.guardia.internal"},
            "web": {"port": self.web_port},
            "agents": {"port": agents},
            "enrolment": {"port": enrolment},
        }
        self.config.write_text(to_toml(values), encoding="utf-8")
        self.enrolment_url = f"https://localhost:{enrolment}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    # --- processes --------------------------------------------------------------------------------------------------

    def hub(self, *arguments: str, stdin: str = "") -> str:
        """Run one command of `guardia-hub` to its end; its output. Raises `DemoError`."""
        return self._run([command("guardia-hub"), "--config", str(self.config), *arguments], stdin=stdin)

    def _run(self, argv: Sequence[str], *, stdin: str = "", environment: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            argv,
            input=stdin.encode(),
            capture_output=True,
            check=False,
            timeout=START,
            env={**os.environ, **self.environment, **(environment or {})},
        )
        if done.returncode:
            errors = done.stderr.decode(errors="replace").strip()
            raise DemoError(f"{' '.join(Path(a).name for a in argv[:4])} …: exit code {done.returncode}\n{errors}")
        return done.stdout.decode()

    def spawn(self, name: str, argv: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Start a process of the system; its output goes to `logs/<name>.log`."""
        with (self.root / "logs" / f"{name}.log").open("ab") as out:
            self._processes[name] = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={**os.environ, **self.environment, **(environment or {})},
            )

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def kill(self, name: str) -> None:
        """SIGKILL, as a power cut would; returns when the process is gone."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    async def gone(self, name: str, within: float) -> None:
        """Wait until a process has ended by itself (a fault that was asked for), and forget it."""
        await asyncio.to_thread(self._processes.pop(name).wait, within)

    async def start_hub(self) -> None:
        self.spawn("hub", [command("guardia-hub"), "--config", str(self.config), "serve"])
        async with httpx.AsyncClient(trust_env=False) as http:
            await self._until(lambda: self._healthy(http), START, "hub")

    async def _healthy(self, http: httpx.AsyncClient) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return (await http.get(f"{self.url}/healthz")).status_code == 200
        return False

    def _start_ssh(self, node: Node) -> None:
        sshd, missing = self._find("sshd"), "sshd가 설치되어 있지 않습니다"
        if sshd is not None and os.getuid() == 0 and not SSHD_FOLDER.is_dir():
            sshd, missing = None, f"sshd에 필요한 {SSHD_FOLDER} 폴더가 없습니다"  # not ours to make: it is outside
        if sshd is not None:
            self._say(f"SSH 서버 {node.asset} (OpenSSH, 포트 {node.ssh_port})")
            self.spawn(f"ssh-{node.asset}", [sshd, "-D", "-e", "-f", str(self.estate.sshd_config(node))])
            return
        self._say(f"SSH 서버 {node.asset} (내장 asyncssh, 포트 {node.ssh_port}: {missing})")
        keys = self.root / "keys"
        module = "guardia.hub.demo.ssh_server"
        arguments = [str(node.ssh_port), str(keys / node.asset), str(keys / "authorized_keys")]
        self.spawn(f"ssh-{node.asset}", [sys.executable, "-m", module, *arguments])

    async def _start_agent(self, node: Node) -> None:
        self._say(f"에이전트 {node.asset}: 등록하고 허브에 접속합니다")
        token = self.hub("agents", "add", node.asset, "--token-only").strip()
        config = str(self.estate.agent_config(node))
        agent = command("guardia-agent")
        enrol = [agent, "--config", config, "enrol", "--hub", self.enrolment_url]
        await asyncio.to_thread(self._run, enrol, environment={"GUARDIA_JOIN_TOKEN": token})
        self.start_agent(node.asset)

    def start_agent(self, asset: str, environment: Mapping[str, str] | None = None) -> None:
        config = str(self.estate.agent_config(self.estate.node(asset)))
        self.spawn(f"agent-{asset}", [command("guardia-agent"), "--config", config, "run"], environment)

    def wait_online(self, assets: Sequence[str]) -> None:
        """Block until these agents are connected. Raises `DemoError`."""
        asyncio.run(self._until_online(assets))

    async def _until_online(self, assets: Sequence[str]) -> None:
        async with httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30) as http:
            answer = await http.post("/api/login", json={"person_id": "admin1", "password": self.passwords["admin1"]})
            headers = {"Authorization": f"Bearer {answer.json()['token']}"}

            async def online() -> bool:
                status = (await http.get("/api/status", headers=headers)).json()
                return set(assets) <= {agent["agent_id"] for agent in status["agents"] if agent["online"]}

            await self._until(online, START, "agents")

    async def _until(self, ready: Callable[[], object], within: float, what: str) -> None:
        end = time.monotonic() + within
        while time.monotonic() < end:
            found = ready()
            if await found if asyncio.iscoroutine(found) else found:
                return
            dead = [name for name, process in self._processes.items() if process.poll() not in (None, 0)]
            if dead:
                raise DemoError(f"{dead[0]} ended by itself:\n{self.log_tail(dead[0])}")
            await asyncio.sleep(0.1)
        raise DemoError(f"{what}: not ready within {within:.0f} s; see {self.root / 'logs'}")

    def log_tail(self, name: str, lines: int = 15) -> str:
        path = self.root / "logs" / f"{name}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])

    # --- the estate's services --------------------------------------------------------------------------------------

    async def _start_services(self) -> None:
        """By the product itself: an admin asks for it in the room and another person approves."""
        from guardia.hub.demo.script import start_services  # speaks for people, and needs this module

        await start_services(self)

    async def service(self, asset: str) -> dict[str, object] | None:
        """What a service says of itself, asked directly and not through GUARDiA; None: it does not answer."""
        async with httpx.AsyncClient(trust_env=False, timeout=2) as http:
            with contextlib.suppress(httpx.HTTPError):
                return dict((await http.get(self.estate.node(asset).health_url)).json())
        return None

    async def stop(self) -> None:
        """End every process: agents and hub by SIGTERM, services by their pid files; no one is left behind."""
        for name in sorted(self._processes, key=lambda n: n == "hub"):
            process = self._processes[name]
            if process.poll() is None:
                process.terminate()
        for process in self._processes.values():
            try:
                await asyncio.to_thread(process.wait, 10)
            except subprocess.TimeoutExpired:
                process.kill()
        for node in self.estate.nodes:
            said = await self.service(node.asset)
            if said is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(int(str(said["pid"])), signal.SIGKILL)
