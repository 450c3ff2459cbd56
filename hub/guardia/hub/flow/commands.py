"""Typed commands: what buttons do, for platforms without them. Bound to the plan that the code was shown with."""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from guardia.cmdb.selector import Resolved
from guardia.hub.core.answer import question_seen
from guardia.hub.core.claim import Claimed, ClaimOutcome, receipt_of
from guardia.hub.core.message import ButtonPress, InboundMessage, Origin, Person, Receipt, ReceiptStatus
from guardia.hub.core.messenger import Link
from guardia.hub.core.refusals import refused
from guardia.hub.core.request import Request
from guardia.hub.core.states import RequestState
from guardia.hub.core.texts import Language, Languages, said, say
from guardia.hub.core.typed import Typed, What
from guardia.hub.errors import BusyError, ForbiddenError, HubError, NotFoundError, RateLimitedError, StoreError
from guardia.hub.flow.decisions import Decisions, choice
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.planner import Planner
from guardia.hub.flow.presses import Presses
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Claims, Clock, SignedLinks

HUB_ROOMS = "room"
"""The platform of the hub's own rooms: who speaks there is logged in with the hub itself."""
MAX_WRONG = 5
WRONG_WITHIN = 600.0
"""So many wrong codes of a person or a room within so many seconds: then no code counts until that time is over."""
MAX_KEYS = 10_000


class NoLinks:
    """`ports.SignedLinks` of a hub that was not told under which address people reach it."""

    def confirm(self, **_facts: str) -> str | None:
        return None

    def upload(self, **_facts: str) -> str | None:
        return None


class NoClaims:
    """`ports.Claims` of a hub where only administrators link accounts: every code is wrong."""

    async def claim(self, code: str, *, platform: str, account: str) -> Claimed:  # noqa: ARG002 - whatever they are
        return Claimed(outcome=ClaimOutcome.WRONG)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a command's sender is told. A link is kept apart from the text, which never becomes one by itself."""

    receipt: Receipt
    link: Link | None = None

    def spelled(self) -> Receipt:
        """The receipt with the link in its text, for who shows nothing but that."""
        if self.link is None:
            return self.receipt
        return msgspec.structs.replace(self.receipt, message=f"{self.receipt.message} {self.link.url}")


class StepUp:
    """Whether an approval has to be confirmed in the console, by the person who is logged in there."""

    def __init__(self, settings: FlowSettings, links: SignedLinks, planner: Planner, language: Languages) -> None:
        self._settings = settings
        self._links = links
        self._planner = planner
        self._language = language

    def needed(self, request: Request, platform: str, origin: Origin | None) -> bool:
        """Of an approval that came by `platform`; `origin` is None where its sender waits for the answer.

        Such a sender proves itself by one secret for everybody and is shown cards and codes, so whoever stole that
        secret could ask as one person and approve as another. Its word approves no change at all.
        """
        if platform == HUB_ROOMS:  # the person is logged in
            return False
        match self._settings.step_up:
            case "never":
                return False
            case "changes":
                return request.intent.changes
            case _ if origin is None:
                return request.intent.changes
            case _:
                found = self._planner.servers(request)
                known = found.servers if isinstance(found, Resolved) else ()
                # Servers that are no longer found are taken for production: the plan is made anew or refused anyway.
                return request.intent.changes and (not known or any(str(s.environment) == "PROD" for s in known))

    def ask(self, request: Request, person: Person, digest: str) -> Told:
        """What the person is told, with a link that serves this person for this plan, for a few minutes."""
        url = self._links.confirm(
            person_id=person.person_id, room_id=request.room_id, request_id=request.request_id, digest=digest
        )
        language = self._language(request.room_id)
        text = say(language, "stepup.ask", id=request.request_id, person=person.name)
        receipt = Receipt(status=ReceiptStatus.PENDING_APPROVAL, sr_id=request.request_id, message=text)
        return Told(receipt=receipt, link=Link(label=say(language, "stepup.link"), url=url) if url else None)


