# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's arguments: checked, and made safe for the tools that get them. Sourced
# by ci/gate.

# number NAME: a decimal number, whatever zeros it begins with.
number()
{
	[[ ${!1} =~ ^[0-9]{1,9}$ ]] ||
		die "$1=${!1@Q}: must be a number of at most 9 digits"
	printf -v "$1" %d "$((10#${!1}))"
}

# path NAME: no tool takes it for an option, and it stays on its line.
path()
{
	[[ ${!1} != *[[:cntrl:]]* ]] ||
		die "$1=${!1@Q}: control characters are not supported"
	[[ ${!1} != -* ]] || printf -v "$1" %s "./${!1}"
}

# revision NAME: the variable becomes the id of its commit.
revision()
{
	local commit

	commit=$(git -C "$TREE" rev-parse -q --verify --end-of-options \
		"${!1}^{commit}" 2>/dev/null) ||
		die "$1=${!1@Q}: no such revision in $TREE"
	printf -v "$1" %s "$commit"
}

check_arguments()
{
	local var

	for var in TREE TIME RUNS SEED OUT; do
		[ -n "${!var-}" ] || die "$var is missing"
	done
	number TIME
	number RUNS
	number SEED
	((TIME > 0)) || die "TIME=$TIME: must be at least 1"
	path TREE
	path PATCH
	path OUT
	# The report names them as the user does.
	from=$BASE to=$HEAD
	if [ -n "$BASE$HEAD" ]; then
		[ -n "$BASE" ] || die "HEAD=${HEAD@Q}: BASE is missing"
		[ -n "$HEAD" ] || die "BASE=${BASE@Q}: HEAD is missing"
		[ -z "$PATCH" ] || die "PATCH=$PATCH: either that or BASE and HEAD"
		git -C "$TREE" rev-parse --git-dir >/dev/null 2>&1 ||
			die "TREE=$TREE: no git repository"
		revision BASE
		revision HEAD
	else
		[ -n "$PATCH" ] || die "PATCH=file is missing, or BASE=rev and HEAD=rev"
		[ -e "$PATCH" ] || die "PATCH=$PATCH: no such file"
		[ -f "$PATCH" ] || die "PATCH=$PATCH: not a regular file"
		[ -r "$PATCH" ] || die "PATCH=$PATCH: cannot be read"
	fi
	deadline=$((EPOCHSECONDS + TIME))
	if [ -n "${GROUPFUZZ_DEADLINE-}" ]; then
		[[ $GROUPFUZZ_DEADLINE =~ ^[0-9]{1,12}$ ]] ||
			die "GROUPFUZZ_DEADLINE=${GROUPFUZZ_DEADLINE@Q}: not a time"
		deadline=$((10#$GROUPFUZZ_DEADLINE))
	fi
	((deadline > EPOCHSECONDS)) || die "no verdict: TIME is over before the gate begins"
	((deadline <= EPOCHSECONDS + TIME)) || TIME=$((deadline - EPOCHSECONDS))
	began=$((deadline - TIME))
	plan_time
	export TREE PATCH BASE HEAD TIME RUNS SEED OUT SANDBOX \
		from to began deadline
	# Campaigns and tools that the gate starts have other deadlines.
	unset GROUPFUZZ_DEADLINE
}

# From $TIME and $deadline: $end, when everything but the report has ended, and
# $reserve, the seconds before $end in which findings are judged that were found
# before.
plan_time()
{
	local report_time

	report_time=$((TIME / 15 + 2))
	((report_time < 12)) || report_time=12
	end=$((deadline - report_time))
	reserve=$((TIME / 6))
	gate=$OUT/gate
}

# One gate at a time writes to OUT. One that is about to end is waited for.
take_out()
{
	mkdir -p "$OUT" 2>/dev/null || die "OUT=$OUT: cannot be written"
	# Below, only real paths are visible.
	[ "$(realpath "$OUT")" = "$(realpath -s "$OUT")" ] || OUT=$(realpath "$OUT")
	gate=$OUT/gate
	{ exec 9>>"$OUT/gate.lock"; } 2>/dev/null ||
		die "OUT=$OUT: cannot be written"
	flock -w 3 9 || die "OUT=$OUT: another gate writes there"
	rm -rf "$gate" "$OUT"/gate.{md,xml,json}
	mkdir "$gate" 2>/dev/null || die "OUT=$OUT: cannot be written"
	taken=1
	empty "$gate"/{verdicts,memory,covered,others,subjects,changed,runs,reasons}
}
