# ruff: noqa: E501 - one text a line
"""What errors say to people. `error.<code>` is what every error of that code says that has no words of its own for
them; remedies of whole classes stand beside them in `guardia.hub.errors`."""

from __future__ import annotations

from guardia.hub.core.language import Words

_CODES: Words = {
    "error.hub.error": {"ko": "처리하지 못했습니다.", "en": "This could not be done."},
    "error.hub.internal": {"ko": "허브 내부 오류입니다.", "en": "An internal error of the hub."},
    "error.http.404": {"ko": "그런 주소는 없습니다.", "en": "There is no such address."},
    "error.http.405": {"ko": "이 주소에서 쓸 수 없는 방식입니다.", "en": "This address does not take that method."},
    "error.http.413": {"ko": "내용이 너무 큽니다.", "en": "This is too large."},
    "http.remedy": {"ko": "주소와 방식을 확인해 주세요.", "en": "Please check address and method."},
    "error.input.invalid": {"ko": "요청 형식이 올바르지 않습니다.", "en": "This is not well formed."},
    "error.input.too_large": {"ko": "내용이 너무 큽니다.", "en": "This is too large."},
    "error.auth.required": {"ko": "로그인이 필요합니다.", "en": "Please log in."},
    "error.auth.expired": {"ko": "로그인이 끝났습니다.", "en": "Your login has ended."},
    "error.auth.bad_signature": {"ko": "서명을 확인할 수 없습니다.", "en": "The signature does not hold."},
    "error.auth.forbidden": {"ko": "허용되지 않은 요청입니다.", "en": "This is not allowed."},
    "error.hub.not_found": {"ko": "찾을 수 없습니다.", "en": "There is no such thing."},
    "error.request.too_late": {"ko": "이미 끝났습니다.", "en": "It has ended already."},
    "error.delivery.already_sent": {"ko": "이미 보냈습니다.", "en": "It was sent already."},
    "error.hub.conflict": {
        "ko": "이미 처리되었거나 상태가 바뀌었습니다.",
        "en": "It was decided already, or has changed since.",
    },
    "error.hub.busy": {
        "ko": "지금은 처리할 수 없습니다. 아무것도 실행되지 않았습니다.",
        "en": "This cannot be done now. Nothing was run.",
    },
    "error.hub.rate_limited": {"ko": "요청이 너무 잦습니다.", "en": "This comes too often."},
    "error.store.error": {
        "ko": "저장소 오류로 처리하지 못했습니다.",
        "en": "The store failed, and nothing was done.",
    },
    "error.agent.offline": {"ko": "에이전트가 연결되어 있지 않습니다.", "en": "The agent is not connected."},
    "error.agent.too_old": {"ko": "에이전트의 판이 낮습니다.", "en": "The agent is too old for this."},
    "error.output.gone": {
        "ko": "에이전트에 출력이 더는 없습니다.",
        "en": "The agent has the output no longer.",
    },
    "error.output.none": {"ko": "받을 출력이 없습니다.", "en": "There is no output to fetch."},
    "error.output.unavailable": {"ko": "지금은 출력을 받을 수 없습니다.", "en": "The output cannot be fetched now."},
    "error.messenger.undelivered": {
        "ko": "메신저가 지금 메시지를 받지 않습니다.",
        "en": "The messenger does not take messages now.",
    },
    "error.messenger.channel_gone": {
        "ko": "메신저의 채널이 메시지를 받지 않습니다.",
        "en": "The messenger's channel takes no messages any more.",
    },
    "error.messenger.refused": {
        "ko": "메신저가 이 메시지를 받지 않습니다.",
        "en": "The messenger does not take this message.",
    },
    "error.config.invalid": {"ko": "설정이 올바르지 않습니다.", "en": "The configuration is not valid."},
    "error.room.slow_reader": {
        "ko": "화면이 대화를 따라가지 못해 연결을 닫았습니다.",
        "en": "Closed, because the page did not keep up with the room.",
    },
    "error.room.agents_elsewhere": {
        "ko": "에이전트는 이 주소로 대화방에 접속하지 않습니다.",
        "en": "Agents do not enter rooms by this address.",
    },
    "error.room.unknown_client_type": {"ko": "알 수 없는 client_type입니다.", "en": "Unknown client_type."},
}

