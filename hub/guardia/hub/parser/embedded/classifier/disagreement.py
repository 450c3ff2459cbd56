"""Does what the rules read go with what the classifier makes of the whole message?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.classifier.model import SEVERAL

UNLIKELY = 0.03
"""Below this probability the classifier says no; what each level catches and costs is in ADR 0024."""
DISAGREES = "messages like this one ask for something else"


def disagreement(intents: Sequence[Intent], seen: Mapping[str, float]) -> str:
    """Why `intents` may not be what is asked, or nothing: an action, or the number of requests, is most unlikely."""
    codes = {code for intent in intents for code in intent.action_sequence}
    agreed = [p if code in codes else 1 - p for code, p in seen.items() if code != SEVERAL]
    agreed.append(seen[SEVERAL] if len(intents) > 1 else 1 - seen[SEVERAL])
    return DISAGREES if min(agreed) < UNLIKELY else ""
