"""One suite for everything that calls itself a host: this machine, a host behind a real sshd, and the fake."""

import asyncio
import contextlib
import hashlib
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from guardia.agent.core import procfs
from guardia.agent.core.spoolfile import Kind
from guardia.agent.daemon.outputs import totals
from guardia.agent.daemon.tape import Tape
from guardia.agent.errors import HostError
from guardia.agent.ports import Host
from guardia.agent.run.local import LocalHost
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from guardia.agent.spool import Limits, Spool, StepSpool
from guardia.proto.frames import Stream
from tests.fakes.host import FakeHost
from tests.support.certificate import self_signed
from tests.support.clock import FakeClock
from tests.support.sshd import running_sshd


@contextlib.asynccontextmanager
async def _open(kind: str, folder: Path) -> AsyncIterator[Host]:
    if kind == "local":
        yield LocalHost("HOST-01", grace=0.5)
    elif kind == "fake":
        fake = FakeHost("HOST-01")
        fake._add_directory(str(folder))
        yield fake
    else:
        pool = SshPool()
        with running_sshd(folder / "sshd") as server:
            yield SshHost("HOST-01", server.spec, pool, state_dir=str(folder / "state"), grace=1)
            await pool.close()


@pytest.fixture(params=["local", "ssh"])
async def host(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Host]:
    async with _open(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture(params=["local", "ssh", "fake"])
async def files(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Host]:
    async with _open(request.param, tmp_path) as opened:
        yield opened


class TestRun:
    async def test_output_exit_code_and_pid(self, host: Host) -> None:
        seen: dict[Stream, bytes] = {Stream.STDOUT: b"", Stream.STDERR: b""}
        pids = []

        async def on_output(stream: Stream, data: bytes) -> None:
            seen[stream] += data

        async def on_start(pid: int) -> None:
            pids.append(pid)

        done = await host.run(
            ["sh", "-c", "echo out; echo err >&2; exit 7"], within=20, on_output=on_output, on_start=on_start
        )
        assert (done.exit_code, done.stdout, done.stderr, done.timed_out) == (7, b"out\n", b"err\n", False)
        assert seen == {Stream.STDOUT: b"out\n", Stream.STDERR: b"err\n"}
        assert len(pids) == 1
        assert pids[0] > 1

    async def test_tokens_are_never_read_by_a_shell(self, host: Host, tmp_path: Path) -> None:
        tokens = ["$(touch x)", "`id`", "a'b", 'a"b', "; true", "| cat", "*", "\\", "$HOME", "-n", "한글", ""]
        done = await host.run(["printf", "[%s]", *tokens], within=20, cwd=str(tmp_path))
        assert done.stdout.decode() == "".join(f"[{token}]" for token in tokens)
        assert not (tmp_path / "x").exists()

    async def test_input_environment_and_directory(self, host: Host, tmp_path: Path) -> None:
        done = await host.run(["cat"], within=20, stdin=b"\x00\xff\n" * 100_000)
        assert done.truncated
        assert done.stdout.startswith(b"\x00\xff\n")
        assert b"bytes left out" in done.stdout
        done = await host.run(
            ["sh", "-c", "pwd; env | grep -v ^PWD= | grep -v ^_= | sort"],
            within=20,
            cwd=str(tmp_path),
            env={"WORD": "a b"},
        )
        lines = done.stdout.decode().splitlines()
        assert lines[0] == str(tmp_path)
        # Nothing of the agent's or the login's own environment gets through.
        assert {line.split("=")[0] for line in lines[1:]} <= {"LANG", "OLDPWD", "PATH", "SHLVL", "WORD"}
        assert "WORD=a b" in lines

    async def test_empty_input_is_the_end_of_file(self, host: Host) -> None:
        assert (await host.run(["cat"], within=20)).exit_code == 0

    async def test_the_end_by_a_signal_is_negative(self, host: Host) -> None:
        assert (await host.run(["sh", "-c", "kill -9 $$"], within=20)).exit_code == -signal.SIGKILL

    async def test_a_missing_program_or_directory_is_an_error(self, host: Host) -> None:
        with pytest.raises(HostError, match="no-such-program"):
            await host.run(["/no-such-program"], within=20)
        with pytest.raises(HostError, match="no-such-directory"):
            await host.run(["true"], within=20, cwd="/no-such-directory")

    async def test_after_the_time_the_whole_group_is_gone(self, host: Host) -> None:
        script = "trap '' TERM; sleep 300 & echo $!; sleep 301 & echo $!; wait"
        started = time.monotonic()
        done = await host.run(["sh", "-c", script], within=1.0)
        assert done.timed_out
        assert done.exit_code < 0
        assert time.monotonic() - started < 60
        for pid in done.stdout.split():
            assert not _alive(int(pid))

    async def test_cancelling_the_caller_ends_the_group(self, host: Host, tmp_path: Path) -> None:
        started = asyncio.Event()
        pids: list[int] = []

        async def on_start(pid: int) -> None:
            pids.append(pid)
            started.set()

        task = asyncio.create_task(host.run(["sleep", "300"], within=60, on_start=on_start))
        await asyncio.wait_for(started.wait(), 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not _alive(pids[0])

    async def test_a_grandchild_that_keeps_the_pipe_holds_nobody_up(self, host: Host) -> None:
        started = time.monotonic()
        done = await host.run(["sh", "-c", "setsid sleep 300 & echo $!"], within=20)
        assert done.exit_code == 0
        assert not done.timed_out
        assert time.monotonic() - started < 18
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(done.stdout), signal.SIGKILL)

    async def test_output_in_cp949_survives(self, host: Host) -> None:
        word = "예산시스템 기동 완료".encode("cp949")
        program = f"import sys; sys.stdout.buffer.write({word!r})"
        assert (await host.run([sys.executable, "-I", "-c", program], within=20)).stdout == word

    async def test_a_lot_of_output_is_counted_and_capped(self, host: Host) -> None:
        total = 0

        async def on_output(stream: Stream, data: bytes) -> None:
            nonlocal total
            total += len(data)

        done = await host.run(["sh", "-c", "head -c 3000000 /dev/zero; echo end"], within=30, on_output=on_output)
        assert total == 3_000_004
        assert done.truncated
        assert len(done.stdout) < 150_000
        assert done.stdout.endswith(b"end\n")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


class TestProcesses:
    async def test_a_daemon_outlives_the_call_and_is_signalled_once(self, host: Host, tmp_path: Path) -> None:
        log = tmp_path / "daemon.log"
        log.write_text("before\n")
        pid = await host.spawn_daemon(["sh", "-c", "echo hello $WORD; exec sleep 300"], log=str(log), env={"WORD": "w"})
        found = await host.process(pid)
        assert found is not None
        assert found.pid == pid
        listed = [process for process in await host.processes() if process.pid == pid]
        assert len(listed) == 1
        assert abs(listed[0].started_ms - found.started_ms) < 3_000
        assert abs(found.started_ms - time.time() * 1000) < 10_000
        assert procfs.same_start(found.start, await host.process_start(pid))
        assert not await host.signal(pid, found.started_ms - 60_000, signal.SIGTERM)
        assert await host.process(pid) is not None
        assert await host.signal(pid, found.started_ms, signal.SIGTERM)
        deadline = time.monotonic() + 30
        while await host.process(pid) is not None and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        assert await host.process(pid) is None
        assert (await host.process_start(pid)).ms == 0
        assert not await host.signal(pid, found.started_ms, signal.SIGTERM)
        assert log.read_text() == "before\nhello w\n"

    async def test_no_such_process(self, host: Host) -> None:
        assert await host.process(2**22 - 1) is None
        assert await host.process(0) is None
        assert (await host.process_start(2**22 - 1)).ms == 0
        assert (await host.process_start(0)).ms == 0

    async def test_a_log_that_cannot_be_written_is_an_error(self, host: Host) -> None:
        with pytest.raises(HostError):
            await host.spawn_daemon(["sleep", "1"], log="/no-such-directory/x.log")


class TestFacts:
    async def test_what_the_machine_is_made_of(self, host: Host) -> None:
        disks = await host.disks()
        root = next(disk for disk in disks if disk.mount == "/")
        size = os.statvfs("/")
        assert root.total == size.f_blocks * size.f_frsize
        memory = await host.memory()
        assert 0 < memory.available <= memory.total
        cpu = await host.cpu(0.05)
        assert cpu.count == os.cpu_count()
        assert 0 <= cpu.busy <= 1

    async def test_listening_ports_and_connections(self, host: Host) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            with pytest.raises(HostError):
                await host.connect("127.0.0.1", port, 5)
            assert port not in await host.listening()
            listener.listen()
            assert port in await host.listening()
            assert 0 <= await host.connect("127.0.0.1", port, 5) < 5
            # It accepts and says nothing.
            with pytest.raises(HostError, match="did not answer"):
                await host.http_get(f"http://127.0.0.1:{port}/", 0.3)
        assert (await host.memory()).total > 0

    async def test_http(self, host: Host) -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1]
            if path == b"/moved":
                writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://example.invalid/\r\nContent-Length: 0\r\n\r\n")
            elif path == b"/big":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000)
            elif path == b"/garbage":
                writer.write(b"no HTTP at all\r\n\r\n")
            else:
                writer.write(b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            with contextlib.suppress(ConnectionError):
                await writer.drain()
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            status, body, seconds = await host.http_get(base + "/", 5)
            assert (status, body) == (503, b"abc")
            assert 0 < seconds < 5
            assert (await host.http_get(base + "/moved", 5))[0] == 302
            assert len((await host.http_get(base + "/big", 5))[1]) == 64 * 1024
            with pytest.raises(HostError):
                await host.http_get(base + "/garbage", 5)
        with pytest.raises(HostError):
            await host.http_get("file:///etc/passwd", 5)

    async def test_https_on_loopback_with_a_certificate_of_its_own(self, host: Host, tmp_path: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self_signed(tmp_path / "both.pem", timedelta(days=1)))

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.drain()
            writer.close()

        async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
            port = server.sockets[0].getsockname()[1]
            status, body, _ = await host.http_get(f"https://127.0.0.1:{port}/", 5)
            assert (status, body) == (200, b"x" * 65_536)
            # The other way round: no TLS where TLS is spoken.
            with pytest.raises(HostError):
                await host.http_get(f"http://127.0.0.1:{port}/", 2)


class TestFiles:
    async def test_text_is_written_whole_and_read_with_a_bound(self, files: Host, tmp_path: Path) -> None:
        path = str(tmp_path / "note.json")
        await files.write_text(path, b"one", 0o640)
        await files.write_text(path, b"two two", 0o640)
        assert await files.read_text(path, 100) == b"two two"
        with pytest.raises(HostError, match="larger than 3"):
            await files.read_text(path, 3)
        assert await files.read_tail(path, 3) == (b"two", 7)
        assert await files.read_tail(path, 100) == (b"two two", 7)
        assert "note.json" in await files.list_dir(str(tmp_path))
        assert not [name for name in await files.list_dir(str(tmp_path)) if name.endswith(".tmp")]
        await files.remove(path)
        await files.remove(path)
        with pytest.raises(HostError):
            await files.read_text(path, 100)

    async def test_a_missing_directory(self, files: Host, tmp_path: Path) -> None:
        missing = str(tmp_path / "missing")
        assert await files.list_dir(missing) == []
        with pytest.raises(HostError):
            await files.write_text(missing + "/file", b"", 0o600)
        await files.make_dir(missing + "/deep", 0o755)
        await files.make_dir(missing + "/deep", 0o755)
        await files.write_text(missing + "/deep/file", b"x", 0o600)
        assert await files.list_dir(missing) == ["deep"]

    async def test_links_are_swapped(self, files: Host, tmp_path: Path) -> None:
        link = str(tmp_path / "current")
        assert await files.read_link(link) is None
        await files.swap_link(link, "releases/r1")
        await files.swap_link(link, "releases/r2")
        assert await files.read_link(link) == "releases/r2"
        await files.write_text(str(tmp_path / "plain"), b"", 0o644)
        assert await files.read_link(str(tmp_path / "plain")) is None
        with pytest.raises(HostError, match="not a symbolic link"):
            await files.swap_link(str(tmp_path / "plain"), "releases/r1")

    async def test_a_file_arrives_whole_or_not_at_all(self, files: Host, tmp_path: Path) -> None:
        source = tmp_path / "artifact.bin"
        source.write_bytes(os.urandom(5_000_000))
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        target = str(tmp_path / "target.bin")
        with pytest.raises(HostError, match="sha256"):
            await files.put_file(str(source), target, "0" * 64)
        assert "target.bin" not in await files.list_dir(str(tmp_path))
        await files.put_file(str(source), target, digest)
        assert await files.read_tail(target, 10) == (source.read_bytes()[-10:], 5_000_000)
        assert not [name for name in await files.list_dir(str(tmp_path)) if name.startswith(".target")]

    async def test_only_regular_files_are_read(self, host: Host, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fifo")
        for path in (str(tmp_path / "fifo"), "/dev/zero", str(tmp_path)):
            with pytest.raises(HostError):
                await asyncio.wait_for(host.read_tail(path, 10), 10)

    async def test_modes(self, host: Host, tmp_path: Path) -> None:
        await host.write_text(str(tmp_path / "secret"), b"", 0o600)
        assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


class TestSpool:
    """The same spool for both: what a program writes is all there, in the order in which it came."""

    async def test_the_whole_output_lies_in_the_spool(self, host: Host, tmp_path: Path) -> None:
        spool = Spool(tmp_path, Limits(reserve=0), FakeClock())
        writer = StepSpool(spool, "S1")
        tape = Tape("S1", keep=writer.keep)

        async def on_output(stream: Stream, data: bytes) -> None:
            tape.write(stream, data)
            if writer.behind:
                await writer.flush()

        done = await host.run(["sh", "-c", "seq 1 400000; echo warning >&2"], within=60, on_output=on_output)
        assert done.exit_code == 0
        assert done.truncated
        tape.number()
        kept = await writer.finish(totals(tape), tape.tail())
        expected = b"".join(b"%d\n" % number for number in range(1, 400_001))
        outline = spool.outline("S1")
        assert outline is not None
        assert outline.totals is not None
        assert outline.gapless
        with (spool.folder / "S1.out").open("rb") as file:
            data = file.read()
        found = dict.fromkeys((Kind.STDOUT, Kind.STDERR), b"")
        whole = b""
        for record in outline.records:
            found[record.kind] += data[record.offset : record.offset + record.length]
            whole += data[record.offset : record.offset + record.length]
        assert found == {Kind.STDOUT: expected, Kind.STDERR: b"warning\n"}
        assert outline.totals.sha256 == hashlib.sha256(whole).hexdigest()
        assert outline.totals.lines == 400_001
        assert kept == len(whole)
