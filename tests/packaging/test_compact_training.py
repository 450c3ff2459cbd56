"""The recipe from nothing to a checkpoint that answers, in a few steps and small; its sense is not looked at."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.vllm import ROOT, require_vllm

pytestmark = [pytest.mark.llm, pytest.mark.timeout(300)]
FOLDER = ROOT / "packaging" / "compact"
SMALL = {"steps": 12, "words": 400, "vocabulary": 600, "hidden": 64, "heads": 2, "inner": 96, "layers": 1}


def test_the_recipe_makes_a_checkpoint_that_answers(tmp_path: Path) -> None:
    python = str(require_vllm())
    made = tmp_path / "checkpoint"
    ran = subprocess.run(
        [python, str(FOLDER / "train.py"), str(made), "--eager", *(f"--{key}={value}" for key, value in SMALL.items())],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    assert "exact on held-out sentences" in ran.stdout
    assert json.loads((made / "recipe.json").read_text("utf-8"))["steps"] == 12
    prompt = "<message><S1> was 재기동해줘<answer>"
    asked = subprocess.run(
        [python, str(FOLDER / "answer.py"), str(made)],
        input=json.dumps(prompt) + "\n",
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    ready, answer = (json.loads(line) for line in asked.stdout.splitlines())
    assert ready == "ready"
    assert isinstance(answer, str)
