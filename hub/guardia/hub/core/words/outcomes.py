# ruff: noqa: E501 - one text a line
"""What became of requests and steps: what their events say."""

from __future__ import annotations

from guardia.hub.core.language import Words

WORDS: Words = {
    # --- of a request
    "end.done": {"ko": "완료했습니다.", "en": "Done."},
    "end.all_done": {"ko": "{count}대 모두 완료했습니다.", "en": "Done on all {count} servers."},
    "end.checked": {"ko": "확인을 마쳤습니다.", "en": "Checked."},
    "end.not_checked": {"ko": "{count}건을 확인하지 못했습니다. {why}", "en": "{count} check(s) failed. {why}"},
    "end.cancelled": {"ko": "{by} 님이 취소했습니다.", "en": "Cancelled by {by}."},
    "end.not_verified": {
        "ko": "변경은 이미 실행되었고 검증은 하지 않았습니다.",
        "en": "The change had run already, and was not verified.",
    },
    "end.cancel_late": {
        "ko": "{message} 취소 요청이 늦었습니다: 이미 끝났거나 멈출 수 없는 단계였습니다.",
        "en": "{message} The cancel came too late: the step had ended, or cannot be stopped.",
    },
    "end.cancel_unclear": {
        "ko": "{message} 취소되었는지는 알 수 없습니다. 서버에서 직접 확인해 주세요.",
        "en": "{message} Whether it was stopped is not known. Please look at the server itself.",
    },
    "end.stays": {
        "ko": "{message} 이미 실행된 것은 그대로입니다: {done}.",
        "en": "{message} What had run stays as it is: {done}.",
    },
    "end.stays_and_more": {
        "ko": "{message} 이미 실행된 것은 그대로입니다: {done} 외 {count}건.",
        "en": "{message} What had run stays as it is: {done} and {count} more.",
    },
    "end.dropped": {
        "ko": "{by} 님이 대기열에서 뺐습니다. 실행되지 않았습니다.",
        "en": "Taken out of the queue by {by}. It has not run.",
    },
    "end.dropped_why": {
        "ko": "{by} 님이 대기열에서 뺐습니다. 실행되지 않았습니다. 사유: {why}",
        "en": "Taken out of the queue by {by}. It has not run. Reason: {why}",
    },
    "end.rejected": {"ko": "{by} 님이 거절했습니다.", "en": "Rejected by {by}."},
    "end.rejected_why": {"ko": "{by} 님이 거절했습니다. 사유: {why}", "en": "Rejected by {by}. Reason: {why}"},
    "end.put_back": {
        "ko": "{why} — 이전 배포본으로 되돌렸습니다.",
        "en": "{why} — The earlier release is back in place.",
    },
    "end.not_put_back": {
        "ko": "{why} — 되돌리기도 실패했습니다({back}). 서버에서 직접 확인해 주세요.",
        "en": "{why} — Going back failed too ({back}). Please look at the server itself.",
    },
    "end.closed": {
        "ko": "{by} 님이 결과를 확인하지 못한 채 닫았습니다. 서버의 상태를 직접 확인해 주세요.",
        "en": "Closed by {by} with the outcome unknown. Please look at the server itself.",
    },
    "end.closed_why": {
        "ko": "{by} 님이 결과를 확인하지 못한 채 닫았습니다. 사유: {why} 서버의 상태를 직접 확인해 주세요.",
        "en": "Closed by {by} with the outcome unknown. Reason: {why} Please look at the server itself.",
    },
    "expired.plan": {
        "ko": "계획의 유효 시간이 지났습니다. 다시 요청해 주세요.",
        "en": "The plan is no longer valid. Please ask again.",
    },
    "expired.answer": {
        "ko": "답변이 없어 요청을 닫았습니다. 필요하면 다시 말씀해 주세요.",
        "en": "Closed, because no answer came. Say it again if it is still wanted.",
    },
    "expired.approval": {
        "ko": "승인 기한이 지나 요청을 닫았습니다. 필요하면 다시 요청해 주세요.",
        "en": "Closed, because it was not approved in time. Ask again if it is still wanted.",
    },
    "stale.approvals": {
        "ko": "승인이 모자라 계획을 다시 세웁니다.",
        "en": "Approvals are missing, so it is planned again.",
    },
    "stale.cmdb": {"ko": "CMDB가 바뀌어 계획을 다시 세웁니다.", "en": "The CMDB changed, so it is planned again."},
    "stale.approve_again": {
        "ko": "CMDB가 바뀌어 계획을 다시 세웁니다. 새 계획을 승인해 주세요.",
        "en": "The CMDB changed, so it is planned again. Please approve the new plan.",
    },
    # --- of a step
    "step.why": {"ko": "{target} {action}: {why}", "en": "{target} {action}: {why}"},
    "step.not_verified": {"ko": "검증 결과가 정상이 아닙니다", "en": "the verification found it not in order"},
    "step.read_again": {"ko": "읽기 동작 다시 실행", "en": "a read, run again"},
    "step.run_again": {"ko": "{by} 님이 다시 실행", "en": "run again by {by}"},
    "step.named": {"ko": "{target} {action}", "en": "{target} {action}"},
    "step.ran_too_long": {
        "ko": "실행 제한 시간 {seconds}초를 넘겨 중단했습니다. 대상의 상태를 확인해 주세요.",
        "en": "Stopped after its time limit of {seconds} s. Please look at the state of the target.",
    },
    "step.cannot_stop": {
        "ko": "멈출 수 없는 단계라 끝까지 실행합니다.",
        "en": "This step cannot be stopped and runs to its end.",
    },
    "step.cancelled_first": {
        "ko": "전달되기 전에 취소되었습니다. 실행되지 않았습니다.",
        "en": "Cancelled before it was delivered. It has not run.",
    },
    "step.not_delivered": {
        "ko": "에이전트가 제시간에 연결되지 않아 전달하지 못했습니다. 실행되지 않았습니다.",
        "en": "Not delivered: the agent did not connect in time. It has not run.",
    },
    "step.compared": {
        "ko": "연결이 다시 맺어져 일지와 대조합니다.",
        "en": "Connected again: it is compared with the journal.",
    },
    "step.interrupted_read": {
        "ko": "에이전트가 중단되어 결과가 없습니다. 읽기 동작이라 다시 실행합니다.",
        "en": "The agent was interrupted and has no result. It is a read, so it runs again.",
    },
    "step.not_in_journal": {
        "ko": "에이전트의 일지에 이 단계가 없습니다. 서버에서 직접 확인해 주세요.",
        "en": "The agent's journal does not hold this step. Please look at the server itself.",
    },
    "step.lost": {"ko": "에이전트와 연결이 끊겼습니다.", "en": "The agent is out of contact."},
    "step.hub_restarted": {
        "ko": "허브가 다시 시작되어 에이전트에게 확인합니다.",
        "en": "The hub was restarted and asks the agent.",
    },
    "step.agent_lost_host": {
        "ko": "에이전트가 대상 서버와 연결이 끊겨 스스로 확인했습니다.",
        "en": "The agent lost the target server and found out by itself.",
    },
    "step.unreadable": {
        "ko": "에이전트가 보낸 결과를 읽을 수 없습니다. 에이전트의 버전을 확인해 주세요.",
        "en": "The agent's result cannot be read. Please check the agent's version.",
    },
    # --- of a plan
    "plan.not_connected": {
        "ko": "에이전트가 연결되어 있지 않아 실행 명령을 확인하지 못했습니다.",
        "en": "The agent is not connected, so it could not say what will run.",
    },
    "plan.restore": {
        "ko": "심볼릭 링크를 이 배포 직전의 배포본으로 되돌립니다.",
        "en": "Points the symbolic link at the release before this deployment again.",
    },
    "plan.too_long": {
        "ko": "에이전트의 실행 설명이 너무 길어 보여 드릴 수 없습니다. 에이전트를 점검해 주세요.",
        "en": "What the agent says it would run is too long to be shown. Please check the agent.",
    },
    "denied.action": {"ko": "'{action}'라는 작업은 없습니다.", "en": "There is no action '{action}'."},
    "denied.room": {
        "ko": "{why} 필요하면 관리자에게 방의 범위를 넓혀 달라고 요청해 주세요.",
        "en": "{why} If it is needed, ask an administrator to widen the room's scope.",
    },
    "denied.person": {
        "ko": "{by} 님에게는 {component}에 대한 이 작업 권한이 없습니다.",
        "en": "{by} may not do this on {component}.",
    },
    "denied.blind": {
        "ko": "{target}의 에이전트가 연결되어 있지 않거나 답하지 않아, 무엇이 실행될지 승인자에게 보여 드릴 수 없습니다. 에이전트가 연결된 뒤에 다시 요청해 주세요.",
        "en": "The agent of {target} is not connected or does not answer, so approvers cannot be shown what would run. Ask again when it is connected.",
    },
    "denied.error": {"ko": "{what} {remedy}", "en": "{what} {remedy}"},
    "scope.action": {
        "ko": "이 방에서는 '{action}' 작업을 할 수 없습니다.",
        "en": "This room is not for the action '{action}'.",
    },
    "scope.target": {
        "ko": "이 방은 {what} '{name}'의 작업을 하는 방이 아닙니다.",
        "en": "This room is not for {what} '{name}'.",
    },
}
