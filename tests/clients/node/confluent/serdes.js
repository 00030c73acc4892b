// Events on their way through a topic: which schema they are written with, under which subject, where its id travels.

const assert = require('node:assert/strict')
const {
  AvroDeserializer, AvroSerializer, HeaderSchemaIdSerializer, SerdeType, SubjectNameStrategyType,
} = require('@confluentinc/schemaregistry')
const { order, plain } = require('../kit')

/** What a proxy is told of messages before it lets them pass: a word for each. */
async function checked(kit, path, ...records) {
  const encoded = record => Object.fromEntries(
    Object.entries(record).map(([name, part]) => [name, Buffer.from(part).toString('base64')]),
  )
  const [method, headers] = ['POST', { 'Content-Type': 'application/json' }]
  const body = JSON.stringify({ records: records.map(encoded) })
  const answer = await (await fetch(kit.url + path, { method, headers, body })).json()
  return answer.records.map(record => record.outcome)
}

const reader = kit => new AvroDeserializer(kit.client(), SerdeType.VALUE, {})

module.exports = {
  async 'round trip'(kit) {
    const [topic, client] = [kit.topic('orders'), kit.client()]
    const first = await client.getSchemaMetadata(kit.subject('orders'), 1)
    const second = await client.getSchemaMetadata(kit.subject('orders'), 2)
    const { coupon_code, ...older } = order
    for (const [conf, written, wanted] of [
      [{ useLatestVersion: true }, second, order],
      [{ useSchemaId: first.id }, first, older],
    ]) {
      const payload = await new AvroSerializer(kit.client(), SerdeType.VALUE, conf).serialize(topic, order)
      const prefix = Buffer.alloc(5)
      prefix.writeInt32BE(written.id, 1)
      assert.deepEqual(payload.subarray(0, 5), prefix)
      assert.deepEqual(plain(await reader(kit).deserialize(topic, payload)), wanted)
      const latest = new AvroDeserializer(kit.client(), SerdeType.VALUE, { useLatestVersion: true })
      assert.deepEqual(plain(await latest.deserialize(topic, payload)), order)
    }
  },

  async 'register what is written'(kit) {
    const topic = kit.topic('greetings')
    const conf = { autoRegisterSchemas: true, normalizeSchemas: true }
    const payload = await new AvroSerializer(kit.client(), SerdeType.VALUE, conf).serialize(topic, 'hello')
    assert.equal(await reader(kit).deserialize(topic, payload), 'hello')
    assert.equal((await kit.client().getLatestSchemaMetadata(kit.subject('greetings'))).schema, '"string"')
  },

  async 'use types of other subjects'(kit) {
    const topic = kit.topic('parcels')
    const parcel = { parcel_id: 'p-1', to: { street: 'Lijnbaan 1', country: 'NL' }, origin: 'DK' }
    const writer = new AvroSerializer(kit.client(), SerdeType.VALUE, { useLatestVersion: true })
    const payload = await writer.serialize(topic, parcel)
    assert.deepEqual(plain(await reader(kit).deserialize(topic, payload)), parcel)
  },

  async 'carry the id in a header'(kit) {
    const [topic, headers] = [kit.topic('orders'), {}]
    const conf = { useLatestVersion: true, schemaIdSerializer: HeaderSchemaIdSerializer }
    const payload = await new AvroSerializer(kit.client(), SerdeType.VALUE, conf).serialize(topic, order, headers)
    const { guid } = await kit.client().getLatestSchemaMetadata(kit.subject('orders'))
    assert.equal(Buffer.from(headers.__value_schema_id).toString('hex'), `01${guid.replaceAll('-', '')}`)
    assert.deepEqual(plain(await reader(kit).deserialize(topic, payload, headers)), order)
  },

  async 'be checked on the way'(kit) {
    const [topic, subject, headers] = [kit.topic('orders'), kit.subject('orders'), {}]
    const latest = { useLatestVersion: true }
    const framed = await new AvroSerializer(kit.client(), SerdeType.VALUE, latest).serialize(topic, order)
    const conf = { ...latest, schemaIdSerializer: HeaderSchemaIdSerializer }
    const payload = await new AvroSerializer(kit.client(), SerdeType.VALUE, conf).serialize(topic, order, headers)
    const header = Buffer.from(headers.__value_schema_id)
    const [cut, torn] = [framed.subarray(0, -1), payload.subarray(0, -1)]
    const sound = [{ wire: framed }, { wire: Buffer.concat([header, payload]) }, { wire: payload, header }]
    const broken = [{ wire: cut }, { wire: Buffer.concat([framed, Buffer.of(0)]) }, { wire: torn, header }]
    const here = [`/validate/wire?subject=${subject}`, `/subjects/${subject}/versions/2/validate`]
    for (const path of ['/validate/wire', ...here]) {
      assert.deepEqual(await checked(kit, path, ...sound), ['fits', 'fits', 'fits'], path)
      assert.deepEqual(await checked(kit, path, ...broken), ['misfit', 'misfit', 'misfit'], path)
      assert.deepEqual(await checked(kit, path, { wire: payload }), ['not-framed'], path)
    }
    const elsewhere = `/validate/wire?subject=${kit.subject('nobody')}`
    assert.deepEqual(await checked(kit, elsewhere, { wire: framed }), ['not-registered'])
  },

  async 'name subjects'(kit) {
    const topic = kit.topic('keys')
    await kit.client().register(`${topic}-key`, kit.schema('country'))
    const key = new AvroSerializer(kit.client(), SerdeType.KEY, { useLatestVersion: true })
    const payload = await key.serialize(topic, 'NL')
    assert.equal(await new AvroDeserializer(kit.client(), SerdeType.KEY, {}).deserialize(topic, payload), 'NL')
    const strict = { useLatestVersion: true, subjectNameStrategyType: SubjectNameStrategyType.TOPIC }
    assert.deepEqual(await new AvroSerializer(kit.client(), SerdeType.KEY, strict).serialize(topic, 'NL'), payload)
  },
}
