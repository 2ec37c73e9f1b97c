// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// What a program says before it gives up.
public enum Complain {
    /// Writes a line to standard error.
    public static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

extension ExitCode {
    /// The configuration has errors (EX_CONFIG of sysexits.h): starting again would not help, and systemd
    /// is told not to.
    public static let badConfiguration = ExitCode(78)
}
