// Registering versions, reading and deleting them; types that live in other subjects; what is refused, and how.

const assert = require('node:assert/strict')
const { refused } = require('../kit')

module.exports = {
  async 'register and read'(kit) {
    const [client, subject] = [kit.client(), kit.subject('orders')]
    const first = await client.registerFullResponse(subject, kit.schema('order_events_v1'))
    assert.equal(first.version, 1)
    assert.equal(await kit.client().register(subject, kit.schema('order_events_v1')), first.id)
    assert.equal(await client.testSubjectCompatibility(subject, kit.schema('order_events_v2')), true)
    const second = await client.register(subject, kit.schema('order_events_v2'), true)
    const latest = await client.getLatestSchemaMetadata(subject)
    assert.deepEqual([latest.subject, latest.version, latest.id, latest.schemaType], [subject, 2, second, 'AVRO'])
    assert.equal((await client.getSchemaMetadata(subject, 1)).id, first.id)
    assert.deepEqual(await client.getAllVersions(subject), [1, 2])
    assert.equal(await kit.client().getId(subject, kit.schema('order_events_v1')), first.id)
    assert.equal(await kit.client().getVersion(subject, kit.schema('order_events_v2')), 2)
    assert.equal((await client.getBySubjectAndId(subject, first.id)).schema, first.schema)
    assert.equal((await client.getByGuid(first.guid)).schema, first.schema)
    assert.ok((await client.getAllSubjects()).includes(subject))
  },

  async 'be refused'(kit) {
    const [client, subject, bad] = [kit.client(), kit.subject('orders'), kit.schema('order_events_v3')]
    assert.equal(await client.testSubjectCompatibility(subject, bad), false)
    assert.equal(await client.testCompatibility(subject, 1, bad), false)
    const words = await refused('incompatible', 409, 409, client.register(subject, bad))
    assert.match(words, /READER_FIELD_MISSING_DEFAULT_VALUE/)
    await refused('no schema', 422, 42201, client.register(subject, { schemaType: 'AVRO', schema: '{' }))
    await refused('no type', 422, 42201, client.register(subject, { schemaType: 'XML', schema: '"int"' }))
    await refused('version 0', 422, 42202, client.getSchemaMetadata(subject, 0))
    await refused('unknown subject', 404, 40401, client.getLatestSchemaMetadata(kit.subject('nobody')))
    await refused('unknown version', 404, 40402, client.getSchemaMetadata(subject, 99))
    await refused('unknown id', 404, 40403, client.getBySubjectAndId(subject, 1000000))
    await refused('unknown content', 404, 40403, client.getId(subject, kit.schema('country')))
  },

  async 'name types of other subjects'(kit) {
    const client = kit.client()
    const [country, address, parcel] = ['country', 'address', 'parcels'].map(kit.subject, kit)
    const toCountry = { name: 'com.example.places.Country', subject: country, version: 1 }
    const toAddress = { name: 'com.example.places.Address', subject: address, version: 1 }
    await client.register(country, kit.schema('country'))
    await client.register(address, kit.schema('address', { references: [toCountry] }))
    // The client's codec wants what a type needs before the type.
    const id = await client.register(parcel, kit.schema('parcel', { references: [toCountry, toAddress] }))
    const read = await client.getBySubjectAndId(parcel, id)
    assert.deepEqual(read.references, [toCountry, toAddress])
    const whole = await kit.client().getBySubjectAndId(parcel, id, 'resolved')
    assert.match(whole.schema, /"symbols":\["AT","BE","DK","NL"\]/)
    await refused('a version in use', 422, 42206, client.deleteSubjectVersion(address, 1))
    await refused('a subject in use', 422, 42206, client.deleteSubject(country))
  },

  async 'delete'(kit) {
    const [client, subject] = [kit.client(), kit.subject('deleted')]
    await client.register(subject, kit.schema('order_events_v1'))
    await client.register(subject, kit.schema('order_events_v2'))
    await refused('a live version for good', 404, 40407, client.deleteSubjectVersion(subject, 2, true))
    assert.equal(await client.deleteSubjectVersion(subject, 2), 2)
    await refused('twice', 404, 40406, client.deleteSubjectVersion(subject, 2))
    await refused('gone', 404, 40402, kit.client().getSchemaMetadata(subject, 2))
    assert.equal((await kit.client().getSchemaMetadata(subject, 2, true)).version, 2)
    assert.equal(await kit.client().getVersion(subject, kit.schema('order_events_v2'), false, true), 2)
    assert.equal(await client.deleteSubjectVersion(subject, 2, true), 2)
    await refused('a live subject for good', 404, 40405, client.deleteSubject(subject, true))
    assert.deepEqual(await client.deleteSubject(subject), [1])
    await refused('the subject twice', 404, 40404, client.deleteSubject(subject))
    assert.deepEqual(await client.deleteSubject(subject, true), [1])
    await refused('and again', 404, 40401, client.deleteSubject(subject, true))
  },
}
