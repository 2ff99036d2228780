package io.bulwark.stream.campaign;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Audits of an hour: an attack, and what people do near flagged content without meaning to. Every upload here has an audit,
 * which is worse than what workers write: most benign uploads have none.
 */
public final class Traffic {

    public static final String TENANT = "acme";
    static final String ATTACKED = "entry-attacked";
    static final Duration SPAN = Duration.ofHours(1);

    private final Random random;
    private final List<AttackAudit> audits = new ArrayList<>();

    public Traffic(long seed) {
        random = new Random(seed);
    }

    /**
     * Queries of a decision-based attack on one flagged picture, in turns by the accounts: random steps around a point that
     * comes nearer, and now and then a halved distance.
     */
    public Traffic attack(int queries, int accounts) {
        for (int i = 0; i < queries; i++) {
            double progress = (double) i / queries;
            double angle = 0.26 - 0.12 * progress + 0.02 * random.nextGaussian();
            double score = 0.2 + 0.1 * progress + 0.06 * random.nextGaussian();
            audits.add(near(
                    ATTACKED, "attacker-" + i % accounts, unique("query"), unique("sha"), at(progress), angle, score));
        }
        return this;
    }

    /** The same against pictures that are not flagged: twins disagree, the decision goes to and fro, accounts are many. */
    public Traffic unflagged(int queries, int accounts) {
        long look = random.nextLong();
        for (int i = 0; i < queries; i++) {
            double progress = (double) i / queries;
            AttackAudit audit = audit("attacker-" + i % accounts, unique("query"), unique("sha"), at(progress))
                    .setKind(AttackKind.TWIN_DISAGREEMENT)
                    .setRobustScore(clamp(0.5 + 0.1 * random.nextGaussian()))
                    .setDecision(random.nextBoolean() ? Decision.SAFE : Decision.NSFW)
                    .setPerceptualKey(key(look, 0.03))
                    .build();
            audits.add(audit);
        }
        return this;
    }

    /** Benign uploads: bursts of every kind, and single suspicions without any order. */
    public Traffic benign(int uploads) {
        int each = uploads / 10;
        reuploads("entry-reuploaded", each);
        encoded("entry-meme", each);
        captioned("entry-captioned", each);
        sizes("entry-sizes", each);
        frames("entry-film", each / 2, 0.0002);
        frames("entry-still", each / 2, 0);
        reuploads(ATTACKED, each);
        captioned(ATTACKED, Math.min(60, each));
        for (int i = 0; i < 4 * each; i++) {
            audits.add(
                    audit("user-" + random.nextInt(2 * uploads), unique("odd"), unique("sha"), at(random.nextDouble()))
                            .setKind(AttackKind.TWIN_DISAGREEMENT)
                            .setRobustScore(random.nextDouble())
                            .setDecision(random.nextBoolean() ? Decision.SAFE : Decision.NSFW)
                            .setPerceptualKey(key(random.nextLong(), 0))
                            .build());
        }
        return this;
    }

    /** One file, again and again, by many, and by some often. */
    private void reuploads(String entry, int uploads) {
        String sha = unique("sha");
        for (int i = 0; i < uploads; i++) {
            audits.add(near(
                    entry,
                    "fan-" + random.nextInt(1 + uploads / 3),
                    unique("again"),
                    sha,
                    at(random.nextDouble()),
                    0.04,
                    0.2));
        }
    }

    /** A meme: once or twice from each of many, encoded again on the way. */
    private void encoded(String entry, int uploads) {
        for (int i = 0; i < uploads; i++) {
            double angle = 0.05 + 0.004 * random.nextGaussian();
            audits.add(near(
                    entry,
                    "sharer-" + i * 2 / 3,
                    unique("meme"),
                    unique("sha"),
                    at(random.nextDouble()),
                    angle,
                    0.2 + angle));
        }
    }

