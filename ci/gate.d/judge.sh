# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's judgement of one finding: does the other tree have it? Sourced by
# ci/gate.
#
# The name of a bucket does not tell: a new bug may end in one that the tree had
# before. What tells is the finding's program, run in the other tree, under
# other schedules and with other faults too, since a patch may move the points
# that those count (ci/shows.sh).
#
# If all of that was tried, and it does not, the finding is only one tree's. But
# where the program ends in something else there that this tree has not, it is
# not said to be new: the patch may have given the same bug another name, as a
# function has that it renames. That is told apart from both ("otherwise").
#
# Of the races of an execution the first one is the finding, and which one that is
# a patch may well change. So a race which the other tree has been seen to have by
# any program counts as its own, too: its bucket names both places in the code.
# And memory that is used after it was freed makes races that are none: a program
# that ends in a finding under AddressSanitizer is judged by that.
#
# What real threads came to is judged by its program like the rest. Where fibers do
# not come to the same there is no such program, and nothing but the name can be
# compared, and how often it was seen: that is told apart, too ("threads").

# note CLASS SAN BUCKET SIDE [FOLDER [OTHER...]]
note()
{
	jq -nc --arg class "$1" --arg san "$2" --arg bucket "$3" \
		--arg side "$4" --arg folder "${5-}" \
		--argjson weighed "${weighed-false}" \
		'{$class, $san, $bucket, $side, $folder, $weighed,
		  other: $ARGS.positional}' --args "${@:6}" \
		>>"$gate/verdicts.$2"
}

# How a finding of that side alone is called.
class_of()
{
	[ "$1" = patched ] && echo new || echo removed
}

# The smallest program that ends in the same, in a process of its own, for what
# is told of it; or the one that there is.
minimal()
{
	local san=$1 side=$2 bucket=$3 program=$4 small

	small=$scratch/small.prog
	within 20 "$(gf "$side" "$san")" minimize "$program" "$small" \
		>/dev/null 2>&1 || true
	if [ -s "$small" ] &&
		[ "$(ends_in "$(gf "$side" "$san")" "$small")" = "$bucket" ]; then
		echo "$small"
	else
		echo "$program"
	fi
}

# Keep the finding, with its trace, and print where.
keep()
{
	local san=$1 side=$2 bucket=$3 program=$4 small=$5 dir

	dir=$gate/$(class_of "$side")/$bucket
	# Another sanitizer may have been first.
	mkdir -p "${dir%/*}"
	mkdir "$dir" 2>/dev/null || dir=$dir-$san
	mkdir -p "$dir"
	cp "$program" "$dir/program.prog"
	cp "$small" "$dir/minimized.prog"
	# Here somebody reads what a sanitizer says.
	within 30 env -u ASAN_OPTIONS -u TSAN_OPTIONS -u UBSAN_OPTIONS \
		"$(gf "$side" "$san")" run "$small" >"$dir/trace.txt" \
		2>"$dir/sanitizer.txt" || true
	[ -s "$dir/sanitizer.txt" ] || rm "$dir/sanitizer.txt"
	echo "$dir"
}

