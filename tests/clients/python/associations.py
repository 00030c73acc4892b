"""A topic that is associated with a subject: serializers find the subject by the topic."""

from confluent_kafka.schema_registry import AssociationCreateOrUpdateInfo, AssociationCreateOrUpdateRequest
from confluent_kafka.serialization import SerializationError

from kit import equal, fails, refused

CLUSTER = "cluster-1"


async def follow_a_topic(kit):
    client, topic, subject = kit.client(), kit.topic("associated"), kit.topic("somewhere")
    await client.register_schema(subject, kit.schema("payment_v1"))
    value = AssociationCreateOrUpdateInfo(subject=subject, association_type="value", lifecycle="WEAK")
    request = AssociationCreateOrUpdateRequest(
        resource_name=topic, resource_namespace=CLUSTER, resource_id=f"{topic}-id", resource_type="topic",
        associations=[value],
    )
    made = await client.create_association(request)
    equal("what was made", [(each.subject, each.lifecycle) for each in made.associations], [(subject, "WEAK")])
    for namespace in (CLUSTER, "-"):
        found = await client.get_associations_by_resource_name(topic, namespace, "topic", ["value"])
        equal(f"found in {namespace}", [(each.subject, each.resource_id) for each in found], [(subject, f"{topic}-id")])
    equal("none for keys", await client.get_associations_by_resource_name(topic, CLUSTER, "topic", ["key"]), [])
    nobody = AssociationCreateOrUpdateInfo(subject=kit.subject("nobody"), association_type="key")
    request.associations = [nobody]
    await refused("a subject that is not there", 409, 40907, client.create_association(request))

    payment, context = {"payment_id": "p-1", "amount_cents": 21, "card": "4711"}, kit.context("associated")
    serialize = await kit.serializer(kit.client(), kit.schema("payment_v1"))
    payload = await serialize(payment, context)
    equal("its subject is the associated one", kit.subject("associated") in await client.get_subjects(), False)
    equal("round trip", await kit.read(payload, context), payment)

    await client.delete_associations(f"{topic}-id", "topic", ["value"])
    equal("gone", await client.get_associations_by_resource_name(topic, CLUSTER, "topic", ["value"]), [])
    strict = {
        "subject.name.strategy.type": "ASSOCIATED",
        "subject.name.strategy.conf": {"subject.name.strategy.fallback.type": "NONE"},
    }
    serialize = await kit.serializer(kit.client(), kit.schema("payment_v1"), conf=strict)
    await fails("a topic without a subject", SerializationError, "No associated subject", serialize(payment, context))
