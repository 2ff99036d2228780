package io.bulwark.service.outcome;

import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.verdict.SeenImage;
import java.nio.ByteBuffer;

/** How the encoder saw an image, as it is published beside the verdict. */
public final class EmbeddingRecord {

    private EmbeddingRecord() {}

    /**
     * The record: every view that was judged, in half precision.
     *
     * @param verdict on that image
     */
    public static ImageEmbedding of(Verdict verdict, SeenImage seen) {
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
                .setViews(seen.views().stream()
                        .map(view ->
                                new ViewEmbedding(view.name(), ByteBuffer.wrap(HalfFloats.encode(view.embedding()))))
                        .toList())
                .setDecidedAt(verdict.getDecidedAt())
                .setDecidingView(verdict.getDecidingView())
                .build();
    }
}
