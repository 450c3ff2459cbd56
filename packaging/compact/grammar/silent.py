# ruff: noqa: E501 - frames of sentences
"""Messages that ask for nothing, or withdraw, or ask for help."""

from __future__ import annotations

import random

from grammar import around, deed, frames, target, words
from grammar.draft import Draft, fill, join, place_deed, request
from grammar.target import label


def nothing(draw: random.Random) -> Draft:
    """Negation, permission, report, plan: talk of an action that asks for nothing."""
    one, aim = place_deed(draw, deed.change if draw.random() < 0.75 else deed.read)
    text = (
        join(draw, aim, deed.nothing(draw, one))
        if draw.random() < 0.9
        else f"제가 {aim.text} {deed.nothing(draw, one)}"
    )
    if draw.random() < 0.12:
        second = deed.nothing(draw, one)
        text += draw.choice((". ", "\n", " ")) + second
    if draw.random() < 0.1:
        text = (
            draw.choice(
                (
                    "어제 ",
                    "아까 ",
                    "지난주에 ",
                    "방금 ",
                    "오늘 오전에 ",
                    "이미 ",
                    "조금 전에 ",
                    "누가 ",
                    "벌써 ",
                    label("T") + " ",
                    label("T") + "부터 ",
                )
            )
            + aim.text
            + " "
            + one.with_thing(
                f"{one.verb.past}{draw.choice(('습니다', '어요', '네요', '다고 합니다', '는데요', '나요?', '어?', '음'))}"
            )
        )
    return Draft(text, "<none>")


def quoted(draw: random.Random) -> Draft:
    """Somebody else's words; now and then an own request below them."""
    one, aim = place_deed(draw, deed.change if draw.random() < 0.8 else deed.read)
    text = fill(draw, draw.choice(around.QUOTED), m=f"{aim.text} {deed.command(draw, one)}")
    if draw.random() < 0.12:
        other, second = place_deed(draw, deed.read if draw.random() < 0.5 else deed.change)
        return Draft(
            f"{text}\n{draw.choice(('', '위 건 관련해서 ', '그건 됐고 ', '저는 '))}{second.text} {deed.command(draw, other)}",
            request(other, second),
            decorate=False,
        )
    return Draft(text, "<none>", decorate=False)


def condition(draw: random.Random) -> Draft:
    """What is to be done if something happens."""
    one, aim = place_deed(draw, deed.change if draw.random() < 0.85 else deed.read)
    return Draft(fill(draw, draw.choice(around.CONDITIONS), t=aim.text, c=deed.command(draw, one)), "<none>")


def chat(draw: random.Random) -> Draft:
    """Small talk, reports of trouble, and wishes that have no action."""
    text = draw.choice(around.CHAT)
    if draw.random() < 0.3:
        text = f"{target.make(draw).text} {text}"
    elif draw.random() < 0.15:
        text += draw.choice((" ", ". ", "\n")) + draw.choice(around.CHAT)
    elif draw.random() < 0.25:
        aim = target.make(draw)
        text = fill(draw, draw.choice(frames.ABOUT), t=aim.text)
        if text.startswith("{t} 점검") and text == f"{aim.text} 점검":
            text = f"{aim.text} 담당자"
    if draw.random() < 0.04:
        text = fill(draw, draw.choice(frames.ABOUT_FILES), f=label("F"))
    files = (label("F"),) if draw.random() < 0.04 else ()
    return Draft(text, "<none>", files)


def own(draw: random.Random) -> Draft:
    """Cancellations, questions for help, and talk of either."""
    if draw.random() < 0.45:
        return Draft(draw.choice(around.HELPS), "<help>", decorate=draw.random() < 0.3)
    aim = target.make(draw)
    noun = (
        draw.choice(words.CHANGES[draw.choice(("restart", "stop", "rollback", "start"))])
        if draw.random() < 0.8
        else "배포"
    )
    verb = draw.choice(("restart", "deploy", "rollback", "stop"))
    if draw.random() < 0.12:
        return Draft(fill(draw, draw.choice(frames.NO_CANCEL), n=noun, t=aim.text), "<none>")
    return Draft(
        fill(draw, draw.choice(around.CANCELS), n=noun, t=aim.text, v=verb), "<cancel>", decorate=draw.random() < 0.4
    )
