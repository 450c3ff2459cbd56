# ruff: noqa: E501 - one text a line
"""What previews say."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    "preview.label": {"ko": "미리보기", "en": "Preview"},
    "preview.title": {"ko": "[미리보기] {what}", "en": "[Preview] {what}"},
    "preview.nothing_runs": {
        "ko": "미리보기입니다. 실행되지 않았고, 승인도 기다리지 않습니다.",
        "en": "A preview: nothing has run, and nothing waits for approval.",
    },
    "preview.needs": {
        "ko": "실제로 실행하려면 요청자가 아닌 승인자 {count}명의 승인이 필요합니다.",
        "en": "To run it, {count} approver(s) other than the requester must approve.",
    },
    "preview.free": {
        "ko": "실제로 실행하면 승인 없이 바로 시작합니다.",
        "en": "If run, it starts at once without approval.",
    },
    "preview.run": {"ko": "실제로 실행", "en": "Run it"},
    "preview.how": {
        "ko": "“이대로 실행해줘”라고 하거나 버튼을 누르면 새 요청을 만듭니다.",
        "en": "Press the button or say “run it now” to make a request of it.",
    },
    "preview.used": {"ko": "요청으로 만들었습니다: {request}", "en": "Made a request of it: {request}"},
    "preview.expired": {"ko": "미리보기의 기한이 지났습니다.", "en": "The preview has expired."},
    "preview.gone": {"ko": "이미 지난 미리보기입니다.", "en": "This preview is no longer open."},
    "preview.gone_remedy": {"ko": "다시 미리보거나 바로 요청해 주세요.", "en": "Preview it again, or ask for it."},
    "preview.none": {
        "ko": "실행할 미리보기가 없습니다. 미리보기는 부탁한 사람만, 기한 안에 실행할 수 있습니다. 대상을 넣어 다시 말씀해 주세요.",
        "en": "There is no preview to run. Only the one who asked for it can run it, while it lasts. Please name the target.",
    },
    "preview.not_yours": {
        "ko": "미리보기를 부탁한 사람만 실행할 수 있습니다.",
        "en": "Only the one who asked for the preview can run it.",
    },
    "preview.not_yours_remedy": {"ko": "직접 요청해 주세요.", "en": "Ask for it yourself."},
    "preview.nothing": {
        "ko": "무엇의 계획을 볼지 알 수 없습니다. 예: “예산시스템 WAS 1호기 재기동 계획만 보여줘”",
        "en": "Preview of what? For example: “restart Budget WAS 1, plan only”",
    },
    "preview.unclear": {
        "ko": "실행하려 해도 먼저 여쭤봐야 합니다: {question}",
        "en": "A request would be asked back first: {question}",
    },
    "preview.denied": {"ko": "실행할 수 없습니다: {reason}", "en": "This cannot run: {reason}"},
    "preview.help": {"ko": "취소와 도움말은 미리볼 것이 없습니다.", "en": "There is nothing to preview about that."},
}
