"""The life of the agent's process: connect, keep the status file, stop cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import Any

import structlog

from guardia.agent.config import Config
from guardia.agent.daemon import status, system
from guardia.agent.errors import LinkError

STATUS_EVERY = 15.0
"""Seconds; a change is written after `STATUS_SETTLE`."""

STATUS_SETTLE = 0.2

LINK_PAUSE = 5.0
"""Seconds before a link that crashed starts again."""

EXIT_STOPPED = 0
EXIT_DISMISSED = 4
"""The hub said not to come back with this identity."""

EXIT_STEPS_LEFT = 5
"""Stopped while steps that must not be interrupted went on; they are probed after the next start."""


async def serve(config: Config) -> int:
    """Run until SIGTERM or SIGINT, or until the hub dismisses the agent. Returns the exit code.

    Raises `AgentError` when the agent cannot start. A second signal ends the waiting for running steps.
    """
    from guardia.agent.daemon.wiring import build

    system.configure_logging()
    log = structlog.get_logger("guardia.agent")
    program = build(config)
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    started_ms = program.clock.now_ms()
    keeper = asyncio.create_task(_keep_status(program, started_ms, log))
    link = asyncio.create_task(_stay_linked(program, log))
    facts = None if program.facts is None else asyncio.create_task(program.facts.run())
    stopping = asyncio.create_task(stop.wait())
    log.info("agent started", agent_id=program.identity.agent_id, hub=program.hub_url, software=system.software())
    code = EXIT_STOPPED
    await asyncio.wait([link, stopping], return_when=asyncio.FIRST_COMPLETED)
    if link.done():
        code = EXIT_DISMISSED
    stopping.cancel()
    drain = asyncio.create_task(program.daemon.drain(config.limits.drain))
    hurrying = asyncio.create_task(hurry.wait())
    await asyncio.wait([drain, hurrying], return_when=asyncio.FIRST_COMPLETED)
    clean = drain.done() and drain.result()
    await program.link.close()
    await asyncio.wait([link], timeout=5)
    keeper.cancel()
    if facts is not None:
        facts.cancel()
    with contextlib.suppress(OSError):
        _write_status(program, started_ms, stopping=True)
    if not clean:
        # The end of the event loop would cancel those steps, and with them kill what they started half way. So the
        # process ends around them: they go on, and the next start finds out by a probe what came of them.
        log.warning("stopped with steps under way", steps=[step.step_id for step in program.daemon.running()])
        sys.stderr.flush()
        os._exit(EXIT_STEPS_LEFT)
    if program.pool is not None:
        await program.pool.close()
    if program.spool is not None:
        program.spool.close()
    if program.groups is not None:
        program.groups.close()
    program.journal.close()
    log.info("agent stopped")
    return code


async def _stay_linked(program: Any, log: Any) -> None:
    """Returns when the link was closed, or the hub dismissed this agent. A defect of the link must end no step."""
    while True:
        try:
            await program.link.run()
            return
        except LinkError as error:
            log.warning("the hub dismissed this agent", code=error.code, error=str(error))
            return
        except Exception:
            log.exception("the link crashed; it starts again")
            await asyncio.sleep(LINK_PAUSE)


async def _keep_status(program: Any, started_ms: int, log: Any) -> None:
    changed = program.daemon.changed
    while True:
        changed.clear()
        try:
            await asyncio.to_thread(_write_status, program, started_ms)
        except OSError as error:
            log.warning("status not written", error=str(error))
        except Exception:
            log.exception("status not written")
        await asyncio.sleep(STATUS_SETTLE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STATUS_EVERY):
                await changed.wait()


def _write_status(program: Any, started_ms: int, *, stopping: bool = False) -> None:
    daemon, link_error = program.daemon, program.link.last_error
    unacknowledged, interrupted = daemon.open_steps()
    last = daemon.last_error
    if link_error is not None:
        last = status.LastError(at_ms=program.clock.now_ms(), code=link_error.code, message=str(link_error)[:500])
    status.write(
        program.config.state_dir / "status.json",
        status.Status(
            pid=os.getpid(),
            agent_id=program.identity.agent_id,
            instance_id=program.instance_id,
            software=system.software(),
            hub_url=program.hub_url,
            started_ms=started_ms,
            updated_ms=program.clock.now_ms(),
            connected=program.link.connected and not stopping,
            epoch=daemon.epoch,
            stopping=stopping or daemon.stopping,
            steps=daemon.running(),
            unacknowledged=unacknowledged,
            interrupted=interrupted,
            journal_bytes=program.journal.size,
            journal_broken=program.journal.broken,
            certificate_expires_ms=program.identity.not_after_ms,
            spool=program.spool.use if program.spool is not None else None,
            cancel=program.cancel_by(),
            last_error=last,
        ),
    )
