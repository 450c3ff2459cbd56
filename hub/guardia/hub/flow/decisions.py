"""Presses, whatever their card is of: an offer, a preview, or a request. The id says which."""

from __future__ import annotations

from collections.abc import Callable

from guardia.hub.core.message import ButtonPress, Receipt, ReceiptStatus
from guardia.hub.core.preview import PREFIX as PREVIEW
from guardia.hub.core.proactive import PREFIX as OFFER
from guardia.hub.core.refusals import refused
from guardia.hub.core.request import Request
from guardia.hub.core.texts import Language
from guardia.hub.errors import HubError
from guardia.hub.flow.advice import Advice
from guardia.hub.flow.decided import Decided
from guardia.hub.flow.presses import Presses
from guardia.hub.flow.previews import Previews


class Decisions:
    """Raises what `Presses`, `Advice` and `Previews` raise; then nothing has changed."""

    def __init__(
        self,
        *,
        presses: Presses,
        advice: Advice,
        previews: Previews,
        receipt: Callable[[Request], Receipt],
        decided: Decided,
    ) -> None:
        self._presses = presses
        self._advice = advice
        self._previews = previews
        self._receipt = receipt
        self._decided = decided

    async def known(self, press: ButtonPress) -> Receipt | None:
        """What is to be answered to a press that counted already; None: it has done nothing to a request yet."""
        found = await self._decided.of(press)
        return None if found is None else self._receipt(found)

    async def press(self, press: ButtonPress) -> Receipt:
        found: Request | Receipt
        if press.request_id.startswith(OFFER):
            found = await self._advice.press(press)
        elif press.request_id.startswith(PREVIEW):
            found = await self._previews.press(press)
        else:
            found = await self._presses.press(press)
        return found if isinstance(found, Receipt) else self._receipt(found)


def choice(card_id: str, number: int) -> str | None:
    """The button that `number` stands for on the card of an offer or a preview; None for a request's card."""
    if card_id.startswith(OFFER):
        return f"accept:{number}"
    if card_id.startswith(PREVIEW):
        return "run" if number == 1 else f"run:{number}"
    return None


def sr_id(press: ButtonPress) -> str | None:
    """The request that a press is about; None for one on an offer or a preview."""
    return None if press.request_id.startswith((OFFER, PREVIEW)) else press.request_id


def refusal(language: Language, press: ButtonPress, error: HubError) -> Receipt:
    return Receipt(status=ReceiptStatus.ERROR, sr_id=sr_id(press), message=refused(language, error))
