/**
 * Uploads images to Bulwark, obeys its decisions, and asks for scores. Kafka options are those of @platformatic/kafka;
 * they may hold anything that the cluster needs (`tls`, `sasl`).
 */
import { readFileSync } from "node:fs";
import { Consumer, ListOffsetTimestamps, ProduceAcks, Producer, type BaseOptions, type MessagesStream } from "@platformatic/kafka";
import avro from "avsc";

/** What a record has beside its value: key, headers, the frame of a batch; in bytes. */
const BESIDE_VALUE = 4096;
const MAX_UPLOAD = 16 << 20;
const READ_COMMITTED = 1;

/** `bootstrapBrokers` at least. */
export type KafkaOptions = Omit<BaseOptions, "clientId"> & { clientId?: string };

/** What is set for all programs of one Bulwark. */
export interface BulwarkOptions {
  /** Its `bulwark.topics.prefix`. */
  prefix?: string;
  /** Its `bulwark.topics.max-upload-bytes`. */
  maxUploadBytes?: number;
}

/** An upload is larger than bulwark.topics.max-upload-bytes allows; send its location instead. */
export class UploadTooLargeError extends RangeError {}

/** A value begins with ten bytes of no schema that is known here or on moderation.schemas. */
export class UnknownSchemaError extends Error {}

/** The score server gave no scores. */
export class ScoreError extends Error {
  constructor(
    /** Of HTTP. */
    readonly status: number,
    /** The server's problem document, where it sent one. */
    readonly problem: { type?: string; title?: string; detail?: string },
    /** Seconds after which to come again. */
    readonly retryAfter: number | undefined,
  ) {
    super(`status ${status}: ${problem.detail ?? problem.title ?? "no reason given"}`);
  }
}

/** Where a worker fetches an image; `sha256` is lower-case hexadecimal, and a file that differs is refused. */
export interface ImageLocation {
  uri: string;
  sha256?: string;
  sizeBytes?: number;
}

/** One image for moderation. */
export interface Upload {
  /** Unique among uploads. */
  imageId: string;
  /** A pseudonymous account id. */
  uploaderId: string;
  /** The encoded file, or where it is. */
  content: Uint8Array | ImageLocation;
  tenant?: string;
  attributes?: Record<string, string>;
}

/** What holds for an image from now on. */
export interface Decision {
  tenant: string;
  imageId: string;
  /** Undefined where the image was forgotten, which is not SAFE. SAFE alone may be shown. */
  decision: "SAFE" | "NSFW" | "REVIEW" | "REFUSED" | "UNKNOWN" | undefined;
  /** The whole ModerationDecision, field by field; undefined where the image was forgotten. */
  record: Record<string, unknown> | undefined;
}

/** An entry of the score server's answer: a decision with its verdict, or a problem in their place. */
export interface Scored {
  imageId: string;
  decision?: "SAFE" | "NSFW" | "REVIEW" | "REFUSED";
  score?: number;
  verdict?: Record<string, unknown>;
  problem?: { type: string; title?: string; detail?: string };
}

/** Avro's single-object encoding: ten bytes that say which schema, then the record. */
class Contract {
  readonly #resolvers = new Map<string, { type: avro.Type; resolver: unknown }>();
  readonly #header: Buffer;
  readonly #type: avro.Type;

  constructor(private readonly record: string) {
    const entries = JSON.parse(readFileSync(new URL("../schemas.json", import.meta.url), "utf8"))[record];
    const newest = entries.at(-1);
    this.#header = Buffer.from(newest.header, "hex");
    this.#type = avro.Type.forSchema(newest.schema, { wrapUnions: true });
    for (const { header, schema } of entries) this.learn(header, schema);
  }

  learn(header: string, schema: avro.Schema): void {
    const type = avro.Type.forSchema(schema, { wrapUnions: true });
    this.#resolvers.set(header, { type, resolver: this.#type.createResolver(type) });
  }

  knows(header: string): boolean {
    return this.#resolvers.has(header);
  }

