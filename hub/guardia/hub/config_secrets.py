"""Secrets that the configuration names: in files that nobody else can read, or in environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from guardia.hub.errors import ConfigError


def secret_of(path: Path, remedy: str = "") -> bytes:
    """Content of a secret's file, stripped. Raises `ConfigError` when it is missing or readable by others."""
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigError(f"{path} can be read by others; run: chmod 600 {path}")
        return path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}{remedy}") from error


def long_secret(what: str, secret: bytes) -> bytes:
    """`secret`, if it has at least 16 bytes. Raises `ConfigError`."""
    if len(secret) < 16:
        raise ConfigError(f"{what} is too short; use at least 16 random bytes")
    return secret


def named_secret(what: str, file: str, variable: str, environ: Mapping[str, str]) -> bytes:
    """A secret from the file or the environment variable that the configuration names. Raises `ConfigError`."""
    if bool(file) == bool(variable):
        kind = what.rpartition(" ")[2]
        raise ConfigError(f"{what} is not given; name one of {kind}_file and {kind}_env")
    if file:
        return secret_of(Path(file))
    if not environ.get(variable):
        raise ConfigError(f"{what}: the environment variable {variable} is not set")
    return environ[variable].strip().encode()
