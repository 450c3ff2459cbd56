#!/usr/bin/env python3
"""Make the weights of the reader's classifier from the rows of collect.py.

usage: train.py ROWS [--out weights.bin] [--without SET ...] [--cross-validate] [--vocabulary 30000] [--weight 1.0]

One logistic regression for each answer over tf-idf of the pieces of a masked message (liblinear through scikit-learn;
the same rows give the same weights). The vocabulary is chosen by a first round over all pieces that are in three
messages: those whose weights move the most answers. --cross-validate trains eight times without an eighth of the sets
and tells, for sets that were not trained with: how often all actions are right, how many readings that were unsafe
when their set was read first (unsafe_at_first.jsonl) would have been asked about, and how many right readings would.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / member) for member in ("hub", "proto", "cmdb", "certs")]

import numpy as np  # noqa: E402
from answers import ANSWERS  # noqa: E402
from joblib import Parallel, delayed  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from guardia.hub.parser.embedded.classifier.features import features  # noqa: E402
from guardia.hub.parser.embedded.classifier.model import SEVERAL, Classifier, Weights, pack, unpack  # noqa: E402

SOFTNESS = 1500.0
"""Inverse strength of the regularisation: rows of tf-idf have length 1, and a piece is in few."""
FOLDS = 8
LEVELS = (0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1)
Row = dict[str, Any]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("rows", type=Path)
    arguments.add_argument("--out", type=Path)
    arguments.add_argument("--without", nargs="*", default=[], metavar="SET")
    arguments.add_argument("--cross-validate", action="store_true")
    arguments.add_argument("--vocabulary", type=int, default=30_000)
    arguments.add_argument("--weight", type=float, default=1.0, help="of a row of the tests beside one of a set")
    asked = arguments.parse_args()
    rows = [json.loads(line) for line in asked.rows.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["source"] not in asked.without]
    if asked.cross_validate:
        cross_validate(rows, asked.vocabulary, asked.weight)
    if asked.out:
        weights = train(rows, asked.vocabulary, asked.weight)
        asked.out.write_bytes(pack(weights))
        print(f"{len(rows)} rows, {len(weights.vocabulary)} pieces, {asked.out.stat().st_size} bytes in {asked.out}")


def train(rows: list[Row], size: int, weight: float) -> Weights:
    """Weights for all answers, over the `size` pieces that tell most."""
    texts = [row["text"] for row in rows]
    wanted = np.array([[answer in row["answers"] for answer in ANSWERS] for row in rows])
    counts = np.array([weight if row["source"] == "tests" else 1.0 for row in rows])
    every = CountVectorizer(analyzer=features, min_df=3, binary=True)
    present = every.fit_transform(texts)
    scale = TfidfTransformer()
    slopes, _ = _fit(scale.fit_transform(present), wanted, counts)
    seen = np.sqrt(np.asarray((present > 0).sum(0)).ravel())
    telling = np.sqrt(((slopes * scale.idf_) ** 2).sum(0) * seen)
    best = np.argsort(-telling, kind="stable")[:size]
    vocabulary = sorted(np.array(every.get_feature_names_out(), dtype=object)[best].tolist())
    present = CountVectorizer(analyzer=features, vocabulary=vocabulary, binary=True).transform(texts)
    scale = TfidfTransformer()
    slopes, bias = _fit(scale.fit_transform(present), wanted, counts)
    slopes = slopes * scale.idf_
    steps = np.abs(slopes).max(1) / 127
    table = (np.round(slopes / steps[:, None]).T + 128).astype(np.uint8)
    return Weights(
        answers=list(ANSWERS),
        vocabulary=vocabulary,
        idf=[round(float(one), 4) for one in scale.idf_],
        table=table.tobytes(),
        steps=[float(one) for one in steps],
        bias=[float(one) for one in bias],
    )


def _fit(rows: csr_matrix, wanted: Any, counts: Any) -> tuple[Any, Any]:
    slopes, bias = [], []
    for column in wanted.T:
        one = LogisticRegression(C=SOFTNESS, solver="liblinear").fit(rows, column, sample_weight=counts)
        slopes.append(one.coef_[0])
        bias.append(one.intercept_[0])
    return np.array(slopes), np.array(bias)


def cross_validate(rows: list[Row], size: int, weight: float) -> None:
    names = sorted({row["source"] for row in rows} - {"tests"})
    fold = {name: at % FOLDS for at, name in enumerate(names)}

    def held_out(one: int) -> list[tuple[Row, dict[str, float]]]:
        classifier = Classifier(
            unpack(pack(train([row for row in rows if fold.get(row["source"]) != one], size, weight)))
        )
        return [(row, classifier.probabilities(row["text"])) for row in rows if fold.get(row["source"]) == one]

    told = [pair for pairs in Parallel(n_jobs=2)(delayed(held_out)(one) for one in range(FOLDS)) for pair in pairs]
    exact = sum(
        all((p > 0.5) == (code in row["answers"]) for code, p in seen.items() if code != SEVERAL) for row, seen in told
    )
    print(f"all actions right: {exact} of {len(told)} = {exact / len(told):.1%}")
    lines = [json.loads(line) for line in (HERE / "unsafe_at_first.jsonl").read_text(encoding="utf-8").splitlines()]
    unsafe = {(line["set"], line["id"]): line["answers"] for line in lines}
    bad = [(_agreed(unsafe[key], seen), row) for row, seen in told if (key := (row["source"], row["id"])) in unsafe]
    good = [(_agreed(row["answers"], seen), row) for row, seen in told if row["right"]]
    for level in LEVELS:
        caught, lost = sum(one < level for one, _ in bad), sum(one < level for one, _ in good)
        print(
            f"below {level}: {caught} of {len(bad)} unsafe ones, {lost} of {len(good)} right changes "
            f"({lost / len(good):.2%}; {lost / len(told):.2%} of all messages)"
        )
    for one, row in sorted(good, key=lambda pair: pair[0])[:40]:
        print(f"  {one:.4f} {row['source']} {row['id']} {row['text'][:140]!r}")
    for one, row in sorted(bad, key=lambda pair: pair[0]):
        print(f"! {one:.4f} {row['source']} {row['id']} {row['text'][:140]!r}")


def _agreed(codes: list[str], seen: dict[str, float]) -> float:
    return min(p if code in codes else 1 - p for code, p in seen.items())


if __name__ == "__main__":
    main()
