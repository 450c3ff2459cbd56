"""Names of people, files, servers and systems on their way to every platform: text, whatever stands in them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardia.hub.artifacts.store import clean_name
from guardia.hub.chat.render import fit, outgoing
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.messenger import Outgoing
from guardia.hub.errors import InvalidInputError
from guardia.hub.web.pages import visible
from tests.fakes.conversation import choice_card, restart_card
from tests.support.clock import FakeClock
from tests.support.messenger_cases import CASES, SPEAKING

pieces = st.sampled_from(
    [
        "<@U1>",
        "<!channel>",
        "@all",
        "@channel",
        "@김과장",
        "＠all",
        "[[눌러](https://evil.example)]",
        "[x](http://evil.example)",
        "https://evil.example/x",
        "evil.example",
        "<https://evil.example|ok>",
        "<b>",
        "&lt;",
        "```",
        "*_~",
        "\x1b[31m",
        "\u202e",
        "\x00",
        "\r\n",
        "[",
        "]",
        "(",
        ":",
        "/",
        ".",
        "가",
    ]
)
names = st.lists(pieces | st.text(max_size=8), min_size=1, max_size=6).map("".join)


def card(name: str, *, state: str, ask: bool) -> RoomMessage:
    """A card in which every name is this one."""
    widget = choice_card("SR-1", name) if ask else restart_card("SR-1", name)
    widget.update(title=name, text=name, message=name, state=state)
    for button in widget["buttons"]:
        button["label"] = name
    for node in (widget["plan"] or {}).get("nodes", ()):
        node.update(asset=name, hostname=name, agent=name, state_label=name)
        for step in node["steps"]:
            step.update(title=name, user=name, summary=name, findings=[name], commands=[["/bin/x", name]])
    return RoomMessage(
        message_id="card-SR-1",
        timestamp="2026-11-27T00:00:00Z",
        sender="GUARDiA",
        sender_type=SenderType.BOT,
        msg_type=MessageType.CARD,
        content=name,
        room_id="ops",
        widget=widget,
    )


def texts(message: Outgoing) -> list[str]:
    return [
        message.text,
        *(text for row in message.rows for text in (row.title, row.text)),
        *(button.label for button in message.buttons),
    ]


@pytest.mark.parametrize("platform", SPEAKING)
async def test_names_on_cards(platform) -> None:
    async with CASES[platform](FakeClock()) as case:

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(names, st.sampled_from(["AWAITING_APPROVAL", "RUNNING", "NEEDS_ANSWER"]), st.booleans())
        def run(name: str, state: str, ask: bool) -> None:
            capabilities = case.messenger.capabilities
            for limit in (capabilities.max_text, 60):
                small = msgspec.structs.replace(capabilities, max_text=limit)
                form = outgoing(card(name, state=state, ask=ask), small, "ko")
                shown, _ = fit(form, small, "ko", name=name, link="https://guardia.example.go.kr/go/x.y")
                for text in texts(shown):
                    assert case.active(case.messenger.text(text)) == []

        run()


@pytest.mark.parametrize("platform", SPEAKING)
async def test_names_of_files_and_of_what_is_too_long(platform) -> None:
    async with CASES[platform](FakeClock()) as case:

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(names)
        def run(name: str) -> None:
            try:
                kept = clean_name(name)
            except InvalidInputError:
                return
            assert "/" not in kept
            assert "\\" not in kept
            assert not any(ord(character) < 32 for character in kept)
            assert not kept.startswith((".", "-"))
            assert case.active(case.messenger.text(f"첨부: {kept}")) == []
            capabilities = msgspec.structs.replace(case.messenger.capabilities, files_out=True, max_text=50)
            _, file = fit(Outgoing(text="가" * 100), capabilities, "ko", name=name, link=None)
            assert file is not None
            assert all(character.isascii() and (character.isalnum() or character in "._-") for character in file.name)

        run()


@given(names | st.text(max_size=50))
def test_pages_hide_nothing(text: str) -> None:
    shown = visible(text)
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in shown)
    assert not any(character in shown for character in "\u202a\u202b\u202d\u202e\u2066\u2067\u200f\u200b\ufeff\x1b")
    assert visible(shown) == shown
