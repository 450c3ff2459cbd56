"""Where in a TOML file a value stands, and mistakes that name the place. For configuration only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

import msgspec

from guardia.agent.errors import ConfigError

Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")
_AT = re.compile(r" - at `(\$[^`]*)`")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")
_LINE = re.compile(r"at line (\d+)")


class TomlText:
    """A parsed file that can tell the line of a value. Raises `tomllib.TOMLDecodeError`."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.values: dict[str, Any] = tomllib.loads(text)
        self._lines: dict[Place, int] = {}
        self._index(text)

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that has one; 0: none."""
        while place:
            if place in self._lines:
                return self._lines[place]
            place = place[:-1]
        return 0

    def _index(self, text: str) -> None:
        # By line, which finds what people write; a key inside a multi-line array counts as its array.
        section: Place = ()
        counts: dict[Place, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                section = self._section(header[2], double=header[1] == "[[", counts=counts)
                self._lines.setdefault(section, number)
            elif key := _KEY.match(line):
                parts = tuple(part.strip() for part in key[1].split("."))
                self._lines.setdefault(section + parts, number)

    @staticmethod
    def _section(dotted: str, *, double: bool, counts: dict[Place, int]) -> Place:
        place: Place = ()
        names = [name.strip().strip("\"'") for name in dotted.split(".")]
        for position, name in enumerate(names):
            place = (*place, name)
            last = position == len(names) - 1
            if last and double:
                counts[place] = counts.get(place, -1) + 1
            if place in counts:
                place = (*place, counts[place])
        return place


class Mistakes:
    """Collects what is wrong, so that one look at the output is enough to repair everything."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def plain(self, message: str) -> None:
        self._found.append((0, message))

    def add(self, text: TomlText, place: Place, what: str) -> None:
        line = text.line(place)
        where = f"{text.path}:{line}" if line else text.path
        self._found.append((line, f"{where}: {name_of(place)}: {what}"))

    def invalid(self, text: TomlText, base: Place, error: msgspec.ValidationError) -> None:
        """What msgspec says, at the place that it names below `base`."""
        message = str(error)
        if message.startswith("Object contains unknown field"):
            return  # `unknown_keys` has told it, with a suggestion
        place = base
        if found := _AT.search(message):
            place += tuple(name or int(index) for name, index in _STEP.findall(found[1]))
            message = message[: found.start()]
        if missing := re.match(r"Object missing required field `(.+)`", message):
            message, place = "is missing; add it", (*place, missing[1])
        self.add(text, place, message[:1].lower() + message[1:])

    def toml(self, path: str, error: tomllib.TOMLDecodeError) -> None:
        line = _LINE.search(str(error))
        self.plain(f"{path}{':' + line[1] if line else ''}: not valid TOML: {error}")

    @staticmethod
    def suggestion(name: str, known: Iterable[str]) -> str:
        import difflib  # only a mistake needs it, and an agent that runs has made none

        names = sorted(known)
        close = difflib.get_close_matches(name, names, 1)
        return f"; did you mean {close[0]}?" if close else f"; known: {', '.join(names)}"

    def error(self) -> ConfigError:
        return ConfigError("\n".join(message for _, message in sorted(self._found, key=lambda found: found[0])))


def name_of(place: Place) -> str:
    """`services[2].start_timeout`; people count from 1."""
    name = ""
    for part in place:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name


def unknown_keys(text: TomlText, values: Mapping[str, Any], kinds: Mapping[str, Any], mistakes: Mistakes) -> None:
    """Tell every key that nothing reads, at every depth, with the nearest name that something does."""
    for name, value in values.items():
        if name not in kinds:
            mistakes.add(text, (name,), f"is not known{mistakes.suggestion(name, kinds)}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                _walk(text, (name, index), item, kinds[name], mistakes)
        else:
            _walk(text, (name,) if name else (), value, kinds[name], mistakes)


def _walk(text: TomlText, place: Place, value: Any, kind: Any, mistakes: Mistakes) -> None:
    if not isinstance(value, dict):
        return
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    for key, inner in value.items():
        if key not in fields:
            mistakes.add(text, (*place, key), f"is not known{mistakes.suggestion(key, fields)}")
            continue
        struct = _struct_in(fields[key])
        if struct is None:
            continue
        if isinstance(inner, list):
            for index, item in enumerate(inner):
                _walk(text, (*place, key, index), item, struct, mistakes)
        else:
            _walk(text, (*place, key), inner, struct, mistakes)


def _struct_in(kind: Any) -> Any:
    """The struct that a type holds: itself, `Struct | None`, `tuple[Struct, ...]`, `Annotated[…]`."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if get_origin(kind) is None:
        return None
    for argument in get_args(kind):
        if (found := _struct_in(argument)) is not None:
            return found
    return None
