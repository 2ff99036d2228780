// node decisions.mjs <host:port> <group> <how many>: a line each, of key and decision; a tombstone means forgotten
import { Kafka, logLevel } from "kafkajs";
import { decoder } from "./contract.mjs";

const [broker, groupId, count] = process.argv.slice(2);
const decode = decoder("ModerationDecision");
const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR }).consumer({ groupId });
let left = Number(count);
await consumer.connect();
await consumer.subscribe({ topic: "moderation.decisions", fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    if (left <= 0) return;
    const decision = message.value === null ? "forgotten" : decode(message.value).decision;
    console.log(`${message.key} ${decision}`);
    left -= 1;
    if (left === 0) setImmediate(() => consumer.disconnect());
  },
});
