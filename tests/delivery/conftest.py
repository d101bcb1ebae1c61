"""A finished report's folder, a mail server and a web server that remember what they were sent."""

import json
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from csanalysis.fleet import Outcome

PARAMS = """\
dealership: {{id: dezhou, name: 德州众驰}}
plan_year: 2026
language: {language}
sources: {{vehicle_sales: sales.csv, service_visits: visits.csv}}
{delivery}
"""


@pytest.fixture
def params_file(tmp_path):
    """Writes a params file with that delivery."""

    def write(delivery, language="zh"):
        path = tmp_path / "dezhou.yml"
        path.write_text(PARAMS.format(delivery=delivery, language=language), encoding="utf-8")
        return path

    return write


@pytest.fixture
def place(tmp_path, plan_results):
    """A report as the runner leaves it, as far as messages read it."""
    folder = tmp_path / "outputs" / "dezhou" / "2026"
    folder.mkdir(parents=True)
    run = {
        "dealership": "dezhou",
        "name": "德州众驰",
        "plan_year": 2026,
        "as_of": "2025-12-31",
        "language": "zh",
    }
    (folder / "run.json").write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    (folder / "metrics.json").write_text(json.dumps({"metrics": plan_results.records()}), encoding="utf-8")
    (folder / "report.html").write_text("<p>the report</p>", encoding="utf-8")
    (folder / "report.pdf").write_bytes(b"%PDF-1.7 the report")
    (folder / "lists.xlsx").write_bytes(b"PK people")
    return folder


@pytest.fixture
def made(params_file, place):
    return lambda delivery, language="zh": Outcome(params_file(delivery, language), place)


@pytest.fixture
def failed(params_file):
    def outcome(delivery, *problems, language="zh"):
        return Outcome(params_file(delivery, language), problems=problems or ("sales.csv: no such file",))

    return outcome


@dataclass
class Post:
    """A mail server's memory. ``answers`` are given to the next messages instead of taking them."""

    port: int = 0
    mails: list = field(default_factory=list)
    recipients: list = field(default_factory=list)
    logins: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    refuse: tuple = ()
    offers: tuple = ("SMTPUTF8", "8BITMIME")


class _Smtp(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        post = self.server.post
        self.say("220 ready")
        to = []
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split()[0].upper()
            if word == "EHLO":
                self.say("250-here")
                for offer in post.offers:
                    self.say(f"250-{offer}")
                self.say("250 OK")
            elif word == "AUTH":
                post.logins.append(line)
                self.say("235 fine" if post.offers and "good" in post.offers else "535 no")
            elif word == "MAIL":
                self.say(post.answers.pop(0) if post.answers else "250 OK")
            elif word == "RCPT":
                address = line.split("<")[1].split(">")[0]
                refused = address in post.refuse
                to += [] if refused else [address]
                self.say("550 nobody here" if refused else "250 OK")
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part.removeprefix(b".") if part.startswith(b"..") else part)
                post.mails.append(message_from_bytes(b"".join(lines), policy=default))
                post.recipients.append(to)
                self.say("250 taken")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 OK")


@pytest.fixture
def post():
    """A mail server on this machine."""
    memory = Post()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.daemon_threads, server.post = True, memory
        memory.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield memory
        server.shutdown()


@dataclass
class Hook:
    """A web server's memory. ``answers`` are (code, body) for the next requests, else 200 ok."""

    url: str = ""
    paths: list = field(default_factory=list)
    bodies: list = field(default_factory=list)
    answers: list = field(default_factory=list)


class _Http(BaseHTTPRequestHandler):
    def do_POST(self):
        hook = self.server.hook
        hook.paths.append(self.path)
        hook.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        code, body = hook.answers.pop(0) if hook.answers else (200, '{"errcode": 0, "errmsg": "ok"}')
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hook():
    """A web server on this machine."""
    memory = Hook()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Http) as server:
        server.daemon_threads, server.hook = True, memory
        memory.url = f"http://127.0.0.1:{server.server_address[1]}/robot/send?key=T0KEN-of-the-robot"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield memory
        server.shutdown()
