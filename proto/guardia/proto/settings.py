"""Configuration files: one TOML file a program into typed values, every mistake with file, line and remedy.

Here because hub and agent share it and nothing else of theirs is shared; it belongs to no wire format.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec

from guardia.proto.errors import ProtoError

T = TypeVar("T")
MAX_BYTES = 1024 * 1024
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")
_MISSING = re.compile(r"missing required field `(?P<name>[^`]*)`")


class SettingsError(ProtoError):
    """`file:line: what is wrong; what to do`."""

    code = "settings.invalid"


def load(path: Path, kind: type[T], *, prefix: str, environ: Mapping[str, str]) -> T:
    """The file at `path` as `kind` (a msgspec Struct of sections), with environment variables laid over it.

    `prefix` `GUARDIA_HUB` lets `GUARDIA_HUB_WEB_PORT=8080` stand for `[web] port = 8080`. A missing file is an error.
    Raises `SettingsError`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; give another file with --config") from error
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{path}: {len(data)} bytes, at most {MAX_BYTES}; this is no configuration file")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from error
    return parse(text, kind, source=str(path), prefix=prefix, environ=environ)


def parse(text: str, kind: type[T], *, source: str, prefix: str, environ: Mapping[str, str]) -> T:
    """Like `load`, from text; `source` names it in errors."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        where = f"{source}:{found[1]}" if found else source
        raise SettingsError(f"{where}: not TOML: {error}; see the example in the documentation") from error
    origins = _overlay(values, kind, prefix, environ)
    try:
        return msgspec.convert(values, kind, strict=True)
    except msgspec.ValidationError as error:
        raise SettingsError(_explain(str(error), text, kind, source, origins)) from None


def _overlay(values: dict[str, Any], kind: type, prefix: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Lay `PREFIX_SECTION_KEY` variables over `values`; returns which variable set which path."""
    origins: dict[str, str] = {}
    for section in msgspec.structs.fields(kind):
        fields = section.type if isinstance(section.type, type) and issubclass(section.type, msgspec.Struct) else None
        if fields is None:
            continue
        for field in msgspec.structs.fields(fields):
            name = f"{prefix}_{section.encode_name}_{field.encode_name}".upper().replace("-", "_")
            if name in environ and isinstance(values.get(section.encode_name, {}), dict):
                values.setdefault(section.encode_name, {})[field.encode_name] = _scalar(environ[name], field.type)
                origins[f"{section.encode_name}.{field.encode_name}"] = name
    return origins


def _scalar(text: str, kind: Any) -> Any:
    if kind is str or (get_origin(kind) is Annotated and get_args(kind)[0] is str):
        return text
    try:
        value = tomllib.loads(f"x = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return value["x"] if len(value) == 1 else text


def _explain(message: str, text: str, kind: type, source: str, origins: Mapping[str, str]) -> str:
    found = _PATH.search(message)
    path = found["path"] if found else ""
    reason = message.split(" - at ", maxsplit=1)[0]
    unknown = _UNKNOWN.search(reason)
    missing = _MISSING.search(reason)
    key = unknown["name"] if unknown else path.rpartition(".")[2].partition("[")[0]
    remedy = ""
    if unknown:
        known = _names(kind, path)
        import difflib  # only a mistake needs it

        near = difflib.get_close_matches(unknown["name"], known, 1)
        remedy = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
        reason = f"unknown key {unknown['name']!r}"
    elif missing:
        remedy = f"add {missing['name']} = …"
        reason = f"{missing['name']!r} is missing"
        key = ""
    if path in origins:
        return f"environment variable {origins[path]}: {reason}; correct its value"
    line = _line(text, path, key)
    section = f"[{path}] " if path and (unknown or missing) else f"{path}: " if path else ""
    return f"{source}:{line}: {section}{reason}" + (f"; {remedy}" if remedy else "")


def _names(kind: Any, path: str) -> list[str]:
    """Field names of the struct at `path`, where it can be followed."""
    for part in [p for p in re.split(r"[.\[\]…]+", path) if p]:
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
        kind = fields.get(part, kind)
        arguments = getattr(kind, "__args__", ())
        kind = next((a for a in arguments if isinstance(a, type) and issubclass(a, msgspec.Struct)), kind)
        if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
            return []
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def _line(text: str, path: str, key: str) -> int:
    """Line of the key, or of its section, or 1; arrays of tables count their headers."""
    section = path.split(".", 1)[0].split("[", 1)[0]
    index = int(found[1]) if (found := re.match(r"\w+\[(\d+)\]", path)) else 0
    inside, best, count = not section, 1, -1
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            name = stripped.strip("[]").split("#")[0].strip(" ]")
            if not section and name.split(".")[0] == key:
                return number
            if name.split(".")[0] == section:
                count += stripped.startswith("[[") and name == section
                inside = not stripped.startswith("[[") or count >= index
                if inside and count <= index:
                    best = number
            else:
                inside = not section
            if inside and count > index:
                break
        elif inside and key and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*=", stripped):
            return number
    return best
