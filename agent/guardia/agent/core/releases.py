"""Releases of a service: which one replaced which. The record, not the alphabet, says what a rollback goes back to."""

from __future__ import annotations

import posixpath

import msgspec

MAX_RELEASES = 500
"""Entries that the record keeps; the oldest go first."""

MAX_RECORD = 512 * 1024
"""Largest `releases.json`, bytes."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    release: str
    previous: str = ""
    """Release that `current` pointed at when this one was deployed; empty: none."""
    sha256: str
    file_name: str
    at: str
    """ISO 8601."""


class ReleaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`releases.json`. A release that was deployed twice has two entries; the later one counts."""

    version: int = 1
    releases: tuple[Release, ...] = ()

    def find(self, release: str) -> Release | None:
        return next((entry for entry in reversed(self.releases) if entry.release == release), None)

    def with_release(self, entry: Release) -> ReleaseRecord:
        return ReleaseRecord(releases=(*self.releases, entry)[-MAX_RELEASES:])


def decode_record(data: bytes) -> ReleaseRecord:
    """Raises ValueError for anything that is not a record of version 1: guessing here means the wrong rollback."""
    try:
        record = msgspec.json.decode(data, type=ReleaseRecord)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise ValueError(str(error)) from None
    if record.version != 1:
        raise ValueError(f"version {record.version} is not known")
    for entry in record.releases:
        for name in (entry.release, entry.previous):
            # A name becomes a path, and `current` a link to it: never to somewhere else.
            if name in {".", ".."} or "/" in name or not name.isprintable():
                raise ValueError(f"{name[:80]!r} is no name of a release")
    return record


def encode_record(record: ReleaseRecord) -> bytes:
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


class Layout(msgspec.Struct, frozen=True):
    """Paths below a service's `deploy_root`."""

    root: str

    @property
    def current(self) -> str:
        return posixpath.join(self.root, "current")

    @property
    def record(self) -> str:
        return posixpath.join(self.root, "releases.json")

    @property
    def releases(self) -> str:
        return posixpath.join(self.root, "releases")

    def directory(self, release: str) -> str:
        return posixpath.join(self.releases, release)

    def file(self, release: str, name: str) -> str:
        return posixpath.join(self.releases, release, name)

    def link_target(self, release: str) -> str:
        """Relative, so that the root may be mounted or moved elsewhere."""
        return posixpath.join("releases", release)

    def release_of(self, target: str | None) -> str:
        """Release that the link's target names; empty when there is none or it points elsewhere."""
        if not target:
            return ""
        path = posixpath.normpath(posixpath.join(self.root, target))
        parent, name = posixpath.split(path)
        return name if parent == posixpath.normpath(self.releases) else ""
