"""Whatever has a name for people has it in every language: states, environments, actions, outcomes, questions."""

from typing import get_args

import pytest

from guardia.cmdb.model import Environment
from guardia.cmdb.resolve import What
from guardia.hub.core.claim import ClaimOutcome
from guardia.hub.core.intent import IntentType
from guardia.hub.core.plan import Role
from guardia.hub.core.proactive import OfferState
from guardia.hub.core.states import NODE_TONE, REQUEST_TONE, STEP_TONE, NodeState, RequestState, StepState
from guardia.hub.core.texts import LANGUAGES, Said, known, named, say, told
from guardia.hub.parser.consensus import _FIELDS
from guardia.proto.catalogue import CATALOGUE, CheckStatus

KEYS = (
    *(f"request.{state.value}" for state in RequestState),
    *(f"step.{state.value}" for state in StepState),
    *(f"node.{state.value}" for state in NodeState),
    *(f"environment.{one.value}" for one in Environment),
    *(f"role.{role.value}" for role in Role if role is not Role.MAIN),
    *(f"action.{code}" for code in CATALOGUE),
    *(f"claim.{outcome.value}" for outcome in ClaimOutcome),
    *(f"check.{status.value}" for status in CheckStatus),
    *(f"intent.{kind.value}" for kind in (IntentType.CANCEL, IntentType.HELP)),
    *(f"advice.{state.value}" for state in OfferState),
    *(f"what.{what}" for what in get_args(What)),
    *(f"dispute.{name}" for name, _ in _FIELDS),
    *(f"pace.{limit}.{kind}" for limit in ("person", "room") for kind in ("message", "press")),
)


@pytest.mark.parametrize("key", KEYS)
def test_there_are_words_for_it(key: str) -> None:
    assert known(key)


def test_every_state_has_a_tone() -> None:
    assert set(REQUEST_TONE) == set(RequestState)
    assert set(STEP_TONE) == set(StepState)
    assert set(NODE_TONE) == set(NodeState)


def test_a_value_without_a_name_is_shown_as_it_is() -> None:
    assert [named(language, "environment", "LAB") for language in LANGUAGES] == ["LAB", "LAB"]


def test_what_was_recorded_is_told_in_any_language() -> None:
    text = Said("step.why", {"target": "A", "action": Said("action.RESTART_SERVICE"), "why": Said("step.lost")})
    assert told("ko", text) == str(text) == "A 재기동: 에이전트와 연결이 끊겼습니다."
    assert told("en", text) == "A restart: The agent is out of contact."
    assert told("en", "에이전트의 말") == "에이전트의 말"
    assert told("en", Said("ask.which", {"what": (Said("what.system"), Said("what.layer"))})).startswith(
        "Which system, layer?"
    )
    assert say("en", "end.done") == "Done."


def test_a_text_of_a_newer_hub_is_shown_by_its_key() -> None:
    assert told("ko", Said("new.text", {"a": "1", "b": Said("end.done")})) == "new.text 1 완료했습니다."
