"""Pinned SSH host keys of hosts behind a gateway: declared by people, handed to the gateway's agent by the hub.

They come from a file in the format of `known_hosts` whose first column is an asset code, and were read on the hosts'
own consoles: nothing here looks at the network.
"""

from __future__ import annotations

import re

import msgspec
from sqlalchemy import Connection, delete, insert, select

from guardia.cmdb.errors import ImportRowsError, StaleRevisionError
from guardia.cmdb.tables import host_keys, hosts, revisions

KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{20,1900}={0,2})\Z")
MAX_KEYS = 4
"""Keys of one host: one of each kind, or an old and a new one while they are being changed."""
MAX_TEXT = 16 * 1024 * 1024


class HostKey(msgspec.Struct, frozen=True, kw_only=True):
    asset_code: str
    key: str
    """`ssh-ed25519 AAAA…`, as in known_hosts without the name."""


def parse(text: str) -> tuple[HostKey, ...]:
    """The keys of a file with lines `asset kind key [comment]`; empty lines and `#` are passed over.

    Raises `ImportRowsError` with every wrong line.
    """
    problems: list[str] = []
    found: dict[HostKey, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        key = " ".join(words[1:3])
        if not KEY.match(key):
            problems.append(f"line {number}: no host key; write: ASSET ssh-ed25519 AAAA…, as the host's own .pub file")
            continue
        entry = HostKey(asset_code=words[0], key=key)
        found[entry] = None
        if sum(each.asset_code == words[0] for each in found) > MAX_KEYS:
            problems.append(f"line {number}: more than {MAX_KEYS} keys for {words[0]}; remove the old ones")
    if problems:
        raise ImportRowsError(problems[:1000], len(problems))
    return tuple(found)


def load(connection: Connection) -> tuple[HostKey, ...]:
    """All keys, ordered."""
    rows = connection.execute(select(host_keys.c.asset_code, host_keys.c.key).order_by(*host_keys.primary_key))
    return tuple(HostKey(asset_code=code, key=key) for code, key in rows)


def replace(connection: Connection, keys: tuple[HostKey, ...], *, actor: str, source: str, now_ms: int) -> int:
    """Let `keys` be the keys of the hosts that they name, and of no others changed; a revision of its own when
    something differs. Returns the revision in force. Raises `ImportRowsError` for a host that is not in the inventory.
    """
    known = set(connection.execute(select(hosts.c.asset_code)).scalars())
    named = {key.asset_code for key in keys}
    if missing := sorted(named - known):
        raise ImportRowsError(
            [f"{code}: no such host in the inventory; import it first, or mend the name" for code in missing[:1000]],
            len(missing),
        )
    before = {key for key in load(connection) if key.asset_code in named}
    last = connection.execute(select(revisions).order_by(revisions.c.number.desc()).limit(1)).mappings().first()
    if last is None:
        raise StaleRevisionError("the inventory is empty; import it first")
    if before == set(keys):
        return int(last["number"])
    summary = f"SSH host keys of {len(named)} hosts"
    row = {
        "number": last["number"] + 1,
        "imported_ms": now_ms,
        "actor": actor[:200],
        "source": source[:500],
        "sha256": last["sha256"],
        "summary": summary,
    }
    connection.execute(insert(revisions), row)
    for code in sorted(named):
        connection.execute(delete(host_keys).where(host_keys.c.asset_code == code))
    connection.execute(insert(host_keys), [{"asset_code": each.asset_code, "key": each.key} for each in keys])
    return int(row["number"])
