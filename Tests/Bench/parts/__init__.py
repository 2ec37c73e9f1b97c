# SPDX-License-Identifier: Apache-2.0
"""The parts of the bench, one a file: each has `measure(table)`."""
