// SPDX-License-Identifier: Apache-2.0

// The clips of spoken calls, read once at the start: what is missing is said then, not when a patient
// waits for it.

import Hummingbird
import QueueCore

/// The recorded voice of a hall.
public struct Voice: PageRoutes {
    private let languages: [SpokenCall]
    private let clips: [String: WaveClip]
    private let files: [String: FixedFile]

    /// A voice without clips: boards sound their own chime.
    public static let none = Voice(languages: [], clips: [:])

    /// Reads the clips of `folder`: `chime.wav`, and in a folder for each language the clips of
    /// ``SpokenCall/needed(series:)``, each as `NAME.wav`. A language that lacks one of the clips is
    /// not spoken, and `tell` is told which it lacks.
    public init(
        folder: String, languages names: [Name], tell: (String, _ isWarning: Bool) -> Void
    ) {
        var clips: [String: WaveClip] = [:]
        var bytes = 0
        func read(_ name: String) -> String? {
            let path = "\(folder)/\(name).wav"
            guard let file = SmallFile.bytes(path, bytesMax: VoiceLimits.clipBytesMax) else {
                return "\(path) can't be read"
            }
            bytes += file.count
            guard bytes <= VoiceLimits.bytesMax else {
                return "the clips have more than \(VoiceLimits.bytesMax >> 20) MiB together"
            }
            do throws(WaveClip.Fault) {
                clips[name] = try WaveClip(file)
                return nil
            } catch {
                return "\(path): \(error)"
            }
        }
        if let fault = read("chime") { tell("\(fault); boards sound a chime of their own", false) }
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).compactMap { Series(letter: $0) }
        let spoken = names.map(SpokenCall.init).filter { language in
            let faults = language.needed(series: letters).compactMap {
                read("\(language.language)/\($0)")
            }
            guard let first = faults.first else { return true }
            let more = faults.count > 1 ? ", and \(faults.count - 1) more like it" : ""
            tell(
                "no call is spoken in \"\(language.language)\": \(first)\(more); make voice builds "
                    + "the clips of fa and en", true)
            return false
        }
        let rates = Set(clips.values.map(\.rate))
        guard rates.count <= 1 else {
            let all = rates.sorted().map(String.init).joined(separator: ", ")
            tell("no call is spoken: clips have \(all) samples a second; make them alike", true)
            self = .none
            return
        }
        self.init(languages: spoken, clips: clips)
    }

    /// A voice of clips in memory.
    init(languages: [SpokenCall], clips: [String: WaveClip]) {
        self.languages = languages
        self.clips = clips
        files = clips.mapValues { FixedFile($0.file, type: "audio/wav") }
    }

    /// The languages that are spoken.
    public var languageCount: Int { languages.count }

    /// The clips of a call, in order: the chime, then each language.
    func clips(for call: Announcement) -> [String] {
        let chime = clips["chime"] == nil ? [] : ["chime"]
        return chime
            + languages.flatMap { language in
                language.clips(call.number, booth: call.place.booth).map {
                    "\(language.language)/\($0)"
                }
            }
    }

    /// How long the clips sound together.
    func span(of names: [String]) -> TimeSpan {
        names.compactMap { clips[$0]?.span }.reduce(.zero, +)
    }

    /// The samples of the clips in a row, and their rate; nil when there are none.
    func sound(of names: [String]) -> (samples: [UInt8], rate: Int)? {
        let parts = names.compactMap { clips[$0] }
        guard let rate = parts.first?.rate else { return nil }
        return (parts.reduce(into: []) { $0 += $1.samples }, rate)
    }

    /// Adds the clips, for boards to play.
    public func add(to router: Router<PagesContext>) {
        let files = files
        for (name, file) in files {
            router.get(RouterPath("/voice/\(name)")) { request, _ in file.answer(to: request) }
        }
    }
}
