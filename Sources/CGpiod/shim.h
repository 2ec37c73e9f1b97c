// SPDX-License-Identifier: Apache-2.0

// One API of ours over libgpiod 1.6 and 2.x, chosen when this is compiled: only the 1.x header
// defines GPIOD_LINE_BULK_MAX_LINES. Every function returns -1 (or NULL) and errno on failure.
// Source: the two gpiod.h headers and the kernel's include/uapi/linux/gpio.h.
#ifndef NOBAT_CGPIOD_SHIM_H
#define NOBAT_CGPIOD_SHIM_H

#include <errno.h>
#include <gpiod.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GPIOD_LINE_BULK_MAX_LINES
#define NOBAT_GPIOD_V1 1
#endif

// The kernel's own bound on lines in one request (GPIO_V2_LINES_MAX).
#define NOBAT_GPIO_LINES_MAX 64
// The kernel's queue of one line in the v1 interface: what comes after a 16th edge is lost.
#define NOBAT_GPIO_V1_QUEUE 16
// The kernel's bound on the queue of one v2 request (GPIO_V2_LINES_MAX * 16).
#define NOBAT_GPIO_V2_QUEUE 1024

enum nobat_gpio_bias {
    NOBAT_GPIO_BIAS_AS_IS = 0,
    NOBAT_GPIO_BIAS_DISABLED = 1,
    NOBAT_GPIO_BIAS_PULL_UP = 2,
    NOBAT_GPIO_BIAS_PULL_DOWN = 3,
};

// What is wanted of one line.
struct nobat_gpio_line {
    uint32_t offset;
    uint32_t bias;  // enum nobat_gpio_bias
    bool active_low;
};

// One edge. `line` counts from 0 in the order of the request; `rising` is logical (active-low is
// taken into account); `stamp_ns` is CLOCK_MONOTONIC (kernels from 5.7); `sequence` counts the
// edges of the line from 1, and is 0 where the interface has no such number.
struct nobat_gpio_edge {
    uint64_t stamp_ns;
    uint64_t sequence;
    uint32_t line;
    bool rising;
};

// The lines held by one request.
struct nobat_gpio {
    uint32_t count;
    bool is_output;
    uint32_t offsets[NOBAT_GPIO_LINES_MAX];
    struct gpiod_chip *chip;
#ifdef NOBAT_GPIOD_V1
    struct gpiod_line *lines[NOBAT_GPIO_LINES_MAX];
#else
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *buffer;
#endif
};

static inline void nobat_gpio_copy(char *text, size_t size, const char *from) {
    snprintf(text, size, "%s", from ? from : "");
}

// Label and number of lines of an open chip; the label is cut to `size`.
static inline int nobat_gpio_chip_about(struct gpiod_chip *chip, char *label, size_t size) {
#ifdef NOBAT_GPIOD_V1
    nobat_gpio_copy(label, size, gpiod_chip_label(chip));
    return (int)gpiod_chip_num_lines(chip);
#else
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) return -1;
    nobat_gpio_copy(label, size, gpiod_chip_info_get_label(info));
    int count = (int)gpiod_chip_info_get_num_lines(info);
    gpiod_chip_info_free(info);
    return count;
#endif
}

// Name and present user of a line, both empty when there is none.
static inline int nobat_gpio_line_about(
    struct gpiod_chip *chip, uint32_t offset, char *name, char *user, size_t size) {
#ifdef NOBAT_GPIOD_V1
    struct gpiod_line *line = gpiod_chip_get_line(chip, offset);
    if (!line) return -1;
    nobat_gpio_copy(name, size, gpiod_line_name(line));
    nobat_gpio_copy(user, size, gpiod_line_consumer(line));
#else
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
    if (!info) return -1;
    nobat_gpio_copy(name, size, gpiod_line_info_get_name(info));
    nobat_gpio_copy(user, size, gpiod_line_info_get_consumer(info));
    gpiod_line_info_free(info);
#endif
    return 0;
}

