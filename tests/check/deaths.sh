# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# No run, no verdict: sanitizers that cannot start, builds that report nothing, and
# programs that end the process that runs them. Sourced by tests/run.

dies_prog=corpus/seeds/handle.prog

# --- sanitizers that cannot start ---

# each_verb PATTERN SAN WRAPPER...: no verb gives a verdict, each says why.
each_verb() {
	local pattern=$1 dir=build/6.12/$2

	shift 2
	mkdir -p "$work/verbs"
	refuses "$pattern" "$@" "$dir/groupfuzz" run "$good"
	refuses "$pattern" "$@" "$dir/groupfuzz" run --apart "$good"
	refuses "$pattern" "$@" "$dir/groupfuzz" run --faults alloc \
		--out "$work/verbs" "$good"
	refuses "$pattern" "$@" "$dir/groupfuzz" minimize "$good"
	refuses "$pattern" "$@" "$dir/groupfuzz" explore "$good" "$work/verbs"
	refuses "$pattern" "$@" "$dir/groupfuzz" stress --rounds 1 "$work/verbs"
	refuses "$pattern" "$@" "$dir/groupfuzz" canary
	refuses "$pattern" "$@" "$dir/groupfuzz-stress" canary
	refuses "$pattern" "$@" "$dir/fuzz_threads" -runs=1
}

limited() {
	ulimit -v 2000000
	"$@"
}

cannot_start() {
	build 6.12 "$1"
	build_stress 6.12 "$1"
	make_once "build/6.12/$1/fuzz_threads" TREE=6.12 SAN="$1"
	if [[ $1 = thread && $(uname -m) = x86_64 ]]; then
		each_verb 'ThreadSanitizer cannot start: .*layout' thread \
			setarch -L
	fi
	each_verb 'Sanitizer cannot start: .*ulimit' "$1" limited
}

# --- builds that report nothing ---

canaries() {
	build 6.12 "$1"
	build_stress 6.12 "$1"
	ends 0 "build/6.12/$1/groupfuzz" canary
	ends 0 "build/6.12/$1/groupfuzz-stress" canary
}

# blind SAN VARIABLE=VALUE: with that its sanitizer does not see a thing.
blind() {
	local dir=build/6.12/$1

	canaries "$1"
	make_once "$dir/fuzz_threads" TREE=6.12 SAN="$1"
	refuses '^canary: .* was not reported' env "$2" "$dir/groupfuzz" canary
	refuses '^canary: .* was not reported' env "$2" GROUPFUZZ_CANARY=1 \
		"$dir/fuzz_threads"
	# The stress of "address" has its memory from malloc().
	[[ $1 != thread ]] ||
		refuses '^canary: .* was not reported' env "$2" \
			"$dir/groupfuzz" stress --rounds 1 "$work/blind"
}

# A campaign asks it before it begins.
blind_campaign() {
	build 6.12 thread
	make_once build/6.12/thread/fuzz_threads TREE=6.12 SAN=thread
	refuses 'canary: .* was not reported' env TSAN_OPTIONS=report_bugs=0 \
		TREE=6.12 NAME=6.12 SAN=thread ENGINE=libfuzzer TARGET=threads \
		TIME=1 RUNS=1 SEED=1 OUT="$work/blind" CORPUS=none \
		BUILD=build/6.12 JOBS=1 QUICK=1 harness/cmd/fuzz
}

# --- programs that end the process ---

# Where the command line is of a tree that dies, built with SAN, and its target.
build_dies() {
	python3 harness/tool build groupfuzz fuzz_threads TREE=6.12 SAN="$1" \
		BUG=tests/check/dies.cocci >&2 ||
		fail "tests/check/dies.cocci does not build"
	echo build/6.12+dies-*/"$1"
}

# A signal that has a handler is a finding like any other.
dies_oops() {
	local dir how

	dir=$(build_dies "$1")
	for how in abort trap overflow; do
		DIES=$how ends 1 "$dir/groupfuzz" run "$dies_prog"
		grep -q '^finding: oops-iommu_replace_group_handle-' \
			"$work/stdout" ||
			fail "$how: $(tail -n 1 "$work/stdout")"
	done
}

# A death that no handler can catch is filed by the parent.
dies_apart() {
	local dir out=$work/dies

	dir=$(build_dies none)
	rm -rf "$out"
	mkdir -p "$out"
	DIES=kill ends 1 "$dir/groupfuzz" run --quiet --apart "$dies_prog" "$good"
	diff - "$work/stdout" <<-EOF
		$dies_prog: death-SIGKILL
		$good: no finding
	EOF
	DIES=exit ends 1 "$dir/groupfuzz" run --apart "$dies_prog"
	[[ $(tail -n 1 "$work/stdout") = "finding: death-exit-7" ]] ||
		fail "exit: $(tail -n 1 "$work/stdout")"
	DIES=kill ends 1 "$dir/groupfuzz" minimize "$dies_prog" "$out/min.prog"
	[[ $(grep -c '^	' "$out/min.prog") = 4 ]] || fail "not minimised"
	# It says itself how it has to be run.
	DIES=kill ends 1 "$dir/groupfuzz" run "$out/min.prog"
	DIES=kill ends 1 "$dir/groupfuzz" run --faults alloc --out "$out" \
		"$dies_prog"
	[[ -f $out/findings/death-SIGKILL/program.prog ]] ||
		fail "the sweep keeps nothing"
	[[ $(tail -n 1 "$out/findings/death-SIGKILL/trace.txt") = \
		"finding: death-SIGKILL" ]] || fail "its trace does not end in it"
}

