// SPDX-License-Identifier: Apache-2.0

// How the C library's allocator takes memory from the system; Swift's Glibc leaves it out.

#ifndef NOBAT_CMALLOC_SHIM_H
#define NOBAT_CMALLOC_SHIM_H

#include <malloc.h>

#endif
