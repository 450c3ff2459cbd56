"""What the hub itself says in messengers' channels, in the language of the room. Plain text."""

from __future__ import annotations

import re

_WORDS = {
    "ko": {
        "unbound": (
            "이 채널은 아직 GUARDiA 방에 연결되어 있지 않아 아무것도 실행하지 않았습니다."
            " 관리자에게 연결을 요청해 주세요."
        ),
        "unmapped": (
            "메신저 계정이 GUARDiA 계정과 연결되어 있지 않아 아무것도 실행하지 않았습니다."
            " 콘솔의 '내 계정'에서 연결 코드를 만들어 여기에 /연결 코드를 보내거나, 관리자에게 요청해 주세요."
        ),
        "too_fast": "메시지가 너무 잦아 이번 것은 접수하지 않았습니다. {seconds}초 뒤에 다시 보내 주세요.",
        "approve_by": "승인: /승인 {code} · 거절: /거절 {code} 사유",
        "choose_by": "번호로 답해 주세요: /선택 {id} 번호",
        "more": "… 전체 {lines}줄",
        "in_file": "(전체 내용은 파일 {name})",
        "open_console": "콘솔에서 전체 보기",
        "started": "실행을 시작했습니다.",
        "parked": (
            "{platform}의 채널 {channel}에 메시지를 보낼 수 없어 멈췄습니다. 그동안의 메시지는 여기에 남습니다."
            " 관리자는 `guardia-hub rooms list`에서 까닭을 보고, 주소를 고쳐 허브를 다시 시작하거나"
            " `guardia-hub rooms bind`를 다시 해 주세요."
        ),
        "fenced": (
            "{agent}의 신원을 두 서버가 함께 쓰고 있어 둘 다 막았습니다. 그 에이전트는 일을 받지 않습니다."
            " 관리자는 `guardia-hub agents list`에서 두 주소를 보고, 복제된 쪽을 멈춘 뒤"
            " `guardia-hub agents unfence {agent}`를, 누가 복사했는지 모르면 revoke를 실행해 주세요."
        ),
        "agent_said": "에이전트 {agent}의 말:",
        "blocked": "결과를 알 수 없어 확인하고 있습니다.",
    },
    "en": {
        "unbound": "This channel is not bound to a GUARDiA room; nothing was run. Ask an administrator to bind it.",
        "unmapped": (
            "Your account is linked to no GUARDiA account; nothing was run."
            " Make a code under 'My account' in the console and send /연결 CODE here, or ask an administrator."
        ),
        "too_fast": "Too many messages: this one was not taken. Send it again in {seconds} s.",
        "approve_by": "Approve: /승인 {code} · Reject: /거절 {code} reason",
        "choose_by": "Answer by number: /선택 {id} number",
        "more": "… {lines} lines in all",
        "in_file": "(all of it in the file {name})",
        "open_console": "See all of it in the console",
        "started": "It has started.",
        "parked": (
            "Channel {channel} of {platform} takes no messages any more; what is said stays here meanwhile."
            " Administrators: see why with `guardia-hub rooms list`, then mend the address and restart"
            " the hub, or bind it again."
        ),
        "fenced": (
            "Two hosts use the identity of {agent}: both are shut out, and it is given no work. An administrator sees"
            " their addresses with `guardia-hub agents list`, stops the copy and runs `guardia-hub agents unfence"
            " {agent}`, or revokes it where it is unknown who copied the key."
        ),
        "agent_said": "Agent {agent} says:",
        "blocked": "The outcome is unknown and being looked into.",
    },
}


_TYPED = re.compile(r"(?<![\w/])/(?=(?:승인|거절|취소|선택|첨부|연결)(?!\w))")


def word(key: str, language: str, **values: object) -> str:
    """The phrase `key` in `ko` or `en` (anything else: Korean), with its values filled in."""
    return _WORDS.get(language, _WORDS["ko"])[key].format(**values)


def typed_as(text: str, command: str) -> str:
    """What the hub says of typed commands, as a platform's people type them: `Capabilities.command` for the slash."""
    return text if command == "/" else _TYPED.sub(lambda _found: command, text)
