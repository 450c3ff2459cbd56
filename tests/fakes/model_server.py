"""A stand-in for the vLLM server's process: the same flags, paths, statuses and error bodies, and no model.

Started as a program by the supervisor's tests. The file named by the variable FAKE_MODEL (JSON) says how it behaves and
is read again at every request: `health` (status), `answer` (good, garbage, cut, outside, busy, refused, page), `text`
(an answer word for word), `seconds` (to take), `running` and `tokens` (its figures); and at the start: `deaf` (ignores
SIGTERM), `exit` (status to end with before it listens). Starts and questions are appended to FAKE_MODEL with the suffix
`.log`.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_FILE = Path(os.environ.get("FAKE_MODEL", "/dev/null"))
_KEY = os.environ.get("VLLM_API_KEY", "")


def behaviour():
    try:
        return json.loads(_FILE.read_text("utf-8"))
    except ValueError:
        return {}


def note(text):
    with _FILE.with_suffix(".log").open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def sample(schema):
    """The first value that a schema allows: what a server that obeys the schema can answer."""
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: sample(part) for name, part in schema["properties"].items()}
    return {"array": [], "integer": schema.get("minimum", 0), "boolean": False, "null": None}.get(kind, "x")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def _send(self, status, body, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/health":
            self._send(behaviour().get("health", 200), b"")
        elif self.path == "/metrics":
            busy = behaviour().get("running", 0)
            text = f'vllm:num_requests_running{{engine="0"}} {busy}\nvllm:num_requests_waiting{{engine="0"}} 0.0\n'
            text += f"vllm:generation_tokens_total {behaviour().get('tokens', 0)}\n"
            self._send(200, text.encode(), "text/plain")
        else:
            self._send(404, {"error": {"message": "Not Found", "code": 404}})

    def do_POST(self):
        now = behaviour()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if _KEY and self.headers.get("Authorization") != f"Bearer {_KEY}":
            self._send(401, {"error": "Unauthorized"})  # a string, as the real one sends it
            return
        if body["model"] != now.get("model", body["model"]):
            message = f"The model `{body['model']}` does not exist."
            self._send(404, {"error": {"message": message, "type": "NotFoundError", "param": "model", "code": 404}})
            return
        note("asked")
        time.sleep(now.get("seconds", 0))
        answer = now.get("answer", "good")
        if answer == "busy":
            message = "Too many requests queued"
            self._send(503, {"error": {"message": message, "type": "ServiceUnavailable", "param": None, "code": 503}})
            return
        if answer == "refused":
            message = "This model's maximum context length is 2048 tokens"
            error = {"message": message, "type": "BadRequestError", "param": "input_tokens", "code": 400}
            self._send(400, {"error": error})
            return
        if answer == "page":
            self._send(200, b"<html>a proxy's page</html>", "text/html")
            return
        good = json.dumps(sample(body["response_format"]["json_schema"]["schema"]), ensure_ascii=False)
        text = {"garbage": "I am sure that", "cut": good[:5], "outside": '{"action": 3}'}.get(answer, good)
        self._send(
            200,
            {
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": now.get("text", text)},
                        "finish_reason": "length" if answer == "cut" else "stop",
                    }
                ],
                "usage": {
                    "prompt_tokens": 11,
                    "completion_tokens": 7,
                    "prompt_tokens_details": {"cached_tokens": 4},
                },
            },
        )


def main():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options, _ = parser.parse_known_args()
    now = behaviour()
    note("started")
    print("INFO Starting to load model", flush=True)
    print(f"the key is {_KEY}", flush=True)
    if "exit" in now:
        sys.exit(now["exit"])
    if now.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = ThreadingHTTPServer((options.host, options.port), Handler)
    server.daemon_threads = False  # what is in flight finishes
    if not now.get("deaf"):
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    server.server_close()
    note("ended")


if __name__ == "__main__":
    main()
