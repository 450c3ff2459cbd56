# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Work around a change that stands for no action: backups, load balancers, caches, settings, scripts."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import folded

_TO_ANYTHING = (
    r"바꾸|바꿔|바꾼|변경|수정|교체|갱신|백업|복사|옮기|옮겨|옮긴|압축|보관|보존|전환|절체|스위치\s?오버|페일\s?오버|초기화|차단|격리|설치"
    r"|(?<!절차 )(?<!절차를 )우회|드레인|동기화|마이그레이션|컴파일|마운트|reload|drain|failover|switchover|export|import|backup|flush|리로드|넘기|넘겨|넘긴|승격|익스포트|임포트|늘리|늘려|늘린|줄이|줄여|줄인|증설|막(?=고|아|은)|닫|비우|비워|비운|리셋|리부팅|재부팅|갈아\s?끼|파악|워밍업|웜업|예열|퍼지|purge|무효화|통보|전파|검증(?![팀계서용자])"
)
_THINGS = (
    r"l4|l7|엘포|lb|slb|엘비|로드\s?밸런[서싱]|vip|로테이션|트래픽|세션|커넥션|캐시|캐쉬|cache|스냅샷|설정[가-힣]{0,2}|config|conf|프로퍼티|환경변수|파라미터"
    r"|옵션|dns|방화벽|스크립트|배치|스케줄러|스케쥴러|크론|cron|스키마|ddl|sql|테이블|통계|계정|권한|라이선스|라이센스|이중화|클러스터|페이지|공지|팝업|알람|알림|모니터링|관제|감시"
    r"|라이브러리|모듈|에이전트|임시\s?파일|temp|tmp|work|디렉토리|디렉터리|폴더|테스트|스모크|프로세스|좀비|접속|포트|인증서|사용자|이용자|접속자|안내|링크|컬럼|인덱스|소켓|토큰|큐|서비스|export|import|dump|익스포트|warm-?up"
)
_TO_THEM = (
    r"빼|뺀|제외|넣|투입|복귀|지우|지워|지운|삭제|날리|날려|날린|돌리|돌려|돌린|실행|걸(?=고)|걸어|끄|꺼|끈|켜|켠|띄우|띄워|띄운|올리|올려|올린|내리|내려|내린|받(?=고)|받아|받은|뜨(?=고)|떠\s?[두놓주]|뜬|적용|반영"
    r"|멈추|멈춰|멈춘|중지|정지|풀(?=고)|풀어|푼|열(?=고)|열어|연|죽이|죽여|죽인|정리|붙이|붙여|붙인|떼|뗀|없는지|빠졌는지|빠진|보내|추가|생성|재생성"
)
_KEPT = r"로그|gc로그|코어|코어 ?파일|파일|자료|데이터|덤프 ?파일"
_KEEPING = r"빼|챙기|챙겨|모으|모아|내려받|다운|건져|건지|빼놓|따로"
_WORK = rf"(?:(?<![가-힣a-z])(?:{_KEPT})[을를은는도만부터 ]{{0,4}}(?:미리 |먼저 |따로 |좀 |다 |싹 )?(?:{_KEEPING})|(?<![가-힣a-z])(?P<thing>{_THINGS})[^.!?,\n\d]{{0,12}}?(?:{_TO_THEM})|(?<![가-힣])[가-힣]{{0,6}}(?:{_TO_ANYTHING}))"
_PLAN = r"(?:뺄|넣을|지울|날릴|돌릴|실행할|끌|켤|띄울|적용할|반영할|멈출|풀|닫을|막을|비울|바꿀|변경할|수정할|교체할|전환할|절체할|제외할|투입할|붙일|되돌릴|복귀할)"


