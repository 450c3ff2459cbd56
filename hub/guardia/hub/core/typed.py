"""Commands that are typed: `/승인 K7F3`, `/거절 K7F3 사유`, `/선택 2`, `/연결 AB3D-EF7H`. Pure."""

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

_CODE = re.compile(
    rf"/?(승인|거절|취소)\s+([{CODE_ALPHABET}]{{{CODE_LENGTH}}})(?:\s+(.*))?\Z", re.DOTALL | re.IGNORECASE
)
_CHOICE = re.compile(r"/?선택\s+(?:([A-Za-z0-9-]{1,64})\s+)?([1-9][0-9]?)\s*번?\Z")
_ATTACH = re.compile(r"/첨부\Z")
_LINK = re.compile(
    rf"/?연결\s+(?=[A-Z-]*[2-9])([{CODE_ALPHABET}]{{4}})-?([{CODE_ALPHABET}]{{4}})\Z", re.IGNORECASE | re.ASCII
)


class What(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    CHOOSE = "choose"
    ATTACH = "attach"
    LINK = "link"
    """Say by a code from the console whose account this is."""


_WORDS = {"승인": What.APPROVE, "거절": What.REJECT, "취소": What.CANCEL}


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
    if found:
        return Typed(what=_WORDS[found[1]], code=found[2].upper(), reason=(found[3] or "").strip()[:MAX_REASON])
    found = _CHOICE.match(text)
    if found:
        return Typed(what=What.CHOOSE, request_id=found[1] or "", number=int(found[2]))
    if _ATTACH.match(text):
        return Typed(what=What.ATTACH)
    found = _LINK.match(text)
    if found:
        return Typed(what=What.LINK, code=(found[1] + found[2]).upper())
    return None


def shown(text: str) -> str:
    """`text` as a room may show it: a code that links accounts is nobody else's to read."""
    typed = parse(text)
    return "/연결 ****-****" if typed is not None and typed.what is What.LINK else text
