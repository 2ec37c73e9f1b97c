# SPDX-License-Identifier: Apache-2.0
"""One segment of a large 12 V digit behind a TPIC6B595, and its control lines."""

import schemdraw.elements as elm

from style import box, drawing, note

with drawing() as d:
    unit = box((0, 0), 3, 5.4, "unit", right=("PA7 DIN", "PA5 CLK", "PA4 LOAD", "PA6 /G"))
    shift = box(
        (5, 0), 3.6, 5.4, "U3 SN74AHCT125N\n5 V", left=("2", "5", "9", "12"),
        right=("3", "6", "8", "11"))
    register = box(
        (11, 0), 5.2, 5.4, "U5 TPIC6B595N\nfirst of four",
        left=("3 SER IN", "13 SRCK", "12 RCK", "9 /G"),
        right=("DRAIN0–7", "18 SER OUT", "8 /SRCLR", "2 VCC"))
    for start, middle, after, end in (
        ("PA7 DIN", "2", "3", "3 SER IN"), ("PA5 CLK", "5", "6", "13 SRCK"),
        ("PA4 LOAD", "9", "8", "12 RCK"), ("PA6 /G", "12", "11", "9 /G")):
        elm.Line().at(unit[start]).to(shift[middle])
        elm.Line().at(shift[after]).to(register[end])
    elm.Line().at(register["18 SER OUT"]).right(1.2)
    elm.Dot(open=True).label("SER IN of the next, up to four", "right")
    elm.Line().at(register["8 /SRCLR"]).right(0.6)
    elm.Line().down(1)
    elm.Line().at(register["2 VCC"]).right(1.2)
    elm.Dot(open=True).label("5 V", "right")
    elm.Line().at(register["DRAIN0–7"]).right(0.8)
    segment = elm.Resistor().right().label("R9  220 Ω\n(point: R10  470 Ω)")
    elm.LED().right().reverse()
    note("segment 8.0 V (point 4.0 V)", (segment.end[0] + 1.5, segment.end[1] - 0.75))
    elm.Line().at((segment.end[0] + 3, segment.end[1])).right(0.5)
    elm.Dot(open=True).label("+12 V,\ncommon anode", "top")
    note("10 kΩ at each input of U3: DIN, CLK, LOAD to GND, /G to 3.3 V, so that it is dark in "
         "reset · pins 1, 4, 10, 13 (/OE) and 7 to GND, 14 to 5 V", (0, -0.7), halign="left")
