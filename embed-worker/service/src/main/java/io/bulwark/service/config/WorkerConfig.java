package io.bulwark.service.config;

import io.bulwark.schemas.connection.KafkaSecurity;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Every setting of the worker. The first sentence of each method's javadoc is its row in {@code embed-worker/docs/settings.md}.
 *
 * <p>Durations are written {@code 500ms}, {@code 10s} or ISO-8601; sizes {@code 20M}.
 */
@ConfigMapping(prefix = "bulwark")
public interface WorkerConfig {

    /** Kafka connection and group. */
    Kafka kafka();

    /** Where schemas are registered. */
    SchemaRegistry schemaRegistry();

    /** What the encoder saw, beside the verdict. */
    interface Embeddings {

        /**
         * Whether the embeddings of each image go to {@code moderation.embeddings}. They are personal data: a picture can
         * be approximated from them.
         */
        @WithDefault("true")
        boolean publish();
    }

    /** How records are written, and how unknown ones are read. */
    Schemas schemas();

    Embeddings embeddings();

    /** The model package: a {@code classpath:} resource or a directory. */
    @WithDefault("classpath:io/bulwark/models/r-mobilenet-f")
    String model();

    /** How the encoder runs. */
    Encoder encoder();

    /** The twin that attacks are noticed by. */
    Twin twin();

    /** The reference bank. */
    Bank bank();

    /** How neighbours become a decision. */
    Policy policy();

    /** What latency may be spent on throughput. */
    Latency latency();

    /** Batching and what may be in flight. */
    Batch batch();

    /** How answers are committed. */
    Transaction transaction();

    /** Fetching images that are not inline. */
    Fetch fetch();

    /** Decoding files. */
    Decode decode();

    /** Which parts of a picture the encoder sees. */
    Views views();

    /** Spans of OpenTelemetry. */
    Tracing tracing();

    /** How long a worker that was told to stop may take to answer what it has begun. */
    @WithDefault("20s")
    Duration drainTimeout();

    /** Kafka connection and group. */
    interface Kafka {

        /** Brokers to ask first, {@code host:port}, comma-separated. */
        @WithDefault("localhost:9092")
        String bootstrapServers();

        /** The consumer group; workers of one group share the uploads. */
        @WithDefault("bulwark-embed-worker")
        String group();

        /**
         * A name that is this worker's alone and survives its restarts, such as the pod name of a StatefulSet; a
         * restarted worker then takes up its partitions at once. Without it each start has a new identity.
         */
        Optional<String> instance();

        /** How long the group waits for a silent worker before its partitions go to others. */
        @WithDefault("10s")
        Duration sessionTimeout();

        /** How long the broker lets a transaction stay open, thus how long a crashed worker can hold back readers. */
        @WithDefault("12s")
        Duration transactionTimeout();

        /** The largest record that the worker reads or writes; a dead letter above it travels without its value. */
        @WithDefault("17M")
        MemorySize maxRecordBytes();

        /** How the brokers are trusted and who we are to them. */
        KafkaSecurity security();

        /** Any further property of Kafka's clients, such as {@code client.rack}. */
        Map<String, String> properties();
    }

    /** Where schemas are registered. */
    interface SchemaRegistry {

        /** The registry's address; without it records travel in Avro's single-object encoding. */
        Optional<String> url();
    }

    /** How records are written, and how unknown ones are read. */
    interface Schemas {

        /**
         * The release of the schemas that verdicts and audits are written in. Raise it once every reader has that
         * release; what an older one lacks is left out.
         */
        @WithDefault("2")
        int write();

        /**
         * How long an upload whose schema is not known waits for it on {@code moderation.schemas} before it is a dead
         * letter; its partition stands still meanwhile.
         */
        @WithName("wait")
        @WithDefault("30s")
        Duration patience();
    }

    /** How the encoder runs. */
    interface Encoder {

        /** Where it runs: {@code cpu}, {@code cuda:0} and so on, or {@code auto} for the first GPU if there is one. */
        @WithDefault("auto")
        String device();

        /**
         * Arithmetic of the encoder: {@code fp32}, {@code bf16}, {@code fp16} or {@code auto}; part of the model's
         * fingerprint, so the bank must have been built with the same.
         */
        @WithDefault("fp32")
        String precision();

