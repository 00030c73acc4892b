"""Events on their way through a topic: with which schema they are written, under which subject, where its id is."""

import base64
import json
import urllib.request

from confluent_kafka.schema_registry import header_schema_id_serializer

from kit import equal, refused

FIXED = {"auto.register.schemas": False}
EVENT = {
    "event_id": "0b7f", "event_type": "ORDER_PLACED", "order_id": "o-1", "customer_id": "c-1",
    "event_timestamp": 1_790_000_000_000_000, "order_total_cents": 4200, "currency_code": "EUR",
    "channel": "web", "metadata": {"gift": "yes"}, "coupon_code": None,
}


def micros(event):
    """The event with its time as the number that was written."""
    return {**event, "event_timestamp": int(event["event_timestamp"].timestamp() * 1_000_000)}


async def round_trip(kit):
    client, context, subject = kit.client(), kit.context("orders"), kit.subject("orders")
    text = kit.text("order_events_v2")
    first = (await client.get_version(subject, 1)).schema_id
    for conf, written in (
        ({"auto.register.schemas": True}, 2),
        ({"auto.register.schemas": True, "normalize.schemas": True}, 2),
        (FIXED, 2),
        ({**FIXED, "use.latest.version": True}, 2),
        ({**FIXED, "use.schema.id": first}, 1),
    ):
        serialize = await kit.serializer(client, text, conf=conf)
        payload = await serialize(EVENT, context)
        identifier = (await client.get_version(subject, written)).schema_id
        equal(f"the prefix with {conf}", payload[:5], b"\x00" + identifier.to_bytes(4, "big"))
        wanted = EVENT if written == 2 else {key: value for key, value in EVENT.items() if key != "coupon_code"}
        equal(f"round trip with {conf}", micros(await kit.read(payload, context)), wanted)
    read = await kit.read(payload, context, conf={"use.latest.version": True})
    equal("an older event in the latest version", micros(read), EVENT)
    serialize = await kit.serializer(client, text)
    read = await kit.read(await serialize(EVENT, context), context, schema=kit.text("order_events_v1"))
    equal("an older reader", "coupon_code" in read, False)

    unknown = await kit.serializer(client, kit.text("order_events_v3"), conf=FIXED)
    await refused("a schema nobody registered", 404, 40403, unknown({**EVENT, "warehouse_id": "w-1"}, context))


async def name_subjects(kit):
    client, context, text = kit.client(), kit.context("orders"), kit.text("order_events_v2")
    for strategy, subject in (
        ("TOPIC", kit.subject("orders")),
        ("RECORD", "com.example.orders.OrderEvent"),
        ("TOPIC_RECORD", f"{kit.topic('orders')}-com.example.orders.OrderEvent"),
    ):
        serialize = await kit.serializer(kit.client(), text, conf={"subject.name.strategy.type": strategy})
        payload = await serialize(EVENT, context)
        equal(f"strategy {strategy}: the subject is there", subject in await client.get_subjects(), True)
        reader = {"subject.name.strategy.type": strategy}
        equal(f"strategy {strategy}", micros(await kit.read(payload, context, conf=reader)), EVENT)


async def carry_the_id_in_a_header(kit):
    client, headers = kit.client(), []
    context = kit.context("orders", headers)
    conf = {"schema.id.serializer": header_schema_id_serializer}
    serialize = await kit.serializer(client, kit.text("order_events_v2"), conf=conf)
    payload = await serialize(EVENT, context)
    guid = (await client.get_latest_version(kit.subject("orders"))).guid
    header = ("__value_schema_id", b"\x01" + bytes.fromhex(guid.replace("-", "")))
    equal("the header", headers, [header])
    equal("round trip by guid", micros(await kit.read(payload, context)), EVENT)


def checked(kit, path, *records):
    """What a proxy is told of messages before it lets them pass: a word for each."""
    sent = [{name: base64.b64encode(part).decode() for name, part in record.items()} for record in records]
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(kit.url + path, json.dumps({"records": sent}).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return [record["outcome"] for record in json.load(answer)["records"]]


async def be_checked_on_the_way(kit):
    client, subject, text, headers = kit.client(), kit.subject("orders"), kit.text("order_events_v2"), []
    framed = await (await kit.serializer(client, text, conf=FIXED))(EVENT, kit.context("orders"))
    conf = {**FIXED, "schema.id.serializer": header_schema_id_serializer}
    payload = await (await kit.serializer(client, text, conf=conf))(EVENT, kit.context("orders", headers))
    header = dict(headers)["__value_schema_id"]
    by_guid, torn = header + payload, payload[:-1]
    for path in ("/validate/wire", f"/validate/wire?subject={subject}", f"/subjects/{subject}/versions/2/validate"):
        sound = checked(kit, path, {"wire": framed}, {"wire": by_guid}, {"wire": payload, "header": header})
        equal(f"sound messages to {path}", sound, ["fits"] * 3)
        broken = ({"wire": framed[:-1]}, {"wire": framed + b"\x00"}, {"wire": torn, "header": header})
        equal(f"corrupted messages to {path}", checked(kit, path, *broken), ["misfit"] * 3)
        equal(f"a message without a prefix to {path}", checked(kit, path, {"wire": payload}), ["not-framed"])
    elsewhere = f"/validate/wire?subject={kit.subject('nobody')}"
    equal("another subject's", checked(kit, elsewhere, {"wire": framed}), ["not-registered"])
    unknown = {"wire": b"\x00\x7f\xff\xff\xff" + payload}
    equal("an id of nobody", checked(kit, "/validate/wire", unknown), ["unknown-schema"])
