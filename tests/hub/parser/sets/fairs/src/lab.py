import json,csv
H,K,A,U,M="해오름컨벤션센터","국제전시산업진흥원","학술대회지원센터","한울국제회의장","미래전시장운영공단"
X="UNKNOWN"
C={"DEP":"DEPLOY_ARTIFACT","RB":"ROLLBACK_RELEASE","RE":"RESTART_SERVICE","START":"START_SERVICE","STOP":"STOP_SERVICE","KILL":"KILL_DB_SESSION","CLEAN":"CLEAN_LOGS",
"DISK":"CHECK_DISK_SPACE","MEM":"CHECK_MEMORY","CPU":"CHECK_CPU","PROC":"CHECK_PROCESS","SVC":"CHECK_SERVICE","PORT":"CHECK_PORT","HTTP":"CHECK_HTTP","CERT":"CHECK_CERT","TAIL":"TAIL_LOG","SRCH":"SEARCH_LOG","TD":"THREAD_DUMP","LOCK":"FETCH_DB_LOCKS","SLOW":"FETCH_SLOW_QUERIES","SESS":"FETCH_DB_SESSIONS","VER":"SHOW_VERSION"}
ORD=[("DEP","DEPLOY"),("RB","ROLLBACK"),("STOP","STOP"),("RE","RESTART"),("START","START"),("KILL","KILL"),("CLEAN","CLEAN")]
inv={}
for s in csv.DictReader(open("/work/blind/r45a/cmdb/servers.csv",encoding="utf-8")):
    inv[s["institution"],s["system_name"],s["environment"],s["infrastructure_layer"],int(s["node_no"])]=s["asset_code"]
def R(acts,inst,sys,layer,env="PROD",n=(),art=(),**p):
    acts=acts.split()
    t=next((v for k,v in ORD if k in acts),"CHECK")
    nodes=[X if x==X else inv[inst,sys,env,layer,x] for x in n]
    return {"intent_type":t,"institution":inst,"system_name":sys,"environment":env,"infrastructure_layer":layer,"target_nodes":nodes,"action_sequence":[C[a] for a in acts],"deploy_artifacts":list(art),"parameters":p,"requires_approval":t!="CHECK" and env=="PROD"}
def S(t): return {"intent_type":t,"institution":X,"system_name":X,"environment":"PROD","infrastructure_layer":"ALL","target_nodes":[],"action_sequence":[],"deploy_artifacts":[],"parameters":{},"requires_approval":False}
CAN,HLP=S("CANCEL"),S("HELP")
out=[]
def m(cat,text,*reqs,files=None,ctx=None,now=None):
    d={"text":text}
    if files: d["files"]=files
    if ctx: d["context"]=[{"sender":a,"text":b} for a,b in ctx]
    if now: d["now"]=now
    d["category"]=cat; d["requests"]=list(reqs); out.append(d)
def save(fn):
    with open(fn,"w",encoding="utf-8") as f:
        for d in out: f.write(json.dumps(d,ensure_ascii=False)+"\n")
    print(fn,len(out))
