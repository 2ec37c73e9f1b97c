// SPDX-License-Identifier: Apache-2.0

// What `nobat-central --config FILE` is told: halls, services, controllers and where to listen.

import QueueCore

/// The configuration of a central.
public struct CentralConfiguration: Sendable, Equatable {
    /// What the core needs to know.
    public var plan: CentralPlan
    /// Titles of services as people read them.
    public var titles: [Name: ServiceTitle]
    /// Where controllers and other clients connect, `host:port`.
    public var listenAddress: String
    /// The folder of its peers' keys; nil when it speaks plainly, on loopback.
    public var keysPath: String?
    /// The path of the control socket.
    public var socketPath: String
    /// The path of the database; "" when its rows are on a server.
    public var databasePath: String
    /// The server that has the rows, and that other nodes may share; nil when they are in a file.
    public var databaseServer: DatabaseServer?
    /// The time zone whose calendar date is the service day.
    public var timeZone: String
    /// When the wall clock may turn the service day.
    public var clock: ClockTrust
    /// How many service days of history are kept.
    public var historyDays: Int
    /// The pages; nil when it serves none.
    public var pages: PagesConfiguration?
    /// The fingerprint of the file that it was read from; "" when it was read from none.
    public var fingerprint = ""

    /// A central's configuration from its parts.
    public init(
        plan: CentralPlan, titles: [Name: ServiceTitle], listenAddress: String, socketPath: String,
        databasePath: String, timeZone: String, clock: ClockTrust, historyDays: Int,
        pages: PagesConfiguration? = nil, keysPath: String? = nil
    ) {
        self.plan = plan
        self.titles = titles
        self.listenAddress = listenAddress
        self.socketPath = socketPath
        self.databasePath = databasePath
        self.timeZone = timeZone
        self.clock = clock
        self.historyDays = historyDays
        self.pages = pages
        self.keysPath = keysPath
    }
}
