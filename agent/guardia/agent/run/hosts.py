"""From what agent.toml says of a target to the host that actions work on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from guardia.agent.core.target import HostSpec
from guardia.agent.ports import Host
from guardia.agent.run.local import LocalHost

if TYPE_CHECKING:
    from guardia.agent.run.ssh_pool import SshPool


def make_pool(specs: Iterable[HostSpec]) -> SshPool | None:
    """The pool that the hosts share; None when none of them is reached by SSH: then asyncssh is never imported."""
    if all(spec.ssh is None for spec in specs):
        return None
    from guardia.agent.run.ssh_pool import SshPool

    return SshPool()


def make_host(spec: HostSpec, pool: SshPool | None) -> Host:
    """The host of `spec`. Nothing is dialled yet. Hosts of one agent share one `SshPool`, closed at the agent's end."""
    if spec.ssh is None:
        return LocalHost(spec.asset)
    from guardia.agent.run.ssh import SshHost

    assert pool is not None, "make the pool of the same hosts"
    return SshHost(spec.asset, spec.ssh, pool, state_dir=spec.state_dir)
