"""The gate inside the registry, as producers meet it: a policy is laid down, and stock clients register under it."""

import json
import urllib.request

from confluent_kafka.schema_registry import Metadata, MetadataProperties, Schema

from kit import equal, refused

MAJOR = "application.major.version"
ID = {"name": "payment_id", "type": "string"}
AMOUNT = {"name": "amount_cents", "type": "long"}
CURRENCY = {"name": "currency", "type": "string", "default": "USD"}
EURO = {**CURRENCY, "default": "EUR"}
NOTE = {"name": "note", "type": ["null", "string"], "default": None}
WAREHOUSE = {"name": "warehouse", "type": "string"}


def payment(*fields, major=None):
    record = {"type": "record", "name": "Payment", "namespace": "com.example.payments", "fields": fields}
    metadata = Metadata(None, MetadataProperties({MAJOR: str(major)}), []) if major else None
    return Schema(json.dumps(record), "AVRO", metadata=metadata)


def lay_down(kit, subject, enforcement):
    """What a platform team does with curl: no client knows of policies."""
    body = json.dumps({"enforcement": enforcement}).encode()
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{kit.url}/policy/{subject}", body, headers, method="PUT")
    with urllib.request.urlopen(asked) as answer:
        equal("the policy that was laid down", json.load(answer)["enforcement"], enforcement)


def says(what, words, *parts):
    for part in parts:
        equal(f"{what}: {words!r} speaks of {part!r}", part in words, True)


async def meet_the_four_kinds_of_change(kit):
    topic, subject, context = "enforced", kit.subject("enforced"), kit.context("enforced")
    client = kit.client()
    event = {"payment_id": "p-1", "amount_cents": 42, "currency": "CHF"}

    async def produce(schema, **more):
        """A producer that starts, registers its schema and writes one event; the version it writes with."""
        serialize = await kit.serializer(kit.client(), schema, conf={"auto.register.schemas": True})
        await serialize({**event, **more}, context)
        return (await client.lookup_schema(subject, schema)).version

    equal("the first version", await produce(payment(ID, AMOUNT, CURRENCY, major=1)), 1)
    lay_down(kit, subject, "enforce")
    equal("no change", await produce(payment(ID, AMOUNT, CURRENCY, major=1)), 1)
    equal("an allowed change", await produce(payment(ID, AMOUNT, CURRENCY, NOTE, major=1)), 2)

    # Forbidden, although every reader can read it, and whatever is declared.
    for major in (1, 2):
        removed = produce(payment(ID, AMOUNT, NOTE, major=major))
        words = await refused("a forbidden change", 409, 409, removed)
        equal("a forbidden change", words.split(": ")[0], "forbidden-change")
        says("a forbidden change", words, "field-removed at currency: ", "Put the field currency back", "new subject",
             "ask for an exemption (fingerprint ")

    # Major, and readable by everybody: policy alone refuses.
    words = await refused("a major change", 409, 409, produce(payment(ID, AMOUNT, EURO, NOTE, major=1)))
    equal("a major change", words.split(": ")[0], "major-bump-required")
    says("a major change", words, "field-default-changed at currency: ", f"declare {MAJOR}=2")

    # Major, and unreadable: the level refuses in its own words, and the way on is told behind them.
    line = payment(ID, AMOUNT, EURO, NOTE, WAREHOUSE)
    words = await refused("what cannot be read", 409, 409, client.register_schema(subject, line))
    equal("what cannot be read", words.startswith("Schema being registered is incompatible"), True)
    says("what cannot be read", words, "READER_FIELD_MISSING_DEFAULT_VALUE", f"declare {MAJOR}=2",
         "field-added-without-default at warehouse: ", "field-default-changed at currency: ")
    equal("nothing refused was kept", await client.get_versions(subject), [1, 2])

    # Declared, it opens a line of its own.
    equal("the new line", await produce(payment(ID, AMOUNT, EURO, NOTE, WAREHOUSE, major=2), warehouse="w-1"), 3)
    await go_on_on_both_lines(kit, topic, subject)


async def go_on_on_both_lines(kit, topic, subject):
    client, context = kit.client(), kit.context(topic)
    more = {"name": "more", "type": "string", "default": ""}
    made = await client.register_schema_full_response(subject, payment(ID, AMOUNT, CURRENCY, NOTE, more, major=1))
    equal("the old line goes on", (await client.get_version(subject, 4)).schema_id, made.schema_id)
    removed = payment(ID, AMOUNT, NOTE, WAREHOUSE, major=2)
    words = await refused("forbidden in the new line", 409, 409, client.register_schema(subject, removed))
    says("forbidden in the new line", words, "field-removed at currency: ")

    old = {"payment_id": "p-1", "amount_cents": 42, "currency": "CHF", "note": None, "more": "m"}
    new = {"payment_id": "p-2", "amount_cents": 43, "currency": "EUR", "note": "n", "warehouse": "w-1"}
    for major, version, event in ((1, 4, old), (2, 3, new)):
        line = {"use.latest.with.metadata": {MAJOR: str(major)}}
        serialize = await kit.serializer(client, conf={"auto.register.schemas": False, **line})
        payload = await serialize(event, context)
        wanted = (await client.get_version(subject, version)).schema_id
        equal(f"major {major} is written with", int.from_bytes(payload[1:5], "big"), wanted)
        equal(f"read in major {major}", await kit.read(payload, context, conf=line), event)
    # The payload is the new line's: whoever has stayed reads it as before.
    stayed = await kit.read(payload, context, conf={"use.latest.with.metadata": {MAJOR: "1"}})
    equal("the new line, read in the old", stayed, {**{key: new.get(key) for key in old}, "more": ""})


async def be_watched_and_left_alone(kit):
    changes = [payment(ID, AMOUNT, EURO), payment(ID, AMOUNT), payment(ID, AMOUNT, NOTE)]
    for enforcement in (None, "off", "report"):
        client, subject = kit.client(), kit.subject(f"left-alone-{enforcement}")
        await client.register_schema(subject, payment(ID, AMOUNT, CURRENCY))
        if enforcement:
            lay_down(kit, subject, enforcement)
        for version, schema in enumerate(changes, 2):
            made = await client.register_schema_full_response(subject, schema)
            equal(f"a change under {enforcement}", made.version, version)
        broken = client.register_schema(subject, payment(ID, AMOUNT, NOTE, WAREHOUSE))
        words = await refused(f"what cannot be read, under {enforcement}", 409, 409, broken)
        equal(f"what the level says under {enforcement}", MAJOR in words, False)
    with urllib.request.urlopen(f"{kit.url}/metrics") as answer:
        counted = answer.read().decode()
    kind = 'sluicegate_policy_decisions_total{class="forbidden",enforcement="report",outcome="reported"} '
    equal("what was reported is counted", kind in counted, True)
