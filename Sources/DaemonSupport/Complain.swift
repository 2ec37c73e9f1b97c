// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a program says before it gives up.
public enum Complain {
    /// Writes a line to standard error.
    public static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
