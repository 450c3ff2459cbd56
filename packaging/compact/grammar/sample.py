# ruff: noqa: E501 - tables of sentences
"""One example: a prompt in the compact form and its answer, drawn by a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from grammar import around, deed, english, korean, target, words
from grammar.deed import Deed
from grammar.target import Target, label
from guardia.llm_server.compact.tags import ANSWER, EARLIER, FILES, LIMITS, MESSAGE, plain

_LABEL = re.compile("\u00ab([ISHTF])(\\d+)\u00bb")
_SLOT = re.compile(r"\{(\w)\}(는|가|를|와|랑|은|이)?(?![가-힣])")
_GENERAL = {"는": "은", "은": "은", "가": "이", "이": "이", "를": "을", "와": "과", "랑": "이랑"}


@dataclass
class Draft:
    """What a kind of message makes: text with placeholders, its answer, attachments and earlier messages."""

    text: str
    answer: str
    files: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    decorate: bool = True
    """Words around it change nothing."""
    typed: bool = True
    """May hold slips of the hand."""


@dataclass(frozen=True)
class Sample:
    prompt: str
    answer: str
    kind: str


def fill(draw: random.Random, template: str, **values: str) -> str:
    """`template` with its slots filled and their particles fitted; of a placeholder any form fits."""

    def put(found: re.Match[str]) -> str:
        word, which = values[found[1]], found[2]
        if not which:
            return word
        if word.endswith("\u00bb"):
            which = draw.choice(korean._ADAPTED[_GENERAL[which]])
            return word + which
        return korean.particle(word, _GENERAL[which])

    filled = _SLOT.sub(put, template)
    return re.sub(r"\{(\w)\}", lambda found: values[found[1]], filled)


def _request(one: Deed, aim: Target, more: str = "") -> str:
    tokens = f"<{one.action}>" + more + aim.answer()
    return tokens + "".join(one.files) + (one.arguments if not one.files else "")


def _place_deed(draw: random.Random, make: Callable[[random.Random], Deed], bare: float | None = None) -> tuple[Deed, Target]:
    one = make(draw)
    if bare is None:
        bare = 0.5 if one.layers != ("was", "web", "db") else 0.16 if one.changes else 0.4
    return one, target.make(draw, layers=one.layers, bare=bare)


def _join(draw: random.Random, aim: Target, text: str) -> str:
    """Target and predicate in one sentence, or parted."""
    kind = draw.random()
    if kind < 0.82:
        link = draw.choice((" ", " ", " ", " ", " ", "_", "을 ", "를 ", " 좀 ", ", ", ": ", "에 ", "에서 ", " - "))
        if link.strip() in ("을", "를"):
            link = draw.choice(("을 ", "를 ")) if aim.text.endswith("\u00bb") else korean.particle(aim.text, "을")[len(aim.text):] + " "
        return aim.text + link + text
    if kind < 0.88 and aim.head and aim.tail:
        return fill(draw, draw.choice(("{h}입니다. {t} {c}", "{h}인데요 {t} {c}", "{h} 담당자입니다. {t} {c}", "{h} 건입니다. {t} {c}", "{h}에서 에러가 나요. {t} {c}", "{h} 응답이 없습니다. {t} {c}", "{h} 접속이 안 됩니다. {t} {c}", "{h} 장애입니다. {t} {c}", "{h}가 느려요. {t} {c}", "{h} 점검 중인데 {t} {c}", "{h}\n{t} {c}")), h=aim.head, t=aim.tail, c=text)
    if kind < 0.95:
        return fill(draw, draw.choice(("{c} {t}", "{c}. {t}", "{c} - {t}", "{c} ({t})", "{c}. 대상: {t}", "{c}: {t}", "{c}\n- {t}", "{c}\n대상 서버: {t}", "{c}\n{t}")), c=text, t=aim.text)
    return fill(draw, draw.choice(("{t}가 이상해요. {c}", "{t} 죽었어요. {c}", "{t} 응답 없음. {c}", "{t}요. {c}", "{t} 에러 납니다. {c}", "{t} 문제 있습니다. {c}", "{t}가 안 떠요 {c}", "{t}입니다. {c}", "대상: {t}\n작업: {c}", "{t} 먹통이에요. {c}")), t=aim.text, c=text)


# --- kinds of messages -------------------------------------------------------------------------------------------------------

def _command(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.change)
    files = ()
    if one.files and draw.random() < 0.5:
        files = tuple(one.files)
        if draw.random() < 0.6:
            one.thing = draw.choice(("첨부 파일", "첨부한 파일", "첨부파일", "이 파일", "첨부", "올린 파일", "방금 올린 파일", "war 파일", "첨부된 파일", "", "파일"))
    text = _join(draw, aim, deed.command(draw, one))
    return Draft(text, _request(one, aim), files)


def _read(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.read)
    if draw.random() < 0.2 and one.action not in ("search",) and not one.arguments:
        other = deed.read(draw)
        if other.action != one.action and not other.arguments and set(other.layers) & set(one.layers) and other.action != "search" and one.layers == other.layers:
            link = draw.choice((", ", "랑 ", "하고 ", " 및 ", "와 ", ",", "/", " "))
            first = one.thing.split(" 좀")[0]
            one.thing = f"{first}{link}{other.thing}"
            if draw.random() < 0.25:
                third = deed.read(draw)
                if third.action not in (one.action, other.action, "search") and not third.arguments and third.layers == one.layers:
                    one.thing += f", {third.thing}"
                    return Draft(_join(draw, aim, deed.command(draw, one)), f"<{one.action}><{other.action}><{third.action}>{aim.answer()}")
            return Draft(_join(draw, aim, deed.command(draw, one)), f"<{one.action}><{other.action}>{aim.answer()}")
    if draw.random() < 0.06:
        text = f"{aim.text} {one.thing}"
    else:
        text = _join(draw, aim, deed.command(draw, one))
    return Draft(text, _request(one, aim))


def _question(draw: random.Random) -> Draft:
    action, text, arguments, layers = deed.question(draw)
    aim = target.make(draw, layers=layers, bare=0.4 if len(layers) == 3 else 0.5)
    prefix = draw.choice(("", "", "", "", "지금 ", "현재 ", "혹시 ", "요즘 "))
    return Draft(f"{aim.text}{draw.choice((' ', ' ', ' ', '은 ', '는 ', ', '))}{prefix}{text}", f"<{action}>{aim.answer()}{arguments}")


def _nothing(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.change if draw.random() < 0.75 else deed.read)
    text = _join(draw, aim, deed.nothing(draw, one)) if draw.random() < 0.9 else f"제가 {aim.text} {deed.nothing(draw, one)}"
    if draw.random() < 0.12:
        second = deed.nothing(draw, one)
        text += draw.choice((". ", "\n", " ")) + second
    if draw.random() < 0.1:
        text = draw.choice(("어제 ", "아까 ", "지난주에 ", "방금 ", "오늘 오전에 ", "이미 ", "조금 전에 ", "누가 ", "벌써 ", label("T") + " ", label("T") + "부터 ")) + aim.text + " " + one.with_thing(f"{one.verb.past}{draw.choice(('습니다', '어요', '네요', '다고 합니다', '는데요', '나요?', '어?', '음'))}")
    return Draft(text, "<none>")


def _two(draw: random.Random) -> Draft:
    one = deed.change(draw, draw.choice(("restart", "restart", "stop", "start", "rollback"))) if draw.random() < 0.8 else deed.read(draw)
    if not one.noun:
        one = deed.change(draw, "restart")
    first = target.make(draw, layers=one.layers, bare=0.16)
    second = target.make(draw, layers=one.layers, bare=0.16)
    if first.places and draw.random() < 0.35:  # two places of one system
        second = target.make(draw, layers=one.layers, bare=0.0)
        if second.tail and second.environment == "" and first.places != ["<?>"] and first.environment == "" and first.places[0][1] != "H" and second.places and second.places[0][1] != "H":
            second = Target("", second.tail, second.tail, first.places, "", second.layer, second.nodes)
            if second.layer == first.layer and second.nodes == first.nodes:
                return _nothing(draw)
    if draw.random() < 0.85:
        text = fill(draw, draw.choice(around.ONLY_SECOND), a=first.text, b=second.text, n=one.noun or "재기동", c=deed.command(draw, one))
        return Draft(text, _request(one, second))
    text = fill(draw, draw.choice(around.ONLY_FIRST), a=first.text, b=second.text, n=one.noun or "재기동", c=deed.command(draw, one))
    return Draft(text, _request(one, first))


def _sibling(draw: random.Random, aim: Target, layers: tuple[str, ...]) -> Target | None:
    """Another layer or environment of the same system, named by that alone."""
    if not aim.layer or aim.layer == "all" or not aim.places or aim.places[0][1] == "H" or aim.nodes:
        return None
    other = draw.choice([one for one in ("was", "web", "db") if one != aim.layer])
    if other not in layers:
        return None
    word = target.layer_word(draw, other)
    return Target("", word, word, aim.places, aim.environment, other)


def _several(draw: random.Random) -> Draft:
    kind = draw.random()
    one, aim = _place_deed(draw, deed.change if draw.random() < 0.6 else deed.read, 0.1)
    if kind < 0.3:  # one deed, two layers
        other = _sibling(draw, aim, one.layers)
        if other is None:
            return _several(draw) if draw.random() < 0.9 else _command(draw)
        link = draw.choice(("랑 ", "와 ", ", ", " ", "하고 ", "/", " 및 ", ",", "이랑 ", "과 ", "도 "))
        both = Target("", "", f"{aim.text}{link}{other.text}" + draw.choice(("", "", " 둘 다", " 모두", " 전부", " 각각")))
        return Draft(_join(draw, both, deed.command(draw, one)), _request(one, aim) + "<then>" + _request(one, other))
    if kind < 0.6:  # one deed, two or three targets
        others = [target.make(draw, layers=one.layers, bare=0.1) for _ in range(draw.choice((1, 1, 1, 2)))]
        link = draw.choice(("랑 ", "와 ", ", ", ", ", " 그리고 ", "하고 ", " 및 ", "\n", "\n- ", " / "))
        text = link.join([aim.text, *(other.text for other in others)])
        if "\n" in link and draw.random() < 0.7:
            lead = draw.choice(("아래 서버 {c}", "다음 대상 {c}", "아래 {c}", "하기 서버 {c}", "아래 목록 {c}"))
            text = lead.format(c=deed.command(draw, one)) + draw.choice(("\n", ".\n", ":\n")) + ("- " if "-" in link else "") + text
            return Draft(text, "<then>".join(_request(one, each) for each in (aim, *others)), decorate=False)
        text += draw.choice(("", "", " 모두", " 둘 다", " 전부", " 다"))
        return Draft(f"{text} {deed.command(draw, one)}", "<then>".join(_request(one, each) for each in (aim, *others)))
    two, second = _place_deed(draw, deed.change if draw.random() < 0.5 else deed.read, 0.1)
    if draw.random() < 0.35:
        sibling = _sibling(draw, aim, two.layers)
        second = sibling or second
    if draw.random() < 0.3 and aim.layer and aim.layer in two.layers and not aim.nodes and aim.places[0][1] != "H" and one.action != two.action:  # nodes with a deed each
        first_node, second_node = draw.sample(range(1, 6), 2)
        a = Target("", "", f"{aim.text} {first_node}호기", aim.places, aim.environment, aim.layer, f"<#>{first_node}")
        b = Target("", "", f"{second_node}호기", aim.places, aim.environment, aim.layer, f"<#>{second_node}")
        if draw.random() < 0.15:
            b = Target("", "", "나머지", aim.places, aim.environment, aim.layer, "<rest>")
        aim, second = a, b
    link = draw.choice((" ", ", ", " 그리고 ", " 그리고 ", " "))
    if draw.random() < 0.6:
        text = fill(draw, draw.choice(("{a} {x}", "{a}는 {x}", "{a}를 {x}", "{a}는 {x}")), a=aim.text, x=deed.then(draw, one)) + link + fill(draw, draw.choice(("{b} {y}", "{b}는 {y}", "{b}도 {y}", "{b}를 {y}")), b=second.text, y=deed.command(draw, two))
    else:
        sep = draw.choice((". ", "\n", "! ", ", ", ". 그리고 ", ". 또 ", "\n- ", "\n2. "))
        head = "- " if sep == "\n- " else "1. " if sep == "\n2. " else ""
        text = f"{head}{aim.text} {deed.command(draw, one)}{sep}{second.text} {deed.command(draw, two)}"
    return Draft(text, _request(one, aim) + "<then>" + _request(two, second))


def _sequence(draw: random.Random) -> Draft:
    pairs = (("stop", "start"), ("deploy", "restart"), ("restart", "service"), ("restart", "tail"), ("stop", "deploy"), ("clean", "disk"), ("dump", "restart"), ("rollback", "restart"), ("restart", "http"), ("deploy", "http"), ("disk", "clean"), ("start", "service"), ("service", "tail"), ("tail", "restart"), ("locks", "sessions"), ("stop", "clean"), ("deploy", "version"), ("rollback", "version"), ("start", "process"), ("memory", "restart"), ("locks", "kill"))
    first, second = draw.choice(pairs)
    made = [deed.change(draw, one) if one in words.CHANGES or one in ("deploy", "kill", "clean") else deed.read(draw, one) for one in (first, second)]
    if draw.random() < 0.12 and first == "stop" and second == "deploy":
        made.append(deed.change(draw, "start"))
    layers = tuple(one for one in ("was", "web", "db") if all(one in each.layers for each in made)) or ("was",)
    aim = target.make(draw, layers=layers, bare=0.15)
    text = " ".join([*(deed.then(draw, one) for one in made[:-1]), deed.command(draw, made[-1])])
    if draw.random() < 0.15:
        text = deed.command(draw, made[0]) + draw.choice((". 그리고 ", ". ", ", ")) + deed.command(draw, made[1])
        made = made[:2]
    arguments = "".join("".join(one.files) if one.files else "" for one in made) + "".join("" if one.files else one.arguments for one in made)
    if arguments.count("<ver>") > 1:
        return _command(draw)
    return Draft(_join(draw, aim, text), "".join(f"<{one.action}>" for one in made) + aim.answer() + arguments)


def _instead(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.change)
    other = deed.read(draw) if draw.random() < 0.7 else deed.change(draw)
    if other.action == one.action or (aim.layer and aim.layer not in other.layers):
        return _instead(draw)
    before = {
        "noun": ("{n}하지 말고", "{n}하지 마시고", "{n} 말고", "{n}은 하지 말고", "{n}은 말고", "{n} 안 해도 되고", "{n}하지말고", "{n}은 제가 할테니", "{n}했으니", "{n}했는데", "{n} 전에", "{n}하기 전에", "{n} 대신", "{n}했으니까", "{n} 끝났으니", "{n}은 나중에 하고", "{n}은 보류하고", "{n} 예정인데", "{n}해야 할지 보게", "{n}할지 판단하게"),
        "verb": ("{b}지 말고", "{b}지 마시고", "{b}지는 말고", "{b}기 전에", "{p}으니", "{p}는데", "{f}지 보게", "{f} 예정인데", "{b}지말고", "{p}으니까"),
    }
    lead = draw.choice(before["noun"]).format(n=one.noun) if one.noun else draw.choice(before["verb"]).format(**deed.forms(one.verb))
    text = _join(draw, aim, f"{one.with_thing(lead)} {draw.choice(('', '', '일단 ', '우선 ', '먼저 '))}{deed.command(draw, other)}")
    if draw.random() < 0.25:
        text = f"{aim.text} {deed.nothing(draw, one)}{draw.choice(('. ', ' ', chr(10)))}{draw.choice(('', '일단 ', '그냥 ', '대신 '))}{deed.command(draw, other)}"
    return Draft(text, _request(other, aim))


def _quoted(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.change if draw.random() < 0.8 else deed.read)
    text = fill(draw, draw.choice(around.QUOTED), m=f"{aim.text} {deed.command(draw, one)}")
    if draw.random() < 0.12:
        other, second = _place_deed(draw, deed.read if draw.random() < 0.5 else deed.change)
        return Draft(f"{text}\n{draw.choice(('', '위 건 관련해서 ', '그건 됐고 ', '저는 '))}{second.text} {deed.command(draw, other)}", _request(other, second), decorate=False)
    return Draft(text, "<none>", decorate=False)


def _condition(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.change if draw.random() < 0.85 else deed.read)
    return Draft(fill(draw, draw.choice(around.CONDITIONS), t=aim.text, c=deed.command(draw, one)), "<none>")


def _english(draw: random.Random) -> Draft:
    text, answer = english.message(draw)
    return Draft(text, answer, decorate=draw.random() < 0.1, typed=False)


def _mixed(draw: random.Random) -> Draft:
    """Korean order with English words."""
    action = draw.choice(("restart", "stop", "start", "rollback", "tail", "disk", "service", "memory", "cpu", "locks", "sessions", "version"))
    layers = ("db",) if action in deed.DB_ONLY else ("was", "web", "db")
    aim = english.target(draw, layers) if draw.random() < 0.5 else target.make(draw, layers=layers)
    word = {"tail": "log", "disk": "disk", "service": "status", "locks": "lock", "sessions": "session"}.get(action, action)
    ending = draw.choice(("", " please", " pls", " 해줘", " 해주세요", " 부탁드립니다", " 좀", " plz", " 부탁", " ㄱㄱ", " now")) if action in words.CHANGES else draw.choice((" check", " 확인", " check please", " 보여줘", " show", " 확인 부탁", " check 부탁드립니다", " 좀 봐줘"))
    return Draft(f"{aim.text} {word}{ending}", f"<{action}>{aim.answer()}", typed=False)


def _chat(draw: random.Random) -> Draft:
    text = draw.choice(around.CHAT)
    if draw.random() < 0.3:
        text = f"{target.make(draw).text} {text}"
    elif draw.random() < 0.15:
        text += draw.choice((" ", ". ", "\n")) + draw.choice(around.CHAT)
    elif draw.random() < 0.25:
        aim = target.make(draw)
        text = fill(draw, draw.choice(("{t} 담당자 누구예요?", "{t} 장애 보고드립니다", "{t} 관련 문의드립니다", "{t} 정상입니다", "{t} 복구되었습니다", "{t} 점검 예정입니다", "{t} 오픈했습니다", "{t} 사양이 어떻게 되나요?", "{t} 어디에 있어요?", "{t}", "{t} 이상 없습니다", "{t} 접속이 안 됩니다", "{t}가 느려요", "{t} 에러 나요", "{t} 죽었어요", "{t} 화면이 안 나온다는 민원이 있습니다", "{t} 디스크 꽉 찼어요", "{t} CPU 100%입니다", "{t} 락 걸렸습니다", "{t} 로그 쌓이네요", "{t} 메모리 부족합니다", "{t} 인증서 만료됐어요", "{t} 응답이 없습니다", "{t} 다운됐습니다", "{t} 내려갔어요", "{t} 장애", "{t} 점검", "{t} 작업")), t=aim.text)
        if text.startswith("{t} 점검") and text == f"{aim.text} 점검":
            text = f"{aim.text} 담당자"
    if draw.random() < 0.04:
        text = fill(draw, draw.choice(("{f} 수정해줘", "{f} 확인 부탁드립니다", "{f} 파일 보내드립니다", "{f} 보여줘", "{f} 공유합니다", "{f} 검토 부탁드립니다", "{f} 어디 있나요?", "{f} 백업해주세요", "{f} 첨부합니다", "{f} 파일 열어봐주세요", "{f} 삭제해주세요")), f=label("F"))
    files = (label("F"),) if draw.random() < 0.04 else ()
    return Draft(text, "<none>", files)


def _own(draw: random.Random) -> Draft:
    if draw.random() < 0.45:
        return Draft(draw.choice(around.HELPS), "<help>", decorate=draw.random() < 0.3)
    aim = target.make(draw)
    noun = draw.choice(words.CHANGES[draw.choice(("restart", "stop", "rollback", "start"))]) if draw.random() < 0.8 else "배포"
    verb = draw.choice(("restart", "deploy", "rollback", "stop"))
    if draw.random() < 0.12:
        return Draft(fill(draw, draw.choice(("{n} 취소됐나요?", "{t} {n} 취소되었습니다", "{n} 취소했어요", "{t} {n} 취소하지 마세요", "취소된 건가요?", "{n} 취소 가능한가요? 여쭤봅니다", "취소하면 어떻게 되나요?")), n=noun, t=aim.text), "<none>")
    return Draft(fill(draw, draw.choice(around.CANCELS), n=noun, t=aim.text, v=verb), "<cancel>", decorate=draw.random() < 0.4)


def _timed(draw: random.Random) -> Draft:
    moment = label("T")
    particle = draw.choice(("", "", "", "", "", " 맞춰", " 예약해서", " 시점에", ","))  # the finder of times takes "에"
    if draw.random() < 0.25:
        one, aim = _place_deed(draw, deed.change)
        text = draw.choice((f"{moment}{particle} {aim.text} {deed.nothing(draw, one)}", f"{aim.text} {moment}{particle} {deed.nothing(draw, one)}"))
        return Draft(text, "<none>")
    one, aim = _place_deed(draw, deed.change if draw.random() < 0.85 else deed.read)
    text = draw.choice((f"{moment}{particle} {aim.text} {deed.command(draw, one)}", f"{aim.text} {moment}{particle} {deed.command(draw, one)}", f"{aim.text} {deed.command(draw, one)} {moment}{particle}", f"{aim.text} {one.noun or '재기동'} {moment}{particle} {draw.choice(('예약해줘', '예약 부탁드립니다', '진행 부탁드립니다', '해주세요', '예약'))}"))
    if "예약" in text.split(moment)[-1] and not one.noun and aim.text + " 재기동" in text:
        return _timed(draw)
    return Draft(text, _request(one, aim) + f"<{moment}>", typed=True)


def _context(draw: random.Random) -> Draft:
    one, aim = _place_deed(draw, deed.change if draw.random() < 0.6 else deed.read, 0.15)
    before = draw.random()
    if before < 0.5:
        earlier = f"{aim.text} {deed.command(draw, one)}"
    elif before < 0.8:
        earlier = f"{aim.text} {deed.nothing(draw, one)}"
    else:
        earlier = fill(draw, draw.choice(("{t}가 이상해요", "{t} 응답이 없습니다", "{t} 느려요", "{t} 죽었어요", "{t} 알람 왔어요", "{t} 확인 중입니다")), t=aim.text)
    older: tuple[str, ...] = ()
    if draw.random() < 0.3:
        other = target.make(draw)
        older = (f"{other.text} {draw.choice(('상태 확인해줘', '정상입니다', '재기동했습니다', '로그 보여줘'))}",)
    two = deed.read(draw) if draw.random() < 0.5 else deed.change(draw)
    if aim.layer and aim.layer not in two.layers and aim.layer != "all":
        two = deed.read(draw, draw.choice(("tail", "service", "disk")))
    kind = draw.random()
    places, environment, layer, numbers = aim.places, aim.environment, aim.layer, aim.nodes
    if places == ["<?>"] or not places or "<" not in "".join(places) and not places[0].startswith("\u00ab"):
        return _command(draw)
    if kind < 0.5:
        text = f"{draw.choice(around.POINTING)}{draw.choice((' ', ' ', '도 ', ' 좀 ', '만 '))}{deed.command(draw, two)}"
        aim = Target("", "", "", places, environment, layer, numbers)
    elif kind < 0.72 and places[0][1] != "H" and layer != "all":
        shown, numbers, touching = target.nodes(draw)
        if touching or numbers.startswith("<not>"):
            return _context(draw)
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
    return Draft(text, _request(two, aim), earlier=(*older, earlier))


def _pointless(draw: random.Random) -> Draft:
    """Points at something, and nothing was said before."""
    one = deed.read(draw) if draw.random() < 0.5 else deed.change(draw)
    return Draft(f"{draw.choice(around.POINTING)} {deed.command(draw, one)}", _request(one, Target("", "", "", ["<?>"])))


KINDS: tuple[tuple[str, float, Callable[[random.Random], Draft]], ...] = (
    ("command", 0.19, _command), ("read", 0.14, _read), ("question", 0.06, _question), ("nothing", 0.18, _nothing), ("two", 0.065, _two), ("several", 0.06, _several), ("sequence", 0.035, _sequence), ("instead", 0.04, _instead),
    ("quoted", 0.035, _quoted), ("condition", 0.025, _condition), ("english", 0.06, _english), ("mixed", 0.012, _mixed), ("chat", 0.045, _chat), ("own", 0.025, _own), ("timed", 0.03, _timed), ("context", 0.06, _context), ("pointless", 0.005, _pointless),
)  # fmt: skip
_NAMES = [name for name, _, _ in KINDS]
_WEIGHTS = [weight for _, weight, _ in KINDS]
_MAKERS = {name: make for name, _, make in KINDS}

# --- the last touches ----------------------------------------------------------------------------------------------------------


def _decorated(draw: random.Random, text: str) -> str:
    kind = draw.random()
    if kind < 0.10:
        text = f"{draw.choice(around.GREETINGS)} {text}"
    elif kind < 0.18:
        text = f"{draw.choice(around.REASONS)} {text}"
    elif kind < 0.21:
        text = f"{draw.choice(around.GREETINGS)} {draw.choice(around.REASONS)} {text}"
    elif kind < 0.24:
        text = f"{text} {draw.choice(around.REASONS)}"
    elif kind < 0.255:
        text = f"{text}\n<log>" if draw.random() < 0.5 else f"<log>\n{text}"
    if draw.random() < 0.2:
        text += draw.choice(("", " ", " ", ". ", "\n")) + draw.choice(around.TRAILERS)
    return text


def _typed(draw: random.Random, text: str) -> str:
    """Blanks where `_` allows one, and now and then a slip of the hand."""
    habit = draw.choice(("", " ", " ", None))
    text = re.sub("_", lambda _: habit if habit is not None else draw.choice(("", " ")), text)
    if draw.random() < 0.09:
        keep = draw.choice((0.0, 0.5))
        text = re.sub(r"(?<=[가-힣]) (?=[가-힣])", lambda _: " " if draw.random() < keep else "", text)
    if draw.random() < 0.05:
        text = re.sub(r"(?<=[가-힣])(?=(?:해|부탁|주세요|하지|할|했))", lambda _: draw.choice(("", " ")), text)
    if draw.random() < 0.07:
        places = [at for at, char in enumerate(text) if korean.is_syllable(char)]
        for at in sorted(draw.sample(places, min(len(places), draw.choice((1, 1, 2)))), reverse=True):
            text = text[:at] + korean.slip(draw, text[at]) + text[at + 1 :]
    if draw.random() < 0.1:
        text += draw.choice((".", "!", "~", "..", "!!", " ㅠㅠ", "ㅋㅋ", "^^", "ㅎㅎ", "~~"))
    return text


def _numbered(draft: Draft) -> tuple[str, str] | None:
    """Prompt and answer with tags numbered by their first appearance; None when there are too many names."""
    numbers: dict[str, str] = {}
    counts: dict[str, int] = {}
    for found in _LABEL.finditer("".join([*draft.earlier, *draft.files, draft.text])):
        if found[0] not in numbers:
            counts[found[1]] = counts.get(found[1], 0) + 1
            numbers[found[0]] = f"{found[1]}{counts[found[1]]}"
            if counts[found[1]] > LIMITS[found[1]]:
                return None

    def show(text: str) -> str:
        return _LABEL.sub(lambda found: f"<{numbers[found[0]]}>", text)

    prompt = FILES + "".join(show(one) for one in draft.files) if draft.files else ""
    prompt += "".join(EARLIER + plain(show(one).replace("_", " ")) for one in draft.earlier)
    prompt += MESSAGE + plain(show(draft.text)) + ANSWER
    answer = draft.answer.replace("<\u00ab", "\u00ab").replace("\u00bb>", "\u00bb")
    if any(found[0] not in numbers for found in _LABEL.finditer(answer)):
        return None
    return prompt, show(answer)


def make(seed: str, kind: str = "") -> Sample:
    """The example of a seed; the same seed gives the same one."""
    draw = random.Random(seed)
    while True:
        name = kind or draw.choices(_NAMES, _WEIGHTS)[0]
        draft = _MAKERS[name](draw)
        if draft.decorate:
            draft.text = _decorated(draw, draft.text)
        draft.text = _typed(draw, draft.text) if draft.typed else draft.text.replace("_", " ")
        done = _numbered(draft)
        if done is not None and len(done[0]) <= 400:
            return Sample(done[0], done[1], name)
