// SPDX-License-Identifier: Apache-2.0

// Reads where the line protocol is spoken. Off this machine it runs only inside TLS with keys, in
// either direction: a file that says otherwise is refused here, before anything runs.

import QueueCore

extension Fields {
    static let keysExample = "/var/lib/nobat/keys"
    static let centralKeyExample = "/var/lib/nobat/keys/central.key"

    /// Where a central listens, and its folder of keys.
    func listener() -> (address: String?, keys: String?) {
        let keys = optional("keys").flatMap { $0.folderPath(example: Self.keysExample) }
        let value = required("listen", example: "127.0.0.1:7450")
        let address = value?.hostAndPort(isListener: true)
        if let address, let value, optional("keys") == nil, !NetworkAddress.isLoopback(address) {
            value.report(
                "others than this machine reach the central at \(address), and plain lines could be "
                    + "read and forged there",
                "add \"keys: \(Self.keysExample)\" and have a key made for each peer with "
                    + "'nobatctl key new', or listen at 127.0.0.1")
        }
        return (address, keys)
    }

    /// The file of a controller's key; nil when it needs none, or after an error.
    func centralKey() -> String? {
        optional("central-key").flatMap { $0.path(example: Self.centralKeyExample) }
    }
}

extension Value {
    /// The address of a central; of another machine only when `file` names a key.
    func centralAddress(_ file: Fields) -> String? {
        guard let address = hostAndPort() else { return nil }
        if file.optional("central-key") == nil, !NetworkAddress.isLoopback(address) {
            report(
                "\(address) is not on this machine, and plain lines could be read and forged on the "
                    + "way",
                "add \"central-key: \(Fields.centralKeyExample)\", the key that 'nobatctl key new' "
                    + "makes at the central")
        }
        return address
    }
}
