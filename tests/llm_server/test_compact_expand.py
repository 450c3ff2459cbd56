"""From the notation to a reading: the inventory decides what the words leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from guardia.llm_server.compact.expand import PARAMETERS, MeaninglessError, expand
from guardia.llm_server.compact.notation import parse


@dataclass(frozen=True)
class Host:
    asset_code: str
    node_no: int
    institution: str = "시청"
    system_name: str = "민원"
    environment: str = "PROD"
    infrastructure_layer: str = "WAS"


class Site:
    """Two owners of one system's name, a system of one layer, and a lonely one."""

    def layers(self, institution: str, system: str) -> frozenset[str]:
        return frozenset({"WAS"}) if system == "알림" else frozenset({"WAS", "WEB", "DB"})

    def nodes(self, institution: str, system: str, environment: str, layer: str) -> Mapping[int, Host]:
        if (system, environment, layer) == ("민원", "PROD", "WAS"):
            return {number: Host(f"W{number}", number) for number in (1, 2, 3)}
        return {}


class Meanings:
    def institutions(self, tag: str) -> list[str]:
        return {"I1": ["시청"], "I2": ["구청"]}[tag]

    def systems(self, tag: str) -> list[tuple[str, str]]:
        return {"S1": [("시청", "민원")], "S2": [("시청", "누리집"), ("구청", "누리집")], "S3": [("시청", "알림")]}[tag]

    def hosts(self, tag: str) -> list[Host]:
        return {"H1": [Host("W2", 2)], "H2": [Host("D1", 1, infrastructure_layer="DB")], "H3": []}[tag]

    def moment(self, tag: str) -> str:
        return {"T1": "2031-03-04T22:00:00+09:00", "T2": ""}[tag]

    def file(self, tag: str) -> str:
        return {"F1": "app.war", "F2": "site.zip"}[tag]


def read(answer: str) -> list[dict[str, Any]]:
    return expand(parse(answer), Meanings(), Site())


def place(answer: str) -> tuple[Any, ...]:
    [one] = read(answer)
    return tuple(one[key] for key in ("institution", "system_name", "infrastructure_layer", "target_nodes"))


def test_every_key_is_there() -> None:
    [one] = read("<restart><S1><was><#>1")
    assert one["parameters"] == dict.fromkeys(PARAMETERS)
    assert (one["intent_type"], one["requires_approval"]) == ("RESTART", True)
    assert read("<restart><S1><stg><was>")[0]["requires_approval"] is False


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("<restart><S1><was>", ("시청", "민원", "WAS", [])),
        ("<restart><S1><was><#>3<#>1", ("시청", "민원", "WAS", ["W1", "W3"])),
        ("<restart><S1><was><#>2<#>9", ("시청", "민원", "WAS", ["W2", "UNKNOWN"])),
        ("<restart><S1><was><not><#>2", ("시청", "민원", "WAS", ["W1", "W3"])),
        ("<restart><S1>", ("시청", "민원", "UNKNOWN", [])),
        ("<restart><S3>", ("시청", "알림", "WAS", [])),
        ("<tail><S1>", ("시청", "민원", "ALL", [])),
        ("<dump><S1>", ("시청", "민원", "WAS", [])),
        ("<locks><S1>", ("시청", "민원", "DB", [])),
        ("<deploy><S1><F1>", ("시청", "민원", "WAS", [])),
        ("<deploy><S1><F2>", ("시청", "민원", "UNKNOWN", [])),
        ("<restart><S2><was>", ("UNKNOWN", "누리집", "WAS", [])),
        ("<restart><I2><S2><was>", ("구청", "누리집", "WAS", [])),
        ("<restart><I2><S1><was>", ("구청", "UNKNOWN", "WAS", [])),
        ("<restart><I1><?><was><#>1", ("시청", "UNKNOWN", "WAS", ["UNKNOWN"])),
        ("<restart><?><was>", ("UNKNOWN", "UNKNOWN", "WAS", [])),
        ("<restart><H1>", ("시청", "민원", "WAS", ["W2"])),
        ("<tail><H3>", ("UNKNOWN", "UNKNOWN", "ALL", ["UNKNOWN"])),
    ],
)
def test_where(answer: str, found: tuple[Any, ...]) -> None:
    assert place(answer) == found


def test_hosts_of_two_places_are_two_requests() -> None:
    assert [one["target_nodes"] for one in read("<tail><H1><H2>")] == [["W2"], ["D1"]]


def test_the_rest_are_those_that_no_earlier_request_named() -> None:
    assert read("<restart><S1><was><#>1<then><stop><S1><was><rest>")[1]["target_nodes"] == ["W2", "W3"]


def test_arguments_count_only_where_an_action_takes_them() -> None:
    [one] = read("<tail><S1><lines>50<sid> 7")
    assert (one["parameters"]["lines"], one["parameters"]["session_id"]) == (50, None)


def test_a_time() -> None:
    assert read("<restart><S1><was><T1>")[0]["parameters"]["at"] == "2031-03-04T22:00:00+09:00"
    with pytest.raises(MeaninglessError):
        read("<restart><S1><was><T2>")


def test_help_has_no_target() -> None:
    [one] = read("<help>")
    assert (one["intent_type"], one["action_sequence"]) == ("HELP", [])
