"""The pieces of a masked text, which the classifier has weights for."""

from __future__ import annotations

LONGEST = 6
"""Characters of the longest piece."""


def features(text: str) -> set[str]:
    """The pieces of `text`: up to six characters in a row, two and three words in a row, and two words around one."""
    padded = f" {text} "
    found = {padded[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(padded) - size + 1)}
    words = text.split()
    for at in range(len(words) - 1):
        found.add(f"\n{words[at]} {words[at + 1]}")
        if at + 2 < len(words):
            found.add(f"\n{words[at]} {words[at + 1]} {words[at + 2]}")
            found.add(f"\t{words[at]}\t{words[at + 2]}")
    return found
