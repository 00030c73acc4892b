// Levels and the other fields of a configuration.

const assert = require('node:assert/strict')
const { refused } = require('../kit')

module.exports = {
  async 'set levels'(kit) {
    const [client, subject] = [kit.client(), kit.subject('levels')]
    assert.equal(await client.getDefaultCompatibility(), 'BACKWARD')
    assert.equal(await client.updateDefaultCompatibility('BACKWARD'), 'BACKWARD')
    await refused('no level of its own', 404, 40408, client.getCompatibility(subject))
    assert.equal(await client.updateCompatibility(subject, 'FULL_TRANSITIVE'), 'FULL_TRANSITIVE')
    assert.equal(await client.getCompatibility(subject), 'FULL_TRANSITIVE')
    await refused('no level', 422, 42203, client.updateCompatibility(subject, 'SIDEWAYS'))
  },

  async 'set every field'(kit) {
    const [client, subject] = [kit.client(), kit.subject('configured')]
    const rule = { name: 'positive', kind: 'CONDITION', mode: 'WRITE', type: 'CEL', expr: 'true', disabled: false }
    const kept = {
      alias: kit.subject('real'),
      normalize: true,
      compatibilityGroup: 'major',
      defaultMetadata: { properties: { owner: 'nobody' } },
      overrideMetadata: { tags: { '**.card': ['PII'] }, properties: { team: 'checkout' }, sensitive: ['team'] },
      defaultRuleSet: { domainRules: [rule] },
      overrideRuleSet: { domainRules: [rule] },
    }
    const asked = { ...kept, compatibility: 'NONE' }
    assert.deepEqual(await client.updateConfig(subject, asked), asked)
    assert.deepEqual(await client.getConfig(subject), { ...kept, compatibilityLevel: 'NONE' })
    await client.register(kit.subject('real'), kit.schema('country'))
    const seen = await client.getLatestSchemaMetadata(subject)
    assert.equal(seen.subject, kit.subject('real'), 'an alias leads to the subject it names')
    const cleared = await client.updateConfig(subject, { alias: null })
    assert.equal(cleared.alias, undefined, 'null clears a field')
    await refused('no subject behind it any more', 404, 40401, kit.client().getLatestSchemaMetadata(subject))
    assert.equal((await client.getDefaultConfig()).compatibilityLevel, 'BACKWARD')
    assert.equal((await client.updateDefaultConfig({})).alias, undefined, 'nothing changes nothing')
  },
}
