"""What the compact model reads: a message in which every name that the inventory holds is a tag. Pure.

The names never reach the model, so a name that it has never seen costs nothing: `<I1>` is an institution, `<S1>` a
system, `<H1>` a host, `<T1>` a time, `<F1>` a file. Who finds the names is not this module's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

VERSION = "compact-1"
"""Moves with the form of prompts and answers; a model is trained for one."""
MAX_TEXT = 1_000
"""Characters of a message; a longer one is not for this model."""
MAX_EARLIER = 2
"""Earlier messages that are shown."""
MAX_EARLIER_TEXT = 160
LIMITS = {"I": 4, "S": 8, "H": 8, "T": 3, "F": 6}
"""Tags of a kind; more make no prompt."""
FILES, EARLIER, MESSAGE, ANSWER, LOG = "<files>", "<earlier>", "<message>", "<answer>", "<log>"

_TAG = re.compile(r"<(?:[ISHTF]\d|log)>")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" *\n[ \n]*")
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LOG_LINE = re.compile(
    r"^[^\n가-힣]*(?:\d{4}-\d\d-\d\d[ t]\d\d:\d\d|\b(?:error|warn|info|debug|fatal|severe)\b[ \]:]+\S+\.\S+"
    r"|^\s*at [\w.$]+\(|exception:)[^\n가-힣]*$"
    r"|^[^\n가-힣]{200,}$",
    re.MULTILINE,
)
_LAUGHTER = re.compile(r"[ㅋㅎㅠㅜㅡㄷㅇㅂㅅㅈㅉ]+|[\^~!]{2,}|-_-|;;+")
_SAFE = str.maketrans({"<": "\u2039", ">": "\u203a"})


class Kind(StrEnum):
    """What a tag stands for; the value is its letter."""

    INSTITUTION = "I"
    SYSTEM = "S"
    HOST = "H"
    TIME = "T"
    FILE = "F"


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of a text that names something; `meant` is whatever the finder says it is, equal for equal things."""

    start: int
    end: int
    kind: Kind
    meant: Any


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with what was found in it, in order and without overlaps."""

    text: str
    mentions: tuple[Mention, ...] = ()


@dataclass(slots=True)
class Tagged:
    """A prompt, and what its tags mean: `meanings["S1"]`."""

    prompt: str
    meanings: dict[str, Any] = field(default_factory=dict)
    earlier: frozenset[str] = frozenset()
    """Tags that only earlier messages and attachments hold."""


class TooMuchError(ValueError):
    """The message does not fit the format: too long, or too many names."""


def plain(text: str) -> str:
    """`text` in the form that the model knows: composed, lower case, single blanks, tags apart from their neighbours,
    pasted logs and code as one tag. Idempotent."""
    text = unicodedata.normalize("NFC", text)
    parts: list[str] = []
    at = 0
    for found in _TAG.finditer(text):
        parts += [text[at : found.start()].lower().translate(_SAFE), f" {found[0]} "]
        at = found.end()
    parts.append(text[at:].lower().translate(_SAFE))
    text = _LAUGHTER.sub(" ", _FENCE.sub(f" {LOG} ", "".join(parts)))
    text = _LOG_LINE.sub(f" {LOG} ", text)
    text = _LINES.sub("\n", _BLANKS.sub(" ", text))
    return re.sub(rf"(?:{LOG}\s+)+(?={LOG})", "", text).strip()


class _Namer:
    def __init__(self) -> None:
        self.meanings: dict[str, Any] = {}

    def tag(self, kind: Kind, meant: Any) -> str:
        for name, known in self.meanings.items():
            if name[0] == kind and known == meant:
                return name
        number = sum(name[0] == kind for name in self.meanings) + 1
        if number > LIMITS[kind]:
            raise TooMuchError(f"more than {LIMITS[kind]} names of kind {kind}")
        name = f"{kind}{number}"
        self.meanings[name] = meant
        return name

    def marked(self, said: Marked) -> str:
        parts: list[str] = []
        at = 0
        pasted = [found.span() for one in (_FENCE, _LOG_LINE) for found in one.finditer(said.text.lower())]
        for mention in said.mentions:
            if any(start <= mention.start < end for start, end in pasted):
                continue  # shown as one tag with all that is in it
            parts += [said.text[at : mention.start].translate(_SAFE), f"<{self.tag(mention.kind, mention.meant)}>"]
            at = mention.end
        return plain("".join([*parts, said.text[at:].translate(_SAFE)]))


def tagged(message: Marked, earlier: Sequence[Marked] = (), files: Sequence[str] = ()) -> Tagged:
    """The prompt of a message. `earlier` are older messages, oldest first, of which the newest that name something are
    shown; `files` are attachments that may be deployed. Raises `TooMuchError`."""
    if len(message.text) > MAX_TEXT:
        raise TooMuchError(f"a message of {len(message.text)} characters")
    namer = _Namer()
    shown = [one for one in earlier if one.mentions][-MAX_EARLIER:]
    before = [namer.marked(one)[:MAX_EARLIER_TEXT] for one in shown]
    attached = [namer.tag(Kind.FILE, name) for name in files]
    older = frozenset(namer.meanings)
    text = namer.marked(message)
    parts = [FILES + "".join(f"<{name}>" for name in attached)] if attached else []
    parts += [EARLIER + one for one in before]
    found = Tagged(prompt="".join([*parts, MESSAGE, text, ANSWER]), meanings=namer.meanings)
    found.earlier = older - frozenset(tag[1:-1] for tag in _TAG.findall(text))
    return found
