//! What stands below the flags in the help of each command.

pub(super) const CHECK: &str = "\
Examples:
  sluicegate check                                   every schema file against where this branch left the main branch
  sluicegate check --against git:v1.4.0 schemas/     a folder against a tag
  sluicegate check --against http://localhost:8081   against what a registry has; its level and policy hold
  sluicegate check --against old.avsc new.avsc       two files
  sluicegate check --history all --against http://localhost:8081
                                                     what enforcement would have refused so far, version by version
  sluicegate check --format json                     for a program; or sarif, junit, gitlab
  sluicegate check --format text --format sarif=schemas.sarif --format markdown=comment.md
                                                     several at once, to files
  sluicegate check --witness                         with a record that shows what would not be readable any more
  sluicegate check --write-baseline known.toml       adopt the gate on an old estate, then --baseline known.toml

Exit codes: 0 all may pass; 100 something is refused; 101 could not check, one line says why; 2 wrong usage.
Credentials for a registry: SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD, or SLUICEGATE_TOKEN.";

pub(super) const DIFF: &str = "\
Examples:
  sluicegate diff old.avsc new.avsc
  sluicegate diff --level FULL --format json old.avsc new.avsc
  sluicegate diff --witness old.avsc new.avsc        with a record of the old schema that the new one cannot read

Exit codes: 0 whenever the two could be compared, whatever the changes; 101 if not; 2 wrong usage.";

pub(super) const EXPLAIN: &str = "\
Examples:
  sluicegate explain field-removed                   the rule: what, why, who is hit, what to do
  sluicegate explain 3f9c2a7be01d5468 --against git:main
                                                     one finding of that check, with both sides";

pub(super) const RULES: &str = "\
Examples:
  sluicegate rules
  sluicegate rules --profile strict --format json";

pub(super) const WAIVE: &str = "\
Examples:
  sluicegate waive 3f9c2a7be01d5468 --reason \"no consumer reads it, ticket DATA-17\" \\
      --expires 2030-06-30 --approved-by \"data governance board\"

Give the options of the check that found it. An exemption turns forbidden into major-bump-required, never into
allowed, for this change between these two schemas, until that day.";

pub(super) const CONFIG: &str = "\
Examples:
  sluicegate config                                  which file is in use, and whether it is right
  sluicegate config --resolved                       every value and where it comes from
  sluicegate config --resolved --level FULL          with the flags of a check";

pub(super) const COMPLETIONS: &str = "\
Examples:
  sluicegate completions bash > /etc/bash_completion.d/sluicegate
  sluicegate completions zsh > ~/.zfunc/_sluicegate
  sluicegate completions fish > ~/.config/fish/completions/sluicegate.fish";

pub(super) const RECORDS: &str = "\
Examples:
  sluicegate records --schema orders.avsc orders.jsonl
  sluicegate records --schema orders.avsc --reader billing.avsc --reader audit.avsc orders.avro
                                                     can these two consumers read it?
  sluicegate records --subject orders-value orders.avro
                                                     which live versions could not read it?
  jq -c '.[]' orders.json | sluicegate records --schema orders.avsc --input plain-json -

A whole topic, the schema of each message looked up by the id in it, with kcat:
  kcat -b localhost:9092 -C -t orders -e -q -f '%R%s' |
      sluicegate records --subject orders-value --input wire-lengths -
with what comes with Kafka (recognised as wire-escaped):
  kafka-console-consumer --bootstrap-server localhost:9092 --topic orders --from-beginning \\
      --timeout-ms 10000 \\
      --value-deserializer org.apache.kafka.common.serialization.BytesDeserializer |
      sluicegate records --subject orders-value -
and one message: kcat … -c 1 -D '' > message.bin; base64 and hex, a message a line, as tools show them.

A line of JSON has to be a record of the schema. A record of a container file, and a message whose id
a registry knows, has to be one of the schema it was written with, and readable with the schema given.
Without a registry ids are not looked up: each message counts as written with the schema given. In
Avro's JSON encoding the value of a union names its type ({\"string\": \"x\"}); of plain JSON the
branch is taken that fits.

Exit codes: 0 all fit; 100 a record does not fit, or a --reader cannot read it; 101 an input, a
schema or the registry could not be read; 2 wrong usage. Versions of the subject that cannot read are
told and refuse nothing, since a level such as BACKWARD promises them nothing: name with --reader who
has to. That there is no record at all is told and no failure.
Behind a damaged block reading goes on at the next one. Memory does not grow with the input: a line
may have 16 MiB, a message and a block of a container file 64 MiB.
Credentials for a registry: SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD, or SLUICEGATE_TOKEN.";

pub(super) const PREFLIGHT: &str = "\
Examples:
  sluicegate preflight --subject orders-value orders.avsc
                                                     before a producer is deployed
  sluicegate preflight --subject orders-value --in-use 3,4 orders.avsc
                                                     consumers are on versions 3 and 4
  sluicegate preflight --subject orders-value --reader billing.avsc --reader audit.avsc orders.avsc
  sluicegate preflight --subject orders-value --role consumer billing.avsc
                                                     before a consumer is deployed

A producer's schema has to be registered, or such that the registry would take it, and every reader
has to be able to read it: those named, else the live versions of its compatibility group. A
consumer's has to be able to read every live version. Level, group, policy, enforcement and exemptions
are those of the registry; an enforcement that nobody has set there is off, as in the registry itself.

Exit codes: 0 go; 100 stop, the registry would not take it or a reader could not read it; 101 could
not find out, one line says why; 2 wrong usage.
Credentials for a registry: SLUICEGATE_USERNAME and SLUICEGATE_PASSWORD, or SLUICEGATE_TOKEN.";
