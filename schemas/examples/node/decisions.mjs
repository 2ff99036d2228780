// node decisions.mjs <host:port> <group> <how many> [key]: a line each, of key and decision, of that key alone where one is
// given; a tombstone means forgotten
import { Kafka, logLevel } from "kafkajs";
import { decoder } from "./contract.mjs";

const [broker, groupId, count, wanted] = process.argv.slice(2);
const decode = decoder("ModerationDecision");
const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR }).consumer({ groupId });
let left = Number(count);
await consumer.connect();
await consumer.subscribe({ topic: "moderation.decisions", fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const key = message.key.toString();
    if (left <= 0 || (wanted && key !== wanted)) return;
    const decision = message.value === null ? "forgotten" : decode(message.value).decision;
    console.log(`${key} ${decision}`);
    left -= 1;
    if (left === 0) setImmediate(() => consumer.disconnect());
  },
});
