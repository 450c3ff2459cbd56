# ruff: noqa: E501 - one text a line
"""How a message was read, in words."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
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
    "why.asides": {
        "ko": "· 인사, 까닭, 다른 대상이 어떤지 같은 말은 부탁을 바꾸지 않는 것으로 보고 빼고 읽었습니다.",
        "en": "· Courtesies, reasons and what is told of other targets were taken not to change the request, and left out.",
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
    "missing.unlike": {
        "ko": "이런 메시지는 대개 다른 일을 시키므로 되묻습니다. 작업을 하나씩, 짧게 적어 주십시오.",
        "en": "Messages like this one mostly ask for something else, so it is asked back. Name one action at a time, briefly.",
    },
    "missing.row": {
        "ko": "나란히 적은 대상 가운데 어느 노드가 어느 시스템의 것인지 확실하지 않습니다. 대상을 한 줄에 하나씩 적어 주십시오.",
        "en": "Which node is of which of the targets is not certain. Name one target a line.",
    },
    "missing.own": {
        "ko": "파일·버전·시각이 어느 대상의 것인지 확실하지 않습니다. 대상과 그 값을 한 메시지에 하나씩 적어 주십시오.",
        "en": "Which target a file, a version or a time is for is not certain. Name one target with its own in a message.",
    },
    "missing.environment": {
        "ko": "어느 대상이 어느 환경(운영·스테이징·개발)의 것인지 확실하지 않습니다. 대상을 환경과 함께 한 메시지에 하나씩 적어 주십시오.",
        "en": "Which target is of which environment is not certain. Name one target with its environment in a message.",
    },
    "missing.instead": {
        "ko": "그대로 두라고 한 대상이 바뀔 수 있어 되묻습니다. 바꿀 대상만 적어 주십시오.",
        "en": "A target that is to be left as it is might be changed. Name only what is to be changed.",
    },
    "missing.step": {
        "ko": "시킨 동작 가운데 알아듣지 못한 것이 있어 나머지도 되묻습니다. 작업을 하나씩, 대상과 함께 적어 주십시오.",
        "en": "One of the steps was not understood, so the others are asked back, too. Name one action with its target at a time.",
    },
    "missing.moment": {
        "ko": "언제 하라는 것인지 확실하지 않습니다. 실행할 시각(예: 오늘 22시)을 부탁과 함께 적어 주십시오.",
        "en": "When it shall be done is not certain. Write the time (22:00 today) with the request.",
    },
    "missing.told": {
        "ko": "여러 대상을 이야기하고 바꿀 대상은 따로 적지 않아, 어느 것인지 확실하지 않습니다. 바꿀 대상을 부탁하는 문장에 적어 주십시오.",
        "en": "Several targets are told of and none is named with the request. Name what is to be changed in the request itself.",
    },
    "missing.some": {
        "ko": "전체가 아니라 일부를 말하는 것 같아 되묻습니다. 노드 번호를 적어 주십시오.",
        "en": "Only some of it seems to be meant. Write the numbers of the nodes.",
    },
    "missing.held": {
        "ko": "지금 하면 안 될 이유나 기다릴 일이 함께 적혀 있어 되묻습니다. 지금 해도 되면 부탁만 다시 적어 주십시오.",
        "en": "Something is said that stands against doing it now. If it may be done now, write the request alone.",
    },
    "missing.other": {"ko": "확실하지 않아 되묻습니다 ({note}).", "en": "Not certain, so it is asked back: {note}."},
}
