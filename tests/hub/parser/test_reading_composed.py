"""Messages put together by chance: what runs is all that was asked for and nothing else, or the room is asked."""

from collections.abc import Iterator
from itertools import repeat

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import estates
from tests.hub.parser.composed import Composer, KoreanComposer
from tests.hub.parser.composed_english import EnglishComposer

BANK = estates.bank()
READER = EmbeddedReader(BANK)
EACH = 400
"""Messages of one seed."""


def effects(intent: Intent, composer: Composer) -> Iterator[tuple[str, str]]:
    place = (intent.system_name, str(intent.infrastructure_layer), str(intent.environment))
    hosts = intent.target_nodes or [server.asset_code for server in composer.servers.get(place, ())] or ["nowhere"]
    for code in intent.action_sequence:
        if CATALOGUE[code].changes:
            yield from ((host, code) for host in hosts)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("language", [KoreanComposer, EnglishComposer])
def test_what_runs_is_what_was_asked_for(language: type[Composer], seed: int) -> None:
    composer = language(BANK, seed)
    wrong, ran = [], 0
    for message in (composer.compose() for _ in repeat(None, EACH)):
        found = READER.read(ReaderInput(id="1", text=message.text, now="2026-12-01T14:00:00+09:00")).intents
        runs = {effect for one in found if one.complete for effect in effects(one, composer)}
        ran += bool(runs)
        if runs and runs != message.effects:
            wrong.append(message.text)
    assert wrong == []
    assert ran > EACH / 5, "the reader asks about too many of them"
