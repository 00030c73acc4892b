#!/usr/bin/env bash
# Lays out a git repository with this data product on `main` and one branch for each class of change.
#
# usage: examples/order-events/lay-out-history.sh FOLDER      (FOLDER must not exist yet)
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
[ ! -e "$1" ] || { echo "$1 exists already; name a new folder" >&2; exit 1; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1/schemas"
cd "$1"
cp "$here/sluicegate.toml" "$here/data-product.yaml" .
cp "$here/schemas/order_events.avsc" schemas/
schema=schemas/order_events.avsc

git init -q
git symbolic-ref HEAD refs/heads/main
git config user.name "Order Team"
git config user.email orders-team@example.com
# Who asks for signed commits elsewhere need not have a key here.
git config commit.gpgsign false

commit() { # MESSAGE
    git add -A
    git commit -q -m "$1"
}
branch() { git switch -q -c "$1" main; } # NAME
declare_version() { # VERSION
    edit data-product.yaml "s/schema_version: .*/schema_version: \"$1\"/"
    edit sluicegate.toml "s/schema-version = \"[0-9.]*\"/schema-version = \"$1\"/"
}
edit() { # FILE SED-SCRIPT; sed -i is spelled differently elsewhere
    sed "$2" "$1" > "$1.edited"
    mv "$1.edited" "$1"
}
commit "Offer order events, version 2.0.0"

branch none
# Two attributes change places: the schema is the same.
edit "$schema" 's/^  "name": "OrderEvent",$/  "namespace": "com.example.orders",/; t
s/^  "namespace": "com.example.orders",$/  "name": "OrderEvent",/'
commit "Put the namespace first"

branch allowed
# An optional field with a default, at the end.
edit "$schema" 's/^      "doc": "Extensible key-value pairs; do not use for queryable fields"$/&\
    },\
    {\
      "name": "coupon_code",\
      "type": ["null", "string"],\
      "default": null/'
declare_version 2.1.0
commit "Say which coupon was used"

branch major
# A symbol goes; old events of that type can no longer be read.
edit "$schema" 's/^          "RETURN_INITIATED",$/          "RETURN_INITIATED"/; /^          "RETURN_RESOLVED"$/d'
commit "Stop telling when a return is resolved"

branch forbidden
# A field goes, although everybody could decode what is left.
edit "$schema" '/^      "name": "currency_code",$/,/^      "default": "USD"$/d'
edit "$schema" '/^    {$/{N;/\n    },$/d;}'
commit "Assume that everything is in one currency"

git switch -q main
cat <<TEXT
Laid out in $(pwd), one branch for each class of change. Try:

  cd $1
  git switch allowed     && sluicegate check     # passes
  git switch major       && sluicegate check     # refused until sluicegate.toml declares 3.0.0
  git switch forbidden   && sluicegate check     # refused until currency_code is back
TEXT
