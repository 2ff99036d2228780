package io.bulwark.service.outcome;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.verdict.SeenImage;
import java.nio.ByteBuffer;
import java.util.Optional;

/** How the encoder saw an image, as it is published beside the verdict. */
public final class EmbeddingRecord {

    private EmbeddingRecord() {}

    /**
     * The record: every view with content that was judged, in half precision. What is flagged later is entered from here,
     * and a view of one colour must not be.
     *
     * @param verdict on that image
     * @return empty where no view has content
     */
    public static Optional<ImageEmbedding> of(Verdict verdict, SeenImage seen) {
        return seen.isPlain() ? Optional.empty() : Optional.of(record(verdict, seen));
    }

    private static ImageEmbedding record(Verdict verdict, SeenImage seen) {
        return ImageEmbedding.newBuilder()
                .setImageId(verdict.getImageId())
                .setTenant(verdict.getTenant())
                .setUploaderId(verdict.getUploaderId())
                .setContentSha256(verdict.getContentSha256())
                .setUpload(verdict.getUpload())
                .setModelFingerprint(verdict.getModelFingerprint())
                .setPreprocessFingerprint(verdict.getPreprocessFingerprint())
                .setDecision(verdict.getDecision())
                .setScore(verdict.getScore())
                .setViews(seen.evidence().stream()
                        .map(view ->
                                new ViewEmbedding(view.name(), ByteBuffer.wrap(HalfFloats.encode(view.embedding()))))
                        .toList())
                .setDecidedAt(verdict.getDecidedAt())
                .setDecidingView(verdict.getDecidingView())
                .build();
    }
}
