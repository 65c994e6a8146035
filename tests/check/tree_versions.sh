# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Trees: where they come from, and what is asked of them. Sourced by tests/run.

# mirror VERSION...: an archive in $work/mirror that has linux-source-VERSION in
# bookworm-backports, the only one in the apt sources of $work/apt.conf. core/fetch
# is copied, so that it caches in $work.
mirror() {
	local dists=$work/mirror/dists/bookworm-backports version deb root

	rm -rf "$work"/{mirror,core,build}
	mkdir -p "$work"/{core,none} "$dists/main/binary-amd64"
	cp core/fetch "$work/core"
	for version; do
		root=$work/mirror/root-$version
		mkdir -p "$root"/{DEBIAN,usr/src}
		echo "source of $version" >"$root/usr/src/linux-source-$version.tar.xz"
		printf '%s\n' "Package: linux-source-$version" "Version: $version.4-1" \
			'Architecture: all' 'Maintainer: nobody <nobody@invalid>' \
			'Description: a source' >"$root/DEBIAN/control"
		deb=linux-source-$version.deb
		dpkg-deb --build "$root" "$work/mirror/$deb" >/dev/null
		cat "$root/DEBIAN/control"
		printf '%s\n' "Filename: $deb" "Size: $(stat -c %s "$work/mirror/$deb")" \
			"SHA256: $(sha256sum <"$work/mirror/$deb" | cut -d ' ' -f 1)" ''
	done >"$dists/main/binary-amd64/Packages"
	printf '%s\n' 'Suite: bookworm-backports' 'Architectures: amd64' \
		'Components: main' 'SHA256:' \
		" $(sha256sum <"$dists/main/binary-amd64/Packages" | cut -d ' ' -f 1) $(stat -c %s "$dists/main/binary-amd64/Packages") main/binary-amd64/Packages" \
		>"$dists/Release"
	echo "deb [arch=amd64] file:$work/mirror bookworm main" >"$work/sources.list"
	cat >"$work/apt.conf" <<-EOF
		APT::Architecture "amd64";
		Dir::Etc::SourceList "$work/sources.list";
		Dir::Etc::SourceParts "$work/none";
		Acquire::AllowInsecureRepositories "true";
		APT::Get::AllowUnauthenticated "true";
	EOF
}

fetch() {
	APT_CONFIG=$work/apt.conf "$work/core/fetch" "$@"
}

# A suite that the machine's own sources do not name; then without the mirror.
trees_fetch() {
	local path

	mirror 7.9 7.10
	path=$(fetch 7.9)
	[[ $path = "$work/build/trees/linux-source-7.9.tar.xz" ]] || fail "$path"
	grep -qx 'source of 7.9' "$path" || fail "another archive"
	[[ $(fetch --version newest) = 7.10 ]] || fail "not the newest"
	rm -r "$work/mirror"
	[[ $(fetch 7.9) = "$path" ]] || fail "asks for it again"
}

trees_fetch_gone() {
	mirror 7.9
	refuses '7\.8: no suite of the mirror has it, but 7\.9$' fetch 7.8
	[[ ! -e $work/build/trees/linux-source-7.8.tar.xz ]] || fail "leaves one"
}

trees_fetch_no_mirror() {
	mirror 7.9
	: >"$work/sources.list"
	refuses 'no mirror of Debian' fetch 7.9
}

# tree_folder: 6.12 as a folder, $work/linux, to be changed.
tree_folder() {
	rm -rf "$work"/{linux,dest}
	mkdir "$work/linux"
	make -s core TREE=6.12
	cp -r build/core/6.12/{drivers,include} "$work/linux"
	rm -r "$work/linux/include/generated"
}

# One that lies beside iommu.c, what that includes, and one that is nowhere.
trees_includes() {
	local linux=$work/linux

	tree_folder
	sed -i '1i #include "of-a-vendor.h"' "$linux/drivers/iommu/iommu.c"
	printf '#include <linux/%s.h>\n' of-another of-none slab \
		>"$linux/drivers/iommu/of-a-vendor.h"
	echo '#define OF_ANOTHER 1' >"$linux/include/linux/of-another.h"
	cp "$linux/include/linux/list.h" "$linux/include/linux/slab.h"
	core/extract "$linux" "$work/dest"
	cmp "$linux"/drivers/iommu/of-a-vendor.h "$work"/dest/drivers/iommu/of-a-vendor.h
	cmp "$linux"/include/linux/of-another.h "$work"/dest/include/linux/of-another.h
	[[ -e $work/dest/include/linux/of-none.h ]] || fail "not left blank"
	[[ ! -e $work/dest/include/linux/slab.h ]] || fail "in place of a shim"
	again "$linux"
	# A header that is no longer included goes.
	sed -i 1d "$linux/drivers/iommu/iommu.c"
	core/extract "$linux" "$work/dest"
	[[ ! -e $work/dest/include/linux/of-another.h ]] || fail "stays"
}

trees_unsupported() {
	tree_folder
	sed -i 's/iommu_group_claim_dma_owner/claim_it/' \
		"$work/linux/include/linux/iommu.h"
	refuses 'not supported: it has no iommu_group_claim_dma_owner\(\)$' \
		core/extract "$work/linux" "$work/dest"
}

# A member in a branch that is not compiled is no member, and neither is a word.
trees_questions() {
	local header=$work/linux/include/linux/iommu.h
	local record=$work/dest/include/generated/probe.h

	tree_folder
	sed -i 's/^\(.*(\*domain_alloc)(.*\)$/#if IS_ENABLED(CONFIG_FSL_PAMU)\n\1\n#endif/' \
		"$header"
	sed -i 's/EPROBE_DEFER/EBUSY/' "$work/linux/drivers/iommu/iommu.c"
	core/extract "$work/linux" "$work/dest"
	grep -qx '/\* no HAVE_IOMMU_OPS_DOMAIN_ALLOC \*/' "$record" ||
		fail "domain_alloc is there"
	grep -qx '/\* no HAVE_USE_DEFERS \*/' "$record" || fail "use defers"
	grep -qx '#define HAVE_USE_DEFERS 1' build/core/6.12/include/generated/probe.h ||
		fail "use does not defer in 6.12"
}

# All programs would pass.
trees_hollow() {
	printf '%s\n' '@@' 'identifier dev;' '@@' \
		' iommu_probe_device(struct device *dev)' ' {' \
		'+	return -ENODEV;' '	...' ' }' >"$work/hollow.cocci"
	refuses 'no device of smmuv3 gets an IOMMU$' make -s run TREE=6.12 \
		SAN=none BUG="$work/hollow.cocci" PROG=corpus/seeds/device-claim.prog
}

tree_version_tests() {
	run_test "trees fetch" trees_fetch
	run_test "trees fetch gone" trees_fetch_gone
	run_test "trees fetch without a mirror" trees_fetch_no_mirror
	run_test "trees includes" trees_includes
	run_test "trees unsupported" trees_unsupported
	run_test "trees questions" trees_questions
	run_test "trees hollow" trees_hollow
}
