"""The supervisor: starts the server, opens the gate after a canary answer, watches, starts again, drains."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from guardia.llm_server import command, process
from guardia.llm_server.client import Client, Endpoint
from guardia.llm_server.config import Config, RestartConfig
from guardia.llm_server.errors import GaveUpError, StartError
from guardia.llm_server.health import Look, Probe
from guardia.llm_server.metrics import Metrics
from guardia.llm_server.notify import Status, StatusFile, Systemd
from guardia.llm_server.progress import phase

HANG_GRACE = 5.0
"""Seconds between SIGTERM and SIGKILL for a server that hangs."""
STOP_MARGIN = 10.0
"""Seconds that a stop may take beyond the server's own shutdown time-out."""
IDLE_EVERY = 0.5
IDLE_LOOKS = 4
"""Looks in a row without a question in flight after which a draining server is ended."""
PROGRESS_EVERY = 5.0
USAGE_ERROR = 2
"""Exit status of a server that did not understand its arguments: another start cannot help."""


class Log(Protocol):
    """Where events go: structlog's methods, or a test's list."""

    def info(self, event: str, **fields: Any) -> Any: ...
    def warning(self, event: str, **fields: Any) -> Any: ...
    def error(self, event: str, **fields: Any) -> Any: ...


def delay(attempt: int, config: RestartConfig, fraction: float) -> float:
    """Seconds before restart number `attempt` (from 1): doubled each time, capped, between half and all of that.

    `fraction` in [0, 1) is the jitter: several servers that fell together must not load their models together.
    """
    # The exponent is bounded before it is used: 2.0 ** 5000 is an OverflowError, not a long wait.
    full: float = min(config.backoff_max, config.backoff_min * 2.0 ** min(attempt - 1, 32))
    return full * (0.5 + 0.5 * fraction)


def endpoint(config: Config, key: str) -> Endpoint:
    """How the supervisor itself reaches the server."""
    return Endpoint(
        url=config.base_url,
        model=config.model.served_name,
        api_key=key,
        ca=(config.health.server_ca or config.server.tls_ca) if config.server.tls_certificate else "",
        certificate=config.health.client_certificate,
        key=config.health.client_key,
        server_name=config.health.server_name,
    )


