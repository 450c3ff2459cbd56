"""The optimiser: Muon for the matrices, AdamW for the rest, both on copies in full precision."""

from __future__ import annotations

import math

import torch
from network import Network

CLIP = 1.0
"""Greatest norm of all gradients together."""


class Optimiser:
    def __init__(self, network: Network, rate: float) -> None:
        self._pairs = [(weight, weight.detach().float().clone()) for weight in network.parameters()]
        matrices, others = [], []
        for (name, _), (_, master) in zip(network.named_parameters(), self._pairs, strict=True):
            (matrices if master.dim() > 1 and "embedding" not in name else others).append(master)
        small = rate * 0.25
        self._rates: tuple[tuple[torch.optim.Optimizer, float], ...] = (
            (torch.optim.Muon(matrices, lr=rate, weight_decay=0.05, momentum=0.95), rate),
            (torch.optim.AdamW(others, lr=small, betas=(0.9, 0.98), weight_decay=0.0, fused=True), small),
        )

    def step(self, scale: float) -> None:
        """Move the weights by their gradients, at `scale` of the full rate, and forget the gradients."""
        total = math.sqrt(
            sum(float(weight.grad.float().pow(2).sum()) for weight, _ in self._pairs if weight.grad is not None)
        )
        for weight, master in self._pairs:
            assert weight.grad is not None
            master.grad = weight.grad.float() * min(1.0, CLIP / (total + 1e-6))
            weight.grad = None
        for optimiser, rate in self._rates:
            for group in optimiser.param_groups:
                group["lr"] = rate * scale
            optimiser.step()
        with torch.no_grad():
            for weight, master in self._pairs:
                weight.copy_(master)
