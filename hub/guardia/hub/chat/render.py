"""From what a room shows to what a channel is told: cards, milestones, and what is too long. Pure, and text only."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping
from typing import Any

import msgspec

from guardia.hub.chat.words import typed_as
from guardia.hub.core.card import iso
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.messenger import Button, Capabilities, Link, Outgoing, OutgoingFile, Row
from guardia.hub.core.texts import Language, say

MAX_ROWS = 20
MAX_FILE = 1024 * 1024
"""Characters of a file of long output; the console has the rest."""
_KINDS = ("request", "advice", "preview")
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


def outgoing(message: RoomMessage, capabilities: Capabilities, language: Language, thread: str = "") -> Outgoing:
    """The message in words of no platform, with what the platform can show of it and how it is answered there."""
    widget = message.widget or {}
    kind = widget.get("kind") if message.msg_type is MessageType.CARD else None
    # Buttons that could not be taken away again would go on to look as if they counted.
    buttons = _buttons(widget) if kind in _KINDS and capabilities.buttons and capabilities.edits else ()
    if kind in ("advice", "preview"):  # their words name what can be typed, and every command
        tone = str(widget.get("tone", "idle"))
        text = typed_as(message.content, capabilities.command)
        return Outgoing(text=text, buttons=buttons, tone=tone, thread=thread)
    if message.sender_type is SenderType.AGENT:  # no line of it looks like one of the hub's own
        said = "\n".join(f"│ {line}" for line in message.content.split("\n"))
        return Outgoing(text=f"{say(language, 'channel.agent_said', agent=message.sender)}\n{said}", thread=thread)
    if kind != "request":
        important = message.message_id.startswith(("end-", "operator-"))
        text = (
            typed_as(message.content, capabilities.command)
            if message.sender_type is SenderType.BOT
            else message.content
        )
        return Outgoing(text=text, thread=thread, important=important, tone=_notice_tone(message))
    lines = [message.content]
    if widget.get("text"):
        lines.append(f"“{widget['text']}” — {widget.get('requested_by', '')}")
    if not buttons:
        lines += [typed_as(line, capabilities.command) for line in _typed(widget, language)]
    return Outgoing(
        text="\n".join(lines),
        rows=_rows(widget),
        buttons=buttons,
        tone=str(widget.get("tone", "idle")),
        thread=thread,
        important=bool(widget.get("buttons")) and widget.get("state") in ("AWAITING_APPROVAL", "NEEDS_ANSWER"),
    )


def parked_notice(platform: str, channel: str, room_id: str, now_ms: int, language: Language) -> RoomMessage:
    """What a room is told when a channel takes nothing any more."""
    where = hashlib.sha256(f"{platform}\n{channel}".encode()).hexdigest()[:16]
    return RoomMessage(
        message_id=f"parked-{now_ms}-{where}",
        timestamp=iso(now_ms) or "",
        sender="GUARDiA",
        sender_type=SenderType.SYSTEM,
        msg_type=MessageType.NOTICE,
        content=say(language, "channel.parked", platform=platform, channel=channel),
        room_id=room_id,
    )


def fenced_notice(agent_id: str, room_id: str, now_ms: int, language: Language) -> RoomMessage:
    """What a room is told when two living hosts have one agent's identity."""
    return RoomMessage(
        message_id=f"fenced-{now_ms}-{agent_id}",
        timestamp=iso(now_ms) or "",
        sender="GUARDiA",
        sender_type=SenderType.SYSTEM,
        msg_type=MessageType.NOTICE,
        content=say(language, "channel.fenced", agent=agent_id),
        room_id=room_id,
    )


def milestone(message: RoomMessage) -> str:
    """What a channel without edits has to be told of this form of a card, as a key that is told once; empty: nothing.

    Blockers that need an operator, and results, come as messages of their own.
    """
    widget = message.widget or {}
    state = widget.get("state", "")
    if widget.get("kind") in ("advice", "preview"):  # what becomes of them is a message or a card of its own
        return "shown" if state in ("OPEN", "PREVIEW") else ""
    plan = widget.get("plan") or {}
    if widget.get("tone") == "unknown":
        return "blocked"
    match state:
        case "AWAITING_APPROVAL":
            return f"approval:{plan.get('digest', '')[:16]}"
        case "NEEDS_ANSWER":  # an answer may lead to another question
            asked = msgspec.json.encode([widget.get("message"), widget.get("buttons")])
            return f"question:{hashlib.sha256(asked).hexdigest()[:16]}"
        case "QUEUED":
            return "queued"
        case "RUNNING":
            return "started" if widget.get("changes") else ""
        case "ROLLING_BACK":
            return "rollback"
        case _:
            return ""


