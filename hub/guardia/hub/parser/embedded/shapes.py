"""What a word that nothing explains looks like by its end: a predicate, a condition, an adverb or a noun."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold, is_syllable, split

# Words that the scan does not know but that end like a predicate: they are no names.
_PREDICATE = re.compile(
    fold(
        r"(?:리는|키는|치는|기는|지는|우는|볼게|볼깨|보니|오니|하니|되니|나니|리니|있던|없던|않던|하던|되던|지던|나던|거리던|대던|습니다|ㅂ니다|니다|니까|네요|내요|어요|아요|해요|에요|예요|이에요|여요|려요|대요|데요|돼요|군요|구요|고요|지요|죠|거든요?|나요|까요|는데|인데|던데|은데|한데|는지|은지|"
        r"아서|어서|해서|여서|려서|라서|져서|으니|더니|으며|으면서|지만|다고|라고|다는|라는|다가|려고|도록|자마자|었음|았음|했음|됐음|됨|없음|있음|아님|같음|"
        r"듯|래요|셔서|시고|하고|되고|지고|이고|하는|되는|있는|없는|하던|했던|됐던|였던|되던|간다|온다|난다|한다|된다|인다|진다|었다|았다|했다|됐다|겼다|졌다)$"
    )
)
_ADVERBIAL = re.compile(
    fold(
        r"(?:으로|에서|에게|한테|때문에|때문|처럼|까지|부터|보다|마다|마저|조차|이나|이라|이며|하게|히|스럽게|없이|대로|동안|중에|중인|으로는|에는|에도|하여|관련|관련해|관해|대해|따라|위해|통해|대비|님|님이|님께|씨|들이|들은)$"
    )
)
_CONDITIONAL = re.compile(
    fold(
        r"(?:으면|하면|되면|나면|지면|가면|오면|보면|리면|르면|치면|키면|기면|이면|라면|다면|거든|뜨면|느면|차면|크면|쓰면|끊기면|않으면|없으면|있으면|넘으면)$"
    )
)
_SURFACES = frozenset(
    fold(word)
    for word in (
        "화면",
        "전면",
        "측면",
        "반면",
        "장면",
        "도면",
        "서면",
        "지면",
        "표면",
        "정면",
        "단면",
        "수면",
        "평면",
        "후면",
        "가면",
        "국면",
    )
)
_POLITE_IF = re.compile(
    fold(r"^(?:가능하면|가능하시면|가능하다면|괜찮으시면|괜찮으면|되시면|시간되시면|시간되면|실례가안되면|실례가안된다면|바쁘지않으시면|여유되시면|여유있으시면|그러면|이러면|그렇다면|웬만하면|이왕이면|될수있으면|되도록이면|확인되시는대로|수고스러우시겠지만|괜찮다면)$")
)  # fmt: skip

# Endings that no noun of a name has, on a word that stands alone: the word is a predicate of which nothing is known.
_WHOLE = re.compile(
    fold(
        r"[가-힣]*(?:[가-힣](?:는지|은지|을지|던지)(?:만|도|를|좀|요)?|볼게요?|볼깨요?|보겠습니다|볼랍니다|나봐요?|나보네요?|나봅니다|나보다|나본데요?|는듯요?|은듯요?|ㄴ듯|"
        r"(?:[가-힣]?[았었했겠였졌됐갔왔났섰렸켰겼쳤혔꼈셨봤줬썼컸떴껐찼샀탔]|있|없|하|되|이|같|많|좋|싫)(?:다|네|네요|지|지요|죠|나요?|냐|니|으니까?|으며|는데요?|던데요?|거든요?|더니|으면서|지만|음|고요?|구요|다고|다는|다며|대요?|는지|을까요?|을지|습니다)|"
        r"(?:습니다|합니다|됩니다|랍니다|답니다|십니다|갑니다|옵니다|납니다|둡니다|줍니다|립니다|집니다|킵니다|칩니다|깁니다|읍니다|돕니다|뜹니다|끕니다)만?|"
        r"(?:다는데요?|다던데요?|다네요?|다면서요?|다더라고요?|다길래|네요|군요|어요|아요|해요|여요|려요|져요|려서요?|해서요?|져서요?|어서요?|아서요?|여서요?|와서요?|워서요?|떠서요?|터서요?|커서요?|셔서요?|대서요?|래서요?|라서요|"
        r"더라도|더라고요?|더라구요|사오니|오니|하시어|시어|하므로|되므로|으므로|느라고?|자마자|다가|거니와|길래|기에|ㄹ수록|을수록|ㄹ텐데|을텐데|하도록|되도록|지도록|"
        r"고있는데?요?|고있어서?|고있음|고있다|고있네요?|하면서|되면서|으면서|하며|되며|하는데요?|되는데요?|하던데|되던데|한다고|된다고|ㄴ다고|는다고|린다고|인다고|간다고|온다고|난다고|진다고|"
        r"하네요?|되네요?|하길래|되길래|하니까?|되니까?|하더니|되더니|져버림|버림|버렸음|짐|졌음|했음|됐음|있음|없음|같음|하심|드림))$"
    )
)

_GENERAL = re.compile(
    fold(
        r"(?:들어가|나가|올라가|내려가|넘어가|들어오|나오|올라오|내려오|넘어오|지나|바꾸|바뀌|보이|걸리|느리|밀리|막히|끊기|터지|빠지|커지|떨어지|늘어나|일어나|생기|아니|오지|버벅이|버벅거리|튀|죽|멈추|흔들리|새|차|"
        r"찍히|쌓이|몰리|튕기|깨지|꼬이|엉키|급하|심하|이상하|필요하|중요하|불안하|바쁘|쓰|안쓰|못쓰|모르|알|물리|잡히|풀리|열리|닫히|먹|돌|도|뜨|안뜨|나|빼|두|걱정되|의심되|예상되|판단되|확인되|발견되)"
        r"(?:니까?요?|네요?|고요?|구요?|면서|는데요?|ㄴ데요?|길래|던데요?|더니|지만|지요?|죠|나요?|냐|더라고요?|더라구요?|거든요?|거나|느라|기에|자마자|어서요?|아서요?|여서요?|므로)$"
    )
)


def whole(word: str) -> bool:
    """True when an unknown folded word, written apart, must be a predicate: 굼떠서요, 번거로우시더라도, 깨짐."""
    return len(word) >= 2 and bool(_WHOLE.match(word) or (len(word) >= 3 and _GENERAL.match(word)))


def conditional(word: str) -> bool:
    """True when an unknown folded word states a condition (90% 넘으면, 응답 없으면)."""
    if _POLITE_IF.match(word) or word in _SURFACES:
        return False
    return bool(_CONDITIONAL.search(word))


def _declares(word: str) -> bool:
    """쩐다, 미쳤다: a plain statement."""
    return word[-1] == "다" and is_syllable(word[-2]) and split(word[-2])[2] in ("ㄴ", "ㅆ")


def shape(word: str) -> str:
    """What an unknown folded word looks like by its end: `pred`, `adverb` or `noun`."""
    if not word or not is_syllable(word[-1]):
        return "noun"
    if len(word) > 1 and (_PREDICATE.search(word) or _declares(word)):
        return "pred"
    if len(word) > 1 and _ADVERBIAL.search(word):
        return "adverb"
    return "noun"
