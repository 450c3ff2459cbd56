"""What software a process is, from what lies on the disk beside it. Pure: nothing is ever run to find out a version."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

JAVA, TOMCAT = "Java", "Tomcat"

BINARIES: dict[str, tuple[str, re.Pattern[bytes]]] = {
    "nginx": ("nginx", re.compile(rb"nginx version: nginx/(\d[0-9.]{0,30})")),
    "apache2": ("Apache", re.compile(rb"\bApache/(\d[0-9.]{0,30})")),
    "httpd": ("Apache", re.compile(rb"\bApache/(\d[0-9.]{0,30})")),
    "postgres": ("PostgreSQL", re.compile(rb"\(PostgreSQL\) (\d[0-9.]{0,30})")),
    "mariadbd": ("MariaDB", re.compile(rb"\b(\d{1,3}\.\d{1,3}\.\d{1,3})-MariaDB")),
}
"""By the name of the program: its product, and the text inside the program that holds its version."""

_VERSION = re.compile(r"[0-9][0-9A-Za-z._+-]{0,63}\Z")
_MASTER = re.compile(r"nginx: master process (/\S+)")


def java_release(text: str) -> str:
    """`JAVA_VERSION` of the `release` file that every JDK and JRE since 8 has in its home; empty: none."""
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name == "JAVA_VERSION":
            return _version(value.strip().strip('"'))
    return ""


def tomcat_release(text: str) -> str:
    """The version in `org/apache/catalina/util/ServerInfo.properties` of catalina.jar; empty: none."""
    found = re.search(r"^server\.info=Apache Tomcat/(\S+)", text, re.MULTILINE)
    return _version(found[1]) if found else ""


def _version(text: str) -> str:
    return text if _VERSION.match(text) else ""


def binary_release(program: str, data: bytes) -> tuple[str, str]:
    """Product and version of a program whose file holds `data`; empty texts: unknown."""
    known = BINARIES.get(posixpath.basename(program))
    if known is None:
        return "", ""
    found = known[1].search(data)
    return known[0], found[1].decode().rstrip(".") if found else ""


def java_home(program: str) -> str:
    """The home of a Java whose `bin/java` this is; empty: it is none."""
    folder, name = posixpath.split(program)
    return posixpath.dirname(folder) if name == "java" and posixpath.basename(folder) == "bin" else ""


def catalina_home(argv: Sequence[str]) -> str:
    """Where the Tomcat of a Java process is installed; empty: it is none."""
    for option in ("-Dcatalina.home=", "-Dcatalina.base="):
        for token in argv:
            if token.startswith(option + "/"):
                return token[len(option) :]
    return ""


def named_program(argv: Sequence[str]) -> str:
    """The program that a command line names by its whole path, for when the kernel does not tell; empty: none."""
    first = argv[0] if argv else ""
    if first.startswith("/"):
        return first
    found = _MASTER.match(first)
    return found[1] if found else ""
