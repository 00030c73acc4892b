// What the steps share: clients, subjects and schemas by name, and how a disagreement is told.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { SchemaRegistryClient } = require('@confluentinc/schemaregistry')

const own = path.join(__dirname, '..', 'schemas')

class Kit {
  constructor(client, url, schemas) {
    Object.assign(this, { name: client, url, schemas })
  }

  /** Confluent's client, knowing nothing from before. */
  client(suffix = '') {
    return new SchemaRegistryClient({ baseURLs: [this.url + suffix] })
  }

  topic(name) {
    return `node-${this.name}-${name}`
  }

  subject(name) {
    return `${this.topic(name)}-value`
  }

  /** The text of a schema: the examples', or one that stands beside the clients. */
  text(name) {
    const example = path.join(this.schemas, `${name}.avsc`)
    return fs.readFileSync(fs.existsSync(example) ? example : path.join(own, `${name}.avsc`), 'utf8')
  }

  schema(name, more = {}) {
    return { schemaType: 'AVRO', schema: this.text(name), ...more }
  }
}

/** Awaits `answer`, which the registry must refuse with this status and code; returns its words. */
async function refused(what, status, code, answer) {
  let words
  await assert.rejects(answer, error => {
    assert.deepEqual([error.status, error.errorCode], [status, code], `${what}: ${error.message}`)
    words = error.message
    return true
  }, `${what}: was answered, expected ${status} with ${code}`)
  return words
}

/** An event of the second version of `order_events`. */
const order = {
  event_id: '0b7f', event_type: 'ORDER_PLACED', event_timestamp: 1790000000000000, order_id: 'o-1',
  customer_id: 'c-1', order_total_cents: 4200, currency_code: 'EUR', channel: 'web', metadata: { gift: 'yes' },
  coupon_code: null,
}

/** What a decoder makes of objects has prototypes of its own. */
const plain = value => JSON.parse(JSON.stringify(value))

module.exports = { Kit, refused, order, plain }
