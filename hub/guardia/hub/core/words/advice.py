"""What suggestions say."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    "advice.label": {"ko": "제안", "en": "Suggestion"},
    "advice.title": {"ko": "{what} 제안", "en": "Suggestion: {what}"},
    "advice.heard": {
        "ko": "“{topic}”, “{symptom}”라는 말씀을 듣고 제안합니다. 누르기 전에는 아무것도 실행하지 않습니다.",
        "en": "Because of “{topic}” and “{symptom}”. Nothing runs before somebody presses.",
    },
    "advice.found": {
        "ko": "{topic}이(가) {symptom}(으)로 확인되어 제안합니다. 누르기 전에는 아무것도 실행하지 않습니다.",
        "en": "{topic} was found at {symptom}. Nothing runs before somebody presses.",
    },
    "advice.check": {"ko": "즉시 확인", "en": "Check now"},
    "advice.check_one": {"ko": "즉시 확인: {system}", "en": "Check now: {system}"},
    "advice.later": {"ko": "나중에", "en": "Later"},
    "advice.mute": {"ko": "이 알림 끄기", "en": "Turn this off"},
    "advice.dismiss": {"ko": "닫기", "en": "Dismiss"},
    "advice.typed": {
        "ko": "누를 수 없는 방에서는 “즉시 확인” 또는 “알림 꺼줘”라고 답해 주세요.",
        "en": "Where there are no buttons, answer “check now” or “turn off suggestions”.",
    },
    "advice.typed_choice": {
        "ko": "누를 수 없는 방에서는 “/선택 {offer} 번호” 또는 “알림 꺼줘”라고 답해 주세요. {choices}",
        "en": "Where there are no buttons, answer “/choose {offer} number” or “turn off suggestions”. {choices}",
    },
    "advice.open": {"ko": "제안", "en": "Suggestion"},
    "advice.accepted": {"ko": "수락됨", "en": "Accepted"},
    "advice.dismissed": {"ko": "닫힘", "en": "Dismissed"},
    "advice.expired": {"ko": "기한 지남", "en": "Expired"},
    "advice.taken": {"ko": "{by} 님이 확인을 요청했습니다: {request}", "en": "{by} asked for the check: {request}"},
    "advice.snoozed": {
        "ko": "{rule} 알림을 {minutes}분 동안 쉽니다.",
        "en": "No suggestions about {rule} for {minutes} minutes.",
    },
    "advice.muted": {
        "ko": "이 방에서 {rule} 알림을 껐습니다. “알림 켜줘”라고 하면 다시 켭니다.",
        "en": "Suggestions about {rule} are off in this room. Say “turn on suggestions” to have them again.",
    },
    "advice.muted_for": {
        "ko": "이 방에서 {rule} 알림을 {minutes}분 동안 껐습니다.",
        "en": "Suggestions about {rule} are off in this room for {minutes} minutes.",
    },
    "advice.unmuted": {
        "ko": "이 방에서 {rule} 알림을 켰습니다.",
        "en": "Suggestions about {rule} are on in this room.",
    },
    "advice.every": {"ko": "모든", "en": "everything"},
    "advice.closed": {"ko": "제안을 닫았습니다.", "en": "The suggestion is closed."},
    "advice.gone": {"ko": "이미 지난 제안입니다.", "en": "This suggestion is no longer open."},
    "advice.gone_remedy": {
        "ko": "필요하면 직접 말씀해 주세요. 예: “예산시스템 디스크 확인해줘”",
        "en": "Ask for it if you still need it.",
    },
    "advice.choose": {
        "ko": "어느 시스템인지 버튼이나 “/선택 {offer} 번호”로 골라 주세요.",
        "en": "Please choose the system with a button, or by “/choose {offer} number”.",
    },
}
