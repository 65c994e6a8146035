# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Replay: the same program gives the same bytes. Sourced by tests/run.

# Twenty processes, and the other sanitizer.
replay() {
	local file=$1 bug=${2-} i

	build 6.1 address "$bug"
	build 6.1 none "$bug"
	"$(binary 6.1 none "$bug")" run "$file" >"$work/first" || true
	grep -qx "${3:-no finding}" "$work/first" ||
		fail "$(tail -n 1 "$work/first")"
	for i in {1..20}; do
		"$(binary 6.1 address "$bug")" run "$file" >"$work/next" || true
		cmp "$work/first" "$work/next" || fail "address, run $i differs"
		"$(binary 6.1 none "$bug")" run "$file" >"$work/next" || true
		cmp "$work/first" "$work/next" || fail "none, run $i differs"
	done
}

# ThreadSanitizer reports an address once, if it is not told to look again.
replay_race() {
	local file=corpus/regressions/0b8a96a3120a-type-read-6.1.prog gf n

	build 6.1 thread type-read
	gf=$(binary 6.1 thread type-read)
	ends 1 "$gf" run --quiet "$file" "$file" "$file"
	n=$(grep -c ': race-' "$work/stdout")
	((n == 3)) || fail "$n races in three runs of one process"
}

replay_tests() {
	local name

	for name in vfio-smmuv3 hot-add-owned group-goes-away-legacy; do
		run_test "replay $name" replay "corpus/seeds/$name.prog"
	done
	run_test "replay finding" replay tests/scenarios/model-fires.prog \
		busy-when-owned 'finding: model-attach-EBUSY-not-success'
	run_test "replay race" replay_race
}