        /**
         * Encoders that run side by side; 0 means one for each core up to eight where the device is {@code cpu},
         * else one. On a CPU they share the weights, except those of the default encoder and its kin in fp32 and of a
         * model that brings its own program, which each holds for itself.
         */
        @WithDefault("0")
        int instances();

        /** Threads that one forward pass uses; 0 means the cores divided by the instances. */
        @WithDefault("0")
        int threads();
    }

    /** The twin that attacks are noticed by. */
    interface Twin {

        /**
         * The model package of the twin, for a robust encoder its clean parent; without it no twin runs. Its bank is
         * written beside the encoder's by {@code bulwark bank build --twin}.
         */
        Optional<String> model();

        /** Arithmetic of the twin, as {@code bulwark.encoder.precision}, which holds where this is not set. */
        Optional<String> precision();

        /**
         * Score of disagreement above which an audit is published, in [0, 1]; needed where a twin runs. {@code bulwark
         * bank calibrate --twin} finds it for a budget of false positives.
         */
        OptionalDouble threshold();

        /** The twin's {@code bulwark.policy.temperature}, which holds where this is not set. */
        OptionalDouble temperature();

        /** The twin's {@code bulwark.policy.floor}, which holds where this is not set. */
        OptionalDouble floor();

        /** The twin's {@code bulwark.policy.flag}, which holds where this is not set; tenants keep their own. */
        OptionalDouble flag();

        /** The twin's {@code bulwark.policy.safe}, which holds where this is not set; tenants keep their own. */
        OptionalDouble safe();
    }

    /** The reference bank. */
    interface Bank {

        /** The bank's name, the first part of a reference's key. */
        @WithDefault("default")
        String name();

        /** How long changes are collected before they make a new snapshot. */
        @WithDefault("200ms")
        Duration coalesce();
    }

    /** How neighbours become a decision, where the topic of policies says nothing else. */
    interface Policy {

        /** Neighbours that vote. */
        @WithDefault("11")
        int k();

        /** A score from here on is NSFW. */
        @WithDefault("0.6")
        double flag();

        /** A score up to here is SAFE; between the two a person looks. */
        @WithDefault("0.4")
        double safe();

        /** Cosine similarity of the nearest reference below which the image is unfamiliar. */
        @WithDefault("0.5")
        double floor();

        /** Softness of the neighbours' weights; {@code bulwark bank calibrate} finds it. */
        @WithDefault("0.07")
        double temperature();

        /** Cosine similarity to a reference from which on an image is a copy of it; above 1 none is, but by its hash. */
        @WithDefault("0.99")
        double knownSimilarity();

        /** Labels of the bank that count as flagged, comma-separated. */
        @WithDefault("nsfw")
        Set<String> flaggedLabels();

        /** What is done about single labels of the bank, where it is not to be flagged or ignored like the others. */
        Map<String, Label> labels();

        /** Who decides of an unfamiliar image: {@code review} (a person) or {@code head} (the model's classifier). */
        @WithDefault("review")
        String unfamiliar();

        /** Classes of the model's classifier that count as flagged where it decides, comma-separated. */
        @WithDefault("Hentai,Porn,Sexy")
        Set<String> flaggedClasses();

        /**
         * What the numbers above were calibrated for, {@code bank/model/views} with the fingerprints of the last two; {@code
         * bulwark bank calibrate} prints it. A worker that has another bank, model or views is not ready, unless {@code
         * moderation.policies} has a policy of tenant {@code default} that was made for it and decides instead.
         */
        Optional<String> madeFor();

        /** What single tenants have otherwise. */
        Map<String, Tenant> tenants();
    }

    /** What is done about one label. */
    interface Label {

        /** {@code flag} (NSFW), {@code review} (a person looks) or {@code ignore}. */
        @WithDefault("flag")
        String action();

        /** This label's NSFW threshold; with it the label is judged by its own score alone. */
        Optional<Double> flag();

        /** This label's SAFE threshold; with it the label is judged by its own score alone. */
        Optional<Double> safe();
    }

    /** What one tenant has otherwise. */
    interface Tenant {