_PRESSES: Words = {
    "press.no_button": {"ko": "'{button}'라는 버튼은 없습니다.", "en": "There is no button '{button}'."},
    "press.not_here": {"ko": "이 방에는 {id}라는 요청이 없습니다.", "en": "This room has no request {id}."},
    "press.no_preview": {"ko": "이 방에는 {id}라는 미리보기가 없습니다.", "en": "This room has no preview {id}."},
    "press.no_offer": {"ko": "이 방에는 {id}라는 제안이 없습니다.", "en": "This room has no suggestion {id}."},
    "press.unknown": {"ko": "{id}라는 요청이 없습니다.", "en": "There is no request {id}."},
    "press.ended": {"ko": "{id}은(는) 이미 끝난 요청입니다.", "en": "{id} has ended already."},
    "press.not_waiting": {
        "ko": "{id}은(는) 승인을 기다리고 있지 않습니다.",
        "en": "{id} does not wait for approval.",
    },
    "press.changed": {"ko": "그 사이 계획이 바뀌었습니다.", "en": "The plan has changed meanwhile."},
    "press.changed_remedy": {
        "ko": "새 계획을 확인하고 다시 승인해 주세요.",
        "en": "Please look at the new plan and approve that.",
    },
    "press.too_late": {"ko": "승인 기한이 지났습니다.", "en": "The time to approve it is over."},
    "press.ask_again": {"ko": "다시 요청해 주세요.", "en": "Please ask again."},
    "press.ask_again_if": {"ko": "필요하면 다시 요청해 주세요.", "en": "Ask again if it is still wanted."},
    "press.own": {"ko": "자신의 요청은 승인할 수 없습니다.", "en": "Nobody approves a request of their own."},
    "press.own_remedy": {"ko": "다른 승인자에게 부탁해 주세요.", "en": "Please ask another approver."},
    "press.twice": {"ko": "이미 승인하셨습니다.", "en": "You have approved it already."},
    "press.twice_remedy": {
        "ko": "다른 승인자의 승인이 더 필요합니다.",
        "en": "It needs the approval of somebody else too.",
    },
    "press.cancel_late": {
        "ko": "취소 요청이 늦었습니다. {id}은(는) 이미 끝났습니다.",
        "en": "The cancel came too late: {id} has ended already.",
    },
    "queue.none": {"ko": "대기열에 그런 단계가 없습니다.", "en": "There is no such step in a queue."},
    "queue.none_remedy": {
        "ko": "`guardia-hub agents queue`로 확인해 주세요.",
        "en": "Look at `guardia-hub agents queue`.",
    },
    "queue.sent": {
        "ko": "단계 {step}은(는) 이미 보냈습니다. 에이전트가 받았을 수 있습니다.",
        "en": "Step {step} was sent already, and the agent may have it.",
    },
    "press.cancelling": {"ko": "{id}은(는) 이미 취소 중입니다.", "en": "{id} is being cancelled already."},
    "press.clear": {"ko": "결과를 알 수 없는 단계가 없습니다.", "en": "The outcome of every step is known."},
    "press.clear_remedy": {
        "ko": "취소하거나 결과를 기다려 주세요.",
        "en": "Please cancel it, or wait for the outcome.",
    },
    "press.nothing_again": {
        "ko": "{id}은(는) 다시 실행할 단계가 없습니다.",
        "en": "{id} has no step to run again.",
    },
    "press.plan_old": {"ko": "계획의 유효 시간이 지났습니다.", "en": "The plan is no longer valid."},
    "press.new_request": {"ko": "새로 요청해 주세요.", "en": "Please make a new request."},
    "press.only_not_applied": {
        "ko": "적용되지 않은 것이 확인된 단계만 다시 실행할 수 있습니다.",
        "en": "Only steps that provably did not take effect can run again.",
    },
    "press.no_choice": {"ko": "{id}에는 그런 선택지가 없습니다.", "en": "{id} has no such choice."},
    "press.other_question": {
        "ko": "그 사이 {id}의 질문이 바뀌었습니다.",
        "en": "{id} asks another question by now.",
    },
    "press.other_question_remedy": {
        "ko": "카드의 지금 질문을 보고 다시 골라 주세요.",
        "en": "Please look at the question as it is now, and choose again.",
    },
    "press.requester_only": {
        "ko": "요청한 사람만 고를 수 있습니다.",
        "en": "Only the requester can choose.",
    },
    "press.answer_late": {"ko": "답변 기한이 지났습니다.", "en": "The time to answer is over."},
    "press.say_again": {"ko": "필요하면 다시 말씀해 주세요.", "en": "Say it again if it is still wanted."},
    "press.widen": {
        "ko": "필요하면 관리자에게 방의 범위를 넓혀 달라고 요청해 주세요.",
        "en": "If it is needed, ask an administrator to widen the room's scope.",
    },
    "press.not_allowed": {
        "ko": "{by} 님에게는 이 요청을 결정할 권한이 없습니다.",
        "en": "{by} may not decide this request.",
    },
    "code.no_question": {
        "ko": "이 방에는 답을 기다리는 질문이 없습니다.",
        "en": "No question waits for an answer in this room.",
    },
    "code.too_many": {"ko": "틀린 승인 코드가 너무 많았습니다.", "en": "Too many wrong approval codes."},
    "code.too_many_remedy": {
        "ko": "잠시 뒤에 다시 하거나 콘솔에서 승인해 주세요.",
        "en": "Try again later, or approve in the console.",
    },
    "code.wrong": {
        "ko": "이 방에는 코드 {code}로 기다리는 요청이 없습니다.",
        "en": "No request of this room waits for the code {code}.",
    },
    "code.wrong_remedy": {"ko": "카드의 코드를 확인해 주세요.", "en": "Please check the code on the card."},
    "upload.places": {
        "ko": "한 번에 {count}개까지 올릴 수 있습니다. 먼저 올린 파일이 끝난 뒤 올려 주세요.",
        "en": "At most {count} at once. Upload it when those before it are done.",
    },
    "upload.name": {
        "ko": "파일 이름을 {limit}자 이하로 줄여 주세요.",
        "en": "Please shorten the file's name to {limit} characters.",
    },
    "upload.limit": {
        "ko": "파일은 {limit} MiB까지 올릴 수 있습니다. 나누거나 관리자에게 한도 조정을 요청해 주세요.",
        "en": "A file has at most {limit} MiB. Divide it, or ask an administrator to raise the limit.",
    },
    "upload.again": {"ko": "파일을 다시 올려 주세요.", "en": "Please upload the file again."},
    "upload.nowhere": {
        "ko": "파일을 올릴 주소가 정해져 있지 않습니다.",
        "en": "There is no address to upload files to.",
    },
    "upload.nowhere_remedy": {
        "ko": "관리자에게 [web] public_url 설정을 요청해 주세요.",
        "en": "Ask an administrator to set [web] public_url.",
    },
    "claim.LINKED": {
        "ko": "이 메신저 계정을 {person} 님에게 연결했습니다. 본인이 한 일이 아니면 콘솔의 '내 계정'에서 바로 끊어 주세요.",
        "en": "This account is linked to {person} now. If it was not you, unlink it under 'My account' in the console at once.",
    },
    "claim.WRONG": {
        "ko": "연결 코드가 맞지 않거나, 기한이 지났거나, 이미 쓰였습니다. 콘솔의 '내 계정'에서 새 코드를 만들어 주세요.",
        "en": "The code is wrong, expired or used. Make a new one under 'My account' in the console.",
    },
    "claim.TAKEN": {
        "ko": "이 메신저 계정은 이미 {person} 님에게 연결되어 있습니다. 옮기려면 관리자에게 요청해 주세요.",
        "en": "This account is {person}'s already. Ask an administrator to move it.",
    },
    "claim.TOO_MANY": {
        "ko": "틀린 연결 코드가 너무 많았습니다. 10분 뒤에 다시 해 주세요.",
        "en": "Too many wrong codes. Try again in 10 minutes.",
    },
}

