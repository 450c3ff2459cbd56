"""Where a request aims: the words that name it, and the answer's tokens for it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import count

from grammar import korean, words

_NEXT = count(1)


def label(kind: str) -> str:
    """A placeholder that no other name of the sentence shares; the sample numbers them in the order of the text."""
    return f"\u00ab{kind}{next(_NEXT)}\u00bb"


@dataclass
class Target:
    """`head` names system and environment, `tail` layer and nodes; `text` is both in one order or another."""

    head: str
    tail: str
    text: str
    places: list[str] = field(default_factory=list)
    environment: str = ""
    layer: str = ""
    nodes: str = ""

    def answer(self, layer: str = "", nodes: str | None = None) -> str:
        parts = [*self.places, *(f"<{one}>" for one in (self.environment, layer or self.layer) if one)]
        return "".join(parts) + (self.nodes if nodes is None else nodes)


def unknown_system(draw: random.Random) -> str:
    """A name that no inventory holds, of a system."""
    kind = draw.random()
    if kind < 0.12:
        word = draw.choice(words.ENGLISH_NAMES)
        return draw.choice(
            (
                word,
                word.upper(),
                word + draw.choice("-_ ") + draw.choice(words.ENGLISH_NAMES),
                draw.choice("abcdefgkmnprst") + word,
            )
        )
    if kind < 0.2:
        return "".join(draw.choices("ABCDEFGHIKLMNOPRSTUVW", k=draw.randint(2, 4)))
    return korean.name(draw, 2, 4) + draw.choice(words.ENDS_SYSTEM)


def unknown_office(draw: random.Random) -> str:
    """A name that no inventory holds, of an institution."""
    return korean.name(draw, 2, 4) + draw.choice(words.ENDS_OFFICE)


def _numbers(numbers: list[int]) -> str:
    return "".join(f"<#>{number}" for number in numbers)


def _node(draw: random.Random, number: int) -> str:
    shown = f"{number:02d}" if draw.random() < 0.06 else str(number)
    return draw.choice(
        (
            f"{shown}호기",
            f"{shown}호기",
            f"{shown}호기",
            f"{shown}호기",
            f"{shown} 호기",
            f"{shown}번",
            f"{shown}번 서버",
            f"{shown}번 노드",
            f"#{shown}",
            f"{shown}호",
            f"{shown}번기",
            f"{shown}번 호기",
            f"node {shown}",
            f"{shown}호기 서버",
        )
    )


def nodes(draw: random.Random) -> tuple[str, str, bool]:
    """Words, tokens, and whether the words must touch a layer (WAS1)."""
    kind = draw.random()
    one = draw.choice((1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, draw.randint(10, 30)))
    if kind < 0.55:
        return _node(draw, one), _numbers([one]), False
    if kind < 0.62:
        return str(one) if draw.random() < 0.7 else f"{one:02d}", _numbers([one]), True
    some = sorted(draw.sample(range(1, draw.choice((4, 5, 9))), draw.choice((2, 2, 2, 3))))
    unit = draw.choice(("호기", "호기", "호기", "번", "번 서버", "번 노드", "호"))
    if kind < 0.76:
        comma = draw.choice((",", ", ", "/", "\u00b7".replace("\u00b7", ",")))
        return comma.join(map(str, some)) + unit, _numbers(some), False
    if kind < 0.85:
        link = draw.choice(
            (
                f"{unit}랑 ",
                f"{unit}와 ",
                f"{unit}하고 ",
                f"{unit}, ",
                f"{unit} ",
                f"{unit} 및 ",
                f"{unit}이랑 " if korean.closed(unit) else f"{unit}랑 ",
            )
        )
        return link.join(map(str, some)) + unit, _numbers(some), False
    if kind < 0.93:
        last = one + draw.randint(1, 4)
        shown = draw.choice(
            (
                f"{one}~{last}호기",
                f"{one}~{last}번",
                f"{one}-{last}호기",
                f"{one}호기부터 {last}호기까지",
                f"{one}에서 {last}호기",
                f"{one}호기~{last}호기",
                f"{one}번부터 {last}번까지",
                f"{one} ~ {last}호기",
            )
        )
        return shown, f"<#>{one}<to>{last}", False
    left = some[:1] if draw.random() < 0.7 else some
    shown = ",".join(map(str, left)) + "호기"
    out = draw.choice(("빼고", "제외하고", "제외한", "말고", "제외", "뺀", "만 빼고", "는 빼고", "는 제외하고"))
    rest = draw.choice(("나머지", "나머지", "전부", "다", "나머지 노드", "나머지 서버", "모두", "전체", "나머지 다"))
    return f"{shown} {out} {rest}" if out[0] not in "만는" else f"{shown}{out} {rest}", "<not>" + _numbers(left), False


_USUAL = {"was": ("WAS", "WAS", "와스", "was"), "web": ("WEB", "웹", "웹서버", "web"), "db": ("DB", "DB", "디비", "db")}


def layer_word(draw: random.Random, layer: str) -> str:
    """A word for a layer; half of them the usual ones."""
    return draw.choice(_USUAL[layer] if layer in _USUAL and draw.random() < 0.5 else words.LAYERS[layer])


def _named(draw: random.Random) -> tuple[list[str], list[str]]:
    """Words for institution and system, and their tokens."""
    kind = draw.random()
    if kind < 0.46:
        system = label("S")
        return [system], [system]
    if kind < 0.78:
        office, system = label("I"), label("S")
        return [office + draw.choice(("", "", "", "", "의", "쪽", " 쪽")), system], [office, system]
    if kind < 0.86:
        return [unknown_system(draw)], ["<?>"]
    if kind < 0.90:
        office = label("I")
        return [office, unknown_system(draw)], [office, "<?>"]
    if kind < 0.94:
        return [unknown_office(draw), label("S")], ["<?>"]
    if kind < 0.96:
        return [unknown_office(draw), unknown_system(draw)], ["<?>"]
    office = label("I")
    return [office], [office]


def _host(draw: random.Random) -> Target:
    if draw.random() < 0.2:
        first, second = label("H"), label("H")
        text = first + draw.choice((", ", " ", "랑 ", "와 ", ",", " 및 ")) + second
        return Target(text, "", text, [first, second])
    one = label("H")
    head = one
    if draw.random() < 0.15:
        head = label("S") + " " + one  # the host alone says where
    text = head + draw.choice(("", "", "", " 서버", "번 서버", " 장비", " 호스트", "에서", " 에서"))
    return Target(head, "", text, [one])


def make(
    draw: random.Random, *, layers: tuple[str, ...] = ("was", "web", "db"), bare: float = 0.25, whole: bool = False
) -> Target:
    """A target. `layers` are those that the words may name, `bare` the share that names none; `whole`: no nodes."""
    if draw.random() < 0.06 and not whole:
        return _host(draw)
    if draw.random() < 0.035:
        named: tuple[list[str], list[str]] = ([], ["<?>"])
    else:
        named = _named(draw)
    head, places = named
    environment = draw.choices(("", "stg", "dev"), (0.74, 0.16, 0.10))[0]
    said = draw.choice(words.ENVIRONMENTS[environment]) if environment or draw.random() < 0.12 else ""
    layer = "" if draw.random() < bare and head else draw.choice(layers)
    if not layer and draw.random() < 0.06:
        layer = "all"
    tail = [layer_word(draw, layer)] if layer else []
    tokens = ""
    if layer != "all" and not whole and draw.random() < (0.5 if layer else 0.2):
        shown, tokens, touching = nodes(draw)
        if touching and layer:
            tail[-1] = draw.choice(
                ("WAS", "was", "와스")
                if layer == "was"
                else ("WEB", "web", "웹")
                if layer == "web"
                else ("DB", "db", "디비")
            )
            tail[-1] += draw.choice(("", "", "-", " ", " #", "#")) + shown
        elif touching:
            tokens = ""
        elif draw.random() < 0.05 and layer:
            tail.insert(0, shown)
        else:
            tail.append(("" if draw.random() < 0.85 else "_") + shown)
    elif draw.random() < 0.08:
        tail.append(draw.choice(words.ALL_NODES))
    elif draw.random() < 0.14:
        tail.append(draw.choice(words.GENERIC))
    where = draw.random()
    if said and where < 0.6:
        head = [*head, said]
    elif said and where < 0.85:
        head = [said, *head]
    elif said:
        head = [*head, f"({said})"]
    link = draw.choice((" ", " ", " ", " ", " ", "의 ", " 쪽 ", "에 ", ": ", " - ", "_")) if head and tail else " "
    first, second = " ".join(head), " ".join(tail)
    text = (first + link + second).strip()
    if head and tail and draw.random() < 0.04:
        text = f"{second}({first})" if draw.random() < 0.5 else f"{second} {first}"
    if not text:
        second = text = draw.choice(words.LAYERS["was"])
        layer = "was"
    return Target(first, second, text.replace(" _", "_"), places, environment, layer, tokens)
