# ruff: noqa: E501 - one text a line
"""What agents say. They send sentences in Korean; `guardia.hub.core.agent_texts` finds them here again."""

from __future__ import annotations

from guardia.hub.core.language import Words

# Where two fit, the first one counts.
_SENTENCES: dict[str, tuple[str, str]] = {
    "no_service": (
        "{asset}: agent.toml에 이 대상의 서비스가 없습니다. [[service]]를 추가하세요.",
        "{asset}: agent.toml has no service of this target. Add a [[service]].",
    ),
    "other_service": (
        "{asset}에 서비스 {wanted}가 없습니다. 있는 서비스: {known}",
        "{asset} has no service {wanted}. It has: {known}",
    ),
    "read_may_repeat": (
        "조회 작업은 서버를 바꾸지 않으므로 다시 실행할 수 있습니다.",
        "A read changes nothing and may run again.",
    ),
    "runs_already": (
        "{service}은(는) 이미 실행 중입니다 (pid {pid}). 아무것도 하지 않습니다.",
        "{service} runs already (pid {pid}). Nothing will be done.",
    ),
    "stopped_already": (
        "{service}은(는) 이미 중지되어 있습니다. 아무것도 하지 않습니다.",
        "{service} is stopped already. Nothing will be done.",
    ),
    "only_start": (
        "{service}은(는) 지금 실행되고 있지 않습니다 ({detail}). 기동만 합니다.",
        "{service} does not run now ({detail}). It will only be started.",
    ),
    "unhealthy_now": ("{service}은(는) 지금 정상 응답이 없습니다: {why}", "{service} does not answer well now: {why}"),
    "is_already": ("{service}은(는) 이미 {state}입니다.", "{service} is {state} already."),
    "verb_failed": ("{service} {verb} 실패: {detail}", "{service}: {verb} failed: {detail}"),
    "verb_done": ("{service} {verb} 완료: {detail}", "{service}: {verb} done: {detail}"),
    "but_unhealthy": ("{detail} 그러나 정상 응답이 없습니다: {why}", "{detail} But it does not answer well: {why}"),
    "looks_at_service": ("서비스 {service}의 상태를 봅니다.", "Looks at the state of the service {service}."),
    "asks_health_within": (
        "{seconds}초 안에 {url} 응답을 확인합니다.",
        "Waits up to {seconds} s for an answer of {url}.",
    ),
    "asks_health": ("{url} 응답을 확인합니다.", "Asks {url} for an answer."),
    "changing": ("{service}: 상태가 바뀌는 중입니다 ({detail}).", "{service} is changing its state ({detail})."),
    "does_not_run_why": ("{service}이(가) 실행되고 있지 않습니다 ({detail}).", "{service} does not run ({detail})."),
    "does_not_run": ("{service}이(가) 실행되고 있지 않습니다.", "{service} does not run."),
    "runs_unasked": (
        "{service}은(는) 실행 중이나 응답을 확인하지 못했습니다: {error}",
        "{service} runs, but could not be asked: {error}",
    ),
    "runs_unhealthy": (
        "{service}은(는) 실행 중이나 정상 응답이 없습니다: {why}",
        "{service} runs, but does not answer well: {why}",
    ),
    "runs_well": ("{service}이(가) 정상 실행 중입니다 (pid {pid}).", "{service} runs well (pid {pid})."),
    "no_address": (
        "서비스 {service}: 확인할 주소를 알 수 없습니다. agent.toml에 health_url을 적으세요.",
        "Service {service}: no address to ask. Write a health_url into agent.toml.",
    ),
    "one_get": ("대상 서버에서 GET {url}을 한 번 보냅니다.", "Sends one GET {url} from the target server."),
    "no_answer": ("{service} 응답 없음: {error}", "{service} does not answer: {error}"),
    "no_ports": (
        "{asset}: 확인할 포트를 알 수 없습니다. 포트를 말하거나 agent.toml의 ports에 적으세요.",
        "{asset}: no port to look at. Name one, or write ports into agent.toml.",
    ),
    "until": ("포트 {port}: {day}까지 ({days}일 남음)", "port {port}: until {day} ({days} days left)"),
    "ports_tried": (
        "대상 서버에서 포트 {ports}에 접속해 봅니다.",
        "Connects to the ports {ports} on the target server.",
    ),
    "ports_open": ("포트 {ports} 열림.", "Ports {ports} are open."),
    "ports_not_open": ("포트 {ports}가 열려 있지 않습니다", "the ports {ports} are not open"),
    "port_is": ("포트 {ports}: {states}", "port {ports}: {states}"),
    "exited": ("프로세스가 종료되었습니다", "the process ended"),
    "no_unit": (
        "{asset}에 systemd 유닛 {unit}이(가) 없습니다. agent.toml의 unit을 확인하세요.",
        "{asset} has no systemd unit {unit}. Check the unit in agent.toml.",
    ),
    "systemctl_slow": (
        "systemctl {verb} {unit}이(가) {seconds}초 안에 끝나지 않았습니다 (현재 {state}).",
        "systemctl {verb} {unit} did not end within {seconds} s (now {state}).",
    ),
    "systemctl_failed": (
        "systemctl {verb} {unit} 실패 (종료 코드 {code}, 현재 {state}). {said}",
        "systemctl {verb} {unit} failed (exit code {code}, now {state}). {said}",
    ),
    "unit_runs_still": ("{unit}이(가) 아직 실행 중입니다.", "{unit} still runs."),
    "unit_not_started": ("{unit}이(가) 기동되지 않았습니다 ({state}).", "{unit} did not start ({state})."),
    "unit_unhealthy": (
        "{unit}은(는) 기동되었으나 정상 응답이 없습니다: {why}",
        "{unit} started, but does not answer well: {why}",
    ),
    "reads_disks": (
        "로컬 파일 시스템의 사용량과 inode를 읽습니다.",
        "Reads the usage and inodes of local file systems.",
    ),
    "no_disks": ("디스크 정보를 읽지 못했습니다.", "The disks could not be read."),
    "disks_high_unread": (
        "디스크 사용량이 높습니다: {listed}. 확인하지 못한 디스크: {unread}.",
        "Disks are full: {listed}. Not read: {unread}.",
    ),
    "disks_high": ("디스크 사용량이 높습니다: {listed}.", "Disks are full: {listed}."),
    "disks_unread": ("확인하지 못한 디스크: {unread}.", "Disks that could not be read: {unread}."),
    "disks_fine": ("디스크 {count}개 모두 {limit}% 미만입니다.", "All {count} disks are below {limit}%."),
    "reads_memory": ("메모리와 스왑 사용량을 읽습니다.", "Reads the usage of memory and swap."),
    "memory_no_swap": (
        "메모리 사용률 {used}% (전체 {total} GiB, 스왑 없음).",
        "Memory {used}% used (of {total} GiB, no swap).",
    ),
    "memory": (
        "메모리 사용률 {used}% (전체 {total} GiB, 스왑 {swap}%).",
        "Memory {used}% used (of {total} GiB, swap {swap}%).",
    ),
    "measures_cpu": ("{seconds}초 동안 CPU 사용률을 잽니다.", "Measures the CPU for {seconds} s."),
    "cpu": (
        "CPU {count}개, 사용률 {busy}%, 부하 {load1} / {load5} / {load15}.",
        "{count} CPUs, {busy}% used, load {load1} / {load5} / {load15}.",
    ),
    "seeks_pattern": (
        "명령행에 {pattern}이(가) 있는 프로세스를 찾습니다.",
        "Looks for processes with {pattern} in their command line.",
    ),
    "looks_at_processes": ("{service}의 프로세스를 봅니다.", "Looks at the processes of {service}."),
    "processes": ("{service} 프로세스 {count}개가 실행 중입니다.", "{count} processes of {service} run."),
    "no_processes": ("{service} 프로세스가 없습니다.", "There is no process of {service}."),
    "unsupported_code": ("이 에이전트는 {code}을(를) 지원하지 않습니다.", "This agent does not support {code}."),
    "unknown_action": ("이 에이전트가 모르는 작업입니다: {code}", "This agent does not know the action {code}."),
    "unknown_action_version": (
        "이 에이전트가 모르는 작업({action})입니다. 에이전트 버전을 확인하세요.",
        "This agent does not know the action {action}. Check the agent's version.",
    ),
    "policy_forbids": (
        "서버의 정책 파일이 {target}에서 {action}을(를) 금지합니다.",
        "The server's policy file forbids {action} on {target}.",
    ),
    "policy_allows_not": (
        "서버의 정책 파일이 {target}에서 {action}을(를) 허용하지 않습니다.",
        "The server's policy file does not allow {action} on {target}.",
    ),
    "policy_time": (
        "제한 시간이 서버의 정책 파일이 허용하는 {limit}초를 넘습니다.",
        "The time limit is more than the {limit} s that the server's policy file allows.",
    ),
    "policy_approvers": (
        "{action}은(는) 요청자가 아닌 승인자 {needed}명이 필요합니다(현재 {count}명). 승인을 받아 다시 요청하세요.",
        "{action} needs {needed} approver(s) other than the requester (now {count}). Have it approved and ask again.",
    ),
    "bad_parameters": (
        "작업의 매개변수가 올바르지 않습니다: {error}",
        "The action's parameters are not valid: {error}",
    ),
    "not_its_target": (
        "{target}은(는) 이 에이전트의 설정(agent.toml)에 없는 대상입니다. [[hosts]]에 추가하세요.",
        "{target} is no target of this agent's agent.toml. Add it to [[hosts]].",
    ),
    "digest": (
        "단계의 내용과 다이제스트가 다릅니다. 실행하지 않았습니다.",
        "The step and its digest differ. It was not run.",
    ),
    "no_way_back": (
        "이 에이전트의 저널에 없는 단계입니다. 접수된 적이 없거나, 이미 결과가 확인되었거나, 저널이 새로 만들어졌습니다.",
        "The agent's journal does not hold this step: it never came, its result was acknowledged, or the journal is new.",
    ),
    "id_used": (
        "같은 단계 번호가 다른 내용으로 이미 접수되어 있습니다. 새 단계로 다시 요청하세요.",
        "The step's number was taken for something else. Ask again with a new step.",
    ),
    "acknowledged": (
        "이미 실행되어 결과가 확인된 단계입니다. 다시 실행하지 않습니다.",
        "The step has run and its result is acknowledged. It does not run again.",
    ),
    "ticket_other": (
        "작업 티켓이 이 단계의 것이 아닙니다({name}). 실행하지 않았습니다. 다시 요청하세요.",
        "The ticket is of another step ({name}). It was not run. Ask again.",
    ),
    "ticket_unreadable": (
        "작업 티켓을 읽을 수 없습니다. 실행하지 않았습니다.",
        "The ticket cannot be read. The step was not run.",
    ),
    "ticket_key": (
        "이 에이전트가 모르는 키로 서명된 작업 티켓입니다. 에이전트를 다시 등록(enrol)하세요.",
        "The ticket is signed with a key that this agent does not know. Enrol the agent again.",
    ),
    "ticket_signature": (
        "작업 티켓의 서명이 올바르지 않습니다. 실행하지 않았습니다.",
        "The ticket's signature does not hold. The step was not run.",
    ),
    "ticket_old": (
        "작업 티켓의 유효 시간이 지났습니다. 서버 시계를 확인하고 다시 요청하세요.",
        "The ticket is no longer valid. Check the server's clock and ask again.",
    ),
    "ticket_old_approval": (
        "작업 티켓의 유효 시간이 지났습니다. 서버 시계를 확인하고 다시 승인을 받아 요청하세요.",
        "The ticket is no longer valid. Check the server's clock, have it approved again and ask.",
    ),
    "ticket_future": (
        "작업 티켓의 발급 시각이 미래입니다. 서버 시계(NTP)를 확인하세요.",
        "The ticket is of the future. Check the server's clock (NTP).",
    ),
    "fenced": (
        "이 대상의 잠금이 더 새로운 작업으로 넘어갔습니다. 현재 상태를 확인한 뒤 다시 요청하세요.",
        "The target's lock has gone to a newer request. Look how it stands, then ask again.",
    ),
    "plan_differs": (
        "승인할 때 본 실행 내용과 지금 실행될 내용이 다릅니다(설정이 바뀌었습니다). 계획을 다시 확인하고 승인받으세요.",
        "What would run is no longer what was approved: the configuration has changed. Look at a new plan and have that approved.",
    ),
    "step_stopped": (
        "{action}: {why} 중단했습니다. 대상의 상태를 확인하세요.",
        "{action}: {why}; stopped. Look at the target.",
    ),
    "step_cancelled_first": (
        "{action}: {why} 시작하기 전에 취소했습니다.",
        "{action}: {why}; cancelled before it began.",
    ),
    "cancel_asked": ("취소 요청", "cancelled"),
    "target_silent": (
        "대상이 {seconds}초 안에 응답하지 않아 시작하지 않았습니다. 대상의 상태를 확인하세요.",
        "Not started: the target did not answer within {seconds} s. Look at the target.",
    ),
    "crashed": (
        "에이전트 내부 오류로 실패했습니다. 대상의 상태를 확인하고, 에이전트 로그에서 단계 {step}을(를) 찾아보세요.",
        "Failed by an internal error of the agent. Look at the target, and for the step {step} in the agent's log.",
    ),
    "timed_out": (
        "{action}이(가) 제한 시간 {seconds}초를 넘겨 중단했습니다. 대상의 상태를 확인하세요.",
        "{action} took more than its {seconds} s and was stopped. Look at the target.",
    ),
    "stopped": ("중단했습니다. 대상의 상태를 확인하세요.", "Stopped. Look at the target."),
    "cancelled_first": ("시작하기 전에 취소했습니다.", "Cancelled before it began."),
    "explain_crashed": (
        "에이전트 내부 오류로 실행 내용을 만들지 못했습니다. 에이전트 로그를 확인하세요.",
        "An internal error of the agent: it cannot say what it would run. See the agent's log.",
    ),
    "probe_crashed": (
        "에이전트 내부 오류로 확인하지 못했습니다. 대상의 상태를 직접 확인하세요.",
        "An internal error of the agent: nothing was found out. Look at the target itself.",
    ),
    "process_lives": (
        "단계가 시작한 프로세스(pid {pid})가 아직 실행 중입니다.",
        "The process that the step started (pid {pid}) still runs.",
    ),
    "process_outlives": (
        "{detail} 단계가 시작한 프로세스(pid {pid})가 제한 시간이 지난 뒤에도 살아 있습니다. 직접 확인하세요.",
        "{detail} The process that the step started (pid {pid}) lives beyond its time. Look at it.",
    ),
    "manager_busy": ("서비스 관리자가 아직 처리 중입니다: {detail}", "The service manager is still at it: {detail}"),
    "still_runs": ("아직 실행 중입니다 (pid {pid}).", "It still runs (pid {pid})."),
    "is_stopped": ("중지되어 있습니다.", "It is stopped."),
    "runs": ("실행 중입니다 (pid {pid}).", "It runs (pid {pid})."),
    "runs_not": ("실행되고 있지 않습니다.", "It does not run."),
    "down_after_stop": (
        "중지된 뒤 기동되지 않았습니다. 지금 서비스가 내려가 있습니다.",
        "It was stopped and not started. The service is down now.",
    ),
    "no_record": (
        "재기동 전 상태 기록이 없어 판단할 수 없습니다.",
        "Cannot tell: nothing is recorded from before the restart.",
    ),
    "old_process": (
        "재기동 전의 프로세스가 그대로 실행 중입니다 (pid {pid}).",
        "The process from before the restart still runs (pid {pid}).",
    ),
    "new_process": (
        "새 프로세스로 실행 중입니다 (pid {before} → {now}).",
        "It runs as a new process (pid {before} → {now}).",
    ),
    "no_root": (
        "서비스 {service}: agent.toml에 deploy_root가 없어 배포할 수 없습니다.",
        "Service {service}: agent.toml has no deploy_root, so nothing can be deployed.",
    ),
    "bad_record": (
        "{path}을(를) 읽을 수 없습니다 ({error}). 내용을 확인해 고치거나 옮긴 뒤 다시 시도하세요.",
        "{path} cannot be read ({error}). Mend it or move it away, then try again.",
    ),
    "nothing_before": (
        "{path}이(가) 아직 없습니다. 되돌아갈 이전 릴리스가 없습니다.",
        "{path} does not exist yet. There is no earlier release to go back to.",
    ),
    "fetches": (
        "{file} ({size} 바이트, sha256 {sha256})을 받아 검증합니다.",
        "Fetches and verifies {file} ({size} bytes, sha256 {sha256}).",
    ),
    "puts": ("{path}에 둡니다.", "Puts it at {path}."),
    "records": (
        "{path}에 릴리스 {release}와 이전 릴리스를 기록합니다.",
        "Records the release {release} and the one before in {path}.",
    ),
    "links": ("심볼릭 링크 {path} → {to}", "Symbolic link {path} → {to}"),
    "current": ("현재 릴리스: {release}", "Current release: {release}"),
    "not_recorded": (
        "현재 릴리스 {release}에 대한 기록이 없습니다. 다른 이름으로 배포하세요.",
        "The current release {release} is not recorded. Deploy under another name.",
    ),
    "applied": ("릴리스 {release}이(가) 이미 적용되어 있습니다.", "The release {release} is in place already."),
    "verified": ("{file} 확인 완료 (sha256 {sha256})", "{file} verified (sha256 {sha256})"),
    "stored": ("{path} 저장 완료", "{path} stored"),
    "deployed": (
        "{service} 배포 완료: {before} → {after} ({file}).",
        "{service} deployed: {before} → {after} ({file}).",
    ),
    "release_still": ("현재 릴리스가 아직 {release}입니다.", "The current release is still {release}."),
    "release_odd_deploy": (
        "현재 릴리스가 {release}입니다. 배포와 맞지 않으니 직접 확인하세요.",
        "The current release is {release}, which does not fit the deployment. Look at it.",
    ),
    "release_odd_rollback": (
        "현재 릴리스가 {release}입니다. 롤백과 맞지 않으니 직접 확인하세요.",
        "The current release is {release}, which does not fit the rollback. Look at it.",
    ),
    "release_is": ("현재 릴리스가 {release}입니다.", "The current release is {release}."),
    "release_used": (
        "릴리스 이름 {release}은(는) 다른 내용으로 이미 쓰였습니다. 새 이름으로 배포하세요.",
        "The release {release} was used for something else. Deploy under a new name.",
    ),
    "release_unknown": (
        "릴리스 {release}의 기록이 없습니다. 있는 릴리스: {known}",
        "The release {release} is not recorded. There are: {known}",
    ),
    "no_previous": (
        "현재 릴리스 {release}의 이전 릴리스 기록이 없어 되돌릴 수 없습니다.",
        "Cannot go back: no release before {release} is recorded.",
    ),
    "files_gone": ("{path}에 릴리스 파일이 남아 있지 않습니다.", "{path} holds the release's files no longer."),
    "rolled_back": ("롤백 완료: {before} → {after}.", "Rolled back: {before} → {after}."),
    "term_kill_group": (
        "{path}의 프로세스 그룹에 SIGTERM을 보내고, {seconds}초 안에 끝나지 않으면 SIGKILL을 보냅니다.",
        "Sends SIGTERM to the process group of {path}, and SIGKILL if it does not end within {seconds} s.",
    ),
    "term_kill": (
        "{seconds}초 안에 끝나지 않으면 SIGTERM, 이어서 SIGKILL을 보냅니다.",
        "Sends SIGTERM, then SIGKILL, if it does not end within {seconds} s.",
    ),
    "writes_pid": ("새 프로세스를 {path}에 기록합니다.", "Records the new process in {path}."),
    "absolute": (
        "서비스 {service}: agent.toml의 start에 절대 경로로 시작하는 명령이 필요합니다.",
        "Service {service}: start in agent.toml needs a command with an absolute path.",
    ),
    "needs_pid_file": (
        "서비스 {service}: agent.toml에 pid_file이 필요합니다.",
        "Service {service}: agent.toml needs a pid_file.",
    ),
    "no_pid_file": ("pid 파일 없음", "no pid file"),
    "found_process": ("pid {pid}, 프로세스 목록에서 찾음", "pid {pid}, found among the processes"),
    "no_process": ("프로세스 없음", "no process"),
    "several": (
        "{service}: 기동이 중단된 뒤 같은 명령의 프로세스가 여럿입니다 (pid {pids}). 직접 확인하세요.",
        "{service}: several processes of the same command after an interrupted start (pid {pids}). Look at them.",
    ),
    "ports_busy": (
        "포트 {ports}을(를) 다른 프로세스가 쓰고 있어 {service}을(를) 기동하지 않았습니다.",
        "{service} was not started: another process uses the ports {ports}.",
    ),
    "start_failed": ("{service} 기동 실패: {error}", "{service} did not start: {error}"),
    "started": ("{service} 기동: pid {pid}", "{service} started: pid {pid}"),
    "exited_at_once": ("{service}이(가) 기동 직후 종료되었습니다.", "{service} ended right after its start."),
    "exited_at_once_log": (
        "{service}이(가) 기동 직후 종료되었습니다.\n마지막 로그:\n{log}",
        "{service} ended right after its start.\nEnd of the log:\n{log}",
    ),
    "no_health_log": (
        "{service}이(가) {seconds}초 안에 정상 응답하지 않았습니다: {why}\n마지막 로그:\n{log}",
        "{service} did not answer well within {seconds} s: {why}\nEnd of the log:\n{log}",
    ),
    "no_health": (
        "{service}이(가) {seconds}초 안에 정상 응답하지 않았습니다: {why}",
        "{service} did not answer well within {seconds} s: {why}",
    ),
    "sent_term": ("{service} 중지: pid {pid}에 SIGTERM", "{service} stopped: SIGTERM to pid {pid}"),
    "sent_kill": ("{seconds}초 안에 끝나지 않아 SIGKILL", "SIGKILL, because it did not end within {seconds} s"),
    "survives": (
        "{service}(pid {pid})이(가) SIGKILL 뒤에도 남아 있습니다.",
        "{service} (pid {pid}) is there even after SIGKILL.",
    ),
    "stop_code_late": ("중지 명령의 종료 코드 {code} (시간 초과)", "exit code of the stop command {code} (timed out)"),
    "stop_code": ("중지 명령의 종료 코드 {code}", "exit code of the stop command {code}"),
    "reads_record": ("{path}와 {record}을(를) 읽습니다.", "Reads {path} and {record}."),
    "no_release": ("{service}: 배포된 릴리스가 없습니다.", "{service}: nothing is deployed."),
    "release_unrecorded": (
        "{service}: 현재 릴리스 {release} (배포 기록 없음).",
        "{service}: current release {release} (no record of its deployment).",
    ),
    "release_and_previous": (
        "{service}: 현재 릴리스 {release}, 이전 릴리스 {previous}.",
        "{service}: current release {release}, before it {previous}.",
    ),
    "jcmd_failed": ("jcmd 실패 (종료 코드 {code}): {said}", "jcmd failed (exit code {code}): {said}"),
    "threads": ("pid {pid}의 스레드 {count}개.", "{count} threads of pid {pid}."),
    "no_log_files": (
        "서비스 {service}: agent.toml에 log_files가 없습니다.",
        "Service {service}: agent.toml has no log_files.",
    ),
    "reads_tail": ("{path}의 마지막 {lines}줄을 읽습니다.", "Reads the last {lines} lines of {path}."),
    "searches": (
        "{path}의 마지막 {size} MiB에서 {pattern}이(가) 있는 줄을 찾습니다.",
        "Looks for lines with {pattern} in the last {size} MiB of {path}.",
    ),
    "by_time": (
        "줄 머리의 시각으로 최근 {minutes}분을 가립니다.",
        "Keeps the last {minutes} minutes, by the time at the head of a line.",
    ),
    "lines_detail": ("{name}: {count}줄 ({detail}).", "{name}: {count} lines ({detail})."),
    "lines": ("{name}: {count}줄.", "{name}: {count} lines."),
    "no_lines_detail": ("{name}: 해당하는 줄이 없습니다 ({detail}).", "{name}: no such line ({detail})."),
    "no_lines": ("{name}: 해당하는 줄이 없습니다.", "{name}: no such line."),
    "recent": ("최근 {minutes}분", "the last {minutes} minutes"),
    "no_times": ("줄에서 시각을 읽지 못해 시간으로 가리지 못함", "not by time: the lines have none that can be read"),
    "containing": ("{literal} 포함 {count}줄", "{count} lines with {literal}"),
    "window": ("파일 {size} MiB 중 마지막 {window} MiB만 봄", "only the last {window} MiB of {size}"),
    "no_clean": (
        "서비스 {service}: agent.toml의 allow_clean에 정리할 디렉터리가 없습니다.",
        "Service {service}: allow_clean in agent.toml names no directory.",
    ),
    "old_files": ("{path}: {count}개, {size}", "{path}: {count} files, {size}"),
    "no_way_back_files": ("지운 파일은 되돌릴 수 없습니다.", "Deleted files do not come back."),
    "cleaned_some": ("{count}개를 지운 뒤 오류: {errors}", "Failed after {count} files were deleted: {errors}"),
    "exit_code_of": ("{path}: 종료 코드 {code}", "{path}: exit code {code}"),
    "exit_code": ("종료 코드 {code}", "exit code {code}"),
    "cleaned": ("오래된 로그 {count}개, {size} MiB를 지웠습니다.", "Deleted {count} old logs, {size} MiB."),
    "clean_now": ("지울 파일이 남아 있지 않습니다.", "No file is left to be deleted."),
    "clean_left": (
        "지울 파일 {count}개 중 {left}개가 남아 있습니다.",
        "{left} of {count} files to be deleted are left.",
    ),
    "no_certificate": ("인증서를 받지 못함", "no certificate came"),
    "days_hours": ("{days}일 {hours}시간", "{days} d {hours} h"),
    "hours_minutes": ("{hours}시간 {minutes}분", "{hours} h {minutes} min"),
    "minutes": ("{minutes}분", "{minutes} min"),
}
_WORDS = {
    "중지": "stopped",
    "취소": "cancelled",
    "실행 중": "running",
    "중지 상태": "stopped",
    "상태": "State",
    "상세": "Detail",
    "응답": "Answer",
    "정상": "OK",
    "항목": "Item",
    "값": "Value",
    "포트": "Port",
    "만료일": "Expires",
    "남은 일수": "Days left",
    "주체": "Subject",
    "확인 불가": "not known",
    "마운트": "Mount",
    "종류": "Type",
    "전체 GiB": "Total GiB",
    "사용 GiB": "Used GiB",
    "남음 GiB": "Free GiB",
    "사용 %": "Used %",
    "메모리": "Memory",
    "스왑": "Swap",
    "구분": "Kind",
    "사용자": "User",
    "메모리 MiB": "Memory MiB",
    "실행 시간": "Running for",
    "명령": "Command",
    "닫힘": "closed",
    "열림, 루프백 접속 실패": "open, not by the loopback",
    "열림": "open",
    "없음": "none",
    "릴리스": "Release",
    "배포 시각": "Deployed at",
    "파일": "File",
    "이전 릴리스": "Release before",
}

WORDS: Words = {
    "agent.several_texts": {"ko": "{items}", "en": "{items}"},
    **{f"agent.{key}": {"ko": ko, "en": en} for key, (ko, en) in _SENTENCES.items()},
    **{f"agent.word.{number}": {"ko": ko, "en": en} for number, (ko, en) in enumerate(_WORDS.items())},
}
