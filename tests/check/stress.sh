# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Real threads. How far they get depends on the machine, so what they do is
# bounded by rounds, and what they find is asked for by its oracle. Sourced by
# tests/run.

# build_stress TREE SAN [BUG]: the process of the threads beside the command line.
build_stress() {
	build "$@"
	make_once "$(binary "$@")-stress" TREE="$1" SAN="$2" BUG="${3-}"
}

# stress TREE SAN BUG OUT ROUNDS [UNTIL]: its exit status is in $status.
stress() {
	local known='' dir

	[[ -n $3 ]] || known=ci/known/$1
	rm -rf "$4"
	status=0
	GROUPFUZZ_KNOWN=$known GROUPFUZZ_UNTIL=${6-} "$(binary "$1" "$2" "$3")" stress --rounds "$5" \
		--seconds 60 "$4" tree="$1" sanitizer="$2" engine=threads \
		target=stress seed=1 bug="$3" known="$known" \
		>"$work/stdout" 2>"$work/stderr" || status=$?
	((status < 2)) || {
		cat "$work/stderr"
		fail "status $status"
	}
	# What goes by another name leaves no folder.
	for dir in "$4"/findings/*/; do
		[[ -f $dir/program.prog || ! -d $dir ]] ||
			fail "no program in $dir"
	done
}

# The tree as it is: it may well have bugs, but none of them keeps the threads
# from going on, and the histories are looked at.
stress_tree() {
	local out=$work/stress status

	build_stress "$1" "$2"
	stress "$1" "$2" '' "$out" "$3"
	jq -e --argjson rounds "$3" '(.executions >= $rounds) and
		(.engine == "threads") and (.seconds > 0) and all(.buckets[];
		["count", "first_execution", "first_seconds", "id", "known",
		 "oracle", "program", "unstable"] - keys == [])' \
		"$out/summary.json" >/dev/null || fail "summary.json lacks something"
	jq -e 'all(.buckets[]; (.oracle != "death") and
		(.id != "locking-stress-hang"))' "$out/summary.json" \
		>/dev/null || fail "the process of the threads fails"
	awk '/ histories checked$/ { ok = 10 * $(NF - 2) > 9 * $1 }
	     END { exit !ok }' "$work/stdout" ||
		fail "histories are not checked: $(head -n 1 "$work/stdout")"
}

# A planted bug is found by ORACLE: stress_canary TREE SAN BUG ROUNDS BUCKET.
# What is found is a program, and it is said what fibers make of it.
stress_canary() {
	local out=$work/stress status dir

	build_stress "$1" "$2" "$3"
	stress "$1" "$2" "$3" "$out" "$4" "$5"
	((status == 1)) || fail "finds nothing"
	(($(jq .executions "$out/summary.json") < $4)) || fail "goes on after $5"
	dir=$(compgen -G "$out/findings/$5" | head -n 1 || true)
	[[ -n $dir ]] || fail "no $5: $(ls "$out/findings")"
	"$(binary "$1" "$2" "$3")" show "$dir/program.prog" >/dev/null ||
		fail "$dir/program.prog is no program"
	grep -q '^fibers ' "$dir/stress.txt" || fail "nothing of fibers"
	grep -q '^thread 0, ' "$dir/stress.txt" || fail "no history"
}

# And fibers come to the same, since it is said so.
stress_replays() {
	local gf out=$work/stress dir bucket n=0

	gf=$(binary 6.12 none stale-domain)
	build_stress 6.12 none stale-domain
	stress 6.12 none stale-domain "$out" 20000
	for dir in "$out"/findings/*/; do
		grep -q '^fibers come to the same' "$dir/stress.txt" || continue
		bucket=$(basename "$dir")
		ends 1 "$gf" run "$dir/program.prog"
		[[ $(tail -n 1 "$work/stdout") = "finding: $bucket" ]] ||
			fail "$bucket does not come back"
		n=$((n + 1))
	done
	((n > 0)) || fail "fibers come to nothing that threads come to"
}

# Killed while it looks for more: what was found before is there.
stress_killed() {
	local gf out=$work/killed pid line said=nothing told=()

	build_stress 6.12 none wrong-domain
	gf=$(binary 6.12 none wrong-domain)
	rm -rf "$out" "$work/fifo"
	mkfifo "$work/fifo"
	"$gf" stress --seconds 600 "$out" 2>"$work/fifo" >/dev/null &
	pid=$!
	exec 3<"$work/fifo"
	# It is told of before it is written, so that of the third two are there.
	while ((${#told[@]} < 3)); do
		read -r line <&3 ||
			fail "ends after ${#told[@]} findings, and says $said"
		said=$line
		[[ $line != 'new finding: '* ]] || told+=("${line##* }")
	done
	kill -9 $pid
	wait $pid 2>/dev/null || true
	for line in "${told[@]:0:2}"; do
		"$gf" show "$out/findings/$line/program.prog" >/dev/null ||
			fail "$line is lost"
	done
	ends 1 "$gf" summary "$out" tree=6.12 seconds=1
	(($(jq '.buckets | length' "$out/summary.json") >= 2)) ||
		fail "the campaign is lost"
}

stress_usage() {
	local gf

	build_stress 6.12 none
	gf=$(binary 6.12 none)
	refuses 'no folder' "$gf" stress --rounds 1
	refuses 'end is missing' "$gf" stress "$work/none"
	refuses 'not a number: --rounds' "$gf" stress --rounds x "$work/none"
	refuses 'not a number: --seed' "$gf" stress --seed
	refuses 'bad option: --what' "$gf" stress --what 1 "$work/none"
	refuses '--threads' "$gf" stress --rounds 1 --threads 0 "$work/none"
	refuses '--threads' "$gf" stress --rounds 1 --threads 65 "$work/none"
	refuses 'no such driver: x' "$gf" stress --driver x "$work/none"
	refuses 'cannot be written' "$gf" stress --rounds 1 /proc/none
	refuses "groupfuzz stress" "$gf-stress"
	cp "$gf" "$work/alone"
	refuses 'is not built' "$work/alone" stress --rounds 1 "$work/none"
	refuses 'THREADS=x: not a number' make -s stress TREE=6.12 SAN=none THREADS=x
}

stress_tests() {
	local tree

	run_test "stress 6.12 none" stress_tree 6.12 none 20000
	soak_test "stress 6.1 none" stress_tree 6.1 none 200000
	for tree in "${trees[@]}"; do
		run_test "stress $tree address" stress_tree "$tree" address 4000
		run_test "stress $tree thread" stress_tree "$tree" thread 300
	done
	run_test "stress canary race" stress_canary 6.1 thread type-read 12000 \
		'race-*iommu_group_show_type'
	run_test "stress canary use after free" stress_canary 6.1 address \
		stale-domain 20000 'address-*-use-after-free'
	run_test "stress canary lifetime" stress_canary 6.12 none \
		stale-domain 20000 'lifetime-free-freed-while-attached'
	run_test "stress canary isolation" stress_canary 6.12 none \
		wrong-domain 20000 'isolation-dma-*'
	run_test "stress canary linearizable" stress_canary 6.12 none \
		claim-unlocked 40000 'linearizable-claim-*'
	run_test "stress canary locking" stress_canary 6.12 none \
		abba-type 20000 'locking-order-dev-mutex-group-mutex'
	run_test "stress canary model" stress_canary 6.12 none \
		busy-when-owned 20000 'model-attach-*'
	run_test "stress fibers" stress_replays
	run_test "stress killed" stress_killed
	run_test "stress usage" stress_usage
}
