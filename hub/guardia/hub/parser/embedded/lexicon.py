# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""The words of this trade, Korean and English, by what they stand for. No name of an institution or a system."""

from __future__ import annotations

from typing import Any

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import K


def _words(text: str) -> list[str]:
    return [word.replace("_", "") for word in text.split()]


Entry = tuple[K, Any]
WORDS: dict[str, list[Entry]] = {}


def _put(kind: K, value: Any, words: str) -> None:
    for word in _words(words):
        WORDS.setdefault(fold(word.lower()), []).append((kind, value))


# --- what can be done -----------------------------------------------------------------------------------------------

_put(
    K.ACT,
    "RESTART_SERVICE",
    """재기동 재시작 재구동 재가동 재실행 리스타트 리스탓 재스타트 restart 재시동
    내렸다올리기 껐다켜기 restarting restarted restarts bounce bouncing bounced recycle""",
)
_put(K.ACT, "START_SERVICE", "기동 구동 가동 시작 스타트 start starting started starts startup 실행 start_up bringup")
_put(
    K.ACT,
    "STOP_SERVICE",
    """중지 정지 셧다운 셧다운시켜 shutdown shutdowns stop stopping stopped stops 스톱 스탑 중단
    종료 shut_down takedown bringdown""",
)
_put(
    K.ACT,
    "DEPLOY_ARTIFACT",
    """배포 디플로이 deploy deploying deployed deploys deployment 반영 릴리즈 릴리스 재배포 배포본_반영
    롤아웃 rollout redeploy 패치적용 업데이트 push upload install release""",
)
_put(
    K.ACT,
    "ROLLBACK_RELEASE",
    """롤백 rollback rollbacks 복구 복귀 회귀 원복 원상복구 원상복귀 roll_back rolledback rollingback 되돌리기 revert
    reverting reverted""",
)
_put(K.ACT, "KILL_DB_SESSION", "kill 킬 강제종료 killing killed terminate 강종 disconnect")
_put(
    K.ACT,
    "CLEAN_LOGS",
    "정리 삭제 청소 클린 제거 clean cleanup clean_up purge 비우기 delete remove cleaning deleting purging clear rotate",
)

_put(
    K.TOPIC,
    "CHECK_DISK_SPACE",
    """디스크 디스크용량 disk disks disk_space diskspace 저장공간 디스크공간 스토리지 파일시스템 filesystem
    file_system 하드용량 하드디스크 df 디슼 디스크사용률 storage""",
)
_put(K.TOPIC, "CHECK_MEMORY", "메모리 memory mem 램 ram 힙 힙메모리 heap heap_memory 스왑 swap 메모리사용률 멤")
_put(K.TOPIC, "CHECK_CPU", "cpu 씨피유 시피유 cpus 로드에버리지 load_average 부하율 프로세서 cpu사용률 cpu부하")
_put(K.TOPIC, "CHECK_PROCESS", "프로세스 process processes 프로세스목록 ps 프로세쓰")
_put(
    K.TOPIC,
    "CHECK_SERVICE",
    """상태 스테이터스 status 헬스체크 health 헬스 health_check 서비스상태 생존 생사 구동상태 기동상태 기동여부
    구동여부 동작여부 가동상태 가동여부 실행상태 실행여부 동작상태 작동여부 구동현황 기동현황 가동현황""",
)
_put(K.TOPIC, "CHECK_PORT", "포트 port ports 리스닝 listen listening 리슨")
_put(
    K.TOPIC,
    "CHECK_HTTP",
    """접속 응답 http https 응답속도 응답시간 응답코드 접속상태 접속여부 http응답 http_response http_status url
    웹접속 접근 response responding 응답상태 respond reachable 핑 http코드 http상태 응답여부""",
)
_put(
    K.TOPIC,
    "CHECK_CERT",
    """인증서 cert certs certificate certificates ssl tls ssl인증서 tls인증서 서티 서버인증서 https인증서 보안인증서
    ssl_cert ssl_certificate tls_cert tls_certificate 인증서만료""",
)
_put(
    K.TOPIC,
    "TAIL_LOG",
    """로그 log logs 로그파일 log_file logfile 로그내용 에러로그 액세스로그 접속로그 access_log error_log 서버로그
    오류로그 시스템로그 catalina.out 장애로그 시스템_로그 gc로그 gc_log 접근로그""",
)
_put(
    K.TOPIC,
    "THREAD_DUMP",
    """스레드덤프 쓰레드덤프 스래드덤프 thread_dump thread_dumps threaddump 쓰래드덤프 자바덤프 jstack 스레드_dump
    thread덤프 자바스레드덤프 쓰레드_dump 스레드스택 스레드상태 쓰레드상태""",
)
_put(
    K.TOPIC,
    "FETCH_DB_LOCKS",
    """락 lock locks 데드락 deadlock deadlocks 잠금 lock_상태 블로킹 blocking db락 디비락 db_lock db_locks
    락대기 락현황 blocked_sessions lock대기 락세션 lock세션 잠금현황 lock현황""",
)
_put(
    K.TOPIC,
    "FETCH_SLOW_QUERIES",
    """슬로우쿼리 slow_query slow_queries slowquery 슬로쿼리 느린쿼리 악성쿼리 슬로우_sql slow_sql 느린sql
    오래걸리는쿼리 지연쿼리 장기실행쿼리 슬로우query 오래도는쿼리 롱쿼리 slow쿼리 느린질의 오래걸리는sql long_running_queries 롱런쿼리 slow_running_queries""",
)
_put(
    K.TOPIC,
    "FETCH_DB_SESSIONS",
    "세션 session sessions 커넥션 connection connections db세션 디비세션 접속세션 세션수 세션목록 액티브세션 active_sessions 활성세션",
)
_put(
    K.TOPIC,
    "SHOW_VERSION",
    "버전 버젼 version 릴리즈버전 배포버전 현재버전 빌드번호 빌드버전 배포된버전 설치버전 release_version 올라간버전 올라가있는버전",
)

