"""What the conformance suite finds, as a table: a row for each case, a column for each adapter of `CASES`.

`python -m tests.support.conformance_table` runs the suite and writes `docs/conformance.md`.
"""

from __future__ import annotations

import ast
import asyncio
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from guardia.hub.core.messenger import Capabilities
from tests.support.clock import FakeClock
from tests.support.messenger_cases import CASES

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "conformance.md"
SUITE = ROOT / "tests" / "hub" / "chat" / "test_messenger_conformance.py"
PASSED, FAILED, UNTESTED = "통과", "**실패**", "시험하지 않음"

INTRODUCTION = """# 메신저 어댑터의 적합성

모든 어댑터는 같은 시험(`tests/hub/chat/test_messenger_conformance.py`)을 지납니다.
이 표는 그 시험을 실제로 돌린 결과입니다.
`fake`는 할 수 있는 것이 가장 많은, `fake_poor`는 가장 적은 시험용 메신저입니다.

- **통과**: 그 어댑터로 시험했고 지켰습니다.
  능력에 따라 결과가 다른 경우(고치기, 버튼, 파일 등)는 그 어댑터의 능력에 맞는 결과를 봅니다.
- **해당 없음**: 적힌 능력이 없어서, 채널에 보이는 것으로 판단하는 이 시험이 다루지 않는 경우입니다.
  `posts`: 허브가 먼저 말할 수 있음. `waits`: 처리한 결과를 웹훅의 답으로 받음.
- **실패**, **건너뜀**, **시험하지 않음**: 말 그대로입니다.

다시 만들기: `python -m tests.support.conformance_table`.
"""

TITLES = {
    "a_code_links_an_unknown_account_and_then_it_is_heard": "연결 코드가 모르는 계정을 잇고 그 뒤로는 들음",
    "a_code_links_once_whatever_is_sent_again": "연결 코드는 다시 보내도 한 번만 들음",
    "a_code_in_an_unbound_channel_is_private_where_it_can_be": "연결되지 않은 채널의 코드에는 그 사람에게만 답함",
    "a_wrong_code_is_told_and_many_of_them_end_it": "틀린 코드는 알리고 여러 번이면 막음",
    "who_stole_the_secret_of_the_inhouse_app_approves_nothing": "사내 앱의 비밀을 훔쳐도 아무것도 승인하지 못함",
    "what_is_not_proven_is_refused_and_nothing_of_it_is_kept": "증명되지 않은 것은 거절하고 아무것도 남기지 않음",
    "garbage_is_refused_in_the_words_of_the_port": "깨진 본문은 정해진 오류로만 거절함",
    "genuine_but_malformed_bodies_are_refused": "진짜라도 형식이 틀리면 해결 방법과 함께 거절함",
    "a_message_says_who_where_and_what": "누가, 어디서, 무엇을 말했는지 전함",
    "two_messages_are_two_and_one_twice_is_one": "다른 말은 둘, 다시 온 말은 하나",
    "a_message_runs_once_however_often_it_is_sent": "몇 번을 보내도 한 번만 실행함",
    "the_very_same_request_again_runs_nothing": "똑같은 요청이 또 와도 실행하지 않음",
    "an_unmapped_account_runs_nothing": "연결되지 않은 계정은 아무것도 실행하지 못함",
    "an_unbound_channel_is_answered_once_and_runs_nothing": "연결되지 않은 채널은 한 번 알리고 실행하지 않음",
    "taken_over_and_killed_before_the_work_it_runs_once_after_the_start": "접수하고 죽어도 다시 시작해 한 번 실행함",
    "a_room_is_worked_off_in_its_order": "한 방의 말은 온 차례대로 처리함",
    "a_full_backlog_is_told_and_takes_nothing_over": "밀린 일이 가득하면 알리고 접수하지 않음",
    "work_that_the_store_refuses_is_tried_again": "저장소가 거절한 일은 다시 함",
    "a_request_outside_the_rooms_scope_is_refused_whoever_asks": "방의 범위 밖의 요청은 누가 해도 거절함",
    "a_request_is_followed_from_the_channel": "요청을 채널에서 끝까지 따라갈 수 있음",
    "buttons_disappear_when_they_no_longer_count": "더는 듣지 않는 버튼은 사라짐",
    "changes_of_a_card_are_coalesced_and_never_too_fast": "카드의 변화는 모아서, 너무 빠르지 않게",
    "an_outage_loses_nothing_and_keeps_the_order": "장애에도 잃는 것 없이 차례를 지킴",
    "a_rate_limit_is_honoured": "속도 제한을 지킴",
    "a_refused_message_holds_up_no_other": "거절된 메시지가 다른 것을 막지 않음",
    "a_channel_that_is_gone_is_parked_and_blocks_no_other": "없어진 채널은 세워 두고 다른 채널을 막지 않음",
    "a_parked_channel_goes_on_when_its_address_is_changed": "세워 둔 채널은 주소를 고치면 이어서 보냄",
    "long_output_is_a_summary_with_all_of_it_elsewhere": "긴 출력은 요약하고 전체는 파일이나 링크로",
    "what_people_say_and_what_others_were_answered_is_not_carried_here": "남의 말과 남에게 한 답은 옮기지 않음",
    "killed_between_the_platforms_answer_and_the_commit": "보내고 기록하기 전에 죽어도 잃지 않음",
    "hostile_text_stays_text": "악의적인 글자도 글자로만 보임",
    "hostile_names_logs_and_messages_stay_text_on_their_whole_way": "이름·로그·메시지가 끝까지 글자로 남음",
    "a_typed_rejection_ends_the_request": "글자로 한 거절이 요청을 끝냄",
    "a_typed_approval_of_a_lower_tier_counts_once": "운영이 아닌 곳의 글자 승인은 한 번 셈함",
    "production_needs_a_step_up_and_the_link_serves_the_approver_alone": "운영의 승인은 확인 링크로, 그 승인자에게만",
    "a_requester_gets_no_link": "요청자에게는 링크를 주지 않음",
    "guessing_codes_ends_soon": "승인 코드를 짐작하면 곧 막음",
    "the_inhouse_app_types_too": "기다리는 앱에서도 글자로 승인하고 거절함",
    "who_is_too_fast_is_told_when_to_come_again_and_others_go_on": "너무 잦으면 언제 다시 올지 알리고 남은 안 막음",
}
"""What a case without a title shows is its name."""


