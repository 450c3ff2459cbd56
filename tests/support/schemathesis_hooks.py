"""What Schemathesis needs to get further than the door: names of files, genuine signatures, a genuine link.

Loaded by `schemathesis run` (SCHEMATHESIS_HOOKS). What a case negates on purpose is left as it is.
"""

import os
import random
import secrets
import time
from urllib.parse import urlsplit

import schemathesis
from hypothesis import strategies as st

from guardia.hub.chat.signature import sign

CHOICE = random.Random(1)
FIRST = "0123456789abcXYZ가나다_("
schemathesis.openapi.format(
    "file-name",
    st.builds(
        lambda head, tail: head + tail,
        st.sampled_from(FIRST),
        st.text(FIRST + " .-+/@[]<>&'\"한글", max_size=150).map(lambda tail: tail.replace("/", "-")),
    ),
)


def _kept(case, where: str) -> bool:
    """Whether this part of the case is as the document says."""
    component = case.meta.components.get(where) if case.meta is not None else None
    return component is None or component.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs) -> None:
    if case.path == "/messenger/webhook" and case.method == "POST":
        if _kept(case, "header"):
            kwargs["auth"] = _sign
        if _kept(case, "body") and isinstance(case.body, dict) and CHOICE.randrange(4):
            case.body.update(user_id="u-1", room_id="ops", message_id=f"m-{CHOICE.getrandbits(40)}")
    if case.path == "/itsm/tickets" and case.method == "POST":
        if _kept(case, "header"):
            kwargs["auth"] = _sign
        if _kept(case, "body") and isinstance(case.body, dict) and CHOICE.randrange(4):
            case.body.update(requester="u-1", room_id="ops", ticket_id=f"INC-{CHOICE.getrandbits(40)}")
    if case.path.startswith("/go/") and _kept(case, "path") and CHOICE.randrange(2):
        case.path_parameters["token"] = os.environ["GUARDIA_FUZZ_LINK"]
    if case.path == "/api/files" and _kept(case, "query") and "room" in (case.query or {}) and CHOICE.randrange(4):
        case.query["room"] = "ops"


def _sign(request):
    """`requests`' hook for authentication: it sees the body as it goes out."""
    if "X-Guardia-Signature" not in request.headers:
        return request
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    nonce, stamp = secrets.token_hex(16), str(int(time.time()))
    parts = {
        "method": request.method,
        "path": urlsplit(request.url).path,
        "timestamp": stamp,
        "nonce": nonce,
        "body": body,
    }
    request.headers["X-Guardia-Timestamp"] = stamp
    request.headers["X-Guardia-Nonce"] = nonce
    request.headers["X-Guardia-Signature"] = sign(os.environ["GUARDIA_FUZZ_SECRET"].encode(), **parts)
    return request
