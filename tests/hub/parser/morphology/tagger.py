# ruff: noqa: E501 - a table of words
"""Kiwi as a process of its own: texts in, morphemes and cost out.

Runs under the interpreter of an environment that has `kiwipiepy`; imports nothing of ours. Standard input: a JSON
array of texts; its argument is Kiwi's setting for typing slips, or empty. Standard output:
`{"load_seconds", "resident_mib", "milliseconds": [...], "tokens": [[[form, tag], …], …]}`.
"""

import json
import resource
import sys
import time

USER_WORDS = (
    "재기동", "재시작", "리스타트", "기동", "중지", "정지", "롤백", "원복", "배포", "반영", "셧다운", "와스", "톰캣", "제우스", "웹로직", "엔진엑스",
    "디스크", "스레드덤프", "슬로우쿼리", "헬스체크", "스테이징", "누리집",
)  # fmt: skip
"""Words of the trade, as nouns; without them Kiwi takes 재기동 apart."""


def main() -> None:
    texts = json.load(sys.stdin)
    began = time.perf_counter()
    from kiwipiepy import Kiwi  # type: ignore[import-not-found]

    kiwi = Kiwi(num_workers=1)
    for word in USER_WORDS:
        kiwi.add_user_word(word, "NNG")
    slips = {"typos": sys.argv[1]} if sys.argv[1] else {}
    kiwi.tokenize("재기동해줘", **slips)
    load = time.perf_counter() - began
    spent, tokens = [], []
    for text in texts:
        began = time.perf_counter()
        found = kiwi.tokenize(text, **slips)
        spent.append((time.perf_counter() - began) * 1000)
        tokens.append([[token.form, str(token.tag)] for token in found])
    figures = {
        "load_seconds": load,
        "resident_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "milliseconds": spent,
        "tokens": tokens,
    }
    json.dump(figures, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