        /** This tenant's NSFW threshold. */
        Optional<Double> flag();

        /** This tenant's SAFE threshold. */
        Optional<Double> safe();

        /** What is done about single labels for this tenant. */
        Map<String, Label> labels();
    }

    /** What latency may be spent on throughput. */
    interface Latency {

        /**
         * How long an upload waits on purpose at most, all its waits together: while every encoder is busy its views wait
         * for a fuller batch, and while uploads wait at the broker its answer waits for a common transaction.
         */
        @WithDefault("200ms")
        Duration target();
    }

    /** Batching and what may be in flight. */
    interface Batch {

        /** The largest batch that is tried at start; of the sizes up to it (powers of two) the fastest is used. */
        @WithDefault("16")
        int largest();

        /** How long each batch size is measured at start. */
        @WithDefault("300ms")
        Duration measure();

        /** The former name of the views' part of {@code bulwark.latency.target}, a fortieth; where set, it holds. */
        Optional<Duration> linger();

        /** Uploads that are read but not yet answered, at most. */
        @WithDefault("128")
        int maxInFlight();

        /** Bytes of uploads that are read but not yet answered, at most. */
        @WithDefault("64M")
        MemorySize maxInFlightBytes();

        /** Bytes of views that wait for the encoder, at most. More than a batch or two lie idle. */
        @WithDefault("8M")
        MemorySize maxReadyBytes();

        /**
         * Processes that decode and preprocess, with a thread each that waits for it; 0 means one for each core, but no
         * more than one for each 192 MB of the worker's heap, or two.
         */
        @WithDefault("0")
        int preparationThreads();
    }

    /** How answers are committed. */
    interface Transaction {

        /** Answers that are committed together, at most. */
        @WithDefault("128")
        int maxRecords();

        /** The former name of the answers' part of {@code bulwark.latency.target}, the rest; where set, it holds. */
        Optional<Duration> linger();
    }

    /** Fetching images that are not inline. */
    interface Fetch {

        /** Schemes that a location may have, of {@code https}, {@code http}, {@code file} and {@code s3}. */
        @WithDefault("https,http,file")
        Set<String> schemes();

        /** Addresses (CIDR) and host names that may be fetched from though they are private or local. */
        Optional<List<String>> allow();

        /**
         * Ports that web locations and redirects may name, comma-separated; the endpoint of S3 is not held to them.
         */
        @WithDefault("80,443")
        Set<Integer> ports();

        /** The folder under which {@code file:} locations must lie; without it they are forbidden. */
        Optional<Path> fileRoot();

        /** Whether web locations without a SHA-256 are refused: a server may show users another picture than the worker. */
        @WithDefault("false")
        boolean requireSha256();

        /** The largest image file, inline ones included. */
        @WithDefault("20M")
        MemorySize maxBytes();

        /**
         * Memory that fetched files may fill together, from their first byte until they are decoded: at least twice
         * {@code bulwark.fetch.max-bytes}. Without it a sixth of the heap.
         */
        Optional<MemorySize> memoryBytes();

        /** Time for one fetch: name resolution, redirects, retries and body together. */
        @WithDefault("10s")
        Duration deadline();

        /** Time for one connection to open. */
        @WithDefault("2s")
        Duration connectTimeout();

        /** Redirects that are followed, each checked as the first address was. */
        @WithDefault("3")
        int maxRedirects();

        /** Tries of one fetch where the failure may pass (no connection, HTTP 429 and 5xx). */
        @WithDefault("3")
        int attempts();

        /** Fetches at a time. */
        @WithDefault("16")
        int threads();

        /** Objects in a store that speaks S3. */
        S3 s3();
    }

    /** Objects in a store that speaks S3. */
    interface S3 {

        /** Buckets that a location {@code s3://bucket/key[?versionId=…]} may name, comma-separated. */
        Optional<Set<String>> buckets();

        /** Region of the buckets. */
        @WithDefault("us-east-1")
        String region();

        /** Address of a store other than AWS's own, such as {@code https://minio:9000}; it may be a private one. */
        Optional<String> endpoint();

        /** Whether the bucket stands in the path and not in the host's name, as most stores but AWS's want it. */
        @WithDefault("false")
        boolean pathStyle();

