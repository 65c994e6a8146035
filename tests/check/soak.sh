# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Soak: many programs in one process. Sourced by tests/run.

# soak TREE SAN THREADS EXECUTIONS
soak() {
	local soak=build/$1/$2/tests/test_soak

	make_once "$soak" TREE="$1" SAN="$2"
	"$soak" "$4" "$3"
}

soak_tests() {
	local tree san

	run_test "soak 6.12 none threads" soak 6.12 none 4 300000
	run_test "soak 6.12 address threads" soak 6.12 address 4 250000
	for tree in "${trees[@]}"; do
		for san in none address; do
			soak_test "soak $tree $san" soak "$tree" "$san" 1 3000000
			soak_test "soak $tree $san threads" \
				soak "$tree" "$san" 4 3000000
		done
	done
}
