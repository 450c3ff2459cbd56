"""Agents' sentences are found again: every one that an agent can send, and nothing that takes long."""

import ast
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import guardia.agent
from guardia.agent.daemon.outcome import cancelled, timed_out
from guardia.hub.core.agent_texts import MAX_LENGTH, heard, readable, recognised
from guardia.hub.core.texts import TEXTS, Said, said, told
from guardia.hub.core.words.agents import WORDS
from guardia.proto.catalogue import CATALOGUE

HANGUL = re.compile("[가-힣]")
AGENT = Path(guardia.agent.__path__[0])
SOURCES = [
    *sorted((AGENT / "actions").glob("*.py")),
    *(AGENT / "daemon" / f"{name}.py" for name in ("step", "gate", "outcome", "answers", "wiring")),
    *(AGENT / "core" / f"{name}.py" for name in ("services", "policy", "job")),
]
FRAGMENTS = {
    "기동", "중지", "재기동",  # of the sentence "… 완료"; titles of actions
    ", 스왑 없음", ", 스왑 {}%", "포트 {}: ", "{}까지 ({}일 남음)", "\n마지막 로그:\n", " (시간 초과)",
}  # fmt: skip
"""Parts of sentences that stand in the catalogue as wholes."""


ENDINGS = {
    "메모리 사용률 {}% (전체 {} GiB{}).": (", 스왑 없음", ", 스왑 1.0%"),
    "{}: {}줄{}.": ("", " (최근 5분)", " (최근 5분, 'x' 포함 3줄)"),
    "{}: 해당하는 줄이 없습니다{}.": ("", " (최근 5분)"),
    "중지 명령의 종료 코드 {}{}": ("", " (시간 초과)"),
}
"""Sentences whose last part is one of a few."""


def sentences(path: Path) -> list[str]:
    """Korean texts of a source, with `{}` for what is filled in; docstrings are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in node.values}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | inner:
            found.append(node.value)
    return [text for text in found if HANGUL.search(text) and text not in FRAGMENTS]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_whatever_an_agent_says_is_told_in_english(path: Path) -> None:
    for sentence in sentences(path):
        for ending in ENDINGS.get(sentence, ("x1",)):
            head, hole, rest = sentence.rpartition("{}")
            text = head.replace("{}", "x1") + (ending if hole else "") + rest
            assert not HANGUL.search(heard("en", text)), text


@pytest.mark.parametrize("key", [key for key in WORDS if key != "agent.several_texts"])
def test_a_sentence_is_found_again_with_its_values(key: str) -> None:
    text = TEXTS[key]["ko"]
    names = re.findall(r"{(\w+)}", text)
    values = {name: f"v{n}" for n, name in enumerate(dict.fromkeys(names))}
    found = recognised(text.format(**values))
    assert isinstance(found, Said)
    english = told("en", found)
    assert not HANGUL.search(english)
    assert all(value in english for value in values.values())


def test_a_sentence_within_a_sentence() -> None:
    text = "예산WAS 재기동 실패: 서비스 관리자가 아직 처리 중입니다: 프로세스 없음"
    assert heard("en", text) == "예산WAS: restart failed: The service manager is still at it: no process"
    assert heard("ko", text) == text
    nested = said("step.why", target="A-WAS-01", action=said("action.RESTART_SERVICE"), why=text)
    assert heard("en", nested) == f"A-WAS-01 restart: {heard('en', text)}"
    assert told("ko", nested) == f"A-WAS-01 재기동: {text}"


@pytest.mark.parametrize("began", [True, False])
def test_a_cancelled_step_says_why_in_the_words_of_whoever_cancelled(began: bool) -> None:
    entry = CATALOGUE["RESTART_SERVICE"]
    for why, english in (("취소", "cancelled"), ("wrong server", "wrong server"), ("취소 요청", "cancelled")):
        said_so = heard("en", cancelled(entry, began=began, why=why).message)
        assert said_so.startswith(f"restart: {english}; ")
        assert not HANGUL.search(said_so)
    assert not HANGUL.search(heard("en", timed_out(entry, 5_000).message))


def test_titles_of_actions_are_told_too() -> None:
    for action in CATALOGUE.values():
        assert heard("en", f"서버의 정책 파일이 A에서 {action.title}을(를) 금지합니다.").startswith(
            f"The server's policy file forbids {action.title_en} on A"
        )


def test_a_report_and_its_table() -> None:
    report = {
        "summary": "디스크 3개 모두 85% 미만입니다.",
        "table": {"columns": ["마운트", "사용 %"], "rows": [["/var", "확인 불가"], ["/home", "12.0"]]},
        "lines": ["로그는 그대로"],
    }
    english = readable("en", report)
    assert english["summary"] == "All 3 disks are below 85%."
    assert english["table"] == {"columns": ["Mount", "Used %"], "rows": [["/var", "not known"], ["/home", "12.0"]]}
    assert english["lines"] == report["lines"]
    assert readable("ko", report) == report


@given(st.text(max_size=300))
def test_other_words_stay_as_they_are_in_korean(text: str) -> None:
    assert heard("ko", text) == text
    assert isinstance(heard("en", text), str)


def test_a_hostile_sentence_costs_little() -> None:
    text = ("포트 " + ", 스왑 (pid )초 안에 " * 1_000)[:MAX_LENGTH]
    started = time.process_time()
    heard("en", text)
    assert time.process_time() - started < 1.0
    assert heard("en", "가" * (MAX_LENGTH + 1)) == "가" * (MAX_LENGTH + 1)
