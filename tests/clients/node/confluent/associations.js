// A topic that is associated with a subject: serializers find the subject by the topic.

const assert = require('node:assert/strict')
const {
  AvroDeserializer, AvroSerializer, FALLBACK_TYPE, SerdeType, SubjectNameStrategyType,
} = require('@confluentinc/schemaregistry')
const { plain, refused } = require('../kit')

const cluster = 'cluster-1'

module.exports = {
  async 'follow a topic'(kit) {
    const [client, topic] = [kit.client(), kit.topic('associated')]
    const subject = `:.${cluster}:${topic}-value` // where one that comes with a schema lives
    const id = `${topic}-id`
    const resource = { resourceName: topic, resourceNamespace: cluster, resourceId: id, resourceType: 'topic' }
    const value = { associationType: 'value', lifecycle: 'STRONG', schema: kit.schema('payment_v1') }
    const made = await client.createAssociation({ ...resource, associations: [value] })
    assert.equal(made.associations.length, 1)
    const { lifecycle, frozen } = made.associations[0]
    assert.deepEqual([made.associations[0].subject, lifecycle, frozen], [subject, 'STRONG', true])
    const find = (namespace, types, lifecycle = null) =>
      client.getAssociationsByResourceName(topic, namespace, 'topic', types, lifecycle, 0, -1)
    for (const namespace of [cluster, '-']) {
      assert.deepEqual((await find(namespace, ['value'])).map(each => each.subject), [subject])
    }
    assert.deepEqual(await find(cluster, ['key']), [])
    assert.deepEqual(await find(cluster, ['value'], 'WEAK'), [])
    const nobody = { ...resource, associations: [{ subject: kit.subject('nobody'), associationType: 'key' }] }
    await refused('a subject that is not there', 409, 40907, client.createAssociation(nobody))

    const payment = { payment_id: 'p-1', amount_cents: 21, card: '4711' }
    const writer = conf => new AvroSerializer(kit.client(), SerdeType.VALUE, { useLatestVersion: true, ...conf })
    const payload = await writer().serialize(topic, payment)
    const reader = new AvroDeserializer(kit.client(), SerdeType.VALUE, {})
    assert.deepEqual(plain(await reader.deserialize(topic, payload)), payment)

    await refused('a strong one, alone', 409, 40908, client.deleteAssociations(id, 'topic', ['value'], false))
    await client.deleteAssociations(id, 'topic', ['value'], true)
    assert.deepEqual(await find(cluster, ['value']), [])
    await refused('its subject went with it', 404, 40401, kit.client().getAllVersions(subject))
    const strict = {
      subjectNameStrategyType: SubjectNameStrategyType.ASSOCIATED,
      subjectNameStrategyConfig: { [FALLBACK_TYPE]: 'NONE' },
    }
    await assert.rejects(writer(strict).serialize(topic, payment), /[Nn]o associated subject/)
  },
}
