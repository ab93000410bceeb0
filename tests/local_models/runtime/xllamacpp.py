"""What our child process needs of llama.cpp, without a model: it answers on a real socket.

The file that stands for the model says how: JSON with `answer`, `seconds`, or `dies`.
"""

from __future__ import annotations

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace


class CommonParams(SimpleNamespace):
    def __init__(self) -> None:
        super().__init__(
            model=SimpleNamespace(path=""),
            cpuparams=SimpleNamespace(n_threads=0),
            cpuparams_batch=SimpleNamespace(n_threads=0),
        )


class Server:
    def __init__(self, parameters: CommonParams) -> None:
        data = Path(parameters.model.path).read_bytes()
        if not data.startswith(b"GGUF"):
            raise RuntimeError("failed to load the model")
        script = json.loads(data[4:])
        time.sleep(script.get("load_seconds", 0))
        handler = type("Handler", (_Handler,), {"script": script, "keys": parameters.api_keys})
        server = ThreadingHTTPServer((parameters.hostnames[0], parameters.port), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.listening_address = f"http://127.0.0.1:{server.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    script: dict[str, object]
    keys: list[str]

    def do_POST(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.keys[0]}":
            self.send_error(401)
            return
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(float(str(self.script.get("seconds", 0))))
        if self.script.get("dies"):
            os._exit(9)
        answer = self.script.get("answer", "")
        content = answer if isinstance(answer, str) else json.dumps(answer)
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