  encode(value: unknown): Buffer {
    return Buffer.concat([this.#header, this.#type.toBuffer(value)]);
  }

  decode(bytes: Buffer): Record<string, unknown> {
    const known = this.#resolvers.get(headerOf(bytes));
    if (!known) throw new UnknownSchemaError(`no schema of ${this.record} begins with ${headerOf(bytes)}`);
    return this.#type.fromBuffer(bytes.subarray(10), known.resolver as never);
  }
}

function headerOf(bytes: Buffer): string {
  return bytes.subarray(0, 10).toString("hex");
}

/** Puts images on `images.uploaded`. */
export class ImageProducer {
  readonly #contract = new Contract("ImageUploaded");
  readonly #topic: string;
  readonly #maxUploadBytes: number;
  readonly #producer: Producer;

  constructor(kafka: KafkaOptions, { prefix = "", maxUploadBytes = MAX_UPLOAD }: BulwarkOptions = {}) {
    this.#topic = `${prefix}images.uploaded`;
    this.#maxUploadBytes = maxUploadBytes;
    this.#producer = new Producer({ clientId: "bulwark-client", ...kafka, idempotent: true, acks: ProduceAcks.ALL });
  }

  /** Resolves when Kafka has it; rejects with {@link UploadTooLargeError} where it must be sent as a location. */
  async upload({ imageId, uploaderId, content, tenant = "default", attributes = {} }: Upload): Promise<void> {
    const value = this.#contract.encode({
      imageId,
      uploaderId,
      tenant,
      uploadedAt: Date.now(),
      content:
        content instanceof Uint8Array
          ? { "io.bulwark.events.InlineImage": { bytes: Buffer.from(content) } }
          : {
              "io.bulwark.events.ImageLocation": {
                uri: content.uri,
                sha256: content.sha256 === undefined ? null : { string: content.sha256 },
                sizeBytes: content.sizeBytes === undefined ? null : { long: content.sizeBytes },
              },
            },
      attributes,
    });
    const allowed = this.#maxUploadBytes - BESIDE_VALUE;
    if (value.length > allowed) {
      throw new UploadTooLargeError(
        `The upload has ${value.length} bytes, allowed are ${allowed} (bulwark.topics.max-upload-bytes is ` +
          `${this.#maxUploadBytes}): send its location instead.`,
      );
    }
    await this.#producer.send({ messages: [{ topic: this.#topic, key: Buffer.from(imageId), value }] });
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}

/**
 * Follows `moderation.decisions`. A decision counts as handled when the next one is asked for; what was not handled comes
 * again after a restart, so handling one twice must do no harm.
 */
export class DecisionSubscriber {
  readonly #contract = new Contract("ModerationDecision");
  readonly #kafka: KafkaOptions;
  readonly #prefix: string;
  readonly #group: string;
  readonly #consumer: Consumer;

  /** @param group must begin with `bulwark-subscriber`, which is what subscribers may use; the prefix comes before it */
  constructor(kafka: KafkaOptions, group: string, { prefix = "" }: BulwarkOptions = {}) {
    if (!group.startsWith("bulwark-subscriber")) {
      throw new RangeError(`The group is '${group}'; it must begin with bulwark-subscriber.`);
    }
    this.#kafka = kafka;
    this.#prefix = prefix;
    this.#group = prefix + group;
    this.#consumer = this.#reader(this.#group);
  }

  #reader(groupId: string): Consumer {
    return new Consumer({ clientId: "bulwark-client", ...this.#kafka, groupId, isolationLevel: READ_COMMITTED, autocommit: false });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Decision, void, undefined> {
    const stream: MessagesStream<Buffer, Buffer, Buffer, Buffer> = await this.#consumer.consume({
      topics: [`${this.#prefix}moderation.decisions`],
      mode: "committed",
      fallbackMode: "earliest",
    });
    for await (const message of stream) {
      const key = message.key.toString();
      const slash = key.indexOf("/");
      const identity = { tenant: key.slice(0, slash), imageId: key.slice(slash + 1) };
      const bytes: Buffer | null | undefined = message.value;
      if (bytes === null || bytes === undefined || bytes.length === 0) {
        yield { ...identity, decision: undefined, record: undefined };
      } else {
        if (!this.#contract.knows(headerOf(bytes))) await this.#learn(bytes);
        const record = this.#contract.decode(bytes);
        yield { ...identity, decision: record.decision as Decision["decision"], record };
      }
      await message.commit();
    }
  }

  /** A writer may be a release ahead: its schema is on moderation.schemas under the header's last eight bytes, the lowest first. */
  async #learn(bytes: Buffer): Promise<void> {
    const topic = `${this.#prefix}moderation.schemas`;
    const key = Buffer.from(bytes.subarray(2, 10)).reverse().toString("hex");
    const consumer = this.#reader(`${this.#group}-schemas-${process.pid}`);
    try {
      const ends = await consumer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST });
      const end = ends.get(topic)?.[0] ?? 0n;
      if (end === 0n) return;
      const stream = await consumer.consume({ topics: [topic], mode: "earliest" });
      for await (const message of stream) {
        if (message.key?.toString() === key && message.value) {
          this.#contract.learn(headerOf(bytes), JSON.parse(message.value.toString()));
          return;
        }
        if (message.offset + 1n >= end) return;
      }
    } finally {
      await consumer.close(true);
    }
  }

  /** Leaves the group. */
  async close(): Promise<void> {
    await this.#consumer.close(true);
  }
}

/** Asks a score server for decisions within the request. */
export class ScoreClient {
  readonly #url: string;

  /**
   * @param url of the server, without a path
   * @param token as its tokens file knows it
   * @param timeoutMs of a request
   */
  constructor(
    url: string,
    private readonly token: string,
    private readonly timeoutMs = 30_000,
  ) {
    this.#url = `${url.replace(/\/+$/, "")}/api/v1/score`;
  }

  /**
   * Scores files; a file's name becomes the image id. Entries come in the same order.
   *
   * @throws ScoreError for every status but 200
   */
  async score(files: Iterable<readonly [name: string, bytes: Uint8Array]>): Promise<Scored[]> {
    const form = new FormData();
    for (const [name, bytes] of files) form.append("image", new Blob([bytes as BlobPart]), name);
    const answer = await fetch(this.#url, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}` },
      body: form,
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    if (answer.status !== 200) {
      const after = Number(answer.headers.get("retry-after") ?? NaN);
      const problem = await answer.json().catch(() => ({}));
      throw new ScoreError(answer.status, problem, Number.isNaN(after) ? undefined : after);
    }
    return (await answer.json()).images;
  }
}
