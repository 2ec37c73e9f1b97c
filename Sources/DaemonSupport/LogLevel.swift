// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging

extension Logger.Level: @retroactive ExpressibleByArgument {}
