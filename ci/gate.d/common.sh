# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's messages and clock. Sourced by ci/gate.

die()
{
	echo "gate: $*" >&2
	exit 2
}

# Progress, for the user who waits.
say()
{
	printf '%3d s  %s\n' $((EPOCHSECONDS - began)) "$*"
}

# Begin these files.
empty()
{
	local file

	for file; do
		: >"$file"
	done
}

# Seconds until $1 seconds before the end, 0 if they are over.
left()
{
	local s=$((end - EPOCHSECONDS - $1))

	echo $((s > 0 ? s : 0))
}

# Without a verdict: why, in one line, and further lines from a file.
stop()
{
	echo "gate: $1${2:+:}" >&2
	[ -z "${2-}" ] || cat "$2" >&2
	report_error "$1" "${2-/dev/null}"
	exit 2
}
