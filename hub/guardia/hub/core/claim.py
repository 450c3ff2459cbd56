"""What became of a code by which somebody claims an account of a messenger, and what they are told. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from guardia.hub.core.message import Receipt, ReceiptStatus


class ClaimOutcome(StrEnum):
    LINKED = "LINKED"
    WRONG = "WRONG"
    """Unknown, expired, used, or made for another platform: whoever guesses learns no more than that."""
    TAKEN = "TAKEN"
    """The account is somebody already. It does not move."""
    TOO_MANY = "TOO_MANY"


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """`person_id`: whose the account is now; empty where nobody is told."""

    outcome: ClaimOutcome
    person_id: str = ""


_WORDS = {
    ClaimOutcome.LINKED: "이 메신저 계정을 {person} 님에게 연결했습니다."
    " 본인이 한 일이 아니면 콘솔의 '내 계정'에서 바로 끊어 주세요.",
    ClaimOutcome.WRONG: "연결 코드가 맞지 않거나, 기한이 지났거나, 이미 쓰였습니다."
    " 콘솔의 '내 계정'에서 새 코드를 만들어 주세요.",
    ClaimOutcome.TAKEN: "이 메신저 계정은 이미 {person} 님에게 연결되어 있습니다. 옮기려면 관리자에게 요청해 주세요.",
    ClaimOutcome.TOO_MANY: "틀린 연결 코드가 너무 많았습니다. 10분 뒤에 다시 해 주세요.",
}


def receipt_of(claimed: Claimed) -> Receipt:
    """What whoever typed the code is told."""
    done = claimed.outcome is ClaimOutcome.LINKED
    text = _WORDS[claimed.outcome].format(person=claimed.person_id)
    return Receipt(status=ReceiptStatus.DONE if done else ReceiptStatus.ERROR, message=text)
