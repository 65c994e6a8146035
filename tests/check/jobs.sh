# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Campaigns of several jobs and without end: what is counted and kept, whatever
# ends them. Sourced by tests/run.

# How long the tests wait for what has to come.
patience=120

# start_fuzz OUT LOG VAR=VALUE...: a campaign in the background, in a session of its
# own, so that no process of it gets away. SIGINT is not ignored there, as it
# would be by what a script leaves in the background. Its process is $campaign.
start_fuzz() {
	local out=$1 log=$2

	shift 2
	env --default-signal=INT setsid make -s fuzz TREE=6.1 OUT="$out" "$@" \
		>"$log" 2>&1 </dev/null &
	campaign=$!
}

# until_seen COMMAND...: until it succeeds. If it does not, no campaign is left that
# has no end.
until_seen() {
	local end=$((SECONDS + patience))

	[[ -p $work/never ]] || mkfifo "$work/never"
	until "$@"; do
		((SECONDS < end)) || {
			kill -KILL -- "-$campaign"
			fail "does not come: $*"
		}
		kill -0 "$campaign" 2>/dev/null || fail "ended before: $*"
		# To look takes a processor, which is the campaign's.
		read -r -t 0.1 <>"$work/never" || true
	done
}

executions() {
	"$(binary 6.1 address)" summary --executions "$1" 2>/dev/null || echo 0
}

has_run() {
	(($(executions "$1") >= $2))
}

# What is whole has its SHA-1 as its name; and it decodes, as any bytes do.
# Prints how many files are not, as the engine writes them and does not rename.
torn() {
	(cd "$1" && sha1sum -- *) >"$work/corpus"
	awk '$1 == $2 { print $2 }' "$work/corpus" >"$work/whole"
	[[ -s $work/whole ]] || fail "no corpus"
	(cd "$1" && xargs "$OLDPWD/$(binary 6.1 address)" show) \
		<"$work/whole" >"$work/shown" || fail "does not decode"
	awk '$1 != $2' "$work/corpus" | wc -l
}

check_corpus() {
	(($(torn "$1") == 0)) || fail "a torn file"
}

# check_reported OUT LOG...: what these campaigns and their engines reported has
# a program, and all that have one can be read.
check_reported() {
	local out=$1 bucket

	shift
	sed -n 's,.*new finding: \(.*/findings/\)\?\([^ ]*\).*,\2,p' "$@" |
		sort -u >"$work/reported"
	while read -r bucket; do
		grep -qx "# $bucket" "$out/findings/$bucket/program.prog" ||
			fail "lost: $bucket"
	done <"$work/reported"
	find "$out" -name program.prog -exec \
		"$(binary 6.1 address)" show {} + >/dev/null || fail "torn"
}

# And they are in the summary.
check_summary() {
	local out=$1 bucket

	while read -r bucket; do
		jq -e --arg id "$bucket" 'any(.buckets[]; .id == $id and .kept)' \
			"$out/summary.json" >/dev/null || fail "forgot $bucket"
	done <"$work/reported"
}

# Two jobs count what their engines say, share a corpus and a bucket's folder,
# and end together.
jobs_libfuzzer() {
	local out=build/tests/out-jobs sum

	ends 1 campaign 6.1 '' "$out" TARGET=sequence RUNS=5000 TIME=60 \
		DRIVER=smmuv3 JOBS=2 KNOWN=none
	sum=$(sed -n 's/^stat::number_of_executed_units: *//p' \
		"$out/engine.log" | awk '{ n += $1 } END { print NR, n }')
	jq -e --arg sum "$sum" '(.executions | "2 \(.)") == $sum and
		.executions >= 5000 and .jobs == 2' "$out/summary.json" ||
		fail "counts: the engines say $sum"
	check_jobs "$out"
}

jobs_afl() {
	local out=build/tests/out-jobs-afl

	ends 1 campaign 6.1 '' "$out" ENGINE=afl TARGET=sequence TIME=60 \
		RUNS=20000 JOBS=2 KNOWN=none
	(($(grep -ac 'All set and ready to roll' "$out/engine.log") == 2)) ||
		fail "not two of them"
	# What is under way when it is told to end still counts.
	jq -e '.executions >= 20000 and .executions < 25000' \
		"$out/summary.json" || fail "counts"
	[[ ! -e $out/afl ]] || fail "AFL++'s queue is not in the corpus"
	check_jobs "$out"
}

