# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's minimum: without a run there is no verdict. For each tree and each
# sanitizer, the build reports the defects that its canary has, every program was
# replayed, and so many executions and rounds were run. Sourced by ci/gate.
#
# $gate/reasons has a line for each reason why there is no verdict, $gate/runs what
# was required and what was reached, as JSON.

least_executions=1000
least_rounds=100

# no_verdict REASON...
no_verdict()
{
	echo "$*" >>"$gate/reasons"
}

# With one build that is blind, no search is needed.
check_canaries()
{
	local side san program

	for side in base patched; do
		for program in address{,-access}/groupfuzz \
			address/groupfuzz-stress thread/groupfuzz{,-stress}; do
			check_canary "$side" "${program%/*}" "${program#*/}"
		done
	done
	[ ! -s "$gate/reasons" ] || {
		report
		exit "$status"
	}
}

# check_canary SIDE SAN PROGRAM
check_canary()
{
	local words

	words=$(within 60 "$(<"$gate/build.$1")/$2/$3" canary 2>&1 >/dev/null) ||
		no_verdict "$2: $1: $3 canary: $(grep -a . <<<"$words" |
			sed -n 's/^groupfuzz[a-z-]*: //; $p' | tr -dc '[:print:]')"
}

# required MINIMUM: no more than RUNS asks for.
required()
{
	echo $((RUNS > 0 && RUNS < $1 ? RUNS : $1))
}

# ran SIDE SAN WHAT REACHED REQUIRED
ran()
{
	jq -nc --arg side "$1" --arg sanitizer "$2" --arg what "$3" \
		--argjson reached "$4" --argjson required "$5" \
		'$ARGS.named' >>"$gate/runs"
	(($4 >= $5)) || no_verdict "$2: $1: $4 of $5 $3"
}

count_runs()
{
	local side san

	for san in "${sans[@]}"; do
		[ ! -e "$gate/searches.$san" ] ||
			no_verdict "$san: TIME=$TIME ended before the search did"
		for side in base patched; do
			ran $side "$san" programs \
				"$(grep -c -v ':no-verdict$' \
				"$gate/replay.$side.$san" || true)" \
				"$(find "$gate/programs" -type f | wc -l)"
			ran $side "$san" executions \
				"$(awk '{ n += $1 } END { print n + 0 }' \
				"$gate/executions.$side.$san")" \
				"$(required $least_executions)"
			ran $side "$san" rounds \
				"$(stress_summaries $side "$san" |
				jq -s 'map(.executions) | add // 0')" \
				"$(required $least_rounds)"
		done
	done
}
