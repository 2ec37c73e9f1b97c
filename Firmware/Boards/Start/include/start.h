// SPDX-License-Identifier: Apache-2.0
//
// What the start-up in C leaves to the image in Swift: the record that outlives a reset, and the
// few instructions of the core that Swift has no word for.

#ifndef NOBAT_START_H
#define NOBAT_START_H

#include <stdint.h>

// The info block of an image, at 0x200 from its start: frozen, so that any tool can name any image.
// The sealing step of the build writes `length` and `check`, the CRC-32 (IEEE 802.3) of the image
// with this field zero. Little-endian; `revision` is ASCII and without an end.
struct info {
    char magic[10];
    uint16_t board;
    uint8_t major, minor;
    uint16_t patch;
    __attribute__((nonstring)) char revision[12];
    uint32_t length;
    uint32_t check;
    uint16_t display;
    uint16_t unused;
};
extern const struct info image_info;

// Why the image asked for the reset that has just happened.
enum { RESET_UNASKED = 0, RESET_FAULT = 1, RESET_RESTART = 2, RESET_BOOT_LOADER = 3 };

// Kept over a reset in RAM that nothing clears; `check` tells it from what power-on leaves there.
struct reset_record {
    uint32_t cause;
    uint32_t faults;
    uint32_t watchdogs;
    uint32_t check;
};

// The record as the last run left it, all zeros after power-on. `cause` is forgotten by the call.
struct reset_record reset_record_take(void);

// Keeps the number of watchdog resets.
void reset_record_keep_watchdogs(uint32_t watchdogs);

// Resets the chip for one of the causes above.
__attribute__((noreturn)) void reset_for(uint32_t cause);

// Bytes of stack that were never used.
uint32_t stack_free(void);

static inline void interrupts_off(void) { __asm__ volatile("cpsid i" ::: "memory"); }
static inline void interrupts_on(void) { __asm__ volatile("cpsie i" ::: "memory"); }
// Sleeps until an interrupt is pending, even while interrupts are off.
static inline void wait_for_interrupt(void) { __asm__ volatile("dsb\n wfi" ::: "memory"); }

#endif
