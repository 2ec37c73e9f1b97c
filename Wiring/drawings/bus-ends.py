# SPDX-License-Identifier: Apache-2.0
"""A bus from end to end: terminators, bias, units, shield."""

import schemdraw.elements as elm

from style import drawing, note

with drawing() as d:
    a, b, com, shield = 4.0, 2.0, 0.0, -1.4
    d += elm.Rect(corner1=(-4.2, shield - 0.6), corner2=(-0.6, a + 0.8)).at((0, 0)).theta(0)
    note("controller's adapter\n\nA  = D+ = orange\nB  = D− = yellow\nGND = black\n5 V = red",
         (-2.4, 1.6))
    d += elm.Line().at((-0.6, a)).right(18)
    d += elm.Line().at((-0.6, b)).right(18)
    d += elm.Line().at((-0.6, com)).right(18)
    d += elm.Line().at((0.4, shield)).right(16.6).linestyle("--")
    note("BUS1-A", (6.6, a + 0.3))
    note("BUS1-B", (6.6, b + 0.3))
    note("BUS1-COM", (6.6, com + 0.3))
    note("BUS1-SHIELD: earthed here alone", (3.4, shield + 0.3))
    d += elm.Line().at((0.4, shield)).down(0.5)
    d += elm.GroundChassis()

    def terminator(x, name):
        d.add(elm.Dot().at((x, a)))
        d.add(elm.Resistor().at((x, a)).down().toy(b).label(f"{name}\n120 Ω", "bottom"))
        d.add(elm.Dot().at((x, b)))

    terminator(0.6, "R1")
    d += elm.Dot().at((3.2, a))
    d += elm.Resistor().at((3.2, a)).up(2.2).label("R3\n560 Ω", "bottom")
    d += elm.Vdd().label("5 V")
    d += elm.Dot().at((3.2, b))
    d += elm.Resistor().at((3.2, b)).down().toy(com).label("R4\n560 Ω", "bottom")
    d += elm.Dot().at((3.2, com))
    note("bias: once on a bus", (3.2, a + 3.4))
    for x, name in ((9.6, "unit 1"), (12.6, "unit 2"), (16.0, "last unit")):
        d += elm.Rect(corner1=(x - 1, a + 1.6), corner2=(x + 1.3, a + 3.2)).at((0, 0)).theta(0)
        note(name, (x + 0.1, a + 2.7))
        note("A", (x - 0.6, a + 1.9))
        note("B", (x, a + 1.9))
        note("COM", (x + 0.7, a + 1.9))
        for offset, level in ((-0.6, a), (0.0, b), (0.6, com)):
            d += elm.Dot().at((x + offset, level))
            d += elm.Line().at((x + offset, level)).up().toy(a + 1.6)
    note("stub\n≤ 0.3 m", (14.3, a + 0.5))
    terminator(17.4, "R2")
