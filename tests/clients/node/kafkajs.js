// KafkaJS's client: registration with a level, references, codecs.

const assert = require('node:assert/strict')
const { SchemaRegistry, SchemaType, COMPATIBILITY } = require('@kafkajs/confluent-schema-registry')
const { order, plain } = require('./kit')

const registryOf = (kit, suffix = '') => new SchemaRegistry({ host: kit.url + suffix })
const avro = (kit, name, more = {}) => ({ type: SchemaType.AVRO, schema: kit.text(name), ...more })

module.exports = {
  async 'register and read'(kit) {
    const [registry, subject] = [registryOf(kit), kit.subject('orders')]
    const first = await registry.register(avro(kit, 'order_events_v1'), { subject })
    assert.deepEqual(await registry.register(avro(kit, 'order_events_v1'), { subject }), first)
    const second = await registry.register(avro(kit, 'order_events_v2'), { subject })
    assert.equal(await registry.getLatestSchemaId(subject), second.id)
    assert.equal(await registry.getRegistryId(subject, 1), first.id)
    assert.equal(await registry.getRegistryId(subject, 'latest'), second.id)
    assert.equal(await registry.getRegistryIdBySchema(subject, avro(kit, 'order_events_v1')), first.id)
    assert.equal((await registry.getSchema(first.id)).name, 'com.example.orders.OrderEvent')
    const named = await registry.register(JSON.parse(kit.text('payment_v1')))
    const subjectOfRecord = 'com.example.payments.Payment'
    assert.equal(await registry.getLatestSchemaId(subjectOfRecord), named.id, 'the record names the subject')
  },

  async 'be refused'(kit) {
    const [registry, subject] = [registryOf(kit), kit.subject('orders')]
    await assert.rejects(registry.register(avro(kit, 'order_events_v3'), { subject }), error => {
      assert.equal(error.status, 409)
      assert.match(error.message, /READER_FIELD_MISSING_DEFAULT_VALUE/)
      return true
    })
    const unknown = error => error.status === 404
    await assert.rejects(registry.getLatestSchemaId(kit.subject('nobody')), unknown)
    await assert.rejects(registry.getRegistryId(subject, 99), unknown)
    await assert.rejects(registry.getSchema(1000000), unknown)
    await assert.rejects(registry.getRegistryIdBySchema(subject, avro(kit, 'payment_v1')), /Schema not found/)
  },

  async 'set a level'(kit) {
    const registry = registryOf(kit)
    const full = { subject: kit.subject('levels'), compatibility: COMPATIBILITY.FULL }
    await registry.register(avro(kit, 'order_events_v1'), full)
    await assert.rejects(
      registry.register(avro(kit, 'order_events_v2'), { ...full, compatibility: COMPATIBILITY.BACKWARD }),
      /Compatibility does not match the configuration \(BACKWARD != FULL\)/,
    )
    await registry.register(avro(kit, 'order_events_v2'), full)
    await assert.rejects(registry.register(avro(kit, 'order_events_v3'), full), error => error.status === 409)
  },

  async 'round trip'(kit) {
    const registry = registryOf(kit)
    const { coupon_code, ...older } = order
    const payload = await registry.encode(await registry.getRegistryId(kit.subject('orders'), 1), older)
    assert.deepEqual(plain(await registryOf(kit).decode(payload)), older)
    const readerSchema = JSON.parse(kit.text('order_events_v2'))
    const read = await registryOf(kit).decode(payload, { [SchemaType.AVRO]: { readerSchema } })
    assert.deepEqual(plain(read), order)
  },

  async 'use types of other subjects'(kit) {
    const registry = registryOf(kit)
    const [country, address, parcel] = ['country', 'address', 'parcels'].map(kit.subject, kit)
    const toCountry = { name: 'com.example.places.Country', subject: country, version: 1 }
    const toAddress = { name: 'com.example.places.Address', subject: address, version: 1 }
    await registry.register(avro(kit, 'country'), { subject: country })
    await registry.register(avro(kit, 'address', { references: [toCountry] }), { subject: address })
    const whole = avro(kit, 'parcel', { references: [toAddress, toCountry] })
    const { id } = await registry.register(whole, { subject: parcel })
    const sent = { parcel_id: 'p-1', to: { street: 'Lijnbaan 1', country: 'NL' }, origin: 'DK' }
    assert.deepEqual(plain(await registryOf(kit).decode(await registry.encode(id, sent))), sent)
  },

  async 'live in a context'(kit) {
    const registry = registryOf(kit, '/contexts/.kafkajs')
    const { id } = await registry.register(avro(kit, 'payment_v1'), { subject: kit.subject('apart') })
    assert.equal(id, 1, 'ids start anew')
    assert.equal(await registryOf(kit).getLatestSchemaId(`:.kafkajs:${kit.subject('apart')}`), 1)
    const payment = { payment_id: 'p-1', amount_cents: 21, card: '4711' }
    assert.deepEqual(plain(await registry.decode(await registry.encode(id, payment))), payment)
  },
}
