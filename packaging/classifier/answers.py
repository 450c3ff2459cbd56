"""What the classifier is to answer of a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guardia.hub.parser.embedded.classifier.model import SEVERAL, Classifier, Weights
from guardia.proto.catalogue import CATALOGUE

ANSWERS = (*CATALOGUE, SEVERAL)
_UNTOLD = ("CANCEL", "HELP")


def answers(requests: Iterable[Mapping[str, Any]]) -> set[str]:
    """The actions that `requests` ask for, and whether they are several."""
    told = [request for request in requests if request["intent_type"] not in _UNTOLD]
    return {code for request in told for code in request["action_sequence"]} | ({SEVERAL} if len(told) > 1 else set())


def changes(requests: Iterable[Mapping[str, Any]]) -> bool:
    """True when one of `requests` would change something without a question."""
    return any(
        any(CATALOGUE[code].changes for code in request["action_sequence"])
        and "UNKNOWN"
        not in (
            request["institution"],
            request["system_name"],
            request["infrastructure_layer"],
            *request["target_nodes"],
        )
        for request in requests
    )


class _Agreeable(Classifier):
    def probabilities(self, text: str) -> dict[str, float]:  # noqa: ARG002
        return dict.fromkeys(ANSWERS, 0.5)


def agreeable() -> Classifier:
    """A classifier that is never sure, so that only the rules decide."""
    return _Agreeable(Weights(answers=[], vocabulary=[], idf=[], table=b"", steps=[], bias=[]))
