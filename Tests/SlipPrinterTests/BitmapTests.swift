// SPDX-License-Identifier: Apache-2.0

import SlipPrinter
import Testing

@Suite struct BitmapTests {
    @Test func draw_CutsOffWhatLiesOutside() {
        var dot = Bitmap(width: 2, height: 2)
        dot[1, 1] = true
        var page = Bitmap(width: 9, height: 3)
        page.draw(dot, left: 7, top: 0)
        page.draw(dot, left: 8, top: 2)
        page.draw(dot, left: -1, top: -1)
        #expect(page.bytes == [0x80, 0, 0, 0x80, 0, 0])
    }

    @Test func trimmed_KeepsRows() {
        var page = Bitmap(width: 20, height: 2)
        page[5, 1] = true
        page[11, 0] = true
        let part = page.trimmed
        #expect(part.width == 7 && part.height == 2 && part[0, 1] && part[6, 0])
        #expect(Bitmap(width: 8, height: 3).trimmed.width == 0)
    }

    @Test func bytes_MustFit() {
        #expect(Bitmap(width: 9, height: 1, bytes: [0, 0x80])?[8, 0] == true)
        #expect(Bitmap(width: 9, height: 1, bytes: [0]) == nil)
    }
}