// Gives the lines back, closes the chip that came with them and frees `held`. errno is kept.
static inline void nobat_gpio_release(struct nobat_gpio *held) {
    int kept = errno;
#ifdef NOBAT_GPIOD_V1
    for (uint32_t i = 0; i < held->count; i++)
        if (held->lines[i] && gpiod_line_is_requested(held->lines[i]))
            gpiod_line_release(held->lines[i]);
#else
    if (held->buffer) gpiod_edge_event_buffer_free(held->buffer);
    if (held->request) gpiod_line_request_release(held->request);
#endif
    gpiod_chip_close(held->chip);
    free(held);
    errno = kept;
}

#ifdef NOBAT_GPIOD_V1

static inline int nobat_gpio_v1_flags(const struct nobat_gpio_line *wanted) {
    int flags = wanted->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    switch (wanted->bias) {
    case NOBAT_GPIO_BIAS_DISABLED: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case NOBAT_GPIO_BIAS_PULL_UP: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case NOBAT_GPIO_BIAS_PULL_DOWN: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    default: return flags;
    }
}

// One kernel request a line, since flags differ from line to line and v1 has one set a request.
static inline int nobat_gpio_take(
    struct nobat_gpio *held, const struct nobat_gpio_line *wanted, const char *user) {
    for (uint32_t i = 0; i < held->count; i++) {
        struct gpiod_line *line = gpiod_chip_get_line(held->chip, wanted[i].offset);
        if (!line) return -1;
        struct gpiod_line_request_config config = {
            .consumer = user,
            .request_type = held->is_output ? GPIOD_LINE_REQUEST_DIRECTION_OUTPUT
                                            : GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES,
            .flags = nobat_gpio_v1_flags(&wanted[i]),
        };
        if (gpiod_line_request(line, &config, 0) == -1) return -1;
        held->lines[i] = line;
    }
    return 0;
}

#else

static inline enum gpiod_line_bias nobat_gpio_v2_bias(uint32_t bias) {
    switch (bias) {
    case NOBAT_GPIO_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    case NOBAT_GPIO_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case NOBAT_GPIO_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    default: return GPIOD_LINE_BIAS_AS_IS;
    }
}

static inline int nobat_gpio_v2_configure(
    struct gpiod_line_config *lines, struct gpiod_line_settings *settings,
    const struct nobat_gpio *held, const struct nobat_gpio_line *wanted) {
    for (uint32_t i = 0; i < held->count; i++) {
        gpiod_line_settings_reset(settings);
        gpiod_line_settings_set_active_low(settings, wanted[i].active_low);
        int failed = gpiod_line_settings_set_bias(settings, nobat_gpio_v2_bias(wanted[i].bias));
        if (held->is_output) {
            failed |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
            failed |= gpiod_line_settings_set_output_value(settings, GPIOD_LINE_VALUE_INACTIVE);
        } else {
            failed |= gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
            failed |= gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
            failed |= gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
        }
        const unsigned int offset = wanted[i].offset;
        failed |= gpiod_line_config_add_line_settings(lines, &offset, 1, settings);
        if (failed) return -1;
    }
    return 0;
}

static inline int nobat_gpio_take(
    struct nobat_gpio *held, const struct nobat_gpio_line *wanted, const char *user) {
    struct gpiod_line_config *lines = gpiod_line_config_new();
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_request_config *request = gpiod_request_config_new();
    if (lines && settings && request &&
        nobat_gpio_v2_configure(lines, settings, held, wanted) == 0) {
        gpiod_request_config_set_consumer(request, user);
        gpiod_request_config_set_event_buffer_size(request, NOBAT_GPIO_V2_QUEUE);
        held->request = gpiod_chip_request_lines(held->chip, request, lines);
    }
    int kept = errno;
    if (request) gpiod_request_config_free(request);
    if (settings) gpiod_line_settings_free(settings);
    if (lines) gpiod_line_config_free(lines);
    errno = kept;
    if (!held->request) return -1;
    if (held->is_output) return 0;
    held->buffer = gpiod_edge_event_buffer_new(NOBAT_GPIO_LINES_MAX);
    return held->buffer ? 0 : -1;
}

#endif

