"""DEPLOY_ARTIFACT and ROLLBACK_RELEASE: a release directory, a record, and one symbolic link that is swapped.

Neither restarts anything; the plan has a step of its own for that.
"""

from __future__ import annotations

from guardia.agent.actions.base import Context, Plan, Probed
from guardia.agent.actions.common import choose_service, iso, parameters, say
from guardia.agent.core.releases import (
    MAX_RECORD,
    Layout,
    Release,
    ReleaseRecord,
    decode_record,
    encode_record,
)
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, RefusedError, UnsupportedError
from guardia.proto.catalogue import ChangeReport, DeployParameters, RollbackParameters
from guardia.proto.frames import ProbeVerdict


def layout_of(service: ServiceSpec) -> Layout:
    if not service.deploy_root:
        raise UnsupportedError(f"서비스 {service.name}: agent.toml에 deploy_root가 없어 배포할 수 없습니다.")
    return Layout(service.deploy_root)


async def read_record(context: Context, layout: Layout) -> ReleaseRecord:
    if "releases.json" not in await context.host.list_dir(layout.root):
        return ReleaseRecord()
    try:
        return decode_record(await context.host.read_text(layout.record, MAX_RECORD))
    except ValueError as error:
        raise ActionError(
            f"{layout.record}을(를) 읽을 수 없습니다 ({error}). 내용을 확인해 고치거나 옮긴 뒤 다시 시도하세요.",
            code="release.record_damaged",
        ) from None


async def current_release(context: Context, layout: Layout) -> str:
    return layout.release_of(await context.host.read_link(layout.current))


class DeployArtifact:
    async def explain(self, context: Context) -> Plan:
        service = choose_service(context)
        layout = layout_of(service)
        wanted = parameters(context, DeployParameters)
        name = service.artifact_name or wanted.file_name
        current = await current_release(context, layout)
        record = await read_record(context, layout)
        known = record.find(wanted.release)
        if known is not None and known.sha256 != wanted.sha256:
            raise _ReleaseTakenError(_taken(wanted.release))
        findings = [] if current else [f"{layout.current}이(가) 아직 없습니다. 되돌아갈 이전 릴리스가 없습니다."]
        return Plan(
            user=context.host.user,
            notes=(
                f"{wanted.file_name} ({wanted.size} 바이트, sha256 {wanted.sha256})을 받아 검증합니다.",
                f"{layout.file(wanted.release, name)}에 둡니다.",
                f"{layout.record}에 릴리스 {wanted.release}와 이전 릴리스를 기록합니다.",
                f"심볼릭 링크 {layout.current} → {layout.link_target(wanted.release)}",
            ),
            findings=(*findings, f"현재 릴리스: {current or '없음'}"),
        )

    async def before(self, context: Context) -> dict[str, str]:
        service = choose_service(context)
        return {"service": service.name, "current": await current_release(context, layout_of(service))}

    async def run(self, context: Context) -> ChangeReport:
        service = choose_service(context)
        layout = layout_of(service)
        wanted = parameters(context, DeployParameters)
        name = service.artifact_name or wanted.file_name
        host = context.host
        before = await current_release(context, layout)
        record = await read_record(context, layout)
        known = record.find(wanted.release)
        content = await host.list_dir(layout.directory(wanted.release))
        if known is not None and known.sha256 != wanted.sha256:
            raise ActionError(_taken(wanted.release), code="release.exists")
        if known is None and name in content and before == wanted.release:
            raise ActionError(
                f"현재 릴리스 {wanted.release}에 대한 기록이 없습니다. 다른 이름으로 배포하세요.", code="release.exists"
            )
        if before == wanted.release and known is not None and name in content:
            return self._report(
                context, f"릴리스 {wanted.release}이(가) 이미 적용되어 있습니다.", before, before, changed=False
            )
        async with context.artifacts.hold(wanted.sha256, wanted.size) as local:
            await say(context, f"{wanted.file_name} 확인 완료 (sha256 {wanted.sha256[:12]}…)")
            await host.make_dir(layout.directory(wanted.release), 0o755)
            # Always put again: a release that was left half-way has a file of unknown content.
            await host.put_file(local, layout.file(wanted.release, name), wanted.sha256)
        await say(context, f"{layout.file(wanted.release, name)} 저장 완료")
        if before != wanted.release:
            entry = Release(
                release=wanted.release, previous=before, sha256=wanted.sha256, file_name=name, at=iso(context)
            )
            await host.write_text(layout.record, encode_record(record.with_release(entry)), 0o644)
            await host.swap_link(layout.current, layout.link_target(wanted.release))
        await say(context, f"current → {layout.link_target(wanted.release)}")
        after = await current_release(context, layout)
        summary = f"{service.name} 배포 완료: {before or '없음'} → {after} ({wanted.file_name})."
        return self._report(context, summary, before, after, changed=True)

    def _report(self, context: Context, summary: str, before: str, after: str, *, changed: bool) -> ChangeReport:
        return ChangeReport(
            action="DEPLOY_ARTIFACT",
            asset=context.asset,
            summary=summary,
            changed=changed,
            before={"release": before},
            after={"release": after},
        )

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        wanted = parameters(context, DeployParameters)
        layout = layout_of(choose_service(context))
        now = await current_release(context, layout)
        after = {"current": now}
        known = (await read_record(context, layout)).find(wanted.release)
        if now == wanted.release and known is not None and known.sha256 == wanted.sha256:
            return Probed(verdict=ProbeVerdict.APPLIED, detail=f"현재 릴리스가 {now}입니다.", after=after)
        if now == wanted.release or now != before.get("current", ""):
            detail = f"현재 릴리스가 {now or '없음'}입니다. 배포와 맞지 않으니 직접 확인하세요."
            return Probed(verdict=ProbeVerdict.UNDETERMINED, detail=detail, after=after)
        return Probed(
            verdict=ProbeVerdict.NOT_APPLIED, detail=f"현재 릴리스가 아직 {now or '없음'}입니다.", after=after
        )


