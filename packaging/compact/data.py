"""Batches of the grammar's sentences, the same for the same seed; every sentence is seen once."""

from __future__ import annotations

import random
from collections.abc import Iterator

import torch
from grammar import sample
from tokenizer import END
from tokenizers import Tokenizer
from torch import Tensor

TOKENS = 2_560
"""Tokens of a batch, padding included."""
POOL = 1_024
"""Examples that are sorted by length together."""
DROPOUT = 0.05
"""Share of the tokenizer's merges that are left out, so that a word is seen in several pieces."""
HELD = 600
"""Examples of the same grammar that are never trained on."""

Row = tuple[list[int], int]
"""Tokens of prompt and answer, and how many of them are the prompt's."""


def padded(rows: list[Row]) -> tuple[Tensor, Tensor]:
    """Tokens, and where the next token is the answer's."""
    longest = max(len(ids) for ids, _ in rows)
    tokens = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    for at, (ids, prompt) in enumerate(rows):
        tokens[at, : len(ids)] = torch.tensor(ids)
        mask[at, prompt - 1 : len(ids) - 1] = True
    return tokens, mask


class Examples:
    """Batches without end."""

    def __init__(self, tokenizer: Tokenizer, seed: int, pool: int = POOL) -> None:
        self._tokenizer = tokenizer
        self._seed = seed
        self._pool = pool
        self._drawn = 0
        self._end = tokenizer.token_to_id(END)
        self._draw = random.Random(f"{seed} order")  # noqa: S311 - an order, no secret

    def encoded(self, examples: list[sample.Sample], dropout: float) -> list[Row]:
        self._tokenizer.model.dropout = dropout or None
        prompts = self._tokenizer.encode_batch([one.prompt for one in examples])
        self._tokenizer.model.dropout = None
        answers = self._tokenizer.encode_batch([one.answer for one in examples])
        return [
            ([*prompt.ids, *answer.ids, self._end], len(prompt.ids))
            for prompt, answer in zip(prompts, answers, strict=True)
        ]

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            examples = [sample.make(f"{self._seed} {self._drawn + at}") for at in range(self._pool)]
            self._drawn += self._pool
            rows = sorted(self.encoded(examples, DROPOUT), key=lambda row: len(row[0]))
            found: list[list[Row]] = [[]]
            for row in rows:
                if found[-1] and (len(found[-1]) + 1) * len(row[0]) > TOKENS:
                    found.append([])
                found[-1].append(row)
            self._draw.shuffle(found)
            yield from map(padded, found)

    def held(self) -> list[tuple[Tensor, Tensor]]:
        """The examples that are only ever measured on."""
        examples = [sample.make(f"held {at}") for at in range(HELD)]
        rows = sorted(self.encoded(examples, 0.0), key=lambda row: len(row[0]))
        return [padded(rows[at : at + 100]) for at in range(0, HELD, 100)]
