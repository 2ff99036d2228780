package io.bulwark.lab.model;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
        if (!(whole.decode(file) instanceof Decoded large) || !(reduced.decode(file) instanceof Decoded small)) {
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
        preprocessor.views((Decoded) result);
        return (System.nanoTime() - start) / 1e6;
    }

    private List<SeenView> embed(Decoded picture) {
        List<SeenView> embedded = new ArrayList<>();
        for (View view : preprocessor.views(picture)) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(view.pixels().length);
            Embeddings embeddings = encoder.embed(pixels.put(view.pixels()).flip(), 1);
            embedded.add(new SeenView(view.name(), embeddings.embedding(0), embeddings.classProbabilities(0)));
        }
        return embedded;
    }
}
