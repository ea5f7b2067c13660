#!/bin/sh
# check_packages.sh BUILD SOURCE SCRATCH: makes the Debian packages of what has been built, installs them into a root of their own, where
# nothing else is but the word that what they depend on is installed, and uses what is there.
set -eu

build=$1 source=$2 scratch=$3
for command in dpkg dpkg-shlibdeps file pkg-config systemd-analyze; do
  command -v "$command" >/dev/null 2>&1 || {
    echo "not run: $command is not installed"
    exit 77
  }
done
triplet=$(c++ -print-multiarch)
root=$scratch/root
library=$root/usr/lib/$triplet

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# in_root OPTION...: dpkg, also for who is not root; scripts of packages run outside the root, which has no shell, and know of it
in_root() {
  dpkg --force-not-root --force-script-chrootless --root="$root" --log="$scratch/dpkg.log" "$@"
}

field() { dpkg-deb --field "$1" "$2"; }

make_packages() {
  rm -rf "$scratch"
  mkdir -p "$scratch"
  cpack --config "$build/CPackConfig.cmake" -B "$scratch/packages" >"$scratch/cpack.log" 2>&1 || {
    cat "$scratch/cpack.log"
    fail "cpack failed"
  }
  tool=$(echo "$scratch"/packages/securepair_*.deb)
  dev=$(echo "$scratch"/packages/libsecurepair-dev_*.deb)
  runtime=$(echo "$scratch"/packages/libsecurepair[0-9]*.deb)
  version=$(field "$tool" Version)
}

# What the packages want of others, with the versions that this machine has.
make_root() {
  mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
  : >"$root/var/lib/dpkg/status"
  for deb in "$scratch"/packages/*.deb; do field "$deb" Depends; done |
    tr ',' '\n' | sed 's/^ *//; s/[ (:].*//' | sort -u | grep -v '^libsecurepair' |
    while read -r name; do
      dpkg-query --status "$name" >>"$root/var/lib/dpkg/status" ||
        fail "a package depends on $name, which was not there when it was built"
      echo >>"$root/var/lib/dpkg/status"
    done
}

check_dependencies() {
  case $(field "$runtime" Depends) in
    *libc6*libssl3*libstdc++6*libuv1*) ;;
    *) fail "the libraries depend on: $(field "$runtime" Depends)" ;;
  esac
  case $(field "$dev" Depends) in
    *"$(field "$runtime" Package) (= $version)"*libssl-dev*libuv1-dev*) ;;
    *) fail "the headers depend on: $(field "$dev" Depends)" ;;
  esac
  case $(field "$tool" Depends) in
    *"$(field "$runtime" Package) (= $version)"*) ;;
    *) fail "the program depends on: $(field "$tool" Depends)" ;;
  esac
  if in_root --install "$tool" >"$scratch/alone.log" 2>&1; then
    fail "the program was installed without its library"
  fi
  grep -q 'dependency problems' "$scratch/alone.log" || fail "$(cat "$scratch/alone.log")"
  in_root --purge securepair >"$scratch/alone.log" 2>&1
}

