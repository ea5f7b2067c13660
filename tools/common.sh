# shellcheck shell=sh
# What ./run and ./test share. They have set $root, the folder of the project, and stand in it.
: "${root:?}"

say() { printf '==> %s\n' "$*"; }

# give_up SENTENCE: this machine or this call cannot do it; the project is not to blame.
give_up() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# The one list of what is needed: Debian's and Ubuntu's name, from which step on (run < fuzz < test, run < bench, run < package < test), how
# to see that it is there.
needs() {
  cat <<'LIST'
g++              run   command g++
cmake            run   command cmake
ninja-build      run   command ninja
pkg-config       run   command pkg-config
libssl-dev       run   library openssl >= 3.0
libuv1-dev       run   library libuv >= 1.44
libcli11-dev     run   file /usr/include/CLI/App.hpp
nlohmann-json3-dev run file /usr/include/nlohmann/json.hpp
openssl          run   command openssl
util-linux       run   command flock
iproute2         run   command ip
clang            fuzz  command clang++
libclang-rt-dev  fuzz  fuzzer
libasio-dev      bench file /usr/include/asio.hpp
nginx            bench file /usr/sbin/nginx
libnginx-mod-stream bench file /usr/lib/nginx/modules/ngx_stream_module.so
haproxy          bench file /usr/sbin/haproxy
hitch            bench file /usr/sbin/hitch
stunnel4         bench command stunnel
libbenchmark-dev bench file /usr/include/benchmark/benchmark.h
dpkg-dev         package command dpkg-shlibdeps
file             package command file
libgtest-dev     test  library gtest
libnode-dev      test  headers
libipsec-mb-dev  fuzz  x86 /usr/include/intel-ipsec-mb.h
ca-certificates  test  file /etc/ssl/certs/ca-certificates.crt
clang-format     test  command clang-format
clang-tidy       test  command clang-tidy
curl             test  command curl
git              test  command git
gnutls-bin       test  command gnutls-cli
nodejs           test  command node
python3          test  command python3
shellcheck       test  command shellcheck
strace           test  command strace
systemd          test  command systemd-analyze
valgrind         test  file /usr/include/valgrind/callgrind.h
LIST
}

is_there() {
  kind=$1
  shift
  case $kind in
    command) command -v "$1" >/dev/null 2>&1 ;;
    library) pkg-config --exists "$*" >/dev/null 2>&1 ;;
    file) [ -e "$1" ] ;;
    headers) node bindings/node/scripts/headers.js >/dev/null 2>&1 ;;
    x86) [ "$(uname -m)" != x86_64 ] || [ -e "$1" ] ;;
    fuzzer) [ -e "$(clang++ -print-file-name="libclang_rt.fuzzer-$(uname -m).a" 2>/dev/null)" ] ||
      [ -e "$(clang++ -print-file-name=libclang_rt.fuzzer.a 2>/dev/null)" ] ;;
  esac
}

# missing STEP: the packages that STEP needs and that are not there
missing() {
  step=$1
  needs | while read -r package from check; do
    case $step:$from:$package in
      *:run:* | fuzz:fuzz:* | package:package:* | test:fuzz:* | test:package:* | test:test:*) ;;
      bench:bench:* | bench:test:python3 | bench:test:nodejs | bench:test:libnode-dev | bench:fuzz:libipsec-mb-dev) ;;
      *) continue ;;
    esac
    # shellcheck disable=SC2086 # a check is several words
    is_there $check || printf '%s ' "$package"
  done
}

apt() {
  # shellcheck disable=SC2086 # empty where we are root
  $as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}

install_packages() {
  line="apt-get update && apt-get install -y --no-install-recommends $*"
  command -v apt-get >/dev/null 2>&1 ||
    give_up "these are missing, by their names in Debian and Ubuntu: $*. This system has no apt-get; install them its own way."
  as_root=
  if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
      say "not root: sudo installs what is missing: $*"
      as_root=sudo
      sudo -n true 2>/dev/null || sudo -v || give_up "sudo refused. As root: $line"
    else
      printf '%s: packages are missing, and there is neither root nor a usable sudo. As root:\n' "${0##*/}" >&2
      printf '%s\n' "$line" >&2
      exit 2
    fi
  else
    say "installing what is missing: $*"
  fi
  if apt-get -s install "$@" >/dev/null 2>&1 && apt install --no-install-recommends "$@"; then
    return
  fi
  # The lists have a lock of their own, for which apt-get does not wait.
  tries=0
  until apt update; do
    tries=$((tries + 1))
    [ "$tries" -lt 6 ] || give_up "apt-get update failed, and these are missing: $*"
    sleep 10
  done
  apt install --no-install-recommends "$@" || give_up "apt-get could not install: $*"
}

# at_least WANTED IS: whether version IS is WANTED or later
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

# refuse_old NAME WANTED IS: ends the script where IS is a version before WANTED
refuse_old() {
  [ -z "$3" ] || at_least "$2" "$3" ||
    give_up "$1 $2 or later is needed, and this machine's is $3: Debian 12 and Ubuntu 24.04 have it."
}

