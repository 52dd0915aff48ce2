# A service with OpenTelemetry's metric names, by python3-prometheus-client: PORT FOLDER.
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import Histogram, generate_latest

port, folder = int(sys.argv[1]), sys.argv[2]
with open(os.path.join(folder, "release.json")) as file:
    release = json.load(file)

duration = Histogram(
    "http_server_request_duration_seconds",
    "Duration of HTTP server requests",
    ["http_request_method", "http_route", "http_response_status_code"],
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
)
orders = 0


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def send(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def measured(self, route, status, body):
        began = time.perf_counter()
        time.sleep(release.get("slowMs", 0) / 1000)
        duration.labels(self.command, route, str(status)).observe(time.perf_counter() - began)
        self.send(status, json.dumps(body).encode())

    def do_GET(self):
        if self.path == "/health":
            self.send(200, json.dumps({"status": "UP", "version": release["release"]}).encode())
        elif self.path == "/metrics":
            self.send(200, generate_latest(), "text/plain; version=0.0.4")
        elif self.path == "/search":
            self.measured("/search", 200, {"hits": ["kettle"]})
        else:
            self.send(404, b"{}")

    def do_POST(self):
        global orders
        self.rfile.read(int(self.headers.get("content-length", 0)))
        orders += 1
        failed = orders % 10 < release.get("failing", 0) * 10
        self.measured("/order", 500 if failed else 200, {"error": "no stock"} if failed else {"status": "completed"})


ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
