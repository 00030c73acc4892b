// A context is a registry of its own behind the same address.

const assert = require('node:assert/strict')
const { AvroDeserializer, AvroSerializer, SerdeType } = require('@confluentinc/schemaregistry')
const { refused } = require('../kit')

module.exports = {
  async 'live apart'(kit) {
    const [inside, outside] = [kit.client('/contexts/.node'), kit.client()]
    const [subject, qualified] = [kit.subject('apart'), `:.node:${kit.subject('apart')}`]
    assert.equal(await inside.register(subject, { schemaType: 'AVRO', schema: '"int"' }), 1, 'ids start anew')
    assert.equal((await inside.getLatestSchemaMetadata(subject)).subject, qualified)
    assert.equal((await outside.getLatestSchemaMetadata(qualified)).id, 1)
    assert.equal((await inside.getBySubjectAndId(subject, 1)).schema, '"int"')
    assert.equal((await outside.getBySubjectAndId(qualified, 1)).schema, '"int"')
    assert.deepEqual(await inside.getAllSubjects(), [qualified])
    await refused('not outside', 404, 40401, outside.getAllVersions(subject))
    await inside.updateDefaultCompatibility('FULL')
    assert.equal(await outside.getCompatibility(':.node:'), 'FULL')

    const topic = kit.topic('apart')
    const payload = await new AvroSerializer(inside, SerdeType.VALUE, { useLatestVersion: true }).serialize(topic, 7)
    assert.deepEqual([...payload.subarray(0, 5)], [0, 0, 0, 0, 1])
    const reader = new AvroDeserializer(kit.client('/contexts/.node'), SerdeType.VALUE, {})
    assert.equal(await reader.deserialize(topic, payload), 7)
    assert.deepEqual(await inside.deleteSubject(subject), [1])
    assert.deepEqual(await inside.deleteSubject(subject, true), [1])
  },
}
