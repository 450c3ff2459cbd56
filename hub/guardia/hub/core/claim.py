"""What became of a code by which somebody claims an account of a messenger, and what they are told. Pure."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from guardia.hub.core.message import Receipt, ReceiptStatus
from guardia.hub.core.texts import Language, say


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


def receipt_of(claimed: Claimed, language: Language = "ko") -> Receipt:
    """What whoever typed the code is told."""
    done = claimed.outcome is ClaimOutcome.LINKED
    text = say(language, f"claim.{claimed.outcome.value}", person=claimed.person_id)
    return Receipt(status=ReceiptStatus.DONE if done else ReceiptStatus.ERROR, message=text)
