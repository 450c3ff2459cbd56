"""Explain: what the approver saw is what runs."""

import asyncio

import msgspec

from guardia.agent.errors import UnknownTargetError
from guardia.proto.frames import Explain, Explanation, Refused, Result
from tests.agent.daemon.conftest import make_dispatch


def _explain(query_id="Q1", **changes):
    facts = {"action": "RESTART_SERVICE", "target": "APP-WAS-01", "parameters": b"{}"}
    return Explain(query_id=query_id, **(facts | changes))


async def test_a_step_bound_to_its_explanation_runs(rig):
    await rig.receive(_explain())
    (explanation,) = await rig.link.wait_for(Explanation)
    assert explanation.ok
    assert explanation.commands == (("/bin/app", "restart"),)
    assert explanation.timeout_ms == 180_000
    await rig.receive(make_dispatch(explain_digest=explanation.digest, timeout_ms=5_000))
    await rig.link.wait_for(Result)


async def test_a_step_whose_argv_changed_since_is_refused(rig):
    await rig.receive(_explain())
    (explanation,) = await rig.link.wait_for(Explanation)
    rig.runner.plan = msgspec.structs.replace(rig.runner.plan, commands=(("/bin/app", "restart", "--force"),))
    await rig.receive(make_dispatch(explain_digest=explanation.digest))
    (refused,) = await rig.link.wait_for(Refused)
    assert refused.code == "step.explanation_changed"
    assert rig.runner.runs == 0
    assert rig.runner.befores == 0


async def test_findings_are_shown_but_not_bound(rig):
    await rig.receive(_explain("Q1"))
    await rig.link.wait_for(Explanation)
    rig.runner.plan = msgspec.structs.replace(rig.runner.plan, findings=("디스크 사용률 91%",))
    await rig.receive(_explain("Q2"))
    first, second = await rig.link.wait_for(Explanation, 2)
    assert second.findings
    assert first.digest == second.digest


async def test_what_cannot_be_explained_says_why(rig):
    async def explain(context):
        raise UnknownTargetError("서비스가 설정에 없습니다.")

    await rig.receive(_explain(target="ELSEWHERE"), _explain(action="NOPE"), _explain(parameters=b"["))
    codes = {answer.error_code for answer in await rig.link.wait_for(Explanation, 3)}
    assert codes == {"target.unknown", "catalogue.unknown_action", "catalogue.bad_parameter"}
    rig.runner.explain = explain
    await rig.receive(_explain())
    assert (await rig.link.wait_for(Explanation, 4))[3].message == "서비스가 설정에 없습니다."


async def test_a_defect_and_a_silent_host_are_answers_too(rig, monkeypatch):
    monkeypatch.setattr("guardia.agent.daemon.answers.EXPLAIN_WITHIN", 0.01)

    async def crash(context):
        raise ValueError

    async def hang(context):
        await asyncio.sleep(60)

    for explain, code in ((crash, "agent.internal"), (hang, "step.explain_timeout")):
        rig.runner.explain = explain
        rig.link.sent.clear()
        await rig.receive(_explain())
        assert (await rig.link.wait_for(Explanation))[0].error_code == code


async def test_explaining_is_not_journalled(rig):
    size = rig.journal.size
    await rig.receive(_explain())
    await rig.link.wait_for(Explanation)
    assert rig.journal.size == size
