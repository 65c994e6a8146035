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

# bucket_of FILE: the last one that a target printed there before it aborted.
bucket_of() {
	sed -n 's/^finding: //p' "$1" | tail -n 1
}

# A file on which the target aborted is the whole of that execution: it ends in
# the same bucket in the target by itself, and in the command line. Four seeds,
# from no corpus.
crash_files() {
	local dir=build/6.12+abba-type/address seed file bucket drawn=0

	make_once "$dir/fuzz_threads" TREE=6.12 BUG=abba-type SAN=address
	build 6.12 address abba-type
	no_symbols
	for seed in 1 2 3 4; do
		rm -rf "$work/crash"
		mkdir -p "$work/crash/corpus"
		! $dir/fuzz_threads -runs=20000 -seed=$seed -max_len=3072 \
			-len_control=0 -artifact_prefix="$work/crash/" \
			"$work/crash/corpus" >"$work/log.1" 2>&1 ||
			fail "seed $seed: nothing found"
		bucket=$(bucket_of "$work/log.1")
		file=$(compgen -G "$work/crash/crash-*")
		! $dir/fuzz_threads "$file" >"$work/log.2" 2>&1 ||
			fail "seed $seed: no $bucket in the target"
		[[ $(bucket_of "$work/log.2") = "$bucket" ]] ||
			fail "seed $seed: not $bucket in the target"
		ends 1 $dir/groupfuzz run --quiet "$file"
		grep -qx ".*: $bucket" "$work/stdout" ||
			fail "seed $seed: not $bucket, $(cat "$work/stdout")"
		$dir/groupfuzz show "$file" >"$work/shown"
		! grep -q '^schedule [a-z]' "$work/shown" || drawn=$((drawn + 1))
	done
	((drawn > 0)) || fail "all schedules are lists"
}

# A drawn schedule runs as it says, and is minimised as the list that it was.
replay_drawn() {
	local gf bucket=locking-deadlock-dev-mutex-group-mutex

	build 6.12 address abba-type
	gf=$(binary 6.12 address abba-type)
	printf '%s\n' 'world driver=amd groups=1 devices=1' \
		'thread hotplug' '	use dev0' \
		'thread driver' '	write_type g0 identity' \
		'schedule random 5' >"$work/drawn.prog"
	ends 1 "$gf" run "$work/drawn.prog"
	grep -q "preempted at 4 before device_lock" "$work/stdout" || fail "no switch"
	grep -qx "finding: $bucket" "$work/stdout" || fail "no $bucket"
	ends 1 "$gf" minimize "$work/drawn.prog" "$work/small.prog"
	[[ $(grep -c '^	at [0-9]* run ' "$work/small.prog") = 1 ]] ||
		fail "no list of one preemption"
	ends 1 "$gf" run --quiet "$work/small.prog"
	grep -q ": $bucket" "$work/stdout" || fail "minimised to another bucket"
	"$gf" encode "$work/drawn.prog" "$work/drawn"
	"$gf" show "$work/drawn" | diff "$work/drawn.prog" - ||
		fail "the binary form is another program"
}

replay_tests() {
	local name

	for name in vfio-smmuv3 hot-add-owned group-goes-away-legacy; do
		run_test "replay $name" replay "corpus/seeds/$name.prog"
	done
	run_test "replay finding" replay tests/scenarios/model-fires.prog \
		busy-when-owned 'finding: model-attach-EBUSY-not-success'
	run_test "replay crash files" crash_files
	run_test "replay drawn schedule" replay_drawn
	run_test "replay race" replay_again thread type-read \
		corpus/regressions/0b8a96a3120a-type-read-6.1.prog race
	run_test "replay undefined" replay_again address '' \
		ci/known/6.1/undefined-iommu-c-misaligned-pointer-use.prog undefined
}
