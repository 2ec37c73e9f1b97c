// SPDX-License-Identifier: Apache-2.0

// The bounds of every link, each with the reason for its figure. A link at a bound is refused or
// closed under a name, never grown and never silently cut.

import QueueCore

/// The bounds of this module.
public enum UplinkLimits {
    /// Bytes of one line on the wire, `\n` included. The line protocol's own limit.
    public static let lineBytesMax = 1_024

    /// Bytes sent to a link and not yet taken by the kernel: 128 of the longest lines, over a
    /// thousand usual ones; with all connections at this bound 256 MiB.
    public static let outgoingBytesMax = 128 * 1_024

    /// Bytes taken from the kernel at once: four of the longest lines. With `lineBytesMax` it
    /// bounds what a link holds of its input.
    public static let readBytesMax = 4 * 1_024

    /// Bytes the kernel may hold for a link in each direction. Without it Linux grows them to
    /// megabytes, and a peer that stopped reading would be noticed only after those.
    public static let kernelBufferBytes = 64 * 1_024

    /// Bytes of lines for several links that are put before the links' threads are woken.
    static let unwokenBytesMax = 16 * 1_024

    /// Connections of one listener at once: some hundred controllers, kiosks and boards of a
    /// large hospital, several times over.
    public static let connectionsMax = 2_048

    /// Connections being told that there are too many; further ones are closed without a word.
    public static let refusalsAtOnceMax = 64

    /// Connections the kernel may hold for `accept`: all controllers of a large site at once; Linux
    /// takes its own `net.core.somaxconn` (4,096) if that is less.
    public static let backlog = 8_192

    /// Addresses of one client: a central, its stand-ins, and each over IPv4 and IPv6.
    public static let addressesMax = 8

    /// Bytes of a unix-domain socket's path: `sun_path` of Linux without its closing zero.
    public static let unixPathBytesMax = 107

    /// How long a handshake may take once it may begin: four round trips of a bad line, and the
    /// arithmetic of a slow board.
    public static let handshakeSpan = TimeSpan.seconds(5)

    /// Peers that may be at their handshake at once, some 100 KB each; further ones wait in a line.
    /// Enough for a thousand in a second over a bad line, few enough for each of them to be done soon.
    public static let handshakesMax = 512

    /// Of those, how many may be of one host: a building behind one address still comes in, and one
    /// machine can't hold up the others.
    public static let handshakesOfOneHostMax = 128

    /// Peers that may wait for their handshake, some 10 KB each: most controllers of a large site, when
    /// all come back at once. Further ones are closed, or push out the last of a host with more of them;
    /// who is closed tries again as its back-off says.
    public static let handshakeLineMax = 4_096

    /// Of those, how many may be of one host: a quarter, as in the room. Four hosts fill the line, hence
    /// a fifth takes a place of the longest.
    public static let handshakeLineOfOneHostMax = 1_024

    /// Who says nothing for so long amid a handshake makes room when others wait: the longest round
    /// trip over a mobile network, the arithmetic of a slow board, and a machine that has more to do.
    public static let handshakeQuietMax = TimeSpan.seconds(2)

    /// After so long without a line a rush is over, and told: a few lines of log in a minute at most.
    public static let handshakeCalmSpan = TimeSpan.seconds(10)

    /// How often those in the line are looked after when nobody comes or goes.
    public static let handshakeLook = TimeSpan.milliseconds(100)

    /// How long a client waits for the end of its handshake: most of it may be the central's line.
    public static let admissionSpan = TimeSpan.seconds(10)

    /// A timer that comes so late tells that this machine was busy elsewhere: nobody is called silent for
    /// what it has not read.
    public static let oversleptMin = TimeSpan.milliseconds(500)

    /// How long one attempt to connect may take: one lost SYN is sent again after 1 s.
    public static let connectMax = TimeSpan.seconds(3)

    /// A link that lasted this long makes the next back-off start over; less would let a central
    /// that accepts and drops be called several times a second.
    public static let lastedMin = TimeSpan.seconds(5)

    /// The longest answer on a control socket: the queue of the largest site, some 200 bytes a ticket.
    public static let controlBytesMax = 32 * 1_024 * 1_024
}
