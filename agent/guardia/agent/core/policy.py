"""The agent's own policy: what this host lets a hub do, whatever the hub says. Pure.

It is the defence against a compromised hub, so it is judged from the ticket's signed facts and from the host's own
file only. Order: an action that the catalogue does not hold is denied; a matching `deny` rule wins over everything;
then the first matching `allow` rule decides; no rule, no run.

Without a file: every known action on every served target is allowed, reads without conditions, changes only with at
least one approver other than the requester. Steps that a hub approves by policy alone (development, staging) carry no
approver: agents of such hosts set `require_approvers = 0`, for all or by rule.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

from guardia.proto.catalogue import CATALOGUE

Glob = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.@:+*?-]+\Z", max_length=128)]
Globs = Annotated[tuple[Glob, ...], msgspec.Meta(min_length=1, max_length=256)]
Approvers = Annotated[int, msgspec.Meta(ge=0, le=10)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Matches when one of `actions` and one of `targets` match (`*` and `?`, upper and lower case differ)."""

    actions: Globs
    targets: Globs = ("*",)
    require_approvers: Approvers | None = None
    """Of an allow rule, for changing actions: instead of the policy's. Approvers are counted without the requester."""
    max_timeout: Seconds | None = None
    """Of an allow rule, seconds: instead of the policy's."""

    def matches(self, action: str, target: str) -> bool:
        return any(fnmatchcase(action, glob) for glob in self.actions) and any(
            fnmatchcase(target, glob) for glob in self.targets
        )


EVERYTHING = (Rule(actions=("*",)),)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[policy]` of agent.toml, or the whole of the file that its `file` names."""

    allow: Annotated[tuple[Rule, ...], msgspec.Meta(max_length=1000)] = EVERYTHING
    deny: Annotated[tuple[Rule, ...], msgspec.Meta(max_length=1000)] = ()
    require_approvers: Approvers = 1
    max_timeout: Seconds = 3600


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    allowed: bool
    code: str = ""
    message: str = ""


ALLOWED = Verdict(allowed=True)


def judge(
    policy: Policy, *, action: str, target: str, timeout_ms: int, requester: str, approvers: tuple[str, ...]
) -> Verdict:
    """Whether `policy` lets `action` run on `target` for at most `timeout_ms`."""
    entry = CATALOGUE.get(action)
    if entry is None:
        return _denied(
            "policy.unknown_action", f"이 에이전트가 모르는 작업({action})입니다. 에이전트 버전을 확인하세요."
        )
    if any(rule.matches(action, target) for rule in policy.deny):
        return _denied("policy.denied", f"서버의 정책 파일이 {target}에서 {entry.title}을(를) 금지합니다.")
    rule = next((rule for rule in policy.allow if rule.matches(action, target)), None)
    if rule is None:
        return _denied("policy.denied", f"서버의 정책 파일이 {target}에서 {entry.title}을(를) 허용하지 않습니다.")
    limit = policy.max_timeout if rule.max_timeout is None else rule.max_timeout
    if timeout_ms <= 0 or timeout_ms > limit * 1000:
        return _denied("policy.timeout", f"제한 시간이 서버의 정책 파일이 허용하는 {limit}초를 넘습니다.")
    needed = policy.require_approvers if rule.require_approvers is None else rule.require_approvers
    others = {name for name in approvers if name and name != requester}
    if entry.changes and len(others) < needed:
        return _denied(
            "policy.approvers",
            f"{entry.title}은(는) 요청자가 아닌 승인자 {needed}명이 필요합니다(현재 {len(others)}명). "
            "승인을 받아 다시 요청하세요.",
        )
    return ALLOWED


def allowed_actions(policy: Policy, targets: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """For people (`doctor`): the actions that the policy allows on each target, whatever the approvals."""
    return {
        target: tuple(
            code
            for code in CATALOGUE
            if not any(rule.matches(code, target) for rule in policy.deny)
            and any(rule.matches(code, target) for rule in policy.allow)
        )
        for target in targets
    }


def _denied(code: str, message: str) -> Verdict:
    return Verdict(allowed=False, code=code, message=message)
