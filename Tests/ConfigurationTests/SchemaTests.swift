// SPDX-License-Identifier: Apache-2.0

// Every key is read into its place, and has its default.

import NobatConfiguration
import QueueCore
import Testing

struct SchemaTests {
    @Test func controller_HasDefaults() throws {
        let hall = try ControllerConfiguration.parse(text: Samples.hall, file: "/etc/f.yaml")
        let name = try #require(Name("hall-a"))
        let lab = try #require(Name("lab"))
        let bus = try #require(Name("hall"))
        let booth = BoothPlan(number: 1, services: [lab])
        #expect(
            hall
                == ControllerConfiguration(
                    plan: ControllerPlan(name: name, booths: [booth]),
                    titles: [lab: ServiceTitle(persian: "lab", english: "lab")],
                    centralAddresses: ["127.0.0.1:7450"], databasePath: "/var/h.db",
                    socketPath: "/run/h.sock", timeZone: "Asia/Tehran", clock: .synchronised,
                    buttons: ButtonTimes(),
                    buses: [BusConfiguration(name: bus, port: "/dev/ttyS0")],
                    wiring: [
                        BoothWiring(
                            booth: 1, display: DisplayWiring(bus: bus, address: 1),
                            button: LineWiring(chip: "pinctrl-rp1", line: "GPIO17"),
                            lamp: LineWiring(chip: "pinctrl-rp1", line: "GPIO27", bias: .asIs))
                    ]))
    }

    static let everyKey = """
        name: hall-b
        central: ["[::1]:7450", central.clinic:7451]
        central-key: keys/central.key
        database: data/h.db
        socket: ./h.sock
        timezone: Europe/Berlin
        clock: always
        services:
          - { name: lab, title: { fa: آزمایش‌ها, en: Lab }, visit: 4m }
          - name: x-ray
            title: { en: X-ray }
        calls: { guard: 0ms, undo: 1m, recalls: 0, park: 90s }
        buttons: { debounce: 5ms, long: 1s, double: 250ms, stuck: 1m }
        buses:
          - name: one
            port: tcp://10.0.0.9:4001
            baud: 19200
            frame: 8E1
            rs485: true
            brightness: 0
            dead-man: 3500ms
          - { name: two, port: "pty:two.pty" }
        gpio: { chip: gpio-sim.0, bias: pull-down, active: high }
        booths:
          - number: 99
            services: [lab]
            open: false
            gestures: { short: undo, double: none, long: recall }
            display: { bus: two, address: 247 }
            button: { chip: other, line: 17, active: low, bias: as-is }
            lamp: { chip: other, line: "18", active: low }
          - number: 2
            services: [lab]
            button: { line: PIN 3 }
            lamp: { line: LED }
        """

    @Test func controller_ReadsEveryKey() throws {
        let hall = try ControllerConfiguration.parse(
            text: Self.everyKey, file: "/etc/nobat/f.yaml")
        #expect(hall.plan.name.description == "hall-b")
        #expect(hall.centralAddresses == ["[::1]:7450", "central.clinic:7451"])
        #expect(hall.centralKeyPath == "/etc/nobat/keys/central.key")
        #expect(hall.databasePath == "/etc/nobat/data/h.db")
        #expect(hall.socketPath == "/etc/nobat/./h.sock")
        #expect(hall.timeZone == "Europe/Berlin")
        #expect(hall.clock == .always)
        #expect(hall.plan.services.map(\.description) == ["x-ray"])
        let xRay = try #require(Name("x-ray"))
        let lab = try #require(Name("lab"))
        #expect(hall.titles[xRay] == ServiceTitle(persian: "x-ray", english: "X-ray"))
        #expect(hall.titles[lab] == ServiceTitle(persian: "آزمایش‌ها", english: "Lab"))
        #expect(hall.plan.visits == [lab: .seconds(240)])
        #expect(hall.plan.guardSpan == .zero)
        #expect(hall.plan.undoSpan == .seconds(60))
        #expect(hall.plan.recallMax == 0)
        #expect(hall.plan.parkSeconds == 90)
        #expect(
            hall.buttons
                == ButtonTimes(
                    debounce: .milliseconds(5), longPress: .seconds(1),
                    doubleGap: .milliseconds(250), stuckAfter: .seconds(60)))
        let one = try #require(Name("one"))
        let two = try #require(Name("two"))
        #expect(
            hall.buses == [
                BusConfiguration(
                    name: one, port: "tcp://10.0.0.9:4001", baud: 19_200, frame: "8E1",
                    isRS485: true, brightness: 0, deadMan: .milliseconds(3_500)),
                BusConfiguration(name: two, port: "pty:/etc/nobat/two.pty"),
            ])
        #expect(!hall.plan.booths[0].opensAtStart)
        #expect(
            hall.plan.booths[0].gestures == GestureMap(short: .undo, double: nil, long: .recall))
        #expect(
            hall.wiring == [
                BoothWiring(
                    booth: 99, display: DisplayWiring(bus: two, address: 247),
                    button: LineWiring(chip: "other", line: "17", bias: .asIs),
                    lamp: LineWiring(chip: "other", line: "18", bias: .asIs)),
                BoothWiring(
                    booth: 2,
                    button: LineWiring(
                        chip: "gpio-sim.0", line: "PIN 3", isActiveLow: false, bias: .pullDown),
                    lamp: LineWiring(
                        chip: "gpio-sim.0", line: "LED", isActiveLow: false, bias: .asIs)),
            ])
    }

    @Test func central_HasDefaults() throws {
        let central = try CentralConfiguration.parse(text: Samples.central, file: "f.yaml")
        #expect(central.timeZone == "Asia/Tehran")
        #expect(central.clock == .always)
        #expect(central.historyDays == 400)
        #expect(central.keysPath == nil)
        let service = try #require(central.plan.services.first)
        #expect((service.first, service.last, service.blockSize) == (1, 999, 50))
        #expect(!service.wraps)
        #expect(central.titles[service.name] == ServiceTitle(persian: "lab", english: "lab"))
    }

    @Test func central_ReadsEveryKey() throws {
        let text = """
            { listen: "[::]:0", keys: /k/, socket: /s, database: /d, timezone: UTC, clock: synchronised,
              history-days: 7, halls: [ { name: main,
              services: [ { name: "010", title: { fa: ف, en: e }, series: N, first: 100, last: 129,
                wrap: true, block: 30, visit: 90s }, { name: "2", series: B, last: 20 } ],
              controllers: [ { name: no, local-series: Y }, { name: yes } ] } ] }
            """
        let central = try CentralConfiguration.parse(text: text, file: "f.yaml")
        let hall = try #require(Name("main"))
        let service = try #require(Name("010"))
        let other = try #require(Name("2"))
        let expected = [
            Service(
                name: service, hall: hall, series: try #require(Series("N")), first: 100, last: 129,
                wraps: true, blockSize: 30),
            Service(
                name: other, hall: hall, series: try #require(Series("B")), last: 20,
                blockSize: 20),
        ]
        #expect(central.plan.services == expected.compactMap { $0 })
        #expect(central.plan.visits == [service: .seconds(90)])
        let controllers = central.plan.halls.flatMap(\.controllers)
        #expect(
            controllers.map { "\($0.name) \($0.localSeries?.description ?? "-")" } == [
                "no Y", "yes -",
            ])
        #expect(central.listenAddress == "[::]:0")
        #expect(central.keysPath == "/k")
        #expect(central.clock == .synchronised)
        #expect(central.historyDays == 7)
        #expect(central.timeZone == "UTC")
    }

    @Test func relativePath_BeginsAtTheFilesFolder_EvenWhenThatIsRelative() throws {
        let text = Samples.central.replacing("/var/c.db", with: "c.db")
        let central = try CentralConfiguration.parse(text: text, file: "some/f.yaml")
        #expect(central.databasePath.hasPrefix("/"))
        #expect(central.databasePath.hasSuffix("/some/c.db"))
    }
}
