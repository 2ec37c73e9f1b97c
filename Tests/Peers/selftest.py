# SPDX-License-Identifier: Apache-2.0
"""The two peers against each other over loopback, and their codec against the page's examples.

  python3 selftest.py        (also: client.py --self-test, central.py --self-test)
"""

import pathlib
import subprocess
import sys
import unittest

import nobat_peer

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "Sources" / "LineProtocol" / "LineProtocol.md"


def start(program, *arguments):
    return subprocess.Popen(
        [sys.executable, str(HERE / program), *map(str, arguments)], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class PageExamples(unittest.TestCase):
    def test_every_example_is_read_and_written_unchanged(self):
        seen = set()
        for line in PAGE.read_text().splitlines():
            if line[:3] in ("C: ", "S: "):
                message = nobat_peer.parse(line[3:].encode(), line[0])
                self.assertEqual(message.line(), line[3:])
                seen.add(message.verb)
        self.assertEqual(seen, set(nobat_peer.VERBS))

    def test_broken_lines_are_refused_by_name(self):
        for line, name in [
                (b"", "bad-line"), (b"FROB", "unknown-verb"), (b"ACK", "missing-key"),
                (b"ACK through=01", "bad-value"), (b"BYE x=" + b"y" * 1018, "over-long"),
                (b"BYE x=\xff", "not-utf8"), (b"1 FENCED", "unexpected"),
                (b"BYE x=%4", "bad-line"), (b"ACK through=1 through=1", "bad-line")]:
            with self.assertRaises(nobat_peer.LineError) as caught:
                nobat_peer.parse(line, "C")
            self.assertEqual(caught.exception.name, name, line)


class Conversations(unittest.TestCase):
    def converse(self, central_arguments, *clients, codes=(0, 0)):
        central = start("central.py", "--deadline", 25, *central_arguments)
        transcripts = []
        try:
            port = central.stdout.readline().split()[-1]
            for client_arguments in clients:
                client = start("client.py", "--port", port, "--deadline", 15, *client_arguments)
                out, _ = client.communicate(timeout=30)
                transcripts.append(out)
                self.assertEqual(client.returncode, codes[0], out)
            out, _ = central.communicate(timeout=40)
            self.assertEqual(central.returncode, codes[1], out)
            transcripts.append(out)
        finally:
            central.kill()
            central.wait()
            central.stdout.close()
        print("\n\n".join(transcripts))
        return transcripts

    def test_controller_calls_what_it_is_dealt(self):
        client, central = self.converse(["--deal", 4, "--calls", 3], ["--calls", 3])
        self.assertIn("YIELDED", central)
        self.assertIn("class=elderly", client)

    def test_controller_comes_back_with_what_it_did_offline(self):
        client, central = self.converse(
            ["--deal", 7, "--calls", 6], ["--calls", 6, "--reconnect"])
        self.assertIn("-- the connection is cut", client)
        self.assertEqual(central.count("C: HELLO"), 2)
        self.assertEqual(central.count(" CALLED "), 6)

    def test_kiosk_takes_tickets(self):
        kiosk, controller, _ = self.converse(
            ["--deal", 0, "--calls", 4, "--services", "admission,lab"],
            ["--role", "kiosk", "--take", 4, "--name", "kiosk-1", "--services", "admission,lab"],
            ["--calls", 4, "--services", "lab,admission"])
        self.assertLess(controller.index("number=A004"), controller.index("CALLED"))
        self.assertEqual(kiosk.count("S: TICKET"), 5)

    def test_a_central_that_deals_too_little_fails_both(self):
        self.converse(
            ["--deal", 1, "--calls", 2, "--deadline", 4], ["--calls", 2, "--deadline", 2],
            codes=(1, 1))


def main():
    return 0 if unittest.main(module="selftest", argv=["selftest"], exit=False).result \
        .wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
