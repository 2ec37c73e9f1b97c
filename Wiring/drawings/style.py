# SPDX-License-Identifier: Apache-2.0
"""What all circuit drawings share: where they go, how thick their lines are."""

import sys

import schemdraw
import schemdraw.elements as elm

schemdraw.use("svg")
schemdraw.config(fontsize=11, lw=1.5, font="DejaVu Sans", bgcolor="white")


def drawing():
    """The drawing that the first argument names."""
    return schemdraw.Drawing(file=sys.argv[1], show=False)


def note(text, at, size=11, **options):
    """Words at a place."""
    return elm.Label().at(at).theta(0).label(text, fontsize=size, **options)


def box(at, width, height, title, left=(), right=()):
    """A box with its lower left corner at a place, and its pins by name: text outside, a stub."""
    x, y = at
    elm.Rect(corner1=(x, y), corner2=(x + width, y + height)).at((0, 0)).theta(0)
    note(title, (x + width / 2, y + height - 0.6), 12)
    pins = {}
    for names, edge, inward in ((left, x, 0.15), (right, x + width, -0.15)):
        for index, name in enumerate(names):
            level = y + height - 1.7 - index
            note(name, (edge + inward, level), halign="left" if inward > 0 else "right",
                 valign="center")
            pins[name] = (edge, level)
    return pins