def cases() -> list[str]:
    """The cases of the suite in their order, without `test_`."""
    names = [
        node.name
        for node in ast.parse(SUITE.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [name.removeprefix("test_") for name in names if name.startswith("test_")]


def rows(document: str) -> list[str]:
    """The cases that the table has rows for."""
    return re.findall(r"^\| [^|]* \| `([a-z0-9_]+)` \|", document, re.MULTILINE)


Outcomes = dict[tuple[str, str], set[str]]
"""What became of a case with an adapter; a case may run more than once."""


def outcomes(report: ElementTree.Element) -> Outcomes:
    """From the report of a run, in JUnit's form."""
    found: Outcomes = {}
    for one in report.iter("testcase"):
        name, _, parameters = one.attrib["name"].rstrip("]").partition("[")
        case = name.removeprefix("test_")
        named = parameters.split("-")
        if not set(named) & set(CASES):  # a case of one adapter says so in its name
            named = case.split("_")
        outcome = next((child.tag for child in one if child.tag in ("failure", "error", "skipped")), "passed")
        for adapter in CASES:
            if adapter in named:
                found.setdefault((case, adapter), set()).add(outcome)
    return found


async def capabilities() -> dict[str, Capabilities]:
    found = {}
    for name, make in CASES.items():
        async with make(FakeClock()) as case:
            found[name] = case.messenger.capabilities
    return found


def cell(case: str, adapter: str, became: Outcomes, able: dict[str, Capabilities]) -> str:
    seen = became.get((case, adapter))
    if seen is not None:
        return FAILED if seen & {"failure", "error"} else "건너뜀" if "skipped" in seen else PASSED
    tested = [able[other] for other in CASES if (case, other) in became]
    for capability in ("posts", "waits"):
        if tested and all(getattr(one, capability) for one in tested) and not getattr(able[adapter], capability):
            return f"해당 없음: `{capability}`"
    return UNTESTED


def table(became: Outcomes, able: dict[str, Capabilities]) -> str:
    lines = [
        f"| 경우 | 시험 | {' | '.join(f'`{name}`' for name in CASES)} |",
        f"| --- | --- |{' --- |' * len(CASES)}",
        *(
            f"| {TITLES.get(case, case)} | `{case}` | "
            + " | ".join(cell(case, name, became, able) for name in CASES)
            + " |"
            for case in cases()
        ),
    ]
    return f"{INTRODUCTION}\n" + "\n".join(lines) + "\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", f"--junitxml={report}", str(SUITE)]
        status = subprocess.run(run, cwd=ROOT, check=False).returncode
        if status not in (0, 1):  # 1: some failed, and the table says which
            return status
        became = outcomes(ElementTree.parse(report).getroot())
    FILE.write_text(table(became, asyncio.run(capabilities())), encoding="utf-8")
    print(f"{FILE.name}: {len(cases())} cases, {len(CASES)} adapters")
    return status


if __name__ == "__main__":
    sys.exit(main())
