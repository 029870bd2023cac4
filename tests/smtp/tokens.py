"""An OAuth2 token endpoint that answers what a test tells it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def serve_tokens(answer: dict[str, Any] | None, forms: list[bytes] | None = None) -> Iterator[str | None]:
    """The URL of an endpoint that answers `reply` with `status`; None where there is nothing to answer.

    What it is asked with is added to `forms`.
    """
    if answer is None:
        yield None
        return
    reply, status = answer["reply"], answer.get("status") or 200
    body = reply.encode() if isinstance(reply, str) else json.dumps(reply).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"]))
            if forms is not None:
                forms.append(form)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing to log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/token"
    finally:
        server.shutdown()
        server.server_close()