STEP = folded(
    rf"{_WORK}(?:[가-힣]{{0,4}}(?: [가-힣]{{1,3}})?고(?!\s?[있싶계말])|[가-힣]{{0,3}} ?(?:다음|뒤|후|직후|이후)(?=에|[\s,.]))"
)
"""LB에서 빼고, 설정 변경 후: work before the change that follows."""
WITH = folded(
    r"(?:바꿔|늘려|줄여|변경해|수정해|교체해|추가해|갈아 ?끼워|(?:올려|낮춰|풀어|넣어|빼|켜|꺼)(?! ?놔))서 ?(?=(?:다시 |바로 |한번 |한 번 |좀 )?(?:재|배포|반영|기동|시작|껐|내렸|올려|띄워|롤백|restart|deploy))"
)
"""힙 늘려서 재기동, 압축 풀어서 배포: a change with something done to it."""
SEEN = folded(
    r"(?:(?:는|은|인|된|진|찬|빈|운|온|던)지(?:를|만|부터|도)?|(?:난|된|진|은|간|온|른) (?:거|것|걸)(?:을|를)?) ?(?:[가-힣]{1,3} )?(?:확인|보|체크|점검|파악|봐)[가-힣]{0,3}(?: ?후|고(?! ?[있싶])|은 ?다음|ㄴ ?다음|본 ?다음|본 ?뒤)"
)
"""L4 뺐는지 확인하고, 안 들어오게 해놓고: what nobody can look at, or do, before the change."""
CAUSED = folded(r"[가-힣]게 ?(?:해 ?[놓두]|하|만들)고(?! ?[있싶])")
ASKED = folded(
    rf"{_WORK}[가-힣]{{0,4}} ?[가-힣]{{0,2}}? ?(?:주(?:세|시(?!면)|십|실|셔|이소)|줘|달라|부탁|바랍|바람|요망)"
)
"""캐시도 비워주세요: work beside the change."""
MINE = folded(
    rf"(?<![가-힣a-z])(?:{_THINGS}|패치|파일)[^.!?,\n]{{0,12}}?{_PLAN}\s?(?:게|께|테니|터이니|거니|예정|겁니다|거예|거에)"
)
"""LB는 제가 뺄게요: before the change, or after it?"""
TELLING = folded(
    r"[.!?](?=\s|$)|\n|(?:니다|[어아해]요|네요|네|는데|은데|던데|더니|니까|길래|거든요?|음|지만|[어아여해]서|라서|면서|때문에|탓에)(?=[\s,.]|$)"
)
"""What parts a clause that tells something from the change behind it."""
DENIED = folded(r"않|없(?!는지|도록|나)|말고|마시|지\s?마|없이|(?<![가-힣])(?:안|못)\s")
ENGLISH = re.compile(
    r"(?:^|[,;.:&]\s|\b(?:and|then|also|plus)\s)(?:(?:please|pls|also|then|just|first)\s)*"
    r"(?:(?:un)?drain|flush|(?:sav|stor|keep|preserv)(?:e|ing)\s(?:the\s|its\s|all\s)?logs?|rebuild|re-?create|analy[sz]e|vacuum|truncate|export|import|back\s?up|snapshot|fail\s?over|switch\s?over|swap|edit|warm|notify|renew|rotate|patch|unmount|mount|archive|compress|migrate|reindex|mute|silence|reroute|redirect|re-?enable|disable|reload|reconfigure|(?:clear|purge|wipe|empty)\s(?:the\s|its\s|our\s)?(?:\w+\s)?(?:cache|queue|temp|tmp|session)|(?:take|pull)\s(?:it|them|that|node|\w+\s\d)?[\w ]{0,20}?out of|(?:put|add|bring)\s(?:it|them|that|node)[\w ]{0,12}?\s(?:back\s)?(?:in|into|to)\s|run\s(?:the|a|our)\s[\w ]{0,20}?(?:script|job|batch|test|migration|check)|(?:change|update|apply|set)\s(?:the|its|our|a)\s[\w ]{0,16}?(?:config\w*|settings?|properties|schema|ddl|patch|parameters?|heap|dns|firewall))\b"
)
"""…, then flush the cache."""
APART = folded(
    r"\b(?:minutes?|mins?|min|seconds?|secs?|hours?)\s(?:apart|between|in between|gap|interval|pause|break|delay|spacing)\b|(?<!hangs )(?<!dies )(?<!crashes )(?<!freezes )(?<!fails )(?<!drops )(?<!stalls )(?<!restarts itself )\bevery\s(?:\d+|few|five|ten|couple)\s|\bwith (?:a|some) (?:\w+\s)?(?:gap|pause|break|delay)\b|\bstaggered\b|\bwith\s-\w|\bin\s(?:debug|safe|maintenance|admin|recovery|single.user|read.only)\smode\b|\bwith\s(?:more|less|a bigger|a larger|increased|debug)\b|\b(?:two|three|2|3) at a time\b"
    r"|무중단|\d+ ?(?:초|분|시간) ?(?:정도 ?)?(?:텀|간격|차이|씩 ?(?:쉬|텀|두고)|쉬고|쉬었|딜레이|인터벌)|호기별|대당|(?:재기동|재시작|껐다 ?켜기)[을를]? ?계속|반복(?:해|적|으로)|\breverse\b|\bopposite order\b|\bdown to\b|\bin parallel\b|\ball at once\b|\bsimultaneously\b|,\s[\w ]{1,16}\s(?:first|last)\W*$|\b(?:but|with)\s(?:the\s)?\w+(?:\s\w+)?\sfirst\b"
)
"""One at a time, 5 minutes apart: how the nodes follow each other; the product knows only one after another."""
BEFORE_IT = folded(
    r"(?:재기동|재시작|재구동|배포|반영|롤백|원복|정지|중지|기동|종료)(?:하기)? ?전에?(?=[\s,])|(?:내리|올리|끄|켜|돌리|하|죽이|지우|밀|끊|띄우)시?기 ?전에?(?=[\s,])"
)
"""내리기 전에: what follows comes before the change."""
SIGNAL = folded(
    r"(?:말씀|연락|신호|전화|톡|얘기|보고|사인|싸인|공유|회신|콜|오케이|ok)(?:을|를|만)? ?(?:드리면|주면|주시면|하면|드린 ?(?:다음|뒤|후)|드리고)"
)
ORDER = folded(
    r"먼저|나중|다음(?! ?주| ?달)|이후|[는온] ?(?:거|것|걸) ?(?:보고|확인)|순서|올라온|올라오[면고]|끝나[고면]|끝난|후에|뒤에|앞에"
)
AHEAD = folded(r"먼저|선행|사전|우선")
"""… 로그 먼저요: behind the request, and before the change."""
ENDS_IN_FIRST = folded(r"(?:부터|먼저|우선|미리)[^.!?\n]{0,20}?(?:고요?|구요?|은 ?(?:다음|뒤|후)에?요?)[ .!~ㅎㅠ]*$")
LOST = folded(
    r"(?<=[가-힣])(?:으믄|믄)(?=[\s,])|(?:재기동|재시작|배포|롤백|정지|중지|기동|종료)(?:허|혀)[가-힣]|(?:아니|아차|참)[,. ]{1,3}[^.\n]{0,12}(?:먼저|부터)(?:요|임)?[ .!~]*$"
    r"|[하되]는 ?김에|(?:한|이전|전) ?버전(?:만|으로)? ?(?:더 ?)?(?:내리|낮추|올리|내려|낮춰|올려)|(?:내려|꺼|올려|켜|띄워)만 ?(?:두|놓|주)|[,>→] ?[^,.>→\n]{0,10}?(?:작업|점검|교체|조치|대기|백업|변경|수정) ?[,>→]"
    r"|(?:덤프|dump|jstack)[가-힣]{0,2} ?(?:[^,.\n]{0,8} )?(?:두|세|네|다섯|여섯|서너|[2-9]|10) ?(?:번|회|차례|개|장)(?:씩|을|를)? ?(?:정도 ?)?(?:뜨|떠|뜬|받|채취|남|생성|확보|캡|찍)"
    r"|(?:웹|와스|was|web|db|디비|호기|번|시스템|서버|관리|포털)[은는] ?(?:좀 ?)?(?:내일|이따|나중|다음|모레|오후|저녁|밤)[가-힣 ]{0,6}(?:(?<=이따)가?|나중에?|요|에요|부탁[가-힣]*|해주세요|하시면 ?됩니다)[ .!~]*$"
)
"""내려만 두세요; 정지, DB 작업, 기동; 덤프 세 번 뜨고; … 하고 WEB은 내일요: a step that no request holds."""
NOUNS = folded(
    rf"(?<![가-힣a-z])(?:{_THINGS})[을를은는도의 ]{{0,2}}(?:삭제|클리어|clear|flush|초기화|비우기|퍼지|교체|변경|갱신|수정|제외|투입|복귀|리로드) ?(?:[,/+&·]|필수|포함|선행|먼저)|백업 ?(?:필수|포함|선행|먼저|[+&/])|[+&/] ?(?:캐시|캐쉬|세션|설정|백업) ?(?:삭제|클리어|초기화|변경|비우기|받기)?(?=[\s.]|$)"
)
"""재기동, 캐시 삭제, 접속 확인; 백업 선행: work that is only named."""
FOR_A_TIME = folded(r"\d+ ?(?:분|시간|초) ?(?:간|만|정도만?)(?=[\s,])")
"""10분만 내려주세요: and up again, of which nothing was read."""
BEFORE_OR_AFTER = folded(
    r"\W*(?:사전|사후|선행|후속|선작업|후작업|작업 ?전|작업 ?후|전|후|먼저|이후|그 ?다음)[가-힣 ]{0,4}[:：]"
)
ENGLISH_MINE = re.compile(
    r"\b(?:i|we)(?:'ll|\swill|'m|\sam|'re|\sare)?\s(?:first\s|going to\s|gonna\s)?(?:drain|pull|swap|remov|redirect|fail|switch|mov|tak)(?:e|ing|ping|ining)?\s(?!ed)"
)
"""I'll drain node 1: before the change, or after it?"""
MEANWHILE = folded(
    r"(?:내린|내려놓은|내려둔|끈|꺼놓은|꺼둔|중지한|정지한|중지|정지|내려진) ?(?:상태(?:에서|로)|사이|동안)|(?:하|되|도)는 ?(?:동안|사이)"
)
"""WAS 내린 상태에서 DB 재기동: is it down, or shall it be?"""
ONCE = re.compile(r"\b(?:once|if|when|unless|until|as soon as)\b")
AFTER_DOING = re.compile(
    r"\b(?:following|post)\s(?:the\s)?(?:\w+\s)?(?:restart|deploy\w*|backup|dump|migration|patch|failover|rollback|stop|start)\b|\bwith\s(?:\w+\s){1,3}(?:on|off|enabled|disabled)\W*$|"
    r"\b(?:after|before|while)\s(?:you\s|the\s|a\s)?(?:stopp|start|restart|deploy|bounc|kill|roll|clean|drain|back|sav|dump|tak|copy|archiv|patch|updat|switch|chang|flush|clear|check|verify)ing\b"
)
FIRST = re.compile(r"\b(?:first|before|beforehand|prior)\b")
NUMBERED = re.compile(r"^[ \t]*(\d{1,2})[.)][ \t]", re.MULTILINE)
REASON = folded(r"그러니까|(?:서|어|아|여|니까|그러니까|그러니|니)$|skip|스킵|패스|건너")
CLAUSE = re.compile(r",\s|;\s|\b(?:and|then|also|plus)\b")
"""Where another step may begin behind an English request."""
TOO = re.compile(r"\b(?:too|as well|also|likewise|same)\b")
FOR_A_WHILE = re.compile(
    r"\bfor (?:about )?(?:\d+|a few|a couple of|ten|five|fifteen|thirty|an?) ?(?:m\b|min|hour|sec)"
)
SUBJECT = re.compile(
    r"\s?(?:(?:the|our|its|all|my|your|their|node|was|web|db|some|this|that|it|they|we|users?|customers?)\s){0,3}(?:[\w.-]+\s){0,3}?(?:is|are|was|were|has|have|had|keeps?|keep|won't|can't|cannot|doesn't|don't|isn't|aren't|went|got|gets|looks?|seems?|needs?|says?|shows?|started|stopped|died|failed)\b|\s?(?:it|they|we|i|nobody|no one|everyone)(?:'s|'re|'ve|\s)"
)
"""… and memory is full: what is told, not another step."""
BEFOREHAND = re.compile(r"\b(?:beforehand|in advance of)\b")
ALONE = re.compile(r"\balone\b|\bas (?:is|it is|they are)\b")
TOLD_THEN = re.compile(r"\b(?:tell|ping|call|update|remind|let|text|message) (?:me|us)\b")
BETWEEN = folded(r"(?:작업|점검|교체|조치|패치|수정|변경)(?= ?(?:후|이후|끝|완료|마치|하고|한 |,|→|>|\)))")
"""중지 후 업체에서 작업, 작업 후 기동: what is done between the two."""
