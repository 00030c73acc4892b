// Metadata and rules: kept by the registry, carried out by the client.

const assert = require('node:assert/strict')
const {
  AvroDeserializer, AvroSerializer, CelExecutor, CelFieldExecutor, JsonataExecutor, RuleRegistry, SerdeType,
} = require('@confluentinc/schemaregistry')
const { plain, refused } = require('../kit')

const rules = new RuleRegistry()
for (const Executor of [CelExecutor, CelFieldExecutor, JsonataExecutor]) rules.registerExecutor(new Executor())

const writer = (kit, conf) => new AvroSerializer(kit.client(), SerdeType.VALUE, conf, rules)
const reader = (kit, conf = {}) => new AvroDeserializer(kit.client(), SerdeType.VALUE, conf, rules)

module.exports = {
  async 'keep metadata and rules'(kit) {
    const [client, subject] = [kit.client(), kit.subject('kept')]
    const metadata = { tags: { '**.card': ['PII'] }, properties: { owner: 'checkout' }, sensitive: ['owner'] }
    const check = {
      name: 'positive', doc: 'an amount is positive', kind: 'CONDITION', mode: 'WRITE', type: 'CEL', tags: ['PII'],
      params: { a: 'b' }, expr: 'message.amount_cents > 0', onSuccess: 'NONE', onFailure: 'ERROR', disabled: false,
    }
    const encode = { name: 'none', kind: 'TRANSFORM', mode: 'WRITEREAD', type: 'ENCODE', disabled: true }
    const ruleSet = { domainRules: [check], encodingRules: [encode], enableAt: 'CLIENT' }
    const sent = kit.schema('payment_v1', { metadata, ruleSet })
    const made = await client.registerFullResponse(subject, sent)
    const found = await kit.client().getBySubjectAndId(subject, made.id)
    for (const answer of [made, found, await client.getByGuid(made.guid), await client.getSchemaMetadata(subject, 1)]) {
      assert.deepEqual([answer.metadata, answer.ruleSet], [metadata, ruleSet])
    }
    assert.equal(await kit.client().getVersion(subject, sent), 1)
    const other = kit.schema('payment_v1', { metadata: { properties: { owner: 'ops' } } })
    assert.equal((await client.registerFullResponse(subject, other)).version, 2)
    assert.equal((await client.getLatestWithMetadata(subject, { owner: 'checkout' })).version, 1)
    await refused('none with it', 404, 40403, client.getLatestWithMetadata(subject, { owner: 'nobody' }))
  },

  async 'follow rules'(kit) {
    const topic = kit.topic('checked')
    const transform = (name, mode, type, expr, tags) => ({ name, kind: 'TRANSFORM', mode, type, expr, tags })
    const ruleSet = {
      domainRules: [
        { name: 'positive', kind: 'CONDITION', mode: 'WRITE', type: 'CEL', expr: 'message.amount_cents > 0' },
        transform('masked', 'WRITE', 'CEL_FIELD', "typeName == 'STRING' ; '****'", ['PII']),
        transform('doubled', 'READ', 'JSONATA', "$merge([$, {'amount_cents': amount_cents * 2}])"),
      ],
    }
    await kit.client().register(kit.subject('checked'), kit.schema('payment_v1', { ruleSet }))
    const payment = { payment_id: 'p-1', amount_cents: 21, card: '4711' }
    const latest = writer(kit, { useLatestVersion: true })
    const read = await reader(kit).deserialize(topic, await latest.serialize(topic, payment))
    assert.deepEqual(plain(read), { payment_id: 'p-1', amount_cents: 42, card: '****' })
    await assert.rejects(latest.serialize(topic, { ...payment, amount_cents: 0 }), /amount_cents > 0|positive/)
  },

  async 'migrate'(kit) {
    const [client, subject, topic] = [kit.client(), kit.subject('migrated'), kit.topic('migrated')]
    const rename = (name, mode, from, to) => ({
      name, kind: 'TRANSFORM', mode, type: 'JSONATA',
      expr: `$merge([$sift($, function($v, $k) {$k != '${from}'}), {'${to}': $.'${from}'}])`,
    })
    const ruleSet = {
      migrationRules: [
        rename('up', 'UPGRADE', 'amount_cents', 'total_cents'),
        rename('down', 'DOWNGRADE', 'total_cents', 'amount_cents'),
      ],
    }
    await client.updateConfig(subject, { compatibilityGroup: 'major' })
    await client.register(subject, kit.schema('payment_v1', { metadata: { properties: { major: '1' } } }))
    await client.register(subject, kit.schema('payment_v2', { metadata: { properties: { major: '2' } }, ruleSet }))
    const old = { payment_id: 'p-1', amount_cents: 42, card: '4711' }
    const young = { payment_id: 'p-1', total_cents: 42, card: '4711' }
    for (const [writes, written, reads, wanted] of [['1', old, '2', young], ['2', young, '1', old]]) {
      const payload = await writer(kit, { useLatestWithMetadata: { major: writes } }).serialize(topic, written)
      const read = await reader(kit, { useLatestWithMetadata: { major: reads } }).deserialize(topic, payload)
      assert.deepEqual(plain(read), wanted, `written with ${writes}, read with ${reads}`)
    }
  },
}
