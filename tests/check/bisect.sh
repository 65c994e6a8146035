# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Bisect, and the table of trees. Sourced by tests/run.

# A git repository with what is taken out of a tree, in $work/repo.
repo_begin() {
	local repo=$work/repo

	make -s core TREE="$1"
	rm -rf "$repo"
	mkdir -p "$repo/Documentation"
	(cd "build/core/$1" && find . -name '*.[ch]' ! -path '*/generated/*' \
		-exec cp --parents -t "$repo" {} +)
	echo 'About groups.' >"$repo/Documentation/iommu.txt"
	repo_git init -q
	repo_git add -A
	repo_git commit -q -m 'The tree as it is'
	repo_git tag base
}

repo_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
		git -C "$work/repo" -c user.name=Tester \
		-c user.email=tester@example.org "$@"
}

# repo_commit SUBJECT COMMAND...: COMMAND makes of the file $1 a file $2.
repo_commit() {
	local file=$work/repo/drivers/iommu/iommu.c

	"${@:2}" "$file" "$work/changed.c" || fail "no patch: $*"
	cp "$work/changed.c" "$file"
	repo_git commit -q -a -m "$1"
}

# A history of twenty commits on the tree as it is: the 13th puts a bug in, the
# 10th does not build, the 16th moves the yield points that a schedule counts; the
# others are harmless.
bisect_tree() {
	local n file=$work/repo/drivers/iommu/iommu.c

	repo_begin 6.12
	for n in {1..20}; do
		case $n in
		10) echo 'int broken(' >>"$file" ;;
		11) sed -i '/^int broken($/d' "$file" ;;
		16) sed -i '/^int iommu_group_claim_dma_owner/,/^}/ {
			s/^\tmutex_lock(&group->mutex);/&\n\tkfree(kmalloc(8, GFP_KERNEL));/
			}' "$file" ;;
		esac
		if ((n == 13)); then
			tests/bugs/apply visible-too-early "$file" "$work/bad.c"
			cp "$work/bad.c" "$file"
		fi
		echo "/* Comment $n. */" >>"$file"
		repo_git commit -q -a -m "iommu: change $n"
	done
}

early=corpus/regressions/f188056352bc-visible-too-early.prog

bisect() {
	local before

	bisect_tree
	before=$(repo_git status --porcelain=v2 --branch; repo_git show-ref)
	ends 0 make -s bisect TREE="$work/repo" PROG="$early" \
		GOOD=base BAD=HEAD OUT="$work/bisect"
	cat "$work/stdout"
	grep -q "^$(repo_git rev-parse HEAD~7) is the first bad commit$" \
		"$work/stdout" || fail "names another commit"
	grep -q ' iommu: change 10: skipped, does not build$' "$work/stdout" ||
		fail "nothing was skipped"
	[[ $(repo_git status --porcelain=v2 --branch; repo_git show-ref) = "$before" ]] ||
		fail "the repository has changed"
	[[ $(repo_git worktree list | wc -l) = 1 ]] || fail "left a worktree"
}

bisect_not_bad() {
	repo_begin 6.12
	refuses 'no finding' make -s bisect TREE="$work/repo" \
		PROG="$good" GOOD=base BAD=HEAD OUT="$work/bisect"
}

# As it is in one tree, not at all in the other.
trees_table() {
	ends 1 make -s run TREES="6.1 6.12" \
		PROG=corpus/regressions/fwspec-without-iommu.prog
	diff - "$work/stdout" <<-EOF || fail "another table"
		6.1   oops-iommu_release_device-null-dereference  (as it is)
		6.12  no finding
	EOF
}

# The schedule is for a tree with other yield points.
trees_other_schedule() {
	sed 's/at [0-9]* run/at 1 run/' "$write_type" >"$work/moved.prog"
	ends 1 make -s run TREES=6.12 PROG="$work/moved.prog"
	grep -qx '6\.12  .*oops-iommu_group_store_type-null-dereference.* (under another schedule)' \
		"$work/stdout" || fail "$(cat "$work/stdout")"
}

trees_do_not_build() {
	repo_begin 6.12
	echo 'int broken(' >>"$work/repo/drivers/iommu/iommu.c"
	ends 2 make -s run TREES="$work/repo 6.12" PROG="$good"
	grep -q '(does not build)$' "$work/stdout" || fail "does not say so"
	grep -qx '[^ ]*6\.12  *no finding' "$work/stdout" || fail "stops there"
}

# A sanitizer that has too little memory cannot start: that is neither good nor bad.
bisect_no_run() {
	build 6.12 address
	(
		ulimit -v 6000000
		ends 2 ci/trees "$good" address 6.12
	)
	grep -qE '^6\.12  -  \(no verdict: ' "$work/stdout" || fail "$(cat "$work/stdout")"
	repo_begin 6.12
	repo_commit 'The same' sed_copy '1a/* As before. */'
	(
		ulimit -v 6000000
		refuses '^bisect: BAD=HEAD: no verdict: ' env TREE="$work/repo" \
			PROG="$good" GOOD=base BAD=HEAD SAN=address \
			OUT="$work/bisect" ci/bisect
	)
}

# As the front door starts it.
bisect_env() {
	env TREE=. PROG="$good" GOOD=HEAD BAD=HEAD SAN=address \
		OUT="$work/bisect" "$@" ci/bisect
}

bisect_arguments() {
	rm -f "$work/INJ" "$work/fifo"
	refuses 'GOOD=.*: no such revision' bisect_env GOOD="--output=$work/INJ"
	refuses 'BAD=.*: no such revision' bisect_env BAD="--output=$work/INJ"
	[[ ! -e $work/INJ ]] || fail "git has written a file"
	mkfifo "$work/fifo"
	refuses 'not a regular file' bisect_env PROG="$work/fifo"
	refuses 'not a regular file' ci/trees "$work/fifo" address 6.12
	refuses '\./-o: no such file' bisect_env PROG=-o
	refuses 'control characters' bisect_env PROG=$'x\ny'
	rm "$work/fifo"
}

bisect_tests() {
	run_test "bisect" bisect
	run_test "bisect not bad" bisect_not_bad
	run_test "bisect no run" bisect_no_run
	run_test "bisect arguments" bisect_arguments
	run_test "trees" trees_table
	run_test "trees other schedule" trees_other_schedule
	run_test "trees do not build" trees_do_not_build
	run_test "make bisect without GOOD" refuses 'GOOD is missing' \
		make -s bisect PROG="$good" BAD=HEAD
	run_test "make bisect no git" refuses 'no git repository' \
		make -s bisect PROG="$good" GOOD=a BAD=b TREE=/usr/src
	run_test "make run TREES without PROG" \
		refuses 'PROG' make -s run TREES="6.1 6.12"
}
