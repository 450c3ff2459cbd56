#!/usr/bin/env python3
"""Make the compact reading model from nothing: sentences, tokenizer, weights.

usage: train.py FOLDER [--steps 2000] [--seed 1] [--minutes 0] [--eager] ...

Every sentence is drawn by the seed from the grammar beside this file. Needs requirements.txt in an environment of its
own, and a C++ compiler unless --eager; nothing of it is needed to run GUARDiA.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "llm_server")]

import torch  # noqa: E402
from data import HELD, TOKENS, Examples  # noqa: E402
from grammar import sample  # noqa: E402
from network import POSITIONS, Network, Shape, configuration, state  # noqa: E402
from optimiser import Optimiser  # noqa: E402
from safetensors.torch import save_file  # noqa: E402
from tokenizer import END, PADDING, save  # noqa: E402
from tokenizer import train as train_tokenizer  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.nn import functional  # noqa: E402

WORDS = 40_000
"""Examples that the tokenizer learns from."""
TELL, SAVE = 25, 250
"""Steps between two lines of progress, and between two checkpoints."""
_SYMBOL = re.compile(r"<[^<>]{1,9}>")


def texts(count: int) -> Iterator[str]:
    """What the tokenizer learns its pairs from: prompts without their symbols."""
    for at in range(count):
        yield _SYMBOL.sub(" ", sample.make(f"words {at}").prompt)


def scale(done: float) -> float:
    """Share of the full rate when `done` of the training is behind: up, level, and down to nothing in a line."""
    return min(1.0, (done + 0.001) / 0.03, (1.0 - done) / 0.6)


def exact(network: Network, held: list[tuple[Tensor, Tensor]]) -> float:
    """Share of the held examples whose whole answer is the most likely one."""
    right = 0
    with torch.no_grad():
        for tokens, mask in held:
            guess = network.logits(network(tokens[:, :-1])).argmax(-1)
            right += int(((guess == tokens[:, 1:]) | ~mask[:, :-1]).all(dim=1).sum())
    return right / HELD


def train(folder: Path, shape: Shape, tokenizer: Tokenizer, args: argparse.Namespace) -> None:
    """Train and write checkpoints into `folder`. With `minutes` the end comes by the clock, if that is earlier."""
    torch.manual_seed(args.seed)
    network = Network(shape).to(torch.bfloat16)
    count = sum(weight.numel() for weight in network.parameters())
    examples = Examples(tokenizer, args.seed)
    held = examples.held()
    optimiser = Optimiser(network, args.rate)
    # Nearly twice as fast; the first batches wait for the compiler.
    forward: Any = network if args.eager else torch.compile(network, dynamic=True)
    print(f"train: {count / 1e6:.1f} million parameters, {args.steps} steps of {TOKENS} tokens", flush=True)
    began, mean, seen = time.monotonic(), 0.0, 0
    for step, (tokens, mask) in enumerate(examples.batches(), 1):
        done = (step - 1) / args.steps
        if args.minutes:
            done = max(done, (time.monotonic() - began) / 60 / args.minutes)
        last = step == args.steps or done >= 1
        hidden = forward(tokens[:, :-1])[mask[:, :-1]]
        loss = functional.cross_entropy(network.logits(hidden).float(), tokens[:, 1:][mask[:, :-1]])
        loss.backward()
        optimiser.step(max(0.0, scale(done)))
        seen += len(tokens)
        mean = float(loss.detach()) if step == 1 else 0.98 * mean + 0.02 * float(loss.detach())
        if step % TELL and not last:
            continue
        spent = time.monotonic() - began
        left = spent * (1 - done) / max(done, 1e-6)
        line = (
            f"train: step {step} ({done:.0%})  loss {mean:.4f}  examples {seen}  {spent:.0f} s, about {left:.0f} s left"
        )
        if step % SAVE == 0 or last:
            score = exact(network, held)
            line += f"  exact on held-out sentences of the grammar: {score:.1%}"
            about = {"steps": step, "seed": args.seed, "examples": seen, "shape": asdict(shape), "held": score}
            write(folder, network, tokenizer, {**about, "minutes": args.minutes, "done": round(done, 3)})
        print(line, flush=True)
        if last:
            return


def write(folder: Path, network: Network, tokenizer: Tokenizer, about: dict[str, object]) -> None:
    """A checkpoint as transformers and vLLM load it, and what it was made from."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state(network), str(folder / "model.safetensors"), metadata={"format": "pt"})
    end, padding = tokenizer.token_to_id(END), tokenizer.token_to_id(PADDING)
    config = configuration(network.shape, first=end, last=end, padding=padding)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")
    (folder / "recipe.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    save(tokenizer, folder, POSITIONS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="where the checkpoint is written")
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--minutes", type=float, default=0.0, help="end by the clock; then no two runs are the same")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--inner", type=int, default=640)
    parser.add_argument("--vocabulary", type=int, default=2_560)
    parser.add_argument("--words", type=int, default=WORDS, help="sentences that the tokenizer learns from")
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--eager", action="store_true", help="without torch.compile, which needs a C++ compiler")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    print("train: learning the tokenizer", flush=True)
    tokenizer = train_tokenizer(texts(args.words), args.vocabulary)
    train(
        args.folder,
        Shape(tokenizer.get_vocab_size(), args.hidden, args.layers, args.heads, args.inner),
        tokenizer,
        args,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
