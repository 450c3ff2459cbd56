"""Messages of several sentences in which one that asks for nothing bears on the one that does: nothing of them may run.

Found by an attack on what stands beside a request.
"""

from __future__ import annotations

TOLD = (
    "인뱅 WAS 1호기 재기동해주세요. 승인 WAS 3호기 행입니다. 4호기는 정상입니다. 그것도 재기동해주세요.",
    "청약 WEB 1호기 로그 확인해주세요. 인뱅 WAS 3호기 느립니다. 승인 DB는 괜찮고요. 재기동 부탁드립니다.",
    "인뱅 WAS 2호기 느립니다. 재기동해주세요. 승인 WAS 1호기도 느린데 2호기는 괜찮아요. 재기동해주세요.",
    "승인 WAS 3호기에 문제가 있어서 4호기로 서비스 중입니다. 중지해주세요.",
    "승인 WAS 3호기 대신 4호기로 서비스합니다. 중지 부탁드립니다.",
    "인뱅 WAS 1,2호기 중 2호기가 이상합니다. 재기동 부탁드립니다.",
    "인뱅 WAS 1호기 배포 완료. 2호기 배포 부탁드립니다. ibank.war",
    "승인 WAS 3호기 재기동했는데 안 살아나네요. 4호기는 살아났어요. 다시 재기동 부탁드립니다.",
    "인뱅 DB 2호기로 페일오버했습니다. 내려주세요.",
    "인뱅 WAS 3호기만 빼고 정상입니다. 재기동해주세요.",
    "승인 WAS 3호기 행 걸렸습니다. 4호기는 괜찮습니다. 재기동 부탁드립니다.",
    "회원포털 WAS 1호기 점검해야 합니다. 2호기로 돌려놨어요. 내려주세요.",
    "승인 WAS 3호기만 배포가 안 됐어요. 4호기는 됐습니다. authrelay.war 배포해주세요.",
    "코어레저 DB 1호기에 세션 4411이 락 잡고 있어요. 2호기는 깨끗합니다. 끊어주세요.",
    "ibank WAS 1 is hung. WAS 2 is fine. Please restart it.",
    "승인 WAS 1호기 때문에 2호기까지 느려요. 재기동 부탁드립니다.",
    "승인 WAS 1호기 내려가 있고 2호기는 떠 있습니다. 올려주세요.",
    "코어레저 WAS 3호기 새 버전 문제 있습니다. 2호기는 이전 버전이라 괜찮아요. 롤백해주세요.",
    "승인 WAS 3호기 응답 없음. 4호기 응답 정상. 재기동 요청드립니다.",
    "승인 WAS 1호기에서 DB 커넥션 오류 납니다. 재기동 부탁드립니다.",
    "인뱅 WAS 3호기 느립니다. DB 확인했는데 정상입니다. 재기동 부탁드립니다.",
    "청약 WAS 2호기가 DB 락 때문에 멈췄습니다. 재기동해주세요.",
    "인뱅 WEB 1호기에서 WAS 연결이 끊깁니다. 재기동 부탁드립니다.",
    "청약 WAS 2호기 디스크가 가득 찼습니다. DB는 여유 있습니다. 로그 정리 부탁드려요.",
    "인뱅 WAS 2호기 DB 커넥션 풀이 다 찼어요. 재기동 부탁드립니다.",
    "인뱅 WAS 2호기 오라클 접속 에러가 나네요. 재기동해주세요.",
    "인뱅 WEB 1호기 502 나는데 WAS는 멀쩡합니다. 재기동 부탁드립니다.",
    "청약 WEB 1호기 다운. DB, WAS 정상. 올려주세요.",
    "인뱅 WAS 1호기 느립니다. 승인 WAS 1호기는 정상이네요. 재기동 부탁드립니다.",
    "인뱅 WAS 1호기 행입니다. 스테이징 1호기는 정상입니다. 재기동 부탁드립니다.",
    "청약에서 코어레저로 붙을 때 타임아웃 납니다. WAS 재기동해주세요.",
    "포털에서 인뱅으로 넘어갈 때 오류 납니다. WEB 1호기 재기동 부탁드립니다.",
)
"""A target is only told of, beside another one."""

