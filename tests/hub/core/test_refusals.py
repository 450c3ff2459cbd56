"""What people are told of errors: in each language, of each code, never what was written for the log."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import guardia.hub
from guardia.hub.core.refusals import by_code, message_of, refused, remedy_of
from guardia.hub.core.texts import said
from guardia.hub.errors import ConflictError, ForbiddenError, HubError, InvalidInputError

HANGUL = re.compile("[가-힣]")
for module in pkgutil.walk_packages(guardia.hub.__path__, "guardia.hub."):
    if ".migrations." not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)


def tree(kind: type[HubError] = HubError) -> Iterator[type[HubError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


KINDS = sorted({kind for kind in tree() if kind.__module__.startswith("guardia.")}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_what_to_do_in_both_languages(kind: type[HubError]) -> None:
    assert bool(kind.remedy) == bool(kind.remedy_en)
    assert not HANGUL.search(kind.remedy_en)
    error = kind("for the log")
    assert HANGUL.search(message_of("ko", error))
    assert not HANGUL.search(refused("en", error))
    assert "for the log" not in refused("en", error) + refused("ko", error)


def test_words_of_the_catalogue_are_told_in_both() -> None:
    error = ConflictError(said("press.not_waiting", id="SR-1"), remedy=said("press.ask_again"))
    assert str(error) == "SR-1은(는) 승인을 기다리고 있지 않습니다."
    assert error.remedy == "다시 요청해 주세요."
    assert refused("ko", error) == f"{error} {error.remedy}"
    assert refused("en", error) == "SR-1 does not wait for approval. Please ask again."


def test_korean_words_are_for_korean_rooms_alone() -> None:
    error = ForbiddenError("다른 사람의 주소입니다.", remedy="새 주소를 받아 주세요.")
    assert refused("ko", error) == "다른 사람의 주소입니다. 새 주소를 받아 주세요."
    assert refused("en", error) == "This is not allowed. Ask an administrator for the permission."


def test_an_unknown_code_is_told_too() -> None:
    assert by_code("en", "something.new") == by_code("en", "hub.error")
    assert remedy_of("en", InvalidInputError("x")) == InvalidInputError.remedy_en
