# ruff: noqa: E501 - one text a line
"""What is asked back, and the choices."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    "what.institution": {"ko": "기관", "en": "institution"},
    "what.system": {"ko": "시스템", "en": "system"},
    "what.environment": {"ko": "환경", "en": "environment"},
    "what.layer": {"ko": "계층", "en": "layer"},
    "what.node": {"ko": "서버", "en": "server"},
    "what.host": {"ko": "호스트", "en": "host"},
    "ask.which": {
        "ko": "어느 {what}인가요? 고르기 전에는 실행하지 않습니다.",
        "en": "Which {what}? Nothing runs before you choose.",
    },
    "ask.reading": {
        "ko": "{reason} 뜻하신 것을 골라 주세요. 고르기 전에는 아무것도 실행하지 않습니다.",
        "en": "{reason} Please choose what you mean. Nothing runs before you choose.",
    },
    "ask.not_found": {
        "ko": "CMDB에서 {what}을(를) 찾을 수 없어 아무것도 실행하지 않았습니다. 이름을 넣어 다시 말씀해 주세요.",
        "en": "Nothing was run, because the CMDB has no such {what}. Please say it again with its name.",
    },
    "ask.not_found_name": {
        "ko": "CMDB에서 {what} '{name}'을(를) 찾을 수 없어 아무것도 실행하지 않았습니다. 이름을 넣어 다시 말씀해 주세요.",
        "en": "Nothing was run, because the CMDB has no {what} '{name}'. Please say it again with its name.",
    },
    "ask.not_found_hint": {
        "ko": "CMDB에서 {what}을(를) 찾을 수 없어 아무것도 실행하지 않았습니다. 혹시 {hint} 중에 있나요? 이름을 넣어 다시 말씀해 주세요.",
        "en": "Nothing was run, because the CMDB has no such {what}. Is it one of {hint}? Please say it again with its name.",
    },
    "ask.not_found_name_hint": {
        "ko": "CMDB에서 {what} '{name}'을(를) 찾을 수 없어 아무것도 실행하지 않았습니다. 혹시 {hint} 중에 있나요? 이름을 넣어 다시 말씀해 주세요.",
        "en": "Nothing was run, because the CMDB has no {what} '{name}'. Is it one of {hint}? Please say it again with its name.",
    },
    "choice.layer": {
        "ko": "{institution} {system} {environment} {layer} ({count}대)",
        "en": "{institution} {system} {environment} {layer} ({count} server(s))",
    },
    "choice.all_nodes": {"ko": "(전체 서버)", "en": "(all servers)"},
    "choice.all_layers": {"ko": "(모든 계층)", "en": "(every layer)"},
    "choice.file": {"ko": "파일 {name}", "en": "file {name}"},
    "parameter.at": {"ko": "시각", "en": "at"},
    "parameter.session_id": {"ko": "세션", "en": "session"},
    "parameter.version": {"ko": "버전", "en": "version"},
    "parameter.service": {"ko": "서비스", "en": "service"},
    "dispute.differ": {
        "ko": "두 판독기가 이 메시지를 다르게 읽었습니다({what}).",
        "en": "Two readers read this message differently ({what}).",
    },
    "dispute.one": {
        "ko": "두 판독기 중 하나만 이 메시지를 실행 요청으로 읽었습니다.",
        "en": "Only one of two readers took this message for a request.",
    },
    "dispute.target": {"ko": "대상 시스템", "en": "target system"},
    "dispute.environment": {"ko": "환경", "en": "environment"},
    "dispute.layer": {"ko": "계층", "en": "layer"},
    "dispute.nodes": {"ko": "서버", "en": "servers"},
    "dispute.actions": {"ko": "작업", "en": "action"},
    "dispute.artifacts": {"ko": "배포 파일", "en": "file to deploy"},
    "dispute.at": {"ko": "실행 시각", "en": "time"},
    "dispute.session_id": {"ko": "DB 세션", "en": "database session"},
    "dispute.version": {"ko": "버전", "en": "version"},
    "dispute.service": {"ko": "서비스", "en": "service"},
}