// Takes lines of an open chip: inputs with both edges, or outputs that start inactive. The chip
// goes with them: it is closed by nobat_gpio_release, and here on failure.
static inline struct nobat_gpio *nobat_gpio_request(
    struct gpiod_chip *chip, const struct nobat_gpio_line *wanted, uint32_t count, bool is_output,
    const char *user) {
    struct nobat_gpio *held = (struct nobat_gpio *)calloc(1, sizeof *held);
    if (!held || count == 0 || count > NOBAT_GPIO_LINES_MAX) {
        int reason = held ? EINVAL : ENOMEM;
        free(held);
        gpiod_chip_close(chip);
        errno = reason;
        return NULL;
    }
    held->chip = chip;
    held->count = count;
    held->is_output = is_output;
    for (uint32_t i = 0; i < count; i++) held->offsets[i] = wanted[i].offset;
    if (nobat_gpio_take(held, wanted, user) == -1) {
        nobat_gpio_release(held);
        return NULL;
    }
    return held;
}

// The descriptors to poll for edges, and how many: v1 has one a line, v2 one a request. `out` has
// room for NOBAT_GPIO_LINES_MAX.
static inline uint32_t nobat_gpio_descriptors(const struct nobat_gpio *held, int *out) {
#ifdef NOBAT_GPIOD_V1
    for (uint32_t i = 0; i < held->count; i++) out[i] = gpiod_line_event_get_fd(held->lines[i]);
    return held->count;
#else
    out[0] = gpiod_line_request_get_fd(held->request);
    return 1;
#endif
}

// Reads the edges of the descriptor with that place in the list above, after poll said it is
// readable. `out` has room for NOBAT_GPIO_LINES_MAX. Sets `overrun` where the kernel's queue was
// full and it has no sequence numbers to tell whether an edge was lost.
static inline int nobat_gpio_read(
    struct nobat_gpio *held, uint32_t place, struct nobat_gpio_edge *out, bool *overrun) {
#ifdef NOBAT_GPIOD_V1
    struct gpiod_line_event edges[NOBAT_GPIO_V1_QUEUE];
    int count = gpiod_line_event_read_multiple(held->lines[place], edges, NOBAT_GPIO_V1_QUEUE);
    for (int i = 0; i < count; i++) {
        out[i].line = place;
        out[i].rising = edges[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
        out[i].stamp_ns =
            (uint64_t)edges[i].ts.tv_sec * 1000000000u + (uint64_t)edges[i].ts.tv_nsec;
        out[i].sequence = 0;
    }
    if (count == NOBAT_GPIO_V1_QUEUE) *overrun = true;
    return count;
#else
    (void)place;
    (void)overrun;
    int count = gpiod_line_request_read_edge_events(
        held->request, held->buffer, NOBAT_GPIO_LINES_MAX);
    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *edge =
            gpiod_edge_event_buffer_get_event(held->buffer, (unsigned long)i);
        unsigned int offset = gpiod_edge_event_get_line_offset(edge);
        out[i].line = 0;
        for (uint32_t line = 0; line < held->count; line++)
            if (held->offsets[line] == offset) out[i].line = line;
        out[i].rising = gpiod_edge_event_get_event_type(edge) == GPIOD_EDGE_EVENT_RISING_EDGE;
        out[i].stamp_ns = gpiod_edge_event_get_timestamp_ns(edge);
        out[i].sequence = gpiod_edge_event_get_line_seqno(edge);
    }
    return count;
#endif
}

// The logical level of a line: 1 active, 0 inactive.
static inline int nobat_gpio_get(struct nobat_gpio *held, uint32_t line) {
#ifdef NOBAT_GPIOD_V1
    return gpiod_line_get_value(held->lines[line]);
#else
    return gpiod_line_request_get_value(held->request, held->offsets[line]);
#endif
}

// Sets the logical level of an output.
static inline int nobat_gpio_set(struct nobat_gpio *held, uint32_t line, bool active) {
#ifdef NOBAT_GPIOD_V1
    return gpiod_line_set_value(held->lines[line], active ? 1 : 0);
#else
    return gpiod_line_request_set_value(
        held->request, held->offsets[line],
        active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
#endif
}

// The version of the library that runs, as it words it.
static inline const char *nobat_gpio_version(void) {
#ifdef NOBAT_GPIOD_V1
    return gpiod_version_string();
#else
    return gpiod_api_version();
#endif
}

#endif
