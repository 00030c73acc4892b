// What Node.js producers, consumers and their operators do with a registry, through Confluent's client and KafkaJS's.
// Usage: main.js URL SCHEMAS [write|read FOLDER]. With FOLDER, messages are written into it, or those in it are read.

const { Kit } = require('./kit')
const messages = require('./messages')

const [url, schemas, exchange, folder] = process.argv.slice(2)
const clients = {
  confluent: [
    require('./confluent/registering'),
    require('./confluent/settings'),
    require('./confluent/contracts'),
    require('./confluent/serdes'),
    require('./confluent/enforcement'),
    require('./confluent/contexts'),
    require('./confluent/associations'),
  ],
  kafkajs: [require('./kafkajs')],
}

async function main() {
  if (exchange) {
    await messages[exchange](new Kit('confluent', url, schemas), folder)
    console.log(`  confluent: ${exchange} messages`)
    return
  }
  for (const [name, files] of Object.entries(clients)) {
    const kit = new Kit(name, url, schemas)
    for (const [step, take] of files.flatMap(Object.entries)) {
      await take(kit)
      console.log(`  ${name}: ${step}`)
    }
  }
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
