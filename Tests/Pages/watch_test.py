# SPDX-License-Identifier: Apache-2.0
"""What programs that watch over a clinic are told: /metrics, read by Prometheus's own promtool, and
/health with reasons."""

import json
import shutil
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from clinic import Clinic


class WatchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clinic = Clinic(units=(1, 2))
        cls.addClassCleanup(cls.clinic.close)
        cls.clinic.start()
        cls.clinic.take("admission", 5)
        cls.clinic.press(1)
        cls.clinic.until(lambda: cls.clinic.ask(verb="displays")[0]["verified"], 30)

    def get(self, path, central=False):
        port = self.clinic.central_port if central else self.clinic.port
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def values(self, text):
        return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))

    def test_promtool_finds_nothing_to_complain_of(self):
        promtool = shutil.which("promtool")
        self.assertIsNotNone(promtool, "promtool is missing: apt-get install prometheus")
        for central in (False, True):
            status, text = self.get("/metrics", central)
            self.assertEqual(status, 200)
            done = subprocess.run(
                [promtool, "check", "metrics"], input=text, text=True, capture_output=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), text)

    def test_the_figures_are_those_of_the_socket(self):
        status = self.clinic.ask(verb="status")
        values = self.values(self.get("/metrics")[1])
        self.assertEqual(values["nobat_waiting_tickets"], str(status["tray"]))
        for name in ('nobat_unit_verified{bus="hall",unit="1",booth="1"}', "nobat_central_connected"):
            self.clinic.until(lambda: self.values(self.get("/metrics")[1])[name] == "1", 30)
        central = self.values(self.get("/metrics", central=True)[1])
        self.assertEqual(central['nobat_controller_connected{controller="hall-a",hall="main"}'], "1")

    def test_the_end_of_the_central_is_a_warning_and_a_dead_display_a_fault(self):
        self.assertEqual(self.get("/health")[0], 200)
        self.clinic.central.end(signal.SIGKILL)
        self.clinic.until(lambda: "central-unreachable" in self.get("/health")[1], 30)
        status, text = self.get("/health")
        self.assertEqual((status, json.loads(text)["status"]), (200, "warnings"))
        self.clinic.unit("off", 2)
        self.clinic.until(lambda: self.get("/health")[0] == 503, 30)
        reasons = json.loads(self.get("/health")[1])["reasons"]
        # A busy machine's disk may be found slow as well.
        names = [reason["name"] for reason in reasons if reason["name"] != "disk-slow"]
        self.assertEqual(names, ["no-answer", "central-unreachable"])
        self.assertTrue(all(reason["todo"] for reason in reasons))
        self.clinic.unit("on", 2)
        self.clinic.central.start()
        self.clinic.until(lambda: self.get("/health")[0] == 200, 40)


if __name__ == "__main__":
    unittest.main(verbosity=2)
