// SPDX-License-Identifier: Apache-2.0
//
// From reset to the image's main: the vector table, the info block, the copy of initialised data,
// and what happens on a fault. A table in Swift would be filled in at run time, which is too late.
// Sources: ARMv7-M Architecture Reference Manual, B1.5; RM0351 and RM0394 (STM32L4); AN2606.

#include <stddef.h>
#include <stdint.h>

#include "include/start.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SCB_VTOR REGISTER(0xE000ED08)
#define SCB_AIRCR REGISTER(0xE000ED0C)
#define RCC_CFGR REGISTER(0x40021008)
#define RCC_APB2ENR REGISTER(0x40021060)
#define SYSCFG_MEMRMP REGISTER(0x40010000)
#define FLASH_SR REGISTER(0x40022010)
#define FLASH_SR_PEMPTY (1u << 17)
#define FLASH_ECCR REGISTER(0x40022018)
#define BOARD_L432KC 1
#define ROM_BOOT_LOADER 0x1FFF0000u
#define STACK_PAINT 0x5AC3A53Cu
#define IMAGE_BYTES_MAX 16384u

extern uint32_t __stack_bottom[], __stack_top[];
extern uint32_t __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[];
extern const uint8_t __image_start[];
extern void nobat_main(void);
extern void systick_interrupt(void);
extern void usart1_interrupt(void);

_Static_assert(sizeof(struct info) == 40, "the info block is packed by its order alone");

__attribute__((section(".info"), used)) const struct info image_info = {
    .magic = "NOBATUNIT",
    .board = NOBAT_BOARD,
    .major = NOBAT_MAJOR,
    .minor = NOBAT_MINOR,
    .patch = NOBAT_PATCH,
    .revision = NOBAT_REVISION,
    .display = NOBAT_DISPLAY,
};

// Not in .bss: what stands here outlives a reset.
__attribute__((section(".noinit"))) static volatile struct reset_record kept;

static uint32_t record_check(void) {
    return ~(kept.cause ^ (kept.faults << 8) ^ (kept.watchdogs << 16)) ^ 0x4E42554Eu;
}

static void record_seal(void) { kept.check = record_check(); }

static void record_repair(void) {
    if (kept.check == record_check()) return;
    kept.cause = RESET_UNASKED;
    kept.faults = 0;
    kept.watchdogs = 0;
    record_seal();
}

struct reset_record reset_record_take(void) {
    struct reset_record record = {kept.cause, kept.faults, kept.watchdogs, 0};
    kept.cause = RESET_UNASKED;
    record_seal();
    return record;
}

void reset_record_keep_watchdogs(uint32_t watchdogs) {
    kept.watchdogs = watchdogs;
    record_seal();
}

void reset_for(uint32_t cause) {
    interrupts_off();
    kept.cause = cause;
    if (cause == RESET_FAULT) kept.faults += 1;
    record_seal();
    __asm__ volatile("dsb" ::: "memory");
    SCB_AIRCR = 0x05FA0004;
    for (;;) {
    }
}

__attribute__((used, noreturn)) static void fault_recorded(void) {
    record_repair();
    reset_for(RESET_FAULT);
}

// A trap of Swift, a bus fault and a stack that ran over all end here; the stack pointer may be what
// is broken, so it is set anew first.
__attribute__((naked, noreturn)) void fault(void) {
    __asm__ volatile("cpsid i\n ldr r0, =__stack_top\n mov sp, r0\n b fault_recorded");
}

// A double error in a flash word (power was lost while it was written) is told by this interrupt.
// The word reads as nonsense, which its check word shows; anything else is a fault.
void nmi(void) {
    if (!(FLASH_ECCR & 1u << 31)) fault();
    FLASH_ECCR |= 1u << 31;
}

// Starts the boot loader in the chip's ROM, as if BOOT0 had been high at reset (AN2606).
__attribute__((noreturn)) static void start_boot_loader(void) {
    RCC_APB2ENR |= 1;
    (void)RCC_APB2ENR;
    // An emulator has no such ROM: these reads fault there, and the unit starts anew.
    uint32_t stack = REGISTER(ROM_BOOT_LOADER), entry = REGISTER(ROM_BOOT_LOADER + 4);
    SYSCFG_MEMRMP = 1;
    SCB_VTOR = ROM_BOOT_LOADER;
    __asm__ volatile("msr msp, %0\n bx %1" ::"r"(stack), "r"(entry));
    __builtin_unreachable();
}

// Whether the image in flash is whole: CRC-32 (IEEE 802.3), four bits at a time.
static int image_is_whole(void) {
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
        0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
        0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    const volatile struct info *info = &image_info;
    uint32_t length = info->length, crc = 0xFFFFFFFF;
    const uint8_t *field = (const uint8_t *)&info->check, *end = __image_start + length;
    if (length > IMAGE_BYTES_MAX) return 0;
    for (const uint8_t *at = __image_start; at < end; at++) {
        crc ^= at >= field && at < field + 4 ? 0 : *at;
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc == info->check;
}

__attribute__((noreturn)) void reset(void) {
    record_repair();
    // The L432KC keeps from power-on that it was empty, and as long each reset starts the ROM, this
    // image or not. Writing 1 inverts the flag, so it is written only when set (RM0394, FLASH_SR).
    if (NOBAT_BOARD == BOARD_L432KC && FLASH_SR & FLASH_SR_PEMPTY) FLASH_SR = FLASH_SR_PEMPTY;
    // The ROM's boot loader can start an image too, but leaves its clocks and ports behind; after a
    // true reset the clock is the one of reset.
    if (RCC_CFGR & 0xC) reset_for(RESET_RESTART);
    SCB_VTOR = (uint32_t)(uintptr_t)__image_start;
    if (kept.cause == RESET_BOOT_LOADER) {
        kept.cause = RESET_UNASKED;
        record_seal();
        start_boot_loader();
    }
    // Below this function's own frame, of which nothing is known but that it is small.
    uint32_t *here = (uint32_t *)__builtin_frame_address(0) - 32;
    for (uint32_t *word = __stack_bottom; word < here; word++) *word = STACK_PAINT;
    const uint32_t *from = __data_load;
    for (uint32_t *to = __data_start; to < __data_end; to++) *to = *from++;
    for (uint32_t *to = __bss_start; to < __bss_end; to++) *to = 0;
    // An image that was half written must not run, and has one use for the technician.
    if (!image_is_whole()) start_boot_loader();
    nobat_main();
    fault();
}

uint32_t stack_free(void) {
    const volatile uint32_t *word = __stack_bottom;
    while (word < __stack_top && *word == STACK_PAINT) word++;
    return (uint32_t)((uintptr_t)word - (uintptr_t)__stack_bottom);
}

// 112 interrupts are more than any of the family has (RM0351, vector table: 82); the info block follows at
// 0x200 in every image.
#define USART1_INTERRUPT 37
__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 112])(void) = {
    (void (*)(void))__stack_top,
    reset,
    nmi,
    [3 ... 6] = fault,
    [11] = fault,
    [12] = fault,
    [14] = fault,
    [15] = systick_interrupt,
    [16 ... 16 + USART1_INTERRUPT - 1] = fault,
    [16 + USART1_INTERRUPT] = usart1_interrupt,
    [16 + USART1_INTERRUPT + 1 ... 16 + 111] = fault,
};