LEFT_OUT = (
    "승인 WAS 2호기 L4에서 제외했어요. 재기동해주세요.",
    "승인 WAS 2호기 서비스에서 제외시켰습니다. 중지해주세요.",
    "인뱅 WAS 3호기 알람 제외 처리했습니다. 로그 정리 부탁드립니다.",
    "인뱅 WAS 3호기는 배포 대상에서 제외됐었는데 오늘 배포해주세요. ibank.war입니다.",
    "승인 WAS 2호기 L4 제외 완료. 재기동 부탁드립니다.",
    "어제 인뱅 WAS 3호기 빼고 재기동했습니다. 오늘 마저 재기동 부탁드립니다.",
    "인뱅 WAS 4호기 빼고 다 정상입니다. 재기동 부탁드립니다.",
    "인뱅 WAS 3호기 빼고 다 새 버전입니다. ibank.war 배포 부탁드려요.",
    "인뱅 WAS 4호기 제외하고 모두 정상 기동됐습니다. 기동 부탁드립니다.",
    "지난주에 청약 WAS 2호기 빼고 배포했습니다. 오늘 sub.war 배포 부탁드려요.",
)
"""What is left out is left out of something else."""

DAYS = (
    "승인 WAS 2호기 22시 중지 부탁드립니다. 내일입니다.",
    "인뱅 WAS 1호기 22시 재기동 부탁드립니다. 목요일입니다.",
    "승인 WAS 2호기 02시에 중지 부탁드립니다. 12/5요.",
    "승인 WAS 2호기 02시에 중지 부탁드립니다. 날짜는 12/5입니다.",
    "토요일 작업 요청드립니다. 22시에 인뱅 WAS 1호기 재기동해주세요.",
    "12/5 작업 요청드립니다. 22시에 인뱅 WAS 1호기 재기동 부탁드립니다.",
    "다음 주 화요일 PM입니다. 02:00에 인뱅 WAS 1호기 재기동해주세요.",
    "12월 5일 작업\n승인 WAS 2호기 02시에 재기동 부탁드립니다",
    "This is for Saturday. Please stop ibank WAS 1 at 02:00.",
)
"""The day is in another sentence than the time."""

MOMENTS = (
    "인뱅 WAS 1호기 재기동 부탁드립니다. 날짜는 금요일이 좋겠네요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 금요일이면 좋겠습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시간대는 새벽이 좋겠습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 새벽 시간대 희망합니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 퇴근 이후가 좋을 것 같아요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 영업 종료 후로요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 영업 마감 후로요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 영업시간 피해서요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시간 외로요.",
    "인뱅 WAS 1호기 재기동. 야간작업입니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 정기점검 건이에요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. PM 작업 건입니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시간은 추후 공지하겠습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시간은 협의 후 알려드릴게요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 정확한 시간은 따로 말씀드리겠습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시점은 제가 연락드릴게요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시간 TBD.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 날짜는 아직 못 정했습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 시간은 메일 참고 바랍니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 일시는 메일에 적어뒀습니다.",
)
"""The moment is left open behind the request."""

EVENTS = (
    "점검은 22시부터입니다. 청약 WEB 1호기 중지 부탁드려요.",
    "22시에 점검 들어갑니다. 승인 WAS 내려주세요.",
    "점검 공지 나갔습니다(12/5 02:00~04:00). 인뱅 WAS 1호기 내려주세요.",
    "공지: 12/5 02:00~04:00 시스템 점검. 인뱅 WEB 내려주세요.",
    "오늘 18시 PG사 점검 시작합니다. 승인 WAS 전체 내려주세요.",
)
"""A later event gives the moment."""

WAITS = (
    "인뱅 WAS 1호기 내려주세요. 배치 끝나면 말씀드리겠습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 결재 나면 알려드릴게요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 세션 빠지면 말씀드리겠습니다.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 트래픽 빠지면 알려드릴게요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 준비되면 말씀드릴게요.",
    "인뱅 WAS 1호기 재기동 부탁드립니다. 현업 확인되면 알려드릴게요.",
    "인뱅 WAS 1호기에 ibank.war 배포 부탁드립니다. 빌드 끝나면 알려드릴게요.",
    "인뱅 WAS 1호기에 ibank.war 배포 부탁드립니다. 지금 빌드 중이에요.",
    "인뱅 WAS 1호기에 ibank.war 배포 부탁드립니다. 파일 검수 중입니다.",
    "인뱅 WAS 1호기 재기동 부탁드릴게요. 진행 전에 저한테 전화 한번 주세요.",
)
"""It waits for somebody's word."""

