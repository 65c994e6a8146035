# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Faults: each that the seeds can meet. Sourced by tests/run.

# sweep GF FILE ARG...: to $work/stdout, the buckets to $work/found. Each keeps
# a program, which by itself ends in that bucket.
sweep() {
	local gf=$1 file=$2 out=$work/faults status=0 bucket

	rm -rf "$out"
	mkdir -p "$out"
	"$gf" run --faults all --out "$out" "${@:3}" "$file" \
		>"$work/stdout" || status=$?
	cat "$work/stdout"
	sed -n 's/^finding \(.*\): .*/\1/p' "$work/stdout" | sort >"$work/found"
	[[ $status = $([[ ! -s $work/found ]]; echo $?) ]] ||
		fail "status $status"
	cp "$work/stdout" "$work/swept"
	while read -r bucket; do
		ends 1 "$gf" run "$out/findings/$bucket/program.prog"
		[[ $(tail -n 1 "$work/stdout") = "finding: $bucket" ]] ||
			fail "$bucket: $(tail -n 1 "$work/stdout")"
	done <"$work/found"
}

# What is wrong with a stock tree is in FINDINGS.md.
faults() {
	local tree=$1 file=$2

	build "$tree" address
	sweep "$(binary "$tree" address)" "$file"
	directive "faults-$tree" "$file" | tr ' ' '\n' | sort |
		diff - "$work/found" || fail "finds something else"
}

# faults_count TREE COUNTS: the points of the program in $work/count.prog.
faults_count() {
	build "$1" address
	sweep "$(binary "$1" address)" "$work/count.prog"
	head -n 1 "$work/swept" | grep -qF ": $2: " ||
		fail "$(head -n 1 "$work/swept")"
}

# A group that its caller makes. Memory: the device and its name; 6.1 makes
# dev->iommu before it asks the driver, 6.12 finds no fwspec first; the group,
# its id and its name; the devices folder and its name; two files; what its caller
# calls it, and a file for that; the device in the group, its name and two links.
# Sysfs: the group, the folder, three files, two links.
faults_count_group() {
	printf '%s\n' 'world driver=smmuv3 groups=1 devices=1' \
		'device dev0 noiommu' >"$work/count.prog"
	faults_count 6.1 \
		'alloc 16, attach 0, domain 0, probe 0, pasid 0, sysfs 7'
	faults_count 6.12 \
		'alloc 15, attach 0, domain 0, probe 0, pasid 0, sysfs 7'
}

# Three devices get the default domain, the blocking domain and the owner's: 9
# in 6.1. In 6.12 nobody may refuse the first domain of a group, and the blocking
# domain cannot fail: 2 and 3. No fault in the detach: it goes back.
faults_count_attach() {
	printf '%s\n' 'world driver=smmuv3 groups=1 devices=3' 'thread vfio' \
		'claim g0 alice' 'd0 = alloc dev0' 'attach d0 g0' \
		'detach d0 g0' >"$work/count.prog"
	faults_count 6.12 \
		'alloc 42, attach 5, domain 2, probe 3, pasid 0, sysfs 13'
	ends 1 "$(binary 6.1 address)" run --faults attach \
		--out "$work/faults" "$work/count.prog"
	grep -qF 'count.prog: attach 9: 1 finding' "$work/stdout" ||
		fail "$(head -n 1 "$work/stdout")"
}

# All that threads do counts together, and their schedule stays. A device's
# first link is to its IOMMU, and then comes its group.
faults_threads() {
	build 6.12 address kfree-not-put
	printf '%s\n' 'world driver=vtd groups=2 devices=2' \
		'device dev1 absent' 'thread vfio' 'claim g0 alice' \
		'thread hotplug' 'add dev1' 'schedule' 'at 2 run hotplug' \
		>"$work/threads.prog"
	sweep "$(binary 6.12 address kfree-not-put)" "$work/threads.prog"
	grep -qx 'finding balance-kobject_add-memory: sysfs 2, sysfs 9' \
		"$work/swept" || fail "not once for each group"
	grep -qx 'fault sysfs 2' \
		"$work/faults/findings/balance-kobject_add-memory/program.prog" ||
		fail "not the first fault"
}