_put(
    K.STATE,
    "CHECK_SERVICE",
    """살아있는지 떠있는지 살았는지 죽었는지 떴는지 살아있나요 살아있나 떠있나요 떠있나 살아있어 떠있어 살아있음 떠있음 살아있니 떠있니 살아있죠 떠있죠
    떴나요 떴어 떴어요 살아있습니까 떠있습니까 올라와있나요 올라와있는지 올라왔는지 올라왔나요 올라왔어 올라왔어요 돌고있는지 돌고있나요 돌고있나 돌고있어 도는지 돌아가는지
    돌아가나요 돌아가고있나요 돌아가고있는지 돌아가고있어 잘도는지 잘돌아 죽었나요 죽었나 죽었어 죽어있는지 죽어있나요 내려가있는지 내려가있나요 내려갔는지
    정상인지 정상인가요 정상이야 정상인가 정상이에요 정상입니까 정상동작하는지 정상작동하는지 괜찮은지 동작하는지 동작하나요 동작중인지 동작중인가요 작동하는지 작동하나요
    구동중인지 구동중인가요 기동중인지 기동중인가요 가동중인지 실행중인지 실행중인가요 떠있는가요 살아있는가요 살아계신지 멀쩡한지 멀쩡해 멀쩡한가요 기동되어있는지 기동돼있는지
    기동되어있나요 켜져있나요 켜져있는지 켜져있어 꺼져있나요 꺼져있는지 꺼졌나요 꺼졌는지 구동되어있는지 구동되어있나요 running alive up_and_running is_up isup healthy""",
)
_put(
    K.STATE,
    "CHECK_HTTP",
    """접속되는지 접속되나요 접속돼 접속이되는지 접속이되나요 접속잘되는지 접속잘되나요 접속가능한지 접속가능한가요 접속은되나요 접속은되는지 열리는지 열리나요
    잘열리는지 잘열리나요 응답하는지 응답하나요 응답오는지 응답이오는지 응답이오나요 응답오나요 응답있는지 응답이있는지 들어가지는지 들어가지나요 접속되니 접속되냐""",
)
_put(
    K.STATE,
    "CHECK_PORT",
    """열려있는지 열려있나요 열려있나 열려있어 열렸는지 열렸나요 열려있습니까 열려있니 리슨중인지 리스닝중인지 열려있는가요""",
)
_put(
    K.STATE,
    "CHECK_CERT",
    "언제만료돼 언제만료되나요 언제만료됩니까 언제만료되는지 언제까지유효한지 언제끝나 만료되는지",
)
_put(
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

# --- where ----------------------------------------------------------------------------------------------------------

_put(
    K.LAYER,
    "WAS",
    """was 와스 왓스 와쓰 톰캣 톰켓 탐캣 tomcat jeus 제우스 weblogic 웹로직 websphere 웹스피어 jboss 제이보스 wildfly 와일드플라이 jvm
    앱서버 app서버 애플리케이션서버 어플리케이션서버 application_server app_server was서버 와스서버 was단 undertow jetty 레진 resin was쪽 와스쪽""",
)
_put(
    K.LAYER,
    "WEB",
    """web 웹 웹서버 web서버 web_server nginx 엔진엑스 엔진x 엔직스 apache 아파치 httpd webtob 웹투비 iis 웹단 웹쪽 아파치서버 웹써버 ohs
    apache_httpd apache_http_server haproxy""",
)
_put(K.LAYER, "WAS", "apache_tomcat 아파치톰캣")
_put(
    K.LAYER,
    "DB",
    """db 디비 데이터베이스 데이타베이스 database db서버 디비서버 dbms oracle 오라클 tibero 티베로 mysql 마이에스큐엘 mariadb 마리아db 마리아디비 마리아 postgres
    postgresql 포스트그레스 포스트그레 포스트그레sql cubrid 큐브리드 mssql sql_server sqlserver db2 altibase 알티베이스 mongodb 몽고db 몽고디비 db_server db단 디비단 rdb rdbms
    edb pg db쪽 디비쪽""",
)
_put(
    K.EVERY_LAYER,
    None,
    """모든계층 전계층 전체계층 모든레이어 전레이어 all_layers every_layer all_tiers every_tier all_the_layers 모든_계층 계층전체 계층모두 계층전부 전_계층 모든티어""",
)

_put(
    K.ENV,
    "PROD",
    """운영 운영계 운영기 운영서버 운영환경 운영망 prod production 프로덕션 상용 상용계 실서버 라이브 real 운영쪽 리얼 prd live 운영_환경 본서버 운영장비""",
)
_put(
    K.ENV,
    "STG",
    """스테이징 스테이지 검증계 검증기 검증서버 검증환경 검증 stg staging stage 스테이징계 스테이징서버 스테이징환경 검증쪽 검증장비 스테이징기""",
)
_put(K.ENV, "DEV", """개발기 개발계 개발서버 개발환경 개발 dev development 개발쪽 개발장비 개발_환경""")

_put(
    K.ALL_NODES,
    None,
    """전체 모두 다 전부 모든 전노드 모든노드 전서버 모든서버 전체노드 전체서버 싹다 싹 몽땅 all every entire 전호기 모든호기 전체호기 노드전체 서버전체 all_nodes whole
    다같이 둘다 셋다 넷다 both 각각 각 양쪽 둘 죄다 일괄 전수 each 일괄로 노드모두 서버모두 노드전부""",
)
_put(
    K.REST,
    None,
    "나머지 그외 이외 그밖의 나머지노드 나머지서버 나머지는 rest the_rest others the_others remaining 나머지도",
)
_put(
    K.BUT,
    None,
    "빼고 빼고는 제외 제외하고 제외한 제외하고는 빼놓고 except excluding but_not other_than 뺀 제외하여 제외해서 except_for apart_from",
)
_put(K.NOT_THIS, None, "말고 말고는 아니고 아니라 말구 대신 대신에 instead_of not rather_than")
_put(
    K.POINT,
    None,
    """거기 거기도 거긴 그거 그것 그서버 그시스템 그쪽 그노드 그놈 그녀석 걔 그장비 그와스 그디비 그웹 방금그거 방금거 아까그거 아까거 아까그서버 방금그서버 방금그시스템 같은서버 동일서버
    동일한서버 해당서버 해당시스템 해당노드 해당장비 같은곳 같은데 같은시스템 같은노드 동일시스템 동일장비 여기 여기도 이서버 이시스템 방금말한서버 아까말한서버 말씀하신서버 위서버 위시스템 it there that_server
    that_system that_node that_one the_same_server same_server the_same_one that_box that_machine the_server the_same_system that_host this_server 그건 방금것 그 해당 방금말씀하신 방금말한 아까말한 아까말씀하신 그서버들 저서버
    방금전서버 같은 동일한 동일 this_one 그게 그걸 방금그 아까그 that""",
)
_put(
    K.ALSO,
    None,
    "똑같이 마찬가지로 같은작업 동일하게 동일작업 똑같은작업 이것도 same_for the_same as_well also too likewise same 같은거 똑같은거",
)

# --- small words ----------------------------------------------------------------------------------------------------

_put(
    K.ATTR,
    None,
    """사용량 사용률 점유율 용량 여유 여유공간 공간 잔여 잔량 잔여량 남은 남은용량 현황 목록 리스트 정보 수치 추이 내역 상황 만료일 만료 만료일자 만료기간 유효기간 유효기한 기간 부하 사용 개수 갯수 건수
    크기 사이즈 퍼센트 비율 값 결과 내용 파일 이상 여부 이상여부 이상유무 유무 문제 에러 오류 사용현황 부하량 usage space expiry expiration date utilization info state load size count expiry_date expiration_date 수 몇
    사용중인 대기 잔여용량 만료시점 만료날짜 상세 디테일 detail details 이슈 트래픽 걸린 걸려있는 물린 잡힌 떠있는 돌고있는 올라간 올라가있는 배포된 설치된 현재 최신 최신것 열린 열려있는 남아있는 붙어있는 붙은 연결된
    active 활성 활성화된 지연 current free available 걸린것 걸린거 걸린게 leak 누수 부족 percent level 상태값 걸림 이름 누가 어떤 무슨 which what 사용율 점유률 총 total 부분 마지막 최근 last recent latest 끝 끝부분
    뒷부분 스택 trace entries messages stack 찍힌 남은거 남은게 remaining left held open expire expires expired connected holding 물려있는 걸려있는거 대기중인 이상한 이상한거 특이사항 실시간 top 상위""",
)
_put(
    K.ASK,
    None,
    """얼마나 얼마 얼마야 얼마에요 얼마인가요 몇개 몇개야 몇개예요 몇개인가요 몇프로 몇퍼센트 몇 몇이야 몇이에요 몇인가요 몇이죠 언제 언제야 언제까지 언제까지야 언제까지예요 언제까지인가요 언제예요 언제인가요 언제지 어때 어때요
    어떤가요 어떤지 어떻게돼 어떻게되나요 어떻게됩니까 어떻게되는지 있나요 있어 있어요 있나 있는지 있습니까 있니 있냐 있을까요 있는가요 남았어 남았나요 남았어요 남았지 남았습니까 남았는지 남았죠 걸렸어 걸렸나요 걸렸는지 걸려있나요
    걸려있는지 걸려있어 걸려있어요 뭐야 뭐예요 뭔가요 뭐에요 뭐지 무엇인가요 만료돼 만료되나요 만료돼요 만료됩니까 되나요 되는지 되나 괜찮아 괜찮은가요 괜찮나요 충분한가요 충분해 부족한가요 부족하지않은지 찼나요 찼어 찼는지 몇일까요 몇이나
    how_much how_many how when any anything is are does what's what_is whats there_any how_long how_is how's is_there are_there 인가요 인지 높나요 높은지 높아 낮은지 많나요 많은지 많아 물려있나요 물려있는지 붙어있나요 붙어있는지 붙어있어 올라가있어 올라가있나요 올라가있는지 뭐올라가있어 남아있나요 남아있어 남아있는지 남아있어요 있는가 정상인가요
    있을까 되고있나요 되고있는지 몇일 몇일남았 몇건 몇건이야 어느정도 어느정도야 어느정도인지 어느정도예요""",
)
_put(
    K.LINK,
    None,
    "후 이후 뒤 다음 다음에 뒤에 후에 이후에 직후 직후에 then and_then after afterwards 후엔 뒤엔 이후엔 next",
)
_put(
    K.AND,
    None,
    "및 그리고 and 또 또한 과 와 & + 혹은 이랑 그담에 그다음 그다음에 그러고 그런다음 그리고나서 더불어 아울러 plus 하고 까지 겸 + 와함께 함께",
)
_put(
    K.LIGHT,
    "show",
    """확인 점검 체크 조회 파악 출력 추출 캡처 캡쳐 수집 모니터링 확인점검 확인좀 check checking show see look view display get fetch give tell inspect verify monitor list dump print checks 살펴보기 보기 pull grab
    공유 덤프 dumps tail review examine 조사 report 첵 체킹 봐주기 look_at show_me give_me tell_me get_me take_a_look look_into 재확인 재점검 retrieve 질의 query let_me_know find_out""",
)
_put(K.LIGHT, "search", "검색 grep 서치 search find look_for 필터 필터링 searching 탐색 lookup")
_put(
    K.LIGHT,
    "work",
    """진행 실시 수행 처리 조치 작업 시도 예약 적용 실행 요청건 건 수행작업 do perform schedule execute trigger 좀 run 스케줄 스케쥴 신청 조치좀 진행좀 operation 가능하게 한번 needs""",
)
_put(
    K.OUTCOME,
    Mood.REPORT,
    """완료 완료됨 완료했습니다 완료되었습니다 완료됐습니다 완료하였습니다 완료입니다 완료함 끝 끝났습니다 끝났어요 끝났음 끝남 끝냈습니다 성공 실패 실패했습니다 실패함 중입니다 중이에요 중임 중이라 중이에용 중인데 중이니
    중이며 중이라서 마쳤습니다 마침 마쳤어요 했슴 했으니 됐음 완 done completed finished failed 중이야 중 중이었는데 되어있음""",
)
_put(
    K.OUTCOME,
    Mood.PLAN,
    "예정 예정입니다 예정이에요 예정임 예정인데 예정이라 예정이며 예정이오니 계획 계획입니다 계획중 들어갑니다 들어가겠습니다 들어갈게요 들어갈예정 들어감 시작합니다 시작할게요 시작하겠습니다 planned scheduled 계획이에요 드리겠습니다 드릴게요 나갑니다 나갈예정 있을예정",
)
_put(
    K.OUTCOME,
    Mood.NEGATION,
    """금지 금지입니다 금지요 금지임 불가 불가합니다 불가능 보류 보류해주세요 보류해줘 보류합니다 보류요 연기 연기해주세요 연기합니다 자제 자제해주세요 자제부탁드립니다 삼가 삼가해주세요 지양 노노 필요없 필요없어요 필요없습니다
    필요없음 필요없을 스킵 패스 미뤄 미뤄주세요 미룹시다 미루죠 미뤄줘 하지마 하지마세요 하지말것 금물 안돼 안됩니다 멈춤 중지요청 forbidden prohibited postponed postpone""",
)
_put(
    K.OUTCOME,
    Mood.STATEMENT,
    "승인 검토 논의 협의 결정 반려 이력 히스토리 절차 절차서 일정 시간 시각 담당 담당자 매뉴얼 가이드 방법 방식 계획서 결과서 대상 교육 훈련 회의 문서 요청서 신청서 보고서 이슈사항 관련 관련해서 전 전에 권한 담당분 날짜 사유 원인 시점 여부확인 history procedure manual schedule_of 기록 대장 건수 횟수 이후로 이후부터 뒤로 뒤부터 전까지 때문에 당시 도중 때 때문 계획이 필요 필요합니다 필요해요 필요한가요 필요해보여요 필요할 필요한지 필요할듯",
)
_put(
    K.CANCEL,
    None,
    "취소 철회 취소좀 cancel cancels cancelled canceled canceling abort 캔슬 revoke 무효 withdraw 없던일로 없던걸로 물러줘 무르기",
)
_put(
    K.REQUEST,
    None,
    "요청 request requests 지시 명령 주문 신청건 요청건 요청사항 예약건 작업건 작업요청 건 예약 order command 예약작업 요청한 예약한 방금요청 말씀드린 부탁드린 올린 보낸 방금한 방금 아까 아까한 submitted job 예약해둔 걸어둔 신청한 요청드린 걸어놓은 예약해놓은 잡아둔 시킨 내린 last previous my latest earlier",
)
_put(
    K.HELP,
    None,
    """도움말 도움 사용법 사용방법 사용_방법 헬프 help 명령어 명령목록 매뉴얼좀 사용가이드 이용법 이용방법 뭐할수있어 뭐할수있니 뭘할수있어 뭘할수있나요 무엇을할수있나요 뭐할줄알아 할수있는게뭐야 할수있는거 할수있는일 쓸수있는명령 쓸수있는명령어 무슨명령 어떤명령
    기능설명 기능목록 commands usage how_to_use 어떻게써 어떻게쓰는 어떻게쓰나요 어떻게써요 어떻게사용 어떻게사용하나요 어떻게쓰는거야 what_can_you_do 뭐할수있는 뭐가가능해 지원기능 지원하는기능 지원하는명령 어떤기능 무슨기능 어떤걸할수있 뭐물어볼수있""",
)
_put(
    K.ATTACHED,
    None,
    """첨부 첨부파일 첨부한파일 첨부한거 첨부한것 첨부된파일 첨부본 이거 이것 이걸 이파일 올린파일 올려드린파일 보낸파일 보내드린파일 파일 attached attachment attachments attached_file the_file this_file this 첨부물 위파일 요파일 방금올린파일
    첨부드린파일 첨부한 첨부된 요거 요걸 file files 이놈 첨부하는 배포본 배포파일 소스 산출물 빌드 패키지 build package artifact artifacts these 아티팩트 소스파일 war파일 jar파일 ear파일 zip파일 패치파일 patch 패치 수정본 최신본 신규버전 새버전 새빌드 신버전 최신버전 최신빌드 new_version new_build new 두개 세개 한개 모두다 개 정적파일 수정분 변경분 변경본 배포분 수정사항 변경사항 첨부해드린 첨부드린""",
)
_put(
    K.PREVIOUS,
    None,
    """이전버전 직전버전 이전버젼 직전버젼 이전배포본 직전배포본 이전릴리즈 직전릴리즈 이전상태 직전상태 previous_version previous_release prior_version last_version 전버전 구버전 예전버전 이전 직전 previous 이전것 이전거 배포전 배포이전 배포전상태 last_release prior
    지난버전 앞버전 바로전버전 원래버전 원래대로 원래상태 원래 예전으로 종전버전 종전 한단계전 last_good_version 옛버전 이전빌드 직전빌드 the_previous_one""",
)
_put(
    K.GENERIC,
    None,
    """시스템 서버 서비스 노드 호기 인스턴스 데몬 엔진 프로그램 애플리케이션 어플리케이션 장비 호스트 사이트 server servers system service services node nodes instance instances host hosts application app daemon 써버 섭 site 번째 쪽 단 번 machine box 레이어
    계층 layer tier env environment 환경 서버들 노드들 측 서버군""",
)
_put(
    K.PERSON,
    None,
    """담당자 담당 주무관 사무관 서기관 과장 과장님 팀장 팀장님 대리 대리님 부장 부장님 차장 차장님 팀 직원 고객 고객사 사용자 이용자 민원인 담당자님 주무관님 운영자 관리자 개발자 엔지니어 선임 책임 수석 사원 매니저 매니저님 실장 실장님 국장 개발팀 운영팀 검증팀 인프라팀 보안팀
    품질팀 고객센터 콜센터 현업 유지보수팀 팀원 dba was담당 개발자분 사업단 사업팀 업체 협력사 개발사 유지보수 팀에서 부서 운영사 관제 관제팀 헬프데스크 운영실 관제실 상황실 qa팀 엔지니어님 기획팀 개발실 개발부 개발부서 운영부서 운영부 운영담당 운영담당자 개발담당 개발담당자 dba팀 dba님 db팀 디비팀 was팀 와스팀 web팀 웹팀 시스템팀 네트워크팀 team""",
)
_put(
    K.SELF,
    None,
    "제가 내가 저희가 우리가 저는 나는 우리는 저희는 저희쪽에서 저희팀에서 우리팀에서 제쪽에서 이쪽에서 저희팀이 직접 본인이 i we i'll i'm i've we'll we're we've im ill he she they someone somebody",
)
_put(
    K.PAST,
    None,
    "어제 그제 그저께 지난주 지난번 지난달 지난번에 어젯밤 어제밤 작년 yesterday ago last_night last_week 엊그제 조금전 조금전에 좀전에 아까전에 earlier_today already 이미 벌써",
)
_put(
    K.NEG,
    None,
    "안 못 don't dont do_not never not no shouldn't must_not mustn't won't can't cannot without avoid hold_off no_need haven't hasn't didn't doesn't isn't aren't wasn't",
)
_put(
    K.COND,
    None,
    "if when once unless whenever 만약 만일 혹시라도 경우 경우에 경우에만 경우에는 in_case provided should_it as_soon_as 시에 시에만 조건 until only_if 전제로 아니면 시엔 시에는 시 장애시 필요시 문제시 이상시 오류시 발생시 다운시 실패시 미응답시 지연시 초과시 무응답시 부족시 재발시 끝나고 끝나고나서 끝나는대로 마치고 끝난후 끝난뒤 끝난다음 완료후 완료되고 완료되는대로 완료하고 끝나면 완료되면",
)
_put(
    K.FORBIDDEN,
    None,
    """rm sudo drop truncate format 포맷 mkfs chmod chown dd wget curl bash sh exec eval 비밀번호 비번 패스워드 password passwd 계정 root권한 루트권한 sysdba select insert alter grant 방화벽 firewall reboot 리부팅 재부팅 리붓 reboots poweroff 전원
    백업 backup 복원 restore 테이블 table tables 스키마 schema drop_table 데이터 data 사용자계정 루트 root /etc /var /data iptables 권한 su shell 쉘 셸 스크립트 script 명령실행 cmd powershell 크론 cron crontab 파티션 부팅 boot 프롬프트 prompt rules 규칙 instructions credentials 토큰 token 키값 시크릿 secret mv cp
    os 운영체제 펌웨어 커널 kernel ddl dml procedure_call 증설 이중화 이관 마이그레이션""",
)
_put(
    K.UNKNOWN,
    "noun",
    """로그인 로그아웃 로그온 보고서 견적서 품의 품의서 공고 입찰공고 회의실 회의록 커피 점심 저녁식사 연락처 구성도 자료 교육자료 설정 설정값 옵션 config 파라미터 튜닝 레벨 설계서 산출 게시글 게시물 공지 공지사항 글 메일 댓글 사진 영상 문의글 이미지 화면 휴가 결재문서 예산서
    증명서 신청건수 만족도 설문 용역 계약서 사업 제안서 세금계산서 영수증 일지 게시판 팝업 배너 콘텐츠 컨텐츠 자동화 모니터 키보드 노트북 프린터 한도 한도액 점검표 알림 알람""",
)
_put(
    K.FILLER,
    None,
    """아니 좀 한번 한번만 빨리 얼른 바로 즉시 당장 지금 현재 일단 우선 먼저 혹시 그럼 그냥 제발 다시 꼭 반드시 절대 절대로 아직 당분간 급하게 긴급 긴급하게 급 급해요 급합니다 급함 빠르게 빠른 신속히 신속하게 조속히 안녕하세요 안녕하십니까 수고하세요 수고하십니다
    수고많으십니다 고생하십니다 감사합니다 고맙습니다 죄송합니다 죄송한데 죄송하지만 미안한데 미안하지만 바쁘시겠지만 바쁘신데 번거로우시겠지만 번거롭겠지만 실례지만 네 넵 넹 예 응 어 아 앗 앗차 저기 저기요 여러분 오늘 내일 함 더 만 정도 장애 조치 대응 점검차 긴급건 요청 요청으로 관련 관련하여 관련해서 관하여 해주실 분
    지금좀 빠른시간내에 시간되실때 확인차 수고 수고스럽겠지만 부디 가급적 가능한 가능한한 최대한 가능하면 가능하시면 괜찮으시면 되시면 시간되시면 그러면 자 그래서 그런데 근데 하지만 그러나 때문 무중단 무중단으로 순차 순차적으로 순서대로 순 순으로 하나씩 한대씩 차례로 롤링 안전하게 정상적으로 수동 수동으로 강제 강제로 자동 임시 임시로
    승인없이 없이 모든절차 please pls plz kindly hey hi hello thanks thank_you now right_now asap the a an on of for to in at me my our your you us can could would will from with by that's its this_is just quickly immediately again first urgently go ahead go_ahead also_please service's need want like i'd_like i_need_you i_want_you
    ok okay so well by_the_way btw currently still yet guys team_please up out over into off back be been being has have had do did does was were has_been have_been having let let's lets may might shall should must i'd id been_to there's as or her him them his their do_me a_favor possible possibly if_possible when_you_can
    오래된 오래 옛날 예전 지난 지나간 묵은 쌓인 쌓여있는 불필요한 필요없는 안쓰는 old older stale outdated than days 일지난 한달 이상된 된 며칠 보고 일 하나 하나만 건 것 거 게 점 부분 쪽에 쪽은 위 아래 아래의 위의 다음과같이 위와같이 위와 같이 담 관련건 요청건 작업 작업중 전체적으로 전반적으로 간단히 간단하게 자세히 상세히 살짝 잠깐 잠시 다들
    있다가 이따가 이따 조금 약간 많이 너무 계속 자꾸 아까부터 간헐적으로 갑자기 또 새로 신규 새 해당건 해당건으로 장애로 장애로인해 인해 따른 따라 위해 위하여 위한 대한 대해 대해서 에대해 통해 통하여 해서 그대로 이번 금번 금일 오늘자 작일 익일 당일 현시간 현시점 운영중인 운영하는 관리하는 담당하는 사용하는 사용중인 서비스중인
    말씀하신 요청하신 요청한 요청주신 요청드린 문의하신 부탁하신 지금은 지금도 지금바로 오늘은 이제 이젠 드디어 슬슬 어서 후딱 언능 냉큼 싸게 싸게싸게 빨랑 빨리빨리 천천히 조심히 살살 쫌 쪼금 응급 응급상황 비상 시급 시급합니다 시급해요 급해 급한 급하니 급하니까 급한건 급하신 에러 오류 에러가 오류가 증상 현상 이슈 문제 민원 문의 전화 접수 접수건 신고
    번만 한 번 우리 저희 저 제 그리고나서 그 이 저런 이런 그런 어떤지 여기서 이봇 봇 챗봇 bot guardia 가디아 님 선생님 요청사항 요청내용 부탁 확인용 테스트로 시험삼아 하시고 하신 해주신 이유로 사유로 원인으로 문제로 이슈로 때문인지 인한 동일증상 상기 하기 첨부화면 처럼 상황 상황이라 상황입니다 건으로 건이라 에서요 only just_the single 만요 도 뿐 뿐만 both_of 정확히
    fyi note attention urgent emergency issue problem error errors since because due seems looks think guess maybe perhaps one two three more about around time hour hours minute minutes day today tonight tomorrow morning evening noon midnight am pm under we_need_to for_me let_me quick real fast everyone all_right alright sir team, happening going going_on it's they're you'd you'll who why where
    """,
)
_put(K.AND, None, "랑 이랑 하고 와 과 나 이나 며 and 및")

PARTICLES = frozenset(
    fold(word)
    for word in [
        "은",
        "는",
        "이",
        "가",
        "을",
        "를",
        "에",
        "의",
        "도",
        "만",
        "로",
        "으로",
        "에서",
        "에게",
        "에다",
        "에다가",
        "부터",
        "까지",
        "랑",
        "이랑",
        "하고",
        "와",
        "과",
        "요",
        "이요",
        "께",
        "한테",
        "에는",
        "에만",
        "에도",
        "에서는",
        "에서만",
        "에서도",
        "이나",
        "나",
        "이고",
        "이며",
        "라도",
        "이라도",
        "만은",
        "까지만",
        "부터는",
        "까지는",
        "으로는",
        "로는",
        "으로만",
        "로만",
        "입니다",
        "이에요",
        "예요",
        "이에여",
        "임",
        "인데",
        "인데요",
        "이라",
        "이라서",
        "이네요",
        "좀",
        "점",
        "쫌",
        "말인데",
        "이거든요",
        "거든요",
        "이랑은",
        "만큼",
        "씩",
        "들",
        "들이",
        "들은",
        "들을",
        "들도",
        "들만",
        "들의",
        "님",
        "께서",
        "에요",
        "이죠",
        "죠",
        "여",
        "용",
        "염",
        "이여",
        "이용",
        "으로도",
        "로도",
        "에서의",
        "에게는",
        "야",
        "이야",
        "인가요",
        "인가",
        "인지",
        "인지도",
        "이지",
        "지",
        "라",
        "이라고",
        "이며",
        "이면서",
        "마다",
        "보다",
        "처럼",
        "이라는",
        "라는",
        "라고",
        "란",
        "이란",
        "이란게",
        "니까",
        "이니까",
        "이라니",
        "건",
        "껀",
        "꺼",
        "거",
        "것",
        "관련",
        "것만",
        "것도",
        "거만",
        "거도",
        "것은",
        "건은",
        "건만",
        "거는",
        "것을",
        "걸",
        "은요",
        "는요",
        "만요",
        "도요",
        "을요",
        "를요",
        "에요",
        "이요",
    ]
)
STRONG = frozenset(
    fold(word)
    for word in (
        "알림",
        "알람",
        "하나",
        "하나만",
        "거기",
        "거기도",
        "까지",
        "여기",
        "여기서",
        "보다",
        "혹시",
        "아까",
        "보고서",
        "이미",
        "다시",
        "한번",
        "하나씩",
    )
)
"""Words that look like a verb with an ending and are none."""
JOINING = frozenset(fold(word) for word in ["랑", "이랑", "하고", "와", "과", "이나", "나", "이고", "며", "이며"])
SLIPPED = {fold(word): entry for word, entry in {
    "재기동": (K.ACT, "RESTART_SERVICE"), "재시작": (K.ACT, "RESTART_SERVICE"), "리스타트": (K.ACT, "RESTART_SERVICE"), "재구동": (K.ACT, "RESTART_SERVICE"),
    "디스크": (K.TOPIC, "CHECK_DISK_SPACE"), "프로세스": (K.TOPIC, "CHECK_PROCESS"), "인증서": (K.TOPIC, "CHECK_CERT"), "슬로우쿼리": (K.TOPIC, "FETCH_SLOW_QUERIES"),
    "스레드덤프": (K.TOPIC, "THREAD_DUMP"), "메모리": (K.TOPIC, "CHECK_MEMORY"),
}.items()}  # fmt: skip
"""Words of which a wrong vowel in a later syllable makes no other word (재기둥)."""
CLOSED = frozenset(
    fold(word)
    for word in [
        "좀",
        "다",
        "함",
        "더",
        "꼭",
        "안",
        "못",
        "락",
        "램",
        "힙",
        "웹",
        "둘",
        "각",
        "후",
        "뒤",
        "끝",
        "중",
        "완",
        "또",
        "및",
        "그",
        "저",
        "제",
        "이",
        "한",
        "번",
        "단",
        "쪽",
        "측",
        "건",
        "것",
        "거",
        "게",
        "남",
        "킬",
        "핑",
        "싹",
        "시",
        "때",
        "전",
        "개",
        "수",
        "몇",
        "값",
        "일",
        "점",
        "만",
        "도",
        "새",
        "위",
        "담",
        "순",
        "급",
        "예",
        "네",
        "응",
        "어",
        "아",
        "자",
        "글",
        "걔",
        "팀",
        "앱",
        "섭",
        "총",
        "멤",
    ]
)
"""Words of one syllable: they stand alone or end a run; inside a longer word they are no word."""
