"""The words of this trade, Korean and English, by what they stand for. No name of an institution or a system."""

from guardia.hub.parser.embedded.lexicon import acts, dialect, places, speech
from guardia.hub.parser.embedded.lexicon.particles import CLOSED, JOINING, PARTICLES, SLIPPED, STRONG
from guardia.hub.parser.embedded.lexicon.table import WORDS

__all__ = ["CLOSED", "JOINING", "PARTICLES", "SLIPPED", "STRONG", "WORDS", "acts", "dialect", "places", "speech"]
