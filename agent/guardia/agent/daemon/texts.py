"""Texts of programs and file names, which need not be UTF-8, made fit for frames, records and files, which are."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def encodable(text: str) -> str:
    r"""`text`; a byte that was no UTF-8, which `os.fsdecode` gives as a lone surrogate, is spelt out: `\udcb7`."""
    return text.encode(errors="backslashreplace").decode()


def all_encodable(value: T) -> T:
    """A struct or a mapping with every text in it `encodable`."""
    return msgspec.convert(_spelt(msgspec.to_builtins(value)), type(value))


def _spelt(value: Any) -> Any:
    match value:
        case str():
            return encodable(value)
        case dict():
            return {_spelt(key): _spelt(item) for key, item in value.items()}
        case list() | tuple():
            return [_spelt(item) for item in value]
        case _:
            return value
