# ruff: noqa: E501 - frames of sentences
"""Messages that ask for something, of one target at one time."""

from __future__ import annotations

import random

from grammar import around, deed, frames, target, words
from grammar import english as english_grammar
from grammar.draft import Draft, fill, join, place_deed, request
from grammar.target import Target, label


def command(draw: random.Random) -> Draft:
    """A change of one target, attachments or not."""
    one, aim = place_deed(draw, deed.change)
    files = ()
    if one.files and draw.random() < 0.5:
        files = tuple(one.files)
        if draw.random() < 0.6:
            one.thing = draw.choice(frames.ATTACHED)
    text = join(draw, aim, deed.command(draw, one))
    return Draft(text, request(one, aim), files)


def read(draw: random.Random) -> Draft:
    """A look at one target, or two or three looks."""
    one, aim = place_deed(draw, deed.read)
    if draw.random() < 0.2 and one.action != "search" and not one.arguments:
        other = deed.read(draw)
        if (
            other.action != one.action
            and not other.arguments
            and set(other.layers) & set(one.layers)
            and other.action != "search"
            and one.layers == other.layers
        ):
            link = draw.choice((", ", "랑 ", "하고 ", " 및 ", "와 ", ",", "/", " "))
            first = one.thing.split(" 좀")[0]
            one.thing = f"{first}{link}{other.thing}"
            if draw.random() < 0.25:
                third = deed.read(draw)
                if (
                    third.action not in (one.action, other.action, "search")
                    and not third.arguments
                    and third.layers == one.layers
                ):
                    one.thing += f", {third.thing}"
                    return Draft(
                        join(draw, aim, deed.command(draw, one)),
                        f"<{one.action}><{other.action}><{third.action}>{aim.answer()}",
                    )
            return Draft(join(draw, aim, deed.command(draw, one)), f"<{one.action}><{other.action}>{aim.answer()}")
    text = f"{aim.text} {one.thing}" if draw.random() < 0.06 else join(draw, aim, deed.command(draw, one))
    return Draft(text, request(one, aim))


def question(draw: random.Random) -> Draft:
    """A question for the present state that a look answers."""
    action, text, arguments, layers = deed.question(draw)
    aim = target.make(draw, layers=layers, bare=0.4 if len(layers) == 3 else 0.5)
    prefix = draw.choice(("", "", "", "", "지금 ", "현재 ", "혹시 ", "요즘 "))
    return Draft(
        f"{aim.text}{draw.choice((' ', ' ', ' ', '은 ', '는 ', ', '))}{prefix}{text}",
        f"<{action}>{aim.answer()}{arguments}",
    )


def english(draw: random.Random) -> Draft:
    """An English message of any kind."""
    text, answer = english_grammar.message(draw)
    return Draft(text, answer, decorate=draw.random() < 0.1, typed=False)


def mixed(draw: random.Random) -> Draft:
    """Korean order with English words."""
    action = draw.choice(frames.MIXED_ACTIONS)
    layers = ("db",) if action in deed.DB_ONLY else ("was", "web", "db")
    aim = english_grammar.target(draw, layers) if draw.random() < 0.5 else target.make(draw, layers=layers)
    word = {"tail": "log", "disk": "disk", "service": "status", "locks": "lock", "sessions": "session"}.get(
        action, action
    )
    ending = draw.choice(frames.MIXED_CHANGES) if action in words.CHANGES else draw.choice(frames.MIXED_READS)
    return Draft(f"{aim.text} {word}{ending}", f"<{action}>{aim.answer()}", typed=False)


