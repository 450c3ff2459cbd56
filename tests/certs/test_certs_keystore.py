import stat
from pathlib import Path

import msgspec
import pytest

from guardia.certs import files, keystore
from guardia.certs.errors import KeystoreError
from guardia.certs.identity import Role
from guardia.certs.keystore import Keystore


def test_a_replaced_identity_loads_back(pki, tmp_path: Path) -> None:
    material = msgspec.structs.replace(pki.agent_material(), ticket_keys={"k1": bytes(32)})
    stored = keystore.replace(tmp_path / "id", material)
    loaded = keystore.load(tmp_path / "id")
    assert loaded == stored
    assert loaded.identity == material.identity
    assert loaded.ticket_keys == {"k1": bytes(32)}
    assert loaded.roots == pki.ca.roots_pem
    assert loaded.key_path.read_bytes() == material.key
    assert stat.S_IMODE(loaded.key_path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "id").stat().st_mode) == 0o700


def test_no_identity_is_a_clear_error(tmp_path: Path) -> None:
    assert not keystore.exists(tmp_path)
    with pytest.raises(KeystoreError) as caught:
        keystore.load(tmp_path)
    assert caught.value.code == "keystore.missing"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused_with_the_command_to_run(pki, mode: int) -> None:
    store = pki.agent()
    store.key_path.chmod(mode)
    with pytest.raises(KeystoreError, match=f"chmod 600 {store.key_path}") as caught:
        keystore.load(store.folder.parent)
    assert caught.value.code == "keystore.permissions"


def test_a_folder_that_others_may_write_is_refused(pki, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(KeystoreError, match="chmod 700"):
        keystore.replace(tmp_path / "open", pki.agent_material())


def test_the_generation_before_is_kept_and_older_ones_go(pki) -> None:
    first, second, third = pki.agent(), pki.agent(), pki.agent()
    assert not first.folder.exists()
    assert second.key_path.exists()
    assert keystore.load(third.folder.parent).folder == third.folder
    assert {path.name for path in third.folder.parent.iterdir()} == {"current", "lock", "g-000002", "g-000003"}


def test_a_material_that_does_not_fit_never_becomes_current(pki, foreign) -> None:
    store = pki.agent()
    folder = store.folder.parent
    good, other = pki.agent_material(), pki.agent_material()
    hub = msgspec.structs.replace(good.identity, role=Role.HUB)
    for change in (
        {"key": other.key},
        {"key": b"garbage"},
        {"chain": b""},
        {"roots": b"x"},
        {"identity": hub},
        {"identity": msgspec.structs.replace(good.identity, name="was02")},
        {"identity": msgspec.structs.replace(good.identity, trust_domain="other.test")},
        {"ticket_keys": {"k": b"short"}},
    ):
        with pytest.raises(KeystoreError):
            keystore.replace(folder, msgspec.structs.replace(good, **change))
        assert keystore.load(folder) == store


@pytest.mark.parametrize("step", ["write_new", "rename", "symlink_to", "replace"])
def test_a_crash_at_any_step_leaves_the_old_identity_whole(pki, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    store = pki.agent()
    folder = store.folder.parent
    material = pki.agent_material()

    def crash(*_arguments: object, **_named: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        if step == "write_new":
            patch.setattr(keystore, "write_new", crash)
        else:
            patch.setattr(Path, step, crash)
        with pytest.raises(KeystoreError) as caught:
            keystore.replace(folder, material)
    assert caught.value.code == "keystore.write"
    assert keystore.load(folder) == store
    renewed = keystore.replace(folder, material)
    assert keystore.load(folder) == renewed != store


@pytest.mark.parametrize("name", ["key.pem", "chain.pem", "roots.pem", "ticket-keys.json", "identity.json"])
@pytest.mark.parametrize("damage", [None, b"", b"\xff\xfe garbage"])
def test_a_missing_or_damaged_file_is_named(pki, name: str, damage: bytes | None) -> None:
    store = pki.agent()
    if damage is None:
        (store.folder / name).unlink()
    else:
        (store.folder / name).write_bytes(damage)
    with pytest.raises(KeystoreError, match=str(store.folder)):
        keystore.load(store.folder.parent)


def test_a_link_that_leads_elsewhere_is_refused(pki, tmp_path: Path) -> None:
    store: Keystore = pki.agent()
    link = store.folder.parent / "current"
    link.unlink()
    link.symlink_to(store.folder)
    with pytest.raises(KeystoreError, match="not at a generation"):
        keystore.load(store.folder.parent)


def test_the_pending_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = keystore.pending_key(tmp_path)
    assert keystore.pending_key(tmp_path) == first
    path = tmp_path / "pending-key.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(KeystoreError, match="chmod 600"):
        keystore.pending_key(tmp_path)
    keystore.forget_pending_key(tmp_path)
    keystore.forget_pending_key(tmp_path)
    assert keystore.pending_key(tmp_path) != first


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    files.write_atomic(path, b"old", files.PRIVATE)
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", lambda _descriptor: (_ for _ in ()).throw(OSError(28, "No space left")))
        with pytest.raises(OSError, match="No space"):
            files.write_atomic(path, b"new", files.PRIVATE)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]
    assert not files.create_once(path, b"third", files.PRIVATE)
    assert path.read_bytes() == b"old"


def test_no_secret_in_repr(pki) -> None:
    material = pki.agent_material()
    assert "PRIVATE" not in repr(material)
    assert "BEGIN" not in repr(material)
