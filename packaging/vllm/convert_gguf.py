#!/usr/bin/env python3
"""Turn a GGUF file into a Hugging Face checkpoint that vLLM serves: config, tokenizer, chat template, safetensors.

usage: .venv-vllm/bin/python packaging/vllm/convert_gguf.py MODEL.gguf FOLDER [--dtype bfloat16|float16|float32]

Run it with the interpreter of the vLLM environment. vLLM itself reads GGUF only with a plug-in of others.
The weights are dequantised: the folder is 3 to 4 times as large as the file, and so is the memory that serving takes.
Works for the architectures that transformers can read from GGUF (llama, qwen2, qwen3, gemma3, …).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

MARKER = "checkpoint.made"


def convert(source: Path, folder: Path, dtype: str) -> None:
    """Write the checkpoint into `folder`; a marker file comes last, so that a broken run is seen."""
    import torch
    from gguf import GGUFReader
    from transformers import AutoModelForCausalLM, AutoTokenizer

    place, name = str(source.parent), source.name
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(place, gguf_file=name)
    if not tokenizer.chat_template:
        field = GGUFReader(str(source)).fields.get("tokenizer.chat_template")
        if field is not None:
            tokenizer.chat_template = field.contents()
    tokenizer.save_pretrained(folder)
    read = AutoModelForCausalLM.from_pretrained(place, gguf_file=name, dtype=getattr(torch, dtype))
    # What was read counts as quantised and refuses to be saved, although its weights no longer are: move them over.
    if hasattr(read.config, "quantization_config"):
        del read.config.quantization_config
    model = AutoModelForCausalLM.from_config(read.config, dtype=getattr(torch, dtype))
    model.load_state_dict(read.state_dict())
    model.save_pretrained(folder, safe_serialization=True)
    (folder / MARKER).write_text(f"{name} {dtype}\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("source", type=Path, help="the GGUF file")
    parser.add_argument("folder", type=Path, help="the checkpoint's folder, made if it is missing")
    parser.add_argument("--dtype", choices=("bfloat16", "float16", "float32"), default="bfloat16")
    args = parser.parse_args()
    if not args.source.is_file():
        print(f"convert: {args.source} is not a file", file=sys.stderr)
        return 1
    print(f"convert: {args.source.name} to {args.folder} ({args.dtype}); this takes a minute or more", file=sys.stderr)
    convert(args.source.resolve(), args.folder, args.dtype)
    print("convert: done", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
