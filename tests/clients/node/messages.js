// Messages that other programs read, and those of other programs, read: every case of `messages/cases.json`.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const {
  AvroDeserializer, AvroSerializer, HeaderSchemaIdSerializer, SerdeType,
} = require('@confluentinc/schemaregistry')
const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry')

const { types, cases } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'messages', 'cases.json'), 'utf8'))
const caseOf = name => cases.find(one => one.name === name)
const partOf = one => (one.part === 'key' ? SerdeType.KEY : SerdeType.VALUE)
const subjectOf = name => `messages-${name}`

/** The two's complement of a decimal's digits, as few bytes as it takes or as many as the fixed type has. */
function unscaled({ value, size }) {
  let number = BigInt(value.replace('.', ''))
  const bytes = []
  do {
    bytes.unshift(Number(BigInt.asUintN(8, number)))
    number >>= 8n
  } while ((size ? bytes.length < size : number !== (bytes[0] & 0x80 ? -1n : 0n)))
  return Buffer.from(bytes)
}

/** What stands in a case, as this client has it: it leaves logical types to the program, and names records in unions. */
function native(value) {
  if (Array.isArray(value)) return value.map(native)
  if (value === null || typeof value !== 'object') return value
  switch (value.$) {
    case undefined: return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, native(item)]))
    case 'branch': return { [value.name]: native(value.value) }
    case 'decimal': return unscaled(value)
    case 'bytes': return Buffer.from(value.value, 'base64')
    default: return value.value
  }
}

/** What a decoder makes of objects has prototypes of its own. */
function plain(value) {
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

const schemaOf = (kit, { schema, refers_to = [] }) => kit.schema(schema, {
  references: refers_to.map(name => ({ name, subject: subjectOf(name), version: 1 })),
})

/** By id, and by guid with the latest version. The client registers no schema on the way, but one that it guesses. */
async function write(kit, folder) {
  const messages = []
  for (const type of types) await kit.client().register(subjectOf(type.name), schemaOf(kit, type))
  for (const one of cases) {
    const topic = `messages-${kit.topic(one.name)}`
    const useSchemaId = await kit.client().register(`${topic}-${one.part ?? 'value'}`, schemaOf(kit, one))
    for (const conf of [{ useSchemaId }, { useLatestVersion: true, schemaIdSerializer: HeaderSchemaIdSerializer }]) {
      const headers = {}
      const serializer = new AvroSerializer(kit.client(), partOf(one), conf)
      // A tombstone is not for the serializer, which refuses it.
      const payload = one.value === null ? null : await serializer.serialize(topic, native(one.value), headers)
      const header = Object.values(headers).map(value => Buffer.from(value).toString('base64'))[0] ?? null
      messages.push({ case: one.name, topic, header, payload: payload && payload.toString('base64') })
    }
  }
  fs.writeFileSync(path.join(folder, 'node.json'), JSON.stringify(messages))
}

async function read(kit, folder) {
  const kafkajs = new SchemaRegistry({ host: kit.url })
  for (const file of fs.readdirSync(folder).sort()) {
    for (const message of JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))) {
      if (message.payload === null) continue
      const [one, what] = [caseOf(message.case), `${message.case} of ${file}`]
      const [payload, wanted] = [Buffer.from(message.payload, 'base64'), native(one.value)]
      const headers = message.header && { [`__${one.part ?? 'value'}_schema_id`]: Buffer.from(message.header, 'base64') }
      const deserializer = new AvroDeserializer(kit.client(), partOf(one), {})
      assert.deepEqual(plain(await deserializer.deserialize(message.topic, payload, headers ?? {})), wanted, what)
      // KafkaJS's client knows no headers, and reads a length before bytes that stand alone, which Confluent's never write.
      if (headers || one.schema === 'bytes') continue
      assert.deepEqual(plain(await kafkajs.decode(payload)), wanted, `${what}, to KafkaJS`)
    }
  }
}

module.exports = { write, read }
