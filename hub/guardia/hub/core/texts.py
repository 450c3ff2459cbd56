# ruff: noqa: E501 - one text a line
"""What the hub says about advice, previews and readings, in the languages that a room may have. One catalogue."""

from __future__ import annotations

import re
from string import Formatter
from typing import Literal, get_args

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

TEXTS: dict[str, dict[Language, str]] = {
    # --- advice
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
        "en": "Where there are no buttons, answer “check now” or “알림 꺼줘”.",
    },
    "advice.typed_choice": {
        "ko": "누를 수 없는 방에서는 “/선택 {offer} 번호” 또는 “알림 꺼줘”라고 답해 주세요. {choices}",
        "en": "Where there are no buttons, answer “/선택 {offer} number” or “알림 꺼줘”. {choices}",
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
        "en": "Suggestions about {rule} are off in this room. Say “알림 켜줘” to turn them on again.",
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
        "en": "Please choose the system with a button, or by “/선택 {offer} number”.",
    },
    # --- previews
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
        "en": "Preview of what? For example: “예산시스템 WAS 1호기 재기동 계획만 보여줘”",
    },
    "preview.unclear": {
        "ko": "실행하려 해도 먼저 여쭤봐야 합니다: {question}",
        "en": "A request would be asked back first: {question}",
    },
    "preview.denied": {"ko": "실행할 수 없습니다: {reason}", "en": "This cannot run: {reason}"},
    "preview.help": {"ko": "취소와 도움말은 미리볼 것이 없습니다.", "en": "There is nothing to preview about that."},
    # --- status, answers, tickets
    "status.none": {"ko": "이 방에 열린 요청이 없습니다.", "en": "No open requests in this room."},
    "status.head": {"ko": "이 방의 열린 요청 {count}건:", "en": "{count} open request(s) in this room:"},
    "status.more": {"ko": "… 외 {count}건", "en": "… and {count} more"},
    "status.line": {"ko": "[{id}] {title} — {state} · {by} · {age}", "en": "[{id}] {title} — {state} · {by} · {age}"},
    "status.minutes": {"ko": "{count}분 전", "en": "{count} min ago"},
    "status.hours": {"ko": "{count}시간 전", "en": "{count} h ago"},
    "answer.several": {
        "ko": "답을 기다리는 질문이 둘 이상입니다. 카드의 버튼이나 “/선택 요청번호 번호”로 골라 주세요.",
        "en": "More than one question is open. Please use the buttons of the card, or “/선택 id number”.",
    },
    "answer.range": {"ko": "1번부터 {count}번까지 고를 수 있습니다.", "en": "Choose between 1 and {count}."},
    "ticket.done": {
        "ko": "{request}에 티켓 {ticket}을(를) 연결했습니다.",
        "en": "Ticket {ticket} is attached to {request}.",
    },
    "ticket.same": {
        "ko": "{request}에는 이미 티켓 {ticket}이(가) 연결되어 있습니다.",
        "en": "{request} has the ticket {ticket} already.",
    },
    "ticket.none": {
        "ko": "이 방에서 하신 요청이 없어 티켓을 연결할 수 없습니다.",
        "en": "You made no request in this room that a ticket could be attached to.",
    },
    "ticket.ours": {
        "ko": "{ticket}은(는) GUARDiA의 요청 번호입니다. ITSM의 티켓 번호를 말씀해 주세요.",
        "en": "{ticket} is a request of GUARDiA. Please give the ticket of your ITSM.",
    },
    # --- why
    "why.none": {"ko": "이 방에서 읽은 메시지가 아직 없습니다.", "en": "No message of this room has been read yet."},
    "why.head": {"ko": "“{text}”을(를) 이렇게 읽었습니다.", "en": "This is how I read “{text}”."},
    "why.nothing": {
        "ko": "· 실행할 것이 없는 말로 보아 아무것도 하지 않았습니다.",
        "en": "· I found nothing to carry out in it and did nothing.",
    },
    "why.intent": {
        "ko": "· 할 일: {action} / 기관: {institution} / 시스템: {system} / 환경: {environment} / 계층: {layer} / 서버: {nodes}",
        "en": "· Action: {action} / institution: {institution} / system: {system} / environment: {environment} / layer: {layer} / servers: {nodes}",
    },
    "why.only": {"ko": "· 할 일: {action}", "en": "· Action: {action}"},
    "why.values": {"ko": "  값: {values}", "en": "  Values: {values}"},
    "why.unknown": {"ko": "알 수 없음", "en": "unknown"},
    "why.all_nodes": {"ko": "전체", "en": "all"},
    "why.all_layers": {"ko": "모든 계층", "en": "every layer"},
    "why.dispute": {
        "ko": "· 두 판독기가 다르게 읽어 여쭤봤습니다: {reason}",
        "en": "· Two readers differed, so I asked: {reason}",
    },
    "why.alias": {
        "ko": "· “{text}”은(는) 등록된 별칭이라 {meant}(으)로 보았습니다.",
        "en": "· “{text}” is a known alias of {meant}.",
    },
    "why.slip": {
        "ko": "· “{text}”은(는) 오타로 보고 {meant}(으)로 읽었습니다.",
        "en": "· I took “{text}” for a slip of {meant}.",
    },
    "why.name": {"ko": "· “{text}”은(는) CMDB에 있는 {meant}입니다.", "en": "· “{text}” is {meant} of the CMDB."},
    "why.several": {
        "ko": "· “{text}”은(는) 여러 곳에 있는 이름입니다: {meant}",
        "en": "· “{text}” is a name of several: {meant}",
    },
    "why.mood": {"ko": "· “{action}”은(는) {mood} 들었습니다.", "en": "· I took “{action}” for {mood}."},
    "why.words": {"ko": "· 모르는 낱말: {words}", "en": "· Words that I do not know: {words}"},
    "why.left_out": {
        "ko": "· 다른 사람의 말(전달, 인용, 붙여 넣은 글)은 명령으로 읽지 않습니다.",
        "en": "· What others said (forwarded, quoted, pasted) is never read as a command.",
    },
    "why.missing": {"ko": "· 모자란 것: {what}", "en": "· What is missing: {what}"},
    "why.request": {"ko": "· 지금 상태: {card}", "en": "· Now: {card}"},
    "why.reader": {"ko": "(판독기 {reader} {version})", "en": "(reader {reader} {version})"},
    "why.advice": {
        "ko": "· 제안 {offer}의 버튼을 눌러 만든 요청입니다.",
        "en": "· The button of suggestion {offer} made this request.",
    },
    "why.preview": {
        "ko": "· 미리보기 {preview}을(를) 실행한 요청입니다.",
        "en": "· Preview {preview} was run as this request.",
    },
    "mood.command": {"ko": "해 달라는 부탁으로", "en": "a request to do it"},
    "mood.asked": {"ko": "해 달라는 물음으로", "en": "a polite question that asks for it"},
    "mood.fact": {"ko": "사실을 묻는 말로", "en": "a question of fact"},
    "mood.permission": {"ko": "해도 되는지 묻는 말로", "en": "a question whether it may be done"},
    "mood.negation": {"ko": "하지 말라는 말로", "en": "a wish that it is not done"},
    "mood.condition": {"ko": "조건을 건 말로", "en": "something under a condition"},
    "mood.report": {"ko": "이미 했다는 보고로", "en": "a report that it was done"},
    "mood.plan": {"ko": "하겠다는 계획으로", "en": "an announced plan"},
    "mood.quotation": {"ko": "남의 말을 옮긴 것으로", "en": "somebody else's words"},
    "mood.statement": {"ko": "설명하는 말로", "en": "a statement"},
    "missing.longer": {
        "ko": "메시지가 너무 길어 명령으로 읽지 않습니다.",
        "en": "The message is too long to be read as a command.",
    },
    "missing.no_action": {
        "ko": "할 수 있는 작업에 없는 낱말이 들어 있습니다.",
        "en": "It has a word that no action stands for.",
    },
    "missing.taken_back": {
        "ko": "말을 거두거나 예로 든 것으로 보입니다.",
        "en": "It takes back what it says, or shows it as an example.",
    },
    "missing.target": {
        "ko": "대상이 다 말해지지 않았거나 CMDB에 없습니다.",
        "en": "The target is not fully named, or not in the CMDB.",
    },
    "missing.other": {"ko": "{note}", "en": "{note}"},
    # --- help
    "help.more": {
        "ko": '· 미리보기: "예산시스템 WAS 재기동 계획만 보여줘" — 실행하지 않고 계획과 필요한 승인만 보여 드립니다.\n· 되물은 질문에는 번호로: "2번"\n· 지금 어떤가: "상태", 왜 그렇게 읽었나: "왜?"\n· 티켓: "SR-1042에 연결"\n· 제안(조언): "즉시 확인", "디스크 알림 꺼줘", "알림 켜줘"',
        "en": '· Preview: "예산시스템 WAS 재기동 계획만 보여줘" shows plan and approvals, nothing runs.\n· Answer a question by its number: "2"\n· "status", "why"\n· Tickets: "attach to SR-1042"\n· Suggestions: "check now", "알림 꺼줘", "알림 켜줘"',
    },
}


_JOSA = {"은(는)": ("은", "는"), "을(를)": ("을", "를"), "이(가)": ("이", "가"), "(으)로": ("으로", "로")}
_STARTS = re.compile(r"(?P<quote>[”\"']?)(?P<josa>은\(는\)|을\(를\)|이\(가\)|\(으\)로)")
_RIEUL = 8


def say(language: Language, key: str, **values: object) -> str:
    """The text `key` in the room's language. Values are put in as they are: plain text, never markup.

    A particle in both forms behind a value (`{ticket}을(를)`) becomes the one that the value's last syllable takes.
    """
    parts: list[str] = []
    for literal, name, _, _ in Formatter().parse(TEXTS[key][language]):
        found = _STARTS.match(literal) if parts else None
        if found is not None:
            literal = f"{found['quote']}{_josa(parts[-1], found['josa'])}{literal[found.end() :]}"
        parts.append(literal)
        if name is not None:
            parts.append(str(values[name]))
    return "".join(parts)


def _josa(word: str, both: str) -> str:
    code = ord(word[-1]) - 0xAC00 if word else -1
    if not 0 <= code < 11_172:
        return both
    final = code % 28
    return _JOSA[both][0 if final and not (final == _RIEUL and both == "(으)로") else 1]
