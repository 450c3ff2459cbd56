# ruff: noqa: E501 - patterns read worse when they are broken
"""What the morphemes of a sentence decide: does it ask for something? Pure.

The rules were made with the development set in view and with no other. They read the chain of a predicate (stem,
auxiliaries, endings) as Kiwi tags it, `하/XSV 어/EC 주/VX 어/EF`, and know no word of the trade but the nouns that can
stand for an action.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Token = tuple[str, str]

_STEM = re.compile(r"(?:VV|VA|XSV|XSA|VCP|VCN|VX)")
_JOINS = {"주", "보", "놓", "두", "드리", "말", "않", "있", "되", "하", "싶", "버리", "달", "지", "못하", "내"}
_NOT_DONE = re.compile(
    r"(?:완료|예정|금지|실패|보류|이력|절차|여부|결과|불가|대기|계획|일정|취소|중|방법|후|담당자|문의|건)\Z"
)
_QUESTION = r"(?:나요|ᆯ까요|을까요|ᆸ니까|습니까|은가요|ᆫ가요|는가요|니|냐|ᆯ까|을까|어|어요|에요|야|지요|죠|는지요|ᆫ지요)/EF"

# In this order; the first that fits the text of a chain is its mood. True: it asks for it.
_CHAINS: tuple[tuple[re.Pattern[str], bool | None], ...] = tuple(
    (re.compile(pattern), verdict)
    for pattern, verdict in (
        (r"지/EC (?:\S+/JX )?(?:말|않|못하|마)/", False),
        (r"(?:\A| )(?:안|못)/MAG ", False),
        (r"(?:부탁|요청)(?:/NNG (?:\S+/J\S+ )?|)드리/VV 어도/EC 되/", True),
        (r"(?:어도|아도)/EC (?:\S+/JX )?(?:되|괜찮|좋|무방)", False),
        (r"어야/EC", False),
        (r"(?:라고|다고|자고|냐고|달라고|으라고)/EC|(?:래|래요|대|대요|다네요|라네요|답니다|랍니다|다며|라며)/EF", False),
        (r"달/VX \S*(?:라|래)", False),
        (r"주/\S+ (?:시/EP )?(?:면|으면)/EC", True),
        (r"주/\S+ (?:시/EP )?었/EP (?:면|으면)/EC", True),
        (r"어/EC (?:보|놓)/\S+ 고/EC", True),
        (r"(?:면|으면|거든|다면|ᆫ다면|을때)/EC", None),
        (r"[었았엇앗]/EP", False),
        (r"주/\S+ (?:시/EP )?(?:ᆯ/ETM 수/NNB (?:\S+/J\S+ )?있/|[겠겟]/EP|ᆯ래)", True),
        (r"ᆯ/ETM 수/NNB (?:\S+/J\S+ )?있/\S+ .*" + _QUESTION, None),
        (r"[겠겟]/EP|(?:ᆯ게|ᆯ게요|을게|을게요|ᆯ께|ᆯ께요|려고요|ᆯ께여|ᆯ게여)/EF|(?:려고|려|으려고)/EC", False),
        (r"(?:주|달)/\S+ (?:시/EP )?(?:어|어요|세요|으세요|십시오|ᆯ래|ᆯ래요|라|어라|렴|세여|십쇼|지요|죠|셔요|시오|소서|삼|셈|아요|ᆸ시오|기/ETN)", True),
        (r"주/(?:VX|VV)\Z", True),
        (r"(?:세요|으세요|십시오|으십시오|시오|어라|아라|라|십쇼|세여|으세여|셔요)/EF", True),
        (r"(?:하|보|시키|놓|두|내리|올리|키|끄)/\S+ 어/EF\Z", True),
        (r"(?:부탁|요청)(?:/NNG .*)?(?:드리|하)/\S+ (?:ᆸ니다|습니다|어요|ᆷ|네요|ᆫ다|음|어여)", True),
        (r"바라/VV (?:ᆸ니다|어요|ᆷ|네요)|바람/", True),
        (r"가능/NNG .*" + _QUESTION, True),
    )
)  # fmt: skip


def chains(tokens: Sequence[Token]) -> list[str]:
    """The predicates of a sentence, each with the noun or adverb before it, as `form/TAG form/TAG …`."""
    found: list[str] = []
    at = 0
    while at < len(tokens):
        tag = tokens[at][1].split("-")[0]
        if not _STEM.match(tag):
            at += 1
            continue
        begin = at
        while begin > 0 and tokens[begin - 1][1][:3] in ("NNG", "NNP", "MAG", "XPN", "XR", "JKO", "JX"):
            begin -= 1
            if at - begin >= 3:
                break
        end = at + 1
        while end < len(tokens) and _goes_on(tokens, end):
            end += 1
        found.append(" ".join(f"{form}/{tag.split('-')[0]}" for form, tag in tokens[begin:end]))
        at = max(end, at + 1)
    return found


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    form, tag = tokens[at][0], tokens[at][1].split("-")[0]
    before = tokens[at - 1][1].split("-")[0]
    if tag in ("EP", "EF", "EC", "ETM", "ETN"):
        return True
    if before == "EC" and (tag == "VX" or form in _JOINS or tag == "JX"):
        return tag != "JX" or (at + 1 < len(tokens) and tokens[at + 1][0] in _JOINS)
    if before == "JX" and form in _JOINS and tag.startswith("V"):
        return True
    if before == "ETM" and tag == "NNB":
        return True
    return (before == "NNB" or before.startswith("J")) and (tag.startswith("J") or form in ("있", "없"))


def asks(tokens: Sequence[Token], *, reads: bool) -> bool:
    """Whether a sentence asks for what it speaks of; `reads`: that is a look-up, which a question asks for as well."""
    words = [(form, tag.split("-")[0]) for form, tag in tokens]
    verdicts: list[bool] = []
    conditional = False
    said = chains(words)
    for chain in said:
        for pattern, verdict in _CHAINS:
            if pattern.search(chain):
                if verdict is None:
                    conditional = conditional or "/EC" in chain
                else:
                    verdicts.append(verdict and not conditional)
                break
    if any(verdicts):
        return True
    question = any(form in ("?", "？") for form, _ in words) or bool(
        re.search(_QUESTION, " ".join(f"{f}/{t}" for f, t in words))
    )
    if (
        reads
        and question
        and not any(re.search(r"하/XSV (?:시/EP )?[었았]/EP|어도/EC|어야/EC", chain) for chain in said)
    ):
        return True
    go = any(form.startswith("ㄱㄱ") for form, _ in words)
    return go or (not said and _terse(words))


def _terse(words: Sequence[Token]) -> bool:
    """A target and an action without a verb."""
    kept = [form for form, tag in words if tag not in ("SF", "SP", "SE", "SW", "SO", "SS", "MAG", "IC")]
    if any(tag == "SW" and set(form) == {"ㄴ"} for form, tag in words) or any(form == "?" for form, _ in words):
        return False
    return bool(kept) and not any(_NOT_DONE.match(form) for form in kept[-2:])
