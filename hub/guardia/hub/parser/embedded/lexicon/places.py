# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Where: layers, environments, nodes, and words that point. No name of an institution or a system."""

from __future__ import annotations

from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon.table import put

put(
    K.LAYER,
    "WAS",
    """was 와스 왓스 와쓰 톰캣 톰켓 탐캣 tomcat jeus 제우스 weblogic 웹로직 websphere 웹스피어 jboss 제이보스 wildfly 와일드플라이 jvm
    앱서버 app서버 애플리케이션서버 어플리케이션서버 application_server app_server was서버 와스서버 was단 undertow jetty 레진 resin was쪽 와스쪽""",
)
put(
    K.LAYER,
    "WEB",
    """web 웹 웹서버 web서버 web_server nginx 엔진엑스 엔진x 엔직스 apache 아파치 httpd webtob 웹투비 iis 웹단 웹쪽 아파치서버 웹써버 ohs
    apache_httpd apache_http_server haproxy""",
)
put(K.LAYER, "WAS", "apache_tomcat 아파치톰캣")
put(
    K.LAYER,
    "DB",
    """db 디비 데이터베이스 데이타베이스 database db서버 디비서버 dbms oracle 오라클 tibero 티베로 mysql 마이에스큐엘 mariadb 마리아db 마리아디비 마리아 postgres
    postgresql 포스트그레스 포스트그레 포스트그레sql cubrid 큐브리드 mssql sql_server sqlserver altibase 알티베이스 mongodb 몽고db 몽고디비 db_server db단 디비단 rdb rdbms
    edb pg db쪽 디비쪽""",
)
put(
    K.EVERY_LAYER,
    None,
    """모든계층 전계층 전체계층 모든레이어 전레이어 all_layers every_layer all_tiers every_tier all_the_layers 모든_계층 계층전체 계층모두 계층전부 전_계층 모든티어""",
)

put(
    K.ENV,
    "PROD",
    """운영 운영계 운영기 운영서버 운영환경 운영망 prod production 프로덕션 상용 상용계 실서버 라이브 real 운영쪽 리얼 prd live 운영_환경 본서버 운영장비""",
)
put(
    K.ENV,
    "STG",
    """스테이징 스테이지 검증계 검증기 검증서버 검증환경 검증 stg staging stage 스테이징계 스테이징서버 스테이징환경 검증쪽 검증장비 스테이징기""",
)
put(K.ENV, "DEV", """개발기 개발계 개발서버 개발환경 개발 dev development 개발쪽 개발장비 개발_환경""")

put(
    K.ALL_NODES,
    None,
    """전체 모두 다 전부 모든 전노드 모든노드 전서버 모든서버 전체노드 전체서버 싹다 싹 몽땅 all every entire 전호기 모든호기 전체호기 노드전체 서버전체 all_nodes whole
    다같이     각각 각  둘 죄다 일괄 전수 each 일괄로 노드모두 서버모두 노드전부""",
)
put(
    K.REST,
    None,
    "나머지 그외 이외 그밖의 나머지노드 나머지서버 나머지는 rest the_rest others the_others remaining 나머지도",
)
put(
    K.BUT,
    None,
    "빼고 빼고는 제외 제외하고 제외한 제외하고는 빼놓고 except excluding but_not other_than 뺀 제외하여 제외해서 except_for apart_from",
)
put(K.NOT_THIS, None, "말고 말고는 아니고 아니라 말구 대신 대신에 instead_of not rather_than")
put(
    K.POINT,
    None,
    """거기 거기도 거긴 그거 그것 그서버 그시스템 그쪽 그노드 그놈 그녀석 걔 그장비 그와스 그디비 그웹 방금그거 방금거 아까그거 아까거 아까그서버 방금그서버 방금그시스템 같은서버 동일서버
    동일한서버 해당서버 해당시스템 해당노드 해당장비 같은곳 같은데 같은시스템 같은노드 동일시스템 동일장비 여기 여기도 이서버 이시스템 방금말한서버 아까말한서버 말씀하신서버 위서버 위시스템 it there that_server
    that_system that_node that_one the_same_server same_server the_same_one that_box that_machine the_server the_same_system that_host this_server 그건 방금것 그 해당 방금말씀하신 방금말한 아까말한 아까말씀하신 그서버들 저서버
    방금전서버 같은 동일한 동일 this_one 그게 그걸 방금그 아까그 that""",
)
put(
    K.ALSO,
    None,
    "똑같이 마찬가지로 같은작업 동일하게 동일작업 똑같은작업 이것도 same_for the_same as_well also too likewise same 같은거 똑같은거",
)
put(K.ALL_NODES, "both", "둘다 셋다 넷다 both 양쪽 양쪽다 둘모두 셋모두")
