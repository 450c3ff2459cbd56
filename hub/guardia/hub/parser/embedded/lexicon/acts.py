# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""What can be done, and what can be looked at."""

from __future__ import annotations

from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon.table import put

put(
    K.ACT,
    "RESTART_SERVICE",
    """재기동 재시작 재구동 재가동 재실행 리스타트 리스탓 재스타트 restart 재시동
    내렸다올리기 껐다켜기 restarting restarted restarts bounce bouncing bounced recycle recycling
    recycled cycle cycling cycled""",
)
put(
    K.ACT,
    "START_SERVICE",
    "기동 구동 가동 시작 스타트 start starting started starts startup 실행 start_up bringup bring_up bringing_up launch",
)
put(
    K.ACT,
    "STOP_SERVICE",
    """중지 정지 셧다운 셧다운시켜 shutdown shutdowns stop stopping stopped stops 스톱 스탑 중단
    종료 shut_down takedown bringdown take_down bring_down halt shutting_down taking_down""",
)
put(
    K.ACT,
    "DEPLOY_ARTIFACT",
    """배포 디플로이 deploy deploying deployed deploys deployment 반영 릴리즈 릴리스 재배포 배포본_반영
    롤아웃 rollout redeploy 패치적용 업데이트 push upload install release roll_out ship""",
)
put(
    K.ACT,
    "ROLLBACK_RELEASE",
    """롤백 rollback rollbacks 복구 복귀 회귀 원복 원상복구 원상복귀 roll_back rolledback rollingback 되돌리기 revert
    reverting reverted rolling_back rolled_back downgrade back_out backing_out backed_out 백아웃""",
)
put(K.ACT, "KILL_DB_SESSION", "kill 킬 강제종료 killing killed terminate 강종 disconnect")
put(
    K.ACT,
    "CLEAN_LOGS",
    "정리 삭제 청소 클린 제거 clean cleanup clean_up purge 비우기 delete remove cleaning deleting purging clear rotate",
)

put(
    K.TOPIC,
    "CHECK_DISK_SPACE",
    """디스크 디스크용량 disk disks disk_space diskspace 저장공간 디스크공간 스토리지 파일시스템 filesystem
    file_system 하드용량 하드디스크 df 디슼 디스크사용률 storage os디스크 os용량 os영역 os_disk 운영체제디스크 루트디스크 루트용량 데이터디스크 data디스크 data_disk""",
)
put(K.TOPIC, "CHECK_MEMORY", "메모리 memory mem 램 ram 힙 힙메모리 heap heap_memory 스왑 swap 메모리사용률 멤")
put(
    K.TOPIC,
    "CHECK_CPU",
    "cpu 씨피유 시피유 씨퓨 씨피위 cpus 로드에버리지 load_average 부하율 프로세서 cpu사용률 cpu부하",
)
put(K.TOPIC, "CHECK_PROCESS", "프로세스 process processes 프로세스목록 ps 프로세쓰")
put(
    K.TOPIC,
    "CHECK_SERVICE",
    """상태 스테이터스 status 헬스체크 health 헬스 health_check 서비스상태 생존 생사 구동상태 기동상태 기동여부
    구동여부 동작여부 가동상태 가동여부 실행상태 실행여부 동작상태 작동여부 구동현황 기동현황 가동현황""",
)
put(K.TOPIC, "CHECK_PORT", "포트 port ports 리스닝 listen listening 리슨")
put(
    K.TOPIC,
    "CHECK_HTTP",
    """접속 응답 http https 응답속도 응답시간 응답코드 접속상태 접속여부 http응답 http_response http_status url 접근 response responding 응답상태 respond reachable 핑 http코드 http상태 응답여부""",
)
put(
    K.TOPIC,
    "CHECK_CERT",
    """인증서 cert certs certificate certificates ssl tls ssl인증서 tls인증서 서티 서버인증서 https인증서 보안인증서
    ssl_cert ssl_certificate tls_cert tls_certificate 인증서만료 인증서기한 인증서_남은_기간""",
)
put(
    K.TOPIC,
    "TAIL_LOG",
    """로그 log logs 로그파일 log_file logfile 로그내용 에러로그 액세스로그 접속로그 access_log error_log 서버로그
    오류로그 시스템로그 catalina.out 장애로그 시스템_로그 gc로그 gc_log 접근로그""",
)
put(
    K.TOPIC,
    "THREAD_DUMP",
    """스레드덤프 쓰레드덤프 스래드덤프 thread_dump thread_dumps threaddump 쓰래드덤프 자바덤프 jstack 스레드_dump
    thread덤프 자바스레드덤프 쓰레드_dump 스레드스택 스레드상태 쓰레드상태""",
)
put(
    K.TOPIC,
    "FETCH_DB_LOCKS",
    """락 lock locks 데드락 deadlock deadlocks 잠금 lock_상태 블로킹 blocking db_lock db_locks
    락대기 락현황 락트리 lock_tree 락목록 blocked_sessions lock대기 락세션 lock세션 잠금현황 lock현황""",
)
put(
    K.TOPIC,
    "FETCH_SLOW_QUERIES",
    """슬로우쿼리 slow_query slow_queries slowquery 슬로쿼리 느린쿼리 악성쿼리 슬로우_sql slow_sql 느린sql
    오래걸리는쿼리 지연쿼리 장기실행쿼리 슬로우query 오래도는쿼리 롱쿼리 slow쿼리 느린질의 오래걸리는sql long_running_queries 롱런쿼리 slow_running_queries""",
)
put(
    K.TOPIC,
    "FETCH_DB_SESSIONS",
    "세션 session sessions 커넥션 connection connections   접속세션 세션수 세션목록 액티브세션 active_sessions 활성세션",
)
put(
    K.TOPIC,
    "SHOW_VERSION",
    "버전 버젼 version 릴리즈버전 배포버전 현재버전 빌드번호 빌드버전 배포된버전 설치버전 release_version 올라간버전 올라가있는버전",
)

