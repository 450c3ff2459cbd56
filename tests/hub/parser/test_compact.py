"""The compact prompt in the hub: names by the embedded scan, answers proved like any model's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ContextMessage, Intent, ReaderInput
from guardia.hub.parser import compact
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.dialect import CompactPrompt, FullPrompt, make_dialect
from guardia.hub.parser.grounding import NoReadingError
from guardia.hub.parser.settings import Mode, PromptKind, ReaderSettings
from guardia.llm_server.compact import tags
from tests.hub.parser.estates import city

NOW = "2031-03-04T15:00:00+09:00"


class FixedInventory:
    def __init__(self) -> None:
        self.inventory = city()

    def snapshot(self) -> Inventory:
        return self.inventory


EMBEDDED = EmbeddedParser(FixedInventory())
SETTINGS = ReaderSettings(mode=Mode.LLM, url="http://127.0.0.1:1", model="small", prompt=PromptKind.COMPACT)


def message(text: str, **more: Any) -> ReaderInput:
    return ReaderInput(id="x", text=text, now=NOW, **more)


def read(said: ReaderInput, answer: str) -> tuple[Intent, ...]:
    return CompactPrompt(EMBEDDED, SETTINGS).exchange(said).read(answer)


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("청주시 새들목 WAS 1호기 재기동해줘", "<message><I1> <S1> was 1호기 재기동해줘<answer>"),
        ("청주시청의 새들목행정와스 재기동", "<message><I1> 의 <S1> 와스 재기동<answer>"),
        ("cjcsdmwas01 로그 보여줘", "<message><H1> 로그 보여줘<answer>"),
        ("오늘 22시에 새들목 WAS 재기동", "<message><T1> <S1> was 재기동<answer>"),
        ("app.war 새들목에 배포", "<message><F1> <S1> 에 배포<answer>"),
        ("나래시 별빛민원 WAS 재기동", "<message>나래시 별빛민원 was 재기동<answer>"),
    ],
)
def test_prompt(text: str, prompt: str) -> None:
    assert compact.question(message(text), EMBEDDED.gazetteer).prompt == prompt


def test_context_and_attachments() -> None:
    said = message(
        "거기도 이 파일 배포해줘",
        files=("app.war", "screen.png"),
        context=(ContextMessage(text="네"), ContextMessage(text="새들목 WAS 느려요")),
    )
    asked = compact.question(said, EMBEDDED.gazetteer)
    assert asked.prompt == "<files><F1><earlier><S1> was 느려요<message>거기도 이 파일 배포해줘<answer>"


def test_an_answer_becomes_a_reading() -> None:
    [one] = read(message("새들목 WAS 1, 3호기 재기동해줘"), "<restart><S1><was><#>1<#>3")
    assert one.target_nodes == ("CJC-SDM-WAS-01", "CJC-SDM-WAS-03")
    assert (one.institution, one.requires_approval) == ("청주시", True)


def test_copied_words_stand_as_the_message_has_them() -> None:
    [one] = read(message("새들목 WAS 로그에서 OutOfMemoryError 찾아줘"), "<search><S1><was><pat> outofmemoryerror")
    assert one.parameters["pattern"] == "OutOfMemoryError"


@pytest.mark.parametrize(
    ("text", "answer", "code"),
    [
        ("새들목 WAS 재기동", "<restart><S2><was>", "nonsense"),
        ("새들목 WAS 재기동", "restart it", "nonsense"),
        ("새들목 재기동", "<restart><S1><was>", "ungrounded"),
        ("새들목 WAS 2호기 재기동", "<restart><S1><was>", "ungrounded"),
        ("새들목 WAS 재기동", "<restart><S1><dev><was>", "ungrounded"),
        ("새들목 WAS 로그", "<search><S1><was><pat> 타임아웃", "ungrounded"),
    ],
)
def test_what_the_message_does_not_prove_is_no_reading(text: str, answer: str, code: str) -> None:
    with pytest.raises(NoReadingError) as error:
        read(message(text), answer)
    assert error.value.code == code


def test_a_long_message_is_not_for_this_model() -> None:
    with pytest.raises(NoReadingError) as error:
        compact.question(message("가" * 1_200), EMBEDDED.gazetteer)
    assert error.value.code == "too_long"


def test_the_settings_choose_the_dialect() -> None:
    inventory = FixedInventory()
    assert isinstance(make_dialect(inventory, EMBEDDED, SETTINGS), CompactPrompt)
    assert isinstance(make_dialect(inventory, EMBEDDED, ReaderSettings(model="m")), FullPrompt)
    body = make_dialect(inventory, EMBEDDED, SETTINGS).exchange(message("새들목 상태")).body
    assert body["structured_outputs"]["regex"]
    assert json.loads(json.dumps(body))["messages"][0]["content"].startswith(tags.MESSAGE)
