"""From what agent.toml says of a target to the host that actions work on."""

from __future__ import annotations

from guardia.agent.core.target import HostSpec
from guardia.agent.ports import Host
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.run.local import LocalHost
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from guardia.agent.run.ssh_upload import UploadNotes


def make_host(spec: HostSpec, pool: SshPool, notes: UploadNotes | None = None, pins: PinnedKeys | None = None) -> Host:
    """The host of `spec`. Nothing is dialled yet. Hosts of one agent share one `SshPool`, closed at the agent's end,
    and `notes` of how far uploads have come; `pins` are the CMDB's host keys."""
    if spec.ssh is None:
        return LocalHost(spec.asset)
    return SshHost(spec.asset, spec.ssh, pool, state_dir=spec.state_dir, notes=notes, pins=pins)
