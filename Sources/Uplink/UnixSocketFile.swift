// SPDX-License-Identifier: Apache-2.0

// The file of a unix-domain socket: never wider open than 0660, never taken from a daemon that
// listens on it, and gone when its listener is.

import Glibc
import NIOCore

struct UnixSocketFile {
    static let mode: mode_t = 0o660

    let path: String
    private let device: dev_t
    private let inode: ino_t

    /// Binds a new socket at `path` and returns it with its file; a file left by a daemon that is
    /// gone is replaced. Two daemons that start on one path in the same instant are kept apart by
    /// whoever starts daemons, not here.
    static func bind(
        path: String
    ) throws(UplinkError) -> (file: UnixSocketFile, descriptor: CInt) {
        let length = path.utf8.count
        guard (1...UplinkLimits.unixPathBytesMax).contains(length), !path.utf8.contains(0),
            let address = try? SocketAddress(unixDomainSocketPath: path)
        else { throw .badSocketPath(path) }
        try removeStale(path, address)
        let descriptor = newSocket()
        guard descriptor >= 0 else { throw failure(path, errno) }
        // The kernel gives a bound socket's file the mode of its descriptor, less the umask: it is
        // never open to others, not even between bind and chmod.
        let bound =
            fchmod(descriptor, mode) == 0
            && address.withSockAddr { Glibc.bind(descriptor, $0, socklen_t($1)) } == 0
        let bindError = errno
        var status = stat()
        guard bound, chmod(path, mode) == 0, lstat(path, &status) == 0 else {
            let code = bound ? errno : bindError
            _ = Glibc.close(descriptor)
            throw code == EADDRINUSE ? .inUse("unix:\(path)") : failure(path, code)
        }
        let file = UnixSocketFile(path: path, device: status.st_dev, inode: status.st_ino)
        return (file, descriptor)
    }

    /// Removes the file if it is still the one that was bound.
    func remove() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else {
            return
        }
        _ = unlink(path)
    }

    private static func removeStale(
        _ path: String, _ address: SocketAddress
    ) throws(UplinkError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        let probe = newSocket()
        guard probe >= 0 else { throw failure(path, errno) }
        let answer = address.withSockAddr { connect(probe, $0, socklen_t($1)) }
        let code = answer == 0 ? 0 : errno
        _ = Glibc.close(probe)
        switch code {
        case ECONNREFUSED:
            guard unlink(path) == 0 || errno == ENOENT else { throw failure(path, errno) }
        case ENOENT:
            return
        case 0, EAGAIN:
            throw .inUse("unix:\(path)")
        default:
            throw failure(path, code)
        }
    }

    private static func newSocket() -> CInt {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        return socket(AF_UNIX, type, 0)
    }

    private static func failure(_ path: String, _ code: CInt) -> UplinkError {
        .unbound(address: "unix:\(path)", why: String(cString: strerror(code)))
    }
}
