#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stands in the suite for all test programs when configure found no Criterion:
# a suite without them must not pass.

echo "Criterion is missing: none of the test programs was built or run."
echo "Install it (see ./packages), then configure again."
exit 1
