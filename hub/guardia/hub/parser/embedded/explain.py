"""Why a message was read so, as data."""

from __future__ import annotations

from typing import Any

from guardia.hub.parser.embedded.gazetteer import Match
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.parts import Message


def explain(parsed: Message) -> dict[str, Any]:
    text = parsed.normal.text
    names = []
    clauses = []
    for part in parsed.parts:
        for item in part.items:
            if item.kind is K.NAME:
                match: Match = item.value
                names.append({
                    "span": [item.start, item.end], "text": text[item.start : item.end], "how": match.how,
                    "institutions": list(match.institutions), "systems": [list(pair) for pair in match.systems],
                })  # fmt: skip
            elif item.kind is K.SERVER:
                names.append(
                    {
                        "span": [item.start, item.end],
                        "text": text[item.start : item.end],
                        "how": "host",
                        "assets": [s.asset_code for s in item.value],
                    }
                )
        clauses.append({
            "span": [part.sentence.start, part.sentence.end], "voice": str(part.sentence.voice),
            "deeds": [{"action": deed.code, "mood": str(deed.mood)} for deed in part.said.deeds],
            "unknown": [text[item.start : item.end] for item in part.items if item.kind is K.UNKNOWN],
        })  # fmt: skip
    return {
        "names": names,
        "clauses": clauses,
        "mended": [
            {"span": [start, end], "text": text[start:end], "written": written}
            for start, end, written in parsed.normal.mended
        ],
        "left_out": [{"span": [a, b], "why": why} for a, b, why in parsed.left_out],
        "asides": [{"span": [a, b], "why": why} for a, b, why in parsed.asides],
    }