class Commands:
    """Works typed commands off. Errors of the flow come back as the receipt's message: their sender waits for it."""

    def __init__(
        self,
        *,
        desk: Desk,
        presses: Presses,
        decisions: Decisions,
        step_up: StepUp,
        links: SignedLinks,
        claims: Claims,
        clock: Clock,
        language: Languages,
    ) -> None:
        self._desk = desk
        self._presses = presses
        self._decisions = decisions
        self._step_up = step_up
        self._links = links
        self._claims = claims
        self._clock = clock
        self._language = language
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    async def run(self, message: InboundMessage, typed: Typed) -> Told:
        """Never raises what the person can mend."""
        try:
            if typed.what is What.ATTACH:
                return self._attach(message)
            if typed.what is What.LINK:
                # Of a messenger the reception hands the code over before anybody is looked up. Here it was typed in a
                # room of the hub, where there is nothing to link: a right code ends, since others have read it.
                language = self._language(message.room_id)
                account = message.person.person_id
                return Told(receipt=await self.link(typed.code, platform=HUB_ROOMS, account=account, language=language))
            button = choice(typed.request_id, typed.number) if typed.what is What.CHOOSE else None
            if button is not None:  # a button of an offer or a preview
                press = _press(message, typed, typed.request_id, button)
                return Told(receipt=await self._decisions.press(press))
            request, button = self._meant(message, typed)
            if typed.what is What.APPROVE and self._step_up.needed(request, message.platform, message.origin):
                self._presses.check_approver(request, message.person)
                return self._step_up.ask(request, message.person, _digest(request))
            # The code names one plan: a new plan has a new one, so whoever typed it has seen this plan's card.
            digest = question_seen(request, message) if typed.what is What.CHOOSE else _digest(request)
            press = _press(message, typed, request.request_id, button, digest)
            return Told(receipt=await self._decisions.press(press))
        except (BusyError, StoreError):
            raise
        except HubError as error:
            return Told(
                receipt=Receipt(status=ReceiptStatus.ERROR, message=refused(self._language(message.room_id), error))
            )

    async def link(self, code: str, *, platform: str, account: str, language: Language = "ko") -> Receipt:
        """What became of a code that says whose account this is. Raises `StoreError`, `BusyError`."""
        return receipt_of(await self._claims.claim(code, platform=platform, account=account), language)

    def _meant(self, message: InboundMessage, typed: Typed) -> tuple[Request, str]:
        """The request of this room that is meant, and the button. Raises `NotFoundError`, `RateLimitedError`."""
        here = [r for r in self._desk.requests.values() if r.room_id == message.room_id]
        if typed.what is What.CHOOSE:
            asked = [
                r
                for r in here
                if r.state is RequestState.NEEDS_ANSWER
                and (r.request_id == typed.request_id if typed.request_id else _asked(r, message.person))
            ]
            if not asked:
                raise NotFoundError(said("code.no_question"))
            latest = max(asked, key=lambda r: (r.created_ms, r.request_id))
            return latest, f"choose:{typed.number}"
        keys = (f"person:{message.person.person_id}", f"room:{message.room_id}")
        now = self._clock.monotonic()
        if any(self._tired(key, now) for key in keys):
            raise RateLimitedError(said("code.too_many"), remedy=said("code.too_many_remedy"))
        found = next((r for r in here if r.code and r.code == typed.code), None)
        if found is None:
            for key in keys:
                self._note_wrong(key, now)
            raise NotFoundError(said("code.wrong", code=typed.code), remedy=said("code.wrong_remedy"))
        return found, typed.what.value

    def _tired(self, key: str, now: float) -> bool:
        times = self._wrong.get(key, [])
        return sum(now - at < WRONG_WITHIN for at in times) >= MAX_WRONG

    def _note_wrong(self, key: str, now: float) -> None:
        self._wrong[key] = [*self._wrong.get(key, [])[-MAX_WRONG + 1 :], now]
        self._wrong.move_to_end(key)
        while len(self._wrong) > MAX_KEYS:
            self._wrong.popitem(last=False)

    def _attach(self, message: InboundMessage) -> Told:
        url = self._links.upload(person_id=message.person.person_id, room_id=message.room_id)
        if url is None:
            raise ForbiddenError(said("upload.nowhere"), remedy=said("upload.nowhere_remedy"))
        language = self._language(message.room_id)
        text = say(language, "upload.only", person=message.person.name)
        receipt = Receipt(status=ReceiptStatus.DONE, message=text)
        return Told(receipt=receipt, link=Link(label=say(language, "upload.link"), url=url))


def _asked(request: Request, person: Person) -> bool:
    return request.requester.person_id == person.person_id


def _digest(request: Request) -> str:
    return request.plan.digest if request.plan is not None else ""


def _press(message: InboundMessage, typed: Typed, card_id: str, button: str, digest: str = "") -> ButtonPress:
    return ButtonPress(
        platform=message.platform,
        press_id=message.message_id,
        room_id=message.room_id,
        person=message.person,
        request_id=card_id,
        button=button,
        reason=typed.reason,
        digest=digest,
        received_ms=message.received_ms,
        origin=message.origin,
    )