class Supervisor:
    """One server. `run` once; `drain` (also from a signal handler) ends it, a second `drain` at once."""

    def __init__(
        self,
        config: Config,
        key: str,
        *,
        log: Log,
        metrics: Metrics,
        systemd: Systemd,
        environ: Mapping[str, str],
        jitter: Callable[[], float],
    ) -> None:
        self._config = config
        self._key = key
        self._log = log
        self._metrics = metrics
        self._systemd = systemd
        self._environ = environ
        self._jitter = jitter
        self._file = StatusFile(Path(config.server.state_dir))
        self._stop = asyncio.Event()
        self._now = asyncio.Event()
        self._child: process.Child | None = None
        self._phase = "starting"
        self._attempt = 0
        """Restarts in a row, without a stable time between."""
        self._restarts = 0
        self._ready_since = 0.0
        self._ready_at = 0.0
        self._canary: float | None = None
        self._error = ""

    def drain(self) -> None:
        """End: finish what is in flight and stop. Called again: kill."""
        if self._stop.is_set():
            self._now.set()
            if self._child is not None:
                self._child.kill()
        self._stop.set()

    async def run(self) -> None:
        """Serve until `drain`. Raises `StartError` and `GaveUpError`."""
        try:
            while True:
                reason, hopeless = await self._once()
                if self._stop.is_set():
                    self._say("stopped")
                    return
                if self._ready_at and time.monotonic() - self._ready_at >= self._config.restart.stable_after:
                    self._attempt = 0
                self._ready_at = self._ready_since = 0.0
                self._attempt += 1
                if hopeless or self._attempt > self._config.restart.max_restarts:
                    raise GaveUpError(self._farewell(reason, hopeless=hopeless))
                pause = delay(self._attempt, self._config.restart, self._jitter())
                self._restarts += 1
                self._metrics.restarts.labels(reason).inc()
                self._log.warning(
                    "llm.restart", reason=reason, attempt=self._attempt, seconds=round(pause, 1), error=self._error
                )
                self._say("restarting")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), pause)
                if self._stop.is_set():
                    self._say("stopped")
                    return
        except (StartError, GaveUpError) as error:
            self._error = str(error)
            self._say("gave_up")
            raise

    async def _once(self) -> tuple[str, bool]:
        """One life of the server: why it ended, and whether another start is hopeless.

        Why: `exited`, `hung`, `never_ready`, `port_taken`, `stopped`.
        """
        try:
            self._port_is_free()
        except StartError as error:
            if not self._restarts:
                raise
            self._error = str(error)
            return "port_taken", False
        words = command.argv(self._config)
        self._log.info("llm.start", argv=words)
        self._phase, self._error = "starting", ""
        child = self._child = await process.start(
            words, command.environment(self._config, self._key, self._environ), self._line
        )
        self._metrics.up.set(1)
        self._say("starting")
        exited = asyncio.create_task(child.wait())
        stopped = asyncio.create_task(self._stop.wait())
        watched = asyncio.create_task(self._watch())
        try:
            await asyncio.wait((exited, stopped, watched), return_when=asyncio.FIRST_COMPLETED)
            self._metrics.ready.set(0)
            if stopped.done():
                watched.cancel()  # a draining server refuses new questions; that is no fault
                self._error = ""
                await self._drain(child)
                return "stopped", False
            if exited.done():
                watched.cancel()
                code = exited.result()
                self._error = f"the server ended with status {code}"
                return "exited", code == USAGE_ERROR and not self._ready_at
            reason = watched.result()
            self._say("unwell")
            await child.stop(HANG_GRACE)
            return reason, False
        finally:
            for task in (stopped, watched):
                task.cancel()
            await asyncio.gather(stopped, watched, return_exceptions=True)
            if not exited.done():
                child.kill()
            await exited
            self._metrics.ready.set(0)
            self._metrics.up.set(0)
            self._child = None

    async def _drain(self, child: process.Child) -> None:
        grace = self._config.server.shutdown_timeout + STOP_MARGIN
        self._log.info("llm.drain", seconds=self._config.server.shutdown_timeout)
        self._say("stopping")
        self._systemd.stopping()
        self._systemd.status("draining", extend=grace + HANG_GRACE)
        settled = asyncio.create_task(self._settle(child))
        try:
            code = await child.stop(0.1 if self._now.is_set() else grace)
        finally:
            settled.cancel()
            await asyncio.gather(settled, return_exceptions=True)
        self._log.info("llm.stopped", status=code)

    async def _settle(self, child: process.Child) -> None:
        """End a draining server that has nothing left to do.

        vLLM waits its whole shutdown time-out for an engine process that idles; nobody else needs to.
        """
        idle = 0
        async with Client(endpoint(self._config, self._key), connections=1) as client:
            probe = Probe(client, timeout=self._config.health.timeout, canary_timeout=1)
            while idle < IDLE_LOOKS:
                await asyncio.sleep(IDLE_EVERY)
                idle = idle + 1 if await probe.in_flight() == 0 else 0
        self._log.info("llm.drained")
        child.kill()

    async def _watch(self) -> str:
        """Return why the server must be started again; never return while it is well."""
        health = self._config.health
        async with Client(endpoint(self._config, self._key), connections=4) as client:
            probe = Probe(client, timeout=health.timeout, canary_timeout=health.canary_timeout)
            if not await self._gate(probe):
                return "never_ready"
            failures, next_canary = 0, time.monotonic() + health.canary_interval
            while failures < health.failures:
                await asyncio.sleep(health.interval)
                look = await probe.healthy()
                if look.ok and time.monotonic() >= next_canary:
                    look = await self._ask_canary(probe)
                    if look.ok:
                        next_canary = time.monotonic() + health.canary_interval
                failures = 0 if look.ok else failures + 1
                self._judge(look, failures)
        return "hung"

    async def _gate(self, probe: Probe) -> bool:
        """Wait for `/health` and an answered canary; False when the time is over."""
        began, told = time.monotonic(), 0.0
        limit = self._config.health.start_timeout
        while (taken := time.monotonic() - began) < limit:
            look = await probe.healthy()
            if look.ok:
                self._phase = "asking the canary question"
                look = await self._ask_canary(probe)
                if look.ok and not look.busy:
                    self._open(time.monotonic() - began)
                    return True
            self._error = look.error
            if taken - told >= PROGRESS_EVERY or not told:
                told = taken or 0.001
                self._log.info("llm.loading", seconds=round(taken, 1), phase=self._phase)
                self._systemd.status(f"{self._phase} ({taken:.0f} s)", extend=60)
            await asyncio.sleep(min(0.5, limit / 10))
        self._error = f"not ready within {limit:g} s ({self._phase}): {self._error}; raise [health] start_timeout"
        return False

    async def _ask_canary(self, probe: Probe) -> Look:
        look = await probe.canary()
        if look.canary_seconds is not None:
            self._canary = look.canary_seconds
            self._metrics.canary.observe(look.canary_seconds)
        elif not look.busy:
            self._metrics.canary_failures.labels(look.code).inc()
        return look

    def _open(self, seconds: float) -> None:
        self._ready_at, self._ready_since = time.monotonic(), time.time()
        self._error = ""
        self._metrics.ready.set(1)
        self._metrics.start.set(seconds)
        self._log.info(
            "llm.ready", seconds=round(seconds, 1), canary_seconds=round(self._canary or 0, 3),
            url=self._config.base_url, model=self._config.model.served_name,
        )  # fmt: skip
        self._systemd.ready(f"ready, {self._config.model.name}")
        self._say("ready")

    def _judge(self, look: Look, failures: int) -> None:
        self._metrics.ready.set(1 if look.ok else 0)
        self._error = look.error
        if not look.ok:
            self._log.warning("llm.unwell", failures=failures, code=look.code, error=look.error)
        self._say("ready" if look.ok else "unwell")

    def _line(self, line: str) -> None:
        if self._key:
            line = line.replace(self._key, "***")
        self._phase = phase(line) or self._phase
        self._log.info("vllm.output", line=line)

    def _port_is_free(self) -> None:
        """Before every start: else a stranger on that port, or a server left over, would pass for ours."""
        host, port = self._config.server.host, self._config.server.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((host, port))
        except OSError as error:
            raise StartError(
                f"{host}:{port}: {error.strerror}; another server has that address: stop it, or choose another"
                " [server] port"
            ) from None

    def _farewell(self, reason: str, *, hopeless: bool) -> str:
        if hopeless:
            return "the server did not understand its arguments; see its last lines above and [engine] extra_args"
        return (
            f"the server failed {self._attempt} times in a row (last: {reason}, {self._error}); see its last lines"
            " above, correct llm.toml or free memory, and start again"
        )

    def _say(self, state: str) -> None:
        self._file.write(
            Status(
                state=state,
                model=self._config.model.name,
                url=self._config.base_url,
                pid=os.getpid(),
                server_pid=self._child.pid if self._child else 0,
                restarts=self._restarts,
                ready_since=self._ready_since if state == "ready" else 0,
                canary_seconds=self._canary,
                error=self._error,
                updated=time.time(),
            )
        )
