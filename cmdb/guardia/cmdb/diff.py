"""What would change: one inventory against another, field by field. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from guardia.cmdb.model import Alias, AliasKind, Inventory, Server

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


class FieldChange(msgspec.Struct, frozen=True):
    field: str
    before: str
    after: str


class ServerChange(msgspec.Struct, frozen=True, kw_only=True):
    """A server whose asset code stays and of which something else differs."""

    before: Server
    after: Server

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        return tuple(
            FieldChange(name, str(old), str(new))
            for name in Server.__struct_fields__
            if (old := getattr(self.before, name)) != (new := getattr(self.after, name))
        )


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """The way from the inventory of `base_revision` to the one whose content has `target_sha256`."""

    base_revision: int
    target_sha256: str
    added: tuple[Server, ...] = ()
    removed: tuple[Server, ...] = ()
    changed: tuple[ServerChange, ...] = ()
    aliases_added: tuple[Alias, ...] = ()
    aliases_removed: tuple[Alias, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.aliases_added or self.aliases_removed)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "removed": len(self.removed),
            "changed": len(self.changed),
            "aliases_added": len(self.aliases_added),
            "aliases_removed": len(self.aliases_removed),
        }

    @property
    def summary(self) -> str:
        """One line for people: `servers +3 -1 ~2, aliases +4 -0`, or that there is nothing to do."""
        if self.empty:
            return "nothing to do: the inventory is already so"
        return (
            f"servers +{len(self.added)} -{len(self.removed)} ~{len(self.changed)}, "
            f"aliases +{len(self.aliases_added)} -{len(self.aliases_removed)}"
        )

    def lines(self, limit: int | None = None) -> list[str]:
        """One line a change, each with `+`, `-` or `~` in front, what goes away first; with `limit`, the first so many
        and one line that counts the rest."""
        every = list(self._lines())
        if limit is None or len(every) <= limit:
            return every
        return [*every[:limit], f"… and {len(every) - limit} more changes"]

    def _lines(self) -> Iterable[str]:
        for server in self.removed:
            yield f"- server {describe(server)}"
        for alias in self.aliases_removed:
            yield f"- alias {describe_alias(alias)}"
        for change in self.changed:
            what = ", ".join(f"{f.field} {f.before or '(empty)'} → {f.after or '(empty)'}" for f in change.fields)
            yield f"~ server {change.after.asset_code}: {what}"
        for server in self.added:
            yield f"+ server {describe(server)}"
        for alias in self.aliases_added:
            yield f"+ alias {describe_alias(alias)}"

    def as_data(self) -> dict[str, Any]:
        """For `--json` and the API: counts and every change, as plain data."""
        return {
            "base_revision": self.base_revision,
            "target_sha256": self.target_sha256,
            "counts": self.counts,
            "added": msgspec.to_builtins(self.added),
            "removed": msgspec.to_builtins(self.removed),
            "changed": [
                {"asset_code": c.after.asset_code, "fields": msgspec.to_builtins(c.fields)} for c in self.changed
            ],
            "aliases_added": msgspec.to_builtins(self.aliases_added),
            "aliases_removed": msgspec.to_builtins(self.aliases_removed),
        }


def describe(server: Server) -> str:
    return (
        f"{server.asset_code} ({server.institution} {server.system_name} {server.environment} "
        f"{server.infrastructure_layer} {server.node_no}) {server.hostname} {server.address}"
    )


def describe_alias(alias: Alias) -> str:
    of = f"{alias.institution} {alias.canonical}" if alias.kind is AliasKind.SYSTEM else alias.canonical
    return f"{alias.alias} = {alias.kind} {of}"


def alias_order(alias: Alias) -> tuple[str, str, str, str]:
    """The order in which an inventory holds its aliases."""
    return (alias.kind, alias.institution, alias.canonical, alias.alias)


def make_inventory(servers: Iterable[Server], aliases: Iterable[Alias], revision: int = 0) -> Inventory:
    """An inventory in its one order: servers by asset code, aliases by kind, institution, name and alias."""
    return Inventory(
        revision=revision,
        servers=tuple(sorted(servers, key=lambda server: server.asset_code)),
        aliases=tuple(sorted(aliases, key=alias_order)),
    )


def content_sha256(inventory: Inventory) -> str:
    """Digest of what an inventory says, without its revision."""
    ordered = make_inventory(inventory.servers, inventory.aliases)
    return hashlib.sha256(_encode((ordered.servers, ordered.aliases))).hexdigest()


def compare(before: Inventory, after: Inventory) -> Diff:
    """What changes from `before`, which is in force, to `after`, whose revision does not matter."""
    old = {server.asset_code: server for server in before.servers}
    new = {server.asset_code: server for server in after.servers}
    old_aliases, new_aliases = set(before.aliases), set(after.aliases)
    return Diff(
        base_revision=before.revision,
        target_sha256=content_sha256(after),
        added=tuple(new[code] for code in sorted(new.keys() - old.keys())),
        removed=tuple(old[code] for code in sorted(old.keys() - new.keys())),
        changed=tuple(
            ServerChange(before=old[code], after=new[code])
            for code in sorted(old.keys() & new.keys())
            if old[code] != new[code]
        ),
        aliases_added=tuple(sorted(new_aliases - old_aliases, key=alias_order)),
        aliases_removed=tuple(sorted(old_aliases - new_aliases, key=alias_order)),
    )
