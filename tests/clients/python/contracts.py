"""Metadata and rules: kept by the registry, carried out by the client."""

from confluent_kafka.schema_registry import (
    Metadata,
    MetadataProperties,
    MetadataTags,
    Rule,
    RuleKind,
    RuleMode,
    RuleParams,
    RuleSet,
    Schema,
    ServerConfig,
)
from confluent_kafka.schema_registry.rule_registry import RuleRegistry
from confluent_kafka.schema_registry.rules.cel.cel_executor import CelExecutor
from confluent_kafka.schema_registry.rules.cel.cel_field_executor import CelFieldExecutor
from confluent_kafka.schema_registry.rules.jsonata.jsonata_executor import JsonataExecutor
from confluent_kafka.serialization import SerializationError

from kit import equal, fails, refused

LATEST = {"auto.register.schemas": False, "use.latest.version": True}
RULES = RuleRegistry()
for executor in (CelExecutor(), CelFieldExecutor(), JsonataExecutor()):
    RULES.register_executor(executor)


def metadata(**properties):
    return Metadata(None, MetadataProperties(properties), [])


def rule(name, kind, mode, type, expr, **more):
    given = {"doc": None, "tags": None, "params": None, "on_success": None, "on_failure": None, "disabled": False}
    return Rule(name=name, kind=kind, mode=mode, type=type, expr=expr, **{**given, **more})


async def keep_metadata(kit):
    client, subject = kit.client(), kit.subject("kept")
    whole = Metadata(MetadataTags({"**.card": ["PII"]}), MetadataProperties({"owner": "checkout"}), ["owner"])
    checks = rule(
        "positive", RuleKind.CONDITION, RuleMode.WRITE, "CEL", "message.amount_cents > 0",
        doc="an amount is positive", tags=["PII"], params=RuleParams({"a": "b"}), on_success="NONE", on_failure="ERROR",
    )
    encode = rule("none", RuleKind.TRANSFORM, RuleMode.WRITEREAD, "ENCODE", None, disabled=True)
    rules = RuleSet([], [checks], [encode], "CLIENT")
    sent = kit.schema("payment_v1", metadata=whole, rule_set=rules)
    made = await client.register_schema_full_response(subject, sent)
    for what, found in (
        ("registered", made.schema),
        ("by version", (await kit.client().get_version(subject, 1)).schema),
        ("by id", await kit.client().get_schema(made.schema_id)),
        ("by guid", await kit.client().get_schema_by_guid(made.guid)),
    ):
        equal(f"{what}: metadata", found.metadata, whole)
        equal(f"{what}: rules", found.rule_set, rules)
    equal("lookup", (await kit.client().lookup_schema(subject, sent)).version, 1)

    other = kit.schema("payment_v1", metadata=metadata(owner="ops"))
    second = await client.register_schema_full_response(subject, other)
    equal("other metadata is another version", second.version, 2)
    equal("and has another id", second.schema_id != made.schema_id, True)
    found = await client.get_latest_with_metadata(subject, {"owner": "checkout"})
    equal("latest with metadata", (found.version, found.schema_id), (1, made.schema_id))
    await refused("none with it", 404, 40403, client.get_latest_with_metadata(subject, {"owner": "nobody"}))
    await refused("no such subject", 404, 40401, client.get_latest_with_metadata(kit.subject("nobody"), {"a": "b"}))


async def follow_rules(kit):
    client, context = kit.client(), kit.context("checked")
    positive = rule("positive", RuleKind.CONDITION, RuleMode.WRITE, "CEL", "message.amount_cents > 0")
    mask = "typeName == 'STRING' ; '****'"
    masked = rule("masked", RuleKind.TRANSFORM, RuleMode.WRITE, "CEL_FIELD", mask, tags=["PII"])
    doubled = rule(
        "doubled", RuleKind.TRANSFORM, RuleMode.READ, "JSONATA", "$merge([$, {'amount_cents': amount_cents * 2}])"
    )
    subject = kit.subject("checked")
    rules = RuleSet(None, [positive, masked, doubled])
    await client.register_schema(subject, kit.schema("payment_v1", rule_set=rules))
    serialize = await kit.serializer(client, conf=LATEST, rule_registry=RULES)
    payment = {"payment_id": "p-1", "amount_cents": 21, "card": "4711"}
    payload = await serialize(payment, context)
    read = await kit.read(payload, context, rule_registry=RULES)
    equal("rules of both ends", read, {"payment_id": "p-1", "amount_cents": 42, "card": "****"})
    free = serialize({**payment, "amount_cents": 0}, context)
    await fails("a condition that does not hold", SerializationError, "message.amount_cents > 0", free)


async def migrate(kit):
    client, subject, context = kit.client(), kit.subject("migrated"), kit.context("migrated")
    await client.set_config(subject, ServerConfig(compatibility_group="major"))
    await client.register_schema(subject, kit.schema("payment_v1", metadata=metadata(major="1")))
    second = kit.schema("payment_v2", metadata=metadata(major="2"))
    equal("another group is not compared", await client.test_compatibility(subject, second), True)
    up = "$merge([$sift($, function($v, $k) {$k != 'amount_cents'}), {'total_cents': $.'amount_cents'}])"
    down = "$merge([$sift($, function($v, $k) {$k != 'total_cents'}), {'amount_cents': $.'total_cents'}])"
    rules = RuleSet([
        rule("up", RuleKind.TRANSFORM, RuleMode.UPGRADE, "JSONATA", up),
        rule("down", RuleKind.TRANSFORM, RuleMode.DOWNGRADE, "JSONATA", down),
    ], None)
    second = Schema(second.schema_str, "AVRO", metadata=second.metadata, rule_set=rules)
    equal("a version of the next group", (await client.register_schema_full_response(subject, second)).version, 2)

    old = {"payment_id": "p-1", "amount_cents": 42, "card": "4711"}
    new = {"payment_id": "p-1", "total_cents": 42, "card": "4711"}
    for writes, written, reads, wanted in (("1", old, "2", new), ("2", new, "1", old)):
        conf = {"auto.register.schemas": False, "use.latest.with.metadata": {"major": writes}}
        serialize = await kit.serializer(client, conf=conf, rule_registry=RULES)
        payload = await serialize(written, context)
        reader = {"use.latest.with.metadata": {"major": reads}}
        read = await kit.read(payload, context, conf=reader, rule_registry=RULES)
        equal(f"written with {writes}, read with {reads}", read, wanted)