# only SAN SIDE BUCKET PROGRAM: the other side does not end in it.
only()
{
	local san=$1 side=$2 bucket=$3 program=$4 instead

	cp "$shown" "$scratch/other"
	shows "$(gf "$side" "$san")" "$program" "$scratch/shows" || true
	mapfile -t instead < <(grep -vxF -e "$bucket" -f "$shown" \
		"$scratch/other" | sort -u)
	if [ ${#instead[@]} -gt 0 ]; then
		weighed=true note otherwise "$san" "$bucket" "$side" '' \
			"${instead[@]}"
	else
		note "$(class_of "$side")" "$san" "$bucket" "$side" \
			"$(keep "$san" "$side" "$bucket" "$5" "$program")"
	fi
}

# compare SAN SIDE BUCKET PROGRAM OTHER: PROGRAM ends in BUCKET in the tree of
# SIDE, and in OTHER in the other one. Most often that is the same; else it is put
# down to be weighed.
compare()
{
	local san=$1 side=$2 bucket=$3 program=$4 other=base

	[ "$side" = patched ] || other=patched
	if [ "$5" = "$bucket" ] || { [[ $bucket = race-* ]] &&
		grep -qxF "$bucket" "$gate/seen.$other.$san"; }; then
		note both "$san" "$bucket" "$side"
	else
		echo "$side $bucket $program" >>"$gate/unweighed.$san"
	fi
}

# judge SAN SIDE BUCKET PROGRAM: the same for what a search in the tree of SIDE
# says that PROGRAM ends in.
judge()
{
	local san=$1 side=$2 bucket=$3 program=$4 other=base

	[ "$side" = patched ] || other=patched
	# The name that it has in a process of its own.
	if ! bucket=$(ends_in "$(gf "$side" "$san")" "$program"); then
		note "$(in_doubt "$san" "$side" "$3")" "$san" "$3" "$side"
	elif [ -z "$bucket" ]; then
		note unstable "$san" "$3" "$side"
	else
		compare "$san" "$side" "$bucket" "$program" \
			"$(ends_in "$(gf "$other" "$san")" "$program")"
	fi
}

# A bucket that has been weighed often enough, or of which all is known.
settled()
{
	jq -se --arg bucket "$3" --arg side "$2" --arg class "$(class_of "$2")" \
		'map(select(.bucket == $bucket)) |
		 any(.[]; .class == $class) or
		 (map(select(.weighed and .side == $side)) | length > 2)' \
		"$gate/verdicts.$1" >/dev/null
}

# weigh SAN SIDE BUCKET PROGRAM: look at all that the other tree may make of it.
# A process of its own: others are weighed beside it.
weigh()
{
	local san=$1 side=$2 bucket=$3 program=$4 other=base small
	local scratch=$gate/weigh.$BASHPID

	[ "$side" = patched ] || other=patched
	if [ "$san" = thread ] && [ -n "$(ends_in "$(gf "$side" address)" \
		"$program")" ]; then
		echo "$side $bucket $program" >>"$gate/memory"
		return
	fi
	mkdir "$scratch"
	small=$scratch/weighed.prog
	case $program in
	# Those are small.
	"$gate"/programs/*) cp "$program" "$small" ;;
	*) cp "$(minimal "$san" "$side" "$bucket" "$program")" "$small" ;;
	esac
	if ! shows "$(gf "$other" "$san")" "$small" "$scratch/shows" \
		"$bucket"; then
		note "$(in_doubt "$san" "$side" "$bucket")" "$san" "$bucket" \
			"$side"
	elif grep -qxF "$bucket" "$shown"; then
		weighed=true note both "$san" "$bucket" "$side"
	else
		only "$san" "$side" "$bucket" "$small" "$program"
	fi
	rm -r "$scratch"
}

# What ThreadSanitizer told of, and AddressSanitizer has to.
judge_memory()
{
	local side bucket program stop_by=$end slice_end=$end

	while read -r side bucket program; do
		judge address "$side" "$bucket" "$program"
	done <"$gate/memory"
	weigh_all address
}

# The rest of what was found, and what there was no time for.
judge_all()
{
	local san side bucket program

	if [ -s "$gate/memory" ]; then
		apart judge_memory
		wait_until "$end" $! ||
			no_verdict "address: TIME=$TIME ended before the judgement did"
	fi
	for san in "${sans[@]}"; do
		while read -r side bucket program; do
			note "$(in_doubt "$san" "$side" "$bucket")" "$san" \
				"$bucket" "$side"
		done <"$gate/unweighed.$san"
	done
	judge_threads
	cat "$gate"/verdicts.* >"$gate/verdicts"
	count_runs
	say "all findings are judged"
}

# What real threads alone came to, and only in one tree. The chance that it would
# be only there although both come to it alike often: each time it was seen, it was
# in one of that tree's rounds. A race goes on being seen in the same process: that
# is once.
judge_threads()
{
	local san side other

	for san in "${sans[@]}"; do
		for side in patched base; do
			[ $side = base ] && other=patched || other=base
			jq -nc --arg san "$san" --arg side $side \
				--slurpfile these <(stress_summaries $side "$san") \
				--slurpfile others <(stress_summaries $other "$san") \
				--rawfile seen <(cat "$gate/seen.$other".*) '
				def rounds: map(.executions) | add // 0;
				($these | rounds) as $n
				| ($n / ($n + ($others | rounds) + 1)) as $share
				| ($seen | split("\n")) as $seen
				| $these | map(.buckets[] | select(.unstable))
				| group_by(.id)[] | (.[0].id) as $bucket
				| (if .[0].oracle == "race" then length
				   else map(.count) | add end) as $times
				| select($seen | index($bucket) | not)
				| { class: "threads", $san, $bucket, $side,
				    folder: (.[0].program | sub("/program.prog$"; "")),
				    count: (map(.count) | add) }
				| .chance = pow($share; $times)' \
				>>"$gate/verdicts.$san"
		done
	done
}

stress_summaries()
{
	cat "$gate/$1/$2"/stress*/summary.json 2>/dev/null || true
}

base_has()
{
	grep -qxF -e "$2" "$gate/seen.base.$1"
}

# What could not be weighed, or not to the end, may be new.
in_doubt()
{
	if [ "$2" = patched ] && ! base_has "$1" "$3"; then
		echo doubtful
	else
		echo unjudged
	fi
}

# How many findings are weighed at once: the searches share the processors.
at_once()
{
	local searches

	searches=$(find "$gate" -maxdepth 1 -name 'searches.*' | wc -l)
	echo $(($(nproc) > searches ? $(nproc) / (searches ? searches : 1) : 1))
}

# Weigh what was put down, until $slice_end; the rest stays, or if that is the
# end of it, is told of. With "new", only those that may well be new; they come
# first in any case.
weigh_all()
{
	local san=$1 only=${2-} old side bucket program line list
	local -A weighing=() # process -> what

	mapfile -t list < <(while read -r side bucket program; do
		old=0
		{ [ "$side" = patched ] && ! base_has "$san" "$bucket"; } ||
			old=1
		echo "$old $side $bucket $program"
	done <"$gate/unweighed.$san" | sort -n -s -k 1,1)
	: >"$gate/unweighed.$san"
	for line in "${list[@]}"; do
		read -r old side bucket program <<<"$line"
		# More of the same only when it is known what has come of it.
		while ((${#weighing[@]} >= $(at_once))) ||
			[[ " ${weighing[*]} " == *" $side:$bucket "* ]]; do
			wait_weighed
		done
		if settled "$san" "$side" "$bucket"; then
			continue
		elif ((EPOCHSECONDS >= stop_by)); then
			note "$(in_doubt "$san" "$side" "$bucket")" "$san" \
				"$bucket" "$side"
		elif ((EPOCHSECONDS >= slice_end)) ||
			{ [ "$only" = new ] && [ "$old" = 1 ]; }; then
			echo "$side $bucket $program" >>"$gate/unweighed.$san"
		else
			weigh "$san" "$side" "$bucket" "$program" &
			weighing[$!]=$side:$bucket
		fi
	done
	while ((${#weighing[@]} > 0)); do
		wait_weighed
	done
}

# Until one of them is.
wait_weighed()
{
	local pid

	wait -n -p pid "${!weighing[@]}"
	unset "weighing[$pid]"
}
