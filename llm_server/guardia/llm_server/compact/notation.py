"""What the compact model answers: a row of tokens that says actions, target and arguments, and nothing else. Pure.

`<restart><I1><S1><was><#>1<#>3<then><tail><S1><web><lines>100`: requests are parted by `<then>`; `<none>` asks for
nothing. `pattern` is the answer's form as a regular expression for the server, `parse` its reverse.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

ACTIONS = {
    "deploy": "DEPLOY_ARTIFACT", "rollback": "ROLLBACK_RELEASE", "restart": "RESTART_SERVICE", "start": "START_SERVICE",
    "stop": "STOP_SERVICE", "kill": "KILL_DB_SESSION", "clean": "CLEAN_LOGS", "disk": "CHECK_DISK_SPACE",
    "memory": "CHECK_MEMORY", "cpu": "CHECK_CPU", "process": "CHECK_PROCESS", "service": "CHECK_SERVICE",
    "port": "CHECK_PORT", "http": "CHECK_HTTP", "cert": "CHECK_CERT", "tail": "TAIL_LOG", "search": "SEARCH_LOG",
    "dump": "THREAD_DUMP", "locks": "FETCH_DB_LOCKS", "slow": "FETCH_SLOW_QUERIES", "sessions": "FETCH_DB_SESSIONS",
    "version": "SHOW_VERSION",
}  # fmt: skip
NONE, CANCEL, HELP, THEN, UNKNOWN = "none", "cancel", "help", "then", "?"
ENVIRONMENTS = {"prd": "PROD", "stg": "STG", "dev": "DEV"}
LAYERS = {"was": "WAS", "web": "WEB", "db": "DB", "all": "ALL"}
NODE, TO, NOT, REST = "#", "to", "not", "rest"
NUMBERS = {
    "lines": "lines",
    "minutes": "since_minutes",
    "hours": "since_minutes",
    "days": "since_minutes",
    "portno": "port",
}
"""Arguments that are numbers, and the parameter that each sets."""
SPANS = ("minutes", "hours", "days")
_FACTORS = {"hours": 60, "days": 1_440}
WORDS = {"pat": "pattern", "sid": "session_id", "ver": "version", "svc": "service"}
"""Arguments that are copied from the message."""
MAX_REQUESTS = 8
MAX_WORDS, MAX_COPY = 32, 32
"""Words of a prompt that a copy may begin with, and its characters."""

SYMBOLS = (*ACTIONS, NONE, CANCEL, HELP, THEN, UNKNOWN, *ENVIRONMENTS, *LAYERS, NODE, TO, NOT, REST, *NUMBERS, *WORDS)
"""Everything in angle brackets that an answer may hold, the message's tags left out."""