class _ReleaseTakenError(RefusedError):
    code = "release.exists"


def _taken(release: str) -> str:
    return f"릴리스 이름 {release}은(는) 다른 내용으로 이미 쓰였습니다. 새 이름으로 배포하세요."


class RollbackRelease:
    """Back to `version`, else to the recorded predecessor of the current release."""

    async def _target(self, context: Context) -> tuple[Layout, str, str]:
        """Layout, current release and the one to go back to. Raises `ActionError`."""
        layout = layout_of(choose_service(context))
        version = parameters(context, RollbackParameters).version
        current = await current_release(context, layout)
        record = await read_record(context, layout)
        if version:
            if record.find(version) is None:
                known = ", ".join(dict.fromkeys(entry.release for entry in reversed(record.releases))) or "없음"
                raise ActionError(
                    f"릴리스 {version}의 기록이 없습니다. 있는 릴리스: {known[:500]}", code="release.unknown"
                )
            target = version
        else:
            entry = record.find(current) if current else None
            if entry is None or not entry.previous:
                raise ActionError(
                    f"현재 릴리스 {current or '없음'}의 이전 릴리스 기록이 없어 되돌릴 수 없습니다.",
                    code="release.no_previous",
                )
            target = entry.previous
        entry = record.find(target)
        content = await context.host.list_dir(layout.directory(target))
        if not content or (entry is not None and entry.file_name not in content):
            raise ActionError(f"{layout.directory(target)}에 릴리스 파일이 남아 있지 않습니다.", code="release.missing")
        return layout, current, target

    async def explain(self, context: Context) -> Plan:
        try:
            layout, current, target = await self._target(context)
        except ActionError as error:
            refused = RefusedError(str(error))
            refused.code = error.code
            raise refused from None
        return Plan(
            user=context.host.user,
            notes=(f"심볼릭 링크 {layout.current} → {layout.link_target(target)}",),
            findings=(f"현재 릴리스: {current or '없음'}",),
        )

    async def before(self, context: Context) -> dict[str, str]:
        _, current, target = await self._target(context)
        return {"current": current, "target": target}

    async def run(self, context: Context) -> ChangeReport:
        layout, current, target = await self._target(context)
        if current == target:
            summary = f"릴리스 {target}이(가) 이미 적용되어 있습니다."
        else:
            await context.host.swap_link(layout.current, layout.link_target(target))
            summary = f"롤백 완료: {current or '없음'} → {target}."
            await say(context, f"current → {layout.link_target(target)}")
        return ChangeReport(
            action="ROLLBACK_RELEASE",
            asset=context.asset,
            summary=summary,
            changed=current != target,
            before={"release": current},
            after={"release": await current_release(context, layout)},
        )

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        now = await current_release(context, layout_of(choose_service(context)))
        after = {"current": now}
        if now and now == before.get("target"):
            return Probed(verdict=ProbeVerdict.APPLIED, detail=f"현재 릴리스가 {now}입니다.", after=after)
        if now == before.get("current"):
            return Probed(verdict=ProbeVerdict.NOT_APPLIED, detail=f"현재 릴리스가 아직 {now}입니다.", after=after)
        detail = f"현재 릴리스가 {now or '없음'}입니다. 롤백과 맞지 않으니 직접 확인하세요."
        return Probed(verdict=ProbeVerdict.UNDETERMINED, detail=detail, after=after)
