# shellcheck shell=bash
# Sourced by the other scripts: finds what a build needs on this machine, installs what is missing, and says so first.
#
# Afterwards the working directory is the checkout, cargo is on the PATH, and CARGO_TARGET_DIR is set (by default a
# folder in the user's cache, so that every clone shares one build).

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/sluicegate
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
packages=() # Debian packages to install

say() { printf '%s\n' "$@" >&2; } # a line an argument
stop() {
    say "" "$@"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
exists() { [ -e "$1" ]; } # of the first word: for patterns

lack() { # PACKAGE WHAT-IT-IS-FOR
    say "missing: $2"
    packages+=("$1")
}

have_libclang() {
    local folder # libclang-cpp, which other software brings along, is another library
    for folder in /usr/lib/llvm-*/lib /usr/lib/*-linux-gnu /usr/lib64 /usr/lib "${LIBCLANG_PATH:-/none}"; do
        exists "$folder"/libclang.so* || exists "$folder"/libclang-[0-9]*.so* || continue
        return 0
    done
    return 1
}

# The library alone parses no C: it brings no stddef.h, and a distribution may ship them apart.
have_clang_headers() {
    exists /usr/lib/llvm-*/lib/clang/*/include/stddef.h || exists /usr/lib/clang/*/include/stddef.h ||
        exists /usr/lib64/clang/*/include/stddef.h || exists "${LIBCLANG_PATH:-/none}"/clang/*/include/stddef.h
}

look_for_build_tools() {
    have cc && { have c++ || have g++ || have clang++; } || lack g++ "a C++ compiler (RocksDB is C++)"
    have_libclang && have_clang_headers || lack libclang-dev "libclang with its headers (RocksDB's bindings are made from its C header)"
    have curl || lack curl "curl (to fetch Rust, and to try the registry)"
    exists /etc/ssl/certs/ca-certificates.crt || have update-ca-certificates || [ "$(uname)" != Linux ] ||
        exists /etc/pki/tls/certs/ca-bundle.crt || lack ca-certificates "root certificates (for downloads)"
}

look_for_test_tools() {
    have git || lack git "git (the tests of the gate make repositories)"
}

look_for_client_tools() {
    python3 -c 'import venv, ensurepip' 2>/dev/null || lack python3-venv "Python with venv (a client that the tests run)"
    have node || lack nodejs "Node.js (a client that the tests run)"
    have npm || lack npm "npm (a client that the tests run)"
}

install_packages() {
    [ ${#packages[@]} -eq 0 ] && return
    local install="apt-get install -y --no-install-recommends ${packages[*]}" as_root=()
    if ! have apt-get; then
        stop "This machine has no apt-get. Install what is listed above with its own package manager" \
            "(in Debian's names: ${packages[*]}), then run the same command again."
    elif [ "$(id -u)" -ne 0 ]; then
        have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; } ||
            stop "Installing needs root. Run this as root, then the same command again:" "  apt-get update && $install"
        as_root=(sudo)
    fi
    say "installing ${packages[*]}: ${as_root[*]:+sudo }$install"
    "${as_root[@]}" apt-get update -q >&2 || say "apt-get update failed; trying with the lists at hand"
    # shellcheck disable=SC2086 # the command is words
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install >&2 ||
        stop "That failed. Run this as root, then the same command again:" "  apt-get update && $install"
    packages=()
}

at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; } # WANTED FOUND

rust_found() { cargo --version 2>/dev/null | cut -d ' ' -f 2; }

# Rust of the version that Cargo.toml names, or newer. $@: components beyond the compiler.
require_rust() {
    local wanted found home=${CARGO_HOME:-$HOME/.cargo}
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    found=$(rust_found || true)
    if ! { [ -n "$found" ] && at_least "$wanted" "$found"; } && [ -x "$home/bin/cargo" ]; then
        export PATH="$home/bin:$PATH"
        found=$(rust_found || true)
    fi
    if ! { [ -n "$found" ] && at_least "$wanted" "$found"; }; then
        say "missing: Rust $wanted or newer (found: ${found:-none})"
        if have rustup; then
            local get="rustup toolchain install $wanted --profile minimal --component clippy,rustfmt"
            say "installing Rust $wanted for $(id -un): $get"
            $get >&2 || stop "That failed. Run this, then the same command again:" "  $get"
            export RUSTUP_TOOLCHAIN=$wanted
        else
            local fetch="curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs"
            local run="sh -s -- -y --no-modify-path --profile minimal --component clippy,rustfmt --default-toolchain $wanted"
            say "installing Rust $wanted for $(id -un) into $home: $fetch | $run"
            $fetch | $run >&2 || stop "That failed. Run this, then the same command again:" "  $fetch | $run"
            export PATH="$home/bin:$PATH"
        fi
    fi
    local component
    for component in "$@"; do
        "cargo-$component" --version >/dev/null 2>&1 && continue
        [ "$component" = fmt ] && component=rustfmt
        say "installing $component: rustup component add $component"
        rustup component add "$component" >&2 ||
            stop "That failed. Install $component for this Rust, then run the same command again:" \
                "  rustup component add $component"
    done
}

# RocksDB as a static library, compiled once per version for this user and linked by every later build.
require_rocksdb() {
    [ -n "${ROCKSDB_LIB_DIR:-}" ] && return
    local version library
    version=$(grep -A 1 '^name = "librocksdb-sys"$' Cargo.lock | sed -n 's/^version = "\(.*\)"/\1/p')
    library=$cache/rocksdb-$version/librocksdb.a
    if [ ! -s "$library" ]; then
        say "" "The first build compiles RocksDB: about 13 minutes on two cores, less on more (this machine has $(nproc))." \
            "It is kept in ${library%/*}; later builds take about a minute." ""
        cargo build --release --locked -p librocksdb-sys
        mkdir -p "${library%/*}"
        # shellcheck disable=SC2012 # the names are cargo's
        cp "$(ls -t "$CARGO_TARGET_DIR"/release/build/librocksdb-sys-*/out/librocksdb.a | head -n 1)" "$library.$$"
        mv "$library.$$" "$library" # whole or not at all
    fi
    export ROCKSDB_LIB_DIR=${library%/*} ROCKSDB_STATIC=1
}
