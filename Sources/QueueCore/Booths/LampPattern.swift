// SPDX-License-Identifier: Apache-2.0

// How a lamp says what it has to say, with nothing but on and off, at two flashes a second or less.

/// The light of the lamp in a call button.
public enum LampPattern {
    /// The time after which every pattern begins again.
    public static let period = TimeSpan.milliseconds(2_000)

    /// How often the light must be worked out for every pattern to come out right.
    public static let step = TimeSpan.milliseconds(50)

    /// For this long a press is answered, at once, by the opposite of what the lamp was.
    public static let answer = TimeSpan.milliseconds(150)

    /// For this long a press that did nothing is answered by two flashes a second, whatever else there
    /// is to say.
    public static let refusal = TimeSpan.milliseconds(1_500)

    /// Whether the lamp is lit at a moment. Steady: somebody waits. Dark: nobody does. A short flash, or
    /// a short gap, every two seconds: the same while the central can't be reached. One flash a second:
    /// something of this booth is out of order.
    public static func isLit(
        _ state: LampState, at moment: Moment, pressedAt: Moment?, refusedAt: Moment? = nil
    ) -> Bool {
        if let refusedAt, moment >= refusedAt, moment < refusedAt + refusal {
            return (moment - refusedAt).milliseconds % 500 < 250
        }
        let phase = moment.microseconds % period.microseconds / 1_000
        let light =
            switch state {
            case .nobody: false
            case .waiting: true
            case .offlineNobody: phase < 100
            case .offlineWaiting: phase >= 100
            case .fault: phase % 1_000 < 500
            }
        guard let pressedAt, moment < pressedAt + answer else { return light }
        return !(state == .waiting || state == .offlineWaiting)
    }
}
