"""Every fault has a name, and says how it is made and what must hold meanwhile and afterwards.

A fault is a context manager: inside the block it is there, after it it is gone. `@fault` enters it into `FAULTS`,
from which `docs/faults.md` is made (`python -m tests.faults`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

import msgspec

Made = TypeVar("Made", bound=Callable[..., object])


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """The context manager's own name: how tests write it."""
    title: str
    made: str
    """How it is made, for the documentation."""
    where: tuple[str, int]
    """Module and line, for an order that does not depend on what was imported first."""
    holds: str
    """What must hold while it is there and afterwards."""


FAULTS: dict[str, Fault] = {}


def fault(title: str, *, made: str, holds: str) -> Callable[[Made], Made]:
    """Enter a context manager into the list of faults, under its own name."""

    def enter(manager: Made) -> Made:
        name = manager.__name__
        if name in FAULTS:
            raise ValueError(f"two faults are called {name}")
        where = (manager.__module__.rpartition(".")[2], inspect.unwrap(manager).__code__.co_firstlineno)
        FAULTS[name] = Fault(name=name, title=title, made=made, holds=holds, where=where)
        return manager

    return enter
