// SPDX-License-Identifier: Apache-2.0

// Draws what a kiosk's slips are made of, so that the daemon that prints them needs no fonts.

import ArgumentParser
import CPangoCairo
import Foundation
import NobatConfiguration
import QueueCore
import SlipPrinter

@main
struct NobatSlip: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobat-slip",
        abstract: "Draws the texts and digits of a kiosk's slips, for nobatd to print.",
        discussion: """
            Run it once, and again whenever the clinic's name, a service's title, the paper's width \
            or the font in the configuration has changed; then start nobatd anew. Of fonts it uses \
            the one that the configuration names, else Titr (Debian's fonts-farsiweb).
            """)

    @Option(name: .long, help: "The controller's configuration file, with a kiosk.")
    var config: String

    @Option(name: .long, help: "Where to write the strips; without it, where nobatd reads them.")
    var out: String?

    @Option(name: .long, help: "Also draw a sample slip as a PNG picture, to be looked at.")
    var preview: String?

    func run() throws {
        let configuration: ControllerConfiguration
        do throws(ConfigurationErrors) {
            configuration = try ControllerConfiguration.load(path: config)
        } catch {
            throw complaint("\(error)")
        }
        guard let printer = configuration.kiosk?.printer else {
            throw complaint("nobat-slip: \(config) has no \"kiosk\" with a \"printer\"")
        }
        let form = SlipForm(
            width: printer.width, header: printer.header, services: configuration.slipTitles)
        do {
            let strips = try draw(form, printer.font)
            let path = out ?? printer.strips
            // Whole or not at all: nobatd may start at any time.
            try Data(strips.file).write(to: URL(filePath: path), options: .atomic)
            print("\(path): \(strips.strips.count) pictures in \(printer.font)")
            guard let preview else { return }
            let layout = try SlipLayout(form: form, strips: strips)
            try Preview.write(layout.items(sample(form)), width: form.width, to: preview)
            print("\(preview): a sample slip")
        } catch {
            throw complaint("nobat-slip: \(error)")
        }
    }

    private func draw(_ form: SlipForm, _ font: String) throws -> StripSet {
        let drawing = try StripDrawing(fonts: SlipFonts(family: font), widthMax: form.width)
        var strips: [StripKey: Bitmap] = [:]
        for key in form.keys where strips[key] == nil { strips[key] = try drawing.draw(key) }
        return StripSet(strips)
    }

    private func sample(_ form: SlipForm) throws -> SlipPaper {
        guard let number = TicketNumber("A042") else { throw ExitCode(70) }
        return SlipPaper(
            number: number, service: form.services.first ?? "", ahead: 12,
            wait: .minutes(35), priority: .elderly,
            date: JalaliDate(ServiceDay(20_780)), time: LocalTime(minute: 8 * 60 + 45),
            code: "5728190362", isToBeChecked: true)
    }

    private func complaint(_ text: String) -> ExitCode {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        return ExitCode(1)
    }
}

/// A slip as a picture.
enum Preview {
    /// The room that a printer's QR code takes on paper, which is not drawn here.
    private static let codeHeight = 160
    private static let border = 16

    static func write(_ items: [SlipItem], width: Int, to path: String) throws(DrawingError) {
        let height = items.reduce(2 * border) { sum, item in
            switch item {
            case .picture(let picture): sum + picture.height
            case .space(let dots): sum + dots
            case .qr: sum + codeHeight
            }
        }
        let full = width + 2 * border
        guard
            let surface = cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32(full), Int32(height)),
            let dots = cairo_image_surface_get_data(surface)
        else { throw DrawingError(description: "no room for the preview") }
        defer { cairo_surface_destroy(surface) }
        let stride = Int(cairo_image_surface_get_stride(surface))
        for place in 0..<stride * height { dots[place] = 0xFF }
        var top = border
        for item in items {
            switch item {
            case .picture(let picture):
                let left = border + (width - picture.width) / 2
                for y in 0..<picture.height {
                    for x in 0..<picture.width where picture[x, y] {
                        let place = (top + y) * stride + (left + x) * 4
                        for byte in 0..<3 { dots[place + byte] = 0 }
                    }
                }
                top += picture.height
            case .space(let rows): top += rows
            case .qr: top += codeHeight
            }
        }
        cairo_surface_mark_dirty(surface)
        guard cairo_surface_write_to_png(surface, path) == CAIRO_STATUS_SUCCESS else {
            throw DrawingError(description: "\(path) can't be written")
        }
    }
}
