#!/usr/bin/env python3
"""Answer prompts with a checkpoint through plain transformers: JSON text a line in, JSON text a line out.

usage: answer.py FOLDER

For measuring without a server; the hub asks `guardia-llm serve`.
"""

from __future__ import annotations

import json
import sys

import torch
from transformers import AutoTokenizer, LlamaForCausalLM

MOST = 160
"""Tokens of an answer."""


def main() -> int:
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
    model = LlamaForCausalLM.from_pretrained(sys.argv[1], dtype=torch.bfloat16).eval()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        tokens = tokenizer(json.loads(line), return_tensors="pt")
        with torch.inference_mode():
            found = model.generate(
                input_ids=tokens["input_ids"],
                attention_mask=tokens["attention_mask"],
                max_new_tokens=MOST,
                do_sample=False,
            )
        answer = tokenizer.decode(found[0, tokens["input_ids"].shape[1] :], skip_special_tokens=True)
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
