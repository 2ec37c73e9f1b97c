// SPDX-License-Identifier: Apache-2.0

/// The bounds of this module.
public enum KeyFilesLimits {
    /// Bytes of a key's file: the longest identity, the secret, and room for what makes it malformed.
    public static let fileBytesMax = 256

    /// Keys of a central: those of all controllers that it may have, each with its next one, and as
    /// many of others.
    public static let keysMax = 20_000
}
