"""The software of a service's processes on this machine, read and never run.

The agent may be root, and the files are others'. Only regular files are read, each up to a limit, and of them only a
version in its narrow form is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import posixpath
import stat
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from guardia.agent.core import software

Found = tuple[tuple[str, str], ...]
"""Products with their versions; an empty version: it could not be found out."""

MAX_PROGRAM = 64 * 1024 * 1024
MAX_JAR = 16 * 1024 * 1024
MAX_TEXT = 64 * 1024
MAX_PROCESSES = 32
"""Of one service: its main process and what that started, nearest first."""
MAX_FOUND = 8

_SERVER_INFO = "org/apache/catalina/util/ServerInfo.properties"


def software_of(pid: int, java_home: str = "", proc: Path = Path("/proc")) -> Found:
    """What runs in the process `pid` and in its descendants. `java_home`: as the service's configuration says it, for
    when the process may not be looked into. Hangs for as long as a file system does."""
    found: dict[str, str] = {}
    for each in _family(pid, proc):
        for name, version in _of_process(each, java_home, proc):
            found[name] = found.get(name, "") or version
    return tuple(found.items())[:MAX_FOUND]


def _family(pid: int, proc: Path) -> list[int]:
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):
            text = _text(proc / str(parent) / "task" / str(parent) / "children", special=True)
            found += [int(child) for child in text.split()]
        if len(found) >= MAX_PROCESSES:
            break
    return found[:MAX_PROCESSES]


def _of_process(pid: int, java_home: str, proc: Path) -> list[tuple[str, str]]:
    here = proc / str(pid)
    try:
        argv = _text(here / "cmdline", special=True).split("\0")
    except OSError:
        return []
    program, file = "", here / "exe"
    with contextlib.suppress(OSError):
        program = str(file.readlink())
    # Of another account's process the kernel says nothing; then what the command line names, in our own root.
    inside = here / "root"
    if not program:
        program, inside = software.named_program(argv), Path("/")
        with contextlib.suppress(OSError):
            program = os.path.realpath(program, strict=True) if program else ""
        file = Path(program)
    name = posixpath.basename(program)
    if name == "java":
        return _java(software.java_home(program) or java_home, software.catalina_home(argv), inside)
    if name in software.BINARIES:
        data = b""
        with contextlib.suppress(OSError), _regular(file) as opened:
            data = opened.read(MAX_PROGRAM)
        return [software.binary_release(program, data)]
    return []


def _java(home: str, tomcat: str, inside: Path) -> list[tuple[str, str]]:
    version = ""
    if home:
        with contextlib.suppress(OSError):
            version = software.java_release(_text(_below(inside, f"{home}/release")))
    found = [(software.JAVA, version)]
    if tomcat:
        found.append((software.TOMCAT, _tomcat(_below(inside, f"{tomcat}/lib/catalina.jar"))))
    return found


def _tomcat(jar: Path) -> str:
    try:
        with _regular(jar) as opened:
            if os.fstat(opened.fileno()).st_size > MAX_JAR:
                return ""
            with zipfile.ZipFile(opened) as archive, archive.open(_SERVER_INFO) as entry:
                return software.tomcat_release(entry.read(MAX_TEXT).decode(errors="replace"))
    except (OSError, KeyError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return ""  # not there, not readable, or no jar: whoever owns the file decides what is in it


def _below(inside: Path, path: str) -> Path:
    return inside / path.lstrip("/")


def _text(path: Path, *, special: bool = False) -> str:
    """`special`: a file of /proc, which is regular and has no size."""
    with path.open("rb", buffering=0) if special else _regular(path) as opened:
        return (opened.read(MAX_TEXT) or b"").decode(errors="replace")


def _regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; a pipe or a device in its place neither holds us up nor is touched further."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is no regular file")
    return os.fdopen(descriptor, "rb")


class SoftwareLook:
    """Looks at services again and again, each look in a thread of its own, as `DiskLook` does and for its reasons."""

    def __init__(self, ask: Callable[[int, str], Found] = software_of) -> None:
        self._ask = ask
        self._under_way: set[str] = set()
        """Services whose last look has not come back."""

    async def look(self, service: str, pid: int, java_home: str, within: float) -> Found | None:
        """None: it did not come back within so many seconds, or the last one has not yet."""
        if service in self._under_way:
            return None
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found] = loop.create_future()

        def settle(found: Found) -> None:
            if not answer.done():
                answer.set_result(found)

        def ask() -> None:
            found: Found = ()
            try:
                found = self._ask(pid, java_home)
            finally:
                self._under_way.discard(service)
                with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits
                    loop.call_soon_threadsafe(settle, found)

        self._under_way.add(service)
        threading.Thread(target=ask, name=f"software {service}"[:60], daemon=True).start()
        try:
            async with asyncio.timeout(within):
                return await answer
        except TimeoutError:
            return None
