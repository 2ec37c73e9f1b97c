// SPDX-License-Identifier: Apache-2.0

// Finds a line among the names of a chip: names are given by people, and can be missing or double.

/// The search for a line among the names of a chip; an unnamed line has an empty one.
struct LineSearch {
    let chip: ChipName
    let names: [String]

    func offset(of line: LineAddress) throws(LineError) -> UInt32 {
        switch line {
        case .offset(let place):
            guard place < names.count else { throw missing(line) }
            return place
        case .named(let name):
            let places = names.indices.filter { names[$0] == name && !name.isEmpty }
            guard let place = places.first else { throw missing(line) }
            guard places.count == 1 else {
                throw .ambiguousLine(name: name, chip: chip, offsets: places.map { UInt32($0) })
            }
            return UInt32(place)
        }
    }

    private func missing(_ line: LineAddress) -> LineError {
        .noLine(line, chip: chip, names: names.filter { !$0.isEmpty })
    }
}
