"""A tokenizer that knows jamo and spacing: byte-level pairs over decomposed Korean, so that no word is unknown.

Text is taken apart into jamo before pairs are learnt, so an ending is one token whatever syllable it leans on and a
slip of one letter changes one letter. Digits stand alone; tags and the notation's symbols are tokens of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from guardia.llm_server.compact.notation import SYMBOLS
from guardia.llm_server.compact.tags import ANSWER, EARLIER, FILES, LIMITS, LOG, MESSAGE

PADDING, END = "<|pad|>", "<|end|>"
_JAMO = "\u1100-\u11ff\u3131-\u318e"
_PIECES = rf" ?[a-z]+| ?[{_JAMO}]+|[0-9]| ?[^\sa-z0-9{_JAMO}]|\s"


def symbols() -> list[str]:
    """Tokens that stand for themselves, in a fixed order."""
    tags = [f"<{kind}{number}>" for kind, most in LIMITS.items() for number in range(1, most + 1)]
    return [FILES, EARLIER, MESSAGE, ANSWER, LOG, *tags, *(f"<{name}>" for name in SYMBOLS)]


def _bare() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFD()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def train(texts: Iterable[str], size: int) -> Tokenizer:
    """A tokenizer of `size` tokens in all."""
    tokenizer = _bare()
    special = [PADDING, END]
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(symbols()),
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    # Not "special" in the library's sense: the server must not leave them out of the answer.
    tokenizer.add_tokens([AddedToken(text, normalized=False, special=False) for text in symbols()])
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path, positions: int) -> None:
    """`tokenizer.json` and its configuration, with a chat template that hands the message through."""
    from transformers import PreTrainedTokenizerFast

    tokenizer.model.dropout = None
    fast: Any = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PADDING,
        model_max_length=positions,
        clean_up_tokenization_spaces=False,
        chat_template="{% for message in messages %}{{ message['content'] }}{% endfor %}",
    )
    fast.save_pretrained(folder)
