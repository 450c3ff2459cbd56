"""From what agent.toml says of a target to the host that actions work on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from guardia.agent.core.target import HostSpec
from guardia.agent.ports import Host
from guardia.agent.run.cgroups import Groups
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.run.local import LocalHost

if TYPE_CHECKING:
    from guardia.agent.run.ssh_pool import SshPool
    from guardia.agent.run.ssh_upload import UploadNotes


def make_pool(specs: Iterable[HostSpec]) -> SshPool | None:
    """The pool that the hosts share; None when none of them is reached by SSH: then asyncssh is never imported."""
    if all(spec.ssh is None for spec in specs):
        return None
    from guardia.agent.run.ssh_pool import SshPool

    return SshPool()


def make_notes(specs: Iterable[HostSpec], directory: Path) -> UploadNotes | None:
    """What notes how far uploads to the hosts have come; None when none of them is reached by SSH."""
    if all(spec.ssh is None for spec in specs):
        return None
    from guardia.agent.run.ssh_upload import UploadNotes

    return UploadNotes(directory)


def make_host(
    spec: HostSpec,
    pool: SshPool | None,
    notes: UploadNotes | None = None,
    pins: PinnedKeys | None = None,
    groups: Groups | None = None,
) -> Host:
    """The host of `spec`. Nothing is dialled yet. Hosts of one agent share one `SshPool`, closed at the agent's end,
    and `notes` of how far uploads have come; `pins` are the CMDB's host keys, `groups` those of this machine."""
    if spec.ssh is None:
        return LocalHost(spec.asset, groups=groups)
    from guardia.agent.run.ssh import SshHost

    assert pool is not None, "make the pool of the same hosts"
    return SshHost(spec.asset, spec.ssh, pool, state_dir=spec.state_dir, notes=notes, pins=pins)