put(
    K.STATE,
    "CHECK_SERVICE",
    """살아있는지 떠있는지 살았는지 죽었는지 떴는지 살아있나요 살아있나 떠있나요 떠있나 살아있어 떠있어 살아있음 떠있음 살아있니 떠있니 살아있죠 떠있죠
    떴나요 떴어 떴어요 살아있습니까 떠있습니까 올라와있나요 올라와있는지 올라왔는지 올라왔나요 올라왔어 올라왔어요 돌고있는지 돌고있나요 돌고있나 돌고있어 도는지 돌아가는지
    돌아가나요 돌아가고있나요 돌아가고있는지 돌아가고있어 잘도는지 죽었나요 죽었나 죽었어 죽어있는지 죽어있나요 내려가있는지 내려가있나요 내려갔는지
    정상인지 정상인가요 정상이야 정상인가 정상이에요 정상입니까 정상동작하는지 정상작동하는지 괜찮은지 동작하는지 동작하나요 동작중인지 동작중인가요 작동하는지 작동하나요
    구동중인지 구동중인가요 기동중인지 기동중인가요 가동중인지 실행중인지 실행중인가요 떠있는가요 살아있는가요 살아계신지 멀쩡한지 멀쩡해 멀쩡한가요 기동되어있는지 기동돼있는지
    기동되어있나요 켜져있나요 켜져있는지 켜져있어 꺼져있나요 꺼져있는지 꺼졌나요 꺼졌는지 구동되어있는지 구동되어있나요 running alive up_and_running is_up isup healthy""",
)
put(
    K.STATE,
    "CHECK_HTTP",
    """접속되는지 접속되나요 접속돼 접속이되는지 접속이되나요 접속잘되는지 접속잘되나요 접속가능한지 접속가능한가요 접속은되나요 접속은되는지 열리는지 열리나요
    잘열리는지 잘열리나요 응답하는지 응답하나요 응답오는지 응답이오는지 응답이오나요 응답오나요 응답있는지 응답이있는지 들어가지는지 들어가지나요 접속되니 접속되냐""",
)
put(
    K.STATE,
    "CHECK_PORT",
    """열렸습니까 열렸는가요 열렸어요 열려있는지 열려있나요 열려있나 열려있어 열렸는지 열렸나요 열려있습니까 열려있니 리슨중인지 리스닝중인지 열려있는가요""",
)
put(
    K.STATE,
    "CHECK_CERT",
    "언제만료돼 언제만료되나요 언제만료됩니까 언제만료되는지 언제까지유효한지 언제끝나 만료되는지",
)
put(
    K.STATE,
    "",
    """죽어있네요 죽어있어요 죽어있습니다 죽었습니다 죽었어요 죽었네요 죽었음 죽음 죽었다 죽은듯 죽은거같아요 죽은것같습니다 죽었는데 죽어서 죽어있는데 죽어있음
    뻗음 뻗었어요 뻗었습니다 뻗었다 뻗었네요 뻗었는데 뻗어서 뻗은듯 뻗어있음 뻗어버림 뻗었음 먹통 먹통이에요 먹통입니다 먹통임 먹통이네요 먹통됨 다운 다운됨 다운됐어요 다운되었습니다 다운됐습니다
    다운됐음 다운이에요 다운입니다 다운되어 다운된것같아요 다운된듯 다운됐네요 내려가있는데 내려가있어요 내려가있네요 내려가있습니다 내려가있음 내려갔어요 내려갔습니다 내려갔네요 내려갔다가 내려갔는데
    올라왔습니다 올라왔네요 올라옴 올라왔고 안떠요 안뜹니다 안떠 안뜨네요 안떠있어요 안올라와요 안올라옵니다 꺼져있네요 꺼져있어요 꺼져있는데 꺼졌어요 꺼졌네요 꺼졌습니다 꺼져있음 멈췄어요 멈췄네요 멈췄습니다
    멈췄는데 멈춤 멈춰있네요 멈춰있어요 느려요 느립니다 느리네요 느린데 느려서 느림 느려졌어요 느려터짐 이상해요 이상합니다 이상하네요 이상한데 이상함 안돼요 안됩니다 안되네요 안됨 안되는데 안돼서 안되고
    없습니다 없네요 없어요 없음 없는데 없다 없어서 아님 아니네 장난아님 장난아니네요 장난아닌데 터짐 터졌어요 터졌네 터졌습니다 터지기직전인듯 터질것같아요 터질듯 꽉참 꽉찼음 꽉찼어요 꽉찼네요 꽉찼습니다 꽉찼는데
    찼습니다 찼어요 부족합니다 부족해요 부족함 심함 심해요 심각해요 심각합니다 폭주중 폭주 치솟음 치솟네요 높아요 높네요 높습니다 낮아요 나네요 납니다 나요 나서 남 발생 발생중 발생했어요 발생했습니다 발생하고있습니다
    발생합니다 이상있음 이상없음 정상 정상입니다 정상이에요 정상임 뜹니다 뜨네요 떠요 끊깁니다 끊겨요 끊기네요 버벅임 버벅여요 버벅거려요 오락가락 간당간당 간당간당해요 위험해요 down crashed dead hung unresponsive stuck slow""",
)
