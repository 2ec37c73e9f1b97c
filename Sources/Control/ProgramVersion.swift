// SPDX-License-Identifier: Apache-2.0

/// The version of all programs of this package.
public let programVersion = "0.1.0"