# Checks for which the tree's own bugs are enough.
check_jobs() {
	local out=$1

	check_buckets "$out"
	replays "$out" "$(binary 6.1 address)" agreement-claim-device
	diff <(jq -r '.buckets[].id' "$out/summary.json" | sort) \
		<(ls "$out/findings") || fail "a folder for each bucket"
	! find "$out" -name '*.tmp' | grep . || fail "files by halves"
	check_corpus "$out/corpus-none"
}

# kills TARGET TIMES: killed at moments that a seed draws, by executions; all of it,
# or the script that started the others.
kills() {
	local out=build/tests/out-kills-$1 log n before=0 moment
	local reports=()

	RANDOM=1
	rm -rf "$out"
	mkdir -p "$out"
	build 6.1 address
	for ((n = 1; n <= $2; n++)); do
		log=$work/kills.$n
		reports+=("$log" "$log.engine")
		moment=$((before + 1 + RANDOM % 8000))
		start_fuzz "$out" "$log" TARGET="$1" KNOWN=none JOBS=2 \
			SEED=$n TIME=60
		until_seen has_run "$out" $moment
		if ((n % 3)); then
			kill -KILL -- "-$campaign"
		else
			kill -KILL "$(cat "$out/lock")"
		fi
		wait "$campaign" || true
		(($(executions "$out") >= moment)) || fail "executions got lost"
		cp "$out/engine.log" "$log.engine"
		check_reported "$out" "${reports[@]}"
		# Each job was writing one at most.
		(($(torn "$out/corpus") <= 2)) || fail "torn files"
		before=$(executions "$out")
	done
	# What a full disk, or a kill at the worst of moments, leaves.
	log=$(find "$out/corpus" -type f -size +40c | sort | sed -n 1p)
	truncate -s 20 "$log"
	ends 1 fuzz "$out" TREE=6.1 TARGET="$1" KNOWN=none RUNS=1000 TIME=60
	(($(executions "$out") >= before + 1000)) || fail "does not go on"
	check_reported "$out" "${reports[@]}"
	[[ -s $work/reported ]] || fail "nothing was reported"
	check_summary "$out"
	check_corpus "$out/corpus"
	grep -q "dropped a torn file, $log" "$out/engine.log" || fail "not dropped"
}

# The disk fills as the corpus grows. What was found is there, what could not be
# kept is when there is room.
disk_full() {
	local status=0

	mkdir -p "$work/full"
	mount -t tmpfs -o size=1500k none "$work/full"
	(
		set -e
		disk_full_mounted "$work/full/out"
	) || status=$?
	umount "$work/full"
	return $status
}

disk_full_mounted() {
	local out=$1 status=0

	make -s fuzz TREE=6.1 TARGET=sequence KNOWN=none OUT="$out" \
		RUNS=20000 TIME=60 >"$work/full.1" 2>&1 </dev/null || status=$?
	((status != 0)) || fail "found nothing"
	(($(df --output=avail "$out" | tail -n 1) < 8)) || fail "is not full"
	check_reported "$out" "$work/full.1"
	[[ -s $work/reported ]] || fail "nothing was reported"
	torn "$out/corpus"
	mount -o remount,size=64m "$work/full"
	ends 1 fuzz "$out" TREE=6.1 TARGET=sequence KNOWN=none RUNS=5000 TIME=60
	check_reported "$out" "$work/full.1" "$work/stderr"
	check_summary "$out"
	check_corpus "$out/corpus"
	jq -e '.executions >= 25000' "$out/summary.json" || fail "counts"
}

