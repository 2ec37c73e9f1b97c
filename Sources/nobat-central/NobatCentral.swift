// SPDX-License-Identifier: Apache-2.0

// The central's daemon: reads its configuration, composes the hands around the machine, and runs.

import ArgumentParser
import Control
import DaemonSupport
import Foundation
import Hardware
import KeyFiles
import Logging
import NobatConfiguration
import QueueCore
import ServiceLifecycle
import StatusPages
import Store
import UnixSignals
import Uplink

/// The daemon from its command line to its end, as `nobat-central --help` tells; it ends the process.
public func runNobatCentral() async {
    await NobatCentral.main()
}

struct NobatCentral: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobat-central",
        abstract: "The central queue: numbers, trays, and what the controllers tell.",
        version: "nobat-central \(programVersion)")

    @Option(name: .long, help: "The configuration file; see Wiring/examples/central.yaml.")
    var config: String

    @Flag(name: .long, help: "Check the configuration, print every error found, and exit.")
    var checkConfig = false

    @Option(name: .long, help: "What is logged: debug, info, warning or error.")
    var logLevel: Logger.Level = .info

    func run() async throws {
        let configuration: CentralConfiguration
        do throws(ConfigurationErrors) {
            configuration = try CentralConfiguration.load(path: config)
        } catch {
            Complain.say("\(error)")
            throw checkConfig ? ExitCode(1) : .badConfiguration
        }
        do throws(UplinkError) {
            let address = try HostPort(configuration.listenAddress)
            if configuration.keysPath == nil { try address.checkLoopback() }
        } catch {
            Complain.say("\(config): \"listen\": \(error)")
            throw checkConfig ? ExitCode(1) : .badConfiguration
        }
        if checkConfig {
            print("\(config): ok, \(configuration.plan.services.count) services")
            return
        }
        do {
            try await CentralDaemon(configuration, path: config, logLevel: logLevel).run()
            EventLog.finish()
        } catch {
            EventLog.finish()
            Complain.say("nobat-central: \(error)")
            throw ExitCode(1)
        }
    }
}

/// A daemon of all halls.
struct CentralDaemon {
    private let configuration: CentralConfiguration
    private let path: String
    private let logLevel: Logger.Level

    init(_ configuration: CentralConfiguration, path: String, logLevel: Logger.Level) {
        self.configuration = configuration
        self.path = path
        self.logLevel = logLevel
    }

