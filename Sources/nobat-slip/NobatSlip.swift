// SPDX-License-Identifier: Apache-2.0

// Draws what a kiosk's slips are made of, so that the daemon that prints them needs no fonts.

import ArgumentParser
import QueueCore
import SlipPrinter

@main
struct NobatSlip: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobat-slip", abstract: "try")
    @Option var font = "Nazli"
    @Option var out: String
    func run() throws {
        let form = SlipForm(width: 512, header: "درمانگاه فرهنگیان شمارهٔ یک", services: ["پذیرش", "آزمایشگاه"])
        let drawing = try StripDrawing(fonts: SlipFonts(family: font), widthMax: form.width)
        var strips: [StripKey: Bitmap] = [:]
        for key in form.keys { strips[key] = try drawing.draw(key) }
        let layout = try SlipLayout(form: form, strips: StripSet(strips))
        let slip = SlipPaper(number: TicketNumber("A042")!, service: "پذیرش", ahead: 12, priority: .elderly, date: JalaliDate(ServiceDay(20780)), time: LocalTime(minute: 8 * 60 + 45), code: "hall-a.1f.12", isToBeChecked: true)
        var y = 0
        var page = Bitmap(width: 512, height: 1200)
        for item in layout.items(slip) + layout.voidMark {
            switch item {
            case .picture(let picture): page.draw(picture, left: (512 - picture.width) / 2, top: y); y += picture.height
            case .space(let n): y += n
            case .qr: y += 150
            }
        }
        print("P1 512 \(y)")
        for r in 0..<y { print((0..<512).map { page[$0, r] ? "1" : "0" }.joined(separator: " ")) }
    }
}
