# ruff: noqa: E501 - tables of sentences
"""English messages: targets, requests, and ways to speak of a change without asking for it."""

from __future__ import annotations

import random

from grammar import deed, words
from grammar.target import Target, label, unknown_system

# fmt: off
_ENVIRONMENTS = {"": ("prod", "production", "live"), "stg": ("staging", "stg", "stage"), "dev": ("dev", "development")}
_LAYERS = {"was": ("WAS", "was", "tomcat", "app server", "WAS server", "JEUS", "weblogic", "JVM"), "web": ("web", "WEB", "nginx", "web server", "apache", "webtob"), "db": ("DB", "db", "database", "oracle", "mysql", "postgres", "DB server")}
_CHANGES = {"restart": ("restart", "restart", "reboot the service of", "bounce", "recycle"), "stop": ("stop", "shut down", "take down", "bring down", "turn off"), "start": ("start", "bring up", "start up", "turn on"), "rollback": ("roll back", "rollback", "revert")}
_PAST = {"restart": "restarted", "stop": "stopped", "start": "started", "rollback": "rolled back"}
_ING = {"restart": "restarting", "stop": "stopping", "start": "starting", "rollback": "rolling back"}
_READS = {
    "disk": ("disk usage", "disk space", "disk", "free disk space"), "memory": ("memory", "memory usage", "free memory"), "cpu": ("cpu", "cpu usage", "load", "cpu load"), "process": ("processes", "the process list", "running processes"),
    "service": ("status", "service status", "the status"), "http": ("the http response", "http status", "the response"), "cert": ("the certificate", "cert expiry", "ssl certificate"), "tail": ("logs", "the log", "the last {l} lines of the log", "last {l} log lines", "recent logs", "{l} lines of log"),
    "search": ("the log for {w}", "logs for {w}", "the logs for {w}"), "dump": ("a thread dump", "thread dump"), "locks": ("db locks", "locks", "the lock list"), "slow": ("slow queries", "slow query list"), "sessions": ("db sessions", "sessions", "active sessions"), "version": ("the version", "deployed version", "version"), "port": ("port {p}", "the port {p}"),
}  # fmt: skip
_QUESTIONS = {
    "service": ("is {t} up?", "is {t} alive?", "is {t} running?", "what's the status of {t}?", "is {t} down?", "how is {t} doing?", "is {t} healthy?"), "disk": ("how much disk is left on {t}?", "is the disk full on {t}?", "how full is the disk on {t}?"), "memory": ("how much memory is {t} using?", "is {t} low on memory?"),
    "cpu": ("is cpu high on {t}?", "what's the cpu load on {t}?"), "version": ("which version is running on {t}?", "what version is {t} on?"), "locks": ("any locks on {t}?", "are there locks on {t}?"), "slow": ("any slow queries on {t}?", "are there slow queries on {t}?"), "cert": ("when does the cert of {t} expire?", "when does the certificate on {t} expire?"),
    "http": ("does {t} respond?", "is {t} responding?", "is {t} reachable?"), "sessions": ("how many sessions on {t}?", "how many db sessions are on {t}?"),
}  # fmt: skip
_COMMANDS = ("{d}", "please {d}", "can you {d}?", "could you please {d}?", "would you {d} please", "{d} now", "hi, please {d}", "I need you to {d}", "kindly {d}", "pls {d} asap", "{d} please", "hey can you {d}", "could you {d} for me?", "go ahead and {d}", "we need you to {d}", "{d}, thanks", "hi team, {d}", "urgent: {d}", "{d} asap", "can someone {d}?", "please {d} right away", "need to have you {d}", "{d} pls", "would you mind: {d}", "please help {d}")
_NOTHING = (
    "don't {d}", "please do not {d}", "did you {d}?", "should I {d}?", "can we {d}?", "I will {d}", "if it hangs, {d}", "never {d}", "we plan to {d} tonight", "who asked to {d}?", "no need to {d}", "do we need to {d}?", "when will you {d}?", "he told me to {d}", "the manual says to {d}", "is it ok to {d}?", "unless it recovers, {d}", "please hold off, do not {d}", "what happens if I {d}?", "I had to {d} yesterday",
    'the note reads "{d}"', "> {d}", "they want to {d}", "why did you {d}?", "we should {d}", "you must not {d}", "let's not {d}", "I'm going to {d}", "wait before you {d}", "has anyone tried to {d}?", "someone will {d}", "I'll {d} myself", "may I {d}?", "are we allowed to {d}?", "if the cpu spikes {d}", "in case of failure, {d}", "how do I {d}?", "do not {d} yet", "I already tried to {d}", "the customer asked us to {d}", "fwd: {d}", "assistant: {d}", "system: {d}", "we decided not to {d}", "is there a plan to {d}?", "remember to never {d}",
    "when it fails we usually {d}", "don't you dare {d}", "we might {d} later", "tell me before you {d}", "shall we {d}?", "would it help to {d}?", "they forgot to {d}", "cannot {d}", "I can't {d}, no permission",
)  # fmt: skip
_DID = ("{p} {t}", "I {p} {t} already", "{t} was {p}", "we {p} {t} this morning", "{t} has been {p}", "was {t} {p}?", "{t} got {p} yesterday", "they are {g} {t}", "I am {g} {t} now", "{g} {t} did not help", "who {p} {t}?", "{t} is being {p}", "we {p} {t} but it is still slow", "after {g} {t} it works", "{t} had to be {p} twice")

# fmt: on


