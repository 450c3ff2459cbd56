"""What both kinds of hosts say of a file system that they could not read."""

from __future__ import annotations

from guardia.agent.core.procfs import Mount
from guardia.agent.ports import Disk


def unread_disk(mount: Mount) -> Disk:
    """`total` 0 says that nothing is known of it."""
    return Disk(mount=mount.path, device=mount.device, fs_type=mount.fs_type, total=0, used=0, free=0)
