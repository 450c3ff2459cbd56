# ruff: noqa: E501 - one text a line
"""What the hub answers to what is said to it: status, numbers, tickets, help."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    "status.none": {"ko": "이 방에 열린 요청이 없습니다.", "en": "No open requests in this room."},
    "status.head": {"ko": "이 방의 열린 요청 {count}건:", "en": "{count} open request(s) in this room:"},
    "status.more": {"ko": "… 외 {count}건", "en": "… and {count} more"},
    "status.line": {"ko": "[{id}] {title} — {state} · {by} · {age}", "en": "[{id}] {title} — {state} · {by} · {age}"},
    "status.minutes": {"ko": "{count}분 전", "en": "{count} min ago"},
    "status.hours": {"ko": "{count}시간 전", "en": "{count} h ago"},
    "answer.several": {
        "ko": "답을 기다리는 질문이 둘 이상입니다. 카드의 버튼이나 “/선택 요청번호 번호”로 골라 주세요.",
        "en": "More than one question is open. Please use the buttons of the card, or “/choose id number”.",
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
    "help.how": {
        "ko": '이렇게 말씀해 주세요.\n· 확인: "예산시스템 WAS 디스크 확인해줘", "홈택스 WEB 1호기 로그 50줄 보여줘"\n· 재기동·중지·기동: "기재부 예산시스템 WAS 1호기 재기동해줘"\n· 배포·롤백: 파일을 첨부하고 "예산시스템 WAS에 배포해줘", "예산시스템 WAS 롤백해줘"\n· 취소: "방금 요청 취소해줘"\n운영 서버를 바꾸는 작업은 요청자가 아닌 승인자가 계획을 보고 승인해야 실행됩니다.',
        "en": 'Say for example, with the names of your CMDB:\n· Look: "check the disks of Budget WAS", "show the last 50 log lines of Budget WEB 1"\n· Restart, stop, start: "restart Budget WAS 1"\n· Deploy, roll back: attach the file and say "deploy it to Budget WAS", or "roll back Budget WAS"\n· Cancel: "cancel my last request"\nWhat changes production runs only when an approver other than the requester has seen the plan and approved it.',
    },
    "help.more": {
        "ko": '· 미리보기: "예산시스템 WAS 재기동 계획만 보여줘" — 실행하지 않고 계획과 필요한 승인만 보여 드립니다.\n· 되물은 질문에는 번호로: "2번"\n· 지금 어떤가: "상태", 왜 그렇게 읽었나: "왜?"\n· 티켓: "SR-1042에 연결"\n· 제안(조언): "즉시 확인", "디스크 알림 꺼줘", "알림 켜줘"',
        "en": '· Preview: "restart Budget WAS 1, plan only" shows plan and approvals, nothing runs.\n· Answer a question by its number: "2"\n· "status", "why"\n· Approve by code: "/approve K7F3", "/deny K7F3 reason"\n· Tickets: "attach to SR-1042"\n· Suggestions: "check now", "turn off disk suggestions", "turn on suggestions"',
    },
}
