"""A small HTTP service, standing for the business systems of the sample estate. Runs with the standard library alone.

usage: python -I service_app.py NAME PORT ARTIFACT

Answers /health and / with JSON: name, process id, the version inside the artifact (a zip with VERSION), start time.
Without a readable artifact it does not start, so that a bad release fails its health check. START_DELAY in the
environment holds it up for as many seconds, as a large business system would.
"""

import http.server
import json
import os
import signal
import sys
import threading
import time
import zipfile


def main() -> int:
    name, port, artifact = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} INFO {name} starting, pid {os.getpid()}", flush=True)
    try:
        with zipfile.ZipFile(artifact) as archive:
            version = archive.read("VERSION").decode().strip()
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} ERROR {name} cannot load {artifact}: {error}", flush=True)
        return 1
    time.sleep(float(os.environ.get("START_DELAY", "0")))
    started = time.time()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"name": name, "pid": os.getpid(), "version": version, "started": started}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - the base class's name for it
            print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} INFO {name} {format % values}", flush=True)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} INFO {name} {version} listens on {port}", flush=True)
    server.serve_forever()
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} INFO {name} stopped", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
