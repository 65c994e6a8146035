# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Columns: the interleaving of several threads. Sourced by tests/run.

# The process that runs a bug's program, or a stock tree's own finding.
deadlock=tests/scenarios/threads-abba-deadlock.prog
write_type=corpus/regressions/type-write-after-last-remove.prog

# Line numbers belong to the tree.
columns_golden() {
	build 6.12 address abba-type
	ends 1 "$(binary 6.12 address abba-type)" run "$deadlock"
	sed 's/iommu\.c:[0-9]*/iommu.c:N/; s/ line [0-9]*/ line N/g' \
		"$work/stdout" |
		diff tests/golden/threads-abba-deadlock.txt - ||
		fail "is not the golden trace"
	! grep -E '.{113}' "$work/stdout" || fail "a line is too long"
}

# columns_replay BUG FILE SAN...: a hundred processes, of all these builds.
columns_replay() {
	local bug=$1 file=$2 i san

	shift 2
	for san; do
		build 6.12 "$san" "$bug"
	done
	ends 1 "$(binary 6.12 none "$bug")" run "$file"
	mv "$work/stdout" "$work/first"
	for ((i = 1; i <= 100; i += $#)); do
		for san; do
			ends 1 "$(binary 6.12 "$san" "$bug")" run "$file"
			cmp "$work/first" "$work/stdout" ||
				fail "$san, run $i differs"
		done
	done
}

# What a sanitizer ends has its last event in the trace, and a whole file.
columns_dies() {
	local gf

	build 6.1 address stale-domain
	gf=$(binary 6.1 address stale-domain)
	cp tests/scenarios/address-fires.prog "$work/dies.prog"
	printf 'thread dma\n\tdma dev0 0\n' >>"$work/dies.prog"
	ends 1 "$gf" run --without agreement,lifetime \
		--chrome "$work/dies.json" "$work/dies.prog"
	grep -qE '^  \*\*\* use-after-free in ' "$work/stdout" ||
		fail "the finding is in no column"
	chrome_valid "$work/dies.json"
}

# Valid JSON, in the order of time; on each track slices begin before they end,
# and all of them do; and the finding is there.
chrome_valid() {
	jq -e '
		[.traceEvents[] | select(.ph != "M")] as $events |
		([$events[].ts] | . == sort) and
		([$events[] | select(.ph == "i")] | length > 0) and
		([$events[] | select(.ph == "B")] | length > 0) and
		($events | group_by(.tid) | all(.[];
			reduce .[] as $e ([0, true];
				(.[0] + (if $e.ph == "B" then 1
					elif $e.ph == "E" then -1
					else 0 end)) as $depth |
				[$depth, .[1] and $depth >= 0]) ==
			[0, true]))' "$1" >/dev/null ||
		fail "$1 is no good trace"
	[[ ! -e $1.tmp ]] || fail "left $1.tmp"
}

chrome() {
	local bug=$1 file=$2 gf names

	build 6.12 address "$bug"
	gf=$(binary 6.12 address "$bug")
	ends 1 "$gf" run --chrome "$work/trace.json" "$file"
	chrome_valid "$work/trace.json"
	names=$(sed -n 's/^thread //p' "$file" | sort)
	jq -r '.traceEvents[] | select(.name == "thread_name") | .args.name' \
		"$work/trace.json" | grep -vx rcu | sort | diff - \
		<(echo "$names") || fail "not a track for each thread"
	jq -e --arg bucket "$(directive expect "$file")" '
		any(.traceEvents[]; .ph == "i" and .name == $bucket) and
		any(.traceEvents[]; .cat == "lock") and
		any(.traceEvents[]; .cat == "off")' "$work/trace.json" \
		>/dev/null || fail "lacks finding, lock or switch"
}

chrome_one_thread() {
	build 6.1 address
	ends 1 "$(binary 6.1 address)" run --quiet \
		--chrome "$work/trace.json" corpus/regressions/aa0958570f24.prog
	chrome_valid "$work/trace.json"
}

# Counts accesses: one line from a build that does not.
access_refused() {
	sed 's/at 2 run/at 1.2 run/' "$write_type" >"$work/access.prog"
	cli "^$work/access\.prog: .*ACCESS=1" run "$good" "$work/access.prog"
	cli "^$work/access\.prog: .*ACCESS=1" minimize "$work/access.prog"
}

columns_tests() {
	run_test "columns golden" columns_golden
	run_test "columns replay deadlock" \
		columns_replay abba-type "$deadlock" none address thread
	# The thread sanitizer sees the race that it comes from.
	run_test "columns replay oops" \
		columns_replay '' "$write_type" none address
	run_test "columns sanitizer" columns_dies
	run_test "chrome deadlock" chrome abba-type "$deadlock"
	run_test "chrome oops" chrome '' "$write_type"
	run_test "chrome one thread" chrome_one_thread
	run_test "cli chrome two programs" \
		cli 'chrome' run --chrome "$work/x" "$good" "$good"
	run_test "cli chrome no folder" \
		cli '/nonexistent/x' run --chrome /nonexistent/x "$good"
	run_test "cli accesses" access_refused
}
