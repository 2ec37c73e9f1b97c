// SPDX-License-Identifier: Apache-2.0
// Names that glibc got after Debian 12's 2.36 and that Swift's library of Debian sid uses.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Declared here by hand: the headers would rename them to the very names that are missing.
long strtol(const char *, char **, int);
long long strtoll(const char *, char **, int);
unsigned long strtoul(const char *, char **, int);
unsigned long long strtoull(const char *, char **, int);

// C23 reads 0b1 as a number too; nothing here writes one.
long __isoc23_strtol(const char *s, char **e, int b) { return strtol(s, e, b); }
long long __isoc23_strtoll(const char *s, char **e, int b) { return strtoll(s, e, b); }
unsigned long __isoc23_strtoul(const char *s, char **e, int b) { return strtoul(s, e, b); }
unsigned long long __isoc23_strtoull(const char *s, char **e, int b) { return strtoull(s, e, b); }

int __isoc23_sscanf(const char *s, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int count = vsscanf(s, format, arguments);
    va_end(arguments);
    return count;
}

size_t strlcpy(char *to, const char *from, size_t size) {
    size_t length = strlen(from);
    if (size) {
        size_t fits = length < size - 1 ? length : size - 1;
        memcpy(to, from, fits);
        to[fits] = 0;
    }
    return length;
}

size_t strlcat(char *to, const char *from, size_t size) {
    size_t length = strnlen(to, size);
    if (length == size) return size + strlen(from);
    return length + strlcpy(to + length, from, size - length);
}

// libstdc++ 13 moved the start of iostreams into itself; Debian 12's, of 12, leaves it to each program.
static long streams;
void _ZNSt8ios_base4InitC1Ev(void *) __attribute__((weak));
void _ZSt21ios_base_library_initv(void) {
    if (_ZNSt8ios_base4InitC1Ev) _ZNSt8ios_base4InitC1Ev(&streams);
}
__attribute__((constructor)) static void begin_streams(void) { _ZSt21ios_base_library_initv(); }