_PLANS: Words = {
    "input.no_action": {"ko": "무엇을 할지 알 수 없습니다.", "en": "It is not clear what is to be done."},
    "input.no_action_remedy": {
        "ko": "할 작업을 넣어 다시 말씀해 주세요.",
        "en": "Please say it again with the action.",
    },
    "input.no_file": {"ko": "배포할 파일이 없습니다.", "en": "There is no file to deploy."},
    "input.no_file_remedy": {
        "ko": "배포할 파일을 이 방에 첨부하고 같은 메시지에서 다시 요청해 주세요.",
        "en": "Attach it in this room and ask again in the same message.",
    },
    "input.not_attached": {
        "ko": "배포할 파일 {names}이(가) 첨부되어 있지 않습니다.",
        "en": "The file to deploy is not attached: {names}.",
    },
    "input.not_attached_remedy": {
        "ko": "파일을 이 방에 첨부하고 같은 메시지에서 다시 요청해 주세요.",
        "en": "Attach it in this room and ask again in the same message.",
    },
    "input.no_servers": {"ko": "대상 서버가 없습니다.", "en": "There is no target server."},
    "input.too_many": {
        "ko": "대상 서버가 {count}대로 한 번에 {limit}대를 넘습니다.",
        "en": "{count} target servers are more than the {limit} of one request.",
    },
    "input.too_many_remedy": {
        "ko": "시스템이나 계층을 나누어 요청해 주세요.",
        "en": "Please ask by system or layer.",
    },
    "input.bad_value": {
        "ko": "요청한 값이 동작에 맞지 않습니다: {error}",
        "en": "A value does not fit the action: {error}",
    },
    "input.bad_time": {"ko": "시작할 시각을 읽을 수 없습니다.", "en": "The time to start cannot be read."},
    "input.bad_time_remedy": {
        "ko": "날짜와 시각을 넣어 다시 말씀해 주세요.",
        "en": "Please say it again with date and time.",
    },
}

