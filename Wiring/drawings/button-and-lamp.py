# SPDX-License-Identifier: Apache-2.0
"""One booth's button behind an opto-coupler, a near button behind a filter, and its lamp."""

import schemdraw.elements as elm
import schemdraw.logic as logic

from style import drawing, note

with drawing() as d:
    # A button up to 100 m away.
    note("far button, up to 100 m: opto-coupler", (-1, 7.2), 13, halign="left")
    start = elm.Dot(open=True).at((0, 4)).label("+12 V\n(fused, F1)", "left")
    d += start
    d += (r1 := elm.Resistor().right().label("R1\n2.2 kΩ"))
    d += elm.Dot()
    d += elm.Line().right(2.2)
    d += elm.Dot()
    d += elm.Line().right(1.3)
    opto = elm.Optocoupler().anchor("anode").label("U1\nPC817C", "top")
    d += opto
    d += elm.Resistor().at(r1.end).down().toy(opto.cathode).label("R4\n2.2 kΩ", "bottom")
    d += elm.Dot()
    d += elm.Line().right().tox(opto.cathode)
    d += (diode := elm.Diode().at((r1.end[0] + 2.2, opto.cathode[1])).up().toy(r1.end))
    note("D1\n1N4148", (r1.end[0] + 2.2, opto.cathode[1] - 0.75))
    d += elm.Dot().at((r1.end[0] + 2.2, opto.cathode[1]))
    d += elm.Line().at((r1.end[0], opto.cathode[1])).down(2.2)
    d += elm.Line().left(0.8)
    d += elm.Dot(open=True)
    low = opto.cathode[1] - 2.2
    d += elm.Dot(open=True).at((r1.end[0] - 0.8, low - 1.4))
    d += elm.Line().right(3.2)
    d += elm.Ground().label("0 V of the 12 V supply", "right")
    d += (push := elm.Button().at((-2.6, low - 1.4)).up().toy(low))
    d += elm.Line().at((-1.2, low)).to((r1.end[0] - 0.9, low)).linestyle("--")
    d += elm.Line().at((-1.2, low - 1.4)).to((r1.end[0] - 0.9, low - 1.4)).linestyle("--")
    note("B1-BTN core 1", (0, low + 0.35))
    note("B1-BTN core 2", (0, low - 1.05))
    note("call\nbutton", (-3.8, low - 0.7))
    d += elm.Line().at((-2.6, low)).right(1.4).linestyle("--")
    d += elm.Line().at((-2.6, low - 1.4)).right(1.4).linestyle("--")
    d += elm.Line().at(opto.collector).right(1.4)
    d += (node := elm.Dot())
    d += elm.Resistor().up(2).label("R2\n4.7 kΩ", "bottom")
    d += elm.Vdd().label("3.3 V (pin 1)")
    d += elm.Line().at(node.center).right(1.2)
    d += elm.Resistor().right(2.6).label("R3\n1 kΩ")
    d += (end := elm.Dot(open=True))
    note("GPIO17\n(pin 11)", (end.center[0], end.center[1] - 0.7))
    d += elm.Line().at(opto.emitter).right(0.4)
    d += elm.Line().down(0.6)
    d += elm.Ground().label("GND (pin 9)", "right")

    # A button up to 10 m away.
    x, y = 18.5, 4
    note("near button, up to 10 m: filter", (x - 1, 7.2), 13, halign="left")
    d += elm.Dot(open=True).at((x, y)).label("core 1", "left")
    d += elm.Line().right(1)
    d += (clamp := elm.Dot())
    d += elm.Zener().down(2.4).reverse().label("D2\nSA5.0A", "bottom")
    d += elm.Ground()
    d += elm.Line().at(clamp.center).right(1.6)
    d += (pull := elm.Dot())
    d += elm.Resistor().up(2).label("R5\n2.2 kΩ", "bottom")
    d += elm.Vdd().label("3.3 V")
    d += elm.Line().at(pull.center).right(1.2)
    d += elm.Resistor().right(2.6).label("R6\n1 kΩ")
    d += (line := elm.Dot())
    d += elm.Capacitor().down(2.4).label("C1\n100 nF", "bottom")
    d += elm.Ground()
    d += elm.Line().at(line.center).right(0.8)
    d += elm.Dot(open=True).label("GPIO", "right")
    d += elm.Dot(open=True).at((x, y - 2.4)).label("core 2", "left")
    d += elm.Line().right(0.4)
    d += elm.Ground()

    # The lamp.
    y = -2.2
    note("lamp: one of eight channels", (x - 1, y + 1.5), 13, halign="left")
    d += elm.Dot(open=True).at((x, y))
    note("GPIO27\n(pin 13)", (x - 0.2, y - 0.7))
    d += elm.Line().right(0.8)
    d += (driver := logic.Not().anchor("in1").label("U2 ULN2803A", "top"))
    d += elm.Line().at(driver.out).right(1.6)
    d += elm.Dot(open=True)
    note("B1-LAMP\ncore 1", (driver.out[0] + 1.6, y - 0.7))
    d += elm.Line().at((driver.out[0] + 1.7, y)).right(0.8).linestyle("--")
    d += elm.LED().right().reverse()
    note("lamp 12 V, 20 mA", (driver.out[0] + 4, y - 0.9))
    d += elm.Line().at((driver.out[0] + 5.5, y)).right(0.8).linestyle("--")
    d += elm.Dot(open=True)
    note("B1-LAMP\ncore 2", (driver.out[0] + 6.3, y - 0.7))
    d += elm.Line().at((driver.out[0] + 6.4, y)).right(0.8)
    d += elm.Dot(open=True).label("+12 V (F1)", "top")
    note("in 1…8: pins 1–8 · out: pins 18–11 · pin 9: GND · pin 10: +12 V", (x - 1, y - 1.9),
         halign="left")
