// SPDX-License-Identifier: Apache-2.0

// What can happen in a bad day, and days made of it at random.

@testable import QueueCore

/// One thing that happens. Controllers, booths, services and tickets are picked by index, so that a
/// day can be shortened and still means something.
enum ChaosStep: Hashable {
    enum Verb: CaseIterable, Hashable {
        case next, recall, noShow, finish, park, transfer, undo, open, close
    }

    case take(service: Int, PriorityClass)
    case takeAt(Int, service: Int, PriorityClass)
    case verb(Int, booth: Int, Verb, service: Int)
    case callNumber(Int, booth: Int, ticket: Int)
    case cancelAt(Int, ticket: Int)
    case cancel(ticket: Int)
    case deliver(Int)
    case settle
    case pass(TimeSpan)
    case cut(Int)
    case heal(Int)
    case breakSilently(Int)
    case noticeHalfOpen
    case kill(Int)
    case start(Int)
    case killCentral
    case startCentral
    case nextDay
    case clock(Int, trusted: Bool)
    case fence(Int)
    case loseDisk(Int)
    case copyDisk(Int)
    case restoreDisk(Int)
    case loseCentralDisk
    case copyCentralDisk
    case restoreCentralDisk
}

/// How bad days get.
struct ChaosWeather: Hashable {
    var controllers: Int
    var booths: Int
    var services: Int
    var blockSize: UInt16
    var steps: Int
    var fences = false
    var controllerAmnesia = false
    var centralAmnesia = false
    /// How often, in a thousand, something other than a person acts.
    var trouble: Int

    var isForgetful: Bool { controllerAmnesia || centralAmnesia }

    init(random: inout SplitMix) {
        controllers = .random(in: 1...3, using: &random)
        booths = .random(in: 1...3, using: &random)
        services = .random(in: 1...3, using: &random)
        blockSize = .random(in: 2...12, using: &random)
        steps = .random(in: 20...200, using: &random)
        trouble = [50, 200, 500].randomElement(using: &random) ?? 50
    }
}

extension ChaosStep {
    /// A day of steps, drawn from a weather.
    static func day(_ weather: ChaosWeather, random: inout SplitMix) -> [ChaosStep] {
        (0..<weather.steps).map { _ in
            Int.random(in: 0..<1_000, using: &random) < weather.trouble
                ? trouble(weather, &random) : work(weather, &random)
        }
    }

    private static func work(_ weather: ChaosWeather, _ random: inout SplitMix) -> ChaosStep {
        let who = Int.random(in: 0..<weather.controllers, using: &random)
        let booth = Int.random(in: 1...weather.booths, using: &random)
        let service = Int.random(in: 0..<weather.services, using: &random)
        let priority: PriorityClass =
            Int.random(in: 0..<8, using: &random) == 0 ? .emergency : .normal
        let ticket = Int.random(in: 0..<1_000, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<22: return .take(service: service, priority)
        case 22..<30: return .takeAt(who, service: service, priority)
        case 30..<58: return .verb(who, booth: booth, .next, service: 0)
        case 58..<74:
            let verb = Verb.allCases.randomElement(using: &random) ?? .next
            return .verb(who, booth: booth, verb, service: service)
        case 74..<76: return .callNumber(who, booth: booth, ticket: ticket)
        case 76: return .cancelAt(who, ticket: ticket)
        case 77: return .cancel(ticket: ticket)
        case 78..<92: return .deliver(.random(in: 1...12, using: &random))
        case 92..<95: return .settle
        default: return .pass(.milliseconds(.random(in: 1...4_000, using: &random)))
        }
    }

    private static func trouble(_ weather: ChaosWeather, _ random: inout SplitMix) -> ChaosStep {
        let who = Int.random(in: 0..<weather.controllers, using: &random)
        var choices: [ChaosStep] = [
            .cut(who), .cut(who), .heal(who), .heal(who), .heal(who), .breakSilently(who),
            .noticeHalfOpen, .kill(who), .start(who), .start(who), .killCentral, .startCentral,
            .startCentral, .clock(who, trusted: .random(using: &random)),
            .pass(.seconds(.random(in: 1...700, using: &random))), .deliver(3), .deliver(6),
        ]
        if Int.random(in: 0..<4, using: &random) == 0 { choices.append(.nextDay) }
        if weather.fences { choices.append(.fence(who)) }
        if weather.controllerAmnesia {
            choices += [.loseDisk(who), .copyDisk(who), .copyDisk(who), .restoreDisk(who)]
        }
        if weather.centralAmnesia {
            choices += [
                .loseCentralDisk, .copyCentralDisk, .copyCentralDisk, .restoreCentralDisk,
            ]
        }
        return choices.randomElement(using: &random) ?? .settle
    }
}
