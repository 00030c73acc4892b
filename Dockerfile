# syntax=docker/dockerfile:1
# Build and runtime are the same Debian release, so that the binary finds the C++ runtime it was linked against.

FROM debian:bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl g++ libclang-dev make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
ENV PATH=/root/.cargo/bin:$PATH
RUN curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs \
    | sh -s -- -y --no-modify-path --profile minimal \
        --default-toolchain "$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
# Dependencies, RocksDB among them (about 13 minutes on two cores), in a layer that changes with Cargo.toml and
# Cargo.lock alone. Cargo wants every target that Cargo.toml names to be there, so empty ones stand in.
RUN mkdir -p src benches tests \
    && echo '//! Stand-in.' > src/lib.rs && printf '//! Stand-in.\nfn main() {}\n' > src/main.rs \
    && for path in $(sed -n 's/^path = "\(benches\|examples\|tests\)\(.*\)"/\1\2/p' Cargo.toml); do \
        mkdir -p "$(dirname "$path")" && touch "$path"; done \
    && for name in $(sed -n '/^\[\[bench\]\]/,/^$/s/^name = "\(.*\)"/\1/p' Cargo.toml); do touch "benches/$name.rs"; done \
    && cargo build --release --locked \
    && rm -rf src
COPY src src
COPY compat-cases compat-cases
# The stand-ins were built later than the sources were written: without a newer date cargo would keep them.
RUN find src -name '*.rs' -exec touch {} + \
    && cargo build --release --locked \
    && strip target/release/sluicegate

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sluicegate \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/sluicegate
COPY --from=build /build/target/release/sluicegate /usr/local/bin/sluicegate
COPY LICENSE /usr/share/doc/sluicegate/LICENSE
ENV SLUICEGATE_LISTEN=0.0.0.0:8081 \
    SLUICEGATE_DATA=/var/lib/sluicegate
USER 10001:10001
VOLUME /var/lib/sluicegate
EXPOSE 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["sluicegate", "healthcheck"]
ENTRYPOINT ["sluicegate"]
CMD ["serve"]
