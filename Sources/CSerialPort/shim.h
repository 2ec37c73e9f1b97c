// SPDX-License-Identifier: Apache-2.0

// libserialport as it is. What it lacks (a lock, RS-485 direction) is in kernel.h and in Swift.
#ifndef NOBAT_CSERIALPORT_SHIM_H
#define NOBAT_CSERIALPORT_SHIM_H

#include <libserialport.h>

#endif