# Both engines have their turns, until it is interrupted: with the summary, and
# the status of what was found.
interrupted() {
	local out=build/tests/out-endless status=0 log=$work/endless before

	rm -rf "$out"
	start_fuzz "$out" "$log" KNOWN=none TARGET=sequence TIME=0 TURN=2 \
		SAN=address JOBS=2
	until_seen grep -qs '^turn 3: libfuzzer, sanitizer address' "$log"
	until_seen test -d "$out/findings/agreement-claim-device"
	refuses 'another campaign' make -s fuzz TREE=6.1 OUT="$out"
	# While it waits for its processes.
	before=$(executions "$out")
	until_seen has_run "$out" $((before + 1))
	kill -INT "$(cat "$out/lock")"
	wait "$campaign" || status=$?
	cat "$log"
	grep -q '^make: .* Error 1$' "$log" || fail "ends with $status"
	! grep '^[a-z]*: cannot' "$log" || fail "a tool complains"
	grep -q '^turn 2: afl, sanitizer address' "$log" || fail "no turn of afl"
	grep -q '^finding agreement-claim-device: ' "$log" || fail "no summary"
	grep -Eq '^[0-9]+ executions in .* per second, in [3-9] turns$' "$log" ||
		fail "no summary of all turns"
	grep -Eq '^[0-9:]+  [0-9]+ run, [0-9]+/s; [1-9][0-9]* edges, [1-9]' \
		"$log" || fail "no line of progress"
	jq -e '.engine == "libfuzzer afl" and .turns >= 3' "$out/summary.json" ||
		fail "summary.json"
	check_reported "$out" "$log"
	check_summary "$out"
	check_corpus "$out/corpus"
	stable "$out"
}

# How many findings of a campaign have been made smaller.
minimized() {
	find "$1/findings" -name minimized.prog | wc -l
}

# Interrupted when the search is over and findings are made smaller: that is left to
# the next campaign.
interrupted_minimize() {
	local out=build/tests/out-minimize log=$work/minimize before

	rm -rf "$out"
	start_fuzz "$out" "$log" SAN=address KNOWN=none RUNS=2000 TIME=60
	until_seen pgrep -f "minimize $out/findings"
	before=$(minimized "$out")
	kill -TERM "$(cat "$out/lock")"
	wait "$campaign" || true
	cat "$log"
	grep -q '^make: .* Error 1$' "$log" || fail "not the status of a finding"
	check_reported "$out" "$log"
	check_summary "$out"
	# Until it hears of it, another one may be done.
	(($(minimized "$out") < before + 3)) || fail "goes on with it"
	(($(minimized "$out") < $(wc -l <"$work/reported"))) ||
		fail "was over by then"
}

# The next campaign for the same goes on, one for another begins anew.
goes_on() {
	local out=build/tests/out-goes-on
	local same=(TREE=6.1 KNOWN=none DRIVER=smmuv3 TARGET=sequence
		RUNS=2000 TIME=60 QUICK=1)

	rm -rf "$out"
	ends 1 fuzz "$out" "${same[@]}"
	ends 1 fuzz "$out" "${same[@]}" SEED=2
	jq -e '.executions >= 4000 and .turns == 2' "$out/summary.json" ||
		fail "does not go on"
	ends 1 fuzz "$out" "${same[@]}" STRATEGY=none
	jq -e '.executions < 4000 and .turns == 1' "$out/summary.json" ||
		fail "goes on with another"
}

jobs_tests() {
	local target

	run_test "jobs libfuzzer" jobs_libfuzzer
	run_test "jobs afl" jobs_afl
	run_test "campaign goes on" goes_on
	for target in threads sequence; do
		run_test "campaign killed $target" kills $target 3
		soak_test "campaign killed $target" kills $target 20
	done
	run_test "campaign interrupted" interrupted
	run_test "campaign interrupted minimize" interrupted_minimize
	if may_mount; then
		run_test "campaign full disk" disk_full
	else
		skip "campaign full disk: no tmpfs can be mounted here"
	fi
	run_test "make fuzz bad JOBS" refuses 'JOBS=0' make_fuzz JOBS=0
	run_test "make fuzz afl thread" \
		refuses 'AFL' make_fuzz ENGINE=afl SAN=thread
	run_test "make run several SAN" \
		refuses 'SAN=' make -s run SAN='address thread' PROG="$good"
}
