# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Values that a sentence carries in a form of their own: addresses, files, versions, node numbers, ports, lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K

_EXTENSIONS = (
    "war|ear|jar|zip|tar\\.gz|tgz|tar\\.bz2|tar\\.xz|tar|gz|7z|html?|css|jsp|jspx|js|mjs|class|xml|properties|ya?ml|json|conf|cfg|ini|sql|sh|py|"
    "so|dll|rpm|deb|exe|bin|dat|aar|nupkg|whl|map|ico|svg|woff2?|png|jpe?g|gif|pdf|txt|log|csv|xlsx?|docx?|pptx?|hwpx?|dmp|hprof|patch|diff|rar"
)
FILE = re.compile(
    rf"(?<![\w./\\-])[\w가-힣][\w가-힣.+()-]{{0,120}}?\.(?:{_EXTENSIONS})(?![A-Za-z0-9_]|\.[A-Za-z0-9_])", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![a-z0-9_]|\.\d)", re.ASCII)
_URL = re.compile(
    r"https?://[^\s\"'<>가-힣]+|(?<![\w.@-])/[a-z][\w/.-]*|(?<![\w.-])(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:kr|com|net|org|go|io)(?:/[^\s가-힣]*)?(?![\w.])"
)
_VERSION = re.compile(
    r"(?<![\w.-])v?\d{1,4}(?:\.\d{1,6}){1,4}(?:[-_.+][a-z0-9]+)*(?![\w])|(?<![\w.-])v\d{1,5}(?![\w.])|(?<![\w.-])r(?:el(?:ease)?)?[-_]?\d{2,}(?:[-_.]\d+)*(?![\w])",
    re.IGNORECASE | re.ASCII,
)
_DATED = re.compile(r"(?:19|20)\d{2}\.\d{1,2}\.\d{1,2}\.?$")
_AFTER_VERSION = re.compile(fold(r"\s*(?:버전|버젼|릴리즈|릴리스|빌드|version|release|build)"))
_HOST = re.compile(r"(?<![\w.@/-])[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*(?![\w]|[-.][a-z0-9])", re.IGNORECASE | re.ASCII)

