# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Particles, and how words may stand inside longer ones."""

from __future__ import annotations

from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import K


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


PARTICLES = _folded("""이라는데 라는데 이라던데 라던데 이라네요 라네요 이래요 래요 이라니까 이라며 엔 에선 에다간 로부터 쪽에 쪽은 쪽도 쪽만 쪽으로 측에 은 는 이 가 을 를 에 의 도 만 로 으로 에서 에게 에다 에다가 부터 까지 랑 이랑 하고 와 과 요 이요 께 한테 에는 에만 에도 에서는 에서만 에서도 이나 나 이고 이며 라도
    이라도 만은 까지만 부터는 까지는 으로는 로는 으로만 로만 입니다 이에요 예요 이에여 임 인데 인데요 이라 이라서 이네요 좀 점 쫌 말인데 이거든요 거든요 이랑은 만큼 씩 들 들이
    들은 들을 들도 들만 들의 님 께서 에요 이죠 죠 여 용 염 이여 이용 으로도 로도 에서의 에게는 야 이야 인가요 인가 인지 인지도 이지 지 라 이라고 이면서 마다 보다 처럼 이라는
    라는 라고 란 이란 이란게 니까 이니까 이라니 건 껀 꺼 거 것 관련 것만 것도 거만 거도 것은 건은 건만 거는 것을 걸 은요 는요 만요 도요 을요 를요""")
JOINING = _folded("""랑 이랑 하고 와 과 이나 나 이고 며 이며""")
STRONG = _folded(
    """쓸수있는명령어목록 쓸수있는명령목록 사용할수있는명령 사용할수있는명령어 쓸수있는명령어뭐뭐 쓸수있는명령어 이에 한꺼번에 알림 알람 하나 하나만 거기 거기도 까지 여기 여기서 보다 혹시 아까 보고서 이미 다시 한번 하나씩 껐켜 껐켜기 내렸올"""
)
"""Words that look like a verb with an ending and are none."""
CLOSED = _folded("""좀 다 함 더 꼭 안 못 락 램 힙 웹 둘 각 후 뒤 끝 중 완 또 및 그 저 제 이 한 번 단 쪽 측 건 것 거 게 남 킬 핑 싹 시 때 전 개 수 몇 값 일 점 만 도 새 위 담
    순 급 예 네 응 어 아 자 글 걔 팀 앱 섭 총 멤 헐 헉 걍 막 곧 꽤 음 흠 휴 오 톱 탑 잘 꽉 너 야 슥 쓱 휙 종 쭉 쫙 양 뭐 뭔 늘 놈""")
"""Words of one syllable: they stand alone or end a run; inside a longer word they are no word."""
SLIPPED = {fold(word): entry for word, entry in {
    "재기동": (K.ACT, "RESTART_SERVICE"), "재시작": (K.ACT, "RESTART_SERVICE"), "리스타트": (K.ACT, "RESTART_SERVICE"), "재구동": (K.ACT, "RESTART_SERVICE"),
    "디스크": (K.TOPIC, "CHECK_DISK_SPACE"), "프로세스": (K.TOPIC, "CHECK_PROCESS"), "인증서": (K.TOPIC, "CHECK_CERT"), "슬로우쿼리": (K.TOPIC, "FETCH_SLOW_QUERIES"),
    "스레드덤프": (K.TOPIC, "THREAD_DUMP"), "메모리": (K.TOPIC, "CHECK_MEMORY"),
}.items()}  # fmt: skip
"""Words of which a wrong vowel in a later syllable makes no other word (재기둥)."""
