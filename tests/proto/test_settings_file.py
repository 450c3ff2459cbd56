"""Configuration files: every mistake says where, what, and what to do."""

from pathlib import Path
from typing import Annotated

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from guardia.proto.settings import MAX_BYTES, SettingsError, load, parse

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]


class Web(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: Port = 8080
    origins: tuple[str, ...] = ()
    tls: bool = False
    name: Annotated[str, msgspec.Meta(min_length=2)] = "hub"


class Host(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    asset: str
    port: Port = 22


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    web: Web = Web()
    hosts: tuple[Host, ...] = ()


def read(text: str, **environ: str) -> Settings:
    return parse(text, Settings, source="hub.toml", prefix="GUARDIA_HUB", environ=environ)


def mistake(text: str, **environ: str) -> str:
    with pytest.raises(SettingsError) as raised:
        read(text, **environ)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "where", "what", "remedy"),
    [
        ("[web]\n\nport = 99999\n", "hub.toml:3: ", "web.port", "65535"),
        ("[web]\nport = '80'\n", "hub.toml:2: ", "web.port", "int"),
        ("[web]\nprot = 80\n", "hub.toml:2: ", "unknown key 'prot'", "did you mean 'port'?"),
        ("[web]\nzzz = 80\n", "hub.toml:2: ", "unknown key 'zzz'", "known here: host, port"),
        ("[web]\n# port = 1\nhost = 'a'\nport = -1\n", "hub.toml:4: ", "web.port", ">= 0"),
        ("# c\n[wbe]\nport = 1\n", "hub.toml:2: ", "unknown key 'wbe'", "did you mean 'web'?"),
        ("[web] # the room\nport = 1.5\n", "hub.toml:2: ", "web.port", "int"),
        ("[[hosts]]\nasset = 'a'\n[[hosts]]\nport = 1\n", "hub.toml:3: ", "'asset' is missing", "add asset"),
        ("[[hosts]]\nasset = 'a'\n\n[[hosts]]\nasset = 'b'\nport = 0.5\n", "hub.toml:6: ", "port", "int"),
        ("[web]\nport = \n", "hub.toml:2", "not TOML", "see the example"),
        ("[web]\nport = 1\nport = 2\n", "hub.toml:3", "not TOML", "see the example"),
        ("[web]\norigins = 'x'\n", "hub.toml:2: ", "web.origins", "array"),
        ("web = 3\n", "hub.toml:1: ", "web", "object"),
    ],
)
def test_a_mistake_says_where_what_and_what_to_do(text: str, where: str, what: str, remedy: str) -> None:
    said = mistake(text)
    assert said.startswith(where), said
    assert what in said
    assert remedy in said


def test_the_environment_lies_over_the_file() -> None:
    text = "[web]\nport = 1\nhost = 'file'\n"
    found = read(
        text,
        GUARDIA_HUB_WEB_PORT="2",
        GUARDIA_HUB_WEB_ORIGINS='["https://a"]',
        GUARDIA_HUB_WEB_TLS="true",
        GUARDIA_HUB_WEB_NAME="12",
    )
    assert found.web == Web(port=2, host="file", origins=("https://a",), tls=True, name="12")
    assert read("", GUARDIA_HUB_WEB_HOST="5").web.host == "5"


@pytest.mark.parametrize("value", ["x", "99999", "1\nhost = 'b'", "", "[1]"])
def test_a_mistake_in_a_variable_names_the_variable(value: str) -> None:
    said = mistake("[web]\nport = 1\n", GUARDIA_HUB_WEB_PORT=value)
    assert "environment variable GUARDIA_HUB_WEB_PORT" in said


def test_a_variable_over_a_section_that_is_none_is_a_mistake_of_the_file() -> None:
    assert mistake("web = 3\n", GUARDIA_HUB_WEB_PORT="1").startswith("hub.toml:1: ")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def said(path: Path) -> str:
        with pytest.raises(SettingsError) as raised:
            load(path, Settings, prefix="X", environ={})
        return str(raised.value)

    assert "give another file with --config" in said(tmp_path / "none.toml")
    assert str(tmp_path) in said(tmp_path)
    (tmp_path / "latin.toml").write_bytes("# fine\nx = '\xe9'\n".encode("latin-1"))
    assert "latin.toml:2: not UTF-8" in said(tmp_path / "latin.toml")
    (tmp_path / "big.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    assert "no configuration file" in said(tmp_path / "big.toml")


@given(st.text(max_size=200))
def test_any_text_is_settings_or_one_line_of_error(text: str) -> None:
    try:
        read(text)
    except SettingsError as error:
        assert str(error).startswith("hub.toml")  # noqa: PT017 - most texts are no mistake of this kind


@given(
    st.sampled_from(["host", "port", "origins", "tls", "name", "odd"]),
    st.one_of(st.integers(-(2**40), 2**40), st.booleans(), st.sampled_from(['"text"', "[1, 2]", "1.5", "{a = 1}"])),
    st.integers(0, 5),
)
def test_the_line_of_a_mistake_is_that_of_its_key(key: str, value: object, before: int) -> None:
    line = f"{key} = {str(value).lower()}\n"
    text = "\n" * before + "[web]\n" + "# port = 1\n" * before + line + "[[hosts]]\nasset = 'a'\n"
    try:
        read(text)
    except SettingsError as error:
        assert str(error).startswith(f"hub.toml:{2 * before + 2}: ")  # noqa: PT017 - some values fit
