// The words of the room page in both languages.

const WORDS = {
  ko: {
    connecting: "연결하는 중", open: "연결됨", lost: "연결 끊김",
    lostBanner: "연결 끊김, 다시 연결 중", offlineBanner: "연결 끊김: 네트워크가 없습니다. 연결되면 자동으로 이어집니다.",
    forbidden: "이 대화방에 들어갈 수 없습니다.", refused: "서버가 연결을 거절했습니다.",
    newMessages: (n) => `새 메시지 ${n}개 ↓`, unread: "여기부터 새 메시지", agentWord: "에이전트", empty: "아직 메시지가 없습니다. 할 일을 적어 보세요.",
    sending: "보내는 중", failed: "보내지 못함", retry: "다시 보내기", discard: "지우기",
    agents: (on, all) => `${on}/${all}`, noAgents: "등록된 에이전트가 없습니다", offline: "오프라인", statusFailed: "상태를 가져오지 못했습니다",
    requester: "요청자", ticket: "티켓", target: "대상", changes: "변경 작업", reads: "조회만", plan: "실행 계획", digest: "계획 번호",
    expires: "승인 기한", code: "승인 코드", what: "실행 내용", user: "실행 계정", timeout: "제한 시간", seconds: (n) => `${n}초`,
    viaAgent: (a) => `에이전트 ${a}`, viaSsh: (a) => `SSH, 에이전트 ${a} 경유`, noCommand: "별도 프로세스 없이 에이전트가 직접 수행합니다.",
    output: "출력", wholeOutput: (size, n) => `전체 출력 (${size}, ${n.toLocaleString()}줄)`, followOutput: "전체 출력 이어 보기", lastLines: (n) => `마지막 ${n}줄`,
    outputComing: "오는 대로 이어서 보여 줍니다.", outputDropped: (n) => `앞의 ${n.toLocaleString()}줄은 화면에서 뺐습니다. 전체는 파일로 받을 수 있습니다.`,
    outputMissing: (size) => `출력 가운데 ${size}가 여기에 없습니다. 에이전트가 연결되어 있고 보관하고 있으면 파일로 받을 수 있습니다.`, outputLost: "출력의 일부가 빠졌습니다.", lines: (n) => `${n}줄`, hiddenLines: (n) => `앞의 ${n}줄 보기`, exit: (n) => `종료 코드 ${n}`, truncated: "일부만 표시됩니다",
    approvals: (g, n) => `승인 ${g}/${n}`, approvedBy: "승인", bound: (d) => `승인하면 계획 ${d} 그대로 실행됩니다`,
    own: "본인이 요청한 작업은 다른 사람이 승인해야 합니다.", reason: "거절 사유", reasonNeeded: "거절 사유를 적어 주세요.", back: "돌아가기",
    working: "처리 중…", notSent: "연결이 끊겨 누르지 못했습니다. 연결되면 다시 눌러 주세요.",
    before: "이전", after: "이후", item: "항목", same: "바뀐 것 없음: 이미 원하는 상태였습니다", collected: "수집",
    tooLarge: (name, limit) => `${name}: 너무 큽니다. ${limit}까지 올릴 수 있습니다.`, uploadFailed: "올리지 못했습니다", uploading: "올리는 중", uploaded: "올림",
    remove: "빼기", waitUpload: "파일을 다 올린 뒤에 보낼 수 있습니다.", state: (id, s) => `${id} 상태: ${s}`,
    env: { PROD: "운영", STG: "스테이징", DEV: "개발" }, worst: (n, t) => `그중 ${n}개 ${t}`,
    metricStatus: { ok: "정상", warn: "주의", crit: "위험", unknown: "확인 못 함" },
  },
  en: {
    connecting: "Connecting", open: "Connected", lost: "Connection lost",
    lostBanner: "Connection lost, reconnecting", offlineBanner: "Connection lost: no network. It goes on by itself once there is one.",
    forbidden: "You may not enter this room.", refused: "The server refused the connection.",
    newMessages: (n) => `${n} new messages ↓`, unread: "New messages", agentWord: "agent", empty: "No messages yet. Write what is to be done.",
    sending: "sending", failed: "not sent", retry: "Send again", discard: "Discard",
    agents: (on, all) => `${on}/${all}`, noAgents: "No agent is enrolled", offline: "offline", statusFailed: "The status could not be read",
    requester: "Requested by", ticket: "Ticket", target: "Target", changes: "Changes", reads: "Read-only", plan: "Plan", digest: "Plan",
    expires: "Approve before", code: "Code", what: "What will run", user: "User", timeout: "Time limit", seconds: (n) => `${n} s`,
    viaAgent: (a) => `agent ${a}`, viaSsh: (a) => `SSH through agent ${a}`, noCommand: "The agent does this itself, without another process.",
    output: "Output", wholeOutput: (size, n) => `Whole output (${size}, ${n.toLocaleString()} lines)`, followOutput: "Follow the whole output", lastLines: (n) => `last ${n} lines`,
    outputComing: "What comes is shown at once.", outputDropped: (n) => `The first ${n.toLocaleString()} lines are not shown any more. The file has all of it.`,
    outputMissing: (size) => `${size} of the output are not here. While the agent is connected and keeps them, the file has them.`, outputLost: "Some of the output is missing.", lines: (n) => `${n} lines`, hiddenLines: (n) => `Show ${n} earlier lines`, exit: (n) => `exit code ${n}`, truncated: "shortened",
    approvals: (g, n) => `Approvals ${g}/${n}`, approvedBy: "approved", bound: (d) => `Approving runs plan ${d} exactly as shown`,
    own: "Somebody else must approve what you requested.", reason: "Reason", reasonNeeded: "Please give a reason.", back: "Back",
    working: "Working…", notSent: "Not connected. Press again once the connection is back.",
    before: "Before", after: "After", item: "Item", same: "Nothing changed: it was so already", collected: "collected",
    tooLarge: (name, limit) => `${name}: too large, at most ${limit}.`, uploadFailed: "Upload failed", uploading: "uploading", uploaded: "uploaded",
    remove: "Remove", waitUpload: "Wait for the upload to finish.", state: (id, s) => `${id} is now: ${s}`,
    env: { PROD: "production", STG: "staging", DEV: "development" }, worst: (n, t) => `${n} of them ${t}`,
    metricStatus: { ok: "ok", warn: "warning", crit: "critical", unknown: "unknown" },
  },
};

export const lang = document.documentElement.lang === "en" ? "en" : "ko";
const words = WORDS[lang];

/** The word `key`, called with `values` when it is a phrase. */
export function t(key, ...values) {
  const word = words[key];
  return typeof word === "function" ? word(...values) : word;
}

/** Name of a value in the page's language, or the value itself. */
export const named = (group, value) => words[group]?.[value] ?? value;

const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(lang, { year: "numeric", month: "long", day: "numeric", weekday: "short" });

const valid = (iso) => { const when = new Date(iso); return Number.isNaN(when.getTime()) ? null : when; };
export const timeOf = (iso) => { const when = valid(iso); return when ? clock.format(when) : ""; };
export const dayOf = (iso) => { const when = valid(iso); return when ? day.format(when) : ""; };

/** `1:05`, `1:02:03`: the time from `start` to `end` (ISO), or to now; empty without a start. */
export function elapsed(start, end) {
  const from = start ? valid(start) : null;
  if (!from) return "";
  const to = (end && valid(end)) || new Date();
  const seconds = Math.max(0, Math.floor((to - from) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10485760 ? 1 : 0)} MiB`;
}
