// SPDX-License-Identifier: Apache-2.0

/// What the keys do, on a page that fits the smallest screen.
enum ScreenHelp {
    /// The page.
    static let lines = [
        "1 2 3 4   the clerk presses the booth's button: the next patient is called",
        "! @ # $   (Shift+1 to 4) pressed twice: the number is called again",
        "r  x  u   at the booth pressed last: call again, nobody came, undo (5 s)",
        "",
        "t         an admission ticket at the controller's dispenser: from numbers",
        "          lent ahead, or of its own series L when they are used up",
        "T         the same at the central's kiosk: it reaches the hall by network",
        "l         a lab ticket at the dispenser; admission is called before lab",
        "",
        "n         pull the network cable, plug it in again",
        "c  d      kill -9 the central, the controller; again: start it",
        "          (a display that hears nothing for 4 s goes to dashes by itself)",
        "p         take the power of booth 4's display away, give it back",
        "q         quit, and stop everything",
        "",
        "Digits are drawn from the segments that the units' own code drives.",
        "(*) is the lamp in the button: steady somebody waits, dark nobody does;",
        "with a gap or a flash every 2 s the same, offline; every second a fault.",
        "\"display ok\": read back from the unit, it shows what it should.",
    ]
}
