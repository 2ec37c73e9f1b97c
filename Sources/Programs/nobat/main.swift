// SPDX-License-Identifier: Apache-2.0

// The program of the packages: nobatd, nobat-central and nobatctl in one file, which has Swift's runtime
// once. It is the one by whose name it is called, through a link.

import DaemonSupport
import Glibc
import NobatCentralProgram
import NobatctlProgram
import NobatdProgram

switch CommandLine.arguments.first?.split(separator: "/").last {
case "nobatd": await runNobatd()
case "nobat-central": await runNobatCentral()
case "nobatctl": runNobatctl()
case let name:
    Complain.say(
        "\(name ?? "nobat"): this is nobatd, nobat-central and nobatctl in one; call it by one of these "
            + "names, through a link")
    exit(EX_USAGE)
}
