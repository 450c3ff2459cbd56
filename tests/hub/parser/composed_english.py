"""The same as `composed` in English: messages put together by chance, each with the changes that it asks for."""

from __future__ import annotations

from collections.abc import Callable

from tests.hub.parser import around
from tests.hub.parser.composed import Composer, Effect, Place

NAMES = {
    "인터넷뱅킹": ("ibank", "the ibank"),
    "승인중계": ("AuthRelay", "the AuthRelay"),
    "CoreLedger": ("CoreLedger", "the CoreLedger"),
}
AHEAD = {"PROD": ("", "", "production ", "prod "), "STG": ("staging ", "stg "), "DEV": ("dev ", "development ")}
BEHIND = {
    "PROD": ("", "", " (prod)", " in production"),
    "STG": (" (staging)", " in staging"),
    "DEV": (" (dev)", " in dev"),
}
CHANGES = {
    "RESTART_SERVICE": ("restart", "bounce"),
    "STOP_SERVICE": ("stop", "shut down"),
    "START_SERVICE": ("start", "bring up"),
    "ROLLBACK_RELEASE": ("roll back", "rollback"),
}
LOOKS = ("check the memory of", "check the status of", "show me the log of", "check disk on", "show CPU usage of")
JOINTS = (" and ", ", ", " & ", "; ", ", and ", " plus ", "\n")
LINKS = (
    " and ",
    ", then ",
    " and then ",
    "; ",
    ". ",
    ", ",
    ". Then ",
    " then ",
    " and also ",
    "\n",
    ", and after that ",
)
HEADS = (
    "", "", "", "please ", "Please ", "hi, ", "Hello team, please ", "can you ", "could you ", "urgent: ", "@guardia ",
)  # fmt: skip
TAILS = ("", "", "", " please", " pls", " thanks", " asap", "!", " now")
TOLD = (
    "{t} is fine, {c}", "{c}, not {t}", "{c}, {t} is fine", "we already did {t}, so {c}", "leave {t} alone and {c}",
    "don't {w} {t}, {c}", "{c} instead of {t}", "{c} but leave {t} alone", "{c}. {t} was done yesterday.",
    "{c} because {t} keeps failing", "{c} after {t} is back", "{c} except {t}", "I will {w} {t} myself, you {c}",
    "{t} will be done tomorrow. {c}", "{c}, {t} stays up", "{c} rather than {t}", "no need to {w} {t}, just {c}",
)  # fmt: skip


WORKS = {
    "RESTART_SERVICE": ("restart {t}", "bounce {t}", "do a restart of {t}"),
    "STOP_SERVICE": ("stop {t}", "shut down {t}", "take down {t}"),
    "START_SERVICE": ("start {t}", "bring up {t}"),
    "ROLLBACK_RELEASE": (
        "roll back {t}", "roll {t} back to the previous version", "revert {t} to the previous release",
    ),
    "CLEAN_LOGS": ("clean up old logs on {t}", "delete the old logs on {t}"),
    "DEPLOY_ARTIFACT": ("deploy a.war to {t}", "push a.war to {t}"),
    "KILL_DB_SESSION": ("kill session 4412 on {t}",),
    "": (
        "check the log of {t}", "show me the recent logs of {t}", 'search the log of {t} for "timeout"',
        "check the memory of {t}", "check the CPU usage on {t}", "check the disk space on {t}",
        "check the status of {t}",
        "take a thread dump of {t}", "list the sessions on {t}", "check the process on {t}", "check the version of {t}",
    ),
}  # fmt: skip
"""Works by their action, none for a look."""


class EnglishComposer(Composer):
    """Messages in English."""

    names, changes, heads, tails = NAMES, CHANGES, HEADS, TAILS
    before, behind, breaks = around.ENGLISH_BEFORE, around.ENGLISH_BEHIND, (". ", "\n")

    def _shapes(self) -> tuple[Callable[[], tuple[str, list[Effect]]], ...]:
        return (self._row, self._steps, self._look, self._told, self._works, self._works)

    def _works(self) -> tuple[str, list[Effect]]:
        """One to three works, each on a target of its own."""
        texts, effects = [], []
        for place in self._chance.sample(sorted(self.servers), self._chance.choice((1, 2, 2, 3))):
            target, hosts = self._target(place)
            code = self._chance.choice([one for one in sorted(WORKS) if one != "KILL_DB_SESSION" or place[1] == "DB"])
            texts.append(self._chance.choice(WORKS[code]).format(t=target))
            effects += [(host, code) for host in hosts if code]
        return self._chance.choice(LINKS).join(texts), effects

    def _row(self) -> tuple[str, list[Effect]]:
        targets = self._targets(self._chance.choice((2, 2, 3)))
        code, word = self._change()
        text = self._chance.choice(JOINTS).join(text for text, _ in targets)
        return f"{word} {text}", [(host, code) for _, hosts in targets for host in hosts]

    def _steps(self) -> tuple[str, list[Effect]]:
        text, effects = "", []
        for number, (target, hosts) in enumerate(self._targets(self._chance.choice((2, 2, 3)))):
            code, word = self._change()
            text += (self._chance.choice(LINKS) if number else "") + f"{word} {target}"
            effects += [(host, code) for host in hosts]
        return text, effects

    def _look(self) -> tuple[str, list[Effect]]:
        (target, hosts), (other, _) = self._targets(2)
        code, word = self._change()
        pair = [f"{word} {target}", f"{self._chance.choice(LOOKS)} {other}"]
        self._chance.shuffle(pair)
        return self._chance.choice(LINKS).join(pair), [(host, code) for host in hosts]

    def _told(self) -> tuple[str, list[Effect]]:
        (target, hosts), (other, _) = self._targets(2)
        (code, word), (_, done) = self._change(), self._change()
        text = self._chance.choice(TOLD).format(t=other, w=done, c=f"{word} {target}")
        return text, [(host, code) for host in hosts]

    def _target(self, place: Place) -> tuple[str, list[str]]:
        system, layer, environment = place
        servers = sorted(self.servers[place], key=lambda server: server.node_no)
        name, first, last = self._chance.choice(NAMES[system]), "", ""
        if self._chance.random() < 0.6:
            chosen = self._chance.sample(servers, min(len(servers), self._chance.choice((1, 1, 1, 2))))
            servers = sorted(chosen, key=lambda server: server.node_no)
            nodes = ("nodes " if len(servers) > 1 else "node ") + " and ".join(str(one.node_no) for one in servers)
            first, last = self._chance.choice(((f"{nodes} of ", ""), ("", f" {nodes}")))
        ahead, behind = self._chance.choice(AHEAD[environment]), self._chance.choice(BEHIND[environment])
        whole = f"the {ahead}{name[4:]}" if name.startswith("the ") else f"{ahead}{name}"
        ways = (
            f"{first}{whole} {layer}{last}", f"{first}{name} {ahead}{layer}{last}",
            f"{first}{name} {layer}{last}{behind}",
        )  # fmt: skip
        return self._chance.choice(ways), [server.asset_code for server in servers]
