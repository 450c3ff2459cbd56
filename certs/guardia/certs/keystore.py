"""An identity's folder: key, chain, trusted roots, ticket keys and who it is, replaced as a whole.

`<folder>/current` is a symbolic link to one generation (`g-000001`, …) with `key.pem` (0600), `chain.pem`,
`roots.pem`, `ticket-keys.json`, `identity.json`, and what their check found in `checked.json` (0600). A new generation
is written and fsynced beside the old one; then the link is renamed over. Whoever looks sees the old identity or the new
one, never a mixture, also after a power cut. The generation before the current one is kept.

`cryptography` is imported by what reads a certificate or makes a key, and not before: a load whose files are those that
were checked does neither (`guardia.certs.checked`).
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from guardia.certs import checked
from guardia.certs.errors import CertsError, KeystoreError
from guardia.certs.files import (
    FOLDER,
    PRIVATE,
    PUBLIC,
    create_once,
    make_folder,
    read_file,
    sync_folder,
    write_new,
)
from guardia.certs.identity import Role
from guardia.certs.policy import CertificateFacts, check_leaf

_GENERATION = re.compile(r"g-(\d{6,12})\Z")
_PENDING = "pending-key.pem"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """`identity.json`: who this folder speaks for."""

    role: Role
    name: str
    """Agent id, or the hub's name."""
    trust_domain: str
    asset_code: str = ""
    agents_url: str = ""
    """Agents: where to dial."""
    hub_url: str = ""
    """Agents: where they enrolled."""
    pin: str = ""
    """Hex sha256 of the root key that was checked at enrolment."""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What a new generation is made of; all PEM but the ticket keys (32 bytes each, by key id)."""

    identity: Identity
    key: bytes
    chain: bytes
    roots: bytes
    ticket_keys: Mapping[str, bytes] = {}

    def __repr__(self) -> str:
        return f"Material({self.identity!r})"


class Keystore(msgspec.Struct, frozen=True, kw_only=True):
    """A loaded generation. Its paths stay valid until the second replacement after it."""

    folder: Path
    """The generation's own folder, not the link: key and chain of one generation belong together."""
    identity: Identity
    facts: CertificateFacts
    """Of the leaf."""
    roots: bytes
    ticket_keys: dict[str, bytes]

    @property
    def key_path(self) -> Path:
        return self.folder / "key.pem"

    @property
    def chain_path(self) -> Path:
        return self.folder / "chain.pem"


def exists(folder: Path) -> bool:
    """Whether `folder` holds an identity."""
    return (folder / "current").is_symlink()


def load(folder: Path, *, remember: bool = False) -> Keystore:
    """The current identity in `folder`.

    Nothing is written, unless with `remember` the certificate had to be read: then what it says is kept for the next
    load, where the folder can be written.

    Raises `KeystoreError`: `keystore.missing` when there is none, `keystore.permissions` when the key is open to others
    (the message holds the chmod to run), `keystore.damaged` when the files do not fit each other.
    """
    try:
        target = (folder / "current").readlink()
    except FileNotFoundError:
        raise KeystoreError(f"{folder} holds no identity yet", code="keystore.missing") from None
    except OSError as error:
        raise KeystoreError(f"{folder / 'current'} cannot be read: {error.strerror}") from error
    if not _GENERATION.match(str(target)):
        raise KeystoreError(f"{folder / 'current'} points at {target}, not at a generation")
    return _load_generation(folder / target, remember=remember)


def replace(folder: Path, material: Material) -> Keystore:
    """Make `material` the current identity of `folder` and return it loaded.

    Everything is checked before the link moves: a key that does not fit its chain never becomes current. Raises
    `KeystoreError`; then the old identity stands.
    """
    facts = _check(material, _read_leaf(material))
    digest = checked.digest_of(material.key, material.chain, material.roots)
    try:
        make_folder(folder)
        with _lock(folder):
            number = max((n for n, _ in _generations(folder)), default=0) + 1
            name = f"g-{number:06d}"
            beside = folder / f".{name}.{secrets.token_hex(6)}"
            try:
                beside.mkdir(mode=FOLDER)
                write_new(beside / "key.pem", material.key, PRIVATE)
                write_new(beside / "chain.pem", material.chain, PUBLIC)
                write_new(beside / "roots.pem", material.roots, PUBLIC)
                write_new(beside / "ticket-keys.json", msgspec.json.encode(dict(material.ticket_keys)), PUBLIC)
                write_new(beside / "identity.json", msgspec.json.encode(material.identity), PUBLIC)
                write_new(beside / checked.NAME, checked.encode(digest, facts), PRIVATE)
                sync_folder(beside)
                beside.rename(folder / name)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
            loaded = _load_generation(folder / name)
            link = folder / f".current.{secrets.token_hex(6)}"
            link.symlink_to(name)
            link.replace(folder / "current")
            sync_folder(folder)
            for old, path in _generations(folder):
                if old < number - 1:
                    shutil.rmtree(path, ignore_errors=True)
    except OSError as error:
        raise KeystoreError(f"{folder} cannot be written: {error.strerror}", code="keystore.write") from error
    return loaded


