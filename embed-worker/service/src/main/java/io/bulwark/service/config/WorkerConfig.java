package io.bulwark.service.config;

import io.bulwark.schemas.connection.KafkaSecurity;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Every setting of the worker. The first sentence of each method's javadoc is its row in {@code
 * embed-worker/docs/settings.md}.
 *
 * <p>Durations are written {@code 500ms}, {@code 10s} or ISO-8601; sizes {@code 20M}.
 */
@ConfigMapping(prefix = "bulwark")
public interface WorkerConfig {

    /** Kafka connection and group. */
    Kafka kafka();

    /** What names on the broker begin with. */
    TopicsPrefix topics();

    /** Where schemas are registered. */
    SchemaRegistry schemaRegistry();

    /** Who produces the records, for readers of CloudEvents. */
    CloudEvents cloudEvents();

    /** What names on the broker begin with. */
    interface TopicsPrefix {

        /**
         * What every topic, group and transactional id begins with on the broker, such as {@code acme.}: up to 100
         * letters, digits, {@code . _ -}. All programs have the same. Without it nothing.
         */
        Optional<String> prefix();

        /** The largest upload record, up to 16M. All programs and producers have the same. */
        @WithDefault("16M")
        MemorySize maxUploadBytes();
    }

    /** What the encoder saw, beside the verdict. */
    interface Embeddings {

        /**
         * Whether the embeddings of each image go to {@code moderation.embeddings}. They are personal data: a picture
         * can be approximated from them.
         */
        @WithDefault("true")
        boolean publish();
    }

    /** How records are written, and how unknown ones are read. */
    Schemas schemas();

    Embeddings embeddings();

    /** The model package: a {@code classpath:} resource, a directory or {@code hf://owner/name[@revision]}. */
    @WithDefault("classpath:io/bulwark/models/r-lite0-f")
    String model();

    /** How the encoder runs. */
    Encoder encoder();

    /** The second encoder, by which attacks are noticed and SAFE is held back. */
    TwinConfig twin();

    /** The reference bank. */
    Bank bank();

    /** What is held back for lying near flagged content. */
    Flagged flagged();

    /** What only designated staff may see. */
    Restricted restricted();

    /** Which audits people are told of. */
    Audit audit();

    /** Pictures that are hidden in others and appear when scaled without a filter. */
    Scaling scaling();

    /** How neighbours become a decision. */
    Policy policy();

    /** What latency may be spent on throughput. */
    Latency latency();

    /** Batching and what may be in flight. */
    Batch batch();

    /** How answers are committed. */
    Transaction transaction();

    /** Fetching images that are not inline. */
    FetchConfig fetch();

    /** Decoding files. */
    DecodeConfig decode();

    /** The processes that decode files. */
    Decoder decoder();

    /** Which parts of a picture the encoder sees. */
    ViewsConfig views();

    /** Showing uploads to people. */
    PreviewConfig preview();

    /** Judging what is asked over HTTP. */
    ScoreConfig score();

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
         * A name of this worker alone that survives restarts, such as a StatefulSet's pod name; a restarted worker
         * takes up its partitions at once.
         */
        Optional<String> instance();

        /** How long the group waits for a silent worker until its partitions go to others. */
        @WithDefault("10s")
        Duration sessionTimeout();

        /** How long the broker lets a transaction stay open: so long a crashed worker can hold back readers. */
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

        /**
         * Where it runs: {@code cpu}, {@code cuda:0} and so on, or {@code auto}, the first GPU if there is one; GPUs
         * are untested.
         */
        @WithDefault("auto")
        String device();

        /**
         * Arithmetic of the encoder: {@code fp32}, {@code bf16}, {@code fp16} or {@code auto}; part of the
         * fingerprint, so the bank's must be the same.
         */
        @WithDefault("fp32")
        String precision();

        /**
         * What infers on a CPU: {@code libtorch}, {@code onnxruntime} where it can, or {@code auto}: the faster one by
         * the CPU's flags.
         */
        @WithDefault("auto")
        String engine();

        /**
         * Encoders that run side by side; 0: one for each core up to eight on {@code cpu}, else one.
         */
        @WithDefault("0")
        int instances();

        /** Threads of a forward pass; 0: the cores divided by the instances. */
        @WithDefault("0")
        int threads();
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

