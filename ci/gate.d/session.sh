# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's processes end with it, and at the deadline. All that it starts inside
# is one session: process groups change there, the session stays. Sourced by
# ci/gate.

# Kill all processes of session $1 but this one. A process that is being made may
# escape the first time.
kill_session()
{
	local stat line state session some=1 tries

	for ((tries = 0; some && tries < 20; tries++)); do
		some=
		for stat in /proc/[0-9]*/stat; do
			line=
			# A name may hold anything, brackets too.
			mapfile -d '' -t line 2>/dev/null <"$stat" || continue
			read -r state _ _ session _ <<<"${line##*) }"
			[[ $session = "$1" && $state != [ZX] ]] || continue
			stat=${stat#/proc/}
			[ "${stat%/stat}" != "$BASHPID" ] || continue
			kill -KILL "${stat%/stat}" 2>/dev/null || true
			some=1
		done
	done
}

# Begin COMMAND, in a process group.
apart()
{
	set -m
	"$@" &
	set +m
}

# end_group PID: the processes that apart() has begun, or a single one.
end_group()
{
	kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# wait_until TIME PID...: true when all of them have ended, with success. Those
# that have not ended at TIME are killed, with 124; one that fails ends the others.
wait_until()
{
	local status=0 pid sleeper ended

	setpriv --pdeathsig KILL \
		sleep $(($1 > EPOCHSECONDS ? $1 - EPOCHSECONDS : 0)) &
	sleeper=$!
	shift
	while (($# > 0 && status == 0)); do
		ended=
		wait -n -p ended "$sleeper" "$@" || status=$?
		[[ $ended != "$sleeper" ]] || status=124
		for pid; do
			shift
			[[ $pid = "$ended" ]] || set -- "$@" "$pid"
		done
	done
	for pid; do
		end_group "$pid"
	done
	end_group "$sleeper"
	return $status
}

# However the gate ends, its children end too. What goes wrong on the way is no
# finding.
finish()
{
	local status=$? job

	trap '' INT TERM HUP
	[ -z "${inside-}" ] || kill_session "$inside"
	for job in $(jobs -p); do
		end_group "$job"
	done
	[ -z "${taken-}" ] || step_summary
	[ -n "${finished-}" ] || [ "$status" = 2 ] || {
		echo "gate: no verdict: unexpected error" >&2
		exit 2
	}
}

# run_inside: this script again, with what it has found out so far, in a session
# and, if possible, a sandbox. It has to end by the deadline.
#
# A process of its own waits for the end of this one, whatever ends it: the pipe
# is closed then.
run_inside()
{
	local words=() name

	export GROUPFUZZ_GATE=inside base patched
	find_sandbox
	exec 8> >(
		trap '' INT TERM HUP
		exec >/dev/null 2>&1
		read -r inside && { read -r _ || true; kill_session "$inside"; }
	)
	# No secret that a CI server has in its environment.
	for name in GROUPFUZZ_GATE TREE PATCH BASE HEAD TIME RUNS SEED OUT from to \
		began deadline base patched PATH LC_ALL CC GITHUB_ACTIONS; do
		[ -z "${!name-}" ] || words+=("$name=${!name}")
	done
	setsid env -i HOME=/tmp "${words[@]}" "${sandbox[@]}" ci/gate 8>&- 9>&- &
	inside=$!
	echo "$inside" >&8
	status=0
	wait_until "$deadline" "$inside" || status=$?
	kill_session "$inside"
	case $status in
	0|1|2) ;;
	124) stop "no verdict: the gate has not ended after TIME=$TIME seconds" ;;
	*) stop "no verdict: the gate ended with status $status" ;;
	esac
	[ "$status" = 2 ] || [ -s "$OUT/gate.json" ] || stop "no verdict: the gate has left no report"
}
