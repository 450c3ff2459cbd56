# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Times that a message names: when a thing shall run."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guardia.hub.parser.embedded.hangul import fold


@dataclass(frozen=True, slots=True)
class When:
    """A point in time as written. `unclear` says why it cannot be one point (recurring, a range, a time of day that
    may be either half)."""

    delay: timedelta | None = None
    date: tuple[int | None, int, int] | None = None
    day: int | None = None  # days from today
    weekday: tuple[int, int] | None = None  # (weeks ahead or -1 for the next such day, weekday)
    hour: int | None = None
    minute: int = 0
    half: str = ""  # am, pm, night, dawn, or "" for a clock time that says no half
    plain: bool = False  # the hour is written in 24 hours (22:30, 22시)
    unclear: str = ""

    def at(self, now: str) -> str:
        """ISO 8601 with the offset of `now`, or "" when it cannot be told."""
        if self.unclear or not now:
            return ""
        try:
            base = datetime.fromisoformat(now)
        except ValueError:
            return ""
        if base.tzinfo is None:
            return ""
        moment = self._moment(base)
        return moment.isoformat(timespec="seconds") if moment else ""

    def _moment(self, base: datetime) -> datetime | None:
        if self.delay is not None:
            return (base + self.delay).replace(microsecond=0)
        if self.hour is None:
            return None
        midnight = base.replace(hour=0, minute=0, second=0, microsecond=0)
        given = self.date is not None or self.day is not None or self.weekday is not None
        day = self._date(midnight)
        if day is None:
            return None
        hours = self._hours()
        if hours is None:
            return None
        try:
            moments = [day + timedelta(hours=hour, minutes=self.minute) for hour in hours]
        except OverflowError:
            return None
        if self.half == "night" and self.day == 0 and hours[0] < 5:
            early = moments[0] > base and base.hour < 5
            return moments[0] if early else moments[0] + timedelta(days=1)
        if given:
            if len(moments) > 1:
                future = [moment for moment in moments if moment > base]
                # "오늘 9시" in the evening can only be tonight; a whole day ahead leaves both open.
                return future[0] if len(future) == 1 else (moments[0] if self.plain else None)
            if self.half == "dawn" and self.day == 0 and moments[0] <= base:
                return None
            return moments[0] if moments[0] > base else None
        if len(moments) > 1:
            future = [moment for moment in moments if moment > base]
            return future[0] if len(future) == 1 else None
        return moments[0] if moments[0] > base else moments[0] + timedelta(days=1)

    def _hours(self) -> list[int] | None:
        hour = self.hour
        assert hour is not None
        if hour > 24 or self.minute > 59:
            return None
        if hour > 12 or self.plain:
            return [hour]
        if self.half in {"am", "dawn"}:
            return [hour % 12 if hour == 12 else hour]
        if self.half == "pm":
            return [hour if hour == 12 else hour + 12]
        if self.half == "night":
            if hour == 12:
                return [24]
            return [hour + 12] if hour >= 5 else [hour] if self.day == 0 else None
        if self.half == "day":
            return [hour] if hour >= 9 else [hour + 12]
        return [hour, hour + 12] if hour < 12 else None

    def _date(self, midnight: datetime) -> datetime | None:
        if self.day is not None:
            return midnight + timedelta(days=self.day)
        if self.weekday is not None:
            weeks, weekday = self.weekday
            ahead = weekday - midnight.weekday()
            if weeks < 0:
                return midnight + timedelta(days=ahead if ahead >= 0 else ahead + 7)
            return midnight + timedelta(days=ahead + 7 * weeks)
        if self.date is not None:
            year, month, day = self.date
            try:
                found = midnight.replace(year=year or midnight.year, month=month, day=day)
                if year is None and found < midnight:
                    found = found.replace(year=found.year + 1)
            except ValueError:
                return None
            return found
        return midnight


