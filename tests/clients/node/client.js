// What a Node.js producer does with a registry, through KafkaJS's client. Usage: client.js URL SCHEMAS

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { SchemaRegistry, SchemaType, COMPATIBILITY } = require('@kafkajs/confluent-schema-registry')

const [url, schemas] = process.argv.slice(2)
const subject = 'node-orders-value'
const schema = name => ({ type: SchemaType.AVRO, schema: fs.readFileSync(path.join(schemas, `${name}.avsc`), 'utf8') })
const event = {
  event_id: '0b7f', event_type: 'ORDER_PLACED', event_timestamp: 1790000000000000, order_id: 'o-1',
  customer_id: 'c-1', order_total_cents: 4200, currency_code: 'EUR', channel: 'web', metadata: { gift: 'yes' },
}

const steps = {
  async 'register and read'(registry) {
    const first = await registry.register(schema('order_events_v1'), { subject })
    assert.deepEqual(await registry.register(schema('order_events_v1'), { subject }), first)
    const second = await registry.register(schema('order_events_v2'), { subject })
    assert.equal(await registry.getLatestSchemaId(subject), second.id)
    assert.equal(await registry.getRegistryId(subject, 1), first.id)
    assert.equal(await registry.getRegistryIdBySchema(subject, schema('order_events_v1')), first.id)
  },
  async 'be refused'(registry) {
    await assert.rejects(registry.register(schema('order_events_v3'), { subject }), error => {
      assert.equal(error.status, 409)
      assert.match(error.message, /READER_FIELD_MISSING_DEFAULT_VALUE/)
      return true
    })
    await assert.rejects(registry.getLatestSchemaId('node-nobody'), error => error.status === 404)
  },
  async 'set a level'(registry) {
    const full = { subject: 'node-levels-value', compatibility: COMPATIBILITY.FULL }
    await registry.register(schema('order_events_v1'), full)
    await assert.rejects(
      registry.register(schema('order_events_v2'), { ...full, compatibility: COMPATIBILITY.BACKWARD }),
      /Compatibility does not match the configuration \(BACKWARD != FULL\)/,
    )
  },
  async 'round trip'(registry) {
    const id = await registry.getRegistryId(subject, 1)
    const payload = await registry.encode(id, event)
    const fresh = new SchemaRegistry({ host: url })
    assert.deepEqual({ ...(await fresh.decode(payload)) }, event)
    const reader = JSON.parse(schema('order_events_v2').schema)
    const read = await fresh.decode(payload, { [SchemaType.AVRO]: { readerSchema: reader } })
    assert.equal(read.coupon_code, null)
  },
}

async function main() {
  const registry = new SchemaRegistry({ host: url })
  for (const [name, step] of Object.entries(steps)) {
    await step(registry)
    console.log(`  ${name}`)
  }
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
