// SPDX-License-Identifier: Apache-2.0

// What is wrong with an installation and what to do, from what was seen of it. What a running daemon
// tells of its buses, units, link and kiosk is judged as the technician's page does.

import Control

/// Finds what is wrong with an installation.
public enum Doctor {
    /// All findings, faults first; none when all is well.
    public static func findings(_ probes: Probes) -> [PageFinding] {
        var found = file(probes) + service(probes) + user(probes)
        found += probes.devices.flatMap { device($0, probes.user) }
        found += probes.chips.flatMap { chip($0, probes.user) }
        found += probes.clock.map(clock) ?? []
        found += probes.keys.flatMap { key($0, probes.user) }
        found += probes.keyFolder.map { keyFolder($0, probes.user) } ?? []
        found += probes.disk.map(disk) ?? []
        found += daemon(probes)
        return found.filter { $0.severity == .fault } + found.filter { $0.severity == .warning }
    }

    static func fault(_ name: String, _ what: Bilingual, _ todo: Bilingual) -> PageFinding {
        PageFinding(.fault, name, what, todo: todo)
    }

    static func warning(_ name: String, _ what: Bilingual, _ todo: Bilingual) -> PageFinding {
        PageFinding(.warning, name, what, todo: todo)
    }

    // MARK: - The file and the service

    private static func file(_ probes: Probes) -> [PageFinding] {
        let (file, daemon) = (probes.file, probes.daemon)
        guard file.exists else {
            let isHall = daemon == "nobatd"
            return [
                fault(
                    "config-missing",
                    Bilingual(
                        fa: "پیکربندی \(file.path) نیست.", en: "There is no \(file.path)."),
                    Bilingual(
                        fa: isHall
                            ? "nobatctl setup را اجرا کنید."
                            : "آن را از روی نمونه بنویسید.",
                        en: isHall
                            ? "Run nobatctl setup."
                            : "Write it as /usr/share/doc/nobat-central/examples/central.yaml."))
            ]
        }
        if !file.errors.isEmpty {
            let count = Bilingual(digitsOf: "\(file.errors.count)")
            return [
                fault(
                    "config-errors",
                    Bilingual(
                        fa: "پیکربندی \(count.fa) خطا دارد: \(file.errors[0])",
                        en: "The configuration has \(count.en) errors: \(file.errors[0])"),
                    Bilingual(
                        fa:
                            "همهٔ خطاها را با ‎\(daemon) --config \(file.path) --check-config‎ ببینید.",
                        en: "See them all with: \(daemon) --config \(file.path) --check-config"))
            ]
        }
        guard let read = probes.report?.configuration, read != file.fingerprint else { return [] }
        return [
            warning(
                "config-drift",
                Bilingual(
                    fa: "\(file.path) پس از آغاز برنامه تغییر کرده است و هنوز به کار نیست.",
                    en: "\(file.path) is not what \(daemon) has read: it was changed since."),
                Bilingual(
                    fa: "برنامه را از نو آغاز کنید: systemctl restart \(daemon)",
                    en: "Let it be read: systemctl restart \(daemon)"))
        ]
    }

    private static func service(_ probes: Probes) -> [PageFinding] {
        guard let service = probes.service else { return [] }
        let name = probes.daemon
        let log = "journalctl -u \(name) -n 50"
        guard service.load == "loaded" else {
            return [
                fault(
                    "service-missing",
                    Bilingual(
                        fa: "سرویس \(name) نصب نیست (\(service.load)).",
                        en: "There is no service \(name) (\(service.load))."),
                    Bilingual(
                        fa: "بسته را نصب کنید؛ اگر masked است: systemctl unmask \(name)",
                        en: "Install its package; if it is masked: systemctl unmask \(name)"))
            ]
        }
        var found: [PageFinding] = []
        if service.file == "disabled" {
            found.append(
                warning(
                    "service-disabled",
                    Bilingual(
                        fa: "\(name) با روشن شدن دستگاه آغاز نمی‌شود.",
                        en: "\(name) is not started when the machine starts."),
                    Bilingual(
                        fa: "systemctl enable \(name)", en: "systemctl enable \(name)")))
        }
        if service.active == "failed" || service.active == "inactive", probes.file.exists {
            found.append(
                fault(
                    "service-stopped",
                    Bilingual(
                        fa: "\(name) در کار نیست (\(service.result)).",
                        en: "\(name) does not run (\(service.result))."),
                    Bilingual(
                        fa: "آغازش کنید: systemctl start \(name)؛ دلیل را در گزارش ببینید: \(log)",
                        en: "Start it: systemctl start \(name); the log says why it stopped: \(log)"
                    )))
        } else if service.restarts > 0 {
            let count = Bilingual(digitsOf: "\(service.restarts)")
            found.append(
                warning(
                    "service-restarted",
                    Bilingual(
                        fa: "\(name) \(count.fa) بار خودبه‌خود از نو آغاز شده است.",
                        en: "\(name) was started anew \(count.en) times by itself."),
                    Bilingual(
                        fa: "دلیل را در گزارش ببینید: \(log)", en: "The log says why: \(log)")))
        }
        return found
    }

    private static func user(_ probes: Probes) -> [PageFinding] {
        guard probes.service != nil, probes.user == nil else { return [] }
        return [
            fault(
                "no-user",
                Bilingual(fa: "کاربر nobat نیست.", en: "There is no user nobat."),
                Bilingual(
                    fa: "systemd-sysusers را اجرا کنید، یا بسته را دوباره نصب کنید.",
                    en: "Run systemd-sysusers, or install the package again."))
        ]
    }

    // MARK: - The daemon

    private static func daemon(_ probes: Probes) -> [PageFinding] {
        guard let report = probes.report else {
            // A service that is known not to run was told already.
            let isRunning = probes.service.map {
                $0.active == "active" || $0.active == "activating"
            }
            guard isRunning ?? true, probes.file.exists else { return [] }
            return [
                fault(
                    "daemon-silent",
                    Bilingual(
                        fa: "\(probes.daemon) پاسخ نمی‌دهد.",
                        en:
                            "\(probes.daemon) does not answer\(probes.silence.map { ": \($0)" } ?? "")."
                    ),
                    Bilingual(
                        fa: "گزارش را ببینید: journalctl -u \(probes.daemon) -n 50",
                        en: "Look at its log: journalctl -u \(probes.daemon) -n 50"))
            ]
        }
        var found = PageFinding.all(of: report)
        if report.version != probes.version {
            found.append(
                warning(
                    "version-differs",
                    Bilingual(
                        fa:
                            "نسخهٔ در حال کار \(report.version) و نسخهٔ نصب‌شده \(probes.version) است.",
                        en: "\(report.version) is running, and \(probes.version) is installed."),
                    Bilingual(
                        fa: "systemctl restart \(probes.daemon)",
                        en: "systemctl restart \(probes.daemon)")))
        }
        return found
    }
}
