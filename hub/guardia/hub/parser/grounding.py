"""A model's answer becomes a reading, or nothing: parsed strictly, every word proved by message and CMDB. Pure.

The schema keeps the model among the candidates; this keeps it among what was said. Whatever a correct reading cannot
contain makes the whole answer "no reading": a model that is wrong in one field is not trusted in the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from guardia.cmdb.model import Server
from guardia.hub.core.intent import ALL, CHANGING_INTENTS, UNKNOWN, Intent, IntentType, ReaderInput
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.reader import VERSION as EMBEDDED
from guardia.hub.parser.evidence import Evidence, earlier, evidence
from guardia.llm_server.prompt import neutral
from guardia.proto.catalogue import CATALOGUE

VERSION = f"1 {EMBEDDED}"
"""Moves with every change of what an answer is proved by, the embedded reader's scan among it, so that an audit knows
whether the same answer had to give the same reading."""
MAX_ANSWER = 64 * 1024
"""Characters."""
_MAX_AHEAD = timedelta(days=366)
_NODE = re.compile(r"\s*(\d{1,4})\s*(?:호기|번)?\s*\Z")

# Actions by weight; the contract's order of intents.
_TYPES = {
    "DEPLOY_ARTIFACT": IntentType.DEPLOY,
    "ROLLBACK_RELEASE": IntentType.ROLLBACK,
    "STOP_SERVICE": IntentType.STOP,
    "RESTART_SERVICE": IntentType.RESTART,
    "START_SERVICE": IntentType.START,
    "KILL_DB_SESSION": IntentType.KILL,
    "CLEAN_LOGS": IntentType.CLEAN,
}
_IMPLIED = {
    "THREAD_DUMP": "WAS",
    "FETCH_DB_LOCKS": "DB",
    "FETCH_SLOW_QUERIES": "DB",
    "FETCH_DB_SESSIONS": "DB",
    "KILL_DB_SESSION": "DB",
}
_RELEASES = (".war", ".ear", ".jar")
_USES = {
    "lines": {"TAIL_LOG", "SEARCH_LOG"},
    "since_minutes": {"TAIL_LOG", "SEARCH_LOG"},
    "pattern": {"SEARCH_LOG"},
    "port": {"CHECK_PORT", "CHECK_HTTP", "CHECK_CERT"},
    "session_id": {"KILL_DB_SESSION"},
    "version": {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"},
}

_Short = Annotated[str, msgspec.Meta(max_length=200)]
_Names = Annotated[list[_Short], msgspec.Meta(max_length=32)]


class RawParameters(msgspec.Struct, forbid_unknown_fields=True):
    lines: Annotated[int, msgspec.Meta(ge=1, le=5_000)] | None = None
    pattern: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None
    since_minutes: Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 31)] | None = None
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] | None = None
    session_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    at: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    service: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None


class RawRequest(msgspec.Struct, forbid_unknown_fields=True):
    intent_type: IntentType
    institution: _Short
    system_name: _Short
    environment: Annotated[str, msgspec.Meta(pattern=r"^(PROD|STG|DEV)\Z")]
    infrastructure_layer: Annotated[str, msgspec.Meta(pattern=r"^(WAS|WEB|DB|ALL|UNKNOWN)\Z")]
    target_nodes: _Names
    action_sequence: _Names
    deploy_artifacts: _Names
    parameters: RawParameters
    requires_approval: bool


class RawReading(msgspec.Struct, forbid_unknown_fields=True):
    requests: Annotated[list[RawRequest], msgspec.Meta(max_length=8)]


class NoReadingError(Exception):
    """The answer is no reading. `code` says of what kind, for metrics; the text why, for the log."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


def _refuse(why: str) -> NoReadingError:
    return NoReadingError("ungrounded", why)


def ground(answer: str, message: ReaderInput, gazetteer: Gazetteer) -> tuple[Intent, ...]:
    """The intents of a model's `answer` to `message`. Raises `NoReadingError` (`nonsense` or `ungrounded`)."""
    if len(answer) > MAX_ANSWER:
        raise NoReadingError("nonsense", f"an answer of {len(answer)} characters")
    try:
        raw = msgspec.json.decode(answer.encode("utf-8", "surrogatepass"), type=RawReading)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoReadingError("nonsense", str(error)[:200]) from None
    return _Grounder(message, gazetteer).intents(raw)


