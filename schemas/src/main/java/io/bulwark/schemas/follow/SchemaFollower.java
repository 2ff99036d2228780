package io.bulwark.schemas.follow;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.follow.SchemaFollower.SchemaTopicException;
import io.bulwark.schemas.follow.SchemaText.Rejection;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.topic.Topics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads the topic of schemas on a separate thread while an application runs, and gives its readers what it finds. It
 * has no group: every application reads the whole topic, then follows it. After trouble with Kafka it begins again;
 * what is known stays known. A record that is of no use is counted, and the first of each kind is logged.
 *
 * <p>{@link #start} and {@link #close} are called once each, by any thread; the rest may be called by any thread.
 */
public final class SchemaFollower implements AutoCloseable {

    /** How long an unknown schema is awaited by default. */
    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);

    /** The most that may be said. A reader that cannot park a record stands still meanwhile. */
    public static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    private static final Logger LOG = System.getLogger(SchemaFollower.class.getName());
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final long CLOSE_MILLIS = 5_000;

    private final SchemaClients clients;
    private final SchemaBook book;
    private final Thread thread = new Thread(this::run, "bulwark-schemas");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Consumer<byte[], byte[]> consumer;
    private String lastTrouble = ""; // of the follower's thread alone

    /**
     * @param wait how long a schema that is not known is awaited from its first sight on: zero (not at all) to {@link
     *     #LONGEST_WAIT}
     * @throws IllegalArgumentException for another wait
     */
    public SchemaFollower(SchemaClients clients, Duration wait) {
        this(clients, wait, System::nanoTime);
    }

    SchemaFollower(SchemaClients clients, Duration wait, LongSupplier nanos) {
        if (wait.isNegative() || wait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException(
                    "A schema is awaited from PT0S to " + LONGEST_WAIT + ", and not " + wait + ".");
        }
        this.clients = clients;
        this.book = new SchemaBook(clients.topics().of(Topics.SCHEMAS), wait, nanos);
        thread.setDaemon(true);
    }

    /** Begins to read; returns at once. */
    public void start() {
        thread.start();
    }

    /** What was read so far, for readers. Can be asked before the start, too: then everything is awaited. */
    public FollowedSchemas schemas() {
        return book;
    }

    /** The settings with {@link #schemas} under {@value SerdeSettings#FOLLOWED}, for readers to be configured with. */
    public Map<String, Object> addTo(Map<String, ?> settings) {
        var added = new HashMap<String, Object>(settings);
        added.put(SerdeSettings.FOLLOWED, book);
        return added;
    }

    /** Whether the topic was read to its end since the start. */
    public boolean hasCaughtUp() {
        return book.hasCaughtUp();
    }

    /** How many records of the topic were not used, by reason. */
    public Map<Rejection, Long> rejected() {
        return book.rejected();
    }

    /**
     * Ends the thread, in some five seconds at most. Readers that wait for a schema get a {@link KafkaException}, so
     * that their record comes again.
     */
    @Override
    public void close() {
        stopping.countDown();
        book.close();
        Consumer<byte[], byte[]> present = consumer;
        if (present != null) {
            present.wakeup();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try (Consumer<byte[], byte[]> opened = clients.consumer()) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException | InterruptException stopped) {
                return;
            } catch (KafkaException trouble) {
                tell(trouble);
            } finally {
                consumer = null;
            }
            pause();
        }
    }

    private void follow(Consumer<byte[], byte[]> opened) {
        var topic = new SchemaTopic(clients.topics().of(Topics.SCHEMAS), opened);
        while (stopping.getCount() > 0 && !topic.isReadToItsEnd()) {
            opened.poll(POLL).forEach(this::take);
        }
        book.caughtUp();
        lastTrouble = "";
        while (stopping.getCount() > 0) {
            opened.poll(POLL).forEach(this::take);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        book.apply(record.key(), record.value())
                .ifPresent(reason -> LOG.log(
                        Level.WARNING,
                        "The record at {0}-{1} offset {2} is not used, because {3}. Further ones of this kind are"
                                + " counted only.",
                        record.topic(),
                        record.partition(),
                        Long.toString(record.offset()),
                        reason.sentence()));
    }

    private void tell(KafkaException trouble) {
        String why = trouble instanceof SchemaTopicException
                ? trouble.getMessage()
                : ConnectionFaults.explain(trouble)
                        .orElseGet(() -> trouble.getClass().getSimpleName() + ": " + trouble.getMessage());
        if (!why.equals(lastTrouble)) {
            LOG.log(Level.WARNING, "Reading the schemas failed and is tried again until it succeeds: {0}", why);
            lastTrouble = why;
        }
    }

    private void pause() {
        try {
            stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }

    /**
     * The topic of schemas is missing or may not be used. The message names the topic and a fix. Trying again helps
     * once that is done.
     */
    public static final class SchemaTopicException extends KafkaException {
        private static final long serialVersionUID = 1L;

        SchemaTopicException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The topic, seen by one consumer that reads it from its begin. */
    static final class SchemaTopic {
        private static final Duration CALL = Duration.ofSeconds(10);

        private final String name;
        private final Consumer<byte[], byte[]> consumer;
        private final Map<TopicPartition, Long> ends;

        /**
         * Goes to the begin of the topic and notes where it ends now.
         *
         * @param name of the topic
         * @throws SchemaTopicException where the topic is not there or may not be read
         */
        SchemaTopic(String name, Consumer<byte[], byte[]> consumer) {
            this.name = name;
            this.consumer = consumer;
            try {
                List<PartitionInfo> infos = consumer.partitionsFor(name, CALL);
                if (infos == null || infos.isEmpty()) {
                    throw missing(name, null);
                }
                List<TopicPartition> partitions = infos.stream()
                        .map(info -> new TopicPartition(name, info.partition()))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                this.ends = consumer.endOffsets(partitions, CALL);
            } catch (UnknownTopicOrPartitionException absent) {
                throw missing(name, absent);
            } catch (TopicAuthorizationException denied) {
                throw forbidden(name, AclOperation.READ, denied);
            }
        }

        /** Whether all was read that was there at the begin. */
        boolean isReadToItsEnd() {
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), CALL) >= end.getValue());
        }

        static SchemaTopicException missing(String name, Throwable cause) {
            return new SchemaTopicException(
                    "Topic " + name + " does not exist. Create it as the catalogue has it ("
                            + Topics.SCHEMAS.partitions()
                            + " partition, " + Topics.SCHEMAS.cleanup().policy()
                            + "): readers learn there how values are written.",
                    cause);
        }

        static SchemaTopicException forbidden(String name, AclOperation operation, Throwable cause) {
            return new SchemaTopicException(
                    "The broker denies " + operation + " on topic " + name + ". Grant this user " + AclOperation.READ
                            + " and " + AclOperation.WRITE + " there.",
                    cause);
        }
    }
}
