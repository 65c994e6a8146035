# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Explore: all schedules of the seeds, each beside itself. Sourced by tests/run.

explore() {
	local tree=$1 file=$2 out=$work/explore gf status=0

	gf=build/$tree/address-access/groupfuzz
	make_once "$gf" TREE="$tree" ACCESS=1
	rm -rf "$out"
	mkdir -p "$out"
	"$gf" explore "$file" "$out" >"$work/stdout" || status=$?
	cat "$work/stdout"
	((status < 2)) || fail "status $status"
	[[ $(tail -n 1 "$work/stdout") = exhausted:* ]] || fail "not exhausted"
	# What they find on a stock tree is in FINDINGS.md.
	sed -n 's/^finding \(.*\): .*/\1/p' "$work/stdout" | sort >"$work/found"
	directive "explore-$tree" "$file" | tr ' ' '\n' | sort |
		diff - "$work/found" || fail "finds something else"
}

# In the newest tree. In the other one the same code explores, and what is found there
# is a matter of that tree: --soak.
explore_programs() {
	local file

	for file in corpus/seeds/*; do
		run_test "explore 6.12 $(basename "$file" .prog)" \
			explore 6.12 "$file"
		soak_test "explore 6.1 $(basename "$file" .prog)" \
			explore 6.1 "$file"
	done
}

explore_tests() {
	run_test "explore bad bound" cli 'bound 99' explore --bound 99 "$good" x
	run_test "explore no accesses" cli 'ACCESS=1' explore "$good" x
	run_test "make explore without PROG" refuses 'PROG' make -s explore
}
