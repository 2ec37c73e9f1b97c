// SPDX-License-Identifier: Apache-2.0

// Text in its script's own shapes (Pango), drawn to a picture (Cairo).
#ifndef NOBAT_CPANGOCAIRO_SHIM_H
#define NOBAT_CPANGOCAIRO_SHIM_H

#include <cairo.h>
#include <glib-object.h>
#include <pango/pangocairo.h>

#endif
