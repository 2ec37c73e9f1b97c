// SPDX-License-Identifier: Apache-2.0

// Paths, ports of serial lines and time zones: values that name something of this machine.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Value {
    /// The path of a file, made absolute: a relative one begins at the configuration's folder.
    func path(bytesMax: Int = ConfigurationLimits.pathBytesMax, example: String) -> String? {
        guard let word = text("the path of a file", example: example) else { return nil }
        return absolute(word, bytesMax: bytesMax)
    }

    /// The path of a folder, made absolute, with or without a slash at its end.
    func folderPath(example: String) -> String? {
        guard let word = text("the path of a folder", example: example) else { return nil }
        var path = word
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        if path == "/" { return path }
        if path == "." {
            let here = Paths.folder(of: reading.file)
            return here.isEmpty ? "/" : here
        }
        return absolute(path == ".." ? "../." : path, bytesMax: ConfigurationLimits.pathBytesMax)
    }

    private func absolute(_ word: String, bytesMax: Int) -> String? {
        guard !word.hasPrefix("~") else {
            report("\"~\" is not replaced by a home folder here", "write the path in full")
            return nil
        }
        guard !word.hasSuffix("/"), word != ".", word != ".." else {
            report("\"\(Reading.shown(word))\" is a folder", "add the name of the file")
            return nil
        }
        let path = word.hasPrefix("/") ? word : Paths.folder(of: reading.file) + "/" + word
        guard path.utf8.count <= bytesMax else {
            report(
                "the path has \(path.utf8.count) bytes, and the system takes \(bytesMax) at most",
                "use a shorter one")
            return nil
        }
        return path
    }

    /// The address of a serial port.
    func port() -> String? {
        let example = "/dev/serial/by-id/…"
        let forms = "write /dev/serial/by-id/…, tcp://host:port or pty:/path"
        guard let word = text("the address of a serial port", example: example) else { return nil }
        if word.hasPrefix("tcp://") {
            guard let wrong = NetworkAddress.fault(String(word.dropFirst(6))) else { return word }
            report("\"\(Reading.shown(word))\" is no address: \(wrong)", forms)
            return nil
        }
        if word.hasPrefix("pty:"), word.utf8.count > 4 {
            return absolute(
                String(word.dropFirst(4)), bytesMax: ConfigurationLimits.pathBytesMax - 4
            ).map { "pty:" + $0 }
        }
        if word.hasPrefix("/"), !word.hasSuffix("/") {
            return absolute(word, bytesMax: ConfigurationLimits.pathBytesMax)
        }
        report("\"\(Reading.shown(word))\" is no address of a serial port", forms)
        return nil
    }

    /// A time zone that the system knows.
    func timeZone() -> String? {
        let example = "Asia/Tehran"
        guard let word = text("a time zone", example: example) else { return nil }
        let isPlausible =
            word.utf8.count <= 64 && !word.hasPrefix("/") && !word.contains("..")
            && word.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
                    || (0x41...0x5A).contains(byte) || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
            }
        let folder = reading.zoneFolder
        let isThere = !Paths.isFolder(folder) || Paths.isFile(folder + "/" + word)
        guard isPlausible, isThere else {
            report(
                "there is no time zone \"\(Reading.shown(word))\"",
                "write a name from \(folder), such as \(example)")
            return nil
        }
        return word
    }
}

/// What the file system is asked while a configuration is read.
enum Paths {
    /// The folder of a file, absolute and without a slash at its end.
    static func folder(of file: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
        if file.hasPrefix("/") { return folder }
        let here = getcwd(nil, 0).map { pointer in
            defer { free(pointer) }
            return String(cString: pointer)
        }
        let base = here == "/" ? "" : here ?? "."
        return folder.isEmpty || folder == "." ? base : base + "/" + folder
    }

    /// Whether there is a folder at `path`.
    static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }

    /// Whether there is a file at `path`.
    static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
