# SPDX-License-Identifier: Apache-2.0
"""The rows of tests/bench/run, a module for each kind."""
