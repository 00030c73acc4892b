// The gate inside the registry, as producers meet it: a policy is laid down, and the stock client registers under it.

const assert = require('node:assert/strict')
const { AvroDeserializer, AvroSerializer, SerdeType } = require('@confluentinc/schemaregistry')
const { plain, refused } = require('../kit')

const major = 'application.major.version'
const id = { name: 'payment_id', type: 'string' }
const currency = { name: 'currency', type: 'string', default: 'USD' }
const euro = { ...currency, default: 'EUR' }
const note = { name: 'note', type: ['null', 'string'], default: null }

/** A payment of a major version; `0` declares none. */
function payment(version, ...fields) {
  const schema = JSON.stringify({ type: 'record', name: 'Payment', namespace: 'com.example.payments', fields })
  return { schemaType: 'AVRO', schema, ...(version && { metadata: { properties: { [major]: `${version}` } } }) }
}

/** What a platform team does with curl: no client knows of policies. */
async function layDown(kit, subject, enforcement) {
  const [method, headers] = ['PUT', { 'Content-Type': 'application/json' }]
  const answer = await fetch(`${kit.url}/policy/${subject}`, { method, headers, body: JSON.stringify({ enforcement }) })
  assert.deepEqual([answer.status, (await answer.json()).enforcement], [200, enforcement])
}

module.exports = {
  async 'meet the four kinds of change'(kit) {
    const [client, subject, topic] = [kit.client(), kit.subject('enforced'), kit.topic('enforced')]
    const register = async schema => (await client.registerFullResponse(subject, schema)).version
    assert.equal(await register(payment(1, id, currency)), 1)
    await layDown(kit, subject, 'enforce')
    assert.equal((await kit.client().registerFullResponse(subject, payment(1, id, currency))).version, 1)
    assert.equal(await register(payment(1, id, currency, note)), 2)

    for (const declared of [1, 2]) {
      const words = await refused('a forbidden change', 409, 409, register(payment(declared, id, note)))
      assert.match(words, /forbidden-change: field-removed at currency: .*an exemption \(fingerprint [0-9a-f]{16}\)/s)
    }
    const words = await refused('a major change', 409, 409, register(payment(1, id, euro, note)))
    assert.match(words, /major-bump-required: field-default-changed at currency: .*application\.major\.version=2/s)
    assert.equal(await register(payment(2, id, euro, note)), 3)

    const more = { name: 'more', type: 'string', default: '' }
    assert.equal(await register(payment(1, id, currency, note, more)), 4)
    const event = { payment_id: 'p-1', currency: 'CHF', note: null }
    for (const [line, version, written] of [['1', 4, { ...event, more: 'm' }], ['2', 3, event]]) {
      const conf = { useLatestWithMetadata: { [major]: line } }
      const payload = await new AvroSerializer(kit.client(), SerdeType.VALUE, conf).serialize(topic, written)
      assert.equal(payload.readInt32BE(1), (await client.getSchemaMetadata(subject, version)).id)
      const reader = new AvroDeserializer(kit.client(), SerdeType.VALUE, conf)
      assert.deepEqual(plain(await reader.deserialize(topic, payload)), written, `major ${line}`)
    }
  },

  async 'be watched and left alone'(kit) {
    for (const enforcement of [null, 'off', 'report']) {
      const [client, subject] = [kit.client(), kit.subject(`left-alone-${enforcement}`)]
      await client.register(subject, payment(0, id, currency))
      if (enforcement) await layDown(kit, subject, enforcement)
      assert.equal((await client.registerFullResponse(subject, payment(0, id, euro))).version, 2)
      assert.equal((await client.registerFullResponse(subject, payment(0, id))).version, 3)
    }
  },
}
