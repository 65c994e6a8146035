# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Does a tree show a program's finding? What the gate, bisect and the table of
# trees have in common: to be sourced.
#
# A schedule holds numbers of yield points, and a fault that of a fault point;
# from one version of the core to the next they move. So a tree shows a finding
# if the program ends in it as it is, or under any other schedule with as many
# preemptions, and at least two, and with its faults a little earlier or later.

# A bucket has its names without the symbolizer, whose start takes longer than a
# program does.
export ASAN_OPTIONS=symbolize=0 TSAN_OPTIONS=symbolize=0 UBSAN_OPTIONS=symbolize=0

# How far faults move, at most; how many seconds one exploration may take, and
# all of them for a program.
around=8
patience=20
patience_all=45

# Seconds that something may take, at most $1. The gate has a better one.
at_most()
{
	echo "$1"
}

# within SECONDS COMMAND...: 124 or 137 if that is not enough.
within()
{
	timeout -k 2 "$(at_most "$1")" "${@:2}"
}

# ends_in GF PROGRAM: the bucket that a process ends in which runs nothing else, or
# nothing. False if there is no verdict: no time, or a process that could not run.
# A sanitizer that cannot start ends with 1, too, but names no finding.
ends_in()
{
	local status=0 trace

	trace=$(within 30 "$1" run "$2" 2>/dev/null) || status=$?
	case $status in
	0) [[ $trace == *'no finding'* ]] ;;
	1) [[ $trace == *'finding: '* ]] && echo "${trace##*finding: }" ;;
	*) false ;;
	esac
}

# Of what a make printed that did not come to its end, what is not its own.
compiler_words()
{
	grep -v '^make' "$1" || tail -n 1 "$1"
}

# variants PROGRAM DIR: the program, and with each of its faults a little
# earlier or later, as DIR/*.
variants()
{
	local program=$1 dir=$2 line n i

	rm -rf "$dir"
	mkdir -p "$dir"
	grep -v '^#' "$program" >"$dir/0"
	while IFS=: read -r line n; do
		n=$((10#$n))
		for ((i = n > around ? n - around : 1; i <= n + around; i++)); do
			((i == n)) || sed "${line}s/[0-9]*\$/$i/" "$dir/0" \
				>"$dir/$line.$i"
		done
	done < <(grep -nE '^[[:space:]]*fault [a-z]+ [0-9]+$' "$dir/0" |
		sed 's/:.* /:/')
}

bound_of()
{
	awk '/^schedule/ { n = -1; s = 1 } s { n++ }
		END { print (n > 2 ? n : 2) }' "$1"
}

# shows GF PROGRAM WORK [BUCKET]: in which buckets the text program may end, one
# a line in the file $shown, which is in the folder WORK. Looks no further than
# BUCKET. False if it could not look at everything.
shows()
{
	local gf=$1 program=$2 work=$3 wanted=${4-} file bound all=0 status
	local end=$((EPOCHSECONDS + patience_all))

	mkdir -p "$work"
	shown=$work/shown
	: >"$shown"
	variants "$program" "$work/variants"
	bound=$(bound_of "$work/variants/0")
	for file in "$work/variants"/*; do
		((EPOCHSECONDS < end && $(at_most 2) > 1)) || return 1
		ends_in "$gf" "$file" >>"$shown" || all=1
		! grep -qxF -e "$wanted" "$shown" || return 0
		(($(grep -c '^thread' "$file") > 1)) || continue
		rm -rf "$work/explore"
		mkdir "$work/explore"
		status=0
		within "$patience" "$gf" explore --all \
			--bound "$bound" "$file" "$work/explore" \
			>"$work/explore.txt" 2>/dev/null || status=$?
		((status < 2)) && grep -q '^exhausted' "$work/explore.txt" ||
			all=1
		sed -n 's/^finding \(.*\): .*/\1/p' "$work/explore.txt" \
			>>"$shown"
		! grep -qxF -e "$wanted" "$shown" || return 0
	done
	return $all
}
