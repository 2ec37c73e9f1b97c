// SPDX-License-Identifier: Apache-2.0

// The hall board for patients: one page, its live events, and what the page is drawn with.

import Control
import Foundation
import Hummingbird
import NIOCore
import QueueCore

/// The board of one hall.
public struct BoardPage: PageRoutes {
    /// What its connections are told.
    public let feed = LiveFeed()
    private let path: String
    /// The files that it is drawn with.
    public let look: BoardLook

    /// The board at `path`, such as `/board`, with files for its look.
    public init(path: String, look: BoardLook) {
        self.path = path
        self.look = look
    }

    /// Tells what the board shows now.
    public func show(_ view: BoardView) {
        guard let json = try? JSONEncoder().encode(view) else { return }
        feed.publish("board", Array(json))
    }

    /// Tells that all is well, and the time of day.
    public func beat(_ beat: BoardBeat) {
        var beat = beat
        beat.pages = look.version
        guard let json = try? JSONEncoder().encode(beat) else { return }
        feed.publish("beat", Array(json))
    }

    /// Adds the page and its events.
    public func add(to router: Router<PagesContext>) {
        let look = look
        let feed = feed
        router.get(RouterPath(path)) { request, _ in look.page.answer(to: request) }
        router.get(RouterPath(path + "/events")) { _, context in
            Answers.events(of: feed, for: context)
        }
    }
}

/// What a live board hears every few seconds.
public struct BoardBeat: Codable, Sendable, Equatable {
    /// The time of day, `HH:MM`, in both languages; nil when the clock is not known to be right.
    public var time: Bilingual?
    /// Which version of the page is served; a page of another version loads itself anew.
    public var pages: String?

    /// A beat with a time of day.
    public init(time: Bilingual?) { self.time = time }
}

/// The files that every board is drawn with.
public struct BoardLook: PageRoutes {
    let page = FixedFile(PackageResources.board_html, type: "text/html; charset=utf-8")
    private let style = FixedFile(PackageResources.board_css, type: "text/css; charset=utf-8")
    private let script = FixedFile(
        PackageResources.board_js, type: "text/javascript; charset=utf-8")
    private let sound = FixedFile(
        PackageResources.sound_js, type: "text/javascript; charset=utf-8")
    private let icon = FixedFile(PackageResources.icon_svg, type: "image/svg+xml")
    private let font: FixedFile?

    /// The files of the program, and the bytes of a font for Persian if there is one.
    public init(font: [UInt8]?) {
        self.font = font.map { FixedFile($0, type: "font/ttf") }
    }

    /// Differs when one of the files differs.
    var version: String {
        [page, style, script, sound].map { String($0.tag.dropFirst().dropLast()) }.joined(
            separator: "-")
    }

    /// Adds the files.
    public func add(to router: Router<PagesContext>) {
        let (style, script, sound, icon, font) = (style, script, sound, icon, font)
        router.get("/assets/board.css") { request, _ in style.answer(to: request) }
        router.get("/assets/board.js") { request, _ in script.answer(to: request) }
        router.get("/assets/sound.js") { request, _ in sound.answer(to: request) }
        router.get("/assets/icon.svg") { request, _ in icon.answer(to: request) }
        router.get("/assets/font") { request, _ in
            font?.answer(to: request) ?? Answers.text(.notFound, "No font is configured here.")
        }
    }
}
