# SPDX-License-Identifier: Apache-2.0
"""Inside the rig's machine: does what the host asks, one JSON object a line over a virtio port.

Each request has an "id" and one verb; each is carried out by a thread of its own, and its answer
bears the same id. A line "mark" goes out before the first write of an edge sequence, so that the
host's clock stamps the press."""
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback


class Agent:
    def __init__(self, path):
        self.port = os.open(path, os.O_RDWR)
        self.lock = threading.Lock()
        self.programs = {}

    def say(self, message):
        rest = (json.dumps(message) + "\n").encode()
        with self.lock:
            while rest:
                rest = rest[os.write(self.port, rest):]

    def serve(self):
        self.say({"ready": time.monotonic()})
        buffer = b""
        while True:
            chunk = os.read(self.port, 65536)
            if not chunk:
                time.sleep(0.01)
                continue
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                request = json.loads(line)
                if request["verb"] == "quit":
                    return
                threading.Thread(target=self.answer, args=(request,), daemon=True).start()

    def answer(self, request):
        answer = {"id": request["id"]}
        try:
            answer["result"] = getattr(self, "do_" + request["verb"])(request)
        except Exception as error:  # the host fails the scenario with it
            answer["error"] = f"{error!r}\n{traceback.format_exc()}"
        self.say(answer)

    def do_shell(self, request):
        """A shell command to its end: its status, and what it printed."""
        done = subprocess.run(
            ["bash", "-c", request["command"]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=request.get("seconds", 60))
        return [done.returncode, done.stdout.decode("utf-8", "replace")]

    def do_write(self, request):
        """A file with a text."""
        os.makedirs(os.path.dirname(request["path"]), exist_ok=True)
        with open(request["path"], "w", encoding="utf-8") as file:
            file.write(request["text"])

    def do_read(self, request):
        """The text of a file from a place on, and where it ends."""
        try:
            with open(request["path"], "rb") as file:
                file.seek(request.get("start", 0))
                text = file.read()
        except FileNotFoundError:
            text = b""
        return text.decode("utf-8", "replace")

    def do_start(self, request):
        """A program that runs on; what it prints is appended to a log."""
        with open(request["log"], "ab") as log:
            program = subprocess.Popen(
                request["command"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **request.get("environment", {})})
        self.programs[program.pid] = program
        return program.pid

    def do_signal(self, request):
        """A signal for a program that was started."""
        program = self.programs[request["pid"]]
        if program.poll() is None:
            program.send_signal(getattr(signal, "SIG" + request["name"]))

    def do_ended(self, request):
        """The exit status of a program, or null while it runs after so many seconds."""
        try:
            return self.programs[request["pid"]].wait(request.get("seconds", 0))
        except subprocess.TimeoutExpired:
            return None

    def do_ask(self, request):
        """A question on a daemon's control socket, as nobatctl puts it."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(request.get("seconds", 60))
            client.connect(request["socket"])
            client.sendall((json.dumps(request["question"]) + "\n").encode())
            return json.loads(client.makefile().readline())

    def do_edges(self, request):
        """Pulls lines up and down: [[microseconds after the last, line's file, "pull-up"], ...].
        Tells for each when it was begun and done, in nanoseconds: on a busy host it can be late."""
        files, stamps = {}, []
        try:
            for _, path, _ in request["steps"]:
                if path not in files:
                    files[path] = os.open(path, os.O_WRONLY)
            self.say({"mark": request["id"]})
            due = time.monotonic_ns()
            for pause, path, pull in request["steps"]:
                due += pause * 1000
                left = due - time.monotonic_ns()
                if left > 2_000_000:
                    time.sleep((left - 1_000_000) / 1e9)
                while time.monotonic_ns() < due:
                    pass
                begun = time.monotonic_ns()
                os.pwrite(files[path], pull.encode(), 0)
                stamps.append([begun, time.monotonic_ns()])
            return stamps
        finally:
            for file in files.values():
                os.close(file)


Agent(sys.argv[1]).serve()
