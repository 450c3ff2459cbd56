"""Why a message was read so, in sentences for people, from what the reader recorded. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guardia.hub.core.intent import ALL, UNKNOWN, Dispute, Intent, IntentType
from guardia.hub.core.texts import Language, named, say, told
from guardia.hub.core.texts import action as title_of

MAX_TEXT = 80
MAX_LINES = 20
_MOODS = {
    **dict.fromkeys(("command", "terse", "linked", "need", "wish", "down and up again"), "command"),
    **dict.fromkeys(("negation", "cancel"), "negation"),
    **{mood: mood for mood in ("permission", "condition", "report", "plan", "quotation", "statement")},
    "asks whether it can be done": "asked",
    "question of fact": "fact",
}
"""Moods of the embedded reader, and the text that names them."""
_NOTES = (
    ("longer than", "missing.longer"),
    ("a word that no action", "missing.no_action"),
    ("the message takes back", "missing.taken_back"),
    ("the target is not fully", "missing.target"),
    ("messages like this one", "missing.unlike"),
    ("a target that is named with the others", "missing.row"),
    ("a node that is named with a target", "missing.row"),
    ("what is named with a target as its own", "missing.own"),
    ("an environment that is named with another", "missing.environment"),
    ("a target instead of which", "missing.instead"),
    ("a target that is only told of", "missing.instead"),
    ("a target on a line of its own", "missing.row"),
    ("a target of the same system that is only half", "missing.row"),
    ("a step that is asked for", "missing.step"),
    ("the moment is that of something", "missing.moment"),
    ("another moment may be meant", "missing.moment"),
    ("another environment may be meant", "missing.environment"),
    ("a change of a place that the message says to leave alone", "missing.instead"),
    ("what is told to have been left out", "missing.instead"),
    ("what is told is told of several targets", "missing.told"),
    ("some of the nodes are meant", "missing.some"),
    ("something that was said stands against", "missing.held"),
)


def why(
    language: Language,
    *,
    text: str,
    requests: Sequence[Intent | Dispute],
    explanation: Mapping[str, Any],
    reader: str,
    version: str,
) -> list[str]:
    """Lines: what was understood as institution, system, layer, nodes, action and mood, and what was missing."""
    shown = " ".join(text.split())
    lines = [say(language, "why.head", text=shown if len(shown) <= MAX_TEXT else shown[: MAX_TEXT - 1] + "…")]
    for one in requests:
        lines += _intent(language, one)
    if not requests:
        lines.append(say(language, "why.nothing"))
    if "offer" in explanation:
        lines.append(say(language, "why.advice", offer=explanation["offer"]))
    if "preview" in explanation:
        lines.append(say(language, "why.preview", preview=explanation["preview"]))
    seen: Mapping[str, Any] = explanation.get("embedded", explanation)
    lines += _names(language, seen.get("names", ()))
    lines += _moods(language, seen.get("clauses", ()), bool(requests))
    if seen.get("left_out"):
        lines.append(say(language, "why.left_out"))
    if seen.get("asides"):
        lines.append(say(language, "why.asides"))
    for note in seen.get("missing", ()):
        key = next((key for start, key in _NOTES if note.startswith(start)), "missing.other")
        lines.append(
            say(language, "why.missing", what=say(language, key, **({"note": note} if key == "missing.other" else {})))
        )
    lines = list(dict.fromkeys(lines))[:MAX_LINES]
    lines.append(say(language, "why.reader", reader=reader, version=version))
    return lines


def _intent(language: Language, one: Intent | Dispute) -> list[str]:
    if isinstance(one, Dispute):
        return [
            say(language, "why.dispute", reason=told(language, one.reason)),
            *(line for reading in one.readings for line in _intent(language, reading)),
        ]
    unknown = say(language, "why.unknown")
    if one.intent_type in (IntentType.CANCEL, IntentType.HELP):
        return [say(language, "why.only", action=say(language, f"intent.{one.intent_type.value}"))]
    action = ", ".join(told(language, title_of(code)) for code in one.action_sequence)

    def known(value: str) -> str:
        return unknown if value == UNKNOWN else value

    nodes = ", ".join(known(node) for node in one.target_nodes) or say(language, "why.all_nodes")
    layer = say(language, "why.all_layers") if one.infrastructure_layer == ALL else known(one.infrastructure_layer)
    environment = named(language, "environment", one.environment)
    lines = [
        say(
            language,
            "why.intent",
            action=action or unknown,
            institution=known(one.institution),
            system=known(one.system_name),
            environment=environment,
            layer=layer,
            nodes=nodes,
        )
    ]
    values = [f"{name} = {value}" for name, value in sorted(one.parameters.items())] + list(one.deploy_artifacts)
    if values:
        lines.append(say(language, "why.values", values=", ".join(values)))
    return lines


def _names(language: Language, names: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for name in names:
        meant = [
            *name.get("institutions", ()),
            *(" ".join(pair) for pair in name.get("systems", ())),
            *name.get("assets", ()),
        ]
        meant = list(dict.fromkeys(meant))
        if not meant:
            continue
        key = (
            "why.several"
            if len(meant) > 1
            else {"alias": "why.alias", "slip": "why.slip"}.get(name.get("how", ""), "why.name")
        )
        lines.append(say(language, key, text=name.get("text", ""), meant=", ".join(meant)))
    return lines


def _moods(language: Language, clauses: Sequence[Mapping[str, Any]], asked: bool) -> list[str]:
    lines, words = [], []
    for clause in clauses:
        for deed in clause.get("deeds", ()):
            mood = _MOODS.get(deed.get("mood", ""))
            if deed.get("action") and mood and not (asked and mood == "command"):
                lines.append(
                    say(
                        language,
                        "why.mood",
                        action=told(language, title_of(deed["action"])),
                        mood=say(language, f"mood.{mood}"),
                    )
                )
        words += [word for word in clause.get("unknown", ()) if word.strip()]
    if words:
        lines.append(say(language, "why.words", words=", ".join(f"“{word}”" for word in dict.fromkeys(words))))
    return lines
