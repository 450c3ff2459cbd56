#!/usr/bin/env python3
"""Make the compact reading model from nothing: sentences, tokenizer, weights.

usage: train.py FOLDER [--steps 4000] [--seed 1] [--hidden 256] [--layers 6] ...

Every sentence is drawn by the seed from the grammar beside this file and is seen once. Needs requirements.txt in an
environment of its own; nothing of it is needed to run GUARDiA.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "llm_server")]

import torch  # noqa: E402
from grammar import sample  # noqa: E402
from network import POSITIONS, Network, Shape, configuration, state  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from tokenizer import END, PADDING, save  # noqa: E402
from tokenizer import train as train_tokenizer  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from torch import Tensor  # noqa: E402

TOKENS = 4_096
"""Tokens of a batch, padding included."""
POOL = 1_024
"""Examples that are sorted by length together."""
DROPOUT = 0.05
"""Share of the tokenizer's merges that are left out, so that a word is seen in several pieces."""
WORDS = 40_000
"""Examples that the tokenizer learns from."""
HELD = 600
"""Examples of the same grammar that are never trained on."""


_SYMBOL = re.compile(r"<[^<>]{1,9}>")


class Examples:
    """Batches without end, the same for the same seed."""

    def __init__(self, tokenizer: Tokenizer, seed: int) -> None:
        self._tokenizer = tokenizer
        self._seed = seed
        self._drawn = 0
        self._end = tokenizer.token_to_id(END)
        self._draw = random.Random(f"{seed} order")

    def encoded(self, examples: list[sample.Sample], dropout: float) -> list[tuple[list[int], int]]:
        """Tokens of prompt and answer, and how many of them are the prompt's."""
        self._tokenizer.model.dropout = dropout or None
        prompts = self._tokenizer.encode_batch([one.prompt for one in examples])
        self._tokenizer.model.dropout = None
        answers = self._tokenizer.encode_batch([one.answer for one in examples])
        return [
            ([*prompt.ids, *answer.ids, self._end], len(prompt.ids)) for prompt, answer in zip(prompts, answers, strict=True)
        ]

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        while True:
            examples = [sample.make(f"{self._seed} {self._drawn + at}") for at in range(POOL)]
            self._drawn += POOL
            rows = sorted(self.encoded(examples, DROPOUT), key=lambda row: len(row[0]))
            found: list[list[tuple[list[int], int]]] = [[]]
            for row in rows:
                if found[-1] and (len(found[-1]) + 1) * len(row[0]) > TOKENS:
                    found.append([])
                found[-1].append(row)
            self._draw.shuffle(found)
            yield from map(padded, found)

    def held(self) -> list[tuple[Tensor, Tensor]]:
        rows = sorted(self.encoded([sample.make(f"held {at}") for at in range(HELD)], 0.0), key=lambda row: len(row[0]))
        return [padded(rows[at : at + 100]) for at in range(0, HELD, 100)]


def padded(rows: list[tuple[list[int], int]]) -> tuple[Tensor, Tensor]:
    """Tokens, and where the next token is the answer's."""
    longest = max(len(ids) for ids, _ in rows)
    tokens = torch.zeros(len(rows), longest, dtype=torch.long)
    mask = torch.zeros(len(rows), longest, dtype=torch.bool)
    for at, (ids, prompt) in enumerate(rows):
        tokens[at, : len(ids)] = torch.tensor(ids)
        mask[at, prompt - 1 : len(ids) - 1] = True
    return tokens, mask


def _exact(network: Network, held: list[tuple[Tensor, Tensor]]) -> float:
    """Share of the held examples whose whole answer is the most likely one."""
    right = 0
    with torch.no_grad():
        for tokens, mask in held:
            guess = network.logits(network(tokens[:, :-1])).argmax(-1)
            right += int(((guess == tokens[:, 1:]) | ~mask[:, :-1]).all(dim=1).sum())
    return right / HELD


