"""Single values of a row: each check returns what is wrong with a value and what to do, or an empty text. Pure."""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum

from guardia.cmdb.normalise import RESERVED, name_key, odd_character
from guardia.cmdb.tables import CODE, HOST, NAME

MAX_NODE_NO = 9_999

LIMITS = {
    "asset_code": CODE,
    "hostname": HOST,
    "address": HOST,
    "institution": NAME,
    "system_name": NAME,
    "via_agent": CODE,
    "service_name": CODE,
    "product": NAME,
    "canonical": NAME,
    "alias": NAME,
}
"""Characters that a value may have."""

_TOKEN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:+-]*")
_HOSTNAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*")


def text_problem(column: str, value: str) -> str:
    """Characters and length, for every column."""
    limit = LIMITS.get(column, NAME)
    if odd := odd_character(value):
        return f"{column} holds the invisible character {odd}; type the value again"
    if len(value) > limit:
        return f"{column} has {len(value)} characters, at most {limit} are kept; shorten it"
    return ""


def name_problem(column: str, value: str) -> str:
    """A name that people say: not one of the words that readings use for "no such name" and "every"."""
    if name_key(value) in RESERVED:
        return f"{column} '{value}' is a reserved word; choose another name"
    return ""


def token_problem(column: str, value: str) -> str:
    """An asset code or a service: what agents take for a name."""
    if not _TOKEN.fullmatch(value):
        return f"{column} '{value}' may hold only letters, digits and _ . @ : + - and starts with a letter or digit"
    return name_problem(column, value)


def hostname_problem(value: str) -> str:
    if not _HOSTNAME.fullmatch(value):
        return f"hostname '{value}' is not a host name; it has letters, digits, hyphens and dots"
    return ""


def address_problem(value: str) -> str:
    """An IPv4 or IPv6 address that one host can have, or a host name."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        digits = value.rsplit(".", 1)[-1].isdigit()  # 10.0.0.300 is a mistyped address, not a name
        if digits or not _HOSTNAME.fullmatch(value):
            return f"address '{value}' is neither an IP address nor a host name"
        return ""
    if address.is_unspecified or address.is_multicast or "%" in value:
        return f"address '{value}' is not the address of one host"
    return ""


def enum_problem(column: str, value: str, kinds: type[StrEnum]) -> str:
    values = [kind.value for kind in kinds]
    return "" if value in values else f"{column} '{value[:60]}' is not one of {', '.join(values)}"


def node_no_problem(value: str) -> str:
    if value.isascii() and value.isdigit() and len(value) <= 6 and 1 <= int(value) <= MAX_NODE_NO:
        return ""
    return f"node_no '{value[:60]}' is not a whole number from 1 to {MAX_NODE_NO}"
