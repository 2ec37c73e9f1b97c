// SPDX-License-Identifier: Apache-2.0

import NobatdProgram

await runNobatd()
