// SPDX-License-Identifier: Apache-2.0

// Runs the parsers that face outside on kept inputs; built with libFuzzer it looks for new ones. See
// Tests/Fuzz/README.md.

import Foundation

@main struct FuzzProgram {
    /// The variable that names the target for libFuzzer, whose own arguments are all taken.
    static let variable = "NOBAT_FUZZ"

    static func main() {
        #if FUZZING
            let name = ProcessInfo.processInfo.environment[variable] ?? ""
            guard let target = FuzzTarget.named(name) else {
                stop("\(variable) names no target but \"\(name)\"; there are \(FuzzTarget.names)")
            }
            exit(Fuzzer.run(target))
        #else
            let arguments = CommandLine.arguments.dropFirst()
            if arguments.first == "--targets" { return print(FuzzTarget.names) }
            guard let folder = arguments.first else {
                stop("say the folder of the kept inputs, such as Tests/Fuzz/Corpus")
            }
            replay(folder, only: arguments.dropFirst().first)
        #endif
    }

    /// Every kept input of every target, once; it ends with 1 when a property is broken, or when a
    /// target has no inputs.
    private static func replay(_ folder: String, only: String?) {
        var isSound = true
        for target in FuzzTarget.all where only == nil || only == target.name {
            let path = "\(folder)/\(target.name)"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            let kept = files.sorted().filter { !$0.hasPrefix(".") }
            if kept.isEmpty {
                isSound = false
                print("\(path): no kept input is there; see Tests/Fuzz/README.md")
            }
            for file in kept {
                guard let data = FileManager.default.contents(atPath: "\(path)/\(file)") else {
                    isSound = false
                    print("\(path)/\(file): it can't be read")
                    continue
                }
                do throws(Broken) {
                    try target.check([UInt8](data))
                } catch {
                    isSound = false
                    print("\(path)/\(file): \(error.sentence)")
                }
            }
            print("\(target.name): \(kept.count) kept inputs")
        }
        if let only, FuzzTarget.named(only) == nil {
            stop("there is no target \"\(only)\"; there are \(FuzzTarget.names)")
        }
        if !isSound { exit(1) }
    }

    private static func stop(_ sentence: String) -> Never {
        FileHandle.standardError.write(Data("nobat-fuzz: \(sentence)\n".utf8))
        exit(2)
    }
}
