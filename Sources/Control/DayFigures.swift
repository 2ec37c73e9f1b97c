// SPDX-License-Identifier: Apache-2.0

// The figures of a service day as `nobatctl report` tells them, in JSON, as CSV and as tables.

import QueueCore

/// The figures of a service day. Times of the day are the clinic's own hours; spans are in seconds.
public struct DayFigures: Codable, Sendable, Equatable {
    /// The day, in days since 1970-01-01.
    public var day: Int
    /// The day in the Jalali calendar, `1405/09/02`.
    public var date: String
    /// The first and the last thing that a ticket of the day met with, in seconds since 1970-01-01
    /// 00:00 UTC; nil when none did.
    public var begins: Int?
    /// See `begins`.
    public var ends: Int?
    /// Calls of which nobody knew the time: they are counted, in no hour and without their spans.
    public var untimed: Int
    /// The figures: of the day, then of each service, booth and hour, then of both.
    public var rows: [FiguresRow]
    /// Each controller's time without the central between `begins` and `ends`, in all and by hour.
    public var absences: [AbsenceRow]

    /// The figures of a report.
    public init(_ report: DayReport) {
        day = Int(report.day.count)
        date = JalaliDate(report.day).description
        begins = report.begins.isKnown ? Int(report.begins.seconds) : nil
        ends = report.ends.isKnown ? Int(report.ends.seconds) : nil
        untimed = report.untimed
        rows = report.groups.map { FiguresRow($0.key, $0.figures) }
        absences = report.absences.map {
            AbsenceRow(controller: "\($0.controller)", hour: $0.hour, seconds: Int($0.seconds))
        }
    }
}

/// The figures of one service, booth or hour.
public struct FiguresRow: Codable, Sendable, Equatable {
    /// `day`, `service`, `booth`, `hour`, `service-hour` or `booth-hour`.
    public var of: String
    /// The service.
    public var service: String?
    /// The controller of the booth.
    public var controller: String?
    /// The booth.
    public var booth: Int?
    /// The hour, 0–23; from 24 on of the next day.
    public var hour: Int?
    /// Tickets issued; nil for booths, which issue none.
    public var issued: Int?
    /// Calls that were not taken back.
    public var called: Int
    /// Calls that ended with the patient served or sent on.
    public var served: Int
    /// Calls that nobody came for.
    public var noShows: Int
    /// Waits that were measured, and their mean, their 90th percentile and the longest, in seconds.
    public var waits: Int
    /// See `waits`.
    public var waitMean: Int?
    /// See `waits`.
    public var waitP90: Int?
    /// See `waits`.
    public var waitMax: Int?
    /// Services that were measured, their mean and their 90th percentile, in seconds.
    public var services: Int
    /// See `services`.
    public var serviceMean: Int?
    /// See `services`.
    public var serviceP90: Int?
    /// Spans of which one end is only the time at which the central heard of it, or that a clock
    /// which went back tells wrongly.
    public var unsure: Int

    init(_ key: FigureKey, _ figures: Figures) {
        let place: BoothPlace?
        (of, service, place, hour) =
            switch key {
            case .day: ("day", nil, nil, nil)
            case .service(let name): ("service", "\(name)", nil, nil)
            case .booth(let place): ("booth", nil, place, nil)
            case .hour(let hour): ("hour", nil, nil, hour)
            case .serviceHour(let name, let hour): ("service-hour", "\(name)", nil, hour)
            case .boothHour(let place, let hour): ("booth-hour", nil, place, hour)
            }
        controller = place.map { "\($0.controller)" }
        booth = place.map { Int($0.booth) }
        issued = place == nil ? figures.issued : nil
        called = figures.called
        served = figures.served
        noShows = figures.noShows
        waits = figures.waiting.count
        waitMean = figures.waiting.mean.map(Int.init)
        waitP90 = figures.waiting.p90.map(Int.init)
        waitMax = figures.waiting.max.map(Int.init)
        services = figures.service.count
        serviceMean = figures.service.mean.map(Int.init)
        serviceP90 = figures.service.p90.map(Int.init)
        unsure = figures.unsure
    }
}

/// How long a controller was without the central.
public struct AbsenceRow: Codable, Sendable, Equatable {
    /// The controller.
    public var controller: String
    /// The hour; nil for the whole day.
    public var hour: Int?
    /// The time without a connection, in seconds.
    public var seconds: Int

    /// A row.
    public init(controller: String, hour: Int?, seconds: Int) {
        self.controller = controller
        self.hour = hour
        self.seconds = seconds
    }
}
