# ruff: noqa: E501 - frames of sentences
"""Messages with several targets or deeds, of which some may not be asked for."""

from __future__ import annotations

import random

from grammar import around, deed, frames, target, words
from grammar.asking import command
from grammar.draft import Draft, fill, join, place_deed, request, sibling
from grammar.silent import nothing
from grammar.target import Target


def two(draw: random.Random) -> Draft:
    """Two targets of which one is asked for."""
    one = (
        deed.change(draw, draw.choice(("restart", "restart", "stop", "start", "rollback")))
        if draw.random() < 0.8
        else deed.read(draw)
    )
    if not one.noun:
        one = deed.change(draw, "restart")
    first = target.make(draw, layers=one.layers, bare=0.16)
    second = target.make(draw, layers=one.layers, bare=0.16)
    if first.places and draw.random() < 0.35:  # two places of one system
        second = target.make(draw, layers=one.layers, bare=0.0)
        if (
            second.tail
            and second.environment == ""
            and first.places != ["<?>"]
            and first.environment == ""
            and first.places[0][1] != "H"
            and second.places
            and second.places[0][1] != "H"
        ):
            second = Target("", second.tail, second.tail, first.places, "", second.layer, second.nodes)
            if second.layer == first.layer and second.nodes == first.nodes:
                return nothing(draw)
    if draw.random() < 0.85:
        text = fill(
            draw,
            draw.choice(around.ONLY_SECOND),
            a=first.text,
            b=second.text,
            n=one.noun or "재기동",
            c=deed.command(draw, one),
        )
        return Draft(text, request(one, second))
    text = fill(
        draw,
        draw.choice(around.ONLY_FIRST),
        a=first.text,
        b=second.text,
        n=one.noun or "재기동",
        c=deed.command(draw, one),
    )
    return Draft(text, request(one, first))


def several(draw: random.Random) -> Draft:
    """One deed for several targets, or a deed for each."""
    kind = draw.random()
    one, aim = place_deed(draw, deed.change if draw.random() < 0.6 else deed.read, 0.1)
    if kind < 0.3:  # one deed, two layers
        other = sibling(draw, aim, one.layers)
        if other is None:
            return several(draw) if draw.random() < 0.9 else command(draw)
        link = draw.choice(frames.BOTH)
        both = Target(
            "", "", f"{aim.text}{link}{other.text}" + draw.choice(("", "", " 둘 다", " 모두", " 전부", " 각각"))
        )
        return Draft(join(draw, both, deed.command(draw, one)), request(one, aim) + "<then>" + request(one, other))
    if kind < 0.6:  # one deed, two or three targets
        others = [target.make(draw, layers=one.layers, bare=0.1) for _ in range(draw.choice((1, 1, 1, 2)))]
        link = draw.choice(frames.LISTED)
        text = link.join([aim.text, *(other.text for other in others)])
        if "\n" in link and draw.random() < 0.7:
            lead = draw.choice(frames.LEADS)
            text = (
                lead.format(c=deed.command(draw, one))
                + draw.choice(("\n", ".\n", ":\n"))
                + ("- " if "-" in link else "")
                + text
            )
            return Draft(text, "<then>".join(request(one, each) for each in (aim, *others)), decorate=False)
        text += draw.choice(("", "", " 모두", " 둘 다", " 전부", " 다"))
        return Draft(f"{text} {deed.command(draw, one)}", "<then>".join(request(one, each) for each in (aim, *others)))
    two, second = place_deed(draw, deed.change if draw.random() < 0.5 else deed.read, 0.1)
    if draw.random() < 0.35:
        second = sibling(draw, aim, two.layers) or second
    if (
        draw.random() < 0.3
        and aim.layer
        and aim.layer in two.layers
        and not aim.nodes
        and aim.places[0][1] != "H"
        and one.action != two.action
    ):  # nodes with a deed each
        first_node, second_node = draw.sample(range(1, 6), 2)
        a = Target("", "", f"{aim.text} {first_node}호기", aim.places, aim.environment, aim.layer, f"<#>{first_node}")
        b = Target("", "", f"{second_node}호기", aim.places, aim.environment, aim.layer, f"<#>{second_node}")
        if draw.random() < 0.15:
            b = Target("", "", "나머지", aim.places, aim.environment, aim.layer, "<rest>")
        aim, second = a, b
    link = draw.choice((" ", ", ", " 그리고 ", " 그리고 ", " "))
    if draw.random() < 0.6:
        text = (
            fill(
                draw,
                draw.choice(("{a} {x}", "{a}는 {x}", "{a}를 {x}", "{a}는 {x}")),
                a=aim.text,
                x=deed.then(draw, one),
            )
            + link
            + fill(
                draw,
                draw.choice(("{b} {y}", "{b}는 {y}", "{b}도 {y}", "{b}를 {y}")),
                b=second.text,
                y=deed.command(draw, two),
            )
        )
    else:
        sep = draw.choice((". ", "\n", "! ", ", ", ". 그리고 ", ". 또 ", "\n- ", "\n2. "))
        head = "- " if sep == "\n- " else "1. " if sep == "\n2. " else ""
        text = f"{head}{aim.text} {deed.command(draw, one)}{sep}{second.text} {deed.command(draw, two)}"
    return Draft(text, request(one, aim) + "<then>" + request(two, second))