_DAYS = {fold(word): days for word, days in {
    "오늘": 0, "금일": 0, "당일": 0, "내일": 1, "낼": 1, "명일": 1, "익일": 1, "모레": 2, "모래": 2, "글피": 3, "today": 0, "tonight": 0, "tomorrow": 1,
}.items()}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HALVES = {fold(word): half for word, half in {
    "오전": "am", "아침": "am", "새벽": "dawn", "오후": "pm", "저녁": "pm", "밤": "night", "낮": "day", "심야": "night", "am": "am", "a.m.": "am", "pm": "pm", "p.m.": "pm",
}.items()}  # fmt: skip
_WEEKDAYS = {fold(word): index for index, names in enumerate(
    ("월 monday mon", "화 tuesday tue", "수 wednesday wed", "목 thursday thu", "금 friday fri", "토 saturday sat", "일 sunday sun")
) for word in names.split()}  # fmt: skip
_NATIVE = {fold(word): number for number, word in enumerate(
    ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두"), 1
)}  # fmt: skip
_NUMBER_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "half an": 0}
_N = "(?:\\d{1,3}|" + "|".join(sorted(_NATIVE, key=len, reverse=True)) + "|반|하루|이틀|사흘)"
_AFTER = fold(
    r"\s*(?:정도\s*|쯤\s*)?(?:뒤|후|이후|있다가?|이따가?|지나서|지나고)(?:에|쯤)?(?:요(?![가-힣])|(?![가-힣]))(?!로)"
)
_DELAY = re.compile(
    fold(
        rf"(?:(?P<days>\d{{1,2}})\s*일\s*)?(?:(?P<hours>{_N})\s*시간\s*(?P<half>반)?\s*)?(?:(?P<minutes>{_N})\s*분\s*)?"
    )
    + _AFTER
)
_DELAY_EN = re.compile(
    r"(?:\bin|\bafter)\s+(?P<n>\d{1,3}|half an|an?|one|two|three|four|five|ten)\s*(?P<unit>minutes?|mins?|hours?|hrs?|days?)\b(?!\s*(?:ago|of))|(?P<n2>\d{1,3}|an?|one|two|three)\s*(?P<unit2>minutes?|mins?|hours?|hrs?)\s+(?:from now|later)"
)
_MONTH = rf"(?:{'|'.join(_MONTHS)})(?:uary|ruary|ch|il|e|y|ust|t(?:ember)?|tember|ober|ember)?"
_DAY = fold(
    r"(?P<day>오늘|금일|당일|내일|낼|명일|익일|모레|글피|(?:today|tonight|tomorrow)(?!'s))"
    r"|(?:(?P<week>이번\s*주|금주|다음\s*주|담주|차주|다다음\s*주|오는|this|next|on|coming)\s*)?(?P<weekday>[월화수목금토일]요일|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
    r"|(?P<year>\d{4})\s*[-/.년]\s*(?P<ymonth>\d{1,2})\s*[-/.월]\s*(?P<yday>\d{1,2})\s*일?"
    rf"|(?:on\s+)?(?P<ename>{_MONTH})\.?\s+(?P<eday>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"
    rf"|(?:on\s+)?(?:the\s+)?(?P<fday>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<fname>{_MONTH})(?![a-z])"
    r"|on\s+the\s+(?P<nth>\d{1,2}(?:st|nd|rd|th))(?!\s+(?:node|of))"
    r"|(?P<month>\d{1,2})\s*월\s*(?P<mday>\d{1,2})\s*일|(?<![\d./])(?P<smonth>\d{1,2})/(?P<sday>\d{1,2})(?![\d/])"
    r"|(?<![\d.:])(?P<only>\d{1,2})\s*일(?=\s*(?:밤|오전|오후|새벽|저녁|아침|낮|\d))"
)
_CLOCK = fold(
    r"(?P<mid>자정|midnight)|(?P<noon>정오|noon)"
    r"|(?P<h2>\d{1,2}):(?P<m2>\d{2})(?::\d{2})?(?:\s*(?P<ap2>am|pm|a\.m\.|p\.m\.))?"
    rf"|(?P<h3>\d{{1,2}}|(?<![가-힣])(?:{'|'.join(sorted(_NATIVE, key=len, reverse=True))}))\s*시(?!간|스|작|도|점|기|에만|엔|범|험|각|켜|킴|킨)\s*(?:(?P<m3>\d{{1,2}})\s*분(?!간|\s*(?:뒤|후|동안|마다|전))|(?P<half3>반(?!영|납|복|기|드)))?"
    r"|(?P<h4>\d{1,2})(?::(?P<m4>\d{2}))?\s*(?P<ap4>am|pm|a\.m\.|p\.m\.)(?![a-z])"
    r"|(?:\bat\s+)(?P<h5>\d{1,2})(?::(?P<m5>\d{2}))?\s*(?:o'?clock)?(?![\d.a-z%])"
)
_POINT = re.compile(
    rf"(?:(?:{_DAY})(?:\([^)]{{1,4}}\))?[\s,]*(?:at\s+|에\s+)?)?(?:(?P<half>{'|'.join(fold(w) for w in ('오전', '아침', '새벽', '오후', '저녁', '밤', '낮', '심야'))})(?:\s*에)?\s*)?(?:at\s+)?(?:{_CLOCK})"
    + fold(
        rf"(?:\s*(?P<day2>today|tonight|tomorrow|오늘|내일)|,?\s*on\s+the\s+(?P<nth2>\d{{1,2}}(?:st|nd|rd|th))|,?\s*(?:on\s+)(?P<ename2>{_MONTH})\.?\s+(?P<eday2>\d{{1,2}})(?:st|nd|rd|th)?)?(?:\s*(?:정각|쯤|경|즈음))?(?P<after>\s*(?:부터|까지|이후에?|전까지|이전|이전에|전에|대에?|마다|[~-]\s*\d{{1,2}}|에|으?로|엔|분))?"
    )
)
_ONLY_DAY = re.compile(rf"(?:{_DAY})" + fold(r"\s*(?P<part>오전|오후|새벽|밤|저녁|아침)?(?:중)?(?:에)?(?![가-힣])"))
_RECUR = re.compile(
    fold(
        r"(?<![가-힣])(?:매일|매주|매월|매달|매시간|매시(?![가-힣]))|\d+\s*(?:분|시간|일)\s*마다|주기적으로|정기적으로|every (?:day|night|week|hour|\d+)|daily|weekly|hourly|밤마다|아침마다|평일|격주"
    )
)


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    return {fold("하루"): 1, fold("이틀"): 2, fold("사흘"): 3}.get(text) or _NATIVE.get(text, 0)


