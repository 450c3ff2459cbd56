"""The compact model's question and answer for the hub. Names that the embedded scan finds become tags. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from guardia.cmdb.model import Server
from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal, normalise
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.grounding import NoReadingError
from guardia.llm_server.compact import notation, tags
from guardia.llm_server.compact.expand import MeaninglessError, Pair, expand

ANSWER_TOKENS = 160
_NEVER_DEPLOYED = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".txt", ".log", ".pdf", ".doc", ".docx", ".hwp", ".hwpx",
                   ".xls", ".xlsx", ".csv", ".ppt", ".pptx", ".mp4", ".md")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What goes to the model, and what its answer is read with."""

    prompt: str
    pattern: str
    """What the answer must match."""
    names: _Names
    normal: Normal

    def body(self, model: str) -> dict[str, Any]:
        """The request's JSON for `/v1/chat/completions`."""
        return {
            "model": model,
            "messages": [{"role": "user", "content": self.prompt}],
            "temperature": 0,
            "seed": 0,
            "max_tokens": ANSWER_TOKENS,
            "structured_outputs": {"regex": self.pattern},
        }


@dataclass(frozen=True, slots=True)
class _Names:
    """`expand.Names` over the prompt's tags."""

    meanings: dict[str, Any]
    now: str

    def _meaning(self, tag: str) -> Any:
        try:
            return self.meanings[tag]
        except KeyError:
            raise MeaninglessError(f"<{tag}> is not in the prompt") from None

    def institutions(self, tag: str) -> Sequence[str]:
        found: Sequence[str] = self._meaning(tag)
        return found

    def systems(self, tag: str) -> Sequence[Pair]:
        found: Sequence[Pair] = self._meaning(tag)
        return found

    def hosts(self, tag: str) -> Sequence[Server]:
        found: Sequence[Server] = self._meaning(tag)
        return found

    def moment(self, tag: str) -> str:
        found: str = self._meaning(tag).at(self.now)
        return found

    def file(self, tag: str) -> str:
        found: str = self._meaning(tag)
        return found


def _mention(item: Item) -> tags.Mention | None:
    match item.kind:
        case K.NAME if item.value.systems:
            return tags.Mention(item.start, item.end, tags.Kind.SYSTEM, item.value.systems)
        case K.NAME:
            return tags.Mention(item.start, item.end, tags.Kind.INSTITUTION, item.value.institutions)
        case K.SERVER:
            return tags.Mention(item.start, item.end, tags.Kind.HOST, tuple(item.value))
        case K.TIME:
            return tags.Mention(item.start, item.end, tags.Kind.TIME, item.value.when)
        case K.FILE:
            return tags.Mention(item.start, item.end, tags.Kind.FILE, str(item.value))
        case _:
            return None


def _marked(normal: Normal, gazetteer: Gazetteer) -> tags.Marked:
    mentions: list[tags.Mention] = []
    start = 0
    for line in normal.text.split("\n"):
        found = map(_mention, scan(normal, start, start + len(line), (), gazetteer))
        mentions.extend(one for one in found if one is not None)
        start += len(line) + 1
    return tags.Marked(normal.text, tuple(mentions))


def question(message: ReaderInput, gazetteer: Gazetteer) -> Question:
    """The model's question for a message. Raises `NoReadingError` for one that does not fit its format."""
    normal = normalise(message.text)
    files = [name for name in message.files if not name.lower().endswith(_NEVER_DEPLOYED)]
    try:
        if len(normal.text) > tags.MAX_TEXT:
            raise tags.TooMuchError(f"a message of {len(normal.text)} characters")
        earlier = [_marked(normalise(said.text[:400]), gazetteer) for said in message.context[-8:]]
        made = tags.tagged(_marked(normal, gazetteer), earlier, files)
    except tags.TooMuchError as error:
        raise NoReadingError("too_long", str(error)) from None
    # The model's tokenizer takes syllables apart, so the server sees answers in jamo.
    pattern = unicodedata.normalize("NFD", notation.pattern(made.meanings, made.prompt))
    return Question(made.prompt, pattern, _Names(made.meanings, message.now), normal)


def _written(normal: Normal, words: str) -> str:
    """`words`, which the model copied in lower case, as the message has them."""
    words = words.strip("\"' ")
    at = normal.text.lower().find(words)
    return normal.written(at, at + len(words)) if at >= 0 and words else words


def reading(answer: str, asked: Question, gazetteer: Gazetteer) -> str:
    """The answer in the form of `RawReading`, for `grounding.ground`. Raises `NoReadingError` (`nonsense`)."""
    try:
        said = notation.parse(normalise(answer).source.strip())
        for one in said:
            one.words = {name: _written(asked.normal, normalise(words).text) for name, words in one.words.items()}
        requests = expand(said, asked.names, gazetteer)
    except (notation.NotationError, MeaninglessError) as error:
        raise NoReadingError("nonsense", str(error)[:200]) from None
    return msgspec.json.encode({"requests": requests}).decode()
