// SPDX-License-Identifier: Apache-2.0

// The way into libFuzzer (https://llvm.org/docs/LibFuzzer.html): it makes inputs, watches which parts
// of the program they reach, and keeps those that reach new ones.

#if FUZZING
    import Foundation

    enum Fuzzer {
        /// One input, as `LLVMFuzzerTestOneInput` is told it.
        private typealias Visit = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

        @_silgen_name("LLVMFuzzerRunDriver")
        private static func runDriver(
            _ count: UnsafeMutablePointer<CInt>,
            _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
            _ visit: Visit
        ) -> CInt

        /// Set once, before anything is run.
        nonisolated(unsafe) private static var target: FuzzTarget?

        /// Runs until libFuzzer's own arguments say that it is enough.
        static func run(_ target: FuzzTarget) -> CInt {
            self.target = target
            var count = CommandLine.argc
            var arguments = CommandLine.unsafeArgv
            return runDriver(&count, &arguments) { start, count in
                let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
                do throws(Broken) {
                    try Fuzzer.target?.check(bytes)
                } catch {
                    FileHandle.standardError.write(Data("broken: \(error.sentence)\n".utf8))
                    // libFuzzer keeps the input of whatever ends by a signal.
                    abort()
                }
                return 0
            }
        }
    }
#endif
