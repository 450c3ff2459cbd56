"""asyncssh, imported in our way: modules of this package take it from here and from nowhere else.

Only what reaches hosts by SSH imports this module: asyncssh is 6 MiB that an agent without such hosts does not pay.
"""

from __future__ import annotations

import ctypes.util


def _import_asyncssh() -> None:
    """Import asyncssh without its search for liboqs.

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

import asyncssh  # noqa: E402 - after the import that did not search

__all__ = ["asyncssh"]