UNLESS = (
    "승인 WAS에 authrelay.war 배포해주세요. 롤백 대비해서 이전 버전 백업해두시고요.",
    "인뱅 DB 1호기 세션 5521 kill 부탁드립니다. 배치 계정이면 두세요.",
    "인뱅 DB 1호기 세션 7788 끊어주세요. 운영자 세션이면 놔두시고요.",
    "인뱅 WAS 1호기 내려주세요. 마지막 남은 노드면 하지 마시고요.",
    "인뱅 WAS 1호기에 ibank.war 배포해주세요. 테스트 안 끝났으면 하지 마시고요.",
    "인뱅 WAS 1호기 로그 정리해주세요. 백업 안 됐으면 두세요.",
    "인뱅 WAS 1호기 로그 정리해주세요. 백업은 받아두시고요.",
    "인뱅 WAS 1호기 로그 정리해주세요. 최근 7일치는 남겨주세요.",
    "인뱅 WAS 1호기 로그 정리해주세요. 감사 로그는 지우면 안 됩니다.",
)
"""Somebody has to look before it is done, or something is to be kept."""

ENVIRONMENTS = (
    "오늘은 검증계 배포입니다. 인뱅 WAS 1호기에 ibank.war 배포해주세요.",
    "운영 배포는 내일이고요, 오늘은 검증만 합니다. 인뱅 WAS 1호기에 ibank.war 배포해주세요.",
    "오늘은 스테이징만 하고 운영은 내일입니다. 청약 WAS에 sub.war 배포해주세요.",
    "운영은 아직 아닙니다. 청약 WAS에 sub.war 배포해주세요.",
    "청약 WAS에 sub.war 배포 부탁드립니다. 오늘은 스테이징만 합니다.",
    "청약 WAS에 sub.war 배포 부탁드립니다. 스테이징 배포 건입니다.",
    "청약 WAS에 sub.war 배포 부탁드립니다. 개발 환경 갱신 건이에요.",
    "스테이징에서 행 걸렸어요. 인뱅 WAS 1호기 재기동 부탁드립니다.",
    "스테이징에 락 걸렸습니다. 인뱅 DB 세션 1234 끊어주세요.",
    "개발 서버 디스크가 꽉 찼습니다. 청약 WAS 로그 정리 부탁드립니다.",
    "청약 WAS 재기동 부탁드립니다. 테스트 서버라 바로 하셔도 됩니다.",
    "We're deploying to staging today. Please deploy ibank.war to ibank WAS 1.",
    "인뱅 검증계 테스트 통과했습니다. WAS에 ibank.war 배포 부탁드립니다.",
    "인뱅 스테이징은 완료. WAS 1호기 재기동 부탁드립니다.",
    "인뱅 개발 서버 배포 끝났습니다. 이제 WAS 1호기에 ibank.war 배포해주세요.",
    "청약 스테이징은 어제 끝냈습니다. WAS 재기동 부탁드립니다.",
    "청약 WAS 1호기 내려주세요. DR 쪽입니다.",
    "DR센터 건입니다. 청약 WAS 1호기 재기동 부탁드립니다.",
    "청약 WAS 1호기 재기동 부탁드립니다. DR 서버요.",
    "청약 WAS 1호기 재기동 부탁드립니다. DR센터입니다.",
    "청약 WAS 1호기 재기동 부탁드립니다. 재해복구센터 쪽이에요.",
)
"""Another environment is told of than the one that would be changed."""

SOME = (
    "인뱅 WAS 재기동 부탁드립니다. 순서는 2호기 먼저입니다.",
    "인뱅 WAS 한 대가 응답이 없어요. 재기동 부탁드립니다.",
    "승인 WAS 중 하나가 OOM입니다. 재기동해주세요.",
    "인뱅 WAS 몇 호기인지 모르겠는데 하나가 이상해요. 재기동 부탁드립니다.",
    "승인 WAS 재기동 부탁드립니다. 한 대만 행입니다.",
    "승인 WAS 일부 노드 행입니다. 재기동해주세요.",
    "승인 WAS 두 대 행 걸렸습니다. 재기동해주세요.",
    "인뱅 WAS 재기동 부탁드립니다. 한 대는 남겨두세요.",
    "인뱅 WAS 재기동 부탁드립니다. 한꺼번에 내리면 안 됩니다.",
    "인뱅 WAS 재기동 부탁드립니다. 두 번에 나눠서 하겠습니다.",
    "인뱅 WAS 재기동 부탁드립니다. 한 대씩 확인하면서 진행할게요.",
)
"""Only some of the nodes are told of, or they are to take turns."""

