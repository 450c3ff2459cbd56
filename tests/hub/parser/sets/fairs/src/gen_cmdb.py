import csv
H,K,A,U,M="해오름컨벤션센터","국제전시산업진흥원","학술대회지원센터","한울국제회의장","미래전시장운영공단"
rows=[]
prod={"Apache":("httpd","systemd"),"nginx":("nginx","systemd"),"WebtoB":("webtob","command"),"Tomcat":("tomcat","systemd"),"JEUS":("jeus","command"),
"WebLogic":("weblogic","command"),"Oracle":("oracle","command"),"Tibero":("tibero","command"),"PostgreSQL":("postgresql","systemd"),"MariaDB":("mariadb","systemd")}
def sysm(inst,pre,key,name,net,products,envs,style):
    global rows
    for env,layers in envs.items():
        agent=None; grp=[]
        for layer,n in layers.items():
            for i in range(1,n+1):
                e=env[0]; off={"PROD":0,"STG":100,"DEV":200}[env]; lo={"WEB":10,"WAS":20,"DB":30}[layer]
                if style=="A":
                    code=f"{pre}-{key}-{e}-{ {'WEB':'WB','WAS':'AP','DB':'DB'}[layer]}{i:02d}"
                    host=f"{pre}-{key}-{e}{ {'WEB':'wb','WAS':'ap','DB':'db'}[layer]}{i:02d}".lower()
                else:
                    seq[pre]+=1; code=f"{pre}-{seq[pre]}"
                    host=f"{pre}{key}-{ {'PROD':'','STG':'s','DEV':'d'}[env]}{ {'WEB':'w','WAS':'a','DB':'d'}[layer]}{i}".lower()
                addr=f"{net}.{off+lo+i}"
                p=products[layer]; s,mg=prod[p]
                svc=s if layer=="WEB" else f"{s}-{key.lower()}"
                grp.append([code,host,addr,inst,name,env,layer,i,svc,mg,p])
        ag=next((g for g in grp if g[6]=="WAS"),grp[0])[0]
        for n,g in enumerate(grp):
            conn=("agent","") if g[0]==ag or n%4==3 else ("ssh",ag)
            rows.append(g[:8]+list(conn)+g[8:])
seq={"KX":2200,"UH":5100}
sysm(H,"HOR","RNT","전시장대관","172.21.4",{"WEB":"Apache","WAS":"Tomcat","DB":"Oracle"},{"PROD":{"WEB":2,"WAS":3,"DB":2},"STG":{"WEB":1,"WAS":2,"DB":1},"DEV":{"WAS":1,"DB":1}},"A")
sysm(H,"HOR","VIS","참관객등록","172.21.5",{"WEB":"nginx","WAS":"JEUS","DB":"Tibero"},{"PROD":{"WEB":3,"WAS":4,"DB":2},"STG":{"WEB":1,"WAS":1,"DB":1}},"A")
sysm(H,"HOR","PRK","주차안내","172.21.6",{"WAS":"Tomcat"},{"PROD":{"WAS":2},"DEV":{"WAS":1}},"A")
sysm(H,"HOR","BDG","배지발급","172.21.7",{"WEB":"Apache","WAS":"Tomcat","DB":"MariaDB"},{"PROD":{"WEB":1,"WAS":2,"DB":1}},"A")
sysm(K,"KX","BOOTH","부스배정","10.77.4",{"WEB":"WebtoB","WAS":"JEUS","DB":"Oracle"},{"PROD":{"WEB":2,"WAS":2,"DB":1},"STG":{"WEB":1,"WAS":1,"DB":1},"DEV":{"WAS":1}},"B")
sysm(K,"KX","MATCH","수출상담매칭","10.77.5",{"WEB":"nginx","WAS":"Tomcat","DB":"MariaDB"},{"PROD":{"WEB":1,"WAS":2,"DB":1},"STG":{"WAS":1,"DB":1}},"B")
sysm(A,"ACS","REG","학술대회등록","192.168.41",{"WEB":"nginx","WAS":"Tomcat","DB":"PostgreSQL"},{"PROD":{"WEB":2,"WAS":3,"DB":2},"STG":{"WEB":1,"WAS":2,"DB":1},"DEV":{"WAS":1}},"A")
sysm(A,"ACS","ABS","초록심사","192.168.42",{"WEB":"Apache","WAS":"Tomcat","DB":"MariaDB"},{"PROD":{"WEB":1,"WAS":2,"DB":1},"DEV":{"WAS":1}},"A")
sysm(U,"UH","INTP","통역장비임대","10.88.21",{"WEB":"Apache","WAS":"WebLogic","DB":"Oracle"},{"PROD":{"WEB":1,"WAS":2,"DB":1},"STG":{"WAS":1,"DB":1}},"B")
sysm(U,"UH","VCON","회의장관제","10.88.22",{"WAS":"Tomcat"},{"PROD":{"WAS":2}},"B")
sysm(M,"MRE","TKT","입장권발매","172.23.10",{"WEB":"nginx","WAS":"WebLogic","DB":"Oracle"},{"PROD":{"WEB":3,"WAS":4,"DB":2},"STG":{"WEB":1,"WAS":1,"DB":1},"DEV":{"WAS":1}},"A")
sysm(M,"MRE","BDG","배지발급","172.23.11",{"WEB":"nginx","WAS":"Tomcat","DB":"PostgreSQL"},{"PROD":{"WEB":1,"WAS":3,"DB":1},"STG":{"WAS":1}},"A")
sysm(M,"MRE","SGN","전광판송출","172.23.12",{"WEB":"nginx"},{"PROD":{"WEB":2},"DEV":{"WEB":1}},"A")
with open("cmdb/servers.csv","w",encoding="utf-8",newline="") as f:
    w=csv.writer(f,lineterminator="\n"); w.writerow("asset_code,hostname,address,institution,system_name,environment,infrastructure_layer,node_no,connection,via_agent,service_name,service_manager,product".split(",")); w.writerows(rows)
al=[]
for c,l in {H:["해오름컨벤션","해오름","HCC"],K:["전시진흥원","전시산업진흥원","KEIA"],A:["학술지원센터","ACSC"],U:["한울회의장","한울","HICC"],M:["미래전시장","전시장공단","MEX"]}.items():
    al+=[("institution",c,"",x) for x in l]
for (i,s),l in {(H,"전시장대관"):["대관","홀대관","hall booking"],(H,"참관객등록"):["참관등록","visitor registration"],(H,"주차안내"):["주차","parking"],(H,"배지발급"):["배지","badge"],
 (K,"부스배정"):["부스","booth","booth assignment"],(K,"수출상담매칭"):["상담매칭","바이어매칭","biz matching"],(A,"학술대회등록"):["학회등록","콘프렉","conference registration"],(A,"초록심사"):["초록","abstract review"],
 (U,"통역장비임대"):["통역임대","장비임대","interpreter rental"],(U,"회의장관제"):["관제","venue control"],(M,"입장권발매"):["발매","티켓","ticketing"],(M,"배지발급"):["배지","badge","배지키오스크"],(M,"전광판송출"):["사이니지","전광판","signage"]}.items():
    al+=[("system",s,i,x) for x in l]
with open("cmdb/aliases.csv","w",encoding="utf-8",newline="") as f:
    w=csv.writer(f,lineterminator="\n"); w.writerow(["kind","canonical","institution","alias"]); w.writerows(al)
print(len(rows))
