// node upload.mjs <host:port> <image id> <file>
import { readFileSync } from "node:fs";
import { Kafka, logLevel } from "kafkajs";
import { encoder } from "./contract.mjs";

const [broker, imageId, file] = process.argv.slice(2);
const encode = encoder("ImageUploaded");
const value = encode({
  imageId,
  uploaderId: "account-1",
  tenant: "default",
  uploadedAt: Date.now(),
  content: { "io.bulwark.events.InlineImage": { bytes: readFileSync(file) } },
  attributes: {},
});
const producer = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR }).producer();
await producer.connect();
await producer.send({ topic: "images.uploaded", acks: -1, messages: [{ key: imageId, value }] });
await producer.disconnect();
