# SPDX-License-Identifier: Apache-2.0
"""The supervisor's page in a real browser: two controllers of a hall, one of them goes away."""

import json
import signal
import unittest

from browser import Browser
from clinic import PICTURES, Clinic
from looks import foreign_requests, poor_contrasts, too_wide
from technician_test import log_in

READY = "!document.querySelector('main').hidden && document.querySelector('.hall li') !== null"


class SupervisorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clinic = Clinic(second=True)
        cls.addClassCleanup(cls.clinic.close)
        cls.clinic.start()
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        for _ in range(10):
            cls.clinic.ask("central", verb="take", service="admission")
            cls.clinic.ask("central", verb="take", service="lab")
        cls.clinic.until(lambda: cls.clinic.ask(verb="status")["tray"] > 2, 20)
        for booth in (1, 3, 4):
            cls.clinic.press(booth)

    def setUp(self):
        self.browser.call("Storage.clearCookies")

    def page(self, *arguments, **more):
        page = self.browser.page(*arguments, **more)
        self.addCleanup(page.close)
        page.open(self.clinic.supervisor, READY)
        if page.value("document.documentElement.lang") != "fa":
            page.click("[data-key=language]")
        page.wait("document.documentElement.lang === 'fa'")
        return page

    def acting(self):
        page = self.browser.page()
        self.addCleanup(page.close)
        log_in(page, self.clinic.supervisor, self.clinic.key)
        page.wait(READY)
        page.value("localStorage.setItem('nobat-language', 'en')")
        page.open(self.clinic.supervisor, READY)
        page.wait("document.querySelector('[data-key=logout]') !== null")
        return page

    def queue(self):
        return {row["number"]: row for row in self.clinic.ask("central", verb="queue")}

    def test_1_who_waits_is_counted_over_both_controllers(self):
        page = self.page()
        rows = self.queue().values()
        for service, words in (("admission", "پذیرش"), ("lab", "آزمایشگاه")):
            count = sum(row["service"] == service and row["state"] == "waiting" for row in rows)
            digits = str(count).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
            page.wait(f"""[...document.querySelectorAll(".tiles li")].some((e) =>
              e.innerText.includes({json.dumps(words)}) && e.innerText.includes({json.dumps(digits)}))""")
        holders = {row["heldBy"] for row in rows if row["state"] == "waiting"}
        self.assertLessEqual({"hall-a", "hall-b"}, holders, "both have some of them")
        # So does the board for patients.
        board = self.browser.page()
        self.addCleanup(board.close)
        board.open(self.clinic.central_board, "document.querySelectorAll('#queues dd').length === 2")
        waiting = sum(row["service"] == "admission" and row["state"] == "waiting" for row in rows)
        board.wait(f"document.querySelector('#queues dd').innerText === '{waiting}'")

    def test_2_the_chart_shows_the_hours_of_the_day(self):
        page = self.page()
        page.wait("document.querySelector('.hours li .bar.mean') !== null", 60)
        figures = self.clinic.ask("central", verb="report")
        hours = [row for row in figures["rows"] if row["of"] == "hour"]
        labels = page.value("[...document.querySelectorAll('.hours [role=img]')].map((e) => e.ariaLabel)")
        self.assertGreaterEqual(len(labels), len(hours))
        self.assertTrue(any("فراخوان" in label and "میانگین انتظار" in label for label in labels))
        heights = page.value("""[...document.querySelectorAll('.bar')].map((bar) =>
          [bar.getBoundingClientRect().height, bar.parentElement.getBoundingClientRect().height])""")
        for bar, plot in heights:
            self.assertGreater(bar, 0)
            self.assertLessEqual(bar, plot + 1)
        table = page.text("#chart table")
        self.assertIn("همهٔ روز", table)

    def test_3_corrections_are_confirmed_and_done(self):
        page = self.acting()
        waiting = sorted(n for n, row in self.queue().items()
                         if row["state"] == "waiting" and row["service"] == "admission")
        first, second = waiting[-1], waiting[-2]

        def correct(number, verb):
            page.value("document.querySelector('#number').value = ''")
            page.click("#number")
            page.type(number)
            page.click(f"#corrections button[value={verb}]")
            page.wait("document.querySelector('#ask').open")
            self.assertIn(number, page.text("#ask-text"))
            page.click("#ask-yes")
            page.wait("!document.querySelector('#ask').open")

        correct(first, "cancel")
        page.wait(f"document.querySelector('#told').innerText === '{first} cancelled'", 10)
        self.clinic.until(lambda: self.queue()[first]["state"] == "cancelled", 20)
        correct(first, "readmit")
        page.wait(f"document.querySelector('#told').innerText.includes('in place of {first}')", 10)
        new = page.text("#told").split()[0]
        self.assertEqual(self.queue()[new]["service"], "admission")
        page.value("document.querySelector('#service').value = 'lab'")
        correct(second, "transfer")
        page.wait(f"document.querySelector('#told').innerText.includes('in place of {second}')", 10)
        moved = page.text("#told").split()[0]
        self.assertEqual(self.queue()[moved]["service"], "lab")
        self.clinic.until(lambda: self.queue()[second]["state"] == "cancelled", 20)
        correct("Z999", "cancel")
        page.wait("document.querySelector('#told').className === 'bad'")
        self.assertIn("Z999", page.text("#told"))
        page.picture(f"{PICTURES}/supervisor-correction-1920.png", whole=True)

    def test_4_it_fits_a_phone_and_a_wall(self):
        for width, height in ((360, 740), (1920, 1080)):
            page = self.page(width, height, mobile=width < 700)
            page.wait("document.querySelector('.hours li .bar') !== null", 60)
            with self.subTest(f"{width} wide"):
                for language in ("fa", "en"):
                    self.assertEqual(page.value("document.documentElement.lang"), language)
                    self.assertEqual(page.value("document.documentElement.dir"),
                                     "rtl" if language == "fa" else "ltr")
                    self.assertEqual(too_wide(page, width), [])
                    poor, count = poor_contrasts(page)
                    self.assertEqual(poor, [])
                    self.assertGreater(count, 30)
                    page.picture(f"{PICTURES}/supervisor-{language}-{width}.png", whole=True)
                    page.click("[data-key=language]")
                    page.wait(f"document.documentElement.lang !== '{language}'")

    def test_5_a_screen_reader_and_a_keyboard_are_enough(self):
        page = self.page()
        page.wait("document.querySelector('.hours li .bar') !== null", 60)
        rows = page.roles()
        roles = [role for role, _, _ in rows]
        for role in ("main", "navigation", "heading", "status", "table", "columnheader", "list"):
            self.assertIn(role, roles)
        self.assertNotIn("", [name for role, name, _ in rows if role in ("button", "textbox", "combobox")])
        page.press("Tab")
        page.press("Enter")
        page.wait("document.activeElement.id === 'halls'")
        self.assertEqual(page.complaints(), [])
        self.assertEqual(foreign_requests(page, self.clinic.central_port), [])

    def test_6_who_is_gone_is_told_and_fenced_with_its_name(self):
        page = self.acting()
        self.assertFalse(page.value("document.querySelector('[data-key=fence-hall-b]') !== null"))
        self.clinic.other.end(signal.SIGKILL)
        page.wait("document.querySelector('.findings').innerText.includes('hall-b is offline')", 30)
        self.assertIn("since", page.text(".findings"))
        page.wait("document.querySelector('[data-key=fence-hall-b]') !== null")
        page.click("[data-key=fence-hall-b]")
        page.wait("document.querySelector('#ask').open && document.activeElement.id === 'ask-word'")
        page.type("hall-a")
        page.picture(f"{PICTURES}/supervisor-fence-1920.png")
        page.click("#ask-yes")
        page.wait("document.querySelector('#told').innerText.includes('must be confirmed')", 10)
        self.assertFalse(any(c["fenced"] for c in self.clinic.ask("central", verb="status")["controllers"]))
        page.click("[data-key=fence-hall-b]")
        page.wait("document.activeElement.id === 'ask-word'")
        page.type("hall-b")
        page.press("Enter")
        page.wait("document.querySelector('#told').innerText.includes('fenced')", 10)
        page.wait("document.querySelector('.findings').innerText.includes('hall-b is fenced')", 10)
        self.assertTrue(all(row["heldBy"] != "hall-b" for row in self.queue().values()
                            if row["state"] == "waiting"))

    def test_7_what_it_called_meanwhile_is_told_as_a_conflict(self):
        page = self.page()
        waiting = [n for n, row in self.queue().items()
                   if row["state"] == "waiting" and row["service"] == "admission"]
        # hall-b comes back to a central that is not there, and calls what it had.
        self.clinic.central.end(signal.SIGKILL)
        self.clinic.other.start()
        self.clinic.until(lambda: self.clinic.ask("hall-b", verb="status")["day"] > 0, 30)
        called = self.clinic.ask("hall-b", verb="press", booth=21).get("number")
        self.assertIn(called, waiting)
        for _ in range(len(waiting)):
            if self.clinic.press(1).get("number") == called:
                break
        self.clinic.central.start()
        digits = called.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        self.clinic.until(lambda: self.clinic.ask("central", verb="status")["conflicts"], 60)
        page.wait(f"document.querySelector('.findings').innerText.includes('{digits}')", 60)
        self.assertIn("نوبت دیگر را باطل کنید", page.text(".findings"))
        page.picture(f"{PICTURES}/supervisor-conflict-1920.png", whole=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
