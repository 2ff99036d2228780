package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Subject;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What users, workers and reviewers write, at random by a seed: uploads of several kinds, verdicts of a worker that
 * does not exist (for volume: no picture is decoded for them), reviews, orders to erase. It starts one thread.
 *
 * <p>Ids are of equal length and none contains another, so that a search for one finds nothing else. The verdicts name
 * uploads that are on no topic, at offsets from {@value #MADE_UP} on.
 */
final class ProofTraffic implements AutoCloseable {

    /** Verdicts that name an upload from this offset on were written by this traffic. */
    static final long MADE_UP = 1_000_000_000L;

    /** Attribute of an upload: {@link #PICTURE}, {@link #HOSTILE} or {@link #AWAY}. */
    static final String KIND = "proof.kind";

    static final String PICTURE = "picture";
    static final String HOSTILE = "hostile";

    /** Of the number at the end of an id: years of traffic. */
    static final int DIGITS = 10;

    /** A picture on a store that may not answer. */
    static final String AWAY = "away";

    private static final int TICKS_PER_SECOND = 20;
    private static final int PICTURES = 16;
    private static final int UPLOADERS = 12;
    private static final int PARTITIONS = 8;
    private static final int OFFSETS_APART = 10;
    private static final int MOST_CONTENTS = 8;
    private static final int VERDICTS_OF_AN_AUDIT = 20;
    private static final int RECENT = 400;
    private static final int VERDICTS_OF_AN_ATTEMPT = 20;
    private static final int ERASURES_OF_AN_ATTEMPT = 4;
    private static final int ATTACKERS = 5;
    private static final long ERASABLE_AFTER_MILLIS = 5_000;

    private final Broker broker;
    private final Rates rates;
    private final String name;
    private final Random random;
    private final KafkaProducer<String, byte[]> producer;
    private final EventSerializer<ImageUploaded> uploads;
    private final EventSerializer<Verdict> verdicts;
    private final EventSerializer<AttackAudit> audits;
    private final EventSerializer<Review> reviews;
    private final EventSerializer<Erasure> erasures;
    private final Optional<ProofWeb> store;
    private final int firstPicture;
    private final List<byte[]> pictures = new ArrayList<>();
    private final List<Image> recent = new ArrayList<>();
    private final List<Image> toReturn;
    private final List<Image> erased = new ArrayList<>();
    private final List<Image> tried = new ArrayList<>();
    private final Set<String> held = new HashSet<>(); // guarded by itself
    private final Set<String> gone = new HashSet<>(); // guarded by held
    private final Queue<Place> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Exception> lost = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean storeAway;
    private long nextOffset;
    private int number;
    private int reviewed;
    private int verdictsSent;
    private int attempts;

    /**
     * @param name begins every id, so that several runs on one cluster do not meet
     * @param firstOffset of the made-up uploads, at least {@link #MADE_UP}
     * @param toReturn images that an earlier traffic had erased, and that are uploaded again
     * @param store where half of the new pictures lie; empty where all are in their records
     */
    ProofTraffic(
            Broker broker,
            Rates rates,
            String name,
            long seed,
            long firstOffset,
            List<Image> toReturn,
            Optional<ProofWeb> store) {
        this.store = store;
        this.firstPicture = (int) seed;
        this.broker = broker;
        this.rates = rates;
        this.name = name;
        this.random = new Random(seed);
        this.nextOffset = firstOffset;
        this.toReturn = new ArrayList<>(toReturn);
        toReturn.forEach(image -> gone.add(image.id));
        this.uploads = broker.serializer(ImageUploaded.class);
        this.verdicts = broker.serializer(Verdict.class);
        this.audits = broker.serializer(AttackAudit.class);
        this.reviews = broker.serializer(Review.class);
        this.erasures = broker.serializer(Erasure.class);
        uploads.prepare(name(Topics.IMAGES_UPLOADED));
        verdicts.prepare(name(Topics.VERDICTS));
        audits.prepare(name(Topics.ATTACK_AUDIT));
        reviews.prepare(name(Topics.REVIEWS));
        erasures.prepare(name(Topics.ERASURES));
        for (int i = 0; i < PICTURES; i++) {
            pictures.add(ProofWeb.picture(firstPicture + i));
        }
        // Not idempotent: after a broker's death the idempotent producer of Kafka 4.1.2 may repeat a batch under a
        // sequence number that the new leader refuses, until its time limit. A record that stands twice is two here.
        this.producer = new KafkaProducer<>(
                broker.clientSettings(Map.of(
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false,
                        ProducerConfig.LINGER_MS_CONFIG, 5,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 300_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000)),
                new StringSerializer(),
                new ByteArraySerializer());
        this.thread = new Thread(this::send, "proof-traffic");
    }

    /**
     * Records a second of each kind.
     *
     * @param work of people through the API
     * @param plain whether uploads and verdicts are about new pictures alone, so that each is answered once
     */
    record Rates(double uploads, double verdicts, double reviews, double erasures, double work, boolean plain) {

        /** One upload and one verdict a second. */
        static final Rates PROBE = new Rates(1, 1, 0, 0, 0, true);

        static final Rates NONE = new Rates(0, 0, 0, 0, 0, false);
    }

    /** An image that further records may be about. */
    static final class Image {

        private final String id;
        private final String uploader;
        private final boolean made;
        private Instant since = Instant.now();
        private final List<byte[]> contents = new ArrayList<>();
        private final int partition;
        private final AtomicInteger onTheWay = new AtomicInteger();

        Image(String id, String uploader, boolean made, int partition) {
            this.id = id;
            this.uploader = uploader;
            this.made = made;
            this.partition = partition;
        }
    }

    void start() {
        thread.start();
    }

    /**
     * Stops, and waits until the brokers have everything.
     *
     * @throws CommandFailure if they did not take a record within ten minutes
     */
    void stop() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while the traffic stopped", interrupted);
        }
        producer.flush();
        Exception failure = lost.get();
        if (failure != null) {
            throw CommandFailure.failed("the brokers did not take a record: " + failure.getMessage(), failure);
        }
    }

    /** Whether from now on a picture on the store may not be fetched. */
    void storeAway(boolean away) {
        storeAway = away;
    }

    /** People have an image in their hands from now on; false where it was erased, and not uploaded again. Any thread. */
    boolean hold(String image) {
        synchronized (held) {
            return !gone.contains(image) && held.add(image);
        }
    }

    /** They have not any more. What they did is older than any order that follows. */
    void release(String image) {
        synchronized (held) {
            held.remove(image);
        }
    }

    /** Where the brokers said that they have a record; of all topics. */
    List<Place> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Images that it ordered to erase, after {@link #stop}. */
    List<Image> erased() {
        return List.copyOf(erased);
    }

    @Override
    public void close() {
        stopped = true;
        producer.close(Duration.ofSeconds(5));
    }

    private void send() {
        double[] perSecond = {rates.uploads(), rates.verdicts(), rates.reviews(), rates.erasures()};
        pace(perSecond, TICKS_PER_SECOND, Double.POSITIVE_INFINITY, () -> stopped, this::sendOne);
    }

    /**
     * Does work of several kinds at even rates, until it is stopped or its thread is interrupted.
     *
     * @param perSecond how often each kind is due
     * @param ticksPerSecond how often a second what is due is done, in the order of kinds
     * @param most of a kind that may be overdue: what is more is not made up for
     * @param one does one of a kind, by its index in {@code perSecond}
     */
    static void pace(double[] perSecond, int ticksPerSecond, double most, BooleanSupplier stopped, IntConsumer one) {
        double[] due = new double[perSecond.length];
        while (!stopped.getAsBoolean()) {
            for (int kind = 0; kind < due.length; kind++) {
                due[kind] = Math.min(due[kind] + perSecond[kind] / ticksPerSecond, most);
                while (due[kind] >= 1 && !stopped.getAsBoolean()) {
                    due[kind]--;
                    one.accept(kind);
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(1000 / ticksPerSecond);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void sendOne(int kind) {
        switch (kind) {
            case 0 -> upload();
            case 1 -> {
                if (!rates.plain() && attempts * VERDICTS_OF_AN_ATTEMPT <= verdictsSent++) {
                    attempt();
                } else {
                    verdict();
                }
            }
            case 2 -> review();
            default -> erase();
        }
    }

    /**
     * Six of ten are new pictures, one of them of an erased image where there is one; the others an id again with the
     * same or another content, hostile, or unreadable.
     */
    private void upload() {
        int draw = draw();
        if (draw == 0) {
            byte[] noRecord = new byte[40];
            random.nextBytes(noRecord);
            put(Topics.IMAGES_UPLOADED, id("poison"), new AtomicInteger(), noRecord);
            return;
        }
        boolean hostile = draw == 1;
        Image known = draw == 2 || draw == 3 ? any(false) : draw == 4 ? returned(false) : null;
        Image image = known != null ? known : remember(new Image(id("upload"), uploader(), false, 0), !hostile);
        byte[] content;
        Optional<String> place = Optional.empty();
        if (hostile) {
            byte[] picture = pictures.get(random.nextInt(PICTURES));
            content = ByteBuffer.allocate(picture.length / 3)
                    .put(picture, 0, picture.length / 3)
                    .array();
        } else if (known != null && draw != 3) {
            content = known.contents.get(known.contents.size() - 1);
        } else {
            int picture = random.nextInt(PICTURES);
            content = pictures.get(picture);
            place = store.filter(there -> known == null && !rates.plain() && random.nextBoolean())
                    .map(there -> there.url(firstPicture + picture));
        }
        image.contents.add(content);
        boolean away = place.isPresent() && storeAway;
        ImageUploaded event = ImageUploaded.newBuilder()
                .setImageId(image.id)
                .setUploaderId(image.uploader)
                .setUploadedAt(ProofVerdicts.now())
                .setContent(
                        place.isPresent()
                                ? new ImageLocation(place.get(), null, null)
                                : new InlineImage(ByteBuffer.wrap(content)))
                .setAttributes(Map.of(KIND, hostile ? HOSTILE : away ? AWAY : PICTURE))
                .build();
        put(Topics.IMAGES_UPLOADED, image, uploads.serialize(name(Topics.IMAGES_UPLOADED), event));
    }

    /**
     * Seven of ten are about new images, one of them about an erased one where there is one; others about a known one,
     * the same content, another or an earlier upload. One of twenty has an audit.
     */
    private void verdict() {
        int draw = draw();
        Image known = draw < 3 ? any(true) : draw == 4 ? returned(true) : null;
        Image image = known != null
                ? known
                : remember(new Image(id("verdict"), uploader(), true, random.nextInt(PARTITIONS)), true);
        boolean earlier = known != null && draw == 0;
        byte[] content =
                known != null && (draw == 1 || draw == 4) ? image.contents.get(image.contents.size() - 1) : digest();
        if (!earlier) {
            image.contents.add(content);
        }
        nextOffset += OFFSETS_APART;
        long offset = earlier ? nextOffset - OFFSETS_APART * 1_000_000L : nextOffset;
        RecordCoordinates upload = new RecordCoordinates(name(Topics.IMAGES_UPLOADED), image.partition, offset);
        Verdict verdict = ProofVerdicts.verdict(image.id, image.uploader, content, upload, random);
        put(Topics.VERDICTS, image, verdicts.serialize(name(Topics.VERDICTS), verdict));
        if (!rates.plain() && !earlier && random.nextInt(VERDICTS_OF_AN_AUDIT) == 0) {
            AttackAudit audit = ProofVerdicts.audit(verdict);
            put(Topics.ATTACK_AUDIT, image, audits.serialize(name(Topics.ATTACK_AUDIT), audit));
        }
    }

    /** One of five accounts that try again and again to get past one entry of the flagged index, at which nothing is. */
    private void attempt() {
        String account = name + "-attacker-" + attempts++ % ATTACKERS;
        Image image = new Image(id("attempt"), account, true, random.nextInt(PARTITIONS));
        byte[] content = digest();
        image.contents.add(content);
        nextOffset += OFFSETS_APART;
        RecordCoordinates upload = new RecordCoordinates(name(Topics.IMAGES_UPLOADED), image.partition, nextOffset);
        Verdict verdict = ProofVerdicts.verdict(image.id, image.uploader, content, upload, random);
        put(Topics.VERDICTS, image, verdicts.serialize(name(Topics.VERDICTS), verdict));
        AttackAudit audit = ProofVerdicts.attempt(verdict, name + "-entry");
        put(Topics.ATTACK_AUDIT, image, audits.serialize(name(Topics.ATTACK_AUDIT), audit));
        tried.add(image);
    }

    /** Of the newest content, an older one or one that never was; every fifth stands twice on the topic. */
    private void review() {
        Image image = any(true);
        if (image == null) {
            return;
        }
        int draw = random.nextInt(6);
        byte[] content = draw == 0
                ? digest()
                : draw == 1 ? image.contents.get(0) : image.contents.get(image.contents.size() - 1);
        Decision decision = random.nextBoolean() ? Decision.SAFE : Decision.NSFW;
        Review review = Review.newBuilder()
                .setImageId(image.id)
                .setReviewer("reviewer-" + random.nextInt(3))
                .setDecision(decision)
                .setAt(ProofVerdicts.now())
                .setContentSha256(HexFormat.of().formatHex(content))
                .setDecisionId(new UUID(random.nextLong(), random.nextLong()).toString())
                .setLabels(decision == Decision.NSFW ? List.of("seen") : List.of())
                .build();
        for (int times = reviewed++ % 5 == 0 ? 2 : 1; times > 0; times--) {
            put(Topics.REVIEWS, image, reviews.serialize(name(Topics.REVIEWS), review));
        }
    }

    /** Never of an image that a broker has yet to take in a record of: that would be an upload after the order. */
    private void erase() {
        Image image = random.nextInt(ERASURES_OF_AN_ATTEMPT) == 0 && !tried.isEmpty()
                ? tried.get(random.nextInt(tried.size()))
                : any(random.nextBoolean());
        if (image == null
                || image.onTheWay.get() > 0
                || image.since.plusMillis(ERASABLE_AFTER_MILLIS).isAfter(Instant.now())) {
            return;
        }
        synchronized (held) {
            if (held.contains(image.id)) {
                return;
            }
            gone.add(image.id);
        }
        recent.remove(image);
        tried.remove(image);
        erased.add(image);
        Erasure order =
                new Erasure(ProofOracle.TENANT, Subject.IMAGE, image.id, "proof", "person-asked", ProofVerdicts.now());
        put(Topics.ERASURES, image, erasures.serialize(name(Topics.ERASURES), order));
    }

    private int draw() {
        return rates.plain() ? 9 : random.nextInt(10);
    }

    private Image any(boolean made) {
        List<Image> candidates = recent.stream()
                .filter(image -> image.made == made && image.contents.size() < MOST_CONTENTS)
                .toList();
        return candidates.isEmpty() ? null : candidates.get(random.nextInt(candidates.size()));
    }

    /** One that was erased before this traffic, with the content it had last; null where there is none. */
    private Image returned(boolean made) {
        Image image = toReturn.stream()
                .filter(erasedBefore -> erasedBefore.made == made)
                .findFirst()
                .orElse(null);
        if (image == null) {
            return null;
        }
        toReturn.remove(image);
        synchronized (held) {
            gone.remove(image.id);
        }
        image.contents.subList(0, image.contents.size() - 1).clear();
        image.since = Instant.now();
        return remember(image, true);
    }

    private Image remember(Image image, boolean mayComeAgain) {
        if (mayComeAgain) {
            recent.add(image);
            if (recent.size() > RECENT) {
                recent.remove(0);
            }
        }
        return image;
    }

    private String id(String kind) {
        return String.format("%s-%s-%0" + DIGITS + "d", name, kind, number++);
    }

    private String uploader() {
        return name + "-account-" + random.nextInt(UPLOADERS);
    }

    private byte[] digest() {
        byte[] sha256 = new byte[32];
        random.nextBytes(sha256);
        return sha256;
    }

    private String name(Topics topic) {
        return broker.topic(topic);
    }

    private void put(Topics topic, Image image, byte[] value) {
        put(topic, image.id, image.onTheWay, value);
    }

    /** Sends a record. Any thread. @param onTheWay counts records that no broker has taken in yet */
    void put(Topics topic, String key, AtomicInteger onTheWay, byte[] value) {
        onTheWay.incrementAndGet();
        producer.send(new ProducerRecord<>(name(topic), key, value), (at, failure) -> {
            if (failure == null) {
                acknowledged.add(new Place(at.topic(), at.partition(), at.offset()));
                onTheWay.decrementAndGet();
            } else {
                lost.compareAndSet(null, failure);
            }
        });
    }
}
