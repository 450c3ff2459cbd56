"""What a fake platform keeps of its traffic."""

from typing import Any

import msgspec


class Wired(msgspec.Struct, kw_only=True):
    """One thing that went over the wire."""

    way: str
    """`slack → hub` or `hub → slack`."""
    what: str
    body: Any
    """`{"headers", "body"}` of a request with headers worth showing; a text as it is; anything else as JSON."""
    answer: Any = None
