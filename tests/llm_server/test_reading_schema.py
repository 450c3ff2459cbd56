"""The schema that a model must answer in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guardia.llm_server.errors import SchemaError
from guardia.llm_server.schema import MAX_CANDIDATES, reading_schema
from guardia.proto.catalogue import CATALOGUE


def request_of(schema: dict[str, Any]) -> dict[str, Any]:
    items: dict[str, Any] = schema["properties"]["requests"]["items"]
    return items


def test_names_are_the_candidates_and_unknown() -> None:
    properties = request_of(reading_schema(["한빛대학교"], ["LearnHub", "도서관"], ["HBU-LMS-WAS-01"]))["properties"]
    assert properties["institution"]["enum"] == ["한빛대학교", "UNKNOWN"]
    assert properties["system_name"]["enum"] == ["LearnHub", "도서관", "UNKNOWN"]
    assert properties["target_nodes"]["items"]["enum"] == ["HBU-LMS-WAS-01", "UNKNOWN"]


def test_actions_are_those_of_the_catalogue() -> None:
    properties = request_of(reading_schema([], [], []))["properties"]
    assert properties["action_sequence"]["items"]["enum"] == list(CATALOGUE)


def objects(node: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if isinstance(node, dict):
        if node.get("type") == "object":
            found.append(node)
        for value in node.values():
            found.extend(objects(value))
    elif isinstance(node, list):
        for value in node:
            found.extend(objects(value))
    return found


def test_every_key_of_every_object_is_required_and_no_other_allowed() -> None:
    every = objects(reading_schema(["가"], ["나"], ["다"]))
    assert len(every) == 3
    for one in every:
        assert one["required"] == list(one["properties"])
        assert one["additionalProperties"] is False


def test_without_files_nothing_can_be_deployed() -> None:
    assert request_of(reading_schema([], [], []))["properties"]["deploy_artifacts"]["maxItems"] == 0
    some = request_of(reading_schema([], [], [], ["a.war", "b.war", "a.war"]))["properties"]["deploy_artifacts"]
    assert some["items"]["enum"] == ["a.war", "b.war"]
    assert some["maxItems"] == 2


def test_a_candidate_named_unknown_or_given_twice_stands_once() -> None:
    properties = request_of(reading_schema(["가", "UNKNOWN", "가"], [], []))["properties"]
    assert properties["institution"]["enum"] == ["가", "UNKNOWN"]


@pytest.mark.parametrize("names", [[""], [f"이름{n}" for n in range(MAX_CANDIDATES + 1)]])
def test_candidates_without_name_or_without_end_are_refused(names: list[str]) -> None:
    with pytest.raises(SchemaError) as caught:
        reading_schema(names, [], [])
    assert caught.value.code == "llm.schema"


def test_the_schema_is_plain_json_and_the_same_each_time() -> None:
    one, two = (json.dumps(reading_schema(["가"], ["나"], ["다"], ["x.war"])) for _ in range(2))
    assert one == two
