// SPDX-License-Identifier: Apache-2.0

// Draws texts in their script's own shapes and order, as Pango knows them, into pictures of one bit.

import CPangoCairo
import SlipPrinter

/// A drawing failed.
struct DrawingError: Error, CustomStringConvertible {
    let description: String
}

/// The fonts that slips are drawn in.
struct SlipFonts {
    /// The family of all texts, as fontconfig knows it.
    var family: String

    /// The description of a style, `size` in dots.
    fileprivate func description(_ style: StripStyle, size: Double) -> OpaquePointer? {
        let font = pango_font_description_new()
        pango_font_description_set_family(font, family)
        pango_font_description_set_weight(
            font, style == .text ? PANGO_WEIGHT_NORMAL : PANGO_WEIGHT_BOLD)
        pango_font_description_set_absolute_size(font, size * Double(PANGO_SCALE))
        return font
    }
}

/// Draws the strips of one kiosk.
struct StripDrawing {
    private let fonts: SlipFonts
    private let widthMax: Int

    /// Room at both sides for letters that reach beyond their width.
    private static let margin = 16
    /// A dot is black when at least half of it is covered.
    private static let coverage: UInt8 = 0x80

    /// `widthMax`: the paper's width; longer texts are drawn smaller.
    init(fonts: SlipFonts, widthMax: Int) throws(DrawingError) {
        self.fonts = fonts
        self.widthMax = widthMax
        try Self.check(family: fonts.family)
    }

    /// The strip of a key.
    func draw(_ key: StripKey) throws(DrawingError) -> Bitmap {
        // A single digit or letter keeps its width, to stand beside others.
        let isFigure = key.text.count == 1
        var size = Double(key.style.lineHeight) * (key.style == .number ? 0.85 : 0.62)
        var strip = try drawn(key, size: size)
        while !isFigure, strip.trimmed.width > widthMax, size > 12 {
            size *= 0.92
            strip = try drawn(key, size: size)
        }
        guard isFigure else { return strip.trimmed }
        var figure = Bitmap(width: strip.width - 2 * Self.margin, height: strip.height)
        figure.draw(strip, left: -Self.margin, top: 0)
        return figure
    }

    /// Another font in the place of the wanted one may lack Persian letters altogether.
    private static func check(family: String) throws(DrawingError) {
        let map = pango_cairo_font_map_get_default()
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(map, &families, &count)
        defer { g_free(families) }
        for index in 0..<Int(count) {
            guard let found = families?[index], let name = pango_font_family_get_name(found) else {
                continue
            }
            if String(cString: name).lowercased() == family.lowercased() { return }
        }
        throw DrawingError(
            description: "the font \"\(family)\" is not installed; install it, for example with "
                + "apt-get install fonts-farsiweb, or name another one as the printer's \"font\"")
    }

    private func drawn(_ key: StripKey, size: Double) throws(DrawingError) -> Bitmap {
        let width = try paint(key, size: size, on: nil)
        let full = width + 2 * Self.margin
        let height = key.style.lineHeight
        guard let surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(full), Int32(height)),
            cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS
        else { throw DrawingError(description: "no room to draw \"\(key.text)\"") }
        defer { cairo_surface_destroy(surface) }
        _ = try paint(key, size: size, on: surface)
        cairo_surface_flush(surface)
        guard let dots = cairo_image_surface_get_data(surface) else {
            throw DrawingError(description: "\"\(key.text)\" was not drawn")
        }
        let stride = Int(cairo_image_surface_get_stride(surface))
        var strip = Bitmap(width: full, height: height)
        for y in 0..<height {
            for x in 0..<full where dots[y * stride + x] >= Self.coverage { strip[x, y] = true }
        }
        return strip
    }

    /// Measures a text, and paints it when there is a surface. All texts of a style stand on one line.
    private func paint(
        _ key: StripKey, size: Double, on surface: OpaquePointer?
    ) throws(DrawingError) -> Int {
        let target = surface ?? cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
        defer { if surface == nil { cairo_surface_destroy(target) } }
        guard let context = cairo_create(target), let layout = pango_cairo_create_layout(context)
        else { throw DrawingError(description: "Pango gives no layout") }
        defer {
            g_object_unref(UnsafeMutableRawPointer(layout))
            cairo_destroy(context)
        }
        let font = fonts.description(key.style, size: size)
        defer { pango_font_description_free(font) }
        pango_layout_set_font_description(layout, font)
        // Some fonts have digits of other shapes for Persian than for other languages.
        pango_context_set_language(
            pango_layout_get_context(layout), pango_language_from_string("fa"))
        pango_layout_context_changed(layout)
        pango_layout_set_text(layout, key.text, Int32(key.text.utf8.count))
        let missing = Int(pango_layout_get_unknown_glyphs_count(layout))
        guard missing == 0 else {
            throw DrawingError(
                description:
                    "no font has all letters of \"\(key.text)\" (\(missing) are missing)")
        }
        var (width, height) = (Int32(0), Int32(0))
        pango_layout_get_pixel_size(layout, &width, &height)
        if surface != nil {
            let baseline = Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
            let wanted = Double(key.style.lineHeight) * (key.style == .number ? 0.80 : 0.70)
            cairo_move_to(context, Double(Self.margin), (wanted - baseline).rounded())
            pango_cairo_show_layout(context, layout)
        }
        return Int(width)
    }
}
