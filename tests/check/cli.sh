# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Command line. Sourced by tests/run.

good=corpus/seeds/vfio-smmuv3.prog

cli() {
	build 6.1 address
	refuses "$1" "$(binary 6.1 address)" "${@:2}"
}

# The good program before it must not have run.
cli_malformed() {
	printf 'world driver=smmuv3 groups=1 devices=1\nthread vfio\n%s\n' \
		'	clame g0 alice' >"$work/bad.prog"
	cli "^$work/bad\.prog:3: .*clame" run "$good" "$work/bad.prog"
	cli "^$work/bad\.prog:3: .*clame" run --quiet "$work/bad.prog"
	cli "^$work/bad\.prog:3: .*clame" encode "$work/bad.prog" "$work/x"
	[[ ! -e $work/x ]] || fail "wrote a file"
}

cli_full() {
	build 6.1 address
	# shellcheck disable=SC2016
	refuses 'write' bash -c '"$0" run "$1" >/dev/full' \
		"$(binary 6.1 address)" "$good"
}

# How many processes tell of a finding: each has a file of its own for that.
tellers() {
	local prog=tests/scenarios/remove-callback-type.prog

	rm -rf "$work/told"
	mkdir "$work/told"
	ASAN_OPTIONS=log_path=$work/told/by ends 1 "$gf" run --quiet "$@" \
		"$prog" "$good" "$prog"
	[[ $(sed 's/.*: //; s/-.*//' "$work/stdout" | paste -sd ' ') = \
		"undefined no finding undefined" ]] || fail "not what they do"
	find "$work/told" -type f | wc -l
}

cli_apart() {
	local gf n

	build 6.1 address remove-callback-type
	gf=$(binary 6.1 address remove-callback-type)
	n=$(tellers)
	((n == 1)) || fail "$n processes"
	n=$(tellers --apart)
	((n == 2)) || fail "$n processes, not one for each program"
}

# Files that are no programs, and a program by a name that looks like an option.
cli_files() {
	local gf

	build 6.12 none
	gf=$PWD/$(binary 6.12 none)
	good=$PWD/$good
	cd "$work"
	refuses '^/bin/ls: an ELF file' "$gf" run --quiet /bin/ls
	gzip -c "$good" >good.gz
	refuses '^good\.gz: compressed by gzip' "$gf" run good.gz
	rm -f fifo
	mkfifo fifo
	refuses '^fifo: is a FIFO' timeout 20 "$gf" run fifo
	refuses '^/: Is a directory' "$gf" show /
	{ printf '\357\273\277' && cat "$good"; } >bom.prog
	ends 0 "$gf" run --quiet bom.prog
	"$gf" show - <"$good" | diff <(grep -v '^#' "$good") -
	# An engine's bytes without the magic.
	printf '\001' >bytes
	refuses '^bytes: not a program' "$gf" run bytes
	ends 0 "$gf" run --quiet --raw bytes
	"$gf" encode --raw bytes encoded
	ends 0 "$gf" run --quiet encoded
	cp "$good" ./-o.prog
	refuses 'bad option: -o.prog' "$gf" run -o.prog
	ends 0 "$gf" run --quiet -- -o.prog
	"$gf" show -- -o.prog | diff <(grep -v '^#' "$good") -
	"$gf" encode -- -o.prog encoded
	refuses 'no finding to keep' "$gf" minimize -- -o.prog
}

# A strategy that is none: one line, from the target itself.
cli_strategy() {
	local word fuzz=build/6.12/none/fuzz_threads

	make_once "$fuzz" TREE=6.12 SAN=none
	for word in frob pct: pct:abc pct:0 pct:17 pct:3x random:3; do
		refuses "^groupfuzz: no such strategy: $word\$" \
			env GROUPFUZZ_STRATEGY="$word" "$fuzz" -runs=1
	done
}

make_fuzz() {
	fuzz "$work/out" TREE=6.12 RUNS=100 TIME=20 "$@"
}

# A disk that is full before the campaign begins: nothing must look well.
fuzz_full() {
	local status=0

	mkdir -p "$work/full"
	make_fuzz RUNS=1 >/dev/null
	mount -t tmpfs -o size=16k none "$work/full"
	make_fuzz CORPUS=none OUT="$work/full/out" >"$work/stdout" 2>&1 ||
		status=$?
	umount "$work/full"
	cat "$work/stdout"
	((status == 2)) || fail "status $status"
	grep -q 'No space left on device' "$work/stdout" || fail "says nothing"
}

may_mount() {
	mkdir -p "$work/full"
	mount -t tmpfs -o size=16k none "$work/full" 2>/dev/null &&
		umount "$work/full"
}

cli_tests() {
	run_test "cli malformed program" cli_malformed
	run_test "cli unknown verb" cli 'no such command: frob' frob
	run_test "cli missing file" cli '/nonexistent\.prog' run /nonexistent.prog
	run_test "cli missing file after good" \
		cli '/nonexistent\.prog' run "$good" /nonexistent.prog
	run_test "cli no file" cli 'no program' run
	run_test "cli bad option" cli '--frob' run --frob "$good"
	run_test "cli unknown oracle" \
		cli 'agreement,frob' run --without agreement,frob "$good"
	run_test "cli only one oracle" \
		cli 'model,balance' run --only model,balance "$good"
	run_test "cli unknown driver" cli 'frob' run --driver frob "$good"
	run_test "cli no campaign" cli 'campaign' summary "$tests"
	run_test "cli apart" cli_apart
	run_test "cli full disk" cli_full
	run_test "cli files that are no programs" cli_files
	run_test "cli strategy" cli_strategy
	run_test "make run without PROG" refuses 'PROG' make -s run
	run_test "make run missing PROG" \
		refuses '/nonexistent\.prog' make -s run TREE=6.12 \
		PROG=/nonexistent.prog
	run_test "make fuzz bad SAN" refuses 'SAN=bogus' make_fuzz SAN=bogus
	run_test "make fuzz bad ENGINE" \
		refuses 'ENGINE=bogus' make_fuzz ENGINE=bogus
	run_test "make fuzz bad TIME" refuses 'TIME=abc' make_fuzz TIME=abc
	run_test "make fuzz bad RUNS" refuses 'RUNS=-1' make_fuzz RUNS=-1
	run_test "make fuzz bad SEED" refuses 'SEED=x' make_fuzz SEED=x
	run_test "make fuzz no CORPUS" \
		refuses 'CORPUS=/nonexistent' make_fuzz CORPUS=/nonexistent
	run_test "make fuzz bad DRIVER" \
		refuses 'driver.*bogus' make_fuzz DRIVER=bogus
	run_test "make fuzz bad OUT" \
		refuses 'OUT=' make_fuzz OUT="$PWD/Makefile/out"
	run_test "make fuzz no BUG" refuses 'nosuchbug' make_fuzz BUG=nosuchbug
	run_test "make fuzz no TREE" \
		refuses '/nonexistent' make_fuzz TREE=/nonexistent
	if may_mount; then
		run_test "make fuzz full disk" fuzz_full
	else
		skip "make fuzz full disk: no tmpfs can be mounted here"
	fi
}
