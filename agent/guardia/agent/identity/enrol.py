"""Enrolment: from a join token to a stored identity.

The order is the point: the hub's root is fetched over a connection that proves nothing, its key is compared with the
pin that came with the token, and only then, over a connection verified by exactly that root, does the token leave this
host. The private key never does. Every step can be repeated: the key stays, and the hub answers the same key again.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
from cryptography import x509

from guardia.agent.identity.errors import EnrolmentFailedError
from guardia.agent.identity.store import FOLDER, AgentIdentity, has_identity, identity_of
from guardia.agent.ports import Clock
from guardia.certs import keystore, tls
from guardia.certs.certificate import check_chain, find_pinned, load_pem, pem, read_facts, spki_sha256
from guardia.certs.csr import key_from_pem, make_csr
from guardia.certs.enrolment import ENROL_PATH, MAX_RESPONSE, ROOTS_PATH, EnrolFailure, EnrolRequest, EnrolResponse
from guardia.certs.errors import CertsError, KeystoreError, TokenError
from guardia.certs.identity import Role
from guardia.certs.jointoken import JoinToken
from guardia.certs.keystore import Identity, Material
from guardia.certs.policy import check_leaf

TIMEOUT = 15.0
"""Seconds for each of the two requests."""

_NOT_YET_VALID, _EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_HOST_MISMATCH = {62, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


async def enrol(
    hub_url: str,
    token_text: str,
    state_dir: Path,
    *,
    clock: Clock,
    asset: str = "",
    replace: bool = False,
    timeout: float = TIMEOUT,  # noqa: ASYNC109 - a value for the HTTP client, applied to each request
) -> AgentIdentity:
    """Enrol with the hub's enrolment listener at `hub_url` (https://host:port) and store the identity.

    `asset`: the asset code that this host expects to be; a token for another one is an error. `replace`: enrol anew
    although there is an identity. After a failure call it again with the same token: within its hour the hub answers
    the same key again. Raises `EnrolmentError`: `enrol.exists`, `enrol.url`, `token.malformed`, `enrol.unreachable`,
    `enrol.pin_mismatch`, `enrol.untrusted`, `enrol.name_mismatch`, `enrol.clock`, `enrol.token_refused`,
    `enrol.busy`, `enrol.refused`, `enrol.bad_answer`, `enrol.wrong_asset`, or a keystore's code; its message says
    what to do.
    """
    base = _check_url(hub_url)
    try:
        token = JoinToken.parse(token_text)
    except TokenError as error:
        raise EnrolmentFailedError(str(error), code=error.code) from error
    if has_identity(state_dir) and not replace:
        raise EnrolmentFailedError(
            f"{state_dir} holds an identity already: guardia-agent status shows it, enrol --replace makes a new one",
            code="enrol.exists",
        )
    folder = state_dir / FOLDER
    try:
        key = keystore.pending_key(folder)
    except CertsError as error:
        raise EnrolmentFailedError(str(error), code=error.code) from error
    status, body = await _ask("GET", base + ROOTS_PATH, tls.unverified_client_context(), timeout)
    root = _pinned_root(status, body, token, base)
    request = EnrolRequest(token=token.text(), csr=make_csr(key_from_pem(key)).decode())
    context = tls.pinned_client_context(pem([root]))
    status, body = await _ask("POST", base + ENROL_PATH, context, timeout, msgspec.json.encode(request))
    answer = _read_answer(status, body)
    if asset and answer.asset_code != asset:
        raise EnrolmentFailedError(
            f"the join token is for asset {answer.asset_code}, this host is configured as {asset}: "
            "have a token made for this one",
            code="enrol.wrong_asset",
        )
    _check_answer(answer, key, root, clock.now_ms())
    identity = Identity(
        role=Role.AGENT,
        name=answer.agent_id,
        trust_domain=answer.trust_domain,
        asset_code=answer.asset_code,
        agents_url=answer.agents_url,
        hub_url=base,
        pin=token.pin,
    )
    material = Material(
        identity=identity,
        key=key,
        chain=answer.chain.encode(),
        roots=answer.roots.encode(),
        ticket_keys=answer.ticket_keys,
    )
    try:
        stored = identity_of(keystore.replace(folder, material))
        keystore.forget_pending_key(folder)
    except (KeystoreError, OSError) as error:
        code = error.code if isinstance(error, CertsError) else "keystore.write"
        raise EnrolmentFailedError(
            f"{error}; then run guardia-agent enrol again with the same token", code=code
        ) from error
    return stored


def _check_url(hub_url: str) -> str:
    try:
        parts = urlsplit(hub_url)
        valid = (
            parts.scheme == "https" and parts.hostname and parts.port != 0 and not (parts.username or parts.password)
        )
    except ValueError:
        valid = False
    if not valid or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise EnrolmentFailedError(
            "the hub's enrolment address looks like https://hub.example:8444, without a path", code="enrol.url"
        )
    return f"https://{parts.netloc}"


def _pinned_root(status: int, body: bytes, token: JoinToken, base: str) -> x509.Certificate:
    if status != 200:
        raise EnrolmentFailedError(
            f"{base} answered {status} where an enrolment listener gives its roots: check address and port",
            code="enrol.busy" if status in {429, 503} else "enrol.refused",
        )
    try:
        root = find_pinned(load_pem(body, "the hub's roots"), token.pin)
    except CertsError as error:
        raise EnrolmentFailedError(
            f"{base} did not answer with certificates: check the port", code="enrol.refused"
        ) from error
    if root is None:
        raise EnrolmentFailedError(
            f"the root key of {base} is not the one that the join token names. The token was not sent. Either the "
            "address is another hub's, or someone stands between: compare with guardia-hub on the hub's own host",
            code="enrol.pin_mismatch",
        )
    return root


def _read_answer(status: int, body: bytes) -> EnrolResponse:
    if status == 200:
        try:
            return msgspec.json.decode(body, type=EnrolResponse)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise EnrolmentFailedError(
                "the hub's answer cannot be read: are hub and agent of versions that fit?", code="enrol.bad_answer"
            ) from error
    try:
        failure = msgspec.json.decode(body, type=EnrolFailure)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        failure = EnrolFailure(code=f"http.{status}")
    if failure.code == "token.refused":
        raise EnrolmentFailedError(
            "the hub refused the join token: it is unknown, older than an hour, or was used by another host. Have a "
            "new one made with guardia-hub agents token AGENT",
            code="enrol.token_refused",
        )
    shown = "".join(c for c in failure.message if c.isprintable())[:300]
    if status in {429, 503}:
        raise EnrolmentFailedError(
            f"the hub cannot enrol now ({failure.code}): {shown} Try again later.", code="enrol.busy"
        )
    raise EnrolmentFailedError(f"the hub refused the enrolment ({failure.code}): {shown}", code="enrol.refused")


def _check_answer(answer: EnrolResponse, key: bytes, root: x509.Certificate, now_ms: int) -> None:
    try:
        chain = load_pem(answer.chain.encode(), "chain")
        if spki_sha256(chain[0].public_key()) != spki_sha256(key_from_pem(key).public_key()):
            raise EnrolmentFailedError("the hub's certificate is for another key", code="enrol.bad_answer")
        check_chain(chain, root, now_ms)
        name = check_leaf(read_facts(chain[0]), Role.AGENT, answer.trust_domain, now_ms)
        if find_pinned(load_pem(answer.roots.encode(), "roots"), spki_sha256(root.public_key())) is None:
            raise EnrolmentFailedError("the pinned root is not among the hub's roots", code="enrol.bad_answer")
    except CertsError as error:
        code = "enrol.clock" if error.code == "certificate.time" else "enrol.bad_answer"
        raise EnrolmentFailedError(f"the hub's answer was not stored: {error}", code=code) from error
    if name != answer.agent_id:
        raise EnrolmentFailedError("the certificate and the answer name different agents", code="enrol.bad_answer")


async def _ask(
    method: str,
    url: str,
    context: ssl.SSLContext,
    timeout: float,  # noqa: ASYNC109
    body: bytes | None = None,
) -> tuple[int, bytes]:
    """Status and at most `MAX_RESPONSE` bytes. No proxy, no redirect: the request goes where the admin said."""
    try:
        async with (
            httpx.AsyncClient(verify=context, trust_env=False, follow_redirects=False, timeout=timeout) as client,
            client.stream(method, url, content=body, headers={"Accept-Encoding": "identity"}) as response,
        ):
            received = bytearray()
            async for chunk in response.aiter_raw():
                received += chunk
                if len(received) > MAX_RESPONSE:
                    raise EnrolmentFailedError(
                        f"{url} answered more than {MAX_RESPONSE} bytes: not a hub", code="enrol.bad_answer"
                    )
            return response.status_code, bytes(received)
    except httpx.HTTPError as error:
        raise _explain(error, url) from error


def _explain(error: httpx.HTTPError, url: str) -> EnrolmentFailedError:
    parts = urlsplit(url)
    where = f"{parts.hostname} port {parts.port or 443}"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in {_NOT_YET_VALID, _EXPIRED}:
                return EnrolmentFailedError(
                    f"the certificate of {where} is not valid by this host's clock: compare `date` on both hosts "
                    "(NTP); if they agree, the hub's certificate has expired",
                    code="enrol.clock",
                )
            if cause.verify_code in _HOST_MISMATCH:
                return EnrolmentFailedError(
                    f"the hub's certificate is not for the name {parts.hostname}: use one that it is for, or have "
                    "this name added in the hub's configuration",
                    code="enrol.name_mismatch",
                )
            return EnrolmentFailedError(
                f"{where} is not verified by the pinned root ({cause.verify_message}); the token was not sent",
                code="enrol.untrusted",
            )
    if isinstance(error, httpx.TimeoutException):
        return EnrolmentFailedError(
            f"{where} did not answer in time: check firewall and address, then try again with the same token",
            code="enrol.unreachable",
        )
    detail = next((c.strerror for c in _causes(error) if isinstance(c, OSError) and c.strerror), type(error).__name__)
    return EnrolmentFailedError(
        f"{where} cannot be reached ({detail}): check name, port and firewall, and that the hub runs; "
        "then try again with the same token",
        code="enrol.unreachable",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(10):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__
