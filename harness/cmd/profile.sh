# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What programs reach of iommu.c, measured by clang's coverage build. Sourced by
# harness/cmd/fuzz, for two numbers, and harness/cmd/coverage, for all of it.

# What else the coverage build does counts for nothing.
export LLVM_PROFILE_FILE=/dev/null

# Of an execution that is killed is counted what it got to, and a child counts
# into its parent's file: %c.
profile_begin() {
	profile_cov=$1 profile_data=$2.profdata profile_raw=$2.raw
	rm -rf "$profile_raw"
	mkdir -p "$profile_raw"
	export LLVM_PROFILE_FILE=$profile_raw/%p%c.profraw
}

# The source that was compiled: the build's own tree, TREE+BUG or TREE.
profile_source() {
	echo "build/core/$NAME/drivers/iommu/iommu.c"
}

profile_end() {
	export LLVM_PROFILE_FILE=/dev/null
	llvm-profdata merge -o "$profile_data" "$profile_raw"/*.profraw ||
		return
	rm -rf "$profile_raw"
}

# Lines of the source, as KEY=VALUE words.
profile_lines() {
	profile_show export -format=lcov | awk -F '[:,]' '
		/^DA:/ { total++; hit += $3 > 0 }
		END { print "lines_hit=" hit; print "lines_total=" total }'
}

# llvm-cov FORMAT OPTION... of the source.
profile_show() {
	llvm-cov "$1" "${@:2}" -instr-profile="$profile_data" "$profile_cov" \
		"$(profile_source)"
}
