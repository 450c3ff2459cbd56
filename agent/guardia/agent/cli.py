"""`guardia-agent`: enrol, run, status, doctor. Exit codes are in the help of each command.

Modules that cost time to import are imported by the command that needs them: `status` and completion stay quick.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from guardia.agent.foreground import (
    CONFIG,
    CONFIG_VARIABLE,
    EXIT_CONFIG,
    EXIT_FAILURE,
    fail,
    load_config,
    make_state_dir,
)
from guardia.agent.foreground import run as run_daemon

if TYPE_CHECKING:
    from guardia.agent.daemon.finding import Finding
    from guardia.agent.daemon.status import Status

EXIT_NOT_CONNECTED = 1
EXIT_NOT_RUNNING = 3

TOKEN_VARIABLE = "GUARDIA_JOIN_TOKEN"  # noqa: S105 - the name of a variable
MAX_TOKEN = 4096

EPILOG = """\
Exit codes: 0 done, 1 failed, 2 wrong usage, 78 a mistake in agent.toml; more with each command.

Completion: eval "$(_GUARDIA_AGENT_COMPLETE=bash_source guardia-agent)" (also zsh_source, fish_source).
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    default=CONFIG,
    envvar=CONFIG_VARIABLE,
    show_default=True,
    show_envvar=True,
    type=click.Path(dir_okay=False),
    help="Configuration file.",
)
@click.version_option(package_name="guardia-agent", prog_name="guardia-agent")
@click.pass_context
def main(context: click.Context, config_path: str) -> None:
    """The GUARDiA agent: takes steps from the hub, runs each once at most, and reports.

    \b
    Examples:
      guardia-agent enrol --token-file /root/join-token
      guardia-agent run
      guardia-agent status --json
      guardia-agent --config ./agent.toml doctor
    """
    context.obj = config_path


@main.command(epilog="Exit codes: 0 enrolled, 1 refused or unreachable (the message says what to do), 78 agent.toml.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    help="File with the join token; - for standard input. Without it the variable GUARDIA_JOIN_TOKEN is read, then "
    "standard input. The token is never an argument: other users see those.",
)
@click.option("--hub", "hub_url", default="", help="Enrolment address; default: [hub] enrolment_url.")
@click.option("--replace", is_flag=True, help="Enrol anew although there is an identity.")
@click.pass_obj
def enrol(config_path: str, token_file: str | None, hub_url: str, replace: bool) -> None:
    """Make a key on this host and have the hub sign it, with a join token.

    \b
    Examples:
      guardia-agent enrol --token-file /root/join-token
      guardia-agent enrol < /root/join-token
    """
    import asyncio

    from guardia.agent.daemon.system import SystemClock
    from guardia.agent.errors import AgentError

    config = load_config(config_path)
    url = hub_url or config.hub.enrolment_url
    if not url:
        fail("등록할 허브의 주소가 없습니다. agent.toml의 [hub] enrolment_url을 적거나 --hub를 쓰세요.", EXIT_CONFIG)
    token = _read_token(token_file)
    from guardia.agent.identity.enrol import enrol as enrol_with

    make_state_dir(config.state_dir)
    click.echo(f"{url}에 등록합니다…", err=True)
    try:
        identity = asyncio.run(
            enrol_with(url, token, config.state_dir, clock=SystemClock(), asset=config.agent.asset, replace=replace)
        )
    except AgentError as error:
        fail(f"{error} ({error.code})")
    click.echo(f"등록했습니다: {identity.agent_id} (자산 {identity.asset_code}). 이제 guardia-agent run을 실행하세요.")


@main.command(
    epilog="Exit codes: 0 stopped by a signal, 1 could not start, 4 the hub dismissed this agent, 5 stopped while "
    "steps that must not be interrupted went on (they are probed after the next start), 78 agent.toml."
)
@click.pass_obj
def run(config_path: str) -> None:
    """Run the agent in the foreground until SIGTERM or SIGINT; logs are JSON lines on standard error.

    A stop takes nothing new and waits `[limits] drain` seconds for running steps; a second signal ends the waiting.
    """
    run_daemon(config_path)


