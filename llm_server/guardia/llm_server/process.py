"""A child process in a process group of its own: started without a shell, its output read line by line, ended whole."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from guardia.llm_server.errors import StartError

MAX_LINE = 4096
"""Bytes of one line of output that are kept; the rest of it is dropped."""
TAIL = 40
"""Last lines that are kept to explain an exit."""
GONE_EVERY = 0.05
GONE_LOOKS = 100
"""At most 5 s for a killed group to vanish; a process that waits for a disk or a GPU may take longer."""
_PR_SET_PDEATHSIG = 1


class Child:
    """A running child. Made by `start`; `wait`, `terminate` and `kill` may be called from several tasks."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        pipe: asyncio.ReadTransport,
        output: asyncio.StreamReader,
        on_line: Callable[[str], None],
    ) -> None:
        self._process = process
        self._pipe = pipe
        self._output = output
        self._on_line = on_line
        self.tail: deque[str] = deque(maxlen=TAIL)
        self._pump = asyncio.create_task(self._read(), name="vllm-output")

    @property
    def pid(self) -> int:
        """Also the id of the process group."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def wait(self) -> int:
        """The exit status, negative for a signal, once the whole group is gone and its output is read."""
        code = await self._process.wait()
        # A worker that survives its parent keeps the pipe, the port and the GPU's memory: the next start needs them.
        for _ in range(GONE_LOOKS):
            if not self._signal(signal.SIGKILL):
                break
            await asyncio.sleep(GONE_EVERY)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._pump), 2)
        self._pump.cancel()
        self._pipe.close()
        return code

    def terminate(self) -> None:
        """Ask the server to finish what it is doing and end. Only the first process: it ends its workers itself."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End the whole group at once."""
        self._signal(signal.SIGKILL)

    async def stop(self, grace: float) -> int:
        """`terminate`, and `kill` when that took longer than `grace` seconds. The exit status."""
        self.terminate()
        try:
            return await asyncio.wait_for(asyncio.shield(self.wait()), grace)
        except TimeoutError:
            self.kill()
            return await self.wait()

    def _signal(self, number: signal.Signals) -> bool:
        """Whether there was anyone in the group to be signalled."""
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    async def _read(self) -> None:
        rest = b""
        while chunk := await self._output.read(65_536):
            *lines, rest = (rest + chunk.replace(b"\r", b"\n")).split(b"\n")
            for line in lines:
                self._line(line)
            rest = rest[:MAX_LINE]
        self._line(rest)

    def _line(self, raw: bytes) -> None:
        text = raw[:MAX_LINE].decode("utf-8", "replace").rstrip()
        if text:
            self.tail.append(text)
            self._on_line(text)


async def start(argv: Sequence[str], environment: Mapping[str, str], on_line: Callable[[str], None]) -> Child:
    """Start `argv`; its output goes to `on_line`, a line a call. Raises `StartError` when there is no such program.

    The child gets SIGTERM when this process dies by whatever, so that a killed supervisor leaves no server behind.
    """
    prctl = _prctl()
    parent = os.getpid()

    def before_exec() -> None:
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    # A pipe of our own: asyncio's would let `wait` wait for every worker that inherited it, though its parent is gone.
    reading, writing = os.pipe()
    output = asyncio.StreamReader()
    try:
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(output), os.fdopen(reading, "rb", buffering=0)
        )
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writing,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before_exec,
        )
    except OSError as error:
        raise StartError(
            f"{argv[0]}: {error.strerror}; [server] command must name the interpreter of the vLLM environment"
            " (packaging/vllm/install.py makes one)"
        ) from None
    finally:
        os.close(writing)
    return Child(process, transport, output, on_line)


def _prctl() -> Callable[..., int] | None:
    if not sys.platform.startswith("linux"):
        return None
    function: Callable[..., int] = ctypes.CDLL(None, use_errno=True).prctl
    return function
