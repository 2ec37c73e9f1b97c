// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The terminal as a full screen: put into raw mode, drawn without flicker, and put back.
final class TerminalScreen {
    private var before = termios()
    private var last: [String] = []
    private var lastSize = (width: 0, height: 0)
    /// Whether styles may be used (https://no-color.org).
    private let isColoured = ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    /// Whether the terminal can show more than ASCII.
    static let isUTF8: Bool = {
        let environment = ProcessInfo.processInfo.environment
        let name = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
            .first { !$0.isEmpty }
        let plain = (name ?? "").uppercased()
        return plain.contains("UTF-8") || plain.contains("UTF8")
    }()

    /// Takes the terminal over.
    init() {
        tcgetattr(STDIN_FILENO, &before)
        var raw = before
        cfmakeraw(&raw)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        // Another screen, without a cursor, without wrapping at the edge.
        Output.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J")
    }

    /// Gives the terminal back as it was.
    func close() {
        Output.write("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
    }

    /// Columns and rows.
    var size: (width: Int, height: Int) {
        var found = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &found) == 0, found.ws_col > 0,
            found.ws_row > 0
        else { return (Screen.widthMin, Screen.heightMin) }
        return (Int(found.ws_col), Int(found.ws_row))
    }

    /// Draws the rows that have changed, in one write.
    func draw(_ canvas: Canvas) {
        let rows = canvas.rows(isColoured: isColoured)
        var text = ""
        if lastSize != (canvas.width, canvas.height) {
            text += "\u{1B}[0m\u{1B}[2J"
            last = []
            lastSize = (canvas.width, canvas.height)
        }
        for (index, row) in rows.enumerated() where index >= last.count || last[index] != row {
            text += "\u{1B}[\(index + 1);1H\(row)\u{1B}[0m\u{1B}[K"
        }
        last = rows
        if !text.isEmpty { Output.write(text) }
    }

    /// The keys that are pressed within `milliseconds`. A terminal that is gone quits.
    func keys(milliseconds: Int32) -> [Key] {
        var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, milliseconds) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0, errno == EINTR { return [] }
        guard count > 0 else { return [.quit] }
        return Key.read(Array(bytes[..<count]))
    }
}