DONE = (
    "승인 WAS 1호기 재기동 이후 에러 로그 확인 부탁드립니다.",
    "승인 WAS 1호기 롤백 이후 상태 확인해주세요.",
    "승인 WAS 1호기 중지 이후 프로세스 남아있는지 확인 부탁드립니다.",
    "승인 WAS 1호기 중지 후 프로세스 남아있는지 확인해주세요. 제가 방금 내렸어요.",
    "승인 WAS 3호기를 4호기랑 똑같이 맞춰주세요. authrelay.war 배포해주세요.",
)
"""It was done already, or a node is named to compare with."""

ENGLISH = (
    "ibank WAS node 1 keeps hanging. Node 2 is fine. Please restart it.",
    "AuthRelay WAS 3 has the old build. WAS 4 already has the new one. Please deploy authrelay.war.",
    "ibank WEB 1 cannot reach WAS. Please restart.",
    "ibank WAS 2 throws DB connection errors. Please restart it.",
    "CoreLedger DB node 1 has session 4411 holding a lock. Node 2 is clean. Kill it please.",
    "ibank is slow because of CoreLedger. Please restart the WAS.",
    "I took AuthRelay WAS 2 out of the L4. Please restart.",
    "Everything except ibank WAS node 4 is on the new version. Please deploy ibank.war.",
    "Yesterday we restarted ibank WAS except node 3. Please restart the remaining one today.",
    "Please stop ibank WAS 2. I mean staging, not prod.",
    "Please stop ibank WAS 2 at 22:00. It's for tomorrow.",
    "Please restart ibank WAS 1 at 02:00. The date is 12/5.",
    "Saturday's work: please restart ibank WAS 1 at 22:00.",
    "Please restart ibank WAS 1. Friday would be best.",
    "Please restart ibank WAS 1. Ideally outside business hours.",
    "Please restart ibank WAS 1. I'll confirm the time later.",
    "Please restart ibank WAS 1. Time to be decided.",
    "Please restart ibank WAS 1. The time is in the ticket.",
    "Maintenance starts at 22:00. Please stop AuthRelay WAS.",
    "The vendor's maintenance begins at 18:00 today. Please take down all AuthRelay WAS.",
    "Please stop ibank WAS 1. I'll let you know when the batch is done.",
    "Please restart ibank WAS 1. I'll ping you once it's approved.",
    "Please deploy ibank.war to ibank WAS 1. The build is still running.",
    "Please restart ibank WAS 1. Call me before you start.",
    "Please kill session 5521 on ibank DB 1. If it's the batch account, leave it.",
    "Please stop ibank WAS 1. Not if it's the last one standing.",
    "Please clean up the logs on ibank WAS 1. Keep the last 7 days.",
    "Today is the staging rollout. Please deploy ibank.war to ibank WAS 1.",
    "We only do staging today, production is tomorrow. Please deploy sub.war to the ibank WAS.",
    "The staging box is out of disk. Please clean up the ibank WAS logs.",
    "ibank staging passed. Please deploy ibank.war to the WAS.",
    "Please stop ibank WAS 1. It's the DR one.",
    "One of the ibank WAS nodes is hung. Please restart.",
    "Please restart the ibank WAS. Only one of them is hung.",
    "Please restart the ibank WAS. Leave one of them up.",
    "Please restart ibank WAS. One at a time please.",
    "Two ibank WAS nodes are hung. Please restart.",
    "Please check the error logs on AuthRelay WAS 1 since the restart.",
    "Check AuthRelay WAS 1 after the rollback.",
    "Make AuthRelay WAS 3 the same as WAS 4. Please deploy authrelay.war.",
)
"""The same in English."""

BESIDE: tuple[str, ...] = (
    *ENGLISH,
    *TOLD,
    *LEFT_OUT,
    *DAYS,
    *MOMENTS,
    *EVENTS,
    *WAITS,
    *UNLESS,
    *ENVIRONMENTS,
    *SOME,
    *DONE,
)
