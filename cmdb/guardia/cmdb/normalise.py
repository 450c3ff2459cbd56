"""When two spellings are one name. Shared by the import, which refuses collisions, and by the resolver."""

from __future__ import annotations

import ipaddress
import unicodedata

from guardia.cmdb.model import Environment, Layer

RESERVED = frozenset({"unknown", "all", "any", "none", "*"})
"""Keys that readings use for "no such name" and "every"; nothing in the inventory may be called so."""

ENVIRONMENT_KO = {Environment.PROD: "운영", Environment.STG: "스테이징", Environment.DEV: "개발"}
LAYER_KO = {Layer.WAS: "WAS", Layer.WEB: "WEB", Layer.DB: "DB"}


def name_key(text: str) -> str:
    """What is compared when names are: without spaces, case, and differences of Unicode form (width, composition).

    Two texts with one key are one name; nothing else is (no edit distance, no prefixes). Idempotent. Empty for a text
    of spaces alone.
    """
    key = _fold(unicodedata.normalize("NFKD", text))
    while (again := _fold(key)) != key:  # taking a space away can let two characters compose
        key = again
    return key


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text.casefold()).split())


def clean(text: str) -> str:
    """A value as it is kept: composed Unicode (NFC) without spaces around it. Idempotent."""
    return unicodedata.normalize("NFC", text).strip()


def host_key(text: str) -> str:
    """What is compared of asset codes, host names and addresses: any case, and any spelling of an IPv6 address."""
    text = text.strip()
    if ":" in text:
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            pass
    return text.casefold().rstrip(".")


def odd_character(text: str) -> str:
    """The first character that does not belong into a name or a value, as `U+0007`, or an empty text.

    Odd are control and format characters (with them zero-width and direction marks), line and paragraph separators, and
    spaces other than the plain one: what people cannot see must not make two names differ.
    """
    for character in text:
        if not character.isprintable():
            return f"U+{ord(character):04X}"
    return ""
