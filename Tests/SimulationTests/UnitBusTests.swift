// SPDX-License-Identifier: Apache-2.0

import QueueCore
import Simulation
import Testing