@main.command(epilog="Exit codes: 0 connected, 1 running but not connected, 3 not running, 78 agent.toml.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def status(config_path: str, as_json: bool) -> None:
    """Whether the agent runs and is connected, and what it is doing."""
    import time

    from guardia.agent.daemon import status as status_file
    from guardia.agent.errors import AgentError

    try:
        found, alive = status_file.read(load_config(config_path).state_dir)
    except AgentError as error:
        fail(str(error))
    hangs = alive and found is not None and time.time() * 1000 - found.updated_ms > status_file.STALE_AFTER_MS
    connected = alive and not hangs and found is not None and found.connected and not found.stopping
    if as_json:
        import msgspec

        document = {"running": alive, "connected": connected, "hangs": hangs, "status": found}
        click.echo(msgspec.json.encode(document).decode())
    elif not alive:
        click.echo("에이전트가 실행 중이 아닙니다. systemctl start guardia-agent, 또는 guardia-agent run")
    elif found is None:
        click.echo("에이전트가 시작하는 중입니다.")
    else:
        if hangs:
            click.echo("1분 넘게 응답하지 않습니다. 로그를 보고 다시 시작하세요: journalctl -u guardia-agent")
        _tell(found)
    sys.exit(0 if connected else EXIT_NOT_CONNECTED if alive else EXIT_NOT_RUNNING)


@main.command(epilog="Exit codes: 0 nothing failed (warnings are no failure), 1 something failed, 78 agent.toml.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.pass_obj
def doctor(config_path: str, as_json: bool) -> None:
    """Look at configuration, identity, network, policy and every service, and say what is wrong. Changes nothing."""
    import asyncio

    from guardia.agent.daemon.system import SystemClock

    config = load_config(config_path)
    findings: list[Finding] = []

    async def look() -> None:
        from guardia.agent.daemon.doctor import examine

        async for finding in examine(config, SystemClock()):
            findings.append(finding)
            if not as_json:
                _tell_finding(finding)

    asyncio.run(look())
    failed = sum(finding.status == "fail" for finding in findings)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode({"ok": not failed, "findings": findings}).decode())
    else:
        warned = sum(finding.status == "warn" for finding in findings)
        click.echo(f"실패 {failed}건, 주의 {warned}건, 전체 {len(findings)}건")
    sys.exit(EXIT_FAILURE if failed else 0)


# --- helpers --------------------------------------------------------------------------------------------------------


def _read_token(token_file: str | None) -> str:
    token = os.environ.pop(TOKEN_VARIABLE, "")
    if token_file is not None or not token:
        if token_file is None and sys.stdin.isatty():
            return str(click.prompt("등록 토큰", hide_input=True))
        try:
            with click.open_file(token_file or "-", "r", encoding="ascii") as file:
                token = file.read(MAX_TOKEN)
        except (OSError, UnicodeDecodeError) as error:
            fail(f"토큰을 읽을 수 없습니다: {getattr(error, 'strerror', None) or 'ASCII 파일이 아닙니다'}")
    if not token.strip():
        fail("토큰이 비어 있습니다. 허브에서 guardia-hub agents token으로 새로 만드세요.")
    return token.strip()


def _tell(found: Status) -> None:
    from datetime import datetime

    def when(at_ms: int) -> str:
        return datetime.fromtimestamp(at_ms / 1000).astimezone().isoformat(timespec="seconds") if at_ms else "-"

    state = "연결됨" if found.connected else "종료하는 중" if found.stopping else "연결되지 않음"
    click.echo(f"{found.agent_id}: {state} ({found.hub_url}), 세션 {found.epoch}, pid {found.pid}")
    click.echo(f"시작 {when(found.started_ms)}, 갱신 {when(found.updated_ms)}, {found.software}")
    click.echo(f"인증서 만료 {when(found.certificate_expires_ms)}")
    click.echo(f"확인 대기 결과 {found.unacknowledged}건, 중단된 단계 {found.interrupted}건, 실행 {len(found.steps)}건")
    if (spool := found.spool) is None:
        click.echo("출력 보관: 없음. guardia-agent doctor로 확인하세요")
    else:
        used, cap = (f"{size / 1024 / 1024:.1f} MiB" for size in (spool.bytes, spool.cap))
        click.echo(f"출력 보관 {spool.files}개, {used} / {cap}, 가장 오래된 것 {when(spool.oldest_ms)}")
    if (way := found.cancel) is not None:
        click.echo(f"취소: {'단계의 cgroup으로' if way.by == 'cgroup' else '프로세스 트리로'} 끝냅니다 ({way.detail})")
    for step in found.steps:
        click.echo(f"  {step.step_id}  {step.action}  {step.target}  {step.state}")
    if found.journal_broken:
        click.echo(f"저널을 쓸 수 없습니다: {found.journal_broken}. 디스크를 확인하고 에이전트를 다시 시작하세요.")
    if found.last_error is not None:
        click.echo(f"마지막 오류 {when(found.last_error.at_ms)} {found.last_error.code}: {found.last_error.message}")


def _tell_finding(finding: Finding) -> None:
    mark, colour = {"ok": ("정상", "green"), "warn": ("주의", "yellow"), "fail": ("실패", "red")}[finding.status]
    click.echo(f"{click.style(mark, fg=colour)}  {finding.name}: {finding.detail}")
    if finding.remedy:
        click.echo(f"      → {finding.remedy}")
