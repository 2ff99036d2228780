#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { DecisionSubscriber, ImageProducer, ScoreClient, type KafkaOptions } from "./index.js";

const USAGE = `node dist/main.js upload BROKERS IMAGE_ID FILE [IMAGE_ID FILE]...
node dist/main.js decisions BROKERS GROUP COUNT [KEY]   a line each, of key and decision, of that key alone if given
node dist/main.js score URL FILE...                     the token is in BULWARK_SCORE_TOKEN

BULWARK_TOPICS_PREFIX comes before topics and group. With KAFKA_USERNAME and KAFKA_PASSWORD the connection is TLS with
SCRAM-SHA-512, and KAFKA_CA_FILE names the certificates to trust.`;

const env = process.env;
const prefix = env.BULWARK_TOPICS_PREFIX ?? "";
const [command, ...words] = process.argv.slice(2);

function kafka(brokers: string): KafkaOptions {
  const options: KafkaOptions = { bootstrapBrokers: brokers.split(",") };
  if (env.KAFKA_USERNAME !== undefined) {
    options.tls = {};
    options.sasl = { mechanism: "SCRAM-SHA-512", username: env.KAFKA_USERNAME, password: env.KAFKA_PASSWORD };
  }
  if (env.KAFKA_CA_FILE !== undefined) options.tls = { ca: readFileSync(env.KAFKA_CA_FILE) };
  return options;
}

async function upload([brokers, ...pairs]: string[]): Promise<void> {
  const producer = new ImageProducer(kafka(brokers), { prefix });
  try {
    const uploads = [];
    for (let i = 0; i < pairs.length; i += 2) {
      const content = readFileSync(pairs[i + 1]);
      uploads.push(producer.upload({ imageId: pairs[i], uploaderId: "account-1", content }));
    }
    await Promise.all(uploads);
  } finally {
    await producer.close();
  }
}

async function decisions([brokers, group, count, wanted]: string[]): Promise<void> {
  let left = Number(count);
  const subscriber = new DecisionSubscriber(kafka(brokers), group, { prefix });
  try {
    for await (const { tenant, imageId, decision } of subscriber) {
      const key = `${tenant}/${imageId}`;
      if (wanted !== undefined && key !== wanted) continue;
      console.log(`${key} ${decision ?? "forgotten"}`);
      left -= 1;
      if (left === 0) break;
    }
  } finally {
    await subscriber.close();
  }
}

async function score([url, ...files]: string[]): Promise<void> {
  const client = new ScoreClient(url, env.BULWARK_SCORE_TOKEN ?? "");
  for (const entry of await client.score(files.map((file) => [file, readFileSync(file)] as const))) {
    console.log(`${entry.imageId} ${entry.decision ?? entry.problem?.type}`);
  }
}

if (command === "upload" && words.length > 2 && words.length % 2 === 1) await upload(words);
else if (command === "decisions" && (words.length === 3 || words.length === 4)) await decisions(words);
else if (command === "score" && words.length > 1) await score(words);
else {
  console.error(USAGE);
  process.exitCode = 2;
}