check_files() {
  # Of the others there is the word alone.
  changed=$(in_root --verify 2>/dev/null)
  [ -z "$changed" ] || fail "not as packed: $changed"
  (cd "$root" && find . -path ./var -prune -o ! -type d -print) | sort >"$scratch/files"
  if grep -vE "^\./usr/(bin/securepair|lib/$triplet/|lib/systemd/system/|include/securepair/|share/(doc|man/man1|bash-completion|zsh|fish)/)" \
    "$scratch/files"; then
    fail "these are in places where nobody looks for them"
  fi
  for deb in "$scratch"/packages/*.deb; do
    name=$(field "$deb" Package)
    dpkg-deb --contents "$deb" | awk -v name="$name" '
      $2 != "root/root" { print name ": not of root: " $0; bad = 1 }
      $1 !~ /^(drwxr-xr-x|-rw-r--r--|lrwxrwxrwx)$/ && $6 != "./usr/bin/securepair" { print name ": odd rights: " $0; bad = 1 }
      END { exit bad }' || fail "see above"
    for text in copyright changelog.gz changelog.Debian.gz; do
      [ -s "$root/usr/share/doc/$name/$text" ] || fail "$name has no $text"
    done
  done
  if readelf -d "$root/usr/bin/securepair" "$library"/*.so.* | grep -E 'R(UN)?PATH'; then
    fail "a package must not look for libraries beside itself"
  fi
}

# verb_pages PATH: the manual page of a verb, and of those below it
verb_pages() {
  page=$root/usr/share/man/man1/$(echo "$1" | tr ' ' '-').1.gz
  gzip -t "$page" || fail "$1 has no manual page"
  # shellcheck disable=SC2086 # a path of verbs is several words
  for verb in $($1 --help | sed -n '/^verbs:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
    verb_pages "$1 $verb"
  done
}

use_program() {
  PATH=$root/usr/bin:$PATH
  [ "securepair $version" = "$(securepair version | head -n 1)-1" ] || fail "the program says: $(securepair version)"
  verb_pages securepair
  for conf in "$root"/usr/share/doc/securepair/examples/*.conf; do
    securepair "$(basename "$conf" .conf)" --config "$conf" --print-config >"$scratch/config" || fail "$conf is not read"
    ! grep -q "$conf:" "$scratch/config" || continue
    fail "$conf sets nothing"
  done
  bash -euc '. "$1"/usr/share/bash-completion/completions/securepair && complete -p securepair >/dev/null' sh "$root"
  # The units name the program as systemd finds it in a system's root.
  mkdir -p "$scratch/units"
  for unit in "$root"/usr/lib/systemd/system/*; do
    copy=$scratch/units/$(basename "$unit" | sed 's/@/@try/')
    sed "s|^ExecStart=securepair|ExecStart=$root/usr/bin/securepair|" "$unit" >"$copy"
    case $copy in
      *.service)
        verb=$(sed -n "s|^ExecStart=$root/usr/bin/securepair \([a-z]*\) .*|\1|p" "$copy")
        securepair "$verb" --help | grep -q -e --print-config || fail "$unit starts '$verb', which reads no file"
        systemd-analyze security --offline=true --threshold=25 --no-pager "$copy" >"$scratch/exposure" || fail "$(cat "$scratch/exposure")"
        ;;
    esac
  done
  said=$(systemd-analyze verify --man=no "$scratch"/units/* 2>&1) || fail "$said"
  [ -z "$said" ] || fail "$said"
}

use_library() {
  upstream=${version%-*}
  cp "$source/tests/install/CMakeLists.txt" "$source/tests/install/whole.cc" "$scratch"
  cd "$scratch"
  flags=$(PKG_CONFIG_PATH=$library/pkgconfig pkg-config --cflags --libs securepair)
  # shellcheck disable=SC2086 # flags are several words
  c++ -std=c++20 whole.cc -o by-pkg-config $flags
  ./by-pkg-config "$upstream"
  cmake -G Ninja -B by-cmake -DCMAKE_PREFIX_PATH="$root/usr" -Dcomponent=static -Dlibrary=securepair::securepair \
    -Dwanted="${upstream%.*}" -Dprograms=whole >cmake.log
  cmake --build by-cmake >>cmake.log
  ./by-cmake/whole "$upstream"
}

remove() {
  # shellcheck disable=SC2046 # names without blanks
  in_root --purge $(for deb in "$scratch"/packages/*.deb; do field "$deb" Package; done) >"$scratch/purge.log" 2>&1 ||
    fail "$(cat "$scratch/purge.log")"
  left=$(cd "$root" && find . -path ./var -prune -o ! -type d -print)
  [ -z "$left" ] || fail "left behind: $left"
}

make_packages
make_root
check_dependencies
in_root --install "$scratch"/packages/*.deb >"$scratch/install.log" 2>&1 || fail "$(cat "$scratch/install.log")"
check_files
export LD_LIBRARY_PATH="$library"
use_program
use_library
unset LD_LIBRARY_PATH
remove
