"""Words by which what follows leans on what was said before it, as parts of patterns for folded text."""

from __future__ import annotations

MOMENT = r"(?:그\s?때|그\s?시각|그\s?시점|같은\s?시각|그\s?(?:후|뒤|다음)|그런\s?다음|그러고\s?나서|당일)"
"""At the moment of it, or after it."""
THEN = rf"(?:{MOMENT}|그럼|그러면|이후|완료\s?후)"
"""The same, and where it only follows from it."""
ENGLISH = r"(?:after that|after this|afterwards|right after|following that|at the same time|at that time)"