class _Grounder:
    """One message's evidence, looked for once."""

    def __init__(self, message: ReaderInput, gazetteer: Gazetteer) -> None:
        self._message = message
        self._gazetteer = gazetteer
        self._said = evidence(message.text, gazetteer)
        self._before: Evidence | None = None
        if self._said.points:
            self._before = earlier(message, gazetteer)
        self._neutral = neutral(message.text)

    def intents(self, raw: RawReading) -> tuple[Intent, ...]:
        found = tuple(self._intent(one) for one in raw.requests)
        changes = [intent for intent in found if intent.changes]
        if changes and self._said.numbers and not any(intent.target_nodes for intent in found):
            raise _refuse("the message names nodes and the answer none")
        if changes and self._said.timed and not any("at" in intent.parameters for intent in found):
            raise _refuse("the message names a time and the answer none")
        if len({msgspec.json.encode(intent) for intent in found}) < len(found):
            raise _refuse("the same request twice")
        return found

    def _intent(self, raw: RawRequest) -> Intent:
        if raw.intent_type in (IntentType.CANCEL, IntentType.HELP):
            if raw.action_sequence:
                raise _refuse(f"{raw.intent_type} with actions")
            return Intent(intent_type=raw.intent_type, infrastructure_layer=ALL)
        codes = self._actions(raw)
        changing = raw.intent_type in CHANGING_INTENTS
        artifacts = self._artifacts(raw, codes)
        institution, system = self._target(raw)
        environment = self._environment(raw)
        layer = self._layer(raw, codes, artifacts, institution, system)
        nodes = self._nodes(raw, institution, system, environment, layer)
        if "KILL_DB_SESSION" in codes and not raw.parameters.session_id and UNKNOWN not in nodes:
            raise _refuse("no session to end")
        return Intent(
            intent_type=raw.intent_type,
            institution=institution,
            system_name=system,
            environment=environment,
            infrastructure_layer=layer,
            target_nodes=nodes,
            action_sequence=codes,
            deploy_artifacts=artifacts,
            parameters=self._parameters(raw.parameters, codes),
            requires_approval=changing and (environment == "PROD" or raw.requires_approval),
        )

    # --- what -------------------------------------------------------------------------------------------------------

    def _actions(self, raw: RawRequest) -> tuple[str, ...]:
        codes = tuple(raw.action_sequence)
        if not codes or len(set(codes)) < len(codes) or any(code not in CATALOGUE for code in codes):
            raise _refuse(f"actions {codes}")
        kinds = {_TYPES[code] for code in codes if code in _TYPES}
        weightiest = next((kind for kind in _TYPES.values() if kind in kinds), IntentType.CHECK)
        if raw.intent_type is not weightiest:
            raise _refuse(f"{raw.intent_type} with actions {codes}")
        return codes

    def _artifacts(self, raw: RawRequest, codes: Sequence[str]) -> tuple[str, ...]:
        names = tuple(raw.deploy_artifacts)
        known = {*self._message.files, *self._said.files}
        if names and ("DEPLOY_ARTIFACT" not in codes or len(set(names)) < len(names) or not known.issuperset(names)):
            raise _refuse("files that the message does not have or that nothing deploys")
        return names

    def _parameters(self, raw: RawParameters, codes: Sequence[str]) -> dict[str, Any]:
        given = {name: value for name, value in msgspec.structs.asdict(raw).items() if value is not None}
        for name in given:
            if name in _USES and not _USES[name].intersection(codes):
                raise _refuse(f"{name} for {codes}")
        for name in ("pattern", "session_id", "version", "service"):
            if name in given:
                given[name] = self._written(name, given[name])
        for name in ("lines", "port"):
            if name in given and not re.search(rf"(?<!\d){given[name]}(?!\d)", self._message.text.replace(",", "")):
                raise _refuse(f"{name} {given[name]} is not in the message")
        if "at" in given:
            self._time(given["at"])
        return given

    def _written(self, name: str, value: str) -> str:
        """As the message has it: the model saw look-alikes of some characters, in the same places."""
        at = self._neutral.find(neutral(value))
        if at < 0:
            raise _refuse(f"{name} is not in the message")
        return self._message.text[at : at + len(value)]

    def _time(self, at: str) -> None:
        try:
            then, now = datetime.fromisoformat(at), datetime.fromisoformat(self._message.now)
        except ValueError:
            raise _refuse("a time that is none, or a message without one") from None
        if not self._said.timed:
            raise _refuse("a time that nothing asks for")
        if then.utcoffset() is None or then.utcoffset() != now.utcoffset() or at != then.isoformat(timespec="seconds"):
            raise _refuse("a time without seconds or with another offset")
        if not now <= then <= now + _MAX_AHEAD:
            raise _refuse("a time in the past or too far off")

    # --- where ------------------------------------------------------------------------------------------------------

    def _target(self, raw: RawRequest) -> tuple[str, str]:
        said, before = self._said, self._before
        institution, system = raw.institution, raw.system_name
        source = said if said.named or before is None else before
        owners = said.institutions or (source.institutions if source is before else set())
        if system == UNKNOWN:
            if institution != UNKNOWN and institution not in owners | {pair[0] for pair in source.systems}:
                raise _refuse("an institution that nobody named")
            return institution, UNKNOWN
        pairs = {pair for pair in source.systems if pair[1] == system}
        if said.institutions:
            pairs = {pair for pair in pairs if pair[0] in said.institutions}
        if not pairs or (institution != UNKNOWN and (institution, system) not in pairs):
            if before is None or source is before or (institution, system) not in before.systems:
                raise _refuse("a system that nobody named")
            pairs = {(institution, system)}  # one of several targets that is pointed at
        if institution != UNKNOWN and len(pairs) > 1 and institution not in owners:
            return UNKNOWN, system  # several institutions have one of that name and nobody said which
        return institution, system

    def _servers(self) -> list[Server]:
        before = self._before.servers.values() if self._before else ()
        return [*self._said.servers.values(), *before]

    def _environment(self, raw: RawRequest) -> str:
        environment = raw.environment
        named = self._said.environments | {str(server.environment) for server in self._said.servers.values()}
        before = self._before
        older = (
            before.environments | {str(server.environment) for server in before.servers.values()} if before else set()
        )
        if environment == "PROD":
            if named and "PROD" not in named:
                raise _refuse("production, where the message names another environment")
        elif environment not in named | older:
            raise _refuse(f"{environment}, which nobody named")
        return environment

    def _layer(
        self, raw: RawRequest, codes: Sequence[str], artifacts: Sequence[str], institution: str, system: str
    ) -> str:
        layer = raw.infrastructure_layer
        changing = raw.intent_type in CHANGING_INTENTS
        if layer == UNKNOWN:
            return layer
        if layer == ALL:
            if changing and not self._said.every_layer:
                raise _refuse("every layer, which nobody named")
            return layer
        before = self._before
        proved = {*self._said.layers, *(before.layers if before else ())}
        proved |= {str(server.infrastructure_layer) for server in self._servers()}
        proved |= {_IMPLIED[code] for code in codes if code in _IMPLIED}
        if any(name.lower().endswith(_RELEASES) for name in artifacts):
            proved.add("WAS")
        held = self._gazetteer.layers(institution, system)
        if len(held) == 1:
            proved |= held
        if changing and layer not in proved:
            raise _refuse(f"layer {layer}, which nobody named")
        return layer

    def _nodes(self, raw: RawRequest, institution: str, system: str, environment: str, layer: str) -> tuple[str, ...]:
        held = self._gazetteer.nodes(institution, system, environment, layer)
        by_asset = {server.asset_code: server for server in held.values()}
        before = self._before
        numbers = self._said.numbers | (before.numbers if before else set())
        left_out = self._said.left_out or (before is not None and before.left_out)
        assets = {server.asset_code for server in self._servers()}
        found: dict[str, int] = {}
        unknown = False
        for written in raw.target_nodes:
            number = _NODE.match(written)
            server = held.get(int(number[1])) if number else by_asset.get(written)
            if written == UNKNOWN or (number and server is None):
                unknown = True
            elif server is None:
                raise _refuse(f"node {written} is not of that system, environment and layer")
            elif server.asset_code in assets or server.node_no in numbers or left_out:
                found[server.asset_code] = server.node_no
            else:
                raise _refuse(f"node {written}, which nobody named")
        ordered = sorted(found, key=lambda asset: found[asset])
        return (*ordered, UNKNOWN) if unknown else tuple(ordered)