_SYMBOL = re.compile(r"<[^<>]{1,9}>")
_NUMBER = re.compile(r"(?<!\d)\d{1,5}(?!\d)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_COPY = re.compile(rf"(?:(?<![a-z0-9_.])[a-z0-9/]|(?<!\w)\w)(?=([^\n<>]{{0,{MAX_COPY - 1}}}))")
_TOKEN = re.compile(r"<([^<>]{1,8})>([^<>]*)")
_NAME = re.compile(r"[ISH]\d\Z")


class NotationError(ValueError):
    """The answer is not of the notation."""


@dataclass(slots=True)
class Asked:
    """One request as the model said it."""

    actions: list[str] = field(default_factory=list)
    """Codes of the catalogue; of `CANCEL` and `HELP` there are none."""
    intent: str = ""
    """`CANCEL` or `HELP`, else empty."""
    targets: list[str] = field(default_factory=list)
    """Tags of institution, system and hosts; `?` for a name that nobody knows."""
    environment: str = ""
    layer: str = ""
    nodes: list[int] = field(default_factory=list)
    left_out: bool = False
    """`nodes` are those that are not meant."""
    rest: bool = False
    """Those that no earlier request or message named."""
    files: list[str] = field(default_factory=list)
    time: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


def _escaped(text: str) -> str:
    """Only what regular expressions everywhere take for their own."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)


def _one_of(names: Collection[str]) -> str:
    return "(" + "|".join(_escaped(name) for name in names) + ")"


def _symbols(names: Collection[str]) -> str:
    return _one_of([f"<{name}>" for name in names])


def _numbers(said: str) -> list[str]:
    """Numbers that the prompt holds, without leading noughts."""
    found = {str(int(number)) for text in (said, _THOUSANDS.sub("", said)) for number in _NUMBER.findall(text)}
    return sorted(found, key=lambda number: (len(number), number))


def _copies(said: str) -> str:
    """What may be copied: from the beginning of a word on, as far as it pleases."""
    found: list[str] = []
    for word in list(dict.fromkeys(match[0] + match[1].rstrip() for match in _COPY.finditer(said)))[:MAX_WORDS]:
        head, *tail = map(_escaped, word)
        found.append(head + "".join(f"({char}" for char in tail) + ")?" * len(tail))
    return "(" + "|".join(found) + ")"


def pattern(tags: Collection[str], said: str) -> str:
    """A regular expression of the answers to the prompt `said`, which holds these tags.

    Numbers and copied words are those of the prompt; a number of hours may be spelt out there, so that one is free.
    """
    said = _SYMBOL.sub(" ", said)
    files = [tag for tag in tags if tag[0] == "F"]
    times = [tag for tag in tags if tag[0] == "T"]
    request = _symbols(ACTIONS) + "{1,4}" + _symbols([*(tag for tag in tags if tag[0] in "ISH"), UNKNOWN]) + "{1,8}"
    request += _symbols(ENVIRONMENTS) + "?" + _symbols(LAYERS) + "?"
    arguments = [_symbols(SPANS) + "[1-9][0-9]{0,2}"]
    nodes = f"<{REST}>"
    if numbers := _numbers(said):
        number = _one_of(numbers)
        nodes += f"|(<{NOT}>)?(<{NODE}>{number}(<{TO}>{number})?){{0,16}}"
        arguments.append(_symbols([name for name in NUMBERS if name not in SPANS]) + number)
    if _COPY.search(said):
        arguments.append(_symbols(WORDS) + " " + _copies(said))
    request += f"({nodes})?"
    if files:
        request += _symbols(files) + "{0,6}"
    request += "(" + "|".join(arguments) + "){0,3}"
    if times:
        request += _symbols(times) + "?"
    bare = _symbols((CANCEL, HELP))
    return f"<{NONE}>|({request}|{bare})(<{THEN}>({request}|{bare})){{0,{MAX_REQUESTS - 1}}}"


def _tokens(answer: str) -> Iterator[tuple[str, str]]:
    at = 0
    for found in _TOKEN.finditer(answer):
        if found.start() != at:
            break
        at = found.end()
        yield found[1], found[2].strip()
    if at != len(answer):
        raise NotationError(f"no token at {answer[at : at + 20]!r}")


def parse(answer: str) -> list[Asked]:
    """The requests of an answer, in order. Raises `NotationError`."""
    answer = answer.strip()
    if answer == f"<{NONE}>":
        return []
    asked = [Asked()]
    for name, rest in _tokens(answer):
        if name == THEN:
            asked.append(Asked())
        else:
            _take(asked[-1], name, rest)
    if len(asked) > MAX_REQUESTS:
        raise NotationError(f"{len(asked)} requests")
    for one in asked:
        if bool(one.actions) == bool(one.intent):
            raise NotationError("a request without an action")
    return asked


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) <= 5):
        raise NotationError(f"{text!r} is no number")
    return int(text)


def _take(one: Asked, name: str, rest: str) -> None:
    if name == NODE:
        one.nodes.append(_number(rest))
    elif name == TO:
        last = _number(rest)
        if not one.nodes or not one.nodes[-1] <= last <= one.nodes[-1] + 64:
            raise NotationError("a range without end")
        one.nodes.extend(range(one.nodes[-1] + 1, last + 1))
    elif name in NUMBERS:
        one.numbers[NUMBERS[name]] = _number(rest) * _FACTORS.get(name, 1)
    elif name in WORDS:
        if not rest:
            raise NotationError(f"<{name}> without words")
        one.words[WORDS[name]] = rest
    elif rest:
        raise NotationError(f"words after <{name}>")
    else:
        _symbol(one, name)


def _symbol(one: Asked, name: str) -> None:
    if name in ACTIONS:
        one.actions.append(ACTIONS[name])
    elif name in (CANCEL, HELP):
        one.intent = name.upper()
    elif name in ENVIRONMENTS:
        one.environment = ENVIRONMENTS[name]
    elif name in LAYERS:
        one.layer = LAYERS[name]
    elif name == NOT:
        one.left_out = True
    elif name == REST:
        one.rest = True
    elif name == UNKNOWN or _NAME.match(name):
        one.targets.append(name)
    elif name[0] == "F":
        one.files.append(name)
    elif name[0] == "T":
        one.time = name
    else:
        raise NotationError(f"<{name}> is no token of the notation")
