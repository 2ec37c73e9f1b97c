// SPDX-License-Identifier: Apache-2.0

import Control
import Foundation
import SoftwareHall

let folder = FileManager.default.temporaryDirectory.path + "/nobat-demo-\(getpid())"
let hall = try SoftwareHall(folder: folder)
try hall.start()
let controller = hall.controllers[0]
print(try hall.take(at: hall.central).sentence)
print(try hall.take(at: hall.central).sentence)
usleep(300_000)
print(try hall.press(1, at: controller.daemon).sentence)
print(hall.wait(2) { controller.bus.shown(1) == "A001" }, controller.bus.shown(1))
usleep(200_000)
print(try controller.daemon.ask(ControlRequest(.displays), as: [DisplayRow].self))
controller.wire.set(.cut)
print(try hall.press(2, at: controller.daemon).sentence)
print(try hall.take("lab", at: controller.daemon).sentence)
controller.wire.set(.good)
print(hall.waitUntilConnected())
print(try hall.central.ask(ControlRequest(.queue), as: [TicketRow].self))
hall.stop()
print(controller.daemon.log)