def pending_key(folder: Path) -> bytes:
    """PEM of the key that `folder`'s enrolment uses: made once (0600) and kept for retries. Raises `KeystoreError`."""
    from guardia.certs.csr import key_from_pem, key_to_pem, new_key

    path = folder / _PENDING
    try:
        make_folder(folder)
        create_once(path, key_to_pem(new_key()), PRIVATE)
    except OSError as error:
        raise KeystoreError(f"{folder} cannot be written: {error.strerror}", code="keystore.write") from error
    data = read_file(path, private=True)
    key_from_pem(data)
    return data


def forget_pending_key(folder: Path) -> None:
    """The enrolment is stored: its key lives in the current generation now."""
    (folder / _PENDING).unlink(missing_ok=True)


def _generations(folder: Path) -> list[tuple[int, Path]]:
    return sorted((int(m[1]), path) for path in folder.iterdir() if (m := _GENERATION.match(path.name)))


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read_leaf(material: Material) -> CertificateFacts:
    """What the leaf says, when key, chain and roots can be read and the key is the leaf's. Raises `KeystoreError`."""
    from guardia.certs.certificate import load_pem, read_facts, spki_sha256
    from guardia.certs.csr import key_from_pem

    try:
        chain = load_pem(material.chain, "chain.pem")
        load_pem(material.roots, "roots.pem")
        if spki_sha256(key_from_pem(material.key).public_key()) != spki_sha256(chain[0].public_key()):
            raise KeystoreError("the key does not belong to the certificate")
        return read_facts(chain[0])
    except KeystoreError:
        raise
    except CertsError as error:
        raise KeystoreError(str(error)) from error


def _check(material: Material, leaf: CertificateFacts) -> CertificateFacts:
    """`leaf` itself, when it and the rest of `material` are what this folder speaks for. Raises `KeystoreError`."""
    try:
        name = check_leaf(leaf, material.identity.role, material.identity.trust_domain)
    except CertsError as error:
        raise KeystoreError(str(error)) from error
    if name != material.identity.name:
        raise KeystoreError(f"the certificate is that of {name}, not of {material.identity.name}")
    if any(len(key) != 32 for key in material.ticket_keys.values()):
        raise KeystoreError("a ticket key is not an Ed25519 public key of 32 bytes")
    return leaf


def _recall(folder: Path, digest: str, material: Material) -> CertificateFacts | None:
    """The leaf's facts as they were left here; None when the files must be checked anew, whose error counts."""
    leaf = checked.recall(folder, digest)
    try:
        return None if leaf is None else _check(material, leaf)
    except KeystoreError:
        return None


def _load_generation(folder: Path, *, remember: bool = False) -> Keystore:
    try:
        material = Material(
            key=read_file(folder / "key.pem", private=True),
            chain=read_file(folder / "chain.pem", private=False),
            roots=read_file(folder / "roots.pem", private=False),
            ticket_keys=msgspec.json.decode(
                read_file(folder / "ticket-keys.json", private=False), type=dict[str, bytes]
            ),
            identity=msgspec.json.decode(read_file(folder / "identity.json", private=False), type=Identity),
        )
    except msgspec.MsgspecError as error:
        raise KeystoreError(f"{folder}: a file is damaged; enrol again") from error
    digest = checked.digest_of(material.key, material.chain, material.roots)
    facts = _recall(folder, digest, material)
    if facts is None:
        try:
            facts = _check(material, _read_leaf(material))
        except KeystoreError as error:
            raise KeystoreError(f"{folder}: {error}", code=error.code) from error
        if remember:
            checked.remember(folder, digest, facts)
    return Keystore(
        folder=folder,
        identity=material.identity,
        facts=facts,
        roots=material.roots,
        ticket_keys=dict(material.ticket_keys),
    )