_PACE: Words = {
    "pace.person.message": {
        "ko": "한 사람이 보낼 수 있는 속도를 넘어 이번 메시지는 접수하지 않았습니다.",
        "en": "You send faster than one person may: this message was not taken.",
    },
    "pace.person.press": {
        "ko": "한 사람이 누를 수 있는 속도를 넘어 이번 버튼은 접수하지 않았습니다.",
        "en": "You press faster than one person may: this press was not taken.",
    },
    "pace.room.message": {
        "ko": "이 방에 메시지가 너무 많아 이번 메시지는 접수하지 않았습니다.",
        "en": "Too many messages in this room: this one was not taken.",
    },
    "pace.room.press": {
        "ko": "이 방에서 버튼이 너무 많이 눌려 이번 버튼은 접수하지 않았습니다.",
        "en": "Too many presses in this room: this one was not taken.",
    },
    "pace.again": {"ko": "{seconds}초 뒤에 다시 보내 주세요.", "en": "Send it again in {seconds} s."},
    "busy.outbox": {
        "ko": "전달되지 못한 작업이 가득 찼습니다. 메시지는 접수되지 않았으니 잠시 뒤에 다시 보내 주세요.",
        "en": "Too many steps wait for their agents. The message was not taken: send it again in a while.",
    },
    "busy.inbox": {
        "ko": "처리하지 못한 메시지가 가득 찼습니다. 메시지는 접수되지 않았으니 잠시 뒤에 다시 보내 주세요.",
        "en": "Too many messages wait to be worked off. This one was not taken: send it again in a while.",
    },
    "busy.stopping": {
        "ko": "허브가 멈추는 중입니다. 이 메시지는 접수되어 있고, 허브가 다시 뜨면 처리합니다.",
        "en": "The hub is stopping. This message was taken, and is worked off when the hub is back.",
    },
    "entry.used": {
        "ko": "같은 message_id가 다른 내용으로 이미 쓰였습니다. 이번 것은 접수되지 않았습니다.",
        "en": "This message_id was used for something else. It was not taken now.",
    },
    "entry.used_remedy": {
        "ko": "새 message_id로 다시 보내 주세요.",
        "en": "Send it again under a new message_id.",
    },
}

