package io.bulwark.stream.decision;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.stream.decision.Precedence.Standing;
import io.bulwark.stream.decision.Precedence.Standing.Content;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.uploader.UploaderChange.Contribution;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;

/**
 * One image in the store.
 *
 * @param standing what decides
 * @param replaced the decision in force before the present one; null where there was none
 * @param counted how the image counts in its uploader's statistics; null while no worker has seen it
 * @param earlier how other contents uploaded under its id before are still counted, newest first
 * @param expiresFrom the instant from which its retention runs
 */
public record StoredDecision(
        Standing standing,
        ReplacedDecision replaced,
        Contribution counted,
        List<EarlierContent> earlier,
        Instant expiresFrom) {

    private static final String WHAT = "stored decisions";
    private static final byte FORMAT = 1;
    private static final byte WITH_EARLIER = 2;
    private static final byte NOT_COUNTED = -1;
    private static final byte[] NOTHING = {};

    public StoredDecision {
        earlier = List.copyOf(earlier);
    }

    /**
     * A content that was uploaded under an image id before, and is still counted.
     *
     * @param content names the file, and the last event that brought it
     */
    public record EarlierContent(Content content, Contribution counted) {}

    /** Whether only designated staff may know more than that the image has to be taken down. */
    public boolean isRestricted() {
        return standing.inForce().map(ModerationDecision::getRestricted).orElse(false);
    }

    /** The same with another start of its retention. */
    StoredDecision expiringFrom(Instant later) {
        return new StoredDecision(standing, replaced, counted, earlier, later);
    }

    /**
     * The same without the hash of a content, and without what people decided of it; what designated staff ordered
     * about its upload stays.
     *
     * @param sha256 may be null
     * @param upload that brought it; may be null
     */
    StoredDecision without(String sha256, RecordCoordinates upload) {
        var content = new Content(sha256, upload);
        ModerationDecision byWorker = standing.byWorker();
        boolean byHash = byWorker != null && sha256 != null && sha256.equals(byWorker.getContentSha256());
        return new StoredDecision(
                new Standing(
                        byHash
                                ? ModerationDecision.newBuilder(byWorker)
                                        .setContentSha256(null)
                                        .build()
                                : byWorker,
                        standing.reviews().stream()
                                .filter(review -> Restriction.isByStaff(review)
                                        || !Content.of(review).isSameAs(content))
                                .toList()),
                replaced != null && sha256 != null && sha256.equals(replaced.getContentSha256())
                        ? ReplacedDecision.newBuilder(replaced)
                                .setContentSha256(null)
                                .build()
                        : replaced,
                counted,
                earlier.stream()
                        .map(kept ->
                                sha256 != null && sha256.equals(kept.content().sha256())
                                        ? new EarlierContent(
                                                new Content(null, kept.content().upload()), kept.counted())
                                        : kept)
                        .toList(),
                expiresFrom);
    }

    /**
     * The layout in the store: a format byte; the start of the retention (long, milliseconds as all instants here); the
     * instant at which it is counted (long), the decision it is counted as (byte, -1: not counted) and its strikes
     * (long); the workers' decision and then each review, each behind its length (int). What it replaced is a field of
     * the workers' decision. In format 2 the earlier contents follow the header, behind their length (int): each its
     * hash, upload and uploader, then instant, decision and strikes as above. Without earlier contents format 1 is
     * written, which versions before format 2 can read.
     *
     * @param decisions of the newest release of the schemas, as the reviews: an older one would lose their content
     */
    public static Serde<StoredDecision> serde(Serde<ModerationDecision> decisions, Serde<Review> reviews) {
        return StateLayout.of(
                WHAT, (out, stored) -> stored.write(out, decisions, reviews), in -> read(in, decisions, reviews));
    }

    private void write(DataOutputStream out, Serde<ModerationDecision> decisions, Serde<Review> reviews)
            throws IOException {
        out.writeByte(earlier.isEmpty() ? FORMAT : WITH_EARLIER);
        out.writeLong(expiresFrom.toEpochMilli());
        out.writeLong(counted == null ? 0 : counted.uploadedAt().toEpochMilli());
        out.writeByte(counted == null ? NOT_COUNTED : counted.decision().ordinal());
        out.writeLong(counted == null ? 0 : counted.strikes());
        if (!earlier.isEmpty()) {
            var contents = new ByteArrayOutputStream();
            writeEarlier(new DataOutputStream(contents));
            StateLayout.writeBytes(out, contents.toByteArray());
        }
        ModerationDecision byWorker = standing.byWorker();
        StateLayout.writeBytes(
                out,
                byWorker == null
                        ? NOTHING
                        : decisions
                                .serializer()
                                .serialize(
                                        "",
                                        ModerationDecision.newBuilder(byWorker)
                                                .setReplaced(replaced)
                                                .build()));
        for (Review review : standing.reviews()) {
            StateLayout.writeBytes(out, reviews.serializer().serialize("", review));
        }
    }

    private static StoredDecision read(DataInputStream in, Serde<ModerationDecision> decisions, Serde<Review> reviews)
            throws IOException {
        byte format = StateLayout.format(WHAT, in, FORMAT, WITH_EARLIER);
        Instant expiresFrom = Instant.ofEpochMilli(in.readLong());
        Instant countedAt = Instant.ofEpochMilli(in.readLong());
        byte countedAs = in.readByte();
        long strikes = in.readLong();
        byte[] earlier = format == WITH_EARLIER ? StateLayout.readBytes(in) : NOTHING;
        byte[] first = StateLayout.readBytes(in);
        ModerationDecision written =
                first.length == 0 ? null : decisions.deserializer().deserialize("", first);
        List<Review> kept = new ArrayList<>();
        while (in.available() > 0) {
            kept.add(reviews.deserializer().deserialize("", StateLayout.readBytes(in)));
        }
        if (written == null) {
            return new StoredDecision(new Standing(null, kept), null, null, List.of(), expiresFrom);
        }
        String tenant = written.getTenant();
        return new StoredDecision(
                new Standing(
                        ModerationDecision.newBuilder(written).setReplaced(null).build(), kept),
                written.getReplaced(),
                countedAs == NOT_COUNTED
                        ? null
                        : new Contribution(
                                tenant, written.getUploaderId(), countedAt, Decision.values()[countedAs], strikes),
                earlier.length == 0
                        ? List.of()
                        : readEarlier(new DataInputStream(new ByteArrayInputStream(earlier)), tenant),
                expiresFrom);
    }

    /** An empty text stands for none. */
    private void writeEarlier(DataOutputStream out) throws IOException {
        out.writeInt(earlier.size());
        for (EarlierContent each : earlier) {
            RecordCoordinates upload = each.content().upload();
            String sha256 = each.content().sha256();
            StateLayout.write(out, sha256 == null ? "" : sha256);
            StateLayout.write(out, upload == null ? "" : upload.getTopic());
            out.writeInt(upload == null ? 0 : upload.getPartition());
            out.writeLong(upload == null ? 0 : upload.getOffset());
            StateLayout.write(out, each.counted().uploaderId());
            out.writeLong(each.counted().uploadedAt().toEpochMilli());
            out.writeByte(each.counted().decision().ordinal());
            out.writeLong(each.counted().strikes());
        }
    }

    private static List<EarlierContent> readEarlier(DataInputStream in, String tenant) throws IOException {
        var contents = new ArrayList<EarlierContent>();
        for (int left = in.readInt(); left > 0; left--) {
            String sha256 = StateLayout.read(in);
            var upload = new RecordCoordinates(StateLayout.read(in), in.readInt(), in.readLong());
            contents.add(new EarlierContent(
                    new Content(
                            sha256.isEmpty() ? null : sha256, upload.getTopic().isEmpty() ? null : upload),
                    new Contribution(
                            tenant,
                            StateLayout.read(in),
                            Instant.ofEpochMilli(in.readLong()),
                            Decision.values()[in.readByte()],
                            in.readLong())));
        }
        return contents;
    }

    /**
     * The worker's verdict on the content that a decision is about.
     *
     * @param verdict as it was published
     * @param coordinates where it stands in {@code moderation.verdicts}
     */
    public record StoredVerdict(Verdict verdict, RecordCoordinates coordinates) {

        private static final String WHAT = "evidence";
        private static final byte FORMAT = 1;

        /**
         * The layout in the store: a format byte, the record's partition (int) and offset (long), then the verdict.
         *
         * @param topic that the verdicts were read from
         */
        public static Serde<StoredVerdict> serde(Serde<Verdict> verdicts, String topic) {
            return StateLayout.of(
                    WHAT,
                    (out, evidence) -> {
                        out.writeByte(FORMAT);
                        out.writeInt(evidence.coordinates().getPartition());
                        out.writeLong(evidence.coordinates().getOffset());
                        out.write(verdicts.serializer().serialize(topic, evidence.verdict()));
                    },
                    in -> {
                        StateLayout.format(WHAT, in, FORMAT);
                        var coordinates = new RecordCoordinates(topic, in.readInt(), in.readLong());
                        return new StoredVerdict(
                                verdicts.deserializer().deserialize(topic, in.readAllBytes()), coordinates);
                    });
        }
    }
}
