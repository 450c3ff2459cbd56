"""Pages: templates, the reader's language, and the words of the pages in both."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from guardia.hub.core.texts import LANGUAGES, Language

HERE = Path(__file__).parent
LANGUAGE_COOKIE = "guardia_lang"

WORDS = {
    "ko": {
        "login": "로그인",
        "logout": "로그아웃",
        "account": "계정",
        "password": "비밀번호",
        "tagline": "대화방에서 서버를 안전하게",
        "rooms": "대화방",
        "agents": "에이전트",
        "agents_about": "대기열과 선언과의 어긋남",
        "back": "대화방 목록으로",
        "no_rooms": "들어갈 수 있는 대화방이 없습니다. 관리자에게 요청해 주세요.",
        "other_language": "English",
        "write": "메시지",
        "placeholder": "예: 기재부 예산시스템 WAS 1호기 상태 확인해줘",
        "send": "보내기",
        "attach": "파일 첨부",
        "hint": "Enter 보내기 · Shift+Enter 줄바꿈",
        "messages": "메시지 목록",
        "new_messages": "새 메시지 보기",
        "skip": "입력창으로 건너뛰기",
        "no_script": "이 화면은 JavaScript가 필요합니다.",
        "connecting": "연결하는 중",
        "requester": "요청자",
        "confirm": "이 계획을 승인합니다",
        "upload_hint": "올린 뒤 한 시간 안에 대화방에서 파일 이름을 넣어 배포를 요청하면 함께 갑니다.",
        "my_account": "내 계정",
        "told": "내 계정에 이런 일이 있었습니다. 본인이 한 일이 아니면 연결을 끊고 관리자에게 알려 주세요.",
        "told_short": "계정 알림",
        "told_seen": "확인했습니다",
        "accounts": "연결된 메신저 계정",
        "no_accounts": "연결된 메신저 계정이 없습니다.",
        "unlink": "연결 끊기",
        "link_account": "메신저 계정 연결",
        "messenger": "메신저",
        "make_code": "연결 코드 만들기",
        "type_code": "연결할 계정으로 이렇게 보내세요. 메신저:",
        "code_hint": "10분 안에 한 번만 쓸 수 있고, 이 화면을 떠나면 다시 볼 수 없습니다. 남에게 알려 주지 마세요.",
        "trail": "기록",
        "identity_linked": "관리자가 연결했습니다",
        "identity_claimed": "연결 코드로 계정이 연결되었습니다",
        "identity_unlinked": "연결이 끊어졌습니다",
        "identity_moved": "관리자가 계정을 다른 사람에게 옮겼습니다",
        "identity_issued": "연결 코드를 만들었습니다",
        "identity_refused": "기한이 지난 연결 코드를 누가 입력했습니다",
        "identity_wrong_platform": "연결 코드를 누가 다른 메신저에서 입력했습니다. 그 코드는 무효가 되었습니다",
        "identity_reused": "이미 쓰였거나 무효가 된 연결 코드를 누가 입력했습니다",
        "identity_taken": "이미 다른 사람의 것인 계정이 연결 코드를 입력했습니다. 그 코드는 무효가 되었습니다",
        "output": "출력",
        "as_file": "파일로 받기",
        "to_room": "대화방으로",
        "no_output": "이 단계는 출력을 남기지 않았습니다.",
        "newer_attempt": "다시 시도한 것의 출력 보기",
        "expired": "페이지가 오래되었습니다. 다시 시도해 주세요.",
    },
    "en": {
        "login": "Log in",
        "logout": "Log out",
        "account": "Account",
        "password": "Password",
        "tagline": "Command servers from the chat room, safely",
        "rooms": "Rooms",
        "agents": "Agents",
        "agents_about": "Queue and drift",
        "back": "Back to the rooms",
        "no_rooms": "There is no room for you yet. Ask an administrator.",
        "other_language": "한국어",
        "write": "Message",
        "placeholder": "e.g. check the state of Budget WAS 1",
        "send": "Send",
        "attach": "Attach a file",
        "hint": "Enter sends · Shift+Enter new line",
        "messages": "Messages",
        "new_messages": "Show new messages",
        "skip": "Skip to the message box",
        "no_script": "This page needs JavaScript.",
        "connecting": "Connecting",
        "requester": "Requested by",
        "confirm": "Approve this plan",
        "upload_hint": "Then name the file in your request in the room, within an hour, and it goes with it.",
        "my_account": "My account",
        "told": "This happened to your accounts. If it was not you, unlink the account and tell an administrator.",
        "told_short": "Account",
        "told_seen": "I have seen this",
        "accounts": "Linked messenger accounts",
        "no_accounts": "No messenger account is linked.",
        "unlink": "Unlink",
        "link_account": "Link a messenger account",
        "messenger": "Messenger",
        "make_code": "Make a code",
        "type_code": "Send this from the account that is to be linked. Messenger:",
        "code_hint": "It works once, within 10 minutes. It is not shown again when you leave. Tell it to nobody.",
        "trail": "History",
        "identity_linked": "Linked by an administrator",
        "identity_claimed": "An account was linked by a code",
        "identity_unlinked": "Unlinked",
        "identity_moved": "An administrator moved an account to somebody else",
        "identity_issued": "A code was made",
        "identity_refused": "Somebody typed an expired code",
        "identity_wrong_platform": "Somebody typed a code in another messenger; that code has ended",
        "identity_reused": "Somebody typed a code that was used or had ended",
        "identity_taken": "An account that is somebody else's typed a code; that code has ended",
        "output": "Output",
        "as_file": "Get the file",
        "to_room": "To the room",
        "no_output": "This step wrote no output.",
        "newer_attempt": "See the output of the next attempt",
        "expired": "The page was out of date. Please try again.",
    },
}

_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]"
)


def visible(value: Any) -> Any:
    """Text in which nothing hides, as `visible` of the pages' dom.js makes it: control characters and those that turn
    the writing direction become escapes. Every value that a template writes goes through here."""
    if not isinstance(value, str) or hasattr(value, "__html__"):  # markup that the template itself made
        return value
    return _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", value.replace("\r\n", "\n"))


_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    finalize=visible,
)
_templates.filters["argv"] = shlex.join


def asked_language(request: Request) -> Language | None:
    """What `?lang=` asks for; None: nothing that there is."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else None


def language(request: Request) -> Language:
    """`ko` or `en`: `?lang=` decides, then the cookie, then the browser's preference; Korean otherwise."""
    for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return asked
    for entry in request.headers.get("accept-language", "")[:200].split(","):
        code = entry.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return "ko"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    lang: Language | None = None,
    **values: Any,
) -> Response:
    """A rendered page, in the reader's language or in `lang`. One asked for by `?lang=` is kept in a cookie."""
    lang = lang or language(request)
    other = "en" if lang == "ko" else "ko"
    text = _templates.get_template(template).render(
        lang=lang, w=WORDS[lang], other=other, path=request.url.path, **values
    )
    response = HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, lang, max_age=365 * 86400, samesite="lax", secure=request.url.scheme == "https"
        )
    return response