        /**
         * Where credentials come from: {@code chain} (AWS's: environment, web identity, container, instance) or
         * {@code none} (objects that everybody may read).
         */
        @WithDefault("chain")
        String credentials();
    }

    /** Spans of OpenTelemetry. */
    interface Tracing {

        /**
         * Where spans of uploads go: {@code otlp} (a collector) or {@code none}. OpenTelemetry's own
         * variables, such as {@code OTEL_EXPORTER_OTLP_HEADERS}, count beside these settings and before them.
         */
        @WithDefault("none")
        String exporter();

        /** The collector's address for OTLP over HTTP. */
        @WithDefault("http://localhost:4318")
        String endpoint();

        /** Share of traces that spans are made of, in [0, 1], where the upload's own {@code traceparent} does not say. */
        @WithDefault("1")
        double ratio();
    }

    /** Decoding files. */
    interface Decode {

        /** Pixels of one picture, checked before it is decoded. */
        @WithDefault("50000000")
        long maxPixels();

        /**
         * Work of drawing all frames of an animation once, in pixels of a GIF: a pixel of an APNG counts two to five times,
         * one of a WebP five times, and one that is cleared or put back once more.
         */
        @WithDefault("250000000")
        long maxAnimationPixels();

        /** Frames of an animation; a file of more is refused. */
        @WithDefault("10000")
        int maxAnimationFrames();

        /**
         * Memory that the pixels of one file may fill in the process that decodes it; without it the worker's heap, shared
         * among these processes. Each has a heap of that size and room for the file beside.
         */
        Optional<MemorySize> memoryBytes();

        /**
         * Whether large JPEGs are decoded at a half, a quarter or an eighth of their size: faster, and another fingerprint,
         * for embeddings move a little. {@code bulwark model preprocessing-effect} shows how much.
         */
        @WithDefault("false")
        boolean fast();

        /**
         * What decodes HEIC and AVIF: {@code auto} (libheif's {@code heif-dec} or {@code heif-convert} where it is on the
         * PATH), {@code none}, or a program's name or path. Without one these files are refused. Workers of a group should
         * agree.
         */
        @WithDefault("auto")
        String heifCommand();

        /** Frames of an animation that are looked at: the first, those shown longest, those that differ most, and drawn ones. */
        @WithDefault("9")
        int maxFrames();

        /**
         * A file whose bytes, 16 at least, are the key by which frames and details are drawn, the same for all workers. Without it a key
         * is used that everybody knows, and an attacker can work out where nobody looks.
         */
        Optional<Path> samplingKeyFile();

        /**
         * CPU time to decode and preprocess one file, 20 s at most; a process that takes longer is killed, and one that gets
         * none at twice as long.
         */
        @WithDefault("10s")
        Duration deadline();
    }

    /** Which parts of a picture the encoder sees. */
    interface Views {

        /** {@code cover} (all of it), {@code squash} or {@code center-crop}. */
        @WithDefault("cover")
        String policy();

        /** Whether each view is also seen turned by 90, 180 and 270 degrees. */
        @WithDefault("false")
        boolean quarterTurns();

        /** Whether each view is also seen mirrored. */
        @WithDefault("false")
        boolean mirror();

        /**
         * Looks at a still picture under {@code cover} besides the whole: tiles, content, panels and details together. A
         * picture that needs more is never SAFE.
         */
        @WithDefault("12")
        int maxTiles();

        /** The same for each frame of an animation, which is not seen in detail. */
        @WithDefault("4")
        int maxTilesOfFrame();

        /**
         * Whether plain margins are cut for a further view under {@code cover}, and the panels of collages and screenshots
         * are views.
         */
        @WithDefault("true")
        boolean structure();

        /**
         * Shorter side in pixels from which on a still picture, or its content, is also seen in detail under {@code cover}; 0
         * for never. With {@code bulwark.decode.fast} it is the side after decoding.
         */
        @WithDefault("640")
        int detailFrom();

        /**
         * How many of the nine details of a large still picture are looked at. Which ones is drawn by
         * {@code bulwark.decode.sampling-key-file} from those that show anything.
         */
        @WithDefault("2")
        int details();
    }
}
