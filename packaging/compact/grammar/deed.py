# ruff: noqa: E501 - tables of sentences
"""What is to be done: an object, a predicate and the answer's tokens; and its forms in commands and in all else."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from grammar import words
from grammar.korean import Verb, doing
from grammar.target import label

DB_ONLY = ("locks", "slow", "sessions", "kill")
READS = tuple(words.TOPICS)


@dataclass
class Deed:
    """`noun` is set where the predicate is a noun that takes 하다; else `verb` alone."""

    action: str
    thing: str  # before the predicate: "로그 100줄", "app.war"
    verb: Verb
    noun: str = ""
    arguments: str = ""
    layers: tuple[str, ...] = ("was", "web", "db")
    files: list[str] = field(default_factory=list)
    english: str = ""

    @property
    def changes(self) -> bool:
        return self.action not in words.TOPICS

    def with_thing(self, predicate: str) -> str:
        return f"{self.thing} {predicate}" if self.thing else predicate


def _version(draw: random.Random) -> str:
    numbers = ".".join(str(draw.choice((0, 1, 2, 3, 4, 5, 7, 10, 12, 24))) for _ in range(draw.choice((2, 3, 3, 3, 4))))
    return draw.choice(("", "", "v", "v", "r")) + numbers + draw.choice(("", "", "", "-rc1", "-hotfix", "b2", "-p1"))


def _session(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.6:
        return str(draw.randint(10, 99999))
    if kind < 0.85:
        return f"{draw.randint(10, 9999)},{draw.randint(10, 99999)}"
    return draw.choice("abcdef") + str(draw.randint(10, 9999)) + draw.choice(("", "f", "ab"))


def change(draw: random.Random, action: str = "") -> Deed:
    """A deed that changes something, of `action` or of any."""
    action = (
        action
        or draw.choices(
            ("restart", "stop", "start", "rollback", "deploy", "kill", "clean"),
            (0.34, 0.15, 0.14, 0.11, 0.13, 0.06, 0.07),
        )[0]
    )
    noun, thing, arguments, layers = "", "", "", ("was", "web", "db")
    files: list[str] = []
    verbs = words.CHANGE_VERBS[action]
    if action == "deploy":
        noun = draw.choice(words.DEPLOY_NOUNS) if draw.random() < 0.6 else ""
        layers = ("was", "was", "web")
        if draw.random() < 0.78:
            files = [label("F") for _ in range(draw.choice((1, 1, 1, 1, 2)))]
            thing = draw.choice((", ", " ", "랑 ", "와 ")).join(files) + draw.choice(
                ("", "", "", " 파일", "을", "를", " 좀")
            )
            arguments = "".join(files)
        else:
            number = _version(draw)
            thing = draw.choice(words.VERSIONS).format(x=number)
            arguments = f"<ver> {number}"
            if draw.random() < 0.4:
                thing, noun = draw.choice(words.VERSIONS_TO).format(x=number), ""
                verbs = (
                    Verb("올리", "올려"),
                    Verb("업데이트하", "업데이트해"),
                    Verb("업그레이드하", "업그레이드해"),
                    Verb("배포하", "배포해"),
                    Verb("올리", "올려"),
                )
    elif action == "kill":
        number = _session(draw)
        thing = draw.choice(words.SESSIONS).format(x=number)
        arguments, layers = f"<sid> {number}", ("db",)
        noun = draw.choice(words.KILL_NOUNS) if draw.random() < 0.5 else ""
    elif action == "clean":
        thing = draw.choice(words.CLEAN_OBJECTS) + draw.choice(("", "", "", "를", "들", " 좀"))
        noun = draw.choice(words.CLEAN_NOUNS) if draw.random() < 0.5 else ""
    elif action == "rollback" and draw.random() < 0.3:
        number = _version(draw)
        thing = draw.choice(words.VERSIONS_TO).format(x=number)
        arguments = f"<ver> {number}"
        noun = draw.choice(("롤백", "원복", "rollback", "복구"))
        if draw.random() < 0.3:
            noun = ""
            verbs = (Verb("되돌리", "되돌려"), Verb("돌리", "돌려"), Verb("내리", "내려"))
    elif draw.random() < 0.64:
        noun = draw.choice(words.CHANGES[action])
        if draw.random() < 0.02:
            kind = draw.choice(("tomcat", "nginx", "httpd", "jeus", "mysql", "oracle"))
            layers = {"tomcat": ("was",), "jeus": ("was",), "nginx": ("web",), "httpd": ("web",)}.get(kind, ("db",))
            service = f"{kind}-{''.join(draw.choices('abcdefghijklmnoprstuvw', k=draw.randint(2, 4)))}"
            thing, arguments = f"{service}{draw.choice((' 서비스', '', ' 서비스를'))}", f"<svc> {service}"
    verb = doing(noun) if noun else draw.choice(verbs)
    return Deed(action, thing, verb, noun, arguments, layers, files)


def _span(draw: random.Random) -> tuple[str, str]:
    kind = draw.random()
    if kind < 0.5:
        number = draw.choice((5, 10, 15, 20, 30, 60))
        return f"{number}분", f"<minutes>{number}"
    if kind < 0.92:
        number = draw.choice((1, 1, 2, 3, 6, 12, 24))
        return f"{number}시간", f"<hours>{number}"
    return "하루", "<days>1"


def read(draw: random.Random, action: str = "") -> Deed:
    """A deed that looks at something, of `action` or of any."""
    action = action or draw.choice((*READS, "service", "tail", "tail", "search", "search", "disk", "http", "version"))
    thing, arguments = topic(draw, draw.choice(words.TOPICS[action]))
    noun = ""
    if action == "dump":
        verb = draw.choice((*words.DUMPS, *words.DUMPS, *words.SHOWS))
    elif action == "search":
        verb = draw.choice((*words.SEARCHES, *words.LOOKS))
    elif draw.random() < 0.45:
        verb = draw.choice(words.LOOKS)
    else:
        verb = draw.choice(words.SHOWS)
    if thing.endswith(("지", "여부")) and draw.random() < 0.7:
        verb = draw.choice(words.LOOKS)
    if draw.random() < 0.45:
        noun = draw.choice(words.LOOK_NOUNS)
        if action == "search":
            noun = draw.choice(("검색", "확인", "조회"))
        verb = doing(noun)
    elif draw.random() < 0.4:
        thing += draw.choice((" 좀", " 한번", "를" if thing[-1:] in "프모리버" else "", " 한 번"))
    layers = (
        ("db",)
        if action in DB_ONLY
        else ("was",)
        if action == "dump"
        else ("was", "web")
        if action in ("http", "cert")
        else ("was", "web", "db")
    )
    return Deed(action, thing, verb, noun, arguments, layers)


def topic(draw: random.Random, words_of_it: str) -> tuple[str, str]:
    """The words with their arguments filled in, and the tokens of those."""
    arguments: list[str] = []
    values: dict[str, str] = {}
    if "{l}" in words_of_it:
        number = draw.choice(words.LINES)
        values["l"] = f"{number:,}" if number >= 1000 and draw.random() < 0.3 else str(number)
        arguments.append(f"<lines>{number}")
    if "{m}" in words_of_it:
        values["m"], token = _span(draw)
        arguments.append(token)
    if "{p}" in words_of_it:
        number = draw.choice(words.PORTS)
        values["p"] = str(number)
        arguments.append(f"<portno>{number}")
    if "{w}" in words_of_it:
        word = draw.choice(words.SEARCH_WORDS)
        if draw.random() < 0.3:
            from grammar import korean

            word = draw.choice(
                (
                    korean.name(draw, 2, 3),
                    "".join(draw.choices("abcdefghijklmnoprstuvwxyz", k=draw.randint(4, 9))),
                    f"{''.join(draw.choices('ABCDEFGKMNPST', k=3))}-{draw.randint(100, 9999)}",
                )
            )
        values["w"] = f'"{word}"' if draw.random() < 0.25 else f"'{word}'" if draw.random() < 0.2 else word
        arguments.append(f"<pat> {word.lower()}")
    if "{u}" in words_of_it:
        values["u"] = draw.choice(words.HOSTS)
    return words_of_it.format(**values), "".join(arguments)


def question(draw: random.Random) -> tuple[str, str, str, tuple[str, ...]]:
    """A question for the present state: action, words, arguments and layers."""
    action = draw.choice(tuple(words.QUESTIONS))
    text, arguments = topic(draw, draw.choice(words.QUESTIONS[action]))
    layers = ("db",) if action in DB_ONLY else ("was", "web") if action in ("http", "cert") else ("was", "web", "db")
    return action, text, arguments, layers


# --- forms -----------------------------------------------------------------------------------------------------------------
# fmt: off
# {n} a noun, {o} the thing before it; "_" is a blank that may be left out.
NOUN_COMMANDS = (
    "{n}해_줘", "{n}_해줘", "{n}해_주세요", "{n}_해주세요", "{n}_부탁드립니다", "{n} 부탁드려요", "{n} 부탁해요", "{n} 부탁합니다", "{n} 좀 부탁드려요", "{n} 좀 부탁드립니다", "{n} 좀 해줘", "{n} 좀 해주세요", "{n}해 주시겠어요?", "{n}해_주실_수 있나요?",
    "{n} 좀 해주실 수 있을까요?", "{n}해주실래요?", "{n} 요청드립니다", "{n} 요청합니다", "{n} 요청", "{n} 바랍니다", "{n} 바람", "{n} 진행해주세요", "{n} 진행 부탁드립니다", "{n} 진행해줘", "{n} ㄱㄱ", "{n}", "{n}", "{n}", "{n}해주시면 감사하겠습니다", "{n}해주십시오",
    "{n} 부탁드려도 될까요?", "{n}해라", "{n}시켜주세요", "{n}시켜_줘", "{n}해줄래?", "{n}해줄 수 있어?", "{n}해주셨으면 합니다", "{n}해줘요", "{n} 조치 부탁드려요", "{n}하세요", "{n}해주라", "{n}해주삼", "{n}해주면 좋겠어요", "{n} 가능할까요?", "{n} 가능한가요?", "{n} 가능하실까요?",
    "{n} 좀요", "{n} 부탁", "{n} 부탁요", "{n} plz", "{n} please", "{n} 한번 해줘", "{n} 한번만 해주세요", "{n} 한번 부탁드립니다", "{n}_처리_부탁드립니다", "{n} 처리해주세요", "{n} 작업 부탁드립니다", "{n} 작업해주세요", "{n}해주시기 바랍니다", "{n}하여 주시기 바랍니다",
    "{n} 해주실 수 있으신가요?", "{n}해 주시면 됩니다", "{n} 실시해주세요", "{n}해 주시면 좋겠습니다", "{n} 수행해주세요", "{n} 때려줘", "{n} 가주세요", "{n}해봐", "{n} 한번 해봐주세요", "{n} 해야 합니다. 부탁드려요", "{n} 필요합니다. 부탁드립니다",
    "{n} 해줘야 할 것 같아요. 부탁드립니다", "{n} ㅂㅌ", "{n} 부탁드릴게요", "{n} 좀 부탁할게요", "{n} 부탁드립니당", "{n}해주세용", "{n}좀", "{n} 고고", "{n} 해 주세여", "{n}해죠", "{n} 해쥬세요", "{n}해주시죠", "{n} 부탁 좀 드릴게요",
)  # fmt: skip
VERB_COMMANDS = (
    "{i}_줘", "{i}_줘", "{i}_주세요", "{i}_주세요", "{i}주시겠어요?", "{i}_주실_수 있나요?", "{i}주실래요?", "{i}주십시오", "{i}주시면 감사하겠습니다", "{i}줄래?", "{i}줄 수 있어?", "좀 {i}주세요", "좀 {i}줘", "빨리 {i}줘요", "{h}세요", "{i}주셨으면 합니다", "{i}줘요", "{i}주라", "{i}주삼",
    "{i}주시기 바랍니다", "{i}_주실 수 있을까요?", "{i}_주실 수 있으세요?", "{i}주세여", "{i}주시죠", "{i}라", "{i}봐", "좀 {i}_봐주세요", "{i}주면 좋겠어요", "{i}_달라", "{i}놔주세요", "{i}주시면 됩니다", "{i}주시면 고맙겠습니다", "{i}줘라", "{i}주세용", "바로 {i}주세요", "{i}주시길 바랍니다", "{i}주실 수 있는지요?",
    "{i}주시면 좋겠습니다", "{i}주실 수 있을지요?", "한번 {i}주세요", "한번 {i}줘", "{i}줄 수 있나요?", "{i}_주기 바랍니다",
)  # fmt: skip
# What stands before another deed: first one is done, then the other.
NOUN_THEN = (
    "{n}하고",
    "{n} 하고",
    "{n}한 다음",
    "{n} 후",
    "{n} 후에",
    "{n}하고 나서",
    "{n}한 뒤",
    "{n} 뒤",
    "{n}하신 후",
    "{n}한 후에",
    "{n} 다음에",
    "{n}하신 다음",
    "{n}하시고",
    "{n}해주시고",
    "{n}해주고",
)
VERB_THEN = (
    "{b}고",
    "{d} 다음",
    "{d} 다음에",
    "{b}고 나서",
    "{d} 후",
    "{d} 뒤에",
    "{i}주시고",
    "{i}주고",
    "{h}고",
    "{d} 후에",
)
NOUN_NOT = (
    "{n}하지 마세요", "{n}_하지_마", "{n}하지 말아주세요", "{n} 안 하셔도 됩니다", "{n}은 하지 마", "{n} 금지입니다", "{n} 금지", "{n}하면 안 됩니다", "{n}했습니다", "{n} 완료했습니다", "{n} 완료", "{n} 완료되었습니다", "{n}했어요?", "{n}하셨나요?", "{n}_했나요", "{n}했어?", "{n}해도 되나요?", "{n}해도 될까요?",
    "{n}해도 돼?", "{n}할까요?", "{n}할까?", "{n}해야 하나요?", "{n}해야 되나?", "{n}할게요", "{n}할게", "{n} 예정입니다", "{n} 예정", "{n}하겠습니다", "{n}하라고 하네요", "{n}해달라고 합니다", "{n}해달래요", "{n} 중입니다", "{n} 중", "{n} 중이에요", "{n}했는데 안 됩니다", "{n}했는데도 그대로네요",
    "{n}하려고 합니다", "{n}하려고요", "{n}하면 어떻게 되나요?", "{n} 이력 알려주세요", "{n} 절차 문의드립니다", "{n}이 필요할까요?", "{n} 필요할까요?", "{n}은 보류해주세요", "{n} 보류", "{n} 일정 알려주세요", "{n}한 사람 누구예요?", "{n}됐나요?", "{n} 됐어?", "{n} 안 해도 돼요", "{n}할 필요 없어요", "{n} 필요 없습니다",
    "{n}하기 전에 연락주세요", "{n}할 때 알려주세요", "{n}이 안 되네요", "{n} 절대 하지 마세요", "{n} 못 합니다", "{n}했다고 들었어요", "{n}한다고 하네요", "{n} 아직 하지 마시고 기다려주세요", "{n}하지 않았으면 합니다", "{n}하지 않기로 했습니다", "{n}하는 방법 알려주세요", "{n} 방법이 뭐예요?", "{n}하는 중이에요",
    "{n} 실패했습니다", "{n} 실패", "{n}했더니 괜찮아졌어요", "{n} 언제 하나요?", "{n} 언제 해?", "{n}하실 건가요?", "{n}하게 되면 알려주세요", "{n}했으면 좋겠네요", "{n}하는 게 나을까요?", "{n} 건은 내일 논의하시죠", "{n}하면 큰일납니다", "{n}_ㄴㄴ", "{n} 여부 확인 부탁드립니다", "{n} 결과 공유 부탁드립니다",
    "{n} 가능한 시간 알려주세요", "담당자가 {n}해 달라고 요청했습니다", "{n}해주지 마세요", "{n}하면 안 되나요?", "{n}하시면 안 돼요", "{n}할 수도 있습니다", "{n}해버렸네요", "{n}을 검토 중입니다", "{n} 검토 중", "{n} 계획서 보내주세요", "{n}은 다음에 해요", "{n}했다가 큰일 났어요", "{n} 승인 났나요?", "{n} 한다면 언제가 좋을까요?",
    "{n} 필요하면 말씀해주세요", "{n} 요청이 들어왔습니다", "{n} 요청 드렸었는데 처리됐나요?", "{n}은 제가 처리하겠습니다", "{n} 담당자 누구인가요?", "{n} 완료되면 알려주세요", "{n} 끝나면 알려주세요", "{n}하지말고 대기해주세요", "{n}하지 마세여", "{n}은 하지 말아 주시기 바랍니다", "{n}해 놓았습니다", "{n} 시켰어요", "{n} 끝났나요?",
    "{n} 부탁드렸는데 어떻게 됐나요?", "{n} 때문에 장애가 났어요", "{n} 이후로 느려요", "{n} 이후 정상입니다", "{n}은 왜 했어요?", "{n}하신 분?", "{n}하다가 멈췄어요", "{n} 작업 공지드립니다", "{n} 작업이 있습니다", "{n} 작업 예정입니다", "{n} 작업 진행 중입니다", "{n} 작업 종료되었습니다", "{n}하기로 했어요", "{n} 얼마나 걸려요?", "{n} 시간이 얼마나 걸리나요?",
    "{n}은 나중에 하시죠", "{n} 건 확인했습니다", "{n}이 잦네요", "{n} 안 됨", "{n} 안 했어요", "{n} 안 했는데요", "{n} 누가 했어?", "{n} 왜 안 했어?", "{n}해야 할지 고민입니다", "{n}하는 편이 좋을 것 같습니다", "{n}했을 때 문제 없었나요?", "{n} 메뉴얼 있나요?", "{n} 권한이 없네요", "{n} 권한 신청은 어디서 하나요?", "{n}하지 않아도 됩니다",
    "{n} 대기 중입니다", "{n} 대기해주세요", "{n} 시점 조율 필요합니다", "{n} 스크립트 어디 있어요?", "{n} 로그인가요?", "{n} 건은 취소됐다고 합니다", "{n}은 안 됩니다", "{n} 하지마시오", "{n}할 뻔했네요", "{n}이란 게 뭔가요?", "{n}해 봤는데 똑같습니다", "{n}도 해봤어요", "{n} 테스트였습니다", "{n}해주신다고 했는데 아직인가요?", "{n}해주셔서 감사합니다", "{n} 감사합니다", "{n}해줘서 고마워",
    "{n}한 이유가 뭔가요?", "{n}되었습니다", "{n}됐습니다", "{n}됐어요", "{n} 되어 있네요", "{n}되면 말씀드릴게요", "{n} 안 되나요?", "{n} 실패하면 어떡하죠?", "{n} 이슈 공유드립니다", "{n} 보고드립니다", "{n}하자는 의견이 있습니다", "{n}하면 되겠죠?", "{n}은 하셨죠?", "{n}한 거 맞죠?", "{n} 한 거예요?", "{n}은 어제 했습니다", "{n} 내일 할 예정이에요", "{n}할지 말지 정해주세요",
)  # fmt: skip
VERB_NOT = (
    "{b}지 마세요", "{b}지_마", "{b}지 말아주세요", "{b}지 말고 기다려주세요", "{w} 안 됩니다", "{p}습니다", "{p}어요", "{p}어요?", "{p}나요?", "{p}어?", "{i}도 되나요?", "{i}도 될까요?", "{i}도 돼?", "{f}까요?", "{f}까?", "{f}게요", "{f}게", "{m}고 합니다", "{m}고요", "{b}라고 하네요" , "{i}달래요", "{i}달라고 합니다", "{b}고 있습니다",
    "{b}고 있어요", "{i}야 하나요?", "{i}야 할까요?", "{f} 예정입니다", "{h}ㄴ 분 누구세요?", "{b}지 않았어요", "{w} 어떻게 되나요?", "{f} 필요 없어요", "{i}버렸어요", "{s} 방법 알려주세요", "{p}다고 들었습니다", "{p}는데 또 이러네요", "{p}는데 안 돼요", "{b}기 전에 연락주세요", "{f} 때 말씀해주세요", "{b}겠습니다", "{i}드릴까요?", "{i}드리겠습니다",
    "{h}면 안 됩니다", "{b}지 않아도 됩니다", "{p}으면 좋겠네요", "{s} 중이에요", "{p}다가 혼났어요", "{f} 수도 있어요", "{b}기로 했어요", "{i}주지 마세요", "{d} 사람 누구예요?", "{f}지 말지 고민이에요", "{w} 큰일나요", "{f}게요 제가", "{s} 게 나을까요?", "{b}지 않기로 했습니다", "{b}지 마시고 대기해주세요", "{d} 다음에 생긴 문제입니다", "{d} 이후로 느려졌어요",
    "{i}놨어요", "{i}놓았습니다", "{i}주셨나요?", "{i}주셔서 감사합니다", "{i}줘서 고마워요", "{p}더니 괜찮아졌어요", "누가 {p}나요?", "왜 {p}어요?", "{p}죠?", "안 {p}어요", "안 {i}도 돼요", "못 {b}겠어요", "{b}지 마시오", "절대 {b}지 마세요", "아직 {b}지 마세요", "{f} 계획입니다", "{f}지도 몰라요", "{d} 거 맞죠?", "{d} 적 없습니다", "{d} 이력 있나요?",
)  # fmt: skip


_USUAL_NOUN = (
    "{n}_해줘",
    "{n}해줘",
    "{n}_해주세요",
    "{n} 부탁드립니다",
    "{n}",
    "{n} 부탁드려요",
    "{n} 좀 해줘",
    "{n} 요청드립니다",
)
_USUAL_VERB = ("{i}_줘", "{i}_주세요", "{i}줘", "{i}주세요", "좀 {i}주세요", "{i}주실 수 있나요?")

# fmt: on


def forms(verb: Verb) -> dict[str, str]:
    """The verb's forms by the letters that the tables use."""
    return {
        "b": verb.base,
        "i": verb.inf,
        "p": verb.past,
        "f": verb.future,
        "d": verb.did,
        "s": verb.does,
        "h": verb.honoured,
        "w": verb.when,
        "m": verb.meaning_to,
    }


