// SPDX-License-Identifier: Apache-2.0

// Requests to the unit, by function code. A request is checked whole before any of it is carried
// out. Source: MODBUS Application Protocol V1.1b3, 6.3, 6.6, 6.8, 6.12, 6.17 and 7.

extension DisplayUnit {
    /// Carries out the request in the buffer, and leaves the reply unless it was a broadcast.
    mutating func answer() {
        beginReply()
        let function = request[1]
        let isBroadcast = request[0] == ModbusLimits.broadcast
        let isWrite = function == ModbusFunction.writeOne || function == ModbusFunction.writeMany
        guard isWrite || !isBroadcast else { return }
        reply.append(identity.address)
        reply.append(function)
        if let exception = perform(function) {
            counters.exceptions &+= 1
            reply.removeAll()
            reply.append(identity.address)
            reply.append(function | ModbusFunction.exceptionBit)
            reply.append(exception.rawValue)
        }
        if isBroadcast { reply.removeAll() } else { reply.appendCheckWord() }
    }

    private mutating func perform(_ function: UInt8) -> ModbusException? {
        switch function {
        case ModbusFunction.read: performRead()
        case ModbusFunction.writeOne: performWriteOne()
        case ModbusFunction.diagnostics: performDiagnostics()
        case ModbusFunction.writeMany: performWriteMany()
        case ModbusFunction.readWrite: performReadWrite()
        default: .illegalFunction
        }
    }

    private mutating func performRead() -> ModbusException? {
        guard request.count == 8 else { return .illegalValue }
        let count = Int(request.word(at: 4))
        guard 1...ModbusLimits.readWordsMax ~= count else { return .illegalValue }
        let start = request.word(at: 2)
        guard canRead(from: start, count: count) else { return .illegalAddress }
        appendWords(from: start, count: count)
        return nil
    }

    private mutating func performWriteOne() -> ModbusException? {
        guard request.count == 8 else { return .illegalValue }
        if let exception = refusal(from: request.word(at: 2), count: 1, data: 4) {
            return exception
        }
        carryOutWrite(from: request.word(at: 2), count: 1, data: 4)
        for index in 2..<6 { reply.append(request[index]) }
        return nil
    }

    private mutating func performDiagnostics() -> ModbusException? {
        guard request.count >= 8, request.count % 2 == 0 else { return .illegalValue }
        guard request.word(at: 2) == 0 else { return .illegalFunction }
        for index in 2..<request.count - 2 { reply.append(request[index]) }
        return nil
    }

    private mutating func performWriteMany() -> ModbusException? {
        guard request.count >= 9 else { return .illegalValue }
        let start = request.word(at: 2)
        let count = Int(request.word(at: 4))
        guard 1...ModbusLimits.writeWordsMax ~= count, Int(request[6]) == 2 * count,
            request.count == 9 + 2 * count
        else { return .illegalValue }
        if let exception = refusal(from: start, count: count, data: 7) { return exception }
        carryOutWrite(from: start, count: count, data: 7)
        for index in 2..<6 { reply.append(request[index]) }
        return nil
    }

    private mutating func performReadWrite() -> ModbusException? {
        guard request.count >= 13 else { return .illegalValue }
        let readCount = Int(request.word(at: 4))
        let writeStart = request.word(at: 6)
        let writeCount = Int(request.word(at: 8))
        guard 1...ModbusLimits.readWordsMax ~= readCount,
            1...ModbusLimits.readWriteWordsMax ~= writeCount,
            Int(request[10]) == 2 * writeCount, request.count == 13 + 2 * writeCount
        else { return .illegalValue }
        guard canRead(from: request.word(at: 2), count: readCount) else { return .illegalAddress }
        if let exception = refusal(from: writeStart, count: writeCount, data: 11) {
            return exception
        }
        carryOutWrite(from: writeStart, count: writeCount, data: 11)
        appendWords(from: request.word(at: 2), count: readCount)
        return nil
    }

    private func canRead(from start: UInt16, count: Int) -> Bool {
        for offset in 0..<count where register(start, offset) == nil { return false }
        return true
    }

    private mutating func appendWords(from start: UInt16, count: Int) {
        reply.append(UInt8(truncatingIfNeeded: 2 * count))
        for offset in 0..<count {
            guard let register = register(start, offset) else { continue }
            reply.append(word: value(of: register))
            if register == .flags { resetSinceRead = false }
        }
    }

    /// Why the values at `data` in the request can't be written, or nil when all of them can.
    private func refusal(from start: UInt16, count: Int, data: Int) -> ModbusException? {
        for offset in 0..<count {
            guard let register = register(start, offset), register.access != .readOnly,
                request[0] != ModbusLimits.broadcast || !register.ignoresBroadcast
            else { return .illegalAddress }
        }
        for offset in 0..<count {
            guard let register = register(start, offset),
                register.allows(request.word(at: data + 2 * offset))
            else { return .illegalValue }
        }
        for offset in 0..<count where register(start, offset) == .unitAddress {
            guard canKeepAddress else { return .deviceFailure }
        }
        return nil
    }

    private mutating func carryOutWrite(from start: UInt16, count: Int, data: Int) {
        var order = ShowOrder()
        for offset in 0..<count {
            guard let register = register(start, offset) else { continue }
            write(request.word(at: data + 2 * offset), to: register, show: &order)
        }
        face.carryOut(order)
    }

    private func register(_ start: UInt16, _ offset: Int) -> Register? {
        guard let address = UInt16(exactly: Int(start) + offset) else { return nil }
        return Register(rawValue: address)
    }
}
