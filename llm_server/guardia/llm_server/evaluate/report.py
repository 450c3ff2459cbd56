"""Figures of an evaluation, as data. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import msgspec

from guardia.llm_server.evaluate.run import Outcome

PERCENTILES = (50, 90, 95, 99)


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """Of one category, or of all."""

    name: str
    total: int
    right: int
    unsafe: int
    unread: int
    """Without any reading: time-outs, refusals, nonsense."""
    asked: int
    """Neither right nor unsafe, because the room is asked about a command."""

    @property
    def accuracy(self) -> float:
        return self.right / self.total if self.total else 0.0


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    prompt: int
    cached: int
    """Of the prompt's tokens, those that came from the prefix cache; 0 where the server does not say."""
    completion: int
    prompt_mean: float
    completion_mean: float
    """Of the messages whose tokens are known."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, for whoever reads the report later."""

    endpoint: str
    """Empty for recorded readings."""
    model: str
    """Of recorded readings: the reader's name."""
    dataset: str
    cmdb: str
    prompt_version: str
    """Of recorded readings: the reader's version."""
    concurrency: int
    started: str
    """ISO 8601, UTC."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    about: About
    total: Share
    categories: tuple[Share, ...]
    latency: dict[str, float]
    """Seconds: `p50` … `p99`, `mean`, `max`; of the messages that were answered."""
    tokens: Tokens
    wall_seconds: float
    errors: dict[str, int]
    """How often no reading came, by code."""
    differs: dict[str, int]
    """How often each field was wrong."""
    fallbacks: dict[str, int]
    """How often another reader stood in for the model, by code."""
    asked_back: int
    """Commands that the room would be asked about."""
    outcomes: tuple[Outcome, ...]


def percentile(ordered: Sequence[float], percent: float) -> float:
    """By nearest rank: a value that was measured, never one in between. 0 of nothing."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


def make(about: About, outcomes: Sequence[Outcome], wall_seconds: float) -> Report:
    """Everything that can be said about `outcomes`; `wall_seconds` is how long all of it took."""
    answered = [outcome for outcome in outcomes if outcome.requests is not None]
    times = sorted(outcome.seconds for outcome in answered)
    latency = {f"p{percent}": percentile(times, percent) for percent in PERCENTILES}
    latency |= {"mean": sum(times) / len(times) if times else 0.0, "max": times[-1] if times else 0.0}
    prompt = sum(outcome.prompt_tokens for outcome in answered)
    completion = sum(outcome.completion_tokens for outcome in answered)
    count = sum(outcome.prompt_tokens > 0 for outcome in answered) or 1
    names = sorted({outcome.category for outcome in outcomes})
    return Report(
        about=about,
        total=_share("all", outcomes),
        categories=tuple(_share(name, [one for one in outcomes if one.category == name]) for name in names),
        latency=latency,
        tokens=Tokens(
            prompt=prompt,
            cached=sum(outcome.cached_tokens for outcome in answered),
            completion=completion,
            prompt_mean=prompt / count,
            completion_mean=completion / count,
        ),
        wall_seconds=wall_seconds,
        errors=dict(Counter(outcome.code for outcome in outcomes if outcome.code).most_common()),
        differs=dict(Counter(name for outcome in outcomes for name in outcome.differs).most_common()),
        fallbacks=dict(Counter(outcome.fallback for outcome in outcomes if outcome.fallback).most_common()),
        asked_back=sum(outcome.asked_back for outcome in outcomes),
        outcomes=tuple(outcomes),
    )


def _share(name: str, outcomes: Sequence[Outcome]) -> Share:
    return Share(
        name=name,
        total=len(outcomes),
        right=sum(outcome.right for outcome in outcomes),
        unsafe=sum(outcome.unsafe for outcome in outcomes),
        unread=sum(outcome.requests is None for outcome in outcomes),
        asked=sum(outcome.asked_back > 0 and not outcome.right and not outcome.unsafe for outcome in outcomes),
    )
