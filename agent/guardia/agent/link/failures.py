"""Why the hub cannot be reached, in words that say what to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from guardia.agent.errors import LinkError

_VERIFY = {
    9: ("link.clock", "the hub's certificate is not valid yet: set this host's clock (NTP)"),
    10: ("link.hub_expired", "the hub's certificate has expired: renew it, or set this host's clock (NTP)"),
    18: ("link.untrusted", "the hub's certificate is signed by itself, not by the CA that this agent trusts"),
    19: ("link.untrusted", "the hub's certificate comes from another CA than the one that this agent trusts"),
    20: ("link.untrusted", "the hub's certificate comes from another CA than the one that this agent trusts"),
    62: ("link.hostname", "the hub's certificate is of another host name: correct the address in agent.toml"),
    64: ("link.hostname", "the hub's certificate is of another address: correct the address in agent.toml"),
}
"""OpenSSL's verify codes (X509_V_ERR_…) to our code and advice."""


def link_error(error: BaseException, url: str, *, also: BaseException | None = None) -> LinkError:
    """The `LinkError` for what connecting to `url` raised; `also` is what the transport itself reported."""
    code, message = _explain(error, also)
    mapped = LinkError(f"{url}: {message}")
    mapped.code = code
    return mapped


def _explain(error: BaseException, also: BaseException | None) -> tuple[str, str]:
    chain = [*_causes(error), *(_causes(also) if also is not None else ())]
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            text = f"the hub's certificate is not accepted: {cause.verify_message}; compare the trust bundle"
            return _VERIFY.get(cause.verify_code, ("link.untrusted", text))
    for cause in chain:
        if isinstance(cause, ssl.SSLError) and "ALERT" in (cause.reason or ""):
            return _alert(cause.reason or "")
    for cause in chain:
        if isinstance(cause, socket.gaierror):
            return "link.name", f"the host name cannot be resolved ({cause.strerror}): check DNS and agent.toml"
        if isinstance(cause, ConnectionRefusedError):
            return "link.refused", "nothing listens there: is the hub running, and is the port right?"
        if isinstance(cause, InvalidStatus):
            status = cause.response.status_code
            if status == 503:
                return "link.busy", "the hub has too many connections; trying again later"
            return "link.http", f"the hub answered HTTP {status}: is this the address of the agents' listener?"
        if isinstance(cause, InvalidURI):
            return "link.address", "not an address of the form wss://host:port/agent: correct agent.toml"
        if isinstance(cause, TimeoutError):
            return "link.timeout", "no answer in time: is a firewall dropping the connection?"
    if isinstance(error, InvalidHandshake | EOFError | ConnectionResetError):
        # asyncio's server does not send the alert that would tell which of these it is.
        text = "the hub cut the connection while it was being opened: it may not accept this agent's certificate"
        return "link.rejected", f"{text}; run `guardia-agent doctor` and compare both hosts' clocks (NTP)"
    if isinstance(error, ssl.SSLError):
        return "link.tls", f"TLS failed: {error.reason or error}: is this the agents' listener?"
    return "link.error", str(error) or type(error).__name__


def _alert(reason: str) -> tuple[str, str]:
    what = reason.replace("_", " ").lower()
    if "EXPIRED" in reason:
        advice = "compare both hosts' clocks (NTP); if they are right, enrol again"
        return "link.rejected", f"the hub rejected this agent's certificate as expired ({what}): {advice}"
    if "REVOKED" in reason:
        return "link.rejected", f"the hub rejected this agent's certificate as revoked ({what}): ask an administrator"
    return "link.rejected", f"the hub rejected this agent's certificate ({what}): enrol this agent with this hub"


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
