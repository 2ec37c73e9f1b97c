// SPDX-License-Identifier: Apache-2.0

// The audio output of the board, through aplay of Debian's alsa-utils: a child that gets samples and
// ends. Nothing of it can hold up the daemon, and what goes wrong is told.

import Dispatch
import Glibc
import Synchronization

/// Plays sounds on one audio device, one after another.
public final class SoundOutput: Sendable {
    private let device: String
    private let program: String
    private let tell: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "nobat.sound")
    private let waiting = Mutex(0)
    private let lastFault = Mutex<String?>(nil)

    /// An output on an ALSA device such as `default`; `tell` hears of faults, each once in a row.
    public init(
        device: String, program: String = "aplay", tell: @escaping @Sendable (String) -> Void
    ) {
        self.device = device
        self.program = program
        self.tell = tell
    }

    /// Plays mono samples of 16 bits, little endian; returns at once. While one sound plays, one more
    /// may wait; what comes beyond that is dropped.
    public func play(_ samples: [UInt8], rate: Int) {
        let isWanted = waiting.withLock { count in
            guard count < HardwareLimits.soundsMax else { return false }
            count += 1
            return true
        }
        guard isWanted else { return note("a sound was dropped: the device is behind") }
        queue.async { [self] in
            note(playNow(samples, rate: rate))
            waiting.withLock { $0 -= 1 }
        }
    }

    private func note(_ fault: String?) {
        let isNews = lastFault.withLock { last in
            defer { last = fault }
            return fault != last
        }
        if isNews, let fault { tell("\(device): \(fault)") }
    }

    /// Runs the program to its end; what went wrong, or nil.
    private func playNow(_ samples: [UInt8], rate: Int) -> String? {
        // A socket rather than a pipe: writing to a child that has gone must not raise a signal.
        var ends: [CInt] = [0, 0]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
        else { return String(cString: strerror(errno)) }
        defer { close(ends[0]) }
        let child = spawn(input: ends[1], rate: rate)
        close(ends[1])
        guard case .success(let child) = child else {
            if case .failure(let error) = child { return error.words }
            return nil
        }
        let seconds = samples.count / (2 * rate) + HardwareLimits.soundGraceSeconds
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(
            ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while sent < samples.count {
            let count = samples.withUnsafeBytes {
                send(
                    ends[0], $0.baseAddress?.advanced(by: sent), samples.count - sent,
                    CInt(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else if errno != EINTR { break }
        }
        shutdown(ends[0], CInt(SHUT_WR))
        return end(of: child, withinSeconds: seconds)
    }

    /// What a sound server may be found by.
    private static let variables = [
        "PATH", "HOME", "XDG_RUNTIME_DIR", "PULSE_SERVER", "ALSA_CONFIG_PATH",
    ]

    private struct SpawnError: Error { let words: String }

    private func spawn(input: CInt, rate: Int) -> Result<pid_t, SpawnError> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let words = [
            program, "-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", "\(rate)",
            "-",
        ]
        var arguments = words.map { strdup($0) } + [nil]
        var surroundings =
            Self.variables.compactMap { name in
                getenv(name).flatMap { strdup("\(name)=\(String(cString: $0))") }
            } + [nil]
        defer { for text in arguments + surroundings { free(text) } }
        var child = pid_t()
        let code = posix_spawnp(&child, program, &actions, nil, &arguments, &surroundings)
        guard code == 0 else {
            return .failure(
                SpawnError(
                    words: "\(program) can't be started (\(String(cString: strerror(code)))); "
                        + "it is in Debian's alsa-utils"))
        }
        return .success(child)
    }

    private func end(of child: pid_t, withinSeconds seconds: Int) -> String? {
        var status: CInt = 0
        for _ in 0..<(seconds * 20) {
            let result = waitpid(child, &status, WNOHANG)
            if result == child || (result < 0 && errno != EINTR) {
                return status == 0
                    ? nil
                    : "\(program) could not play there; aplay -L lists the devices of this machine"
            }
            usleep(50_000)
        }
        kill(child, SIGKILL)
        waitpid(child, &status, 0)
        return "the device took no sound for \(seconds) s"
    }
}
