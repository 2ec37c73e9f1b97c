// SPDX-License-Identifier: Apache-2.0

// The seal of a backup: a digest over the whole file, kept in the file itself, so that one damaged
// on its way is not put back. SQLite's own check looks at how pages fit together, not at what they say.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

enum BackupSeal {
    private static let chunkBytes = 1 << 20

    /// Reckons the seal of a file that has a blank one and writes it into its place; durable on return.
    static func write(_ path: String) throws(StoreError) {
        let file = try Descriptor(path, O_RDWR)
        let (digest, place) = try reckon(file, path, seal: BackupNote.blank)
        guard let place else {
            throw StoreError(
                kind: .other, path: path,
                sentence: "\(path) has no place for its seal; this is a defect of the program")
        }
        let bytes = Array(digest.utf8)
        guard pwrite(file.number, bytes, bytes.count, off_t(place)) == bytes.count,
            fsync(file.number) == 0
        else { throw Directory.failure(errno, "write", path) }
    }

    /// Whether the file is as it was sealed.
    static func isWhole(_ path: String, seal: String) throws(StoreError) -> Bool {
        let (digest, place) = try reckon(try Descriptor(path, O_RDONLY), path, seal: seal)
        return place != nil && digest == seal
    }

    /// The digest over the file with a blank in place of the seal, and where the seal is.
    private static func reckon(
        _ file: Descriptor, _ path: String, seal: String
    ) throws(StoreError) -> (digest: String, place: Int?) {
        let marked = Array(("seal:" + seal).utf8)
        let blank = Array(BackupNote.blank.utf8)
        var digest = SHA256()
        var place: Int?
        // What was read and not taken in yet: the seal may lie across two chunks.
        var held: [UInt8] = []
        var taken = 0
        while true {
            let chunk = try file.read(chunkBytes, path)
            held += chunk
            if place == nil, let start = find(marked, in: held) {
                let from = start + 5
                place = taken + from
                held.replaceSubrange(from..<from + blank.count, with: blank)
            }
            let keep = chunk.isEmpty ? 0 : min(held.count, marked.count)
            let count = held.count - keep
            digest.add(Array(held[..<count]))
            held.removeFirst(count)
            taken += count
            if chunk.isEmpty { return (digest.finish(), place) }
        }
    }

    private static func find(_ word: [UInt8], in bytes: [UInt8]) -> Int? {
        guard let first = word.first, bytes.count >= word.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            for start in 0...(bytes.count - word.count) where bytes[start] == first {
                if word.indices.allSatisfy({ bytes[start + $0] == word[$0] }) { return start }
            }
            return nil
        }
    }
}

/// An open file.
final class Descriptor {
    let number: CInt

    init(_ path: String, _ flags: CInt, mode: mode_t = 0o600) throws(StoreError) {
        number = open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw Directory.failure(errno, "open", path) }
    }

    deinit { close(number) }

    /// Up to so many bytes; none at the end.
    func read(_ count: Int, _ path: String) throws(StoreError) -> [UInt8] {
        var failed: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while true {
                let got = Self.take(number, buffer.baseAddress, count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failed = errno }
                filled = max(got, 0)
                return
            }
        }
        guard failed == 0 else { throw Directory.failure(failed, "read", path) }
        return bytes
    }

    /// Writes all of it.
    func write(_ bytes: [UInt8], _ path: String) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Self.put(number, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Directory.failure(errno, "write", path) }
            done += count
        }
    }

    private static func take(
        _ number: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int
    ) -> Int { systemRead(number, buffer, count) }

    private static func put(_ number: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
        systemWrite(number, buffer, count)
    }
}

#if canImport(Glibc)
    private let systemRead = Glibc.read
    private let systemWrite = Glibc.write
#elseif canImport(Musl)
    private let systemRead = Musl.read
    private let systemWrite = Musl.write
#endif
