// SPDX-License-Identifier: Apache-2.0

// The address of a server that central nodes share: what is taken, what is refused, and that no
// error or log says its password.

import NobatConfiguration
import Testing

struct DatabaseServerTests {
    static func text(_ address: String) -> String {
        Samples.central.replacing("/var/c.db", with: "\"\(address)\"")
    }

    @Test(arguments: [
        ("postgresql://nobat@127.0.0.1:5433/nobat", "postgresql://nobat@127.0.0.1:5433/nobat"),
        ("postgres://nobat:secret@localhost/nobat", "postgresql://nobat@localhost/nobat"),
        ("postgresql:///nobat?password=secret", "postgresql:///nobat"),
        ("postgresql://:secret@localhost/nobat", "postgresql://localhost/nobat"),
        ("postgresql://%2Frun%2Fpostgresql/nobat", "postgresql://%2Frun%2Fpostgresql/nobat"),
        (
            "postgresql://nobat:se%40cret@db1,db2:5433/nobat?sslmode=verify-full&target_session_attrs=read-write",
            "postgresql://nobat@db1,db2:5433/nobat"
        ),
        ("postgresql://[::1]:5432/nobat", "postgresql://[::1]:5432/nobat"),
    ])
    func anAddressIsTaken_AndShownWithoutItsPassword(address: String, shown: String) throws {
        let central = try CentralConfiguration.parse(text: Self.text(address), file: "/etc/f.yaml")
        #expect(central.databaseServer?.url == address)
        #expect(central.databaseServer?.shown == shown)
        #expect(central.databasePath.isEmpty)
    }

    @Test func aFileIsNoServer() throws {
        let central = try CentralConfiguration.parse(text: Samples.central, file: "/etc/f.yaml")
        #expect(central.databaseServer == nil)
        #expect(central.databasePath == "/var/c.db")
    }

    @Test(arguments: [
        ("postgresql://u:secret@10.0.0.5/nobat", "the way to it is not encrypted; add ?sslmode="),
        ("postgresql://u:secret@10.0.0.5/nobat?sslmode=prefer", "not encrypted"),
        ("postgresql://u:secret@localhost/nobat?host=10.0.0.5", "not encrypted"),
        ("postgresql://u:secret@127.0.0.1,10.0.0.5/nobat", "not encrypted"),
        ("postgresql://u:secret@localhost", "names no database; write postgresql://"),
        ("postgresql://u:secret@localhost/", "names no database"),
        ("postgresql:u:secret", "lacks \"//\""),
        ("postgresql://u:sec@ret@localhost/nobat", "more than one \"@\""),
        ("postgresql://u:sec/ret@localhost/nobat", "more than one \"@\""),
        ("postgresql://u:sec ret@localhost/nobat", "a space or a letter"),
        ("postgresql://u:50%sec@localhost/nobat", "a % that is not followed by two digits"),
        ("postgresql://u@localhost/nobat?password=sec%z", "a % that is not followed"),
        ("postgresql://u:sec%00@localhost/nobat", "a % that is not followed"),
        ("postgresql://u:secret@[::1]x:5432/nobat", "a bracket that is not a pair"),
        ("postgresql://u:secret@[::1/nobat", "a bracket that is not a pair"),
        ("postgresql:///nobat?service=clinic", "leads to a service file"),
        ("postgresql:///nobat?%73ervice=clinic", "leads to a service file"),
        ("postgresql:///nobat?ho%73t=10.0.0.5", "not encrypted"),
        ("postgresql:///nobat?host=%2Ftmp%2C10.0.0.5", "not encrypted"),
        ("postgresql://%2Ftmp%2C10.0.0.5/nobat", "not encrypted"),
    ])
    func aBadAddressIsSaid_WithoutQuotingIt(address: String, why: String) {
        let errors = Samples.centralErrors(Self.text(address))
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("3:11: ") == true, "\(errors)")
        #expect(errors.first?.contains(why) == true, "\(errors)")
        #expect(!errors.joined().contains("sec"), "\(errors)")
    }

    @Test func aControllerHasAFile() {
        let errors = Samples.hallErrors(
            Samples.hall.replacing("/var/h.db", with: "postgresql://u:secret@localhost/nobat"))
        #expect(errors.count == 1)
        #expect(errors.first?.contains("a controller keeps its rows on its own disk") == true)
        #expect(!errors.joined().contains("secret"))
    }
}
