// SPDX-License-Identifier: Apache-2.0

// The controller's daemon: reads its configuration, composes the hands around the machine, and runs.

import ArgumentParser
import Control
import DaemonSupport
import DisplayDrivers
import Foundation
import Hardware
import Logging
import NobatConfiguration
import QueueCore
import ServiceLifecycle
import StatusPages
import Store
import UnixSignals
import Uplink

/// The daemon from its command line to its end, as `nobatd --help` tells; it ends the process.
public func runNobatd() async {
    await Nobatd.main()
}

struct Nobatd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nobatd",
        abstract:
            "The controller of a hall: buttons, displays, tickets, and the link to the central.",
        version: "nobatd \(programVersion)")

    @Option(name: .long, help: "The configuration file; see Wiring/examples/hall.yaml.")
    var config: String

    @Flag(name: .long, help: "Check the configuration, print every error found, and exit.")
    var checkConfig = false

    @Option(name: .long, help: "What is logged: debug, info, warning or error.")
    var logLevel: Logger.Level = .info

    func run() async throws {
        let configuration: ControllerConfiguration
        do throws(ConfigurationErrors) {
            configuration = try ControllerConfiguration.load(path: config)
        } catch {
            Complain.say("\(error)")
            throw checkConfig ? ExitCode(1) : .badConfiguration
        }
        do throws(UplinkError) {
            for address in configuration.centralAddresses {
                let address = try HostPort(address)
                if configuration.centralKeyPath == nil { try address.checkLoopback() }
            }
        } catch {
            Complain.say("\(config): \"central\": \(error)")
            throw checkConfig ? ExitCode(1) : .badConfiguration
        }
        if checkConfig {
            print("\(config): ok, \(configuration.plan.booths.count) booths")
            for remark in configuration.buses.flatMap(\.remarks) {
                print("remark: \(remark.sentence)")
            }
            return
        }
        do {
            try await ControllerDaemon(configuration, path: config, logLevel: logLevel).run()
            EventLog.finish()
        } catch {
            EventLog.finish()
            Complain.say("nobatd: \(error)")
            throw ExitCode(1)
        }
    }
}

/// A daemon of one hall.
struct ControllerDaemon {
    private let configuration: ControllerConfiguration
    private let path: String
    private let logLevel: Logger.Level

    init(_ configuration: ControllerConfiguration, path: String, logLevel: Logger.Level) {
        self.configuration = configuration
        self.path = path
        self.logLevel = logLevel
    }

