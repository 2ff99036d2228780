package io.bulwark.service.testing;

import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** References made with the real default model: boards are flagged, discs are safe. Made once a JVM. */
public final class References {

    public static final String FLAGGED = "nsfw";
    public static final String SAFE = "safe";

    private static final int EACH = 6;

    private References() {}

    /** The default model's fingerprint. */
    public static String modelFingerprint() {
        return Made.DESCRIPTION.fingerprint();
    }

    /** The key of a reference in the default model's bank of that name. */
    public static String key(String bank, String id) {
        return bank + "/" + modelFingerprint() + "/" + id;
    }

    /** Fills a bank with six boards and six discs. */
    public static void fill(Traffic traffic, String bank) {
        for (int i = 0; i < EACH; i++) {
            traffic.reference(key(bank, "board-" + i), Made.BOARDS.get(i));
            traffic.reference(key(bank, "discs-" + i), Made.DISCS.get(i));
        }
        traffic.flush();
    }

    /**
     * Fills a bank for another precision of the default model, with the same embeddings.
     *
     * @param ofBoards the label of the boards
     * @param ofDiscs the label of the discs
     */
    public static void fill(Traffic traffic, String bank, Precision precision, String ofBoards, String ofDiscs) {
        String fingerprint =
                ModelPackage.open(ModelPackage.DEFAULT).describe(precision).fingerprint();
        for (int i = 0; i < EACH; i++) {
            String prefix = bank + "/" + fingerprint + "/";
            traffic.reference(prefix + "board-" + i, relabelled(Made.BOARDS.get(i), ofBoards));
            traffic.reference(prefix + "discs-" + i, relabelled(Made.DISCS.get(i), ofDiscs));
        }
        traffic.flush();
    }

    /**
     * Fills a bank with references that another encoder makes: three boards, three discs.
     *
     * @return the encoder's fingerprint, under which they lie
     */
    public static String fill(Traffic traffic, String bank, Encoder encoder) {
        String prefix = bank + "/" + encoder.description().fingerprint() + "/";
        for (int i = 0; i < EACH / 2; i++) {
            traffic.reference(prefix + "board-" + i, Made.embed(encoder, Pictures.board(i), FLAGGED));
            traffic.reference(prefix + "discs-" + i, Made.embed(encoder, Pictures.discs(i), SAFE));
        }
        traffic.flush();
        return encoder.description().fingerprint();
    }

    /** A board, flagged. */
    public static Reference board(int i) {
        return Made.BOARDS.get(i);
    }

    /** Discs, safe. */
    public static Reference discs(int i) {
        return Made.DISCS.get(i);
    }

    /** The same embedding under another label. */
    public static Reference relabelled(Reference reference, String label) {
        return Reference.newBuilder(reference).setLabel(label).build();
    }

    private static final class Made {
        static final EncoderDescription DESCRIPTION;
        static final List<Reference> BOARDS = new ArrayList<>();
        static final List<Reference> DISCS = new ArrayList<>();

        static {
            try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT)
                    .openEncoder(EncoderOptions.defaults().withThreads(1))) {
                DESCRIPTION = encoder.description();
                for (int i = 0; i < EACH; i++) {
                    BOARDS.add(embed(encoder, Pictures.board(i), FLAGGED));
                    DISCS.add(embed(encoder, Pictures.discs(i), SAFE));
                }
            }
        }

        private static Reference embed(Encoder encoder, byte[] file, String label) {
            DecodeResult decoded = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
            byte[] pixels = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER)
                    .views((DecodeResult.Decoded) decoded)
                    .get(0)
                    .pixels();
            ByteBuffer view =
                    ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
            float[] embedding = encoder.embed(view, 1).embedding(0);
            return Reference.newBuilder()
                    .setLabel(label)
                    .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(embedding)))
                    .setAddedBy("test")
                    .setAddedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                    .setLabelSource(LabelSource.OTHER)
                    .build();
        }
    }
}
