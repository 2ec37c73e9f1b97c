// SPDX-License-Identifier: Apache-2.0

// A library for LD_PRELOAD: a program that is started with it reads a wall clock that is off by the
// seconds written in the file $BENT_CLOCK. Every other clock stays as it is.

#ifndef BENT_CLOCK_H
#define BENT_CLOCK_H

#include <time.h>

// The system's own clock_gettime, but for CLOCK_REALTIME.
int clock_gettime(clockid_t clock, struct timespec *time);

#endif
