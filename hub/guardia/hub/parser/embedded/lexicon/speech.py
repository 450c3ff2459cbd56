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
    사용중인 대기 잔여용량 만료시점 만료날짜 만기 만기일 만기일자 상세 디테일 detail details 이슈 트래픽 걸린 걸려있는 물린 잡힌 떠있는 돌고있는 올라간 올라가있는 배포된 설치된 현재 최신 최신것 열린 열려있는 남아있는 붙어있는 붙은 연결된
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
    공유 덤프 dumps tail review examine 조사 report 첵 체킹 봐주기 look_at show_me give_me tell_me get_me take_a_look look_into 재확인 재점검 제출 송부 회신 확보 채취 채집 수거 retrieve 질의 query let_me_know find_out""",
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
    필요없음 필요없을 스킵 패스 미뤄 미뤄주세요 미룹시다 미루죠 미뤄줘 하지마 하지마세요 하지말것 금물 안돼 안됩니다 멈춤 forbidden prohibited postponed postpone""",
)
put(
    K.OUTCOME,
    Mood.STATEMENT,
    "승인 검토 논의 협의 결정 반려 이력 히스토리 절차 절차서 일정 시간 시각 담당 담당자 매뉴얼 가이드 방법 방식 계획서 결과서 대상 교육 훈련 회의 문서 요청서 신청서 보고서 이슈사항 관련 관련해서 전 전에 권한 담당분 날짜 사유 원인 시점 history procedure manual schedule_of 기록 대장 건수 횟수 이후로 이후부터 뒤로 뒤부터 전까지 때문에 당시 도중 때 때문 계획이 필요 필요합니다 필요해요 필요한가요 필요해보여요 필요할 필요한지 필요할듯",
)
put(
    K.CANCEL,
    None,
    "취소 철회 취소좀 cancel cancels cancelled canceled canceling abort 캔슬 revoke 무효 withdraw 없던일로 없던걸로 물러줘 무르기 취소취소 취소_취소",
)
put(
    K.REQUEST,
    None,
    "요청 request requests 지시 명령 주문 신청건 요청건 요청사항 예약건 작업건 작업요청 건 예약 order command 예약작업 요청한 예약한 submitted job 내린",
)
put(
    K.REQUEST,
    "just",
    "earlier last latest my previous 걸어놓은 걸어둔 말씀드린 방금 방금요청 방금한 보낸 부탁드린 시킨 신청한 아까 아까한 예약해놓은 예약해둔 올린 요청드린 잡아둔 아까전 방금전 좀전에 넣은",
)
put(
    K.HELP,
    None,
    """도움말 도움 사용법 사용방법 사용_방법 헬프 help 명령어 명령목록 사용가이드 이용법 이용방법 뭐할수있어 뭐할수있니 뭘할수있어 뭘할수있나요 무엇을할수있나요 뭐할줄알아 할수있는게뭐야 할수있는거 할수있는일 쓸수있는명령 쓸수있는명령어 무슨명령 어떤명령
    기능설명 기능목록 commands usage how_to_use 어떻게써 어떻게쓰는 어떻게쓰나요 어떻게써요 어떻게사용 어떻게사용하나요 어떻게쓰는거야 what_can_you_do how_do_i_use how_can_i_use how_does_this_bot_work how_do_you_work what_can_i_ask what_can_this_bot_do what_do_you_do what_are_you_able_to_do list_of_commands available_commands how_does_this_work 뭐할수있는 뭘할수있는 무엇을할수있는 뭐를할수있는 뭐가가능해 지원기능 지원하는기능 지원하는명령 어떤기능 무슨기능 어떤걸할수있 뭐물어볼수있""",
)
put(
    K.ATTACHED,
    None,
    """첨부 첨부파일 첨부한파일 첨부한거 첨부한것 첨부된파일 첨부본 이거 이것 이걸 이파일 올린파일 올려드린파일 보낸파일 보내드린파일 파일 attached attachment attachments attached_file the_file this_file this 첨부물 위파일 요파일 방금올린파일
    첨부드린파일 첨부한 첨부된 요거 요걸 file files 이놈 첨부하는 배포본 배포파일 소스 산출물 묶음 첨부한묶음 번들파일 프론트번들 빌드 패키지 build package artifact artifacts these 아티팩트 소스파일 war파일 jar파일 ear파일 zip파일 패치파일 patch 패치 수정본 최신본 신규버전 새버전 새빌드 신버전 최신버전 최신빌드 new_version new_build new 두개 세개 한개 모두다 개 정적파일 수정분 변경분 변경본 배포분 수정사항 변경사항 첨부해드린 첨부드린""",
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
put(
    K.FILLER,
    None,
    """헐 헉 왜케 왜캐 왤케 왤캐 왜이리 왜이렇게 왜그리 왜이케 이에 이에_따라 걍 그냥 아놔 에휴 어휴 휴 음 흠 오 와우 아이고 아이구 에고 거의 서로 한꺼번에 한번에 이어서 연이어 계속해서 번갈아 차례대로 꾸준히 자주 가끔
    매번 항상 방금전 방금전부터 막 곧 아예 정말 정말로 진짜 진짜로 엄청 엄청나게 완전 완전히 되게 꽤 조금씩 점점 더욱 훨씬 다소 대충 얼추 제법 괜히 아무래도 아무튼 하여튼 어쨌든 그나저나 그러니 그래도 그렇지만 그러다가
    그러다 이와_관련하여 오전부터 오후부터 아침부터 새벽부터 어제부터 그제부터 월요일부터 아까부터 금일부로 이로인해 그로인해 그에따라 따라서 그러므로 이러다 자꾸만 쪼매 쪼까 쪼깨 쪼금만 부탁하나만 죄송하지만 송구하지만 송구합니다만
    번거로우시더라도 번거로우시겠지만 바쁘신_와중에 바쁘신_가운데 업무에_바쁘신 협조 협조하여 협조_바랍니다 해당사항 특히 특별히 마찬가지 오랜만에 마침 하필 하필이면 자정 그때 이때 요즘 최근들어 갑작스럽게 급작스럽게""",
)
put(
    K.ASK,
    None,
    """뭔지 뭐뭐 무엇인지 뭔가 뭐있는지 뭐뭐있는지 뭐가있는지 몇퍼 몇퍼야 몇퍼에요 몇퍼예요 몇퍼센트야 남았음 남았냐 남음 얼마쯤 얼마쯤이에요 어느쪽 몇점몇 언제적 언젠지 언제인지 얼마인지 얼만지 얼만큼
    어떤식 어찌되나요 어찌되는지 어떻게되어있는지 어떻게되어있나요 어떠한지 어떠신지 되는지요 중인가요 중인지 중인가 중입니까 중이죠 진짜인지 진짠지 진짜야 사실인지 맞는지 맞나요 맞나 정말인지 정말이야 어떤상태 괜찮을까요 양호한지 양호한가요 이상없는지 이상없나요 이상있는지 이상있나요 문제없는지 문제없나요""",
)
put(
    K.ATTR,
    None,
    """잡고있는 잡고있는거 잡고있는것 잡고있는게 잡고있는놈 물고있는 물고있는거 물고있는것 물고있는게 물고있는놈 들고있는 걸고있는 쥐고있는 점유중인 점유하고있는 오래걸리는 오래도는 늦게도는 상위권 상위_10개 상위_5개 톱 탑 많이먹는
    걸린지 걸린게있는지 쌓인거 쌓여있는거""",
)
put(
    K.PREVIOUS,
    None,
    """이전릴리스 직전릴리스 지난릴리스 전릴리스 이전_릴리즈 지난릴리즈 배포전버전 배포이전버전 배포하기전 배포하기전버전 업데이트전 업데이트전버전 반영전 반영전버전 이전꺼 직전꺼 전꺼 지난번버전 바로전 바로전꺼 바로앞버전 안정버전""",
)
put(
    K.HELP,
    None,
    """쓸수있는명령어목록 쓸수있는명령목록 쓸수있는명령어뭐뭐 사용할수있는명령 사용할수있는명령어 사용가능한명령 사용가능한명령어 가능한명령어 명령어목록 명령어리스트 명령어종류 명령어_뭐뭐 쓸수있는기능 사용가능한기능 할수있는명령 입력할수있는명령 지원하는명령어
    사용할수있는기능 how_do_i_use how_to_use_this how_do_you_work how_does_this_work""",
)
put(K.AND, None, "→ ⇒ ➔ ➜")
put(
    K.UNKNOWN,
    "noun",
    """서류 문서 견적 기안 기안문 지출결의 지출결의서 출장비 회의자료 발표자료 슬라이드 ppt 엑셀 명단 답변 답글 댓글 회신 신청서 서식 양식 증빙 증빙자료 포스터 현수막 뉴스 기사 방송 음악 노래 온도 에어컨 히터 난방 냉방 조명 형광등 블라인드
    커튼 도시락 택배 사다리 엘리베이터 승강기 셔터 창문 출입문 컨퍼런스콜 화상회의 미팅 워크숍 세미나 행사 회식 간식 음료 자판기 정수기 청구서 결재 상신 휴가계 연차 반차 근태 일정표 근무표 당직표 인사이동 조직도 홍보물 소식지 뉴스레터
    구글폼 설문지 시험 성적 성적표 과제 논문 초록 원고 편성표 예고편 대본 송장 영수증철""",
)
put(
    K.FILLER,
    None,
    "오지게 미쳐 미친듯이 미친 겁나 겁나게 심하게 심각하게 과하게 빡세게 처음 처음으로 잘못 오랫동안 하루종일 밤새 새벽에 아침에 점심에 저녁에 밤에 낮에 오늘아침 오늘새벽 지금까지 여태 여태껏 아직도 여전히 왠지 뭔가",
)
put(
    K.ATTACHED,
    None,
    """첨부war 첨부ear 첨부jar 첨부zip 첨부된war 첨부한war war ear jar war파일 여기올린거 여기올린것 여기올린파일 올린거 올린것 올려둔거 올려둔것 올려둔파일 올려놓은거 올려놓은파일 보내드린거 공유한파일 공유드린파일 전달드린파일
    방금올린거 방금올린것 방금올린파일 지금올린거 지금올린파일 제가올린거 제가올린파일 아까올린거 아까올린파일""",
)
put(
    K.STATE,
    "CHECK_SERVICE",
    "돌고있죠 돌고있지요 돌고있습니까 돌아가죠 돌아갑니까 떠있죠 살아있죠 살아있습니까 올라와있죠 올라와있습니까",
)
put(
    K.STATE,
    "",
    "없고 없구 없으니 없으니까 없으며 없지만 있고 있구 있으니 있으니까 있지만 많고 많아서 많은데 많네요 많습니다 적고 적어서 쎄네요 세네요 심하네요 심한데 심해서 쩐다 쩌네 쩔어 쩔어요 장난아니다 미쳤다 미쳤네 난리다 난리네 난리임 난리예요 난리에요",
)
put(
    K.OUTCOME,
    Mood.NEGATION,
    "필요없고 필요없구 필요없으니 필요없으니까 필요없으며 필요는없고 필요도없고 필요없이 필요까진없고 안해도되고",
)
put(K.FILLER, None, "순서로 순차로 이대로")
put(
    K.STATE,
    "",
    "안끝나고있어요 안끝나요 안끝나네요 끝나고있어요 끝나지않아요 끝나지않고있어요 안죽어요 안끊겨요 행걸림 행걸렸어요 행걸렸네요 행걸려서 행걸린듯 행걸린듯해요",
)
put(
    K.FILLER,
    None,
    """그_전에 그전에 그이전에 이에앞서 그에앞서 죽어있던 내려가있던 꺼져있던 멈춰있던 떠있던 돌던 돌고있던 살아있던 무응답인 응답없는 응답이없는 느려진 느린 죽은 멈춘 다운된 내려간 뻗은 먹통인 먹통된 문제있는 장애난 장애나는 에러나는 말썽인 골골대는 불안정한 오락가락하는 터진 깨진 꺼진 막힌 밀린 끊긴 튕긴
    죽어있는 죽어버린 내려가있는 꺼져있는 멈춰있는 버벅이는 버벅거리는 느려터진 헤매는 비실비실한 놀고있는 문제의 증설한 이전한 새로산""",
)
put(
    K.OUTCOME,
    Mood.NEGATION,
    "홀딩 홀드 유보 홀딩해주세요 유보해주세요 대기시켜 대기해주세요 대기해줘 대기바랍니다 대기부탁드립니다",
)
put(
    K.OUTCOME,
    Mood.STATEMENT,
    "안내문 공지문 공지글 계획안 검토서 작업계획서 작업신청서 변경요청서 변경신청서 완료보고서 점검표 체크리스트 시나리오 일정표 안내 안내글 안내메일 협조문 품의 게시",
)
put(
    K.OUTCOME,
    Mood.NEGATION,
    "그만 그만해 그만해요 그만해주세요 그만해줘 그만하세요 그만하시고 그만하고 그만두세요 그만둬 그만좀 그만하자 관둬 관두세요 중단해주세요",
)
put(K.FILLER, None, "잘 제대로 원활히 원활하게")
put(K.ASK, None, "뭐죠 뭐지요 뭐냐 뭐니 뭔데 뭔데요 뭐였죠 뭐더라 무엇이죠 무엇인지요 어떻게되죠")
put(K.FILLER, None, "한대만 한대 1대만 딱_한대만 한_대만 하나만요")
put(
    K.STATE,
    "CHECK_SERVICE",
    "살아는있나 살아는있나요 살아는있어 살아는있는지 떠는있나 떠는있나요 떠는있는지 살긴했나 살아있긴한지 살아있긴해 올라오긴했나",
)
put(K.ASK, None, "남는지 남을지 얼마남는지 얼마남을지")
put(K.FILLER, None, "꽉")
put(K.FILLER, None, "그것도 그중에서도 그_중에서도")
put(
    K.ASK,
    None,
    """널널함 널널해 널널한지 널널한가 널널한가요 널널하나 널널하나요 넉넉함 넉넉해 넉넉한지 넉넉한가 넉넉한가요 넉넉하나요 빡빡한지 빡빡한가요 빡빡해 여유있나 여유있나요 여유있는지 여유로운지 여유롭나요 남아도나 모자라나 모자라나요 모자란지 모자라지않은지
    물고있나 물고있나요 물고있어 물고있는지 물고있니 물고있죠 물려있어 물려있나 물려있니 걸고있나 걸고있는지 걸고있어 잡고있나 잡고있나요 잡고있는지 잡고있어 쥐고있나 쥐고있는지 쥐고있어 들고있나 들고있는지
    쓰고있나 쓰고있나요 쓰고있는지 쓰고있어 쓰고있어요 쓰는중이야 쓰는중이에요 쓰는중이에여 쓰는중인지 쓰는중인가요 쓰는지 쓰나요 먹고있나 먹고있나요 먹고있는지 먹고있어 먹고있어요 먹는중이야 먹는지 먹나요 찍고있나 찍고있나요 찍고있는지 찍고있어 찍고있어요 찍는지 찍나요
    차지하나 차지하나요 차지하는지 차지하고있나 차지하고있는지 돌고있지 올라갔나 올라갔나요 올라갔어 올라갔는지 올라와있어 깔려있어 깔려있나 깔려있나요 깔려있는지 박혀있어 박혀있나 박혀있는지""",
)
put(
    K.FILLER,
    None,
    """슬쩍 슥 쓱 스윽 쓱싹 휙 휘리릭 대강 대략 대략적으로 얼핏 후다닥 날래 재빨리 재빠르게 잽싸게 살포시 가볍게 한번쯤 한번씩 가만 어여 어서요 이참에 겸사겸사 기왕이면 이왕이면 이왕 기왕 아싸리 차라리 세트 3종 2종 4종 종 3종세트 2종세트
    에있는 봇아 봇님 봇이 가디아야 얘들아 얘야 야 너 니가 네가 당신 한방에 몰아서 겸해서 덧붙여 덤으로 가는김에 하는김에 보는김에 그김에 김에 내친김에 요새 근래 근래에 최근에 요사이 요즈음 요즘에 요새는 요즘은 며칠째 며칠전부터 어제오늘 있다면 있으시면 필요하니 필요해서 필요하여 궁금해서 궁금하여 걱정돼서""",
)
put(
    K.ASK,
    None,
    "알수있을까요 알수있을까 알수있나요 알수있나 알수있습니까 알수있을지 알수있을런지요 알고싶어요 알고싶습니다 알고싶은데요 알고싶네요 알고싶음 궁금합니다 궁금해요 궁금하네요 궁금해 궁금함 궁금한데요 볼수있을까요 볼수있나요",
)
put(
    K.FILLER,
    None,
    "쭉 쭈욱 쫙 쫘악 마저 마저도 모조리 여태까지 혼자 혼자서 저절로 벌써부터 여기저기 이리저리 한창 한참 냅다 대뜸 일제히 여전 그저 그새 어느새 문득 덜컥 덜커덕 계속적으로 수시로 종종 이따금 노상 늘",
)
put(K.ATTR, None, "양 남은양 쌓인양 쓴양 뭐 뭐가 뭔 무엇이 누구 누구가 어느것 어떤것 어떤게 어떤거")
put(
    K.FILLER,
    None,
    "미안 미안해 미안해요 쏘리 소리요 죄송 죄송요 반대로 거꾸로 반대 난리라 난리라서 난리여서 난리나서 불통이라 마비라 먹통이라 아우성이라 비상이라 급해서 급하다고 첨부드리니 첨부하니 첨부했으니 첨부드렸으니 올려드리니 올려드렸으니 공유드리니 보내드리니 보내드렸으니 전달드리니 말씀드리면 말하자면 그러니까요",
)
put(
    K.TOPIC,
    "CHECK_DISK_SPACE",
    "남은용량 여유용량 잔여용량 저장용량 서버용량 남은공간 여유공간 잔여공간 저장소용량 남은디스크 볼륨 volume 마운트 파일시스템용량",
)
put(
    K.HELP,
    None,
    "뭐뭐할줄알아 뭐뭐할줄알아요 뭘할줄알아 뭘할줄알아요 뭐뭐할수있어 뭐뭐할수있나요 뭐해줄수있어 뭐해줄수있나요 뭘해줄수있어 뭘해줄수있나요 뭘도와줄수있어 뭘도와줄수있나요 뭘부탁할수있어 뭘시킬수있어 뭘시킬수있나요 뭐뭐시킬수있어 뭘물어볼수있어 어떤일을할수있어 무슨일할수있어 할줄아는게뭐야 할줄아는거",
)
put(K.ACT, "RESTART_SERVICE", "retsart restrat resatrt restat reastart restartt rstart")
put(K.ACT, "ROLLBACK_RELEASE", "roolback rolback rollbak rollbakc")
put(K.ACT, "DEPLOY_ARTIFACT", "delpoy depoly dpeloy deplyo")
put(
    K.FILLER,
    None,
    "카나리 카나리로 블루그린 블루그린으로 롤링으로 너무너무 두군데 세군데 네군데 두곳 세곳 네곳 두대 세대 네대 다섯대 여섯대 두_대 세_대 네_대 다섯_대 여섯_대 2대 3대 4대 5대 6대 두대만 세대만 네대만 번거롭지만 번거로우시지만 번거롭겠지만 귀찮으시겠지만 귀찮겠지만 두_건 세_건 네_건 두건 세건 네건 두_가지 세_가지 네_가지 두가지 세가지 네가지 2가지 3가지 넘나 넘넘",
)
put(K.TOPIC, "TAIL_LOG", "log_lines logs_lines lines_of_log lines_of_the_log")
put(
    K.STATE,
    "",
    "쌓임 쌓였음 쌓여있음 쌓였어요 쌓였네요 쌓였습니다 쌓여서 쌓여있네요 쌓여있어요 쌓였는데 미어터짐 넘침 넘쳐요 넘치네요 넘쳤어요 흘러넘침 가득참 가득찼어요 가득찼네요 밀림 밀려요 밀리네요 밀렸어요 널뜀 널뛰네요 출렁임 출렁거려요 헐떡댐 헐떡임 헐떡거림 헐떡거려요 골골댐 비실댐 비실거려요 버벅댐 버벅거림 삐걱댐 삐걱거려요 휘청댐 휘청거려요 요동침 요동쳐요 폭발함 폭발직전 죽을라함 죽으려함 죽을듯 뻗을듯 뻗기직전 맛감 맛갔어요 맛갔네 맛갔네요 맛이감 맛이갔어요 맛이갔네요 누웠네 누웠어요 누웠네요 누움 드러누움 드러누웠네요 나가떨어짐 나가버림 나갔네요 나갔어요",
)
put(
    K.ATTR,
    None,
    "놈 놈들 녀석 녀석들 애들 끝에서 끝에 맨끝 맨끝에서 맨뒤 맨뒤에서 뒤에서 마지막에서 뒷쪽 뒤쪽 뒤쪽에서",
)
put(
    K.FILLER,
    None,
    "난린데 난리인데 난리던데 난리네 송구하오나 송구스럽지만 송구스럽습니다만 죄송하오나 죄송스럽지만 바쁘시겠으나 번거로우시겠으나 외람되지만 염치없지만 염치없습니다만 한장 두장 세장 한_장 두_장 점검창 점검창에 작업창 작업창에 점검시간 점검시간에 유지보수창 유지보수창에 정기점검때 점검때 작업때",
)
put(
    K.ASK,
    None,
    "떨어지는지 떨어지나 떨어지나요 나오는지 나오나 나오나요 뜨는지 뜨나 뜨나요 오는지 오나 오나요 들어오는지 들어오나요 찍히는지 찍히나 찍히나요 쌓이는지 쌓이나요 빠지는지 빠지나요",
)
put(K.PREVIOUS, None, "직전걸 직전걸로 이전걸 이전걸로 전걸 전걸로 예전걸로 옛날걸로 지난걸로 원래걸로")
put(K.REQUEST, "just", "드린 좀전에드린 아까드린 방금드린 조금전에드린")
put(K.ATTR, None, "꼬리 꼬리부분 꼬리쪽 끝단")
put(
    K.ASK,
    None,
    "몇프로고 몇프로노 몇프로꼬 몇퍼고 몇퍼센트고 얼마고 얼마꼬 얼마노 몇개고 몇개꼬 몇개노 뭐고 뭐꼬 언제고 언제꼬 어떻노 우떻노 어떻심꺼 괜찮노 남았노 있노 되노 됐노 찼노 몇일고 며칠고 며칠남았노 얼매고 얼매나",
)
put(K.ASK, None, "괜찮음 괜춘 괜춘함 괜춘해 멀쩡함 여유있음 여유로움 충분함 넉넉함 안전함 양호함 이상없음")
put(
    K.FILLER,
    None,
    "실화냐 실화임 실화 실화에요 대박 대박임 레알 ㄹㅇ 헐랭 어이없네 어이없음 환장 환장하겠네 돌겠네 미치겠네 미치겠다 죽겠네 죽겠다 죽겄네 답답하네 답답해",
)
put(K.ASK, None, "있능가 있는교 있습니꺼 있십니꺼 걸렸능가 되능가 남았능가 괜찮능가")
put(K.FILLER, None, "방에서 이방에서 채널에서 이채널에서 단톡방에서 여기방에서")
put(K.ACT, "DEPLOY_ARTIFACT", "교체배포 무중단배포 수동배포 긴급배포 전체배포 부분배포")
put(K.ATTACHED, None, "zip tar tgz 압축파일 압축본 묶음파일 zip본 war본")
put(K.FILLER, None, "force forced forcibly graceful gracefully hard soft")
put(K.PREVIOUS, None, "prev prev_release prev_version prev_build 이전release 직전release 이전_release 직전_release")
put(
    K.PERSON,
    None,
    "벤더 벤더사 밴더 제조사 총판 하청 외주사 상주인력 당직 당직자 야간조 주간조 교대조 조장 반장 소장 본부장 상담원 상담사 승무원 하청업체 원청 발주처 감리 감리단 pm님 pl님",
)
put(
    K.FILLER,
    None,
    "감사드립니다 감사드려요 감사하겠습니다 감사드리겠습니다 고맙겠습니다 협조에감사드립니다 협조감사드립니다",
)
put(
    K.FILLER,
    None,
    "log_out log_in log_off log_back_in logs_out logs_in logging_out logging_in logged_out logged_in log_everyone_out log_users_out",
)
put(
    K.PREVIOUS,
    None,
    "어제버전 어제꺼 어제자버전 어제배포전 그제버전 지난주버전 저번버전 저번주버전 저번릴리즈 어제릴리즈",
)
put(
    K.HELP,
    None,
    "뭘시킬수있는지 뭐시킬수있는지 뭘할수있는지 뭐할수있는지 무엇을할수있는지 뭘부탁할수있는지 어떻게쓰는지",
)
put(
    K.FILLER,
    None,
    "난리네요 난리예요 난리났어요 난리났네요 난리났습니다 한바퀴 한_바퀴 방에 이방에 채널에 이채널에 여기방에 단톡에 단톡방에 스레드에 톡방에",
)
put(K.STATE, "CHECK_SERVICE", "올라오는지 올라오나요 올라오나 올라왔을지 뜨긴하는지")
put(
    K.HELP,
    None,
    "뭐할수있어요 뭘할수있어요 뭐뭐할수있어요 뭐해줄수있어요 뭘해줄수있어요 뭐할줄아나요 뭐할줄아니 뭘할줄아니",
)
put(
    K.COND,
    None,
    "올라오면 살아나면 기동되면 재기동되면 정상화되면 정상되면 다뜨면 올라오고나면 뜨고나면 배포되면 반영되면 다올라오면",
)
put(K.ACT, "RESTART_SERVICE", "껐켜 껐켜기 내렸올 내렸올리기")
put(
    K.LIGHT,
    "show",
    "확인점 확인쫌 체크좀 체크점 조회좀 조회점 점검좀 비교 대조 take_a_peek have_a_peek have_a_look peek eyeball",
)
put(
    K.FILLER,
    None,
    "화면에 화면에다 화면에다가 화면으로 한판 한_판 여유되실때 여유되시면 여유되는대로 여유있으실때 여유있으시면 여유나실때 여유나시면 시간나실때 시간나시면 시간있으실때 시간있으시면 짬나실때 짬나시면 짬되실때 틈나실때 틈나시면 편하실때 한가하실때",
)
put(
    K.STATE,
    "",
    "사망 사망함 사망했어요 사망했습니다 사망했네요 사망하셨네요 사망하심 사망임 사망각 운명하심 운명하셨네요 죽어있네 죽었네",
)
put(
    K.ATTR,
    None,
    """잡혀있는 잡혀있는거 잡혀있는것 잡혀있는게 잡힌거 잡힌것 잡힌게 잡히는 잡히는거 잡히는것 잡히는게 걸리는 걸리는거 걸리는것 걸리는게 잡힌애 잡힌애들 걸린애 걸린애들 걸린놈 물고있는애 물고있는애들 물고있는녀석 물고있는트랜잭션
    물고있는프로세스 물고있는쿼리 잡고있는애 잡고있는애들 잡고있는녀석 잡고있는트랜잭션 걸고있는놈 걸고있는애 걸고있는트랜잭션 쥐고있는놈 쥐고있는애 쥐고있는트랜잭션 물려있는거 물려있는것 물려있는게 남아있는거 남아있는것 남아있는게 붙어있는거 붙어있는것 붙어있는게 걸려있는것 걸려있는게
    오래걸리는거 오래걸리는것 오래도는거 오래도는것 많이먹는거 많이먹는것 많이먹는놈 많이먹는애""",
)
put(
    K.ASK,
    None,
    "잡혔나 잡혔나요 잡혔는지 잡혀있나 잡혀있나요 잡혀있는지 잡혀있어 잡혀있어요 잡히나 잡히나요 잡히는지 쓰고있는지요 쓰고있습니까 먹고있습니까 물고있습니까 잡고있습니까 남았을까요 남았으려나 쓰나",
)
put(
    K.PREVIOUS,
    None,
    """나가기전버전 나가기전상태 나가기전걸 나가기전꺼 올리기전버전 올리기전상태 배포하기전상태 반영하기전버전 반영하기전상태 적용하기전버전 적용하기전상태 패치전버전 패치하기전버전 바꾸기전버전
    어제나가기전버전 어제올리기전버전 어제배포하기전버전 어제반영하기전버전 어제배포전버전 어제반영전버전 오늘나가기전버전 오늘올리기전버전 오늘배포하기전버전 오늘배포전버전 방금나가기전버전 방금올리기전버전 방금배포하기전버전 방금배포전버전""",
)
