"""A small real HTTP service: /health tells its pid and the version that it read when it started.

python service_app.py PORT VERSION_FILE [--fail | --stubborn | --child]
"""

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def main(argv: list[str]) -> int:
    port, version_file, options = int(argv[0]), Path(argv[1]), set(argv[2:])
    version = version_file.read_text().strip() if version_file.exists() else "none"
    print(f"service starts, version {version}", flush=True)
    if "--fail" in options or version == "broken":
        print("FATAL: 설정을 읽을 수 없습니다", file=sys.stderr, flush=True)
        return 3
    child = subprocess.Popen(["sleep", "600"]) if "--child" in options else None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/health"
            body = json.dumps({"pid": os.getpid(), "version": version, "child": child.pid if child else 0}).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            print(f"{self.log_date_time_string()} {format % args}", flush=True)

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)

    def stop(number: int, frame: object) -> None:
        if "--stubborn" not in options:
            threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    server.serve_forever(poll_interval=0.05)
    print("service ends", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