_ASSET = re.compile(r"(?<![\w.-])[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{1,9}){1,5}-(?:[A-Z]{1,6}-?)?\d{1,3}(?![\w-])", re.ASCII)
_LASTS = re.compile(fold(r"\d{1,3}\s*(?:초|분|시간|일|주|개월|년)\s*(?:째|내내)"))
_JOIN = r"(?:\s*[,/&+]\s*|\s+)"
_U = fold(
    r"(?:호기|번기|호(?!선|실)|번\s*(?:호기|노드|서버|기(?!동)|장비|인스턴스)|번(?![가-힣]{0,2}\s*포트|째|호(?!기))|노드(?=[^가-힣]|$))"
)
_SINO = {fold(word): number for number, word in enumerate(("일", "이", "삼", "사", "오", "육", "칠", "팔"), 1)}
_ORDINAL = {fold(word): number for number, word in enumerate(("첫", "두", "세", "네", "다섯"), 1)}
_RANGE = re.compile(
    fold(r"(?<![\d.:])(?P<a>\d{1,3})\s*(?:호기|번)?\s*(?:~|-|부터|에서|to|through|thru)\s*(?P<b>\d{1,3})\s*")
    + _U
    + fold(r"(?:\s*까지)?")
)
_NODES = re.compile(rf"(?<![\d.:\w-])(?:\d{{1,3}}\s*(?:{_U})?{_JOIN}(?:#\s*)?)*\d{{1,3}}\s*{_U}")
_NODES_TIGHT = re.compile(rf"(?<![\d.:-])\d{{1,3}}(?:,\d{{1,3}})*\s*{_U}")
_SINO_NODE = re.compile(fold(r"(?<![가-힣])([일이삼사오육칠팔](?=호기)|[일삼사오육칠팔](?=\s호기))\s?호기"))
_ORDINAL_NODE = re.compile(
    fold(r"(첫|두|세|네|다섯)\s*번째\s*(?:노드|서버|호기|장비|와스|was|web|웹|db|디비|인스턴스|거)")
)
_EN_NODE = re.compile(
    r"(?:\bnodes?|\bserver|\binstances?|\bhost|\bno\.?|\bunit|\bservers)\s*(?:number\s*|no\.?\s*|#\s*)?(?P<list>\d{1,3}(?:\s*(?:,|and|&|to|through|thru|-|~|,\s*and)\s*\d{1,3})*)(?![a-z0-9_:]|\.\d)"
    r"|#\s*(?P<hash>\d{1,3})(?![a-z0-9_:]|\.\d)"
)
_LAYER_WORD = fold(r"(?:was|web|db|와스|왓스|와쓰|웹|디비|톰캣|tomcat|jeus|제우스)")
_NOT_A_NODE = fold(
    r"(?![a-z0-9_.]|:\s?\d|[,~]\s*\d{3}|\s*(?:줄|라인|건|개|분|시|%|프로|퍼|포트|대(?![가-힣])|/|-\d|월|일|차|회|배|명|초|lines?|[ap]m|hours?|min|port|g\b|gb|mb))"
)
_LAYER_NODE = re.compile(
    rf"(?<![a-z0-9가-힣])(?P<layer>{_LAYER_WORD})(?P<list>\s?[-_]?\s?#?0?\d{{1,2}}(?![\d.]|:\d)"
    rf"(?:\s*(?:,|~|-|&|/|{fold('랑|이랑|하고|와|과|and|to|thru|through')})\s*(?:(?P=layer)\s?)?#?0?\d{{1,2}}(?![\d.]|:\d))*)(?:{fold('번|호기|호')}(?![가-힣]{{0,2}}\s*포트))?(?![a-z0-9_]){_NOT_A_NODE.replace('[^w]', '')}"
)
"""was2, 와스 3, WEB1~3, was2,was4: numbers that stand right behind a layer."""
_LINES = re.compile(
    fold(
        r"(?<![\d.])(?P<n>\d{1,6})\s*(?:줄|라인|행|lines?(?![a-z])|(?=\s*log\s+lines?(?![a-z]))|rows?(?![a-z]))|(?:(?<=tail\s)(?:-n\s*|-)?|lines?\s*=?\s*)(?P<m>\d{1,6})(?![\w.])"
    )
)
_SPOKEN_LINES = re.compile(
    fold(
        r"(?<![가-힣])(?:한\s)?(?P<n>(?:[이삼사오육칠팔구]?천)?(?:[이삼사오육칠팔구]?백)?(?:[이삼사오육칠팔구]?십)?)(?<=[천백십])\s*(?:줄|라인)(?=$|[^가-힣]|만|정도|쯤|씩|까지|요|을|을요)"
    )
)
_SINCE = re.compile(
    fold(
        r"(?:(?P<lead>최근|지난|직전|last|past|previous|recent)\s*)?(?:the\s+)?(?P<n>\d{1,4}|한|두|세|네|다섯|여섯|반|half an|an?|one|two|three)\s*(?P<unit>시간|분|일|hours?|hrs?|minutes?|mins?|days?)(?P<half>\s*반)?"
        r"\s*(?P<tail>동안|간|치|내|이내|사이|전부터|전까지|전 것|안에|어치|분량|꺼|것|거(?![가-힣])|전\s*로그|전)?"
    )
)
_SINCE_WORD = re.compile(
    fold(r"(?:최근|지난)\s*(?P<w>하루|일주일|이틀|한\s*시간|반\s*시간)|(?:last|past)\s+(?P<e>hour|day|week)")
)
_PORT = re.compile(
    fold(
        r"(?<![\d.])(?P<a>\d{2,5})\s*(?:/\s*tcp\s*)?(?:번\s*)?(?:포트|port)|(?:포트|port)\s*(?:번호\s*|number\s*|no\.?\s*)?[:=(]?\s*(?P<b>\d{2,5})(?![\d.])|(?<![\w])tcp\s*[:/]?\s*(?P<c>\d{2,5})|(?<![\d.])(?P<d>\d{2,5})\s*(?:번|이|가|은|는)?\s*(?=(?:안\s*)?(?:열려|열렸|열린|리슨|리스닝|닫혀|막혀))"
    )
)
_IDS = r"\d{1,10}(?:,\d{1,10})?(?:\s*(?:,|와|과|랑|이랑|하고|및|번이랑|번과|번,|and|&)\s*\d{1,10}(?:,\d{1,10})?)*"
_SESSION = re.compile(
    fold(
        rf"(?:세션|session|sessions|sid|pid|spid)\s*(?:id|아이디|번호|no\.?|number)?\s*(?:는|은|이|가|인|:|=|#)?\s*['\"]?(?P<a>{_IDS})['\"]?(?!\s*(?:개|줄|건|명|분|시간|%|프로|이상|초))(?:\s*번)?"
        rf"|(?<![\w.,])['\"]?(?P<b>{_IDS})['\"]?\s*(?:번\s*)?(?:세션|session)(?!\s*(?:id|아이디|번호)?\s*[:=#]?\s*\d{{2,}})(?!\s*(?:목록|리스트|현황|개수|수\s*(?:확인|조회)))"
    )
)
_SERVICE = re.compile(
    fold(
        r"(?<![\w.-])(?P<s>[a-z][\w.@-]{1,60})\s*(?:서비스|데몬|service|daemon)(?![a-z])|(?:service|서비스명?)\s+(?P<t>[a-z][\w@]*[-_@\d][\w.@-]*)"
    )
)
_WITH_PARTICLE = re.compile(fold(r"(?:은|는|이|가|도|만|을|를|에|의|에서|에는|랑|하고|과|와)$"))
_ENDED = re.compile(fold(r"(?:끝났|끝냈|마쳤|완료했|완료됐|완료되었|완료하였|실패했|성공했|끝난)[가-힣]*"))
_LAYERED = re.compile(r"(?:was|web|db)[-_]?\d*$")
_DANGER = re.compile(
    r"\brm\s+-|\bkill\s+-\d|&&|\|\||;\s*\w+\s*-|\$\(|`[^`]*`|\bdelete\s+from\b|\btruncate\s+table\b|\bdrop\s+(?:table|database|user)\b|\bupdate\s+\w+\s+set\b|\balter\s+\w+|>\s*/dev/|\bshutdown\s+-|\binit\s+[06]\b|\bchmod\b|\bsudo\b|--force\b|\|\s*\w+\s"
)
_PERCENT = re.compile(
    fold(
        r"\d+(?:\.\d+)?\s*(?:%|퍼센트|프로|초|ms|gb|mb|tb|kb|기가|메가|테라|건|명|회|번\s*이상|개|차|단계|위|배|원|페이지|년|월|주)"
    )
)
_REFERENCE = re.compile(
    r"(?<![\w-])(?:sr|cr|req|inc|chg|cm|pr|ticket|jira|itsm)[-_#]?\s?\d{2,}[-\d]*|#[a-z0-9]*\d{3,}[\w-]*", re.IGNORECASE
)
_HELP = re.compile(
    fold(
        r"(?:뭐|뭘|무얼|무엇|뭐뭐|(?:어떤|무슨)\s?(?:거|걸|것|일|명령|기능|작업|요청))[가-힣]{0,2}\s?(?:시킬|부탁할|요청할|물어볼|명령할|할|해\s?줄|해\s?주실|도와\s?줄|도와주실|쓸)\s?수\s?있[가-힣]*"
        r"|(?:시킬|부탁할|요청할|물어볼|명령할|할|해\s?줄|해\s?주실|도와\s?줄|쓸|사용할)\s?수\s?있는\s?(?:게|것|거|건|일|명령어?|기능|작업|요청)[가-힣]{0,3}\s?(?:뭐|뭔|무엇|어떤|어떻|다|목록|리스트)[가-힣]*"
        r"|(?:뭐라고|뭐라|어떻게|어떤\s?식으로)\s?(?:시키|말하|말씀드리|부탁하|부탁드리|요청하|명령하|입력하|쓰|치|적으)(?:면|어야|여야|아야)?\s?(?:되|돼|될|하|해|됩)[가-힣]*"
        r"|명령어?\s?(?:모음|일람|정리|정리본)(?![가-힣])"
    )
)
_NATIVE = {fold(word): number for number, word in enumerate(("한", "두", "세", "네", "다섯", "여섯"), 1)}


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _NATIVE.get(text, {"two": 2, "three": 3}.get(text, 1))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", text)))