    /** A meme with other words each time. */
    private void captioned(String entry, int uploads) {
        for (int i = 0; i < uploads; i++) {
            double angle = 0.12 + 0.1 * random.nextDouble();
            audits.add(near(
                    entry,
                    "wit-" + entry + i * 3 / 4,
                    unique("caption"),
                    unique("sha"),
                    at(random.nextDouble()),
                    angle,
                    0.1 + 0.3 * random.nextDouble()));
        }
    }

    /** Five sizes of a picture at once; the smallest look least like it. */
    private void sizes(String entry, int uploads) {
        for (int i = 0; i < uploads / 5; i++) {
            Instant at = at(random.nextDouble());
            for (int size = 0; size < 5; size++) {
                double angle = 0.05 + 0.03 * size + 0.01 * random.nextGaussian();
                audits.add(near(
                        entry,
                        "client-" + i / 2,
                        unique("size"),
                        unique("sha"),
                        at.plusMillis(100 * size),
                        angle,
                        0.2 + 0.05 * size));
            }
        }
    }

    /** Frames of a film, one file each. @param noise of the encoding, in radians */
    private void frames(String entry, int frames, double noise) {
        for (int i = 0; i < frames; i++) {
            double angle = 0.12 + (noise == 0 ? 0 : 0.08 * Math.sin(i / 30.0)) + 0.001 * random.nextGaussian();
            audits.add(near(
                    entry,
                    "film",
                    unique("frame"),
                    unique("sha"),
                    at(0.3).plusMillis(40L * i),
                    angle,
                    0.3 - angle / 2));
        }
    }

    /** In the order in which they were made. */
    public List<AttackAudit> inOrder() {
        return audits.stream()
                .sorted(Comparator.comparing(AttackAudit::getDetectedAt).thenComparing(AttackAudit::getImageId))
                .toList();
    }

    /** As partitions that are up to a minute apart are read. */
    List<AttackAudit> shuffledWithinAMinute() {
        Map<AttackAudit, Instant> read = new HashMap<>();
        audits.forEach(audit -> read.put(audit, audit.getDetectedAt().plusMillis(random.nextInt(60_000))));
        var shuffled = new ArrayList<>(audits);
        Collections.shuffle(shuffled, random);
        shuffled.sort(Comparator.comparing(read::get));
        return shuffled;
    }

    private AttackAudit near(
            String entry, String uploader, String image, String sha, Instant at, double angle, double score) {
        return audit(uploader, image, sha, at)
                .setKind(angle < 0.1 ? AttackKind.HASH_TWIN : AttackKind.NEAR_FLAGGED)
                .setDecision(Decision.REVIEW)
                .setRobustScore(clamp(score))
                .setPerceptualKey(key(entry.hashCode(), 0.02))
                .setEvidence(Map.of(
                        "entry",
                        entry,
                        "label",
                        "nsfw",
                        "angle",
                        String.format(Locale.ROOT, "%.4f", Math.max(0, angle))))
                .build();
    }

    private static AttackAudit.Builder audit(String uploader, String image, String sha, Instant at) {
        return AttackAudit.newBuilder()
                .setImageId(image)
                .setUploaderId(uploader)
                .setTenant(TENANT)
                .setFusedScore(0.9)
                .setModelFingerprint("m0d31")
                .setContentSha256(sha)
                .setUpload(new RecordCoordinates("images.uploaded", 0, Math.abs((long) image.hashCode())))
                .setDetectedAt(at);
    }

    /** The 16 bands of a look, of which each bit is another with some probability. */
    private List<String> key(long look, double flips) {
        var bits = new Random(look);
        var bands = new ArrayList<String>();
        for (int band = 0; band < 16; band++) {
            int value = bits.nextInt(1 << 16);
            for (int bit = 0; bit < 16; bit++) {
                value ^= random.nextDouble() < flips ? 1 << bit : 0;
            }
            bands.add(Integer.toHexString(band) + ":" + String.format("%04x", value));
        }
        return bands;
    }

    private Instant at(double part) {
        return Samples.NOON.plusMillis((long) (SPAN.toMillis() * part));
    }

    private String unique(String what) {
        return what + "-" + Long.toHexString(random.nextLong());
    }

    private static double clamp(double score) {
        return Math.max(0, Math.min(1, score));
    }
}