def _delay(found: re.Match[str]) -> When | None:
    days, hours, minutes = found["days"], found["hours"], found["minutes"]
    if not (days or hours or minutes):
        return None
    total = timedelta(days=int(days) if days else 0)
    if hours:
        total += timedelta(minutes=30) if hours == "반" else timedelta(hours=_count(hours))
    if found["half"]:
        total += timedelta(minutes=30)
    if minutes:
        total += timedelta(minutes=_count(minutes))
    return When(delay=total)


def _delay_en(found: re.Match[str]) -> When:
    word, unit = found["n"] or found["n2"], found["unit"] or found["unit2"]
    count = int(word) if word.isdigit() else _NUMBER_WORDS[word]
    if word == "half an":
        return When(delay=timedelta(minutes=30))
    if unit.startswith("h"):
        return When(delay=timedelta(hours=count))
    return When(delay=timedelta(days=count) if unit.startswith("d") else timedelta(minutes=count))


_LIMIT = re.compile(
    r"\b(?:by|before|until|till|since|after|from|than|of|crashed|died|failed|happened|went down|came)\s+(?:the\s+|on\s+)?$"
)


def _point(found: re.Match[str]) -> When:
    group = found.groupdict()
    day: int | None = None
    date: tuple[int | None, int, int] | None = None
    weekday: tuple[int, int] | None = None
    unclear = ""
    word = group["day"] or group["day2"]
    if word:
        day = _DAYS[word]
    elif group["weekday"]:
        name = group["weekday"]
        index = _WEEKDAYS[name[0]] if name[0] in _WEEKDAYS else _WEEKDAYS[name]
        week = re.sub(r"\s", "", group["week"] or "")
        ahead = {
            "": -1,
            "오는": -1,
            "on": -1,
            "coming": -1,
            "이번주": 0,
            "금주": 0,
            "this": 0,
            fold("다다음주"): 2,
        }.get(week, 1)
        weekday = (ahead, index)
        if week == "next":
            unclear = "this week's or next week's"
    elif group["year"]:
        date = (int(group["year"]), int(group["ymonth"]), int(group["yday"]))
    elif group["month"]:
        date = (None, int(group["month"]), int(group["mday"]))
    elif name := group["ename"] or group["fname"] or group["ename2"]:
        date = (None, _MONTHS.index(name[:3]) + 1, int(group["eday"] or group["fday"] or group["eday2"]))
    elif group["nth"] or group["nth2"]:
        unclear = "a day without its month"
    elif group["smonth"]:
        date = (None, int(group["smonth"]), int(group["sday"]))
    elif group["only"]:
        unclear = "a day without its month"
    after = (group["after"] or "").strip()
    if after.startswith(
        (
            fold("까지"),
            fold("전"),
            fold("이전"),
            fold("대"),
            fold("마다"),
            "~",
            "-",
            fold("분"),
            fold("부터"),
            fold("이후"),
        )
    ):
        unclear = f"not a point in time ({after})"
    if (group["ename"] or group["fname"] or group["ename2"]) and _LIMIT.search(found.string, 0, found.start()):
        unclear = "not a point in time"  # by Dec 3 21:30
    half = _HALVES.get(group["half"] or "", "")
    if word == "tonight" and not half:
        half = "night"
    if group["mid"]:
        return When(
            day=day,
            date=date,
            weekday=weekday,
            hour=24 if (day is not None or date or weekday) else 0,
            plain=True,
            unclear=unclear,
        )
    if group["noon"]:
        return When(day=day, date=date, weekday=weekday, hour=12, plain=True, unclear=unclear)
    hour_text = group["h2"] or group["h3"] or group["h4"] or group["h5"]
    minute_text = group["m2"] or group["m3"] or group["m4"] or group["m5"]
    apm = group["ap2"] or group["ap4"]
    if apm:
        half = _HALVES[apm]
    hour = _count(hour_text)
    minute = 30 if group["half3"] else int(minute_text or 0)
    whole_day = len(hour_text) == 2 and (bool(group["h2"]) or hour_text.startswith("0"))  # 01시, 09:30
    plain = hour > 12 or hour == 0 or (whole_day and not half)
    return When(day=day, date=date, weekday=weekday, hour=hour, minute=minute, half=half, plain=plain, unclear=unclear)


