"""The classifier itself: one logistic regression for each answer, over tf-idf, read from a file of weights."""

from __future__ import annotations

import math
import zlib
from functools import cache
from importlib.resources import files

import msgspec

from guardia.hub.parser.embedded.classifier.features import features

SEVERAL = "several"
"""The answer that a message makes more than one request."""
_ZERO = 128


class Weights(msgspec.Struct, frozen=True):
    """A file of weights: msgpack of this, compressed by zlib."""

    answers: list[str]
    """Action codes, and `SEVERAL`."""
    vocabulary: list[str]
    idf: list[float]
    """Of each piece in `vocabulary`."""
    table: bytes
    """For each piece one byte for each answer: weight times idf, in steps of `steps` of the answer, plus 128."""
    steps: list[float]
    bias: list[float]


class Classifier:
    """Tells what a message as a whole may ask for. Deterministic; a few MiB."""

    def __init__(self, weights: Weights) -> None:
        self._answers = tuple(weights.answers)
        self._steps, self._bias = weights.steps, weights.bias
        width = len(self._answers)
        self._pieces = {
            piece: (idf * idf, weights.table[at * width : (at + 1) * width])
            for at, (piece, idf) in enumerate(zip(weights.vocabulary, weights.idf, strict=True))
        }

    def probabilities(self, text: str) -> dict[str, float]:
        """How likely each answer is for a masked text (`masking.masked`), each for itself."""
        known = [one for piece in features(text) if (one := self._pieces.get(piece)) is not None]
        length = math.sqrt(math.fsum(square for square, _ in known)) or 1.0
        sums = [sum(column) - _ZERO * len(known) for column in zip(*(row for _, row in known), strict=True)]
        return {
            answer: _logistic(total * step / length + bias)
            for answer, total, step, bias in zip(
                self._answers, sums or [0] * len(self._answers), self._steps, self._bias, strict=True
            )
        }


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


def pack(weights: Weights) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(weights), 9)


def unpack(data: bytes) -> Weights:
    return msgspec.msgpack.decode(zlib.decompress(data), type=Weights)


@cache
def shipped() -> Classifier:
    """The classifier that comes with the hub."""
    return Classifier(unpack((files(__package__) / "weights.bin").read_bytes()))
