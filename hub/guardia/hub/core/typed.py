"""Commands that are typed: `/승인 K7F3`, `/거절 K7F3 사유`, `/선택 2`, `/연결 AB3D-EF7H`. Pure.

In English `/approve K7F3`, `/deny K7F3 reason`, `/choose 2`, `/link AB3D-EF7H`; both count in every room.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0, 1: typed from a screen."""
CODE_LENGTH = 4
CLAIM_LENGTH = 8
"""Of a code that links an account to a person; it has a digit, so that no word is one."""
MAX_REASON = 500


class What(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    CHOOSE = "choose"
    ATTACH = "attach"
    LINK = "link"
    """Say by a code from the console whose account this is."""


_WORDS = {
    "승인": What.APPROVE,
    "거절": What.REJECT,
    "취소": What.CANCEL,
    "approve": What.APPROVE,
    "deny": What.REJECT,
    "reject": What.REJECT,
    "cancel": What.CANCEL,
}
CODED = tuple(_WORDS)
"""Words that a plan's code follows."""
COMMANDS = (*CODED, "선택", "첨부", "연결", "choose", "attach", "link")
"""Every word that a typed command begins with."""


_CODE = re.compile(
    rf"(/?)({'|'.join(CODED)})\s+([{CODE_ALPHABET}]{{{CODE_LENGTH}}})(?:\s+(.*))?\Z", re.DOTALL | re.IGNORECASE
)
_CHOICE = re.compile(r"/?(?:선택|choose)\s+(?:([A-Za-z0-9-]{1,64})\s+)?([1-9][0-9]?)\s*번?\Z", re.IGNORECASE)
_ATTACH = re.compile(r"/(?:첨부|attach)\Z", re.IGNORECASE)
_LINK = re.compile(
    rf"/?(?:연결|link)\s+(?=[A-Z-]*[2-9])([{CODE_ALPHABET}]{{4}})-?([{CODE_ALPHABET}]{{4}})\Z", re.IGNORECASE | re.ASCII
)


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """A typed command. `code` names one plan of one request; `request_id` may be empty: the room's newest question."""

    what: What
    code: str = ""
    reason: str = ""
    request_id: str = ""
    number: int = 0


def parse(text: str) -> Typed | None:
    """The command that `text` is, as a whole, or None: then it is a sentence for the reader.

    A leading slash may be missing, for platforms that eat it; the code makes it unmistakable. Letters may be small.
    """
    text = text.strip()
    found = _CODE.match(text)
    if found and (found[1] or _unmistakable(found[2], found[3])):
        what = _WORDS[found[2].lower()]
        return Typed(what=what, code=found[3].upper(), reason=(found[4] or "").strip()[:MAX_REASON])
    found = _CHOICE.match(text)
    if found:
        return Typed(what=What.CHOOSE, request_id=found[1] or "", number=int(found[2]))
    if _ATTACH.match(text):
        return Typed(what=What.ATTACH)
    found = _LINK.match(text)
    if found:
        return Typed(what=What.LINK, code=(found[1] + found[2]).upper())
    return None


def _unmistakable(word: str, code: str) -> bool:
    """Without a slash `cancel that` is a sentence; `cancel K7F3` and `취소 k7fa` are none."""
    return not word.isascii() or code.isupper() or any(letter.isdigit() for letter in code)


def shown(text: str) -> str:
    """`text` as a room may show it: a code that links accounts is nobody else's to read."""
    typed = parse(text)
    if typed is None or typed.what is not What.LINK:
        return text
    return "/link ****-****" if "link" in text.lower() else "/연결 ****-****"
