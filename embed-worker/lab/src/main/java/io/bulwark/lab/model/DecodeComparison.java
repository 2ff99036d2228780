package io.bulwark.lab.model;

import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The worker's views of a file, decoded whole and decoded reduced, by one encoder. One thread. */
final class DecodeComparison {

    /** Rounds of which the fastest counts: what else the machine does is no part of the comparison. */
    private static final int ROUNDS = 3;

    private final Encoder encoder;
    private final Preprocessor preprocessor;
    private final ImageDecoder whole = new StandardImageDecoder(DecodeLimits.standard());
    private final ImageDecoder reduced;

    DecodeComparison(Encoder encoder) {
        PreprocessSpec spec = encoder.description().preprocess();
        this.encoder = encoder;
        this.preprocessor = Preprocessor.moderation(spec, ViewPolicy.COVER);
        this.reduced = new StandardImageDecoder(DecodeLimits.standard(), spec.jpegReduction());
    }

    /** How the decoders reduce. */
    JpegReduction reduction() {
        return encoder.description().preprocess().jpegReduction();
    }

    /**
     * One file both ways.
     *
     * @param whole views of the whole decode
     * @param fast views of the reduced decode
     * @param reduced whether the reduced decode gave a smaller picture
     * @param wholeMillis decode and preprocessing
     * @param fastMillis decode and preprocessing
     */
    record Pair(List<SeenView> whole, List<SeenView> fast, boolean reduced, double wholeMillis, double fastMillis) {}

    /** Empty if the file is refused. */
    Optional<Pair> compare(byte[] file) {
        if (!(whole.decode(file) instanceof DecodeResult.Decoded large)
                || !(reduced.decode(file) instanceof DecodeResult.Decoded small)) {
            return Optional.empty();
        }
        double wholeMillis = Double.MAX_VALUE;
        double fastMillis = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            wholeMillis = Math.min(wholeMillis, millis(whole, file));
            fastMillis = Math.min(fastMillis, millis(reduced, file));
        }
        boolean smaller = small.frames().get(0).width() < large.frames().get(0).width();
        return Optional.of(new Pair(embed(large), embed(small), smaller, wholeMillis, fastMillis));
    }

    private double millis(ImageDecoder decoder, byte[] file) {
        long start = System.nanoTime();
        DecodeResult result = decoder.decode(file);
        preprocessor.views((DecodeResult.Decoded) result);
        return (System.nanoTime() - start) / 1e6;
    }

    private List<SeenView> embed(DecodeResult.Decoded picture) {
        List<SeenView> embedded = new ArrayList<>();
        for (View view : preprocessor.views(picture)) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(view.pixels().length);
            Embeddings embeddings = encoder.embed(pixels.put(view.pixels()).flip(), 1);
            embedded.add(new SeenView(view.name(), embeddings.embedding(0), embeddings.classProbabilities(0)));
        }
        return embedded;
    }

    /**
     * How far embeddings move when pictures are decoded reduced.
     *
     * @param reduced pictures that were decoded reduced; the others are too small, or no JPEGs
     * @param cosines between a view of the whole decode and the same view of the reduced one, ascending
     * @param unmatched views that only one of the two has: a side that is rounded can cross the ratio where tiles begin
     */
    record DecodeEffect(int reduced, double[] cosines, int unmatched) {

        /** Adds up pictures. One thread. */
        static final class Tally {

            private final List<Double> cosines = new ArrayList<>();
            private int reduced;
            private int unmatched;

            void add(List<SeenView> whole, List<SeenView> fast, boolean wasReduced) {
                reduced += wasReduced ? 1 : 0;
                Map<String, float[]> byName = new HashMap<>();
                whole.forEach(view -> byName.put(view.name(), view.embedding()));
                for (SeenView view : fast) {
                    float[] other = byName.remove(view.name());
                    if (other == null) {
                        unmatched++;
                    } else {
                        cosines.add(Cosine.similarity(other, view.embedding()));
                    }
                }
                unmatched += byName.size();
            }

            DecodeEffect effect() {
                return new DecodeEffect(
                        reduced,
                        cosines.stream()
                                .mapToDouble(Double::doubleValue)
                                .sorted()
                                .toArray(),
                        unmatched);
            }
        }

        double mean() {
            return Arrays.stream(cosines).average().orElse(Double.NaN);
        }

        /**
         * The cosine that a share of all views does not reach.
         *
         * @param share in [0, 1]; 0 is the least cosine
         */
        double quantile(double share) {
            if (cosines.length == 0) {
                return Double.NaN;
            }
            return cosines[(int) Math.min(cosines.length - 1, Math.floor(share * cosines.length))];
        }
    }

    /**
     * Decisions by a bank of whole pictures and by the same bank of reduced ones, under one policy: that which the
     * whole bank is calibrated to. One thread.
     */
    static final class DecodeDecisions implements AutoCloseable {

        private final VotingPolicy policy;
        private final Decider decider;
        private final Bank whole;
        private final Bank fast;

        /**
         * @param embedder of whole pictures
         * @param fastEmbedder of reduced ones
         * @throws IllegalArgumentException if the bank cannot be calibrated
         */
        DecodeDecisions(
                List<LabelledPicture> references,
                FlaggedOptions flagged,
                PictureEmbedder embedder,
                PictureEmbedder fastEmbedder) {
            List<LabelledEmbedding> rows = rows(references, embedder);
            Calibration calibration = Calibration.of(rows, flagged.goal());
            policy = new VotingPolicy(calibration.appliedTo(PolicySettings.flagging(flagged.labels())));
            decider = new Decider(embedder.description().headClasses());
            whole = MatrixBank.of(embedder.description().fingerprint(), rows);
            fast = MatrixBank.of(fastEmbedder.description().fingerprint(), rows(references, fastEmbedder));
        }

        private static List<LabelledEmbedding> rows(List<LabelledPicture> references, PictureEmbedder embedder) {
            List<LabelledEmbedding> rows = new ArrayList<>();
            for (LabelledPicture picture : references) {
                if (embedder.whole(picture.file()) instanceof PictureEmbedder.Result.Embedded embedded) {
                    rows.add(new LabelledEmbedding(
                            picture.referenceId(),
                            picture.label(),
                            embedded.views().get(0).embedding()));
                }
            }
            return rows;
        }

        /** Whether the two ways decide a picture differently. */
        boolean differ(DecodeComparison.Pair pair) {
            return decide(pair.whole(), whole).outcome()
                    != decide(pair.fast(), fast).outcome();
        }

        /** Without the file's hash: a picture that is in the bank is decided by what is seen of it. */
        private Judgement decide(List<SeenView> views, Bank bank) {
            return decider.decide(
                            bank,
                            Policies.always(policy),
                            new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.NONE, views))
                    .judgement();
        }

        @Override
        public void close() {
            whole.close();
            fast.close();
        }
    }
}
