// SPDX-License-Identifier: Apache-2.0

// One session with a PostgreSQL server. Nothing in it waits longer than a stated time: a server that
// is cut off, or hangs, ends the session.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A session. Used from one thread at a time.
final class ServerSession {
    private let library: LibPQ
    private var connection: LibPQ.Connection?
    /// The server's address without its password.
    let place: String
    /// How long the server may be silent while it is waited for, in milliseconds.
    var silenceMs = StoreLimits.serverSilenceMs
    /// Why it ended, once it has.
    private(set) var lost: SessionLost?

    /// Statements that the server has prepared: their names by their texts.
    private var prepared: [String: String] = [:]
    /// Statements that are sent with the next one that is waited for.
    private var waiting: [Statement] = []

    /// A statement and the values of its parameters.
    private struct Statement {
        let sql: String
        let values: [ColumnValue]
    }

    /// A step of what was sent, whose result comes in its turn.
    private enum Expected {
        case prepared(sql: String, name: String)
        case result(isLast: Bool)
    }

    /// Opens a session. `url` is a connection URI; `place` names it in sentences.
    ///
    /// A library that is missing, a server that can't be reached or refuses are errors.
    init(url: String, place: String, library: LibPQ) throws(StoreError) {
        self.place = place
        self.library = library
        // What libpq says of a URI that it can't read quotes it, with a password that is in it.
        guard let options = library.conninfoParse(url, nil) else {
            throw StoreError(
                kind: .other, path: place,
                sentence: "libpq can't read the address of \(place); see \"Connection URIs\" in "
                    + "its documentation, and write what is no letter or digit in a password as "
                    + "% and two digits")
        }
        library.conninfoFree(options)
        // What stands in the URI counts more; a dead peer is noticed by TCP too.
        let parameters = [
            ("application_name", "nobat-central"),
            ("connect_timeout", "\(StoreLimits.serverConnectSeconds)"),
            ("tcp_user_timeout", "\(StoreLimits.serverSilenceMs)"), ("keepalives_idle", "1"),
            ("keepalives_interval", "1"), ("keepalives_count", "2"), ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
        connection = Self.withTexts(parameters.map(\.0)) { names in
            Self.withTexts(parameters.map(\.1)) { values in
                library.connectdbParams(names, values, 1)
            }
        }
        guard let connection, library.status(connection) == 0 else {
            let why = message()
            end(why)
            throw StoreError(
                kind: .lost, path: place,
                sentence: "\(place) can't be reached: \(why); see that the server runs, that its "
                    + "pg_hba.conf lets this machine in, and that database, user and password are "
                    + "right")
        }
        _ = library.setnonblocking(connection, 1)
    }

    deinit { end("it was closed") }

    /// Ends the session; the server frees what it held.
    func end(_ why: String) {
        if lost == nil { lost = SessionLost(why: why) }
        if let connection { library.finish(connection) }
        connection = nil
    }

    /// Executes one statement or several, without parameters.
    func script(_ sql: String) throws {
        let connection = try live()
        try flushWaiting()
        guard library.sendQuery(connection, sql) == 1 else { throw fail() }
        try push()
        var fault: ServerFault?
        while let result = try next() {
            fault = fault ?? self.fault(in: result)
            library.clear(result)
        }
        if let fault { throw fault }
    }

    /// Executes a statement with the next one that is waited for.
    func later(_ sql: String, _ values: [ColumnValue]) {
        waiting.append(Statement(sql: sql, values: values))
    }

    /// Forgets what waits; whether it began with `begin`.
    func forget(from begin: String) -> Bool {
        defer { waiting = [] }
        return waiting.first?.sql == begin
    }

    /// Sends what waits, if anything does.
    func flushWaiting() throws {
        guard let last = waiting.popLast() else { return }
        _ = try ask(last.sql, last.values) { _ in }
    }

    /// Sends what waits and this statement in one go; reads its rows, each by `body`. Returns the
    /// server's word for what it did, such as `DELETE 3`.
    func ask(
        _ sql: String, _ values: [ColumnValue], _ body: ([ColumnValue]) throws -> Void
    ) throws -> String {
        let connection = try live()
        let statements = waiting + [Statement(sql: sql, values: values)]
        waiting = []
        guard library.enterPipelineMode(connection) == 1 else { throw fail() }
        var expected: [Expected] = []
        var fresh: [String: String] = [:]
        for (index, statement) in statements.enumerated() {
            let isLast = index == statements.count - 1
            var name = prepared[statement.sql] ?? fresh[statement.sql]
            if name == nil {
                let made = "s\(prepared.count + fresh.count)"
                fresh[statement.sql] = made
                name = made
                let text = Self.numbered(statement.sql)
                guard library.sendPrepare(connection, made, text, 0, nil) == 1 else { throw fail() }
                expected.append(.prepared(sql: statement.sql, name: made))
            }
            try send(statement, name ?? "")
            expected.append(.result(isLast: isLast))
        }
        guard library.pipelineSync(connection) == 1 else { throw fail() }
        try push()
        return try read(expected, body)
    }

    private func send(_ statement: Statement, _ name: String) throws {
        let texts = statement.values.map { value -> String? in
            switch value {
            case .null, .foreign: nil
            case .integer(let number): "\(number)"
            // A server has no room for it in a text, and would end the text there.
            case .text(let text): text.contains("\0") ? String(text.filter { $0 != "\0" }) : text
            }
        }
        let isSent = Self.withTexts(texts) { pointers in
            library.sendQueryPrepared(
                connection, name, Int32(texts.count), pointers, nil, nil, 0)
        }
        guard isSent == 1 else { throw fail() }
    }

    private func read(
        _ expected: [Expected], _ body: ([ColumnValue]) throws -> Void
    ) throws -> String {
        var first: (any Error)?
        var word = ""
        for step in expected {
            guard let result = try next() else { throw fail("it left out a result") }
            defer { library.clear(result) }
            if let fault = fault(in: result) {
                first = first ?? fault
            } else if library.resultStatus(result) == LibPQ.Status.pipelineAborted {
                first = first ?? ServerFault.failed
            } else if first == nil {
                switch step {
                case .prepared(let sql, let name): prepared[sql] = name
                case .result(let isLast) where isLast:
                    word = library.cmdStatus(result).map { String(cString: $0) } ?? ""
                    do { try rows(of: result, body) } catch { first = error }
                case .result: break
                }
            }
            // Between the results of two statements comes nothing.
            guard try next() == nil else { throw fail("it gave a result too many") }
        }
        guard let sync = try next() else { throw fail("it left out the end") }
        library.clear(sync)
        _ = try live()
        guard library.exitPipelineMode(connection) == 1 else { throw fail() }
        if let first { throw first }
        return word
    }

    private func rows(
        of result: LibPQ.Result, _ body: ([ColumnValue]) throws -> Void
    ) throws {
        let columns = library.nfields(result)
        let isInteger = (0..<columns).map {
            LibPQ.integerTypes.contains(library.ftype(result, $0))
        }
        for row in 0..<library.ntuples(result) {
            var values: [ColumnValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns {
                guard library.getisnull(result, row, column) == 0,
                    let pointer = library.getvalue(result, row, column)
                else {
                    values.append(.null)
                    continue
                }
                let text = String(cString: pointer)
                if isInteger[Int(column)] {
                    values.append(Int64(text).map { .integer($0) } ?? .foreign)
                } else {
                    values.append(.text(text))
                }
            }
            try body(values)
        }
    }

    private func fault(in result: LibPQ.Result) -> ServerFault? {
        guard let state = library.resultErrorField(result, LibPQ.Field.sqlState) else { return nil }
        let text = { (field: Int32) in
            self.library.resultErrorField(result, field).map { String(cString: $0) }
        }
        let detail = text(LibPQ.Field.detail).map { " (\($0))" } ?? ""
        let place = [text(LibPQ.Field.table), text(LibPQ.Field.column)].compactMap(\.self)
        return ServerFault(
            sqlState: String(cString: state),
            message: (text(LibPQ.Field.message) ?? "no message") + detail,
            place: place.joined(separator: "."))
    }
}

// MARK: - Waiting

extension ServerSession {
    private func live() throws -> LibPQ.Connection {
        guard let connection else { throw lost ?? SessionLost(why: "it was never open") }
        return connection
    }

    private func message() -> String {
        let text = library.errorMessage(connection).map { String(cString: $0) } ?? ""
        return Self.oneLine(text.isEmpty ? "no reason given" : text)
    }

    /// Ends the session because of what the library says, or of `why`.
    private func fail(_ why: String? = nil) -> SessionLost {
        end(why ?? message())
        return lost ?? SessionLost(why: "it was closed")
    }

    /// Sends all that was given to the library; reads meanwhile, since a server that can't answer does
    /// not read on.
    private func push() throws {
        while true {
            let rest = library.flush(connection)
            if rest == 0 { return }
            guard rest > 0 else { throw fail() }
            let events = try ready(Int16(POLLIN | POLLOUT))
            if events & Int16(POLLIN) != 0, library.consumeInput(connection) == 0 { throw fail() }
        }
    }

    /// The next result; nil between two.
    private func next() throws -> LibPQ.Result? {
        while library.isBusy(connection) == 1 {
            _ = try ready(Int16(POLLIN))
            if library.consumeInput(connection) == 0 { throw fail() }
        }
        let result = library.getResult(connection)
        // A session that the server has ended gives a last result, which says so.
        if let result, library.status(connection) != 0 {
            let why = fault(in: result)?.message
            library.clear(result)
            throw fail(why)
        }
        return result
    }

    private func ready(_ events: Int16) throws -> Int16 {
        var entry = pollfd(fd: library.socket(connection), events: events, revents: 0)
        while true {
            let count = poll(&entry, 1, Int32(silenceMs))
            if count > 0 { return entry.revents }
            if count < 0, errno == EINTR { continue }
            throw fail(
                count == 0
                    ? "it has not answered for \(silenceMs) ms" : String(cString: strerror(errno)))
        }
    }

    /// A statement with `$1`, `$2`, … for its question marks; none of ours has one in a text.
    static func numbered(_ sql: String) -> String {
        var text = ""
        var count = 0
        for character in sql {
            if character == "?" {
                count += 1
                text += "$\(count)"
            } else {
                text.append(character)
            }
        }
        return text
    }

    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }

    private static func withTexts<Value>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        let copies = texts.map { text in text.flatMap { strdup($0) } }
        defer { for copy in copies { free(copy) } }
        let pointers = copies.map { $0.map { UnsafePointer($0) } } + [nil]
        return pointers.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("never empty") }
            return body(base)
        }
    }
}
