package io.bulwark.perception.bank;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.metric.Cosine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rows that an encoder makes of pictures of one colour. A bank that was built before such views were left out may hold some:
 * a black drawing on a transparent ground is all black over black. They are evidence of nothing, and a bank is loaded without
 * them. Immutable; any thread.
 *
 * <p>Found by comparison: the topic says of a row neither its picture nor its colour. Black, white and the colours of a grid
 * are met exactly, another colour where the nearest of the grid is as near: half of the colours are not for R-Lite0_F (median
 * cosine 0.969). Banks of that model were all built without such rows; a grid of 359 colours would find most, and take 14 s
 * of a ViT's start.
 */
public final class PlainRows {

    /** For a bank of which nothing is to be left out. */
    public static final PlainRows NONE = new PlainRows(List.of());

    /** Cosine from which on a row is that of a plain picture. */
    static final double LEAST = 0.985;

    private static final int[] LEVELS = {0, 85, 170, 255};
    private static final int GRAY_STEP = 17;

    private final List<float[]> rows;

    /** @param rows unit rows of one encoder; not copied, not to be modified */
    public PlainRows(List<float[]> rows) {
        this.rows = List.copyOf(rows);
    }

    /** Those of an encoder, on the thread that uses it: it embeds 76 views, one after the other. */
    public static PlainRows of(Encoder encoder) {
        PreprocessSpec spec = encoder.description().preprocess();
        ByteBuffer view = ByteBuffer.allocateDirect(3 * spec.height() * spec.width());
        return new PlainRows(colours().stream()
                .map(colour -> {
                    view.clear();
                    while (view.hasRemaining()) {
                        view.put((byte) (colour >> 16))
                                .put((byte) (colour >> 8))
                                .put((byte) colour.intValue());
                    }
                    return encoder.embed(view.flip(), 1).embedding(0);
                })
                .toList());
    }

    private static List<Integer> colours() {
        List<Integer> colours = new ArrayList<>(IntStream.rangeClosed(0, 255 / GRAY_STEP)
                .map(step -> step * GRAY_STEP * 0x010101)
                .boxed()
                .toList());
        for (int red : LEVELS) {
            for (int green : LEVELS) {
                for (int blue : LEVELS) {
                    if (red != green || green != blue) {
                        colours.add(red << 16 | green << 8 | blue);
                    }
                }
            }
        }
        return colours;
    }

    /**
     * Whether a row is one of them.
     *
     * @param row unit row of the same encoder
     */
    public boolean has(float[] row) {
        return rows.stream().anyMatch(plain -> plain.length == row.length && Cosine.similarity(plain, row) >= LEAST);
    }

    /** A reference without the variants that are plain; empty where its own row is. */
    public Optional<LabelledEmbedding> without(LabelledEmbedding reference) {
        if (has(reference.embedding())) {
            return Optional.empty();
        }
        List<ReferenceVariant> kept = reference.variants().stream()
                .filter(variant -> !has(variant.embedding()))
                .toList();
        return Optional.of(kept.size() == reference.variants().size() ? reference : reference.with(kept));
    }
}
