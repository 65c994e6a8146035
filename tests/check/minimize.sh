# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Minimize: what is left is needed, and nothing else is. Sourced by tests/run.

# A program of the corpus, padded with operations that it does not need.
minimize_padded() {
	local file=$1 gf

	build 6.1 address
	gf=$(binary 6.1 address)
	"$gf" show "$file" >"$work/padded.prog"
	for _ in {1..20}; do
		printf '\t%s\n' 'read_type g0' 'get g0' 'put g0'
	done | sed -n 1,40p >"$work/padding"
	sed -i "/^thread/r $work/padding" "$work/padded.prog"
	ends 1 "$gf" minimize "$work/padded.prog" "$work/minimized.prog"
	grep -v '^#' "$work/minimized.prog" >"$work/shown"
	"$gf" show "$file" | diff - "$work/shown" || fail "not the least"
}

minimize_clean() {
	cli 'no finding' minimize "$good"
}

# less N FILE: FILE without its Nth operation or preemption, and a thread that
# then has nothing to do; nothing if there is no Nth.
less() {
	grep -v '^#' "$2" | awk -v gone="$1" '
		/^\t/ && ++n == gone { removed = 1; next }
		{ line[++nr] = $0 }
		END {
			for (i = 1; i <= nr; i++) {
				if (line[i] !~ /^thread/)
					continue
				if (line[i + 1] !~ /^\t/) {
					idle[substr(line[i], 8)] = 1
					line[i] = ""
				} else
					threads++
			}
			for (i = 1; removed && i <= nr; i++) {
				last = line[i]
				sub(/.* /, "", last)
				if (line[i] ~ /^\tat /) {
					if (threads == 1 || last in idle)
						continue
					if (!entries++)
						print "schedule"
				}
				if (line[i] != "" && line[i] != "schedule")
					print line[i]
			}
		}'
}

# No single operation or preemption can be taken away from FILE, as it is.
local_minimum() {
	local gf=$1 file=$2 n bucket

	"$gf" run "$file" >"$work/trace" 2>/dev/null || true
	bucket=$(tail -n 1 "$work/trace")
	[[ $bucket = "finding: "* ]] || fail "finds nothing: $bucket"
	for ((n = 1; ; n++)); do
		less "$n" "$file" >"$work/less.prog"
		[[ -s $work/less.prog ]] || break
		"$gf" run "$work/less.prog" >"$work/trace" 2>&1 ||
			(($? == 1)) || fail "$(tail -n 1 "$work/trace")"
		[[ $(tail -n 1 "$work/trace") != "$bucket" ]] ||
			fail "number $n is not needed"
	done
	((n > 2)) || fail "nothing was taken away"
}

# A program that writes a type while the last device goes, and much else; its
# preemption is where it has to be, wherever that may be.
padded_threads() {
	local gf=$1 out=$2 n

	for n in {1..99}; do
		cat >"$out" <<-EOF
			world driver=smmuv3 groups=3 devices=4 default=dma early
			device dev1 msi
			device dev3 g1
			thread admin
				read_type g1
				get g0
				put g0
			thread sysfs
				read_type g0
				read_reserved_regions g0
				write_type g0 DMA-FQ
				read_type g0
			thread hotplug
				dma dev2 1
				remove dev0
				dma dev1 0
			thread dma
				dma dev0 0
				d0 = alloc dev3
				free d0
			schedule
				at 2 run dma
				at $((n + 2)) run hotplug
		EOF
		"$gf" run "$out" >"$work/trace" 2>&1 || true
		! grep -q '^finding: oops-iommu_group_store_type' "$work/trace" ||
			return 0
	done
	fail "no schedule finds anything"
}

# As in corpus/regressions: two operations, a preemption, a device.
minimize_threads() {
	local tree=6.12 san=$1 gf

	build "$tree" "$san"
	gf=$(binary "$tree" "$san")
	padded_threads "$gf" "$work/padded.prog"
	ends 1 "$gf" minimize "$work/padded.prog" "$work/minimized.prog"
	grep -v '^#' "$work/minimized.prog" | sed 's/at [0-9]* /at N /' |
		diff - <(printf '%s\n' \
			'world driver=smmuv3 groups=1 devices=1' \
			'thread sysfs' '	write_type g0 DMA-FQ' \
			'thread hotplug' '	remove dev0' \
			'schedule' '	at N run hotplug') || fail "not the least"
	local_minimum "$gf" "$work/minimized.prog"
	# Beneath it stands its trace.
	"$gf" run "$work/minimized.prog" >"$work/trace" || true
	sed -n '/^#$/,$p' "$work/minimized.prog" | sed '1d; s/^# \?//' |
		diff "$work/trace" - || fail "not its trace"
}

minimize_deadlock() {
	local gf

	build 6.12 address abba-type
	gf=$(binary 6.12 address abba-type)
	sed 's/^	use dev0/&\n	read_type g0/' "$deadlock" >"$work/padded.prog"
	ends 1 "$gf" minimize "$work/padded.prog" "$work/minimized.prog"
	local_minimum "$gf" "$work/minimized.prog"
}

# A preemption at a memory access becomes one at the point after it.
minimize_access() {
	local gf=build/6.12+abba-type/address-access/groupfuzz

	make_once "$gf" TREE=6.12 BUG=abba-type SAN=address ACCESS=1
	sed "s/at 3 run/at 2.1 run/" "$deadlock" >"$work/access.prog"
	ends 1 "$gf" run "$work/access.prog"
	grep -q 'preempted at 2\.1 ' "$work/stdout" || fail "not preempted"
	ends 1 "$gf" minimize "$work/access.prog" "$work/minimized.prog"
	grep -q '^	at 3 run kernel$' "$work/minimized.prog" ||
		fail "$(grep 'run kernel' "$work/minimized.prog")"
}

minimize_tests() {
	run_test "minimize padded program" \
		minimize_padded corpus/regressions/aa0958570f24.prog
	run_test "minimize clean program" minimize_clean
	run_test "minimize threads none" minimize_threads none
	run_test "minimize threads address" minimize_threads address
	run_test "minimize deadlock" minimize_deadlock
	run_test "minimize accesses" minimize_access
}
