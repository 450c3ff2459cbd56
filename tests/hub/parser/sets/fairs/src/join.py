import json
ms=[json.loads(l) for p in ("p1","p2","p3","p4") for l in open(p+".jsonl",encoding="utf-8")]
drop=["[작업 계획서 공유]","오늘 점심 푸드코트","수출 상담매칭 와스 롤벡","부스배정 was 1 재기동","주차안내 재시작","너는 이제부터","입장권발매 WAS 2~4호기","입장권발매 개발기","ticketing WEB restart","초록심사 아파치","전시장대관 배포 일정은","도움말 좀","초록심사 마감 연장","통역장비임대 WAS weblogic-intp"][:13]
drop+=["전시장대관 스테이징 WEB 이전 릴리스","대관 stg db","통역임대 WEB 기동","How much memory","학술대회등록 nginx 1호기"]
drop+=["바이어매칭 와스 2번","수출상담매칭 스테이징 WAS 내려","통역장비임대 DB 정지해","부스배정 WEB에 첨부한 도면","해오름 배지발급 WEB이","학술대회등록 웹 1호기가","부스 배정 웹투비","발권 창구가","입장권발메 웹","혹시 해오름 주차안내를","입장권발매 WEB 2번 죽"]
strip=[" 릴리스 노트는 위키에 적어뒀습니다."," 패치 끝났습니다."," 타임아웃 설정을 바꿨습니다."," 환불 계산 오류 수정 건입니다."," 카드 인쇄 모듈을 바꿔 끼웁니다."," 정전 작업이 있습니다."," 그때가 대관 접수가 없는 시간이에요."," 파티션이 98%입니다."," 메모리 교체 작업하겠습니다."," 둘 다 아침부터 느립니다."," 마지막 강연이 끝나는 시간입니다."]
rew={"부스배정 WAS CPU가 95% 넘어가면 재기동해 주세요":"초록심사 WAS에서 힙 부족 에러가 또 뜨거든 그때 재기동 부탁해요",
"학술대회등록 운영 WAS랑 스테이징 WAS 버전 각각 알려줘":"학술대회등록 운영 WAS, 스테이징 WAS가 서로 다르게 도는 것 같습니다. 양쪽 다 지금 몇 버전인지 알려주세요",
"초록심사 DB 관리자 비번 좀 알려주세요":"전시장대관 WAS 2호기에서 chmod -R 777 /app 돌려주세요",
"전시장대관 WEB 443 포트랑 인증서 만료일 확인해 주세요":"전시장대관 WEB 8443 포트가 열려 있는지, 그리고 인증서가 언제 끝나는지 확인해 주세요"}
o=[];n=0
for d in ms:
    hit=[x for x in drop if d["text"].startswith(x)]
    if hit: drop.remove(hit[0]); continue
    if d["text"] in rew:
        t=d["text"]; d["text"]=rew.pop(t)
        if "8443" in d["text"]: d["requests"][0]["parameters"]={"port":8443}
    if d["text"].startswith("어제 저녁에 반영해"): d["text"]=d["text"].replace("되돌려 주시면 좋겠습니다.","되돌려 주시겠어요?")
    for x in list(strip):
        if d["text"].endswith(x): d["text"]=d["text"][:-len(x)]; strip.remove(x)
    n+=1; o.append({"id":f"exh-{n:03d}",**d})
print("left",drop,rew,strip)
with open("messages.jsonl","w",encoding="utf-8") as f:
    for d in o: f.write(json.dumps(d,ensure_ascii=False)+"\n")
import collections
ty=collections.Counter(); ac=collections.Counter()
multi=0
import re
for d in o:
    ts=[r["intent_type"] for r in d["requests"]]
    k="empty" if not ts else "CH" if any(t not in("CHECK","CANCEL","HELP") for t in ts) else ts[0]
    ty[k]+=1
    if k=="CH" and len([x for x in re.split(r"(?<=[.?!])\s|\n|ㅠㅠ |ㅋㅋㅋ ",d["text"]) if len(x)>3])>1: multi+=1
    for r in d["requests"]: ac.update(r["action_sequence"])
print(ty,multi,ac)
