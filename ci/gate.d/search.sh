# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's search: programs that end in a finding in one of the trees. Sourced
# by ci/gate. For each sanitizer the same, side by side:
#
#   - the corpus and what is known, in both trees;
#   - each fault that the seeds can meet, in both;
#   - all schedules of the seeds, each beside itself, with up to two
#     preemptions, in both (not under ThreadSanitizer, which is for races);
#   - in rounds, campaigns, and real threads (make stress), on both.
#
# Each finding is judged as it comes, in judge.sh.

# Seconds that something may take, at most $1, for ci/shows.sh too: until $stop_by.
at_most()
{
	local s=$((${stop_by:-$end} - EPOCHSECONDS))

	echo $((s > $1 ? $1 : s > 0 ? s : 1))
}

# gf SIDE SAN: the command line of that build.
gf()
{
	echo "$(<"$gate/build.$1")/$2/groupfuzz"
}

# A folder for what SIDE finds with SAN by a way of looking for it.
folder()
{
	mkdir -p "$gate/$1/$2/$3"
	echo "$gate/$1/$2/$3"
}

prepare_search()
{
	local file san tree known=(ci/known/[0-9]*/)

	for san in "${sans[@]}"; do
		empty "$gate"/{seen,executions,replay}.{base,patched}."$san" \
			"$gate"/{verdicts,unweighed,searches}."$san"
	done
	mkdir "$gate/programs"
	cp corpus/seeds/*.prog corpus/regressions/*.prog "$gate/programs"
	# What is known of this tree, or else of any.
	[[ $base == */* || ! -d ci/known/$base ]] || known=("ci/known/$base/")
	for tree in "${known[@]}"; do
		for file in "$tree"*.prog; do
			cp "$file" "$gate/programs/$(basename "$tree")-${file##*/}"
		done
	done
}

# Programs that find nothing by themselves are what campaigns begin with. Those
# without a verdict in one of the trees are not compared: count_runs() counts them.
replay()
{
	local san=$1 file side base_ends patched_ends corpus
	local differ=$gate/differ.$1

	: >"$differ"
	corpus=$(folder base "$san" seeds)
	for side in base patched; do
		within $((TIME / 3)) "$(gf $side "$san")" run --quiet --apart \
			"$gate"/programs/* 2>/dev/null |
			sed -n 's,^.*/\([^/]*\.prog\): ,\1:,; T; s/:no finding$/:/
				s/:no verdict$/:no-verdict/; p' \
			>"$gate/replay.$side.$san" || true
	done
	# By the names of the files.
	while IFS=: read -r file base_ends patched_ends; do
		file=$gate/programs/$file
		[[ $base_ends:$patched_ends != *no-verdict* ]] || continue
		echo "$base_ends" >>"$gate/seen.base.$san"
		echo "$patched_ends" >>"$gate/seen.patched.$san"
		[ -n "$base_ends" ] || cp "$file" "$corpus"
		if [ "$base_ends" != "$patched_ends" ]; then
			echo "$base_ends:$patched_ends:$file" >>"$differ"
		elif [ -n "$base_ends" ]; then
			note both "$san" "$base_ends" patched
		fi
	done < <(join -t : "$gate"/replay.{base,patched}."$san")
	# Only now: a race may be seen by the next program.
	while IFS=: read -r base_ends patched_ends file; do
		[ -z "$patched_ends" ] || compare "$san" patched \
			"$patched_ends" "$file" "$base_ends"
		[ -z "$base_ends" ] || compare "$san" base \
			"$base_ends" "$file" "$patched_ends"
	done <"$differ"
}

