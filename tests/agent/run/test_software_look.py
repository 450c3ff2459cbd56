"""Software of real processes as it is installed, and what somebody else puts in its place."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from guardia.agent.run.software import SoftwareLook, software_of
from tests.support.ports import free_port
from tests.support.require import require, require_program

TOMCAT_INFO = "org/apache/catalina/util/ServerInfo.properties"


@pytest.fixture
def run() -> Iterator[object]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*argv: str) -> int:
        started.append(
            subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        return started[-1].pid

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(pid: int, name: str) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if name in [one for one, _ in software_of(pid)]:
            return
        time.sleep(0.02)
    raise AssertionError(f"{name} not seen in {pid}: {software_of(pid)}")


def jar(folder: Path, text: str) -> Path:
    (folder / "lib").mkdir(parents=True)
    with zipfile.ZipFile(folder / "lib/catalina.jar", "w") as archive:
        archive.writestr(TOMCAT_INFO, text)
    return folder


def fake_java(folder: Path) -> Path:
    """A home whose `java` is another program, as its owner could put there: a shell that waits."""
    program = folder / "bin/java"
    program.parent.mkdir(parents=True)
    program.write_bytes(Path("/bin/sleep").read_bytes())
    program.chmod(0o755)
    return program


def test_a_real_java_behind_a_start_script_and_its_tomcat(run, tmp_path: Path) -> None:
    java = require_program("java")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr.split('"')[1]
    home = jar(tmp_path / "tomcat", "server.info=Apache Tomcat/9.0.83\n")
    # A Java that waits for a debugger, which is enough to be looked at.
    waits = f"-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:{free_port()}"
    pid = run("/bin/sh", "-c", f'"{java}" {waits} -Dcatalina.home={home} -version; true')
    until(pid, "Tomcat")
    assert dict(software_of(pid)) == {"Java": told, "Tomcat": "9.0.83"}


def test_a_real_nginx(run, tmp_path: Path) -> None:
    nginx = require_program("nginx")
    told = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr.strip().rpartition("/")[2]
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/log; events {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{free_port()}; }} }}\n"
    )
    pid = run(nginx, "-c", str(config), "-e", f"{tmp_path}/log")
    until(pid, "nginx")
    assert software_of(pid) == (("nginx", told),)


def test_a_program_of_another_kind_is_nothing(run) -> None:
    assert software_of(run(sys.executable, "-c", "import time; time.sleep(60)")) == ()
    assert software_of(2**22 + 1) == ()


def test_what_lies_beside_java_is_read_and_never_run(run, tmp_path: Path) -> None:
    java = fake_java(tmp_path / "jdk")
    (tmp_path / "jdk/release").write_text('JAVA_VERSION="21.0.1"\n')
    pid = run(str(java), "60")
    until(pid, "Java")
    assert software_of(pid) == (("Java", "21.0.1"),)


@pytest.mark.timeout(20)
def test_a_pipe_or_a_secret_in_the_place_of_the_release_file_gives_nothing_away(run, tmp_path: Path) -> None:
    java = fake_java(tmp_path / "jdk")
    release = tmp_path / "jdk/release"
    pid = run(str(java), "60")
    until(pid, "Java")
    os.mkfifo(release)
    assert software_of(pid) == (("Java", ""),)
    release.unlink()
    release.symlink_to("/etc/passwd")
    assert software_of(pid) == (("Java", ""),)
    release.unlink()
    release.symlink_to("/dev/zero")
    assert software_of(pid) == (("Java", ""),)


def test_a_jar_that_is_none_is_an_unknown_version(tmp_path: Path) -> None:
    java, home = fake_java(tmp_path / "jdk"), tmp_path / "tomcat"
    (home / "lib").mkdir(parents=True)
    (home / "lib/catalina.jar").write_bytes(b"PK\x03\x04" + os.urandom(5000))
    proc = fake_proc(tmp_path, java, [str(java), f"-Dcatalina.home={home}"])
    assert software_of(7, proc=proc) == (("Java", ""), ("Tomcat", ""))


def test_the_installed_tomcat(tmp_path: Path) -> None:
    require(Path("/usr/share/tomcat10/lib/catalina.jar").exists(), "Tomcat is not installed (Debian package tomcat10)")
    java = fake_java(tmp_path / "jdk")
    proc = fake_proc(tmp_path, java, [str(java), "-Dcatalina.home=/usr/share/tomcat10"])
    (_, (name, version)) = software_of(7, proc=proc)
    assert name == "Tomcat"
    assert version.startswith("10.")


def fake_proc(folder: Path, program: Path, argv: list[str]) -> Path:
    here = folder / "proc/7"
    (here / "task/7").mkdir(parents=True)
    (here / "task/7/children").write_text("")
    (here / "cmdline").write_text("\0".join(argv) + "\0")
    (here / "exe").symlink_to(program)
    (here / "root").symlink_to("/")
    return folder / "proc"


async def test_one_that_hangs_is_not_asked_again_until_it_comes_back() -> None:
    back, asked = threading.Event(), []

    def slow(pid: int, _home: str) -> tuple[tuple[str, str], ...]:
        asked.append(pid)
        back.wait(10)
        return (("nginx", "1"),)

    look = SoftwareLook(slow)
    assert await look.look("a", 1, "", 0.05) is None
    assert await look.look("a", 1, "", 0.05) is None
    assert asked == [1]
    back.set()
    while (found := await look.look("a", 2, "", 5)) is None:
        pass
    assert found == (("nginx", "1"),)
    assert asked == [1, 2]