class Optimiser:
    """Muon for the matrices, AdamW for the rest, both on copies in full precision."""

    def __init__(self, network: Network, rate: float) -> None:
        self._pairs = [(weight, weight.detach().float().clone()) for weight in network.parameters()]
        matrices = [master for (name, _), (_, master) in zip(network.named_parameters(), self._pairs, strict=True) if master.dim() > 1 and "embedding" not in name]
        known = {id(one) for one in matrices}
        others = [master for _, master in self._pairs if id(master) not in known]
        self._rates = ((torch.optim.Muon(matrices, lr=rate, weight_decay=0.05, momentum=0.95), rate), (torch.optim.AdamW(others, lr=rate * 0.25, betas=(0.9, 0.98), weight_decay=0.0, fused=True), rate * 0.25))

    def step(self, scale: float) -> None:
        total = math.sqrt(sum(float(weight.grad.float().pow(2).sum()) for weight, _ in self._pairs if weight.grad is not None))
        clip = min(1.0, 1.0 / (total + 1e-6))
        for weight, master in self._pairs:
            assert weight.grad is not None
            master.grad = weight.grad.float() * clip
            weight.grad = None
        for optimiser, rate in self._rates:
            for group in optimiser.param_groups:
                group["lr"] = rate * scale
            optimiser.step()
        with torch.no_grad():
            for weight, master in self._pairs:
                weight.copy_(master)


def scale(step: int, steps: int) -> float:
    """Up in the first 3 %, level until half, then down to nothing in a straight line."""
    warm = max(1, steps * 3 // 100)
    if step < warm:
        return (step + 1) / warm
    return min(1.0, (steps - step) / (steps * 0.6))


def train(folder: Path, shape: Shape, tokenizer: Tokenizer, *, steps: int, seed: int, rate: float) -> None:
    torch.manual_seed(seed)
    network = Network(shape).to(torch.bfloat16)
    count = sum(weight.numel() for weight in network.parameters())
    examples = Examples(tokenizer, seed)
    held = examples.held()
    optimiser = Optimiser(network, rate)
    print(f"train: {count / 1e6:.1f} million parameters, {steps} steps of {TOKENS} tokens", flush=True)
    began, mean, seen = time.monotonic(), 0.0, 0
    for step, (tokens, mask) in enumerate(examples.batches()):
        if step == steps:
            break
        hidden = network(tokens[:, :-1])[mask[:, :-1]]
        loss = torch.nn.functional.cross_entropy(network.logits(hidden).float(), tokens[:, 1:][mask[:, :-1]])
        loss.backward()
        optimiser.step(scale(step, steps))
        seen += len(tokens)
        mean = float(loss.detach()) if not step else 0.98 * mean + 0.02 * float(loss.detach())
        if step % 25 == 24 or step + 1 == steps:
            spent = time.monotonic() - began
            line = f"train: {step + 1}/{steps}  loss {mean:.4f}  examples {seen}  {spent:.0f} s, about {spent / (step + 1) * (steps - step - 1):.0f} s left"
            if step % 250 == 249 or step + 1 == steps:
                line += f"  held out of the same grammar: {_exact(network, held):.1%}"
                _write(folder, network, tokenizer, {"steps": step + 1, "of": steps, "seed": seed, "examples": seen, "shape": asdict(shape)})
            print(line, flush=True)


def _write(folder: Path, network: Network, tokenizer: Tokenizer, about: dict[str, object]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state(network), str(folder / "model.safetensors"), metadata={"format": "pt"})
    end, padding = tokenizer.token_to_id(END), tokenizer.token_to_id(PADDING)
    config = configuration(network.shape, first=end, last=end, padding=padding)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")
    (folder / "recipe.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    save(tokenizer, folder, POSITIONS)


def texts() -> Iterator[str]:
    """What the tokenizer learns its pairs from: prompts without their symbols."""
    for at in range(WORDS):
        yield _SYMBOL.sub(" ", sample.make(f"words {at}").prompt)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="where the checkpoint is written")
    parser.add_argument("--steps", type=int, default=2_400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--inner", type=int, default=640)
    parser.add_argument("--vocabulary", type=int, default=2_560)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print("train: learning the tokenizer", flush=True)
    tokenizer = train_tokenizer(texts(), args.vocabulary)
    shape = Shape(tokenizer.get_vocab_size(), args.hidden, args.layers, args.heads, args.inner)
    train(args.folder, shape, tokenizer, steps=args.steps, seed=args.seed, rate=args.rate)
    return 0


if __name__ == "__main__":
    sys.exit(main())
