"""Chat robots that answer as their makers say, at their limits; and a clock that waiting moves."""

import json
import os
import signal
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "T0KEN-of-the-robot"


class Clock:
    """Seconds that pass by sleeping alone."""

    def __init__(self):
        self.now, self.slept = 1_700_000_000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Robot:
    """Takes ``most`` messages in any ``seconds``; beyond, DingTalk's is silent for ``quiet`` seconds.

    ``answer`` gives status and text for one message; ``taken`` are those that the chat shows.
    """

    def __init__(self, style, clock, *, most=20, seconds=60.0, quiet=600.0):
        self.style, self.clock = style, clock
        self.most, self.seconds, self.quiet = most, seconds, quiet
        self.taken, self.refused, self.times, self.until, self.files = [], 0, [], 0.0, []
        self.kill = {}  # how many are taken -> (process, whether the one that arrives then is taken too)
        self.url = ""

    def answer(self, body):
        now = self.clock()
        self.times = [time for time in self.times if time > now - self.seconds]
        full = len(self.times) >= self.most
        if now < self.until or full:
            self.refused += 1
            if full and self.style == "dingtalk":
                self.until = now + self.quiet
            return self._too_fast()
        process, too = self.kill.pop(len(self.taken), (None, True))
        if too:
            self.times.append(now)
            self.taken.append(body)
        if process is not None:
            os.kill(process(), signal.SIGKILL)
            return 200, ""
        ok = {"code": 0, "msg": "success"} if self.style == "feishu" else {"errcode": 0, "errmsg": "ok"}
        return 200, json.dumps(ok)

    def _too_fast(self):
        if self.style == "dingtalk":
            if self.refused % 3 == 0:
                return 302, ""
            if self.refused % 3 == 1:
                return 200, '{"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}'
            return 200, "<html><script>location='https://error.example.com/punish'</script></html>"
        if self.style == "feishu":
            return 200, '{"code": 11232, "msg": "frequency limited"}'
        return 200, '{"errcode": 45009, "errmsg": "api freq out of limit"}'

    def texts(self):
        return [json.dumps(body, ensure_ascii=False) for body in self.taken]

    def names(self):
        """Which of the stores each message that was taken names."""
        return [text.split("第")[1].split("店")[0] for text in self.texts()]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        robot, sent = self.server.robot, self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            if urlsplit(self.path).path.endswith("/upload_media"):
                robot.files.append((parse_qs(urlsplit(self.path).query), sent))
                code, said = (
                    200,
                    json.dumps({"errcode": 0, "errmsg": "ok", "media_id": f"M{len(robot.files)}"}),
                )
            else:
                code, said = robot.answer(json.loads(sent))
        try:
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "https://error.example.com/punish")
            self.end_headers()
            self.wfile.write(said.encode())
        except OSError:  # whoever asked was killed
            pass

    def log_message(self, *arguments):
        pass


@contextmanager
def serving(robot):
    """The robot on this machine, with its address in ``url``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads, server.robot, server.lock = True, robot, threading.Lock()
        robot.url = f"http://127.0.0.1:{server.server_address[1]}/cgi-bin/webhook/send?key={TOKEN}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield robot
        server.shutdown()