sweep_faults()
{
	local san=$1 side

	for side in base patched; do
		within 60 "$(gf $side "$san")" run --faults all \
			--out "$(folder $side "$san" faults)" \
			corpus/seeds/*.prog >"$gate/$side/$san/faults.txt" 2>&1 ||
			true
	done
}

# The small ones first; half of the time is for something else, and what there is
# no time for is told. What they find in the other tree only tells what the patch
# removes: that comes if there is no hurry.
explore_seeds()
{
	local file side not

	for side in patched base; do
		[ $side = patched ] || ((RUNS == 0)) || continue
		not=0
		while read -r file; do
			if (($(left 0) < TIME / 3)); then
				not=$((not + 1))
				continue
			fi
			within 20 "$(gf $side address-access)" \
				explore --bound 2 "$file" "$(folder $side address \
				"explore/$(basename "$file" .prog)")" \
				>"$gate/run.address" 2>&1 || true
			grep -q '^exhausted' "$gate/run.address" ||
				not=$((not + 1))
		done < <(small_seeds)
		((not == 0)) ||
			say "address: $not of $(small_seeds | wc -l) seeds not explored to the end ($side)"
	done
}

# Most of what all of them take is for the few largest.
small_seeds()
{
	wc -c corpus/seeds/*.prog | sort -n | sed '$d; s/.* //' |
		head -n $((RUNS == 0 ? 40 : 15))
}

# campaign SAN SIDE SECONDS ROUND
campaign()
{
	local san=$1 side=$2 out status=0

	(($3 > 0)) || return 0
	out=$(folder "$side" "$san" "fuzz$4")
	TREE=${!side} NAME=gate SAN=$san ENGINE=libfuzzer TARGET=threads \
		TIME=$3 SEED=$((SEED + 100 * $4)) OUT=$out QUICK=1 JOBS=1 \
		CORPUS=$(folder base "$san" seeds) BUILD=$(<"$gate/build.$side") \
		timeout --foreground "$(at_most $(($3 + 10)))" harness/cmd/fuzz \
		>"$out/summary.txt" 2>&1 || status=$?
	case $status in
	0|1|124) ;;
	*) cat "$out/summary.txt" >&2 ;;
	esac
	# One that was ended before it began has none.
	[ ! -f "$out/summary.json" ] || jq .executions "$out/summary.json" \
		>>"$gate/executions.$side.$san"
}

# stress SAN SIDE SECONDS ROUND: real threads. To find out whether fibers come to
# the same may take longer than that; what is not found out is not stable.
stress()
{
	local san=$1 side=$2 out gf status=0

	(($3 > 0)) || return 0
	out=$(folder "$side" "$san" "stress$4")
	gf=$(gf "$side" "$san")
	timeout -k 1 "$(at_most $(($3 + 5)))" "$gf" stress --seconds "$3" --rounds "$RUNS" \
		--seed $((SEED + 100 * $4)) "$out" >"$out/stress.log" 2>&1 ||
		status=$?
	case $status in
	0|1|124|137) ;;
	*) cat "$out/stress.log" >&2; return ;;
	esac
	# One that was ended has told of none.
	"$gf" summary "$out" >/dev/null || true
	jq -r '.buckets[].id' "$out/summary.json" >>"$gate/seen.$side.$san"
}

# Which findings a way of looking for them has kept, as their folders; not those
# that did not come back when the campaign ran them again.
found()
{
	local dir

	dir=$(folder "$1" "$2" "$3")
	find "$dir" -name program.prog | sed 's,/program.prog$,,' | sort |
		grep -v -f <(jq -r '.buckets[] | select(.unstable) |
			"/findings/" + .id + "$"' "$dir/summary.json" \
			2>/dev/null) ||
		true
}

# Judge them, those first that the other side has not been seen to have.
judge_found()
{
	local san=$1 way=$2 side other bucket

	for side in base patched; do
		found $side "$san" "$way" | sed 's,.*/,,' \
			>>"$gate/seen.$side.$san"
	done
	for side in patched base; do
		[ $side = base ] && other=patched || other=base
		while read -r bucket; do
			grep -qxF "${bucket##*/}" "$gate/seen.$other.$san" &&
				echo "1 $bucket" || echo "0 $bucket"
		done < <(found $side "$san" "$way") | sort -n -s -k 1,1 |
			while read -r _ bucket; do
				judge "$san" $side "${bucket##*/}" \
					"$bucket/program.prog"
			done
	done
}

# What a round finds has a good third of it; what takes longer is put off to the
# next one. Campaigns are twice as long on the patched tree, threads are not: how
# often each tree came to something is compared.
fuzz_round()
{
	local san=$1 n=$2 seconds

	seconds=$(($(left "$reserve") / (rounds - n)))
	slice_end=$((EPOCHSECONDS + seconds))
	campaign "$san" base $((seconds * 3 / 20)) "$n"
	campaign "$san" patched $((seconds * 6 / 20)) "$n"
	stress "$san" base $((seconds * 2 / 20)) "$n"
	stress "$san" patched $((seconds * 2 / 20)) "$n"
	judge_found "$san" "fuzz$n"
	judge_found "$san" "stress$n"
	weigh_all "$san"
}

search()
{
	local san=$1 n rounds stop_by=$((end - reserve / 2))

	# What may well be new is what it is all for.
	slice_end=$((end - reserve))
	replay "$san"
	say "$san: $(grep -c -v ':no-verdict$' "$gate/replay.patched.$san" ||
		true) programs replayed"
	weigh_all "$san" new
	sweep_faults "$san"
	judge_found "$san" faults
	weigh_all "$san" new
	slice_end=$((end - TIME / 3))
	if [ "$san" = address ]; then
		explore_seeds
		judge_found "$san" explore
	fi
	weigh_all "$san"
	say "$san: the seeds' faults and schedules searched"
	# One of less than half a minute is mostly spent on beginning it.
	rounds=$(($(left "$reserve") / 30))
	rounds=$((RUNS > 0 || rounds < 1 ? 1 : rounds > 3 ? 3 : rounds))
	for ((n = 0; n < rounds; n++)); do
		fuzz_round "$san" $n
	done
	say "$san: $(awk '{ n += $1 } END { print n + 0 }' \
		"$gate/executions.patched.$san") executions fuzzed"
	slice_end=$stop_by
	weigh_all "$san"
	rm "$gate/searches.$san"
}

# All sanitizers, side by side. A search that takes longer than it should ends
# before the time of the report begins.
search_all()
{
	local san pids=() status=0

	for san in "${sans[@]}"; do
		apart search "$san"
		pids+=($!)
	done
	wait_until $((end - reserve / 4)) "${pids[@]}" || status=$?
	((status == 0 || status == 124)) ||
		no_verdict "the search ended with status $status"
}
