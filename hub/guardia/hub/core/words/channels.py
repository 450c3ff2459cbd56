# ruff: noqa: E501 - one text a line
"""What the hub says in messengers' channels. Typed commands begin with `/` here; each platform shows them its own way."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    "channel.unbound": {
        "ko": "이 채널은 아직 GUARDiA 방에 연결되어 있지 않아 아무것도 실행하지 않았습니다. 관리자에게 연결을 요청해 주세요.",
        "en": "This channel is not bound to a GUARDiA room; nothing was run. Ask an administrator to bind it.",
    },
    "channel.unknown": {
        "ko": "이 채널은 GUARDiA의 설정에 없어 아무것도 하지 않았습니다.",
        "en": "GUARDiA's configuration does not name this channel; nothing was done.",
    },
    "channel.say_help": {"ko": "이렇게 말씀해 주세요: 도움말", "en": "Say for example: help"},
    "channel.say_help_slack": {"ko": "이렇게 말씀해 주세요: /guardia 도움말", "en": "Say for example: /guardia help"},
    "channel.taken": {"ko": "받았습니다.", "en": "Received."},
    "channel.unmapped": {
        "ko": "메신저 계정이 GUARDiA 계정과 연결되어 있지 않아 아무것도 실행하지 않았습니다. 콘솔의 '내 계정'에서 연결 코드를 만들어 여기에 /연결 코드를 보내거나, 관리자에게 요청해 주세요.",
        "en": "Your account is linked to no GUARDiA account; nothing was run. Make a code under 'My account' in the console and send /link CODE here, or ask an administrator.",
    },
    "channel.too_fast": {
        "ko": "메시지가 너무 잦아 이번 것은 접수하지 않았습니다. {seconds}초 뒤에 다시 보내 주세요.",
        "en": "Too many messages: this one was not taken. Send it again in {seconds} s.",
    },
    "channel.approve_by": {
        "ko": "승인: /승인 {code} · 거절: /거절 {code} 사유",
        "en": "Approve: /approve {code} · Reject: /deny {code} reason",
    },
    "channel.choose_by": {
        "ko": "번호로 답해 주세요: /선택 {id} 번호",
        "en": "Answer by number: /choose {id} number",
    },
    "channel.more": {"ko": "… 전체 {lines}줄", "en": "… {lines} lines in all"},
    "channel.in_file": {"ko": "(전체 내용은 파일 {name})", "en": "(all of it in the file {name})"},
    "channel.open_console": {"ko": "콘솔에서 전체 보기", "en": "See all of it in the console"},
    "channel.parked": {
        "ko": "{platform}의 채널 {channel}에 메시지를 보낼 수 없어 멈췄습니다. 그동안의 메시지는 여기에 남습니다. 관리자는 `guardia-hub rooms list`에서 까닭을 보고, 주소를 고쳐 허브를 다시 시작하거나 `guardia-hub rooms bind`를 다시 해 주세요.",
        "en": "Channel {channel} of {platform} takes no messages any more; what is said stays here meanwhile. Administrators: see why with `guardia-hub rooms list`, then mend the address and restart the hub, or bind it again.",
    },
    "channel.fenced": {
        "ko": "{agent}의 신원을 두 서버가 함께 쓰고 있어 둘 다 막았습니다. 그 에이전트는 일을 받지 않습니다. 관리자는 `guardia-hub agents list`에서 두 주소를 보고, 복제된 쪽을 멈춘 뒤 `guardia-hub agents unfence {agent}`를, 누가 복사했는지 모르면 revoke를 실행해 주세요.",
        "en": "Two hosts use the identity of {agent}: both are shut out, and it is given no work. An administrator sees their addresses with `guardia-hub agents list`, stops the copy and runs `guardia-hub agents unfence {agent}`, or revokes it where it is unknown who copied the key.",
    },
    "channel.agent_said": {"ko": "에이전트 {agent}의 말:", "en": "Agent {agent} says:"},
}
