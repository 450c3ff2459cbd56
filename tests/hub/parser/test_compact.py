"""The compact prompt in the hub: names by the embedded scan, answers proved like any model's."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import msgspec
import pytest

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ContextMessage, Intent, ReaderInput, Reading
from guardia.hub.parser import compact
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.dialect import CompactPrompt, FullPrompt, make_dialect
from guardia.hub.parser.grounding import NoReadingError
from guardia.hub.parser.llm import LlmReader, NoReading
from guardia.hub.parser.settings import Mode, PromptKind, ReaderSettings
from guardia.llm_server.compact import tags
from tests.fakes import openai_server as fake
from tests.hub.parser.estates import city
from tests.support.clock import FakeClock

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


async def test_the_reader_asks_in_tags_and_reads_the_notation() -> None:
    async with fake.openai_server() as server:
        settings = msgspec.structs.replace(SETTINGS, url=server.url)
        reader = LlmReader(FixedInventory(), EMBEDDED, settings, clock=FakeClock())
        # The model's tokenizer takes Korean apart, so its answers come in jamo.
        server.always = fake.says(unicodedata.normalize("NFD", "<search><S1><was><#>2<pat> 타임아웃"))
        reading = await reader.attempt(message("새들목 WAS 2호기 로그에서 타임아웃 찾아줘"))
        assert isinstance(reading, Reading)
        assert reading.version == f"small prompt {tags.VERSION}"
        assert reading.intents[0].parameters == {"pattern": "타임아웃"}
        [seen] = server.seen
        assert "<S1> was 2호기" in seen.body["messages"][0]["content"]
        server.always = fake.says("I restarted it")
        found = await reader.attempt(message("새들목 WAS 2호기 재기동"))
        assert isinstance(found, NoReading)
        assert found.code == "nonsense"
        await reader.close()
