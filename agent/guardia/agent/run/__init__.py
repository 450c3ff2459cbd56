"""The agent: run."""

from __future__ import annotations

import ctypes.util


def _import_asyncssh() -> None:
    """Import asyncssh without its search for liboqs, before any module of this package does.

    The search starts ldconfig, gcc and ld, wherever PATH finds them: an agent starts nothing that no step asked for.
    Without the library asyncssh uses what `cryptography` offers.
    """

    def find_nothing(name: str) -> str | None:  # noqa: ARG001 - the signature of what it replaces
        return None

    search = ctypes.util.find_library
    ctypes.util.find_library = find_nothing
    try:
        import asyncssh  # noqa: F401
    finally:
        ctypes.util.find_library = search


_import_asyncssh()