    func run() async throws {
        let clock = try SystemClock(timeZone: configuration.timeZone)
        let timestamps = Timestamps(clock: clock)
        let log = EventLog(label: "nobatd", level: logLevel, timestamps: timestamps)
        let tell = { @Sendable (kind: String) in
            { @Sendable (text: String, isWarning: Bool) in
                log.tell(kind, text, isWarning: isWarning)
            }
        }
        let opened = try ControllerStore.open(
            path: configuration.databasePath, freshEpoch: Epoch.fresh())
        log.tell("database", opened.report.sentence, isWarning: opened.report.isReplaced)

        let commitTimes = Samples()
        let decideTimes = Samples()
        let pressTimes = Samples()
        let busTimes = Samples()
        let hands = ControllerHands(
            plan: configuration.plan, store: opened.store, snapshot: opened.snapshot, clock: clock,
            commitTimes: commitTimes, decideTimes: decideTimes, log: log)
        var machine = ControllerMachine(
            plan: configuration.plan, snapshot: opened.snapshot, run: Epoch.fresh())
        let first = machine.start(at: clock.now())
        let loop = MachineLoop(machine: machine, hands: hands) { clock.now() }

        let watch = ClockWatch(
            clock: clock, isAlwaysRight: configuration.clock == .always, timestamps: timestamps,
            log: log)
        hands.wall = { watch.now }
        try hands.noteConfiguration(path, digest: SHA256.ofFile(path))
        let audit = AuditDesk(now: { clock.now() }, wall: { watch.now }) { entry in
            let wasTaken = loop.withHands { $0.note(entry) }
            if !wasTaken { log.tell("audit-failed", entry.act.rawValue, isWarning: true) }
        }
        let feed = { @Sendable (input: ControllerInput) in loop.feed(input) }
        let link = try CentralLink(
            addresses: configuration.centralAddresses, keyPath: configuration.centralKeyPath,
            clock: clock, feed: feed, tell: tell("link"))
        let displays = try makeBuses(clock, pressTimes, busTimes, feed: feed, tell: tell("bus"))
        let lamps = makeLamps(clock, tell: tell("lamps"))
        let presses = PressMemory { clock.now() }
        let panels = makeButtons(clock, lamps, presses, feed: feed, tell: tell("buttons"))
        let kiosk = try KioskParts.make(
            configuration, clock: clock, buses: displays.buses, feed: feed, log: log)
        hands.kiosk = kiosk?.desk
        let backups = BackupDesk(audit: audit) {
            [configuration, database = opened.store.path] file in
            let note = try Backup.make(
                of: database, owner: .controller, name: configuration.plan.name.description,
                program: programVersion, madeAt: timestamps.now, at: file)
            return BackupResult(file: file, sentence: note.sentence)
        }
        let records = RecordsDesk(backups: backups) { [zone = clock.zone] request, answer in
            loop.withHands { answer($0.audit(request, zone)) }
        }
        let questions = ControllerQuestions(loop: loop, records: records)
        let control = try ControlServer(
            path: configuration.socketPath, lost: { questions.lost($0) },
            serve: { questions.serve($0) })
        let outside = ControllerOutside(
            buses: displays.buses, displays: displays.places,
            lamps: Dictionary(
                uniqueKeysWithValues: lamps.flatMap { panel in
                    panel.booths.map { ($0, panel) }
                }), link: link, control: control)
        hands.outside = outside
        hands.board = HallBoard(configuration.board)
        let pages = configuration.pages.map { pages in
            HallPages(pages, configuration, now: { clock.now() }, tell: tell("pages"))
        }
        hands.pages = pages
        for remark in configuration.buses.flatMap(\.remarks) {
            log.tell("display-remark", remark.sentence)
        }
        let reports = ControllerReports(
            outside: outside, panels: panels, kiosk: kiosk, timestamps: timestamps,
            configuration: configuration.fingerprint, startedAt: clock.now(),
            pressTimes: pressTimes, decideTimes: decideTimes, busTimes: busTimes,
            commitTimes: commitTimes)
        questions.compose(control: control, reports: reports)
        let desk = configuration.pages.map { pages in
            TechnicianDesk(
                configuration, languages: pages.languages.map(\.rawValue), loop: loop,
                reports: reports, presses: presses, questions: questions, tell: tell("page-act"))
        }
        hands.desk = desk
        log.publish { row in
            control.publish(row)
            desk?.note(row)
        }

        var services: [any ServiceLifecycle.Service] = [
            ThreadService("core", stop: { loop.stop() }) {
                loop.run(firstChanges: first.changes, firstEffects: first.effects)
            }
        ]
        services += kiosk?.services ?? []
        for bus in displays.buses.values {
            services.append(
                ThreadService("bus \(bus.configuration.name)", stop: { bus.stop() }) { bus.run() })
        }
        for panel in lamps {
            services.append(ThreadService("lamps", stop: { panel.stop() }) { panel.run() })
        }
        for panel in panels {
            services.append(ThreadService("buttons", stop: { panel.stop() }) { panel.run() })
        }
        services.append(
            RepeatedService(every: .seconds(5)) {
                let (today, time, isTrusted) = watch.read()
                _ = feed(.time(watch.time(isTrusted: isTrusted)))
                _ = feed(.clock(today: today, at: time, isTrusted: isTrusted))
            })
        let coreWatch = CoreWatch(
            now: { clock.now() }, turns: { loop.turns },
            turn: { done in loop.inspect { _ in done() } },
            tell: { isStalled in
                for panel in lamps { panel.stall(isStalled) }
                log.tell(
                    isStalled ? "core-stalled" : "core-turns",
                    isStalled
                        ? "nothing has been recorded for \(SupportLimits.stallMax.milliseconds) ms: the disk "
                            + "hangs; presses are answered when it goes on"
                        : "the disk goes on", isWarning: isStalled)
            })
        services.append(RepeatedService(every: .seconds(1)) { coreWatch.check() })
        services.append(RepeatedService(every: .seconds(5)) { link.lookForNewKey() })
        if let pages, let desk, let configured = configuration.pages {
            let settings = PagesSettings(
                configured, name: configuration.plan.name, tell: tell("pages"))
            OpenFiles.raiseLimit()
            pages.begin { body in loop.inspect(body) }
            services.append(
                RepeatedService(every: PagesLimits.beat) {
                    pages.beat(time: watch.timeOfDay)
                    _ = loop.inspect { _ in desk.page.beat() }
                })
            services.append(RepeatedService(every: .seconds(1)) { desk.wantLook() })
            services.append(
                PagesServer(
                    settings: settings, pages: pages.routes + desk.routes,
                    feeds: [pages.board.feed, desk.page.feed], now: { clock.now() },
                    tell: tell("pages"), noteLogin: { audit.login(isRight: $0, from: $1) }))
        }
        services.append(CancelledService { await link.run() })
        services.append(CancelledService { try await control.run() })
        let core = Turning.core { done in loop.inspect { _ in done() } }
        if let manager = makeManager(core, displays.buses, lamps, panels, control, log) {
            services.append(manager)
        }
        let group = ServiceGroup(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "nobatd.services") { _ in SwiftLogNoOpLogHandler() })
        try await group.run()
        log.tell("stopped", "nobatd has stopped in order")
    }

    // MARK: - Composition

    /// What tells systemd how this daemon is; nil when something else has started it.
    private func makeManager(
        _ core: Turning, _ buses: [Name: DisplayBus], _ lamps: [LampPanel],
        _ panels: [ButtonPanel], _ control: ControlServer, _ log: EventLog
    ) -> ServiceManager? {
        var threads = [core]
        threads += buses.sorted { $0.key < $1.key }.map { name, bus in
            Turning("bus \(name)", bus.turns) { bus.wake() }
        }
        threads += panels.map { panel in
            Turning("buttons of \(panel.chip)", panel.turns) { panel.nudge() }
        }
        threads += lamps.map { panel in Turning("lamps of \(panel.chip)", panel.turns) {} }
        let (booths, lines) = (configuration.plan.booths.count, buses.count)
        return ServiceManager(
            threads: threads, isListening: { control.isListening },
            ready: "\(configuration.plan.name): \(booths) booths, \(lines) buses",
            tell: { log.tell("watchdog", $0, isWarning: true) })
    }

    private func makeBuses(
        _ clock: any Hardware.Clock, _ pressTimes: Samples, _ busTimes: Samples,
        feed: @escaping @Sendable (ControllerInput) -> Bool,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) throws -> (
        buses: [Name: DisplayBus], places: [BoothNumber: (bus: Name, unit: UnitAddress)]
    ) {
        var places: [BoothNumber: (bus: Name, unit: UnitAddress)] = [:]
        for wiring in configuration.wiring {
            guard let display = wiring.display, let unit = UnitAddress(Int(display.address)) else {
                continue
            }
            places[wiring.booth] = (display.bus, unit)
        }
        var buses: [Name: DisplayBus] = [:]
        for bus in configuration.buses {
            let here = places.filter { $0.value.bus == bus.name }
            let boothOf = Dictionary(here.map { ($0.value.unit, $0.key) }) { first, _ in first }
            let rows = (configuration.board?.rows ?? []).filter { $0.bus == bus.name }
            let kiosk = [configuration.kiosk?.display].compactMap(\.self).filter {
                $0.bus == bus.name
            }
            let units =
                boothOf.keys + (rows + kiosk).compactMap { UnitAddress(Int($0.address)) }
            buses[bus.name] = try DisplayBus(
                bus, units: units.sorted(), isBoard: !rows.isEmpty, clock: clock,
                pressTimes: pressTimes, busTimes: busTimes,
                report: { unit, works in
                    guard let booth = boothOf[unit] else { return }
                    if !feed(.displayWorks(booth, works)) {
                        tell("booth \(booth): too much is going on to note its display", true)
                    }
                }, tell: tell)
        }
        return (buses, places)
    }

    private func makeLamps(
        _ clock: any Hardware.Clock, tell: @escaping @Sendable (String, Bool) -> Void
    ) -> [LampPanel] {
        let wired = configuration.wiring.compactMap { wiring in
            wiring.lamp.map { (booth: wiring.booth, line: $0) }
        }
        return Dictionary(grouping: wired) { $0.line.chip }.sorted { $0.key < $1.key }.map {
            LampPanel(
                chip: $0.key, booths: $0.value.map(\.booth), lines: $0.value.map(\.line.choice),
                clock: clock, tell: tell)
        }
    }

    private func makeButtons(
        _ clock: any Hardware.Clock, _ lamps: [LampPanel], _ presses: PressMemory,
        feed: @escaping @Sendable (ControllerInput) -> Bool,
        tell: @escaping @Sendable (String, Bool) -> Void
    ) -> [ButtonPanel] {
        let times = configuration.buttons
        let timing = ButtonTiming(
            debounce: times.debounce, longPress: times.longPress, doubleGap: times.doubleGap,
            stuckAfter: times.stuckAfter)
        let wired = configuration.wiring.compactMap { wiring in
            wiring.button.map { (booth: wiring.booth, line: $0) }
        }
        let groups = Dictionary(grouping: wired) { $0.line.chip }.sorted { $0.key < $1.key }
        return groups.map { chip, lines in
            let buttons = lines.map { wired in
                let plan = configuration.plan.booths.first { $0.number == wired.booth }
                return ButtonPanel.Button(
                    booth: wired.booth, line: wired.line.choice,
                    gestures: plan?.gestures ?? GestureMap())
            }
            return ButtonPanel(
                chip: chip, buttons: buttons, timing: timing, clock: clock,
                report: { booth, event in
                    switch event {
                    case .down:
                        presses.down(booth)
                        for panel in lamps { panel.answer(booth) }
                        _ = feed(.buttonDown(booth))
                    case .gesture(let gesture):
                        presses.gesture(booth, gesture)
                        guard !feed(.press(booth, gesture, nil)) else { return }
                        for panel in lamps { panel.refuse(booth) }
                        tell("booth \(booth): too much is going on; the press was refused", true)
                    case .stuck: _ = feed(.buttonStuck(booth, true))
                    case .free: _ = feed(.buttonStuck(booth, false))
                    }
                }, tell: tell)
        }
    }
}

extension LineWiring {
    /// The line as the hardware asks for it.
    var choice: LineChoice {
        let address = UInt32(line).map(LineAddress.offset) ?? .named(line)
        return LineChoice(
            address, isActiveLow: isActiveLow, bias: LineBias(rawValue: bias.rawValue) ?? .asIs)
    }
}
