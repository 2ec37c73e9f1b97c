// SPDX-License-Identifier: Apache-2.0

// Composes a kiosk: its desk, its printer, its buttons and lamps, its readers and its display.

import Control
import DaemonSupport
import DisplayDrivers
import Foundation
import Hardware
import NobatConfiguration
import QueueCore
import ServiceLifecycle
import SlipPrinter

struct KioskParts: Sendable {
    let desk: KioskDesk
    private let printer: SlipPrinterPort
    private let readers: [CodeReader]
    private let panels: [ButtonPanel]
    private let lamps: [LampPanel]

    /// The kiosk of a configuration, or nil when it has none.
    static func make(
        _ configuration: ControllerConfiguration, clock: SystemClock,
        buses: [Name: DisplayBus], feed: @escaping @Sendable (ControllerInput) -> Bool,
        log: EventLog
    ) throws -> KioskParts? {
        guard let kiosk = configuration.kiosk else { return nil }
        let (layout, layoutError) = layout(configuration, kiosk)
        let desk = KioskDesk(
            plan: kiosk.plan, titles: configuration.titles, layout: layout,
            layoutError: layoutError, clock: clock)
        let tell = { @Sendable (text: String, isWarning: Bool) in
            log.tell("kiosk", text, isWarning: isWarning)
        }
        let printer = try SlipPrinterPort(
            kiosk.printer, voidMark: layout?.voidMark ?? [], clock: clock,
            pass: { desk.take($0) }, tell: tell)
        let readers = try kiosk.readers.map { reader in
            try CodeReader(reader, clock: clock, pass: { desk.take(.key($0)) }, tell: tell)
        }
        let lamps = makeLamps(kiosk, clock, tell)
        let panels = makePanels(kiosk, configuration.buttons, clock, desk, lamps, tell)
        let isAlwaysRight = configuration.clock == .always
        desk.compose(
            KioskOutside(
                feed: feed, print: { printer.print($0, isNote: $1) },
                show: { show($0, kiosk.display, buses) },
                light: { isReady in
                    for panel in lamps {
                        for button in panel.booths {
                            panel.set(button, isReady ? .waiting : .fault)
                        }
                    }
                },
                refuse: { button in
                    for panel in lamps { panel.refuse(BoothNumber(button + 1)) }
                },
                tell: { log.tell($0, $1, isWarning: $2) },
                time: {
                    guard isAlwaysRight || clock.isTrusted(), clock.isPlausible else { return nil }
                    return LocalTime(minute: clock.minuteOfDay())
                }))
        return KioskParts(
            desk: desk, printer: printer, readers: readers, panels: panels, lamps: lamps)
    }

    /// The kiosk's threads.
    var services: [any ServiceLifecycle.Service] {
        var services: [any ServiceLifecycle.Service] = [
            ThreadService("kiosk", stop: { desk.stop() }) { desk.run() },
            ThreadService("slips", stop: { printer.stop() }) { printer.run() },
        ]
        for reader in readers {
            services.append(ThreadService("codes", stop: { reader.stop() }) { reader.run() })
        }
        for panel in panels {
            services.append(ThreadService("taps", stop: { panel.stop() }) { panel.run() })
        }
        for panel in lamps {
            services.append(ThreadService("lamps", stop: { panel.stop() }) { panel.run() })
        }
        return services
    }

    /// What the kiosk tells of itself.
    func report(_ timestamps: Timestamps) -> KioskReport {
        let (state, printing) = (desk.state, printer.state)
        return KioskReport(
            printer: state.layoutError == nil ? printing.condition.rawValue : "fault",
            sentence: state.layoutError ?? printing.condition.sentence,
            since: timestamps.text(printing.since), port: printer.configuration.port,
            printed: printing.printed, failed: printing.failed, shows: state.sign.text,
            readers: readers.map { reader in
                let (name, isOpen, error) = reader.state
                return KioskReport.ReaderReport(name: name, open: isOpen, error: error)
            }, buttons: panels.isEmpty ? nil : ButtonsReport(panels, timestamps, printing.since))
    }

    // MARK: - Composition

    private static func layout(
        _ configuration: ControllerConfiguration, _ kiosk: KioskConfiguration
    ) -> (SlipLayout?, String?) {
        let form = SlipForm(
            width: kiosk.printer.width, header: kiosk.printer.header,
            services: configuration.slipTitles)
        let path = kiosk.printer.strips
        let remedy = "run nobat-slip --config with this daemon's configuration, then start it anew"
        guard let data = FileManager.default.contents(atPath: path) else {
            return (nil, "no slip can be printed: there is no \(path) to read; \(remedy)")
        }
        do throws(StripFileError) {
            return (try SlipLayout(form: form, strips: StripSet(file: Array(data))), nil)
        } catch {
            return (nil, "no slip can be printed: \(path): \(error.description); \(remedy)")
        }
    }

    private static func show(
        _ sign: KioskSign, _ display: DisplayWiring?, _ buses: [Name: DisplayBus]
    ) {
        guard let display, let unit = UnitAddress(Int(display.address)),
            let content = try? DisplayContent(sign.text, blinks: false, beeps: false)
        else { return }
        buses[display.bus]?.show(
            DisplayOrder(unit: unit, content: content, received: .zero, commit: .zero))
    }

    private static func makeLamps(
        _ kiosk: KioskConfiguration, _ clock: SystemClock,
        _ tell: @escaping @Sendable (String, Bool) -> Void
    ) -> [LampPanel] {
        let wired = kiosk.buttons.enumerated().compactMap { index, button in
            button.lamp.map { (button: BoothNumber(index + 1), line: $0) }
        }
        return Dictionary(grouping: wired) { $0.line.chip }.sorted { $0.key < $1.key }.map {
            LampPanel(
                chip: $0.key, booths: $0.value.map(\.button), lines: $0.value.map(\.line.choice),
                clock: clock, tell: tell)
        }
    }

    /// Panels know booths; here a booth's number is that of a button.
    private static func makePanels(
        _ kiosk: KioskConfiguration, _ times: ButtonTimes, _ clock: SystemClock, _ desk: KioskDesk,
        _ lamps: [LampPanel], _ tell: @escaping @Sendable (String, Bool) -> Void
    ) -> [ButtonPanel] {
        let timing = ButtonTiming(
            debounce: times.debounce, longPress: times.longPress, doubleGap: times.doubleGap,
            stuckAfter: times.stuckAfter)
        let taps = GestureMap(short: .next, double: nil, long: nil)
        let wired = Array(kiosk.buttons.enumerated())
        let groups = Dictionary(grouping: wired) { $0.element.line.chip }
        return groups.sorted { $0.key < $1.key }.map { chip, buttons in
            ButtonPanel(
                chip: chip,
                buttons: buttons.map { index, button in
                    ButtonPanel.Button(
                        booth: BoothNumber(index + 1), line: button.line.choice, gestures: taps)
                }, timing: timing, clock: clock,
                report: { button, event in
                    switch event {
                    case .down: for panel in lamps { panel.answer(button) }
                    case .gesture: desk.take(.tap(Int(button) - 1))
                    case .stuck:
                        tell(
                            "button \(button) of the kiosk is held by something; it is ignored "
                                + "until it is let go", true)
                    case .free: tell("button \(button) of the kiosk is free again", false)
                    }
                }, tell: tell)
        }
    }
}