def fit(
    message: Outgoing, capabilities: Capabilities, language: Language, *, name: str, link: str | None
) -> tuple[Outgoing, OutgoingFile | None]:
    """The message within the platform's length: whole, or a summary and the whole as a file or behind `link`."""
    rows, over = message.rows[:MAX_ROWS], message.rows[MAX_ROWS:]
    size = len(message.text) + sum(len(row.title) + len(row.text) + 2 for row in rows)
    if size <= capabilities.max_text and not over:
        return message, None
    whole = "\n".join([message.text, *(f"{row.title}: {row.text}" for row in message.rows)])
    count = whole.count("\n") + 1
    file = None
    ending = say(language, "channel.more", lines=count)
    if capabilities.files_out:
        file = OutgoingFile(
            name=f"{_SAFE.sub('-', name)[:80]}.txt", data=whole[:MAX_FILE].encode(), thread=message.thread
        )
        ending += " " + say(language, "channel.in_file", name=file.name)
    room = max(0, capabilities.max_text - len(ending) - 1)
    text = _cut(message.text, room)
    kept: list[Row] = []
    left = room - len(text)
    for row in rows:
        left -= len(row.title) + len(row.text) + 2
        if left < 0:
            break
        kept.append(row)
    shown = msgspec.structs.replace(message, text=f"{text}\n{ending}", rows=tuple(kept))
    if file is None and link is not None and message.link is None:
        shown = msgspec.structs.replace(shown, link=Link(label=say(language, "channel.open_console"), url=link))
    return shown, file


def _cut(text: str, limit: int) -> str:
    """The beginning of `text`, ending with a line where one ends late enough."""
    if len(text) <= limit:
        return text
    head = text[:limit]
    line, newline, _ = head.rpartition("\n")
    return line if newline and len(line) > limit // 2 else head


def _notice_tone(message: RoomMessage) -> str:
    if message.message_id.startswith("operator-"):
        return "warn"
    return "idle"


def _buttons(widget: Mapping[str, Any]) -> tuple[Button, ...]:
    digest = str((widget.get("plan") or {}).get("digest", ""))
    return tuple(
        Button(
            button=str(one["id"]),
            label=str(one["label"]),
            style=str(one.get("style", "plain")),
            request_id=str(widget["request_id"]),
            digest=str(one.get("digest") or digest),
            ask_reason=bool(one.get("ask_reason")),
        )
        for one in widget.get("buttons", ())
    )


def _typed(widget: Mapping[str, Any], language: Language) -> list[str]:
    """How to answer where there are no buttons."""
    if widget.get("state") == "AWAITING_APPROVAL":
        code = (widget.get("plan") or {}).get("code", "")
        return [say(language, "channel.approve_by", code=code)] if code else []
    if widget.get("state") == "NEEDS_ANSWER":
        choices = [one for one in widget.get("buttons", ()) if str(one["id"]).startswith("choose:")]
        lines = [f"{str(one['id']).partition(':')[2]}. {one['label']}" for one in choices]
        return [*lines, say(language, "channel.choose_by", id=widget["request_id"])] if choices else []
    return []


def _rows(widget: Mapping[str, Any]) -> tuple[Row, ...]:
    """A line for each server: before the start what would run, then how it stands."""
    plan = widget.get("plan")
    if not plan:
        return ()
    before = widget.get("state") == "AWAITING_APPROVAL"
    return tuple(
        Row(
            title=f"{node['asset']} ({node['hostname']})",
            text="\n".join([] if before else [node["state_label"]])
            + ("\n" if not before and node["steps"] else "")
            + "\n".join(_step(step, before) for step in node["steps"]),
        )
        for node in plan["nodes"]
    )


def _step(step: Mapping[str, Any], before: bool) -> str:
    if before:
        commands = [shlex.join(command) for command in step["commands"]]  # where one argument ends is seen
        user = f" [{step['user']}]" if step["user"] and commands else ""
        return "\n".join([f"{step['title']}{user}", *(f"$ {command}" for command in commands), *step["findings"]])
    summary = step.get("summary") or ""
    return f"{step['title']}: {step['state_label']}" + (f" — {summary}" if summary else "")
