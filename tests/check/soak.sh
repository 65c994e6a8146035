# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Soak: many programs in one process. Sourced by tests/run.

soak() {
	local soak=build/$1/$2/tests/test_soak

	make_once "$soak" TREE="$1" SAN="$2"
	"$soak" 300000 "$3"
}

soak_tests() {
	local tree san

	for tree in "${trees[@]}"; do
		for san in none address; do
			run_test "soak $tree $san" soak "$tree" "$san" 1
			run_test "soak $tree $san threads" soak "$tree" "$san" 4
		done
	done
}