def timed(draw: random.Random) -> Draft:
    """A change at a time that is said, or talk of one."""
    moment = label("T")
    particle = draw.choice(("", "", "", "", "", " 맞춰", " 예약해서", " 시점에", ","))  # the finder of times takes "에"
    if draw.random() < 0.25:
        one, aim = place_deed(draw, deed.change)
        text = draw.choice(
            (
                f"{moment}{particle} {aim.text} {deed.nothing(draw, one)}",
                f"{aim.text} {moment}{particle} {deed.nothing(draw, one)}",
            )
        )
        return Draft(text, "<none>")
    one, aim = place_deed(draw, deed.change if draw.random() < 0.85 else deed.read)
    text = draw.choice(
        (
            f"{moment}{particle} {aim.text} {deed.command(draw, one)}",
            f"{aim.text} {moment}{particle} {deed.command(draw, one)}",
            f"{aim.text} {deed.command(draw, one)} {moment}{particle}",
            f"{aim.text} {one.noun or '재기동'} {moment}{particle} {draw.choice(('예약해줘', '예약 부탁드립니다', '진행 부탁드립니다', '해주세요', '예약'))}",
        )
    )
    if "예약" in text.split(moment)[-1] and not one.noun and aim.text + " 재기동" in text:
        return timed(draw)
    return Draft(text, request(one, aim) + f"<{moment}>", typed=True)


def context(draw: random.Random) -> Draft:
    """A message that an earlier one fills in, or that only seems to be."""
    one, aim = place_deed(draw, deed.change if draw.random() < 0.6 else deed.read, 0.15)
    before = draw.random()
    if before < 0.5:
        earlier = f"{aim.text} {deed.command(draw, one)}"
    elif before < 0.8:
        earlier = f"{aim.text} {deed.nothing(draw, one)}"
    else:
        earlier = fill(draw, draw.choice(frames.TOLD), t=aim.text)
    older: tuple[str, ...] = ()
    if draw.random() < 0.3:
        other = target.make(draw)
        older = (f"{other.text} {draw.choice(('상태 확인해줘', '정상입니다', '재기동했습니다', '로그 보여줘'))}",)
    two = deed.read(draw) if draw.random() < 0.5 else deed.change(draw)
    if aim.layer and aim.layer not in two.layers and aim.layer != "all":
        two = deed.read(draw, draw.choice(("tail", "service", "disk")))
    kind = draw.random()
    places, environment, layer, numbers = aim.places, aim.environment, aim.layer, aim.nodes
    if not places[0].startswith("\u00ab"):
        return command(draw)
    if kind < 0.5:
        text = f"{draw.choice(around.POINTING)}{draw.choice((' ', ' ', '도 ', ' 좀 ', '만 '))}{deed.command(draw, two)}"
        aim = Target("", "", "", places, environment, layer, numbers)
    elif kind < 0.72 and places[0][1] != "H" and layer != "all":
        shown, numbers, touching = target.nodes(draw)
        if touching or numbers.startswith("<not>"):
            return context(draw)
        text = f"{shown}{draw.choice(('도', '도', '도', '는', '도 같이'))} {deed.command(draw, two)}"
        aim = Target("", "", "", places, environment, layer, numbers)
    elif kind < 0.82 and places[0][1] != "H":
        layer = draw.choice([one for one in two.layers if one != layer] or ["was"])
        text = f"{target.layer_word(draw, layer)}도 {deed.command(draw, two)}"
        aim = Target("", "", "", places, environment, layer, "")
    elif kind < 0.86 and places[0][1] != "H":
        text = f"나머지{draw.choice(('도', ' 호기도', '도 마저', ' 노드도'))} {deed.command(draw, two)}"
        aim = Target("", "", "", places, environment, layer, "<rest>")
    elif kind < 0.93:  # points at nothing: nothing is filled in
        text = deed.command(draw, two)
        aim = Target("", "", "", ["<?>"], "", "", "")
        if draw.random() < 0.5:
            layer = draw.choice(two.layers)
            text = f"{target.layer_word(draw, layer)} {text}"
            aim.layer = layer
    else:  # names its own
        aim = target.make(draw, layers=two.layers)
        text = f"{aim.text} {deed.command(draw, two)}"
    if draw.random() < 0.1:
        return Draft(f"{draw.choice(around.POINTING)} {deed.nothing(draw, two)}", "<none>", earlier=(*older, earlier))
    return Draft(text, request(two, aim), earlier=(*older, earlier))


def pointless(draw: random.Random) -> Draft:
    """Points at something, and nothing was said before."""
    one = deed.read(draw) if draw.random() < 0.5 else deed.change(draw)
    return Draft(f"{draw.choice(around.POINTING)} {deed.command(draw, one)}", request(one, Target("", "", "", ["<?>"])))
