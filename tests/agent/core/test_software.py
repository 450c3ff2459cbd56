"""Versions as they stand in files, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core import software


def test_a_java_release_file() -> None:
    assert software.java_release('IMPLEMENTOR="Debian"\nJAVA_VERSION="17.0.15"\nJAVA_VERSION_DATE="x"\n') == "17.0.15"
    assert software.java_release('JAVA_VERSION="1.8.0_412"\n') == "1.8.0_412"


@pytest.mark.parametrize(
    "text", ["", "root:x:0:0", 'JAVA_VERSION=""', 'JAVA_VERSION="$(id)"', 'JAVA_VERSION="17\x1b[2J"']
)
def test_what_is_no_version_is_none(text: str) -> None:
    assert software.java_release(text) == ""


def test_a_tomcat() -> None:
    assert software.tomcat_release("server.number=1\nserver.info=Apache Tomcat/10.1.60 (Debian)\n") == "10.1.60"
    assert software.catalina_home(["java", "-Dcatalina.base=/b", "-Dcatalina.home=/usr/share/tomcat10"]) == (
        "/usr/share/tomcat10"
    )
    assert software.catalina_home(["java", "-Dcatalina.home=relative"]) == ""


@pytest.mark.parametrize(
    ("program", "data", "found"),
    [
        ("/usr/sbin/nginx", b"\0nginx version: nginx/1.22.1\0", ("nginx", "1.22.1")),
        ("/usr/sbin/apache2", b"\0Apache/2.4.57 (Debian)\0", ("Apache", "2.4.57")),
        ("/x/postgres", b"postgres (PostgreSQL) 15.18 (Debian)", ("PostgreSQL", "15.18")),
        ("/x/mariadbd", b"\x0010.11.6-MariaDB-0+deb12u1\0", ("MariaDB", "10.11.6")),
        ("/usr/sbin/nginx", b"nothing", ("nginx", "")),
        ("/usr/bin/python3", b"nginx version: nginx/1.22.1", ("", "")),
    ],
)
def test_a_version_inside_a_program(program: str, data: bytes, found: tuple[str, str]) -> None:
    assert software.binary_release(program, data) == found


def test_where_a_program_is() -> None:
    assert software.java_home("/usr/lib/jvm/java-17/bin/java") == "/usr/lib/jvm/java-17"
    assert software.java_home("/usr/bin/javac") == ""
    assert software.named_program(["/opt/jdk/bin/java", "-jar"]) == "/opt/jdk/bin/java"
    assert software.named_program(["nginx: master process /usr/sbin/nginx -g daemon off;"]) == "/usr/sbin/nginx"
    assert software.named_program(["java"]) == ""


@given(st.text(max_size=300))
def test_only_versions_are_told_whatever_a_file_holds(text: str) -> None:
    for found in (software.java_release(text), software.java_release(f"JAVA_VERSION={text}")):
        assert len(found) <= 64
        assert found == "" or found[0].isdigit()
        assert found.isascii()
        assert not set(found) & set(" \t\n\r\x1b\"'<>&")
