package io.bulwark.cli.casebook;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.TopicScan;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares the images of {@code moderation.embeddings} with references, a thread for a share of the partitions. Only
 * views that the model of a reference saw are compared with it.
 */
public final class EmbeddingMatch {

    private final Broker broker;
    private final Map<String, List<WantedRow>> rowsByModel;
    private final Question question;

    /**
     * What is looked for.
     *
     * @param tenant whose images; empty for everybody's
     * @param since of records that are no older
     * @param least the cosine from which an image is near, in [-1, 1]
     * @param most images at most, the nearest
     * @param threads that read and compare
     */
    public record Question(Optional<String> tenant, Optional<Instant> since, double least, int most, int threads) {}

    /**
     * What was found.
     *
     * @param images nearest first
     * @param compared records that were compared
     * @param otherModels records of images that another model saw
     * @param unreadable records that are no embedding
     */
    public record Found(List<NearImage> images, long compared, long otherModels, long unreadable) {}

    /**
     * @param rowsByModel the rows of the references, by the fingerprint of the model that made them
     */
    public EmbeddingMatch(Broker broker, Map<String, List<WantedRow>> rowsByModel, Question question) {
        this.broker = broker;
        this.rowsByModel = Map.copyOf(rowsByModel);
        this.question = question;
    }

    /**
     * Reads the topic to what is its end now.
     *
     * @throws CommandFailure if there is no such topic
     */
    public Found run() {
        return together(
                new TopicScan<>(broker, Topics.EMBEDDINGS, ImageEmbedding.class, question.since(), question.threads())
                        .read(Share::new).stream().map(Share::found).toList());
    }

    private Found together(List<Found> parts) {
        return new Found(
                parts.stream()
                        .flatMap(part -> part.images().stream())
                        .sorted(NearImage.NEAREST)
                        .limit(question.most())
                        .toList(),
                parts.stream().mapToLong(Found::compared).sum(),
                parts.stream().mapToLong(Found::otherModels).sum(),
                parts.stream().mapToLong(Found::unreadable).sum());
    }

    /** One thread's part. */
    private final class Share implements TopicScan.Part<ImageEmbedding> {

        private final NearestImages nearest = new NearestImages(question.most());
        private long compared;
        private long otherModels;
        private long unreadable;

        Found found() {
            return new Found(nearest.toList(), compared, otherModels, unreadable);
        }

        @Override
        public void erased(String imageId) {
            nearest.erased(imageId);
        }

        @Override
        public void unreadable() {
            unreadable++;
        }

        @Override
        public void take(ImageEmbedding image) {
            if (question.tenant()
                    .filter(tenant -> !tenant.equals(image.getTenant()))
                    .isPresent()) {
                return;
            }
            nearest.forget(image.getTenant(), image.getImageId());
            List<WantedRow> rows = rowsByModel.get(image.getModelFingerprint());
            if (rows == null) {
                otherModels++;
                return;
            }
            compared++;
            double best = question.least();
            WantedRow bestRow = null;
            String bestView = "";
            for (ViewEmbedding view : image.getViews()) {
                float[] seen = HalfFloats.decode(EmbeddingBytes.of(view.getEmbedding()));
                for (WantedRow row : rows) {
                    double cosine = row.cosine(seen);
                    if (cosine > best || cosine == best && bestRow == null) {
                        best = cosine;
                        bestRow = row;
                        bestView = view.getView();
                    }
                }
            }
            if (bestRow != null) {
                nearest.add(new NearImage(
                        image.getTenant(),
                        image.getImageId(),
                        Optional.ofNullable(image.getContentSha256()),
                        best,
                        bestView,
                        bestRow.reference(),
                        image.getDecision(),
                        image.getScore(),
                        image.getDecidedAt()));
            }
        }
    }

    /** The nearest images of one or more partitions, up to a limit, each by its latest record. One thread uses it. */
    static final class NearestImages {

        private final int most;
        private final TreeSet<NearImage> nearest = new TreeSet<>(NearImage.NEAREST);
        private final Map<String, List<NearImage>> byId = new HashMap<>();

        NearestImages(int most) {
            this.most = most;
        }

        /** Takes an image that is near; {@link #forget} comes before it. */
        void add(NearImage image) {
            nearest.add(image);
            byId.computeIfAbsent(image.imageId(), id -> new ArrayList<>(1)).add(image);
            if (nearest.size() > most) {
                remove(nearest.last());
            }
        }

        /** A later record of this image is there. */
        void forget(String tenant, String imageId) {
            List.copyOf(byId.getOrDefault(imageId, List.of())).stream()
                    .filter(image -> image.tenant().equals(tenant))
                    .forEach(this::remove);
        }

        /** The image was erased, of every uploader. */
        void erased(String imageId) {
            List.copyOf(byId.getOrDefault(imageId, List.of())).forEach(this::remove);
        }

        private void remove(NearImage image) {
            nearest.remove(image);
            byId.computeIfPresent(image.imageId(), (id, images) -> {
                images.remove(image);
                return images.isEmpty() ? null : images;
            });
        }

        /** The nearest, nearest first. */
        List<NearImage> toList() {
            return List.copyOf(nearest);
        }
    }

    /** The bytes of an embedding's field. */
    static final class EmbeddingBytes {

        private EmbeddingBytes() {}

        /** A copy; the field stays as it is. */
        static byte[] of(ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }
    }

    /**
     * An image near a reference.
     *
     * @param contentSha256 of its file; empty where it is not known
     * @param similarity cosine of its nearest view and the reference's nearest row
     * @param view that view
     * @param reference that reference's id
     * @param decision what the worker decided
     * @param score the worker's
     * @param decidedAt when
     */
    public record NearImage(
            String tenant,
            String imageId,
            Optional<String> contentSha256,
            double similarity,
            String view,
            String reference,
            Decision decision,
            double score,
            Instant decidedAt) {

        /** Nearest first; equal ones by tenant and id. */
        static final Comparator<NearImage> NEAREST = Comparator.comparingDouble(NearImage::similarity)
                .reversed()
                .thenComparing(NearImage::tenant)
                .thenComparing(NearImage::imageId);
    }

    /**
     * A row of a reference that images are compared with.
     *
     * @param reference its id
     * @param embedding unit row; not copied, not to be modified
     */
    public record WantedRow(String reference, float[] embedding) {

        /** All rows of a reference, its own first. */
        public static List<WantedRow> of(LabelledEmbedding reference) {
            return Stream.concat(
                            Stream.of(reference.row(Optional.empty())),
                            reference.variants().stream().map(variant -> variant.embedding()))
                    .map(row -> new WantedRow(reference.id(), row))
                    .toList();
        }

        /** Cosine with a row of any length above 0; NaN where the lengths of the two do not fit. */
        double cosine(float[] row) {
            if (row.length != embedding.length) {
                return Double.NaN;
            }
            float dot = 0;
            float square = 0;
            for (int i = 0; i < row.length; i++) {
                dot += row[i] * embedding[i];
                square += row[i] * row[i];
            }
            return Math.max(-1, Math.min(1, dot / Math.sqrt(square)));
        }
    }
}