# canary_faults TREE BUG BUCKET: a sweep of the seeds finds it.
canary_faults() {
	build "$1" address "$2"
	ends 1 "$(binary "$1" address "$2")" run --faults all \
		--out "$work/faults" corpus/seeds/*.prog
	grep -q "^finding $3: " "$work/stdout" || fail "no $3"
	[[ $(tail -n 1 "$work/stdout") = "$(find corpus/seeds -type f | wc -l) programs: "* ]] ||
		fail "no sums"
}

# What the core does with a driver that breaks the contract, by itself and in
# the program that is kept.
faults_reattach() {
	local bucket=warnings-__iommu_group_set_domain_nofail-__iommu_group_set_domain_internal-group

	build 6.12 address
	sweep "$(binary 6.12 address)" "$good"
	[[ ! -s $work/found ]] || fail "finds something without"
	sweep "$(binary 6.12 address)" "$good" --reattach-may-fail
	[[ $(<"$work/found") = "$bucket" ]] || fail "finds something else"
	grep -q '^world .* reattach-may-fail$' \
		"$work/faults/findings/$bucket/program.prog" ||
		fail "the program does not say so"
}

# A loop that never ends is found in a child, too.
faults_loop() {
	build 6.1 address endless-loop
	ends 1 "$(binary 6.1 address endless-loop)" run --faults pasid \
		--out "$work/faults" tests/scenarios/locking-fires-loop.prog
	grep -q "^finding $(directive expect \
		tests/scenarios/locking-fires-loop.prog): none$" \
		"$work/stdout" || fail "finds something else"
}

# Where a fault fired, in all traces: within an operation, in the set-up.
faults_trace() {
	local gf

	build 6.12 address kfree-not-put
	gf=$(binary 6.12 address kfree-not-put)
	printf '%s\n' 'world driver=vtd groups=1 devices=1' \
		'device dev0 absent' 'thread hotplug' 'fault sysfs 2' \
		'fault alloc 2' 'add dev0' 'add dev0' >"$work/fault.prog"
	ends 1 "$gf" run "$work/fault.prog"
	grep -A 1 '^  2 add dev0 .* -ENOMEM ' "$work/stdout" |
		grep -qx '    alloc fault in device_initialize()' ||
		fail "not below its operation"
	grep -A 1 '^  3 add dev0 .* -ENODEV ' "$work/stdout" |
		grep -qx '    sysfs fault in kobject_add_named()' ||
		fail "not below its operation"
	printf '%s\n' 'thread sysfs' 'read_type g0' >>"$work/fault.prog"
	ends 1 "$gf" run --chrome "$work/fault.json" "$work/fault.prog"
	grep -qx '  alloc fault in device_initialize()' "$work/stdout" ||
		fail "not in its column"
	jq -e 'any(.traceEvents[]; .name == "sysfs fault" and .ph == "i")' \
		"$work/fault.json" >/dev/null || fail "not on its track"
	chrome_valid "$work/fault.json"
	printf '%s\n' 'world driver=vtd groups=1 devices=1' \
		'fault sysfs 2' >"$work/fault.prog"
	ends 1 "$gf" run "$work/fault.prog"
	[[ $(head -n 1 "$work/stdout") = "sysfs fault in kobject_add_named()" ]] ||
		fail "not before all else"
}

make_faults() {
	ends 1 make -s run TREE=6.1 PROG=corpus/seeds/two-devices.prog \
		FAULTS=attach OUT="$work/make-faults"
	[[ -s $work/make-faults/findings/agreement-claim-device/program.prog ]] ||
		fail "no program"
}

# A fault in the set-up, and what comes before it goes.
minimize_fault() {
	local gf

	build 6.1 address
	gf=$(binary 6.1 address)
	printf '%s\n' 'world driver=smmuv3 groups=2 devices=4' \
		'device dev3 msi' 'fault alloc 50' 'thread vfio' \
		'read_type g0' >"$work/padded.prog"
	ends 1 "$gf" minimize "$work/padded.prog" "$work/minimized.prog"
	grep -v '^#' "$work/minimized.prog" |
		diff - <(printf '%s\n' \
			'world driver=smmuv3 groups=1 devices=1' \
			'fault alloc 5' 'thread vfio') || fail "not the least"
	# Other faults are looked at for the same finding only.
	printf '%s\n' 'world driver=vtd groups=1 devices=1' 'thread vfio' \
		'fault alloc 16' 'claim g0 alice' >"$work/clean.prog"
	cli 'no finding' minimize "$work/clean.prog"
}

faults_seeds() {
	local file tree

	for file in corpus/seeds/*; do
		for tree in "${trees[@]}"; do
			run_test "faults $tree $(basename "$file" .prog)" \
				faults "$tree" "$file"
		done
	done
}

faults_tests() {
	mkdir -p "$work/faults"
	run_test "faults count group" faults_count_group
	run_test "faults count attach" faults_count_attach
	run_test "faults threads" faults_threads
	run_test "faults canary no-unwind" \
		canary_faults 6.12 no-unwind agreement-attach-device
	run_test "faults canary kfree-not-put 6.1" \
		canary_faults 6.1 kfree-not-put balance-kobject_add-memory
	run_test "faults canary kfree-not-put 6.12" \
		canary_faults 6.12 kfree-not-put balance-kobject_add-memory
	run_test "faults canary pasid-unwind" canary_faults 6.12 \
		pasid-unwind warnings-remove_pasid-master-pasid-pasid
	run_test "faults reattach" faults_reattach
	run_test "faults trace" faults_trace
	run_test "faults endless loop" faults_loop
	run_test "faults minimize" minimize_fault
	run_test "faults unknown kind" \
		cli 'no such fault: frob' run --faults frob --out "$work" "$good"
	run_test "faults without OUT" cli '--out' run --faults all "$good"
	run_test "faults OUT alone" cli '--out' run --out "$work" "$good"
	run_test "faults no OUT" \
		cli '/nonexistent' run --faults all --out /nonexistent "$good"
	run_test "faults with a trace" cli 'no trace' \
		run --faults all --out "$work" --messages "$good"
	run_test "faults without an oracle" cli 'no oracle out' run \
		--faults all --out "$work" --without model "$good"
	run_test "make run FAULTS" make_faults
	run_test "make run bad FAULTS" refuses 'no such fault: frob' \
		make -s run TREE=6.12 PROG="$good" FAULTS=frob
}
