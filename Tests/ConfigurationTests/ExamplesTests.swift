// SPDX-License-Identifier: Apache-2.0

// The example files load, and say what their comments say.

import NobatConfiguration
import QueueCore
import Testing

struct ExamplesTests {
    @Test func hall_Loads_WithFourBoothsOnOneBus() throws {
        let hall = try ControllerConfiguration.load(path: Samples.path("hall.yaml"))
        #expect(hall.plan.name == Name("hall-a"))
        #expect(hall.plan.booths.map(\.number) == [1, 2, 3, 4])
        #expect(hall.plan.booths[2].services.map(\.description) == ["admission", "lab"])
        #expect(hall.plan.booths[0].gestures == GestureMap())
        #expect(hall.buses.count == 1)
        #expect(hall.buses[0].deadMan == .seconds(10))
        #expect(hall.wiring.compactMap(\.display?.address) == [1, 2, 3, 4])
        #expect(hall.flash?.boot0.line == "GPIO20")
        #expect(hall.flash?.reset.line == "GPIO4")
        let chips = hall.wiring.flatMap { [$0.button?.chip, $0.lamp?.chip] }
        #expect(chips == Array(repeating: "pinctrl-bcm2711", count: 8))
        #expect(hall.wiring.allSatisfy { $0.button?.isActiveLow == true })
        #expect(hall.wiring.allSatisfy { $0.button?.bias == .pullUp })
        #expect(hall.wiring.allSatisfy { $0.lamp?.isActiveLow == false })
        let lab = try #require(Name("lab"))
        #expect(hall.titles[lab] == ServiceTitle(persian: "آزمایشگاه", english: "Laboratory"))
    }

    @Test func central_Loads() throws {
        let central = try CentralConfiguration.load(path: Samples.path("central.yaml"))
        #expect(central.plan.services.map(\.series.description) == ["A", "B"])
        #expect(
            central.plan.halls.flatMap(\.controllers).compactMap(\.localSeries?.description) == [
                "L"
            ])
        #expect(central.listenAddress == "127.0.0.1:7450")
        #expect(central.historyDays == 400)
        let hall = try ControllerConfiguration.load(path: Samples.path("hall.yaml"))
        #expect(hall.plan.schedule == central.plan.schedule)
        #expect(hall.plan.schedule.hours.map(\.service.description) == ["lab"])
    }

    @Test func twoBoards_Load_WithPathsInTheirFolder() throws {
        let folder = Samples.path("hall-two-boards")
        let central = try CentralConfiguration.load(path: folder + "/central.yaml")
        let halls = try ["a", "b"].map {
            try ControllerConfiguration.load(path: folder + "/hall-\($0).yaml")
        }
        #expect(
            Set(halls.map(\.plan.name))
                == Set(central.plan.halls.flatMap(\.controllers).map(\.name)))
        #expect(halls.flatMap { $0.plan.booths.map(\.number) } == [1, 2, 3, 4])
        #expect(halls[1].buses[0].port == "pty:\(folder)/bus-b.pty")
        #expect(central.databasePath == "\(folder)/central.db")
        let known = Set(central.plan.services.map(\.name))
        #expect(halls.allSatisfy { known.isSuperset(of: $0.titles.keys) })
    }

    @Test func otherDisplays_Load_WithEveryFamilyAndABoard() throws {
        let hall = try ControllerConfiguration.load(path: Samples.path("other-displays.yaml"))
        #expect(hall.buses.map(\.family.name) == ["modbus", "modbus", "candle", "ascii", "alpha"])
        #expect(hall.buses.map(\.baud) == [9_600, 9_600, 19_200, 2_400, 9_600])
        #expect(hall.buses.map(\.frame) == ["8N1", "8N1", "8N1", "8N1", "7E1"])
        #expect(hall.buses[0].family == .modbus(.maker(.dm56a04), echo: false))
        let old = SignText(
            template: [
                .bytes([0x02]), .place(.address), .place(.number), .bytes([0x0D, 0x0A]),
            ], width: 3, pad: 0x30)
        #expect(hall.buses[3].family == .ascii(old))
        #expect(hall.buses.map(\.canReadBack) == [true, true, false, false, false])
        #expect(hall.board?.rows.map(\.address) == [1, 2, 3])
        #expect(hall.board?.arrows == [1: .left, 2: .left, 3: .right, 4: .up])
    }
}
