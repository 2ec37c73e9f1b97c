// SPDX-License-Identifier: Apache-2.0

// The few kernel calls that Swift's Glibc module does not show: some of its headers are left out,
// and variadic functions and function-like macros are never imported.
#ifndef NOBAT_CSERIALPORT_KERNEL_H
#define NOBAT_CSERIALPORT_KERNEL_H

#include <linux/input.h>
#include <linux/serial.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <time.h>

// Declared here because poll.h shows it only to GNU sources, which Swift's importer is not.
extern int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

// Waits up to `nanoseconds` (negative counts as none). As poll(2): ready count, 0, or -1 and errno.
static inline int nobat_poll(struct pollfd *set, unsigned count, int64_t nanoseconds) {
    if (nanoseconds < 0) nanoseconds = 0;
    struct timespec span = {
        .tv_sec = (time_t)(nanoseconds / 1000000000),
        .tv_nsec = (long)(nanoseconds % 1000000000),
    };
    return ppoll(set, count, &span, NULL);
}

// Microseconds on CLOCK_MONOTONIC, which also stamps GPIO edges; -1 and errno on failure.
static inline int64_t nobat_monotonic_us(void) {
    struct timespec time;
    if (clock_gettime(CLOCK_MONOTONIC, &time) == -1) return -1;
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

// Lets the port's driver switch the RS-485 transceiver: driver on while sending, receiver off, no
// extra delays. -1 and ENOTTY when the driver cannot.
static inline int nobat_serial_rs485(int descriptor, bool on) {
    struct serial_rs485 wanted;
    memset(&wanted, 0, sizeof wanted);
    if (on) wanted.flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND;
    return ioctl(descriptor, TIOCSRS485, &wanted);
}

// Bytes that the driver has not sent yet, or -1 and errno.
static inline int nobat_serial_unsent(int descriptor) {
    int count = 0;
    return ioctl(descriptor, TIOCOUTQ, &count) == -1 ? -1 : count;
}

// Sets or clears the flag that refuses further opens of this terminal (root is not refused).
static inline int nobat_serial_exclusive(int descriptor, bool on) {
    return ioctl(descriptor, on ? TIOCEXCL : TIOCNXCL);
}

// Unlocks the slave of a pseudo-terminal master and tells its number in /dev/pts, or -1 and errno.
static inline int nobat_pty_number(int master) {
    int locked = 0, number = 0;
    if (ioctl(master, TIOCSPTLCK, &locked) == -1) return -1;
    return ioctl(master, TIOCGPTN, &number) == -1 ? -1 : number;
}

// Whether a device number is a slave in /dev/pts (Linux gives these majors 136 to 143).
static inline bool nobat_device_is_pty(dev_t device) {
    return major(device) >= 136 && major(device) <= 143;
}

// Takes an input device for this descriptor alone, until it is closed.
static inline int nobat_input_grab(int descriptor) {
    return ioctl(descriptor, EVIOCGRAB, 1);
}

// 1 when the kernel holds the wall clock to be synchronised, 0 when not, -1 and errno on failure.
static inline int nobat_clock_synchronised(void) {
    struct timex state;
    memset(&state, 0, sizeof state);
    int result = adjtimex(&state);
    if (result == -1) return -1;
    return result != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

#endif