# A target that is killed, as harness/cmd/fuzz finds it.
dies_campaign() {
	local dir out=$work/dies status=0 pid

	dir=$(build_dies none)
	rm -rf "$out"
	mkdir -p "$out/corpus"
	ends 0 "$dir/groupfuzz" encode "$dies_prog" "$out/corpus/dies"
	ends 0 "$dir/groupfuzz" turn "$out" this
	export GROUPFUZZ_OUT=$out GROUPFUZZ_RUN=$dir/groupfuzz DIES=kill
	"$dir/fuzz_threads" -runs=0 "$out/corpus" >"$out/log" 2>&1 &
	pid=$!
	wait "$pid" || status=$?
	((status == 137)) || fail "the target ends with $status"
	ends 0 "$dir/groupfuzz" died "$out" "$pid" "$status"
	ends 1 "$dir/groupfuzz" summary "$out"
	jq -e '.buckets | length == 1 and .[0].id == "death-SIGKILL" and
		(.[0].unstable | not)' "$out/summary.json" >/dev/null ||
		fail "not found: $(jq -c .buckets "$out/summary.json")"
	ends 1 "$dir/groupfuzz" run "$out/findings/death-SIGKILL/program.prog"
	# It is not run again, so the others are.
	ends 0 "$dir/fuzz_threads" -runs=0 "$out/corpus"
	# Without any execution: not for ever.
	ends 0 "$dir/groupfuzz" died "$out" 1 137
	ends 0 "$dir/groupfuzz" died "$out" 1 137
	refuses 'died three times and ran nothing' \
		"$dir/groupfuzz" died "$out" 1 137
}

# Without a campaign libFuzzer's own handler sees the finding.
libfuzzer_sees() {
	local dir

	dir=$(build_dies "$1")
	rm -rf "$work/crash"
	mkdir "$work/crash"
	ends 0 "$dir/groupfuzz" encode "$dies_prog" "$work/crash/in"
	DIES=trap ends 77 "$dir/fuzz_threads" "$work/crash/in"
}

# A child ends with its parent, whatever ended that.
orphans() {
	local dir parent child

	dir=$(build_dies none)
	DIES=wait "$dir/groupfuzz" minimize "$dies_prog" >/dev/null 2>&1 &
	parent=$!
	until child=$(pgrep -P "$parent"); do
		kill -0 "$parent" || fail "it has ended"
	done
	kill -9 "$parent"
	timeout 20 tail -f --pid="$child" /dev/null || fail "the child goes on"
}

# --- what cannot be written, or read ---

# Each verb that prints says when it could not.
full_verbs() {
	local gf verb

	build 6.12 none
	gf=$(binary 6.12 none)
	mkdir -p "$work/full-out"
	"$gf" turn "$work/full-out" this >/dev/null
	for verb in "show $good" "turn $work/full-out this" "canary x" \
		"summary $work/full-out" "summary --executions $work/full-out" \
		"run --chrome $work/full-out/x.json $good" "run $good" \
		"run --faults alloc --out $work/full-out $good"; do
		# shellcheck disable=SC2016,SC2086
		refuses 'write|No space|takes no' \
			bash -c '"$0" "$@" >/dev/full' "$gf" $verb
	done
	refuses 'No space' "$gf" minimize \
		ci/known/6.12/balance-iommu_group_alloc-memory.prog \
		/dev/full
}

no_proc() {
	build 6.12 none
	# shellcheck disable=SC2016
	refuses '/proc' unshare -m bash -c 'mount -t tmpfs none /proc &&
		exec "$0" run "$1"' "$(binary 6.12 none)" "$good"
}

campaign_unit() {
	make_once build/6.12/none/tests/test_campaign TREE=6.12 SAN=none
	build/6.12/none/tests/test_campaign
}

deaths_tests() {
	local san

	no_symbols
	for san in address thread; do
		run_test "deaths cannot start $san" cannot_start "$san"
	done
	run_test "deaths canary none" canaries none
	run_test "deaths canary address" \
		blind address ASAN_OPTIONS=symbolize=0:allow_user_poisoning=0
	run_test "deaths canary thread" blind thread TSAN_OPTIONS=report_bugs=0
	run_test "deaths canary campaign" blind_campaign
	run_test "deaths signals none" dies_oops none
	run_test "deaths signals address" dies_oops address
	run_test "deaths apart" dies_apart
	run_test "deaths campaign" dies_campaign
	run_test "deaths orphans" orphans
	for san in none address; do
		run_test "deaths libFuzzer sees $san" libfuzzer_sees "$san"
	done
	run_test "deaths full disk" full_verbs
	if unshare -m true 2>/dev/null; then
		run_test "deaths no proc" no_proc
	fi
	run_test "deaths campaign file" campaign_unit
}
