# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The gate's sandbox: a patch is code, which is compiled and run. With bubblewrap it
# sees the system's programs and this checkout, and writes to OUT, build/ and a /tmp
# of its own. It has no network, no home, and none of the system's configuration.
# Sourced by ci/gate.

# The command that starts another one in it, as $sandbox; nothing if there is none.
find_sandbox()
{
	local dir words compiler

	sandbox=()
	[ "$SANDBOX" != 0 ] || return 0
	if ! command -v bwrap >/dev/null; then
		say "no sandbox: bubblewrap is not installed"
		return
	fi
	mkdir -p build
	sandbox=(bwrap --unshare-all --die-with-parent --proc /proc --dev /dev
		--tmpfs /tmp)
	for dir in /bin /sbin /lib /lib32 /lib64 /libx32; do
		if [ -L "$dir" ]; then
			sandbox+=(--symlink "$(readlink "$dir")" "$dir")
		else
			sandbox+=(--ro-bind-try "$dir" "$dir")
		fi
	done
	for dir in /usr /opt /nix /etc/alternatives /etc/ld.so.cache \
		/var/lib/dpkg; do
		sandbox+=(--ro-bind-try "$dir" "$dir")
	done
	sandbox+=(--ro-bind "$PWD" "$PWD")
	# It may hold what a CI server clones with.
	[ ! -d .git ] || sandbox+=(--tmpfs "$PWD/.git")
	sandbox+=(--bind "$(realpath build)" "$PWD/build"
		--bind "$(realpath "$OUT")" "$(realpath "$OUT")"
		--chdir "$PWD" --)
	read -ra compiler <<<"${CC:-$(command -v clang-19 || echo clang)}"
	# Tools of the user's own may lie where it does not look.
	# shellcheck disable=SC2016
	words=$(within 20 "${sandbox[@]}" bash -c 'make --version && python3 -c "" &&
		"$@" --version' - "${compiler[@]}" 2>&1 >/dev/null) && return
	say "no sandbox: it cannot start: ${words%%$'\n'*}"
	sandbox=()
}