def target(draw: random.Random, layers: tuple[str, ...] = ("was", "web", "db"), bare: float = 0.25) -> Target:
    """A target in English word order."""
    if draw.random() < 0.1:
        host = label("H")
        return Target(host, "", host, [host])
    kind = draw.random()
    if kind < 0.86:
        name = label("S")
        places = [name]
        if kind > 0.66:
            office = label("I")
            name, places = f"{office} {name}", [office, name]
    else:
        name, places = unknown_system(draw), ["<?>"]
    environment = draw.choices(("", "stg", "dev"), (0.76, 0.16, 0.08))[0]
    said = draw.choice(_ENVIRONMENTS[environment]) if environment or draw.random() < 0.12 else ""
    layer = "" if draw.random() < bare else draw.choice(layers)
    text = [name, draw.choice(_LAYERS[layer])] if layer else [name]
    nodes = ""
    if draw.random() < 0.45:
        number = draw.choice((1, 1, 2, 2, 3, 4, 5))
        if draw.random() < 0.2:
            other = number + 1
            text.append(draw.choice((f"nodes {number} and {other}", f"{number} and {other}", f"node {number},{other}")))
            nodes = f"<#>{number}<#>{other}"
        else:
            text.append(
                draw.choice(
                    (
                        f"node {number}",
                        f"#{number}",
                        f"{number}",
                        f"instance {number}",
                        f"server {number}",
                        f"no. {number}",
                        f"node{number}",
                        f"{number}호기",
                    )
                )
            )
            nodes = f"<#>{number}"
    if said:
        text.insert(draw.choice((0, 0, 1)), said) if draw.random() < 0.8 else text.append(f"in {said}")
    if draw.random() < 0.25:
        text.insert(0, "the")
    return Target(" ".join(text), "", " ".join(text), places, environment, layer, nodes)


def message(draw: random.Random) -> tuple[str, str]:
    """A message and its answer."""
    kind = draw.random()
    if kind < 0.34:
        action = draw.choice(tuple(_CHANGES))
        aim = target(draw)
        text = f"{draw.choice(_CHANGES[action])} {aim.text}"
        arguments = ""
        if action == "rollback" and draw.random() < 0.4:
            number = f"{draw.randint(0, 5)}.{draw.randint(0, 20)}.{draw.randint(0, 9)}"
            prefix = draw.choice(("", "v", "version "))
            text, arguments = f"{text} to {prefix}{number}", f"<ver> {'v' if prefix == 'v' else ''}{number}"
        elif draw.random() < 0.15:
            more = draw.choice(("tail", "service"))
            text += {"tail": " and show me the logs", "service": " and check the status"}[more]
            return draw.choice(_COMMANDS).format(d=text), f"<{action}><{more}>{aim.answer()}"
        return draw.choice(_COMMANDS).format(d=text), f"<{action}>{aim.answer()}{arguments}"
    if kind < 0.4:
        file = label("F")
        aim = target(draw, ("was", "was", "web"))
        text = draw.choice(
            (
                f"deploy {file} to {aim.text}",
                f"push {file} to {aim.text}",
                f"roll out {file} on {aim.text}",
                f"release {file} to {aim.text}",
            )
        )
        return draw.choice(_COMMANDS).format(d=text), f"<deploy>{aim.answer()}{file}"
    if kind < 0.44:
        number = str(draw.randint(10, 9999))
        aim = target(draw, ("db",), 0.4)
        text = draw.choice(
            (
                f"kill session {number} on {aim.text}",
                f"terminate session {number} in {aim.text}",
                f"kill db session {number} of {aim.text}",
                f"{aim.text} kill session {number}",
            )
        )
        return draw.choice(_COMMANDS).format(d=text), f"<kill>{aim.answer()}<sid> {number}"
    if kind < 0.62:
        action = draw.choice(tuple(_READS))
        layers = ("db",) if action in deed.DB_ONLY else ("was",) if action == "dump" else ("was", "web", "db")
        aim = target(draw, layers, 0.35)
        thing, arguments = deed.topic(draw, draw.choice(_READS[action]))
        verb = (
            draw.choice(("search", "grep", "check"))
            if action == "search"
            else draw.choice(("take", "get"))
            if action == "dump"
            else draw.choice(("check", "show", "show me", "get", "tail" if action == "tail" else "list"))
        )
        where = draw.choice(
            (
                f"{verb} {thing} on {aim.text}",
                f"{verb} {thing} of {aim.text}",
                f"{verb} {thing} from {aim.text}",
                f"{aim.text}: {verb} {thing}",
            )
        )
        return draw.choice(_COMMANDS).format(d=where), f"<{action}>{aim.answer()}{arguments}"
    if kind < 0.72:
        action = draw.choice(tuple(_QUESTIONS))
        layers = ("db",) if action in deed.DB_ONLY else ("was", "web", "db")
        aim = target(draw, layers, 0.4)
        return draw.choice(_QUESTIONS[action]).format(t=aim.text), f"<{action}>{aim.answer()}"
    action = draw.choice(tuple(_CHANGES))
    aim = target(draw)
    if kind < 0.8:
        other = target(draw)
        verb = draw.choice(_CHANGES[action])
        text = draw.choice(
            (
                "not {a}, {v} {b}",
                "don't {v} {a}, {v} {b} instead",
                "{a} is fine, {v} {b}",
                "{v} {b} but not {a}",
                "leave {a} alone and {v} {b}",
                "{a} was {p} already, please {v} {b}",
                "I'll handle {a}, you {v} {b}",
            )
        )
        return text.format(a=aim.text, b=other.text, v=verb, p=_PAST[action]), f"<{action}>{other.answer()}"
    if kind < 0.92:
        return draw.choice(_NOTHING).format(d=f"{draw.choice(_CHANGES[action])} {aim.text}"), "<none>"
    return draw.choice(_DID).format(p=_PAST[action], g=_ING[action], t=aim.text), "<none>"


__all__ = ["message", "target", "words"]
