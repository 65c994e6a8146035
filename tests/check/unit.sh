# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Unit: the program layer and the scheduler, by themselves. Sourced by tests/run.

# Where "make" puts the unit test NAME.
unit_binary() {
	case $1 in
	test_program) echo build/tests/test_program ;;
	*) echo "build/6.12/address/tests/$1" ;;
	esac
}

# unit_test FILE TEST
unit_test() {
	local status=0 log=$work/$1

	if [[ ! -e $log ]]; then
		make_once "$(unit_binary "$1")" TREE=6.12
		"$(unit_binary "$1")" >"$log" 2>&1 || status=$?
		echo "status $status" >>"$log"
	fi
	grep -qF "[       OK ] $2" "$log" || {
		grep -F -A 20 "[ RUN      ] $2" "$log" || true
		fail "not OK ($(tail -n 1 "$log"))"
	}
}

# What no single test is to blame for, a leak at the end for one.
unit_status() {
	unit_test "$1" "$2"
	[[ $(tail -n 1 "$work/$1") = "status 0" ]] ||
		fail "$1: $(tail -n 1 "$work/$1")"
}

unit_soak() {
	make_once build/tests/test_program TREE=6.12
	SOAK=1 build/tests/test_program
}

unit_tests() {
	local file name last

	for file in test_program test_sched test_linearizable; do
		while read -r name; do
			run_test "unit $name" unit_test "$file" "$name"
			last=$name
		done < <(sed -n 's/.*cmocka_unit_test(\(.*\)),.*/\1/p' \
			"tests/$file.c")
		run_test "unit $file status" unit_status "$file" "$last"
	done
	soak_test "unit test_program" unit_soak
}