_TENS = {fold("천"): 1000, fold("백"): 100, fold("십"): 10}


def _spoken(word: str) -> int:
    """이백오십: 250."""
    total = digit = 0
    for char in word:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _SINO.get(char, 9)
    return total


def _spread(listed: str) -> tuple[int, ...]:
    """Numbers of a list in which `~`, `-` and `to` between two stand for those between them."""
    numbers: list[int] = []
    for part in re.finditer(r"(\d+)\s*(?:[~-]|to|thru|through)\s*(?:\D{0,6}?)(\d+)|(\d+)", listed.lstrip(" -_")):
        if part[3]:
            numbers.append(int(part[3]))
        else:
            numbers.extend(range(int(part[1]), int(part[2]) + 1))
    return tuple(dict.fromkeys(numbers))


def _since(found: re.Match[str]) -> int | None:
    if not (found["lead"] or found["tail"]):
        return None
    if not found["lead"] and found["tail"] in {fold("내"), fold("이내"), fold("안에"), fold("전까지")}:
        return None
    unit = found["unit"]
    size = 1440 if unit.startswith((fold("일"), "day")) else 60 if unit.startswith((fold("시간"), "h")) else 1
    if found["n"] in {"반", "half an"}:
        return 30
    return _count(found["n"]) * size + (size // 2 if found["half"] else 0)


def values(text: str, plain: str, start: int, end: int, gazetteer: Gazetteer) -> Iterator[Item]:
    """Candidates in one sentence; they may overlap, the scan chooses."""
    for found in FILE.finditer(text, start, end):
        name = found.group()
        start_of_name = found.start()
        if name.count("(") > name.count(")"):  # 패치(limit-fix.jar): a bracket that only opens is none of the name
            start_of_name += name.rindex("(") + 1
        yield Item(K.FILE, start_of_name, found.end(), text[start_of_name : found.end()])
    for found in _URL.finditer(plain, start, end):
        yield Item(
            K.URL if "://" in found.group() or found.group()[0] != "/" else K.FORBIDDEN, *found.span(), found.group()
        )
    for found in _ADDRESS.finditer(plain, start, end):
        yield Item(K.SERVER, *found.span(), gazetteer.address(found.group()))
    for found in _VERSION.finditer(text, start, end):
        other = _ADDRESS.fullmatch(found.group()) or _DATED.match(found.group())
        if not other or _AFTER_VERSION.match(plain, found.end()):
            yield Item(K.VERSION, *found.span(), found.group())
    for found in _HOST.finditer(plain, start, end):
        server = gazetteer.host(found.group())
        if server is not None:
            yield Item(K.SERVER, *found.span(), (server,))
        elif found.group() in gazetteer.services and ("-" in found.group() or any(c.isdigit() for c in found.group())):
            yield Item(K.SERVICE, *found.span(), text[found.start() : found.end()])
    for found in _ASSET.finditer(text, start, end):
        if gazetteer.host(found.group()) is None:
            yield Item(K.SERVER, *found.span(), ())  # written like an asset code, and none of ours
    for found in _LASTS.finditer(plain, start, end):
        yield Item(K.FILLER, *found.span())
    for found in _RANGE.finditer(plain, start, end):
        a, b = int(found["a"]), int(found["b"])
        if a <= b <= a + 64:
            yield Item(K.NODE, *found.span(), tuple(range(a, b + 1)))
    for pattern in (_NODES, _NODES_TIGHT):
        for found in pattern.finditer(plain, start, end):
            yield Item(K.NODE, *found.span(), _numbers(found.group()))
    for found in _SINO_NODE.finditer(plain, start, end):
        yield Item(K.NODE, *found.span(), (_SINO[found[1]],))
    for found in _ORDINAL_NODE.finditer(plain, start, end):
        yield Item(K.NODE, *found.span(), (_ORDINAL[found[1]],))
    for found in _EN_NODE.finditer(plain, start, end):
        listed = found["list"] or found["hash"]
        numbers = _numbers(listed)
        if re.search(r"to|thr|-|~", listed) and len(numbers) == 2 and numbers[0] < numbers[1] <= numbers[0] + 64:
            numbers = tuple(range(numbers[0], numbers[1] + 1))
        yield Item(K.NODE, *found.span(), numbers)
    for found in _LAYER_NODE.finditer(plain, start, end):
        first = found.start("list") + len(found["list"]) - len(found["list"].lstrip(" -_#"))
        yield Item(K.NODE, first, found.end(), _spread(found["list"]))
    for found in _LINES.finditer(plain, start, end):
        yield Item(K.LINES, *found.span(), int(found["n"] or found["m"]))
    for found in _SPOKEN_LINES.finditer(plain, start, end):
        yield Item(K.LINES, *found.span(), _spoken(found["n"]))
    for found in _SINCE.finditer(plain, start, end):
        minutes = _since(found)
        if minutes:
            stop = found.end()
            if (found["tail"] or "").endswith(fold("로그")):
                stop -= 2
            yield Item(K.SINCE, found.start(), stop, minutes)
    for found in _SINCE_WORD.finditer(plain, start, end):
        word = re.sub(r"\s", "", found["w"] or found["e"])
        minutes = {
            fold("하루"): 1440,
            fold("이틀"): 2880,
            fold("일주일"): 10080,
            fold("한시간"): 60,
            fold("반시간"): 30,
            "hour": 60,
            "day": 1440,
            "week": 10080,
        }[word]
        yield Item(K.SINCE, *found.span(), minutes)
    for found in _PORT.finditer(plain, start, end):
        port = int(found["a"] or found["b"] or found["c"] or found["d"])
        if port <= 65_535:
            yield Item(K.PORT, *found.span(), port)
    for found in _SESSION.finditer(plain, start, end):
        group = "a" if found["a"] else "b"
        yield Item(K.SESSION, *found.span(), text[found.start(group) : found.end(group)])
    for found in _SERVICE.finditer(plain, start, end):
        group = "s" if found["s"] else "t"
        token = found[group]
        if _ASSET.fullmatch(text, found.start(group), found.end(group)) or gazetteer.host(token) is not None:
            continue
        if gazetteer.host(_WITH_PARTICLE.sub("", token)) is not None:
            continue  # mrbibkweb01은 서비스 중지
        if token not in gazetteer.services and not (
            re.search(r"[-_@\d]", token) and gazetteer.exact(token) is None and not _LAYERED.match(token)
        ):
            continue
        yield Item(K.SERVICE, *found.span(), text[found.start(group) : found.end(group)])
    for found in _ENDED.finditer(plain, start, end):
        yield Item(K.OUTCOME, *found.span(), Mood.REPORT)
    for found in _HELP.finditer(plain, start, end):
        yield Item(K.HELP, *found.span())
    for found in _DANGER.finditer(plain, start, end):
        yield Item(K.FORBIDDEN, *found.span(), found.group())
    for found in _PERCENT.finditer(plain, start, end):
        yield Item(K.NUMBER, *found.span(), found.group())
    for found in _REFERENCE.finditer(plain, start, end):
        yield Item(K.FILLER, *found.span(), found.group())
