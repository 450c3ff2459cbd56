# ruff: noqa: E501 - one text a line
"""A request's card, and the messages about it."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    "button.approve": {"ko": "승인", "en": "Approve"},
    "button.reject": {"ko": "거절", "en": "Reject"},
    "button.cancel": {"ko": "취소", "en": "Cancel"},
    "button.retry": {"ko": "다시 실행", "en": "Run again"},
    "button.dismiss": {"ko": "닫기", "en": "Close"},
    "button.close": {"ko": "확인 없이 닫기", "en": "Close without finding out"},
    "card.approve": {
        "ko": "요청자가 아닌 승인자 {count}명의 승인이 필요합니다. 승인 코드 {code}",
        "en": "Needs the approval of {count} approver(s) other than the requester. Approval code {code}",
    },
    "card.scheduled": {"ko": "{at}에 시작합니다.", "en": "Starts at {at}."},
    "card.behind": {
        "ko": "{behind}이(가) 같은 대상에서 실행 중입니다. 끝나면 시작합니다.",
        "en": "{behind} runs on the same target. This one starts when that ends.",
    },
    "card.lost": {
        "ko": "{target}의 에이전트와 연결이 끊겼습니다. 결과를 알 수 없어 확인하고 있습니다.",
        "en": "The agent of {target} is out of contact. The outcome is unknown and being looked into.",
    },
    "card.stubborn": {
        "ko": "취소를 요청했지만 {target}의 단계는 이미 끝났거나 멈출 수 없습니다. 결과를 기다립니다.",
        "en": "A cancel was asked for, but the step of {target} has ended or cannot be stopped. Waiting for its result.",
    },
    "card.stopping": {
        "ko": "취소를 요청했습니다. 실행 중인 단계가 멈추기를 기다립니다.",
        "en": "A cancel was asked for. Waiting for the running step to stop.",
    },
    "card.operator": {
        "ko": "[{id}] {title} — 담당자 확인이 필요합니다. {message}",
        "en": "[{id}] {title} — An operator has to look at it. {message}",
    },
    "card.step": {"ko": "{title} ({role})", "en": "{title} ({role})"},
    "ending.SUCCEEDED": {"ko": "완료", "en": "Done"},
    "ending.CANCELLED": {"ko": "취소", "en": "Cancelled"},
    "ending.EXPIRED": {"ko": "기한 지남", "en": "Expired"},
    "output.cut": {
        "ko": "출력 {bytes}바이트({lines}줄) 중 처음 {head}바이트와 마지막 {tail}바이트만 왔습니다.",
        "en": "Of {bytes} bytes of output ({lines} lines), only the first {head} and the last {tail} bytes came.",
    },
    "output.whole": {
        "ko": "전체는 에이전트에서 받을 수 있습니다.",
        "en": "All of it can be fetched from the agent.",
    },
    "output.kept": {
        "ko": "에이전트에는 {bytes}바이트가 남아 있습니다.",
        "en": "The agent keeps {bytes} bytes of it.",
    },
    "output.lost": {"ko": "가운데는 남아 있지 않습니다.", "en": "The middle is not kept."},
    "output.dropped": {
        "ko": "허브는 한 단계에 4 MiB까지만 남기므로 {bytes}바이트를 버렸습니다.",
        "en": "The hub keeps 4 MiB of a step and threw {bytes} bytes away.",
    },
    "room.only_words": {
        "ko": "실행할 내용이 없는 메시지입니다.",
        "en": "There is nothing to carry out in this message.",
    },
    "ticket.cannot_cancel": {
        "ko": "티켓으로는 취소할 수 없습니다. 대화방이나 콘솔에서 취소해 주세요.",
        "en": "A ticket cannot cancel. Please cancel in the room or the console.",
    },
    "cancel.none": {"ko": "취소할 수 있는 요청이 없습니다.", "en": "There is no request that could be cancelled."},
    "work.failed": {
        "ko": "처리하지 못한 메시지입니다. 다시 말씀해 주세요.",
        "en": "This message could not be worked off. Please say it again.",
    },
    "work.no_attachment": {
        "ko": "첨부를 가져오지 못해 실행하지 않았습니다. {remedy}",
        "en": "Nothing was run, because the attachment could not be fetched. {remedy}",
    },
    "work.too_late": {
        "ko": "허브가 멈춘 동안 온 지 오래된 메시지라 실행하지 않았습니다. 필요하면 다시 말씀해 주세요.",
        "en": "Nothing was run: the message came long ago, while the hub was down. Say it again if it is still wanted.",
    },
    "stepup.ask": {
        "ko": "{id}은(는) 메신저만으로는 승인할 수 없는 작업입니다. {person} 님이 콘솔에 로그인해서 확인하면 승인됩니다.",
        "en": "A messenger alone cannot approve {id}. It is approved when {person} logs in to the console and confirms it.",
    },
    "stepup.link": {"ko": "콘솔에서 확인하기", "en": "Confirm in the console"},
    "upload.only": {
        "ko": "{person} 님만 쓸 수 있는 주소입니다. 로그인해서 파일을 올린 뒤, 이 방에서 파일 이름을 넣어 배포를 요청해 주세요.",
        "en": "This address is for {person} alone. Log in, upload the file, then ask in this room for its deployment by its name.",
    },
    "upload.link": {"ko": "파일 올리기", "en": "Upload a file"},
    "system.recorded": {"ko": "기록했습니다.", "en": "Recorded."},
}