_VAGUE = re.compile(
    fold(
        r"(?:나중|이따|이따가|있다가|추후|차후|차주|언젠가|다음번|다음주|다음달|주말|야간|심야|업무\s*시간|점심\s*시간|점심때|저녁때|아침|새벽|오전|오후|저녁|밤|퇴근)(?:에|중에|중|\s*(?:이후|후|종료|끝나고|끝난)[가-힣]*)?(?![가-힣])"
        r"|\b(?:later|(?:tonight|tomorrow)(?!'s)|this weekend|next week|after hours|at night|this evening|this afternoon|in the morning)\b"
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    start: int
    end: int
    when: When
    bare: bool
    """No particle says that something happens then."""


def times(plain: str, start: int, end: int) -> list[Found]:
    """Times in the sentence `plain[start:end]`, in order."""
    found: list[Found] = []
    taken: list[tuple[int, int]] = []

    def free(a: int, b: int) -> bool:
        return all(b <= x or a >= y for x, y in taken)

    def put(a: int, b: int, when: When, bare: bool) -> None:
        taken.append((a, b))
        found.append(Found(a, b, when, bare))

    for hit in _RECUR.finditer(plain, start, end):
        put(*hit.span(), When(unclear="recurring"), bare=False)
    for hit in _DELAY.finditer(plain, start, end):
        when = _delay(hit)
        if when and free(*hit.span()):
            put(*hit.span(), when, bare=False)
    for hit in _DELAY_EN.finditer(plain, start, end):
        if free(*hit.span()):
            put(*hit.span(), _delay_en(hit), bare=False)
    for hit in _POINT.finditer(plain, start, end):
        if free(*hit.span()):
            bare = not (hit["after"] or "").strip() and not plain[hit.start() : hit.end()].isascii()
            put(*hit.span(), _point(hit), bare=bare)
    for hit in _ONLY_DAY.finditer(plain, start, end):
        if free(*hit.span()):
            today = hit["day"] in {fold("오늘"), fold("금일"), fold("당일"), "today"} and not hit["part"]
            if not today:
                put(*hit.span(), When(unclear="a day without a time"), bare=True)
    for hit in _VAGUE.finditer(plain, start, end):
        if any(not one.when.unclear for one in found):
            break
        if free(*hit.span()) and (hit.start() == 0 or not plain[hit.start() - 1].isalnum()):
            put(*hit.span(), When(unclear="no point in time"), bare=True)
    found.sort(key=lambda one: one.start)
    return [_from_not_now(plain, start, one) for one in found]


_NOT_NOW = re.compile(
    fold(r"(?<![가-힣])(?:지금|지금\s*당장|지금\s*바로|당장|바로)\s*(?:은\s*)?(?:말고|말구|아니고|이\s*아니라)[\s,]*$")
)


def _from_not_now(plain: str, start: int, found: Found) -> Found:
    """지금 말고 45분 뒤에: what the time is not belongs to it."""
    before = _NOT_NOW.search(plain, start, found.start)
    return found if before is None else replace(found, start=before.start())
