// SPDX-License-Identifier: Apache-2.0

// Many milliseconds at once, for units in simulated time. A board has no use for it.

#if !hasFeature(Embedded)
    extension DisplayUnit {
        /// Passes `count` milliseconds exactly as so many calls of `tick1ms(buttons:)` do, in one
        /// stride wherever nothing changes but the time.
        public mutating func tick(milliseconds count: UInt32, buttons: UInt8) {
            var left = count
            while left > 0 {
                let stride = min(left, restMs(buttons))
                if stride == 0 {
                    tick1ms(buttons: buttons)
                    left -= 1
                } else {
                    rest(milliseconds: stride)
                    left -= stride
                }
            }
        }

        private func restMs(_ buttons: UInt8) -> UInt32 {
            let areSettled =
                button1.isDown == (buttons & 1 != 0) && button1.differsMs == 0
                && button2.isDown == (buttons & 2 != 0) && button2.differsMs == 0
            guard areSettled && (gapTicks == 0 || request.isEmpty) else { return 0 }
            return face.restMs
        }

        private mutating func rest(milliseconds count: UInt32) {
            let sum = UInt64(milliseconds) + UInt64(count)
            milliseconds = UInt16(sum % 1_000)
            uptimeSeconds &+= UInt32(sum / 1_000)
            face.rest(milliseconds: count)
        }
    }
#endif
