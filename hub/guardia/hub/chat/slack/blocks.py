"""Messages in Slack's form. Pure.

Every text of people, logs and servers goes into `plain_text` objects with `emoji` off, in which Slack makes nothing of
anything. Only two places know markup: the short `text` that notifications show, and the one link of a message, whose
address is the hub's; both are written by `escaped`. Limits: docs.slack.dev, "Block Kit", and `chat.postMessage`.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from guardia.hub.chat.slack.inbound import ACTION, Value
from guardia.hub.core.messenger import Button, Link, Outgoing
from guardia.hub.core.transcript import clean

MAX_SECTION = 3_000
MAX_LABEL = 75
MAX_BUTTONS = 25
"""Of one block."""
MAX_BLOCKS = 50
MAX_PREVIEW = 600
"""Characters of the `text` that notifications show; escaped it stays below the 4,000 of `chat.update`."""
EMPTY = "…"
"""Slack takes no message without letters."""
GAP = "\u200b"
"""Zero width: breaks what would become a link, a mention, an emoji or a format, and is not seen."""

_BREAK = re.compile(
    r"(?<=[@＠#:])(?=\S)"  # mentions, channels, emoji codes, addresses (`://`, `mailto:`)
    r"|(?<=\w)(?=\.\w)"  # bare domains
    r"|(?<=[*_~`])|(?=[*_~`])"  # formats need a word's edge outside and none inside: neither is left
    r"|(?<![^\n])(?=>)"  # quotes, also when written as `&gt;`
)


def escaped(text: str) -> str:
    """`text` for a place with markup, where it reads the same and is none."""
    text = _BREAK.sub(GAP, clean(text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def body(message: Outgoing) -> dict[str, Any]:
    """`text` and `blocks`, and that Slack shall look for nothing in them."""
    whole = "\n".join([message.text, *(f"{row.title}: {row.text}" for row in message.rows)])
    return {
        "text": escaped(clean(whole)[:MAX_PREVIEW]).strip() or EMPTY,
        "blocks": blocks(message) or _sections(EMPTY),
        "parse": "none",
        "link_names": False,
    }


def blocks(message: Outgoing) -> list[dict[str, Any]]:
    """Text, a block for each row, the link, the buttons."""
    made = _sections(message.text)
    for row in message.rows:
        made += _sections(f"{row.title}\n{row.text}")
    tail = [] if message.link is None else [_link(message.link)]
    for start in range(0, len(message.buttons), MAX_BUTTONS):
        elements = [_button(one) for one in message.buttons[start : start + MAX_BUTTONS]]
        tail.append({"type": "actions", "elements": elements})
    return made[: MAX_BLOCKS - len(tail)] + tail


def _sections(text: str) -> list[dict[str, Any]]:
    text = clean(text).strip("\n")
    made = []
    while text.strip():
        piece = _cut(text, MAX_SECTION)
        made.append({"type": "section", "text": _plain_text(piece)})
        text = text[len(piece) :]
    return made


def _cut(text: str, limit: int) -> str:
    """The beginning of `text`, as long as Slack counts: in units of UTF-16."""
    piece = text[:limit]
    while (over := len(piece) + sum(letter > "\uffff" for letter in piece) - limit) > 0:
        piece = piece[: len(piece) - (over + 1) // 2]
    return piece


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _link(link: Link) -> dict[str, Any]:
    markup = f"<{link.url}|{escaped(link.label)}>"
    return {"type": "section", "text": {"type": "mrkdwn", "text": markup, "verbatim": True}}


def _button(button: Button) -> dict[str, Any]:
    label = clean(button.label).strip() or button.button
    if _cut(label, MAX_LABEL) != label:
        label = f"{_cut(label, MAX_LABEL - 1)}…"
    value = Value(button.request_id, button.button, button.digest)
    made = {
        "type": "button",
        "action_id": f"{ACTION}{button.button}",
        "text": _plain_text(label),
        "value": msgspec.json.encode(value).decode(),
    }
    if button.style in ("primary", "danger"):
        made["style"] = button.style
    return made
