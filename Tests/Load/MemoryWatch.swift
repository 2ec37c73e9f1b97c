// SPDX-License-Identifier: Apache-2.0

// Whether memory is flat: after the first quarter of a run of the central, its later half is no larger
// than its earlier one, but for what the tickets of the day take.

struct MemoryWatch {
    /// How much more the later half may have on average, in KiB and in percent of the earlier one.
    static let growthKiB = 4_096
    static let growthPercent = 5

    private var runs: [[Int]] = []

    /// The central has started.
    mutating func begin() { runs.append([]) }

    /// A sample, in KiB.
    mutating func add(anonymousKiB: Int) {
        guard !runs.isEmpty else { return }
        runs[runs.count - 1].append(anonymousKiB)
    }

    /// Looks at the last run, the longest one.
    func judge(into broken: inout [String]) {
        guard let run = runs.last, run.count >= 4 else {
            return broken.append("memory was sampled too seldom to be judged; run it longer")
        }
        let settled = Array(run.dropFirst(run.count / 4))
        let half = settled.count / 2
        let earlier = Self.mean(settled[..<half])
        let later = Self.mean(settled[(settled.count - half)...])
        let slope = Double(later - earlier) / Double(settled.count - half) / 1_024
        say(
            "memory after the restart: \(earlier / 1_024) MiB, later \(later / 1_024) MiB; "
                + "\(Double(Int(slope * 100)) / 100) MiB from sample to sample")
        let bound = earlier + max(Self.growthKiB, earlier * Self.growthPercent / 100)
        if later > bound {
            broken.append("memory is not flat: \(earlier) KiB, later \(later) KiB")
        }
    }

    private static func mean(_ samples: ArraySlice<Int>) -> Int {
        samples.isEmpty ? 0 : samples.reduce(0, +) / samples.count
    }
}
