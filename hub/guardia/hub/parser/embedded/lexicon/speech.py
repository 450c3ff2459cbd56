# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""The words around a command: asking, telling, joining, softening."""

from __future__ import annotations

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon.table import put

put(
    K.ATTR,
    None,
    """사용량 사용률 점유율 용량 여유 여유공간 공간 잔여 잔량 잔여량 남은 남은용량 현황 목록 리스트 정보 수치 추이 내역 상황 만료일 만료 만료일자 만료기간 유효기간 유효기한 기간 부하 사용 개수 갯수 건수
    크기 사이즈 퍼센트 비율 값 결과 내용 파일 이상 여부 이상여부 이상유무 유무 문제 에러 오류 사용현황 부하량 usage space expiry expiration date utilization info state load size count expiry_date expiration_date 수 몇
    사용중인 대기 잔여용량 만료시점 만료날짜 상세 디테일 detail details 이슈 트래픽 걸린 걸려있는 물린 잡힌 떠있는 돌고있는 올라간 올라가있는 배포된 설치된 현재 최신 최신것 열린 열려있는 남아있는 붙어있는 붙은 연결된
    active 활성 활성화된 지연 current free available 걸린것 걸린거 걸린게 leak 누수 부족 percent level 상태값 걸림 이름 누가 어떤 무슨 which what 사용율 점유률 총 total 부분 마지막 최근 last recent latest 끝 끝부분
    뒷부분 스택 trace entries messages stack 찍힌 남은거 남은게 remaining left held open expire expires expired connected holding 물려있는 걸려있는거 대기중인 이상한 이상한거 특이사항 실시간 top 상위""",
)
put(
    K.ASK,
    None,
    """얼마나 얼마 얼마야 얼마에요 얼마인가요 몇개 몇개야 몇개예요 몇개인가요 몇프로 몇퍼센트 몇 몇이야 몇이에요 몇인가요 몇이죠 언제 언제야 언제까지 언제까지야 언제까지예요 언제까지인가요 언제예요 언제인가요 언제지 어때 어때요
    어떤가요 어떤지 어떻게돼 어떻게되나요 어떻게됩니까 어떻게되는지 있나요 있어 있어요 있나 있는지 있습니까 있니 있냐 있을까요 있는가요 남았어 남았나요 남았어요 남았지 남았습니까 남았는지 남았죠 걸렸어 걸렸나요 걸렸는지 걸려있나요
    걸려있는지 걸려있어 걸려있어요 뭐야 뭐예요 뭔가요 뭐에요 뭐지 무엇인가요 만료돼 만료되나요 만료돼요 만료됩니까 되나요 되는지 되나 괜찮아 괜찮은가요 괜찮나요 충분한가요 충분해 부족한가요 부족하지않은지 찼나요 찼어 찼는지 몇일까요 몇이나
    how_much how_many how when any anything is are does what's what_is whats there_any how_long how_is how's is_there are_there 인가요 인지 높나요 높은지 높아 낮은지 많나요 많은지 많아 물려있나요 물려있는지 붙어있나요 붙어있는지 붙어있어 올라가있어 올라가있나요 올라가있는지 뭐올라가있어 남아있나요 남아있어 남아있는지 남아있어요 있는가 정상인가요
    있을까 되고있나요 되고있는지 몇일 몇일남았 몇건 몇건이야 어느정도 어느정도야 어느정도인지 어느정도예요""",
)
put(
    K.LINK,
    None,
    "후 이후 뒤 다음 다음에 뒤에 후에 이후에 직후 직후에 then and_then after afterwards 후엔 뒤엔 이후엔 next",
)
put(
    K.AND,
    None,
    "및 그리고 and 또 또한 과 와 & + 혹은 이랑 그담에 그다음 그다음에 그러고 그런다음 그리고나서 더불어 아울러 plus 하고 까지 겸 + 와함께 함께",
)
put(
    K.LIGHT,
    "show",
    """확인 점검 체크 조회 파악 출력 추출 캡처 캡쳐 수집 모니터링 확인점검 확인좀 check checking show see look view display get fetch give tell inspect verify monitor list dump print checks 살펴보기 보기 pull grab
    공유 덤프 dumps tail review examine 조사 report 첵 체킹 봐주기 look_at show_me give_me tell_me get_me take_a_look look_into 재확인 재점검 retrieve 질의 query let_me_know find_out""",
)
put(K.LIGHT, "search", "검색 grep 서치 search find look_for 필터 필터링 searching 탐색 lookup")
put(
    K.LIGHT,
    "work",
    """진행 실시 수행 처리 조치 작업 시도 예약 적용 실행 요청건 건 수행작업 do perform schedule execute trigger 좀 run 스케줄 스케쥴 신청 조치좀 진행좀 operation 가능하게 한번 needs""",
)
put(
    K.OUTCOME,
    Mood.REPORT,
    """완료 완료됨 완료했습니다 완료되었습니다 완료됐습니다 완료하였습니다 완료입니다 완료함 끝 끝났습니다 끝났어요 끝났음 끝남 끝냈습니다 성공 실패 실패했습니다 실패함 중입니다 중이에요 중임 중이라 중이에용 중인데 중이니
    중이며 중이라서 마쳤습니다 마침 마쳤어요 했슴 했으니 됐음 완 done completed finished failed 중이야 중 중이었는데 되어있음""",
)
put(
    K.OUTCOME,
    Mood.PLAN,
    "예정 예정입니다 예정이에요 예정임 예정인데 예정이라 예정이며 예정이오니 계획 계획입니다 계획중 들어갑니다 들어가겠습니다 들어갈게요 들어갈예정 들어감 시작합니다 시작할게요 시작하겠습니다 planned scheduled 계획이에요 드리겠습니다 드릴게요 나갑니다 나갈예정 있을예정",
)
put(
    K.OUTCOME,
    Mood.NEGATION,
    """금지 금지입니다 금지요 금지임 불가 불가합니다 불가능 보류 보류해주세요 보류해줘 보류합니다 보류요 연기 연기해주세요 연기합니다 자제 자제해주세요 자제부탁드립니다 삼가 삼가해주세요 지양 노노 필요없 필요없어요 필요없습니다
    필요없음 필요없을 스킵 패스 미뤄 미뤄주세요 미룹시다 미루죠 미뤄줘 하지마 하지마세요 하지말것 금물 안돼 안됩니다 멈춤 중지요청 forbidden prohibited postponed postpone""",
)
put(
    K.OUTCOME,
    Mood.STATEMENT,
    "승인 검토 논의 협의 결정 반려 이력 히스토리 절차 절차서 일정 시간 시각 담당 담당자 매뉴얼 가이드 방법 방식 계획서 결과서 대상 교육 훈련 회의 문서 요청서 신청서 보고서 이슈사항 관련 관련해서 전 전에 권한 담당분 날짜 사유 원인 시점 여부확인 history procedure manual schedule_of 기록 대장 건수 횟수 이후로 이후부터 뒤로 뒤부터 전까지 때문에 당시 도중 때 때문 계획이 필요 필요합니다 필요해요 필요한가요 필요해보여요 필요할 필요한지 필요할듯",
)
put(
    K.CANCEL,
    None,
    "취소 철회 취소좀 cancel cancels cancelled canceled canceling abort 캔슬 revoke 무효 withdraw 없던일로 없던걸로 물러줘 무르기",
)
put(
    K.REQUEST,
    None,
    "요청 request requests 지시 명령 주문 신청건 요청건 요청사항 예약건 작업건 작업요청 건 예약 order command 예약작업 요청한 예약한 방금요청 말씀드린 부탁드린 올린 보낸 방금한 방금 아까 아까한 submitted job 예약해둔 걸어둔 신청한 요청드린 걸어놓은 예약해놓은 잡아둔 시킨 내린 last previous my latest earlier",
)
put(
    K.HELP,
    None,
    """도움말 도움 사용법 사용방법 사용_방법 헬프 help 명령어 명령목록 매뉴얼좀 사용가이드 이용법 이용방법 뭐할수있어 뭐할수있니 뭘할수있어 뭘할수있나요 무엇을할수있나요 뭐할줄알아 할수있는게뭐야 할수있는거 할수있는일 쓸수있는명령 쓸수있는명령어 무슨명령 어떤명령
    기능설명 기능목록 commands usage how_to_use 어떻게써 어떻게쓰는 어떻게쓰나요 어떻게써요 어떻게사용 어떻게사용하나요 어떻게쓰는거야 what_can_you_do how_do_i_use how_can_i_use how_does_this_bot_work how_do_you_work what_can_i_ask what_can_this_bot_do what_do_you_do what_are_you_able_to_do list_of_commands available_commands how_does_this_work 뭐할수있는 뭐가가능해 지원기능 지원하는기능 지원하는명령 어떤기능 무슨기능 어떤걸할수있 뭐물어볼수있""",
)
put(
    K.ATTACHED,
    None,
    """첨부 첨부파일 첨부한파일 첨부한거 첨부한것 첨부된파일 첨부본 이거 이것 이걸 이파일 올린파일 올려드린파일 보낸파일 보내드린파일 파일 attached attachment attachments attached_file the_file this_file this 첨부물 위파일 요파일 방금올린파일
    첨부드린파일 첨부한 첨부된 요거 요걸 file files 이놈 첨부하는 배포본 배포파일 소스 산출물 빌드 패키지 build package artifact artifacts these 아티팩트 소스파일 war파일 jar파일 ear파일 zip파일 패치파일 patch 패치 수정본 최신본 신규버전 새버전 새빌드 신버전 최신버전 최신빌드 new_version new_build new 두개 세개 한개 모두다 개 정적파일 수정분 변경분 변경본 배포분 수정사항 변경사항 첨부해드린 첨부드린""",
)
put(
    K.PREVIOUS,
    None,
    """이전버전 직전버전 이전버젼 직전버젼 이전배포본 직전배포본 이전릴리즈 직전릴리즈 이전상태 직전상태 previous_version previous_release prior_version last_version 전버전 구버전 예전버전 이전 직전 previous 이전것 이전거 배포전 배포이전 배포전상태 last_release prior
    지난버전 앞버전 바로전버전 원래버전 원래대로 원래상태 원래 예전으로 종전버전 종전 한단계전 last_good_version 옛버전 이전빌드 직전빌드 the_previous_one""",
)
put(
    K.GENERIC,
    None,
    """시스템 서버 서비스 노드 호기 인스턴스 데몬 엔진 프로그램 애플리케이션 어플리케이션 장비 호스트 사이트 server servers system service services node nodes instance instances host hosts application app daemon 써버 섭 site 번째 쪽 단 번 machine box 레이어
    계층 layer tier env environment 환경 서버들 노드들 측 서버군""",
)
put(
    K.PERSON,
    None,
    """담당자 담당 주무관 사무관 서기관 과장 과장님 팀장 팀장님 대리 대리님 부장 부장님 차장 차장님 팀 직원 고객 고객사 사용자 이용자 민원인 담당자님 주무관님 운영자 관리자 개발자 엔지니어 선임 책임 수석 사원 매니저 매니저님 실장 실장님 국장 개발팀 운영팀 검증팀 인프라팀 보안팀
    품질팀 고객센터 콜센터 현업 유지보수팀 팀원 dba was담당 개발자분 사업단 사업팀 업체 협력사 개발사 유지보수 팀에서 부서 운영사 관제 관제팀 헬프데스크 운영실 관제실 상황실 qa팀 엔지니어님 기획팀 개발실 개발부 개발부서 운영부서 운영부 운영담당 운영담당자 개발담당 개발담당자 dba팀 dba님 db팀 디비팀 was팀 와스팀 web팀 웹팀 시스템팀 네트워크팀 team""",
)
put(
    K.SELF,
    None,
    "제가 내가 저희가 우리가 저는 나는 우리는 저희는 저희쪽에서 저희팀에서 우리팀에서 제쪽에서 이쪽에서 저희팀이 직접 본인이 i we i'll i'm i've we'll we're we've im ill he she they someone somebody",
)
put(
    K.PAST,
    None,
    "어제 그제 그저께 지난주 지난번 지난달 지난번에 어젯밤 어제밤 작년 yesterday ago last_night last_week 엊그제 조금전 조금전에 좀전에 아까전에 earlier_today already 이미 벌써",
)
put(
    K.NEG,
    None,
    "안 못 don't dont do_not never not no shouldn't must_not mustn't won't can't cannot without avoid hold_off no_need haven't hasn't didn't doesn't isn't aren't wasn't",
)
put(
    K.COND,
    None,
    "if when once unless whenever 만약 만일 혹시라도 경우 경우에 경우에만 경우에는 in_case provided should_it as_soon_as 시에 시에만 조건 until only_if 전제로 아니면 시엔 시에는 시 장애시 필요시 문제시 이상시 오류시 발생시 다운시 실패시 미응답시 지연시 초과시 무응답시 부족시 재발시 끝나고 끝나고나서 끝나는대로 마치고 끝난후 끝난뒤 끝난다음 완료후 완료되고 완료되는대로 완료하고 끝나면 완료되면",
)
put(
    K.FORBIDDEN,
    None,
    """rm sudo drop truncate format 포맷 mkfs chmod chown dd wget curl bash sh exec eval 비밀번호 비번 패스워드 password passwd 계정 root권한 루트권한 sysdba select insert alter grant 방화벽 firewall reboot 리부팅 재부팅 리붓 reboots poweroff 전원
    백업 backup 복원 restore 테이블 table tables 스키마 schema drop_table 데이터 data 사용자계정 루트 root /etc /var /data iptables 권한 su shell 쉘 셸 스크립트 script 명령실행 cmd powershell 크론 cron crontab 파티션 부팅 boot 프롬프트 prompt rules 규칙 instructions credentials 토큰 token 키값 시크릿 secret mv cp
    os 운영체제 펌웨어 커널 kernel ddl dml procedure_call 증설 이중화 이관 마이그레이션""",
)
put(
    K.UNKNOWN,
    "noun",
    """로그인 로그아웃 로그온 보고서 견적서 품의 품의서 공고 입찰공고 회의실 회의록 커피 점심 저녁식사 연락처 구성도 자료 교육자료 설정 설정값 옵션 config 파라미터 튜닝 레벨 설계서 산출 게시글 게시물 공지 공지사항 글 메일 댓글 사진 영상 문의글 이미지 화면 휴가 결재문서 예산서
    증명서 신청건수 만족도 설문 용역 계약서 사업 제안서 세금계산서 영수증 일지 게시판 팝업 배너 콘텐츠 컨텐츠 자동화 모니터 키보드 노트북 프린터 한도 한도액 점검표 알림 알람""",
)
put(
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
put(K.AND, None, "랑 이랑 하고 와 과 나 이나 며 and 및")