def sequence(draw: random.Random) -> Draft:
    """Several deeds for one target, in their order."""
    first, second = draw.choice(frames.PAIRS)
    if draw.random() < 0.35:
        first, second = draw.choice(deed.READS), draw.choice(("restart", "stop", "start", "rollback", "clean"))
        if draw.random() < 0.4:
            first, second = second, first
    made = [
        deed.change(draw, one) if one in words.CHANGES or one in ("deploy", "kill", "clean") else deed.read(draw, one)
        for one in (first, second)
    ]
    if draw.random() < 0.12 and first == "stop" and second == "deploy":
        made.append(deed.change(draw, "start"))
    layers = tuple(one for one in ("was", "web", "db") if all(one in each.layers for each in made)) or ("was",)
    aim = target.make(draw, layers=layers, bare=0.15)
    text = " ".join([*(deed.then(draw, one) for one in made[:-1]), deed.command(draw, made[-1])])
    if draw.random() < 0.15:
        text = deed.command(draw, made[0]) + draw.choice((". 그리고 ", ". ", ", ")) + deed.command(draw, made[1])
        made = made[:2]
    arguments = "".join("".join(one.files) if one.files else "" for one in made) + "".join(
        "" if one.files else one.arguments for one in made
    )
    if arguments.count("<ver>") > 1:
        return command(draw)
    return Draft(join(draw, aim, text), "".join(f"<{one.action}>" for one in made) + aim.answer() + arguments)


def corrected(draw: random.Random) -> Draft:
    """The writer takes back what he just wrote, a target or all of it."""
    one = (
        deed.change(draw, draw.choice(("restart", "restart", "stop", "start")))
        if draw.random() < 0.8
        else deed.read(draw)
    )
    aim = target.make(draw, layers=one.layers, bare=0.05)
    other = target.make(draw, layers=one.layers, bare=0.05)
    if draw.random() < 0.45:
        other = sibling(draw, aim, one.layers) or other
    if draw.random() < 0.25:
        return Draft(fill(draw, draw.choice(around.TAKEN_BACK), a=aim.text, c=deed.command(draw, one)), "<none>")
    text = fill(
        draw,
        draw.choice(around.CORRECTIONS),
        a=aim.text,
        b=other.text,
        c=deed.command(draw, one),
        d=deed.command(draw, one),
    )
    return Draft(text, request(one, other))


def look_first(draw: random.Random) -> Draft:
    """Look, and act if it is bad: only the look is asked for now."""
    one, aim = place_deed(draw, deed.read)
    two = deed.change(draw, draw.choice(("restart", "start", "clean", "rollback", "stop")))
    looked = deed.then(draw, one) if draw.random() < 0.75 else f"{deed.command(draw, one)}. "
    text = f"{looked} {draw.choice(around.IF_BAD)} {deed.command(draw, two)}"
    return Draft(join(draw, aim, text), request(one, aim))


def instead(draw: random.Random) -> Draft:
    """One deed is not to be done, another one is."""
    one, aim = place_deed(draw, deed.change)
    other = deed.read(draw) if draw.random() < 0.7 else deed.change(draw)
    if other.action == one.action or (aim.layer and aim.layer not in other.layers):
        return instead(draw)
    lead = (
        draw.choice(frames.NOT_NOUN).format(n=one.noun)
        if one.noun
        else draw.choice(frames.NOT_VERB).format(**deed.forms(one.verb))
    )
    text = join(
        draw,
        aim,
        f"{one.with_thing(lead)} {draw.choice(('', '', '일단 ', '우선 ', '먼저 '))}{deed.command(draw, other)}",
    )
    if draw.random() < 0.25:
        text = f"{aim.text} {deed.nothing(draw, one)}{draw.choice(('. ', ' ', chr(10)))}{draw.choice(('', '일단 ', '그냥 ', '대신 '))}{deed.command(draw, other)}"
    return Draft(text, request(other, aim))
