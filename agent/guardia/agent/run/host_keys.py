"""SSH host keys that the CMDB pins, as the hub has handed them over; kept on the disk for the time without a hub."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec

from guardia.agent.core.target import HopSpec, SshSpec
from guardia.proto.frames import HostKey, HostKeys

FILE = "host_keys.json"
_MAX_FILE = 4 * 1024 * 1024


class PinnedKeys:
    """A key in agent.toml always wins: what stands there is known to this gateway's own administrator."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE
        self._keys: dict[str, tuple[str, ...]] = {}
        # A file that cannot be read pins nothing: such hosts are refused until the hub hands the keys over again.
        with contextlib.suppress(OSError, msgspec.DecodeError, msgspec.ValidationError), self._path.open("rb") as file:
            self._take(msgspec.json.decode(file.read(_MAX_FILE), type=tuple[HostKey, ...]))

    def _take(self, keys: tuple[HostKey, ...]) -> None:
        found: dict[str, tuple[str, ...]] = {}
        for each in keys:
            found[each.asset] = (*found.get(each.asset, ()), each.key)
        self._keys = found  # at once: the loop looks things up while a thread is in here

    def replace(self, frame: HostKeys) -> None:
        """Let the frame's keys be all that there are, in memory and on the disk. Blocking. Raises `OSError`."""
        self._take(frame.keys)
        temporary = self._path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(frame.keys))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)

    def of(self, asset: str) -> str:
        """The keys of a host, one a line; empty: none is pinned."""
        return "\n".join(self._keys.get(asset, ()))

    def resolve(self, asset: str, spec: SshSpec) -> SshSpec:
        """`spec` with the CMDB's key at every server that has none in agent.toml."""
        jump = tuple(self._hop(hop) for hop in spec.jump)
        host_key = spec.host_key or self.of(asset)
        if jump == spec.jump and host_key == spec.host_key:
            return spec
        return msgspec.structs.replace(spec, host_key=host_key, jump=jump)

    def _hop(self, hop: HopSpec) -> HopSpec:
        return hop if hop.host_key else msgspec.structs.replace(hop, host_key=self.of(hop.asset))
