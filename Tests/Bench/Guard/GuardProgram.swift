// SPDX-License-Identifier: Apache-2.0

// The decide path alone, so often as it is told: run under callgrind twice, without repeats and with
// some, it tells how many instructions one takes. No clock, no disk, no chance: the same each time.

#if canImport(Glibc)
    import Glibc
#endif

/// `nobat-guard CASE TICKETS REPEATS`: sets the machine up with so many tickets and repeats the case.
@main
enum GuardProgram {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 3, let tickets = Int(words[1]), let repeats = Int(words[2]),
            tickets > 0, repeats >= 0
        else {
            complain(
                "usage: nobat-guard controller-press|central-call|central-take TICKETS REPEATS")
        }
        switch words[0] {
        case "controller-press":
            var hall = GuardedHall(tickets: tickets)
            for _ in 0..<repeats { hall.press() }
            guard hall.calls == repeats else {
                complain("\(hall.calls) of \(repeats) presses called")
            }
        case "central-call":
            var site = GuardedSite(tickets: tickets)
            for _ in 0..<repeats { site.call() }
            guard site.acknowledged == repeats else {
                complain("\(site.acknowledged) of \(repeats) calls were acknowledged")
            }
        case "central-take":
            var site = GuardedSite(tickets: tickets)
            for _ in 0..<repeats { site.take() }
            guard site.given == repeats else {
                complain("\(site.given) of \(repeats) tickets were given")
            }
        default: complain("there is no case \(words[0])")
        }
    }

    private static func complain(_ sentence: String) -> Never {
        let line = "nobat-guard: \(sentence)\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
        exit(1)
    }
}