        /**
         * Cosine similarity to a reference from which on an image is a copy of it; above 1 none is, but by its hash.
         */
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
         * What the numbers above were calibrated for, {@code bank/model/views} with the fingerprints of the last two;
         * {@code bulwark bank calibrate} prints it. A worker that has another bank, model or views is not ready, unless
         * {@code moderation.policies} has a policy of tenant {@code default} that was made for it and decides instead.
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
         * How long an upload waits on purpose at most, all its waits together: while every encoder is busy its views
         * wait for a fuller batch, and its answer for a common transaction, without a backlog for at most 20 ms.
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

    /** Spans of OpenTelemetry. */
    interface Tracing {

        /**
         * Where spans of uploads go: {@code otlp} (a collector) or {@code none}. OpenTelemetry's own
         * variables count before these settings.
         */
        @WithDefault("none")
        String exporter();

        /** The collector's address for OTLP over HTTP. */
        @WithDefault("http://localhost:4318")
        String endpoint();

        /**
         * Share of traces that spans are made of, in [0, 1], where the upload's own {@code traceparent} does not say.
         */
        @WithDefault("1")
        double ratio();
    }

    /** What only designated staff may see. */
    interface Restricted {

        /**
         * Labels of hash lists whose matches only designated staff see, 100 at most, reported ones first;
         * the same as moderation-stream's. Needs {@code bulwark.schemas.write=3}.
         */
        Optional<List<@WithConverter(ConfigCheck.StrippedText.class) String>> labels();
    }

    /** Which audits people are told of. Every audit is published, whatever stands here. */
    interface Audit {

        /**
         * Audits of one kind in one hour, on one worker, that alerts and dashboards count as to be looked at. What is
         * beyond is published all the same and counted apart.
         */
        @WithDefault("60")
        int alertsPerHour();

        /**
         * Share of the images, 0 to 1, that leave all their scores in an audit although no detector fired; drawn from the
         * files by the deployment's key. Such an audit is marked, names no uploader and counts for no account. A score
         * server without {@code bulwark.embeddings.publish} leaves none.
         */
        @WithDefault("0")
        double sample();
    }

    /** Who produces the records, for readers of CloudEvents. */
    interface CloudEvents {

        /** The source of CloudEvents, such as {@code /bulwark/production}; without it records carry no such headers. */
        Optional<String> source();
    }

    /** Pictures that are hidden in others and appear when scaled without a filter. */
    interface Scaling {

        /** Whether uploads that are scaled down to a half or less are searched for pictures that hide in them. */
        @WithDefault("true")
        boolean enabled();

        /**
         * Score above which an audit is published, in [0, 1]. {@code bulwark audit scaling} finds it for a budget of false
         * positives; the default was found on clip art.
         */
        @WithDefault("0.16")
        double threshold();
    }

    /** What is held back because it lies near content that is NSFW in force. */
    interface Flagged {

        /** Whether uploads are compared with {@code moderation.flagged}, once a cosine was calibrated. */
        @WithDefault("true")
        boolean enabled();

        /**
         * Cosine from which on an upload is so near to an entry that it is not SAFE but REVIEW. {@code bulwark bank
         * calibrate-flagged} finds it for a rate of harmless pictures that people see for it. At most 0.995. Without it
         * nothing is held back.
         */
        OptionalDouble similarity();

        /**
         * What the cosine was calibrated for, {@code model/views} with the fingerprints of both; {@code bulwark bank
         * calibrate-flagged} prints it. A worker that has another model or other views is not ready. {@code any} is not
         * looked at.
         */
        Optional<String> madeFor();
    }

    /** The processes that decode files. */
    interface Decoder {

        /**
         * What confines a decoder process before it reads a file: {@code require} (Landlock and seccomp, else the worker
         * does not start), {@code prefer} (what the kernel offers; log and metric say what that is) or {@code none}.
         */
        @WithDefault("prefer")
        String isolation();

        /**
         * Files that a decoder process reads by native code (JPEG, WebP; a HEIC or AVIF counts as 50), on average, before a
         * fresh one takes its place. {@code isolation.md} says why.
         */
        @WithDefault("20000")
        int nativeUploads();
    }
}
