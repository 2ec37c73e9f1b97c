// SPDX-License-Identifier: Apache-2.0

// Keys that both daemons' files have.

import QueueCore

extension Fields {
    /// The path of the database.
    func database(example: String) -> Placed<String>? {
        required("database", example: example).flatMap { value in
            if let text = value.scalarText, DatabaseServer.isMeant(text) {
                value.report(
                    "a controller keeps its rows on its own disk, whatever happens to the network",
                    "write the path of a file, such as \(example)")
                return nil
            }
            return value.path(example: example).map { Placed($0, value.place) }
        }
    }

    /// The path of the database, or the server that several nodes share.
    func databaseOrServer(example: String) -> CentralDatabase? {
        guard let value = required("database", example: example) else { return nil }
        guard let text = value.scalarText, DatabaseServer.isMeant(text) else {
            return value.path(example: example).map { .file(Placed($0, value.place)) }
        }
        do throws(DatabaseServer.Fault) {
            return .server(try DatabaseServer(text))
        } catch {
            value.report(error.what, error.advice)
            return nil
        }
    }

    /// The path of the control socket.
    func socket(example: String, database: Placed<String>?) -> String? {
        guard let value = required("socket", example: example),
            let path = value.path(
                bytesMax: ConfigurationLimits.socketPathBytesMax, example: example)
        else { return nil }
        if let database, database.content == path {
            let later = max(database.place, value.place)
            let first = min(database.place, value.place)
            reading.report(
                later, "the socket and the database have the same path (see \(first.shown))",
                "give the socket another one, such as \(example)")
        }
        return path
    }

    /// The time zone.
    func timeZone() -> String? {
        guard let value = optional("timezone") else { return "Asia/Tehran" }
        return value.timeZone()
    }

    /// How far the wall clock is believed.
    func clock(otherwise: ClockTrust) -> ClockTrust? {
        guard let value = optional("clock") else { return otherwise }
        return value.choice(ClockTrust.self)
    }

    /// The title of the service `name`; the name itself where nothing is said.
    func title(of name: Name?) -> ServiceTitle {
        let plain = name?.description ?? ""
        var title = ServiceTitle(persian: plain, english: plain)
        let example = "title: { fa: پذیرش, en: Admission }"
        guard let value = optional("title"),
            let fields = value.fields("a title", keys: ["fa", "en"], example: example)
        else { return title }
        if let persian = fields.words("fa", example: "پذیرش") { title.persian = persian }
        if let english = fields.words("en", example: "Admission") { title.english = english }
        return title
    }

    private func words(_ key: String, example: String) -> String? {
        guard let value = optional(key), let text = value.text("a title", example: example) else {
            return nil
        }
        guard text.count <= ConfigurationLimits.titleMax else {
            value.report(
                "the title has \(text.count) characters",
                "shorten it to \(ConfigurationLimits.titleMax) at most")
            return nil
        }
        return text
    }

    /// A number, or its default.
    func integer(_ key: String, _ range: ClosedRange<Int>, otherwise: Int) -> Int? {
        guard let value = optional(key) else { return otherwise }
        return value.integer(range, example: otherwise)
    }

    /// A yes or no, or its default.
    func flag(_ key: String, otherwise: Bool) -> Bool? {
        guard let value = optional(key) else { return otherwise }
        return value.flag(example: otherwise)
    }
}

/// Where a central keeps its rows.
enum CentralDatabase {
    case file(Placed<String>)
    case server(DatabaseServer)

    var file: Placed<String>? { if case .file(let file) = self { file } else { nil } }
    var server: DatabaseServer? { if case .server(let server) = self { server } else { nil } }
}
