/**
 * Uploads images to Bulwark, obeys its decisions, and asks for scores. Kafka options are those of @platformatic/kafka;
 * they may hold anything that the cluster needs (`tls`, `sasl`).
 */
import { readFileSync } from "node:fs";
import {
  Consumer,
  IS_CONTROL,
  IS_TRANSACTIONAL,
  kPerformWithRetry,
  ListOffsetTimestamps,
  ProduceAcks,
  Producer,
  type BaseOptions,
  type Callback,
  type CallbackWithPromise,
  type Message,
  type MessagesStream,
} from "@platformatic/kafka";
import avro from "avsc";

/** What a record has beside its value: key, headers, the frame of a batch; in bytes. */
const BESIDE_VALUE = 4096;
const MAX_UPLOAD = 16 << 20;
const READ_COMMITTED = 1;
const ABORT = 0;
const LEARN_MS = 10_000;

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
  readonly #kafka: KafkaOptions;
  #producer: Producer;
  #last: Promise<unknown> = Promise.resolve();

  constructor(kafka: KafkaOptions, { prefix = "", maxUploadBytes = MAX_UPLOAD }: BulwarkOptions = {}) {
    this.#topic = `${prefix}images.uploaded`;
    this.#maxUploadBytes = maxUploadBytes;
    this.#kafka = kafka;
    this.#producer = this.#connect();
  }

  #connect(): Producer {
    return new Producer({ clientId: "bulwark-client", ...this.#kafka, idempotent: true, acks: ProduceAcks.ALL });
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
    const sent = this.#last.then(() => this.#send(Buffer.from(imageId), value));
    this.#last = sent.catch(() => {});
    await sent;
  }

  /**
   * One at a time: the library numbers what is under way by what was answered, so of two at once the broker takes the second for
   * the first once more. After a failure it is not known which number the broker has seen, so another producer goes on.
   */
  async #send(key: Buffer, value: Buffer): Promise<void> {
    try {
      await this.#producer.send({ messages: [{ topic: this.#topic, key, value }] });
    } catch (failed) {
      await this.#producer.close().catch(() => {});
      this.#producer = this.#connect();
      throw failed;
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#last;
    await this.#producer.close();
  }
}

/** Shows no aborted record: the library's own filter knows one aborted transaction of a producer and needs its end. */
class CommittedConsumer extends Consumer {
  [kPerformWithRetry]<T>(
    id: string,
    operation: (callback: Callback<T>) => void,
    callback: CallbackWithPromise<T>,
    ...rest: [number?, Error[]?, ((error: Error) => boolean)?]
  ): void | Promise<T> {
    const filtered: CallbackWithPromise<T> =
      id !== "fetch"
        ? callback
        : (error, response) => {
            if (!error) dropAborted(response as FetchResponse);
            callback(error, response);
          };
    return super[kPerformWithRetry](id, operation, filtered, ...rest);
  }
}

type FetchResponse = Awaited<ReturnType<Consumer["fetch"]>>;

/** As Kafka's own consumer does it: a producer's records are aborted from a transaction's first offset to its abort marker. */
function dropAborted(response: FetchResponse): void {
  for (const partition of response.responses.flatMap((topic) => topic.partitions)) {
    const begun = [...(partition.abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset));
    const aborted = new Set<bigint>();
    partition.records = partition.records?.filter((batch) => {
      while (begun.length > 0 && begun[0].firstOffset <= batch.firstOffset + BigInt(batch.lastOffsetDelta)) {
        aborted.add(begun.shift()!.producerId);
      }
      if (batch.attributes & IS_CONTROL) {
        if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborted.delete(batch.producerId);
        return true;
      }
      return !(batch.attributes & IS_TRANSACTIONAL && aborted.has(batch.producerId));
    });
    partition.abortedTransactions = [];
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
    return new CommittedConsumer({ clientId: "bulwark-client", ...this.#kafka, groupId, isolationLevel: READ_COMMITTED, autocommit: false });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Decision, void, undefined> {
    for (;;) {
      const stream = await this.#consumer.consume({
        topics: [`${this.#prefix}moderation.decisions`],
        mode: "committed",
        fallbackMode: "earliest",
      });
      try {
        yield* this.#ownedOf(stream);
      } finally {
        await stream.close();
      }
    }
  }

  /** Until the group is shared out again: what the stream holds may be another member's then. */
  async *#ownedOf(stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>): AsyncGenerator<Decision, void, undefined> {
    for await (const message of stream) {
      if (this.#isOfAnotherGeneration(message)) return;
      const [tenant, imageId] = message.key.toString().split(/\/(.*)/s, 2);
      const identity = { tenant: tenant.replaceAll("%2F", "/").replaceAll("%25", "%"), imageId };
      const bytes: Buffer | null | undefined = message.value;
      if (bytes === null || bytes === undefined || bytes.length === 0) {
        yield { ...identity, decision: undefined, record: undefined };
      } else {
        if (!this.#contract.knows(headerOf(bytes))) await this.#learn(bytes);
        const record = this.#contract.decode(bytes);
        yield { ...identity, decision: record.decision as Decision["decision"], record };
      }
      if (this.#isOfAnotherGeneration(message)) return;
      await message.commit();
    }
  }

  #isOfAnotherGeneration(message: Message<Buffer, Buffer, Buffer, Buffer>): boolean {
    const { generationId } = message.metadata.consumer as { generationId: number };
    const owned = this.#consumer.assignments?.find(({ topic }) => topic === message.topic)?.partitions;
    return generationId !== this.#consumer.generationId || !owned?.includes(message.partition);
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
      const late = setTimeout(() => stream.destroy(), LEARN_MS);
      try {
        await this.#find(stream, key, end, headerOf(bytes));
      } catch (failed) {
        if (!stream.destroyed) throw failed;
      } finally {
        clearTimeout(late);
      }
    } finally {
      await consumer.close(true);
    }
  }

  async #find(stream: MessagesStream<Buffer, Buffer, Buffer, Buffer>, key: string, end: bigint, header: string): Promise<void> {
    for await (const message of stream) {
      if (message.key?.toString() === key && message.value) {
        this.#contract.learn(header, JSON.parse(message.value.toString()));
        return;
      }
      if (message.offset + 1n >= end) return;
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