# What is not there at all is no concern of this one.
refuse_old_tools() {
  [ -n "${CXX:-}" ] || refuse_old g++ 12 "$(g++ -dumpfullversion 2>/dev/null)"
  refuse_old CMake 3.25 "$(cmake --version 2>/dev/null | sed -n '1s/[^0-9]*//p')"
}

# What apt would bring of these is too old.
system_is_old() (
  [ -r /etc/os-release ] || exit 1
  # shellcheck source=/dev/null
  . /etc/os-release
  case ${ID:-} in
    debian) ! at_least 12 "${VERSION_ID:-12}" ;;
    ubuntu) ! at_least 24.04 "${VERSION_ID:-24.04}" ;;
    *) exit 1 ;;
  esac
)

# set_up STEP: everything that STEP needs is there afterwards, or the script has ended
set_up() {
  refuse_old_tools
  packages=$(missing "$1")
  [ -n "$packages" ] || return 0
  case " $packages" in
    *" ${CXX:-g++} "* | *' cmake '* | *' libuv1-dev '*)
      ! system_is_old ||
        give_up "g++ 12, CMake 3.25 and libuv 1.44 or later are needed, and this system's packages are older:" \
          "Debian 12 and Ubuntu 24.04 have them."
      ;;
  esac
  # shellcheck disable=SC2086 # a list of packages
  install_packages $packages
  refuse_old_tools
  packages=$(missing "$1")
  [ -z "$packages" ] || give_up "still missing, or too old, after the installation: $packages"
}

# Two builds in one tree would spoil each other.
take_lock() {
  if ! { mkdir -p build && [ -w build ] && touch build/.lock; } 2>/dev/null; then
    give_up "you cannot write to $root/build: if it is another user's (root's, after a sudo), let that one remove it" \
      "(sudo rm -rf '$root/build'); else work in a copy of the tree that is yours."
  fi
  exec 9>build/.lock
  command -v flock >/dev/null 2>&1 || return 0
  if ! flock -n 9; then
    say "another ./run or ./test is at work in this tree: waiting for it"
    flock 9
  fi
}

# What compilers, tests and tools write besides their results goes below build/ and the user's cache folder.
keep_inside() {
  rm -rf build/tmp
  mkdir -p build/tmp
  TMPDIR=$root/build/tmp
  CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-${HOME:-$root/build}/.cache}/ccache}
  CCACHE_TEMPDIR=$TMPDIR
  if command -v ccache >/dev/null 2>&1 && ! { mkdir -p "$CCACHE_DIR" && [ -w "$CCACHE_DIR" ]; } 2>/dev/null; then
    CCACHE_DIR=$root/build/ccache
  fi
  export TMPDIR CCACHE_DIR CCACHE_TEMPDIR
}

# free_memory: in kB, how much the machine has, and how much the limit leaves where we are in a container (cgroup v2) with one
free_memory() {
  awk '/^MemAvailable:/ { print $2 }' /proc/meminfo
  limit=$(cat /sys/fs/cgroup/memory.max) || return 0
  case $limit in
    '' | *[!0-9]*) return 0 ;;
  esac
  used=$(cat /sys/fs/cgroup/memory.current) || return 0
  # What of it are cached files gives way; after a build that is most of it.
  cached=$(awk '$1 == "inactive_file" { print $2 }' /sys/fs/cgroup/memory.stat) || :
  echo $(((limit - used + ${cached:-0}) / 1024))
}

# One job a core, as long as each has 1.5 GB of free memory.
jobs() {
  cores=$(nproc 2>/dev/null || echo 1)
  free=$(free_memory 2>/dev/null | sort -n | head -n 1)
  fit=$((${free:-0} / 1572864))
  [ "$fit" -lt "$cores" ] || fit=$cores
  [ "$fit" -ge 1 ] || fit=1
  echo "$fit"
}

# logged FILE COMMAND...: on a terminal as it is; else into FILE, which is shown if the command fails
logged() {
  log=$1
  shift
  if [ -t 1 ]; then
    "$@"
  else
    "$@" >"$log" 2>&1 || {
      status=$?
      cat "$log"
      return "$status"
    }
  fi
}

# drop_moved PRESET: CMake refuses a build folder that was made where the tree stood before.
drop_moved() {
  cache=build/$1/CMakeCache.txt
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    say "build/$1 was made where the tree stood before: building it anew"
    rm -rf "build/$1"
  fi
}

# The option for what only some processors have.
fast_aead() {
  if [ "$(uname -m)" = x86_64 ]; then echo -DSECUREPAIR_FAST_AEAD=ON; else echo -DSECUREPAIR_FAST_AEAD=OFF; fi
}

# configure PRESET [OPTION...]
configure() {
  preset=$1
  shift
  drop_moved "$preset"
  mkdir -p build/log
  say "configuring $preset"
  logged "build/log/$preset-configure.log" cmake --preset "$preset" "$@"
}

# build PRESET [OPTION...]
build() {
  preset=$1
  shift
  jobs=$(jobs)
  say "building $preset, $jobs at a time"
  logged "build/log/$preset-build.log" cmake --build --preset "$preset" --parallel "$jobs" "$@"
}