def command(draw: random.Random, deed: Deed) -> str:
    """An ending that asks for it; half of them the usual ones."""
    usual = draw.random() < 0.4
    if deed.noun:
        if usual:
            return deed.with_thing(draw.choice(_USUAL_NOUN).format(n=deed.noun))
        return deed.with_thing(draw.choice(NOUN_COMMANDS).format(n=deed.noun))
    return deed.with_thing(draw.choice(_USUAL_VERB if usual else VERB_COMMANDS).format(**forms(deed.verb)))


def then(draw: random.Random, deed: Deed) -> str:
    """A form before the next deed."""
    if deed.noun:
        return deed.with_thing(draw.choice(NOUN_THEN).format(n=deed.noun))
    return deed.with_thing(draw.choice(VERB_THEN).format(**forms(deed.verb)))


def nothing(draw: random.Random, deed: Deed) -> str:
    """A form that asks for nothing."""
    if deed.noun:
        text = draw.choice(NOUN_NOT)
        if "여부 확인" in text and not deed.changes:
            text = "{n}했습니다"
        return deed.with_thing(text.format(n=deed.noun))
    text = draw.choice(VERB_NOT)
    if text == "{h}ㄴ 분 누구세요?":
        text = "{d} 분 누구세요?"
    return deed.with_thing(text.format(**forms(deed.verb)))