    func run() async throws {
        OpenFiles.raiseLimit()
        MemoryUse.keepSmall()
        let clock = try SystemClock(timeZone: configuration.timeZone)
        let timestamps = Timestamps(clock: clock)
        let log = EventLog(label: "nobat-central", level: logLevel, timestamps: timestamps)
        let opened: CentralStore.Opened
        var revoked: Set<String> = []
        if let server = configuration.databaseServer {
            let standing = StandingBy(server, configuration, clock: clock, log: log)
            opened = try await standing.rows()
            revoked = standing.revoked
        } else {
            opened = try CentralStore.open(
                path: configuration.databasePath, freshEpoch: Epoch.fresh())
        }
        log.tell("database", opened.report.sentence, isWarning: opened.report.isReplaced)

        let commitTimes = Samples()
        let hands = CentralHands(
            plan: configuration.plan, store: opened.store, snapshot: opened.snapshot, clock: clock,
            commitTimes: commitTimes, historyDays: configuration.historyDays, log: log)
        var machine = CentralMachine(
            plan: configuration.plan, snapshot: opened.snapshot, run: Epoch.fresh())
        for line in try opened.store.newestHistory(day: opened.snapshot.meta.day) {
            machine.remember(line.entry)
        }
        machine.remembered()
        let first = machine.start(at: clock.now())
        let loop = MachineLoop(machine: machine, hands: hands) { clock.now() }

        let watch = ClockWatch(
            clock: clock, isAlwaysRight: configuration.clock == .always, timestamps: timestamps,
            log: log)
        hands.wall = { watch.now }
        // When the mailbox is full there is more to do than this; the next day begins it again.
        hands.pruneLater = { [weak loop] in _ = loop?.withHands { $0.pruneOn() } }
        hands.prune(opened.snapshot.meta.day)
        try hands.noteConfiguration(path, digest: SHA256.ofFile(path))
        let audit = AuditDesk(now: { clock.now() }, wall: { watch.now }) { entry in
            let wasTaken = loop.withHands { $0.note(entry) }
            if !wasTaken { log.tell("audit-failed", entry.act.rawValue, isWarning: true) }
        }
        let server = configuration.databaseServer
        let backups = BackupDesk(audit: audit) { [database = opened.store.place] file in
            if let server { throw StandingBy.backupIsTheServers(server) }
            let note = try Backup.make(
                of: database, owner: .central, name: "central", program: programVersion,
                madeAt: timestamps.now, at: file)
            return BackupResult(file: file, sentence: note.sentence)
        }
        let records = RecordsDesk(backups: backups) { [zone = clock.zone] request, answer in
            loop.withHands { answer($0.audit(request, zone)) }
        }
        let keys = configuration.keysPath.map { [revoked] path in
            KeyDesk(
                KeyFolder(path), revoked: revoked, isOfOneNode: server != nil,
                timestamps: timestamps, audit: audit, now: { clock.now() },
                feed: { loop.feed($0) },
                tell: { text, isWarning in log.tell("keys", text, isWarning: isWarning) })
        }
        keys?.read()
        let peers = try CentralPeers(
            address: configuration.listenAddress, keys: keys, feed: { loop.feed($0) },
            backlog: { loop.backlog },
            tell: { text, isWarning in log.tell("peers", text, isWarning: isWarning) })
        let reports = CentralReports(
            plan: configuration.plan, timestamps: timestamps,
            configuration: configuration.fingerprint, startedAt: clock.now(),
            commitTimes: commitTimes, keys: keys)
        let questions = CentralQuestions(
            loop: loop, hands: hands, reports: reports, records: records,
            days: DayReports(
                loop: loop, hands: hands, plan: configuration.plan, zone: clock.zone))
        let control = try ControlServer(
            path: configuration.socketPath, lost: { questions.lost($0) }
        ) { questions.serve($0) }
        hands.peers = peers
        hands.control = control
        let pages = configuration.pages.map { pages in
            CentralPages(
                pages, configuration, now: { clock.now() },
                tell: { text, isWarning in log.tell("pages", text, isWarning: isWarning) })
        }
        hands.pages = pages
        let desk = configuration.pages.map { pages in
            SupervisorDesk(
                configuration, languages: pages.languages.map(\.rawValue), loop: loop,
                reports: reports, questions: questions,
                tell: { text, isWarning in log.tell("page-act", text, isWarning: isWarning) })
        }
        hands.desk = desk
        questions.compose(control)
        log.publish { row in
            control.publish(row)
            desk?.note(row)
        }

        // The first thing that happens: what the machine then writes bears its time.
        loop.feed(.time(watch.time(isTrusted: watch.read().isTrusted)))
        let coreWatch = CoreWatch(
            now: { clock.now() }, turns: { loop.turns },
            turn: { done in loop.inspect { _ in done() } },
            tell: { isStalled in
                peers.stall(isStalled)
                log.tell(
                    isStalled ? "core-stalled" : "core-turns",
                    isStalled
                        ? "nothing has been recorded for \(SupportLimits.stallMax.milliseconds) ms: the disk "
                            + "hangs; controllers are let go, and call on by themselves"
                        : "the disk goes on", isWarning: isStalled)
            })
        var services: [any ServiceLifecycle.Service] = [
            ThreadService("core", stop: { loop.stop() }) {
                loop.run(firstChanges: first.changes, firstEffects: first.effects)
            },
            RepeatedService(every: .seconds(5)) {
                let (today, time, isTrusted) = watch.read()
                loop.feed(.time(watch.time(isTrusted: isTrusted)))
                loop.feed(.clock(today: today, at: time, isTrusted: isTrusted))
            },
            RepeatedService(every: .seconds(1)) { coreWatch.check() },
            RepeatedService(every: .milliseconds(50)) { peers.resume() },
            CancelledService { try await peers.run() },
            CancelledService { try await control.run() },
        ]
        if configuration.databaseServer != nil {
            services.append(
                RepeatedService(every: .milliseconds(Int64(StoreLimits.serverBeatMs))) {
                    loop.withHands { $0.beat() }
                })
        }
        if let keys { services.append(RepeatedService(every: .seconds(1)) { keys.look() }) }
        if let pages, let desk, let configured = configuration.pages {
            let tell = { @Sendable (text: String, isWarning: Bool) in
                log.tell("pages", text, isWarning: isWarning)
            }
            pages.begin { body in loop.inspect(body) }
            services.append(
                RepeatedService(every: PagesLimits.beat) {
                    pages.beat(time: watch.timeOfDay)
                    loop.inspect { _ in desk.page.beat() }
                })
            services.append(RepeatedService(every: .seconds(1)) { desk.tick() })
            services.append(
                PagesServer(
                    settings: PagesSettings(configured, tell: tell),
                    pages: pages.routes + desk.routes, feeds: pages.feeds + [desk.page.feed],
                    now: { clock.now() }, tell: tell,
                    noteLogin: { audit.login(isRight: $0, from: $1) }))
        }
        let manager = ServiceManager(
            threads: [.core { done in loop.inspect { _ in done() } }],
            isListening: { control.isListening },
            ready: "\(configuration.plan.services.count) services",
            tell: { log.tell("watchdog", $0, isWarning: true) })
        if let manager { services.append(manager) }
        let group = ServiceGroup(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "nobat-central.services") { _ in SwiftLogNoOpLogHandler() })
        try await group.run()
        log.tell("stopped", "nobat-central has stopped in order")
    }
}