_OUTPUTS: Words = {
    "fetch.no_request": {"ko": "그런 요청이 없습니다.", "en": "There is no such request."},
    "fetch.no_step": {"ko": "그런 단계가 없습니다.", "en": "There is no such step."},
    "fetch.offline": {
        "ko": "에이전트 {agent}이(가) 연결되어 있지 않습니다.",
        "en": "The agent {agent} is not connected.",
    },
    "fetch.offline_remedy": {
        "ko": "출력은 에이전트에 남아 있습니다. 다시 연결되면 받을 수 있습니다.",
        "en": "The agent keeps the output. It can be fetched when the agent is connected again.",
    },
    "fetch.too_old": {
        "ko": "에이전트 {agent}의 판이 낮아 전체 출력을 보관하지 않습니다.",
        "en": "The agent {agent} is too old to keep whole outputs.",
    },
    "fetch.gone": {
        "ko": "보관 기간이 지났거나 자리가 모자라 에이전트에서 지워졌습니다.",
        "en": "The agent deleted it, because it was old or room ran short.",
    },
    "fetch.nothing": {"ko": "이 단계는 출력을 남기지 않았습니다.", "en": "This step wrote no output."},
    "fetch.not_run": {"ko": "이 단계는 아직 실행되지 않았습니다.", "en": "This step has not run yet."},
    "fetch.not_kept": {
        "ko": "에이전트에 이 단계의 출력이 보관되어 있지 않습니다.",
        "en": "The agent keeps no output of this step.",
    },
    "follow.places": {
        "ko": "한 사람이 한 번에 {count}개까지 이어 볼 수 있습니다.",
        "en": "One person follows at most {count} at once.",
    },
    "follow.number": {
        "ko": "{name}: 0부터 {most}까지의 정수입니다.",
        "en": "{name} is a whole number from 0 to {most}.",
    },
}

_SOCKET: Words = {
    "socket.login": {"ko": "다시 로그인해 주세요.", "en": "Please log in again."},
    "socket.agents_remedy": {
        "ko": "에이전트의 인증서로 mTLS 전용 포트에 접속해 주세요: {url}",
        "en": "Connect to the mTLS port with the agent's certificate: {url}",
    },
    "socket.types_remedy": {"ko": "쓸 수 있는 client_type: {types}", "en": "Client types: {types}"},
    "socket.pick_room": {
        "ko": "대화방 목록에서 들어갈 방을 골라 주세요.",
        "en": "Please choose a room from the list.",
    },
    "socket.number": {"ko": "{name}는 숫자입니다.", "en": "{name} is a number."},
    "socket.windows": {"ko": "쓰지 않는 창을 닫아 주세요.", "en": "Please close windows that you do not use."},
    "socket.text": {
        "ko": "JSON을 텍스트 메시지로 보내 주세요.",
        "en": "Send JSON in a text message.",
    },
    "socket.widget": {"ko": "대화방 화면에서 보내 주세요.", "en": "Send it from the room's page."},
    "socket.resume": {
        "ko": "마지막으로 본 seq를 after로 주고 다시 접속하면 이어서 볼 수 있습니다.",
        "en": "Connect again with the last seq that you saw as `after`.",
    },
    "socket.incident": {
        "ko": "관리자에게 사고 번호 {number}를 알려 주세요.",
        "en": "Tell an administrator the incident {number}.",
    },
    "socket.too_long": {
        "ko": "메시지는 {limit}자까지 쓸 수 있습니다.",
        "en": "A message has at most {limit} characters.",
    },
    "socket.fields": {
        "ko": "msg_type은 CHAT 또는 ACTION이어야 하고, 필드 형식이 맞아야 합니다.",
        "en": "msg_type is CHAT or ACTION, and the fields have to fit.",
    },
    "socket.json": {"ko": "JSON 객체 하나를 보내 주세요.", "en": "Send one JSON object."},
    "socket.reason": {"ko": "사유는 {limit}자까지 쓸 수 있습니다.", "en": "A reason has at most {limit} characters."},
    "socket.empty": {"ko": "보낼 내용을 적어 주세요.", "en": "Please write something."},
}

WORDS: Words = {**_CODES, **_PRESSES, **_PLANS, **_PACE, **_OUTPUTS, **_SOCKET}
