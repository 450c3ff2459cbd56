"""The list of faults as a page: what each is, how it is made, what must hold, and the tests that use it.

Which tests use a fault is read from the tests themselves: a test uses the faults whose names stand in its body, or in
the body of what it calls or is given in the same file.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from tests.faults.catalogue import FAULTS, Fault

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
FILE = ROOT / "docs" / "faults.md"
MODULES = ("processes", "network", "frames", "inprocess", "disk", "fleet", "twin")
"""Where faults are, in the page's order."""
PASSED, FAILED, SKIPPED, NOT_RUN = "통과", "**실패**", "건너뜀", "아직 돌리지 않음"

INTRODUCTION = """# 장애와 그때 지켜지는 것

이름 있는 장애마다 어떻게 만드는지, 무엇이 지켜져야 하는지, 어느 시험이 확인하는지 적습니다.
장애는 `tests/faults/`의 컨텍스트 관리자입니다.
시험에서 `async with agent_killed_at(system, "journal.accepted"):`처럼 씁니다.
실제 프로세스를 쓰는 시험은 허브 하나, 에이전트 하나, 시작할 때마다 한 줄을 남기는 서비스 하나를 띄웁니다.
TLS, SQLite, 저널 모두 실제입니다.
그 시스템의 하트비트는 1초라서, 기본값 15초에서 45초 걸리는 일이 3초에 일어납니다.

어느 시험이나 끝에서 다음을 봅니다.

- 서비스는 많아야 한 번 시작되었다. 스스로 남긴 줄을 셉니다.
- 요청이 말하는 것이 사실이다. `SUCCEEDED`라면 정확히 한 번 시작되었고 지금 응답한다.
- 결과는 한 번 기록되었고, 변경은 한 번만 결정되었으며, 보낼 것이 남아 있지 않다.
- 감사 로그의 사슬이 온전하다.

목록 보기: `python -m tests.faults`. 모두 돌리고 이 문서를 다시 만들기: `python -m tests.faults --run`.
"""


class Use:
    """A test that uses faults. `name` as pytest writes it, with the file."""

    def __init__(self, file: str, name: str, faults: set[str]) -> None:
        self.file, self.name, self.faults = file, name, faults


def load() -> None:
    """Import the modules that enter faults into the list."""
    for module in MODULES:
        importlib.import_module(f"tests.faults.{module}")


def faults() -> list[Fault]:
    """All of them, in the page's order."""
    load()
    return sorted(FAULTS.values(), key=lambda fault: (MODULES.index(fault.where[0]), fault.where[1]))


def uses() -> list[Use]:
    """Every test of this folder that uses a fault, in the order of files and lines."""
    load()
    return [use for path in sorted(HERE.glob("test_*.py")) for use in _uses_in(path)]


def _uses_in(path: Path) -> Iterator[Use]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bodies: dict[str, ast.stmt] = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    for name, node in bodies.items():
        machine = isinstance(node, ast.ClassDef) and any(
            isinstance(base, ast.Name) and base.id == "RuleBasedStateMachine" for base in node.bases
        )
        if not machine and not name.startswith("test_"):
            continue
        found = _named(name, bodies, set())
        if found:
            yield Use(path.stem, f"Test{name}" if machine else name, found)


def _named(name: str, bodies: Mapping[str, ast.stmt], seen: set[str]) -> set[str]:
    """The faults that the function or class names, itself or by way of the others in its file."""
    seen.add(name)
    names = {node.id for node in ast.walk(bodies[name]) if isinstance(node, ast.Name)}
    found = names & set(FAULTS)
    for other in (names & set(bodies)) - seen:
        found |= _named(other, bodies, seen)
    return found


def results(report: ElementTree.Element) -> dict[str, str]:
    """What became of each test, the worst of its parameters, from a report in JUnit's form."""
    worst = {PASSED: 0, SKIPPED: 1, FAILED: 2}
    found: dict[str, str] = {}
    for case in report.iter("testcase"):
        name = case.attrib["name"].partition("[")[0]
        if name == "runTest":
            name = case.attrib["classname"].rpartition(".")[2]
        tags = {child.tag for child in case}
        outcome = FAILED if tags & {"failure", "error"} else SKIPPED if "skipped" in tags else PASSED
        if worst[outcome] >= worst.get(found.get(name, PASSED), 0):
            found[name] = outcome
    return found


def page(became: Mapping[str, str]) -> str:
    """The document. `became`: the outcome of each test by its name."""
    using = uses()
    lines = [
        "| 장애 | 이름 | 어떻게 만드는가 | 무엇이 지켜지는가 | 시험 | 결과 |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for fault in faults():
        tests = [use for use in using if fault.name in use.faults]
        named = "<br>".join(f"`{use.file}::{use.name}`" for use in tests)
        outcomes = "<br>".join(became.get(use.name, NOT_RUN) for use in tests)
        cells = (fault.title, f"`{fault.name}`", fault.made, fault.holds, named, outcomes)
        lines.append(f"| {' | '.join(cells)} |")
    return f"{INTRODUCTION}\n" + "\n".join(lines) + "\n"


def published() -> dict[str, str]:
    """The outcomes that the page on the disk tells, by the name of the test."""
    if not FILE.exists():
        return {}
    found = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if len(cells) == 6 and "::" in cells[4]:
            names = re.findall(r"`[a-z_]+::(\w+)`", cells[4])
            found.update(zip(names, cells[5].split("<br>"), strict=True))
    return found
