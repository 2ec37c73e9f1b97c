// SPDX-License-Identifier: Apache-2.0

// A database that can't be used is evidence, and perhaps somebody else's: it is renamed, with its
// journal, and never overwritten or deleted.

enum SetAside {
    /// What SQLite keeps beside a database.
    static let companions = ["-wal", "-shm", "-journal"]

    /// Moves the database and its companions to the first free `<path>.<why>-<n>`, n from 1, and
    /// returns the name of the first file moved. The caller holds the lock.
    static func move(_ path: String, why: OpeningReport.Why) throws(StoreError) -> String {
        try move(path, as: why.rawValue)
    }

    /// Moves them likewise, to the first free `<path>.<word>-<n>`.
    static func move(_ path: String, as word: String) throws(StoreError) -> String {
        let target = try freeName(path, word)
        // The database goes first: were the power cut before its journal follows, the journal left
        // alone is set aside as well, while a database without its journal would open and lack
        // rows.
        var moved: [String] = []
        for suffix in [""] + companions where Directory.exists(path + suffix) {
            try Directory.move(path + suffix, to: target + suffix)
            moved.append(target + suffix)
        }
        try Directory.sync(containing: path)
        return moved.first ?? target
    }

    /// Whether a journal is there whose database is not.
    static func isOrphaned(_ path: String) -> Bool {
        !Directory.exists(path)
            && (Directory.exists(path + "-wal") || Directory.exists(path + "-journal"))
    }

    private static func freeName(
        _ path: String, _ word: String
    ) throws(StoreError) -> String {
        for count in 1...StoreLimits.setAsideMax {
            let name = "\(path).\(word)-\(count)"
            let taken = ([""] + companions).contains { Directory.exists(name + $0) }
            if !taken { return name }
        }
        throw StoreError(
            kind: .other, path: path,
            sentence:
                "\(path) can't be used and \(StoreLimits.setAsideMax) databases were set aside "
                + "beside it already; find out why, and move the old \(path).\(word)-… away"
        )
    }
}
