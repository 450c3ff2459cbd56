"""The network that is trained: a Llama in plain torch, whose weights are saved under the names of Hugging Face's.

The library's own class costs several times the time of its matrix products on one core (casts, masks, caches), and a
core's matrix unit only knows bfloat16. `configuration` and `state` are what `transformers` and vLLM load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

THETA = 10_000.0
EPSILON = 1e-5
POSITIONS = 1_024


@dataclass(frozen=True)
class Shape:
    """Sizes of the network. A head is 32 or 64 wide: what the server's attention on a CPU takes."""

    vocabulary: int
    hidden: int = 256
    layers: int = 6
    heads: int = 4
    inner: int = 640

    @property
    def head(self) -> int:
        return self.hidden // self.heads


def _turns(length: int, head: int) -> tuple[Tensor, Tensor]:
    frequencies = THETA ** (-torch.arange(0, head, 2).float() / head)
    angles = torch.outer(torch.arange(length).float(), frequencies)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def _turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    return x * cos + torch.cat((-x[..., half:], x[..., :half]), dim=-1) * sin


class Block(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.before_attention = nn.Parameter(torch.ones(shape.hidden))
        self.before_inner = nn.Parameter(torch.ones(shape.hidden))
        self.looks = nn.Linear(shape.hidden, 3 * shape.hidden, bias=False)
        self.joins = nn.Linear(shape.hidden, shape.hidden, bias=False)
        self.widens = nn.Linear(shape.hidden, 2 * shape.inner, bias=False)
        self.narrows = nn.Linear(shape.inner, shape.hidden, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        batch, length, hidden = x.shape
        shape = self.shape
        seen = functional.rms_norm(x, (hidden,), self.before_attention, EPSILON)
        three = self.looks(seen).view(batch, length, 3, shape.heads, shape.head).permute(2, 0, 3, 1, 4)
        both = _turn(three[:2], cos, sin).reshape(2, batch * shape.heads, length, shape.head)
        # Written out: over short messages the fused kernel's backward pass costs more than all else together.
        scores = torch.baddbmm(mask, both[0], both[1].transpose(1, 2), alpha=shape.head**-0.5)
        values = three[2].reshape(batch * shape.heads, length, shape.head)
        mixed = torch.bmm(scores.softmax(dim=-1), values).view(batch, shape.heads, length, shape.head)
        x = x + self.joins(mixed.transpose(1, 2).reshape(batch, length, hidden))
        gate, up = self.widens(functional.rms_norm(x, (hidden,), self.before_inner, EPSILON)).chunk(2, dim=-1)
        return x + self.narrows(functional.silu(gate) * up)


class Network(nn.Module):
    """Predicts the next token at the places that a mask names."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.hidden)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.last = nn.Parameter(torch.ones(shape.hidden))
        cos, sin = _turns(POSITIONS, shape.head)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                deep = (2 * shape.layers) ** 0.5 if ("joins" in name or "narrows" in name) else 1.0
                nn.init.normal_(weight, std=0.03 / deep)

    def forward(self, tokens: Tensor) -> Tensor:
        """Hidden states, normalised; `logits` makes scores of those that count."""
        length = tokens.shape[1]
        cos, sin = self.cos[:length], self.sin[:length]
        x = self.embedding(tokens)
        mask = torch.full((length, length), float("-inf"), dtype=x.dtype).triu(1)
        for block in self.blocks:
            x = block(x, cos, sin, mask)
        return functional.rms_norm(x, (self.shape.hidden,), self.last, EPSILON)

    def logits(self, hidden: Tensor) -> Tensor:
        return functional.linear(hidden, self.embedding.weight)


def configuration(shape: Shape, *, first: int, last: int, padding: int) -> dict[str, Any]:
    """`config.json` of the checkpoint; the three numbers are tokens."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "head_dim": shape.head,
        "hidden_act": "silu",
        "max_position_embeddings": POSITIONS,
        "rms_norm_eps": EPSILON,
        "rope_theta": THETA,
        "attention_bias": False,
        "mlp_bias": False,
        "tie_word_embeddings": True,
        "bos_token_id": first,
        "eos_token_id": last,
        "pad_token_id": padding,
        "dtype": "bfloat16",
    }


def state(network: Network) -> dict[str, Tensor]:
    """The weights under Llama's names."""
    found = {"model.embed_tokens.weight": network.embedding.weight, "model.norm.weight": network.last}
    for number, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        prefix = f"model.layers.{number}."
        query, key, value = block.looks.weight.chunk(3)
        gate, up = block.widens.weight.chunk(2)
        found |= {
            f"{prefix}input_layernorm.weight": block.before_attention,
            f"{prefix}post_attention_layernorm.weight": block.before_inner,
            f"{prefix}self_attn.q_proj.weight": query,
            f"{prefix}self_attn.k_proj.weight": key,
            f"{prefix}self_attn.v_proj.weight": value,
            f"{prefix}self_attn.o_proj.weight": block.joins.weight,
            f"{prefix}mlp.gate_proj.weight": gate,
            f"{prefix}mlp.up_proj.weight": up,
            f"{prefix}mlp.down_proj.weight": block.narrows.weight,
        }
    return {name: weight.detach().to(torch.bfloat16).contiguous().clone() for name, weight in found.items()}
