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

# Sanitizers report an address, or a place, once if they are not told to look again.
replay_again() {
	local san=$1 bug=$2 file=$3 gf n

	build 6.1 "$san" "$bug"
	gf=$(binary 6.1 "$san" "$bug")
	ends 1 "$gf" run --quiet "$file" "$file" "$file"
	n=$(grep -c ": $4-" "$work/stdout")
	((n == 3)) || fail "$n times $4 in three runs of one process"
}

replay_tests() {
	local name

	for name in vfio-smmuv3 hot-add-owned group-goes-away-legacy; do
		run_test "replay $name" replay "corpus/seeds/$name.prog"
	done
	run_test "replay finding" replay tests/scenarios/model-fires.prog \
		busy-when-owned 'finding: model-attach-EBUSY-not-success'
	run_test "replay race" replay_again thread type-read \
		corpus/regressions/0b8a96a3120a-type-read-6.1.prog race
	run_test "replay undefined" replay_again address '' \
		ci/known/6.1/undefined-iommu-c-misaligned-pointer-use.prog undefined
}
