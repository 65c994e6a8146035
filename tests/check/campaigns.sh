# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Campaigns: a bug that is put back is found, from nothing. Sourced by tests/run.

campaign() {
	local tree=$1 bug=$2 out=$3

	shift 3
	rm -rf "$out"
	build "$tree" address "$bug"
	fuzz "$out" TREE="$tree" BUG="$bug" CORPUS=none SEED=1 "$@"
}

fixed=(TARGET=sequence TIME=60 DRIVER=smmuv3)

# due_to_bug TREE OUT BUCKET: the program of BUCKET does not end there on the tree
# as it is. The name alone would not tell: a tree's own bugs may end in the same
# bucket.
due_to_bug() {
	build "$1" address
	"$(binary "$1" address)" run "$2/findings/$3/program.prog" \
		>"$work/stdout" 2>/dev/null || true
	! grep -qx "finding: $3" "$work/stdout" || fail "$3 is not the bug's"
}

# Its program is kept, and gives the same finding again.
replays() {
	local out=$1 bin=$2 bucket=$3 program

	program=$(jq -r --arg id "$bucket" \
		'.buckets[] | select(.id == $id) | .program' "$out/summary.json")
	ends 1 "$bin" run "$program"
	[[ $(tail -n 1 "$work/stdout") = "finding: $bucket" ]] ||
		fail "$program does not replay"
	[[ -s $out/findings/$bucket/trace.txt ]] || fail "no trace.txt"
}

# What a finding adds to the summary.
check_buckets() {
	jq -e '(.buckets | length > 0) and all(.buckets[];
		(["count", "first_execution", "first_seconds", "id", "known",
		  "oracle", "program", "unstable"] - keys == []) and
		(.count > 0) and (.known == false) and
		(.first_execution > 0) and (.first_seconds >= 0) and
		(.oracle as $oracle | .id | startswith($oracle + "-")))' \
		"$1/summary.json" >/dev/null ||
		fail "a bucket lacks something"
}

canary() {
	local tree=$1 bug=$2 bucket=$3 out=build/tests/out-$1+$2

	ends 1 campaign "$tree" "$bug" "$out" "${fixed[@]}" RUNS=20000 \
		UNTIL="$bucket" QUICK=1
	[[ -d $out/findings/$bucket ]] || fail "no $bucket"
	due_to_bug "$tree" "$out" "$bucket"
	check_buckets "$out"
	replays "$out" "$(binary "$tree" address "$bug")" "$bucket"
}

# What needs two threads, from seeds that have one each, and no more executions
# than that takes: canary_threads TREE SAN BUG RUNS BUCKET
canary_threads() {
	local out=build/tests/out-$1+$3

	rm -rf "$out"
	ends 1 fuzz "$out" TREE="$1" SAN="$2" BUG="$3" RUNS="$4" TIME=60 \
		SEED=1 UNTIL="none-such $5" QUICK=1
	jq -e --arg id "$5" 'any(.buckets[]; .id == $id)' \
		"$out/summary.json" >/dev/null || fail "no $5"
	jq -e --argjson runs "$4" '.executions < $runs' \
		"$out/summary.json" >/dev/null || fail "goes on after $5"
}

# Found with two preemptions, and not with fewer.
canary_explore() {
	local bug=two-preemptions gf out=$work/explore

	gf=build/6.12+$bug/address-access/groupfuzz
	make_once "$gf" TREE=6.12 BUG=$bug ACCESS=1
	printf '%s\n' 'world driver=smmuv3 groups=1 devices=1' 'thread vfio' \
		'claim g0 alice' 'thread sysfs' 'read_type g0' >"$work/two.prog"
	rm -rf "$out"
	mkdir -p "$out"
	ends 0 "$gf" explore --bound 1 "$work/two.prog" "$out"
	ends 1 "$gf" explore --bound 2 "$work/two.prog" "$out"
	grep -q '^finding address-iommu_group_show_type-use-after-free:' \
		"$work/stdout" || fail "finds something else"
}

# A bug that the tree has, since AFL++'s build of it is used by other tests too. In
# AFL++'s children AddressSanitizer reports, and leaves no file.
canary_afl() {
	local out=build/tests/out-afl bucket

	ends 1 campaign 6.1 '' "$out" ENGINE=afl KNOWN=none TIME=60 \
		UNTIL='address-*' QUICK=1
	grep -q 'aborted by user' "$out/engine.log" || fail "goes on after it"
	[[ $(jq -r .engine "$out/summary.json") = afl ]] || fail "engine"
	bucket=$(jq -r '.buckets[] | select(.oracle == "address") | .id' \
		"$out/summary.json")
	[[ -n $bucket ]] || fail "nothing of AddressSanitizer"
	check_buckets "$out"
	replays "$out" "$(binary 6.1 address)" "$bucket"
	# The same input is the same execution.
	awk '/^stability/ { exit !($3 + 0 >= 99) }' \
		"$out/afl/job0/fuzzer_stats" || fail "unstable"
	nothing_left
}

# The tree as it is. It may well have bugs of its own.
campaign_summary() {
	local out=build/tests/out-6.1

	campaign 6.1 '' "$out" "${fixed[@]}" RUNS=2000 \
		>"$work/stdout" 2>"$work/stderr" ||
		{ (($? == 2)) && grep '^make: .* Error 1$' "$work/stderr"; } || {
		cat "$work/stderr" "$work/stdout"
		fail "the campaign failed"
	}
	jq -e '
		(.tree == "6.1") and (.sanitizer == "address") and
		(.engine == "libfuzzer") and (.target == "fuzz_sequence") and
		(.seed == 1) and (.executions >= 2000) and (.seconds > 0) and
		(.executions_per_second > 0) and
		(.coverage.lines_hit > 0) and
		(.coverage.lines_total > .coverage.lines_hit) and
		(.buckets | type == "array")' "$out/summary.json" >/dev/null ||
		fail "summary.json lacks something"
}

campaign_tests() {
	local tree

	run_test "campaign summary" campaign_summary
	for tree in "${trees[@]}"; do
		run_test "canary $tree stale-domain" \
			canary "$tree" stale-domain agreement-detach-device
		run_test "canary $tree wrong-domain" \
			canary "$tree" wrong-domain agreement-claim-device
		run_test "canary $tree busy-when-owned" \
			canary "$tree" busy-when-owned \
			model-attach-EBUSY-not-success
		run_test "canary $tree recursive-lock" \
			canary "$tree" recursive-lock \
			locking-__iommu_group_alloc_blocking_domain-recursion
	done
	run_test "canary race" canary_threads 6.1 thread type-read 20000 \
		race-iommu_group_alloc_default_domain-iommu_group_show_type
	run_test "canary deadlock" canary_threads 6.12 address abba-type 5000 \
		locking-order-dev-mutex-group-mutex
	run_test "canary linearizable" canary_threads 6.12 address \
		claim-unlocked 20000 linearizable-claim-success
	run_test "canary two preemptions" canary_threads 6.12 address \
		two-preemptions 200000 address-iommu_group_show_type-use-after-free
	run_test "canary explore" canary_explore
	run_test "canary 6.1 afl address" canary_afl
}
