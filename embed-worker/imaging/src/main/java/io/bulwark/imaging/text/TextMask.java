package io.bulwark.imaging.text;

import io.bulwark.imaging.text.PlainOperations.Planes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Which pixels of a small picture text covers. The same pixels give the same mask on every machine. Immutable; any
 * thread.
 */
public final class TextMask {

    /** Pixels of a picture that is asked about, at most. */
    public static final int MOST_PIXELS = 12_288;

    /** A side below which nothing can be read. */
    public static final int SMALLEST_SIDE = 32;

    /** Share of the picture below which what was found is not worth a view. */
    static final double LEAST = 0.02;

    /** Share beyond which too little is left to fill from. */
    static final double MOST = 0.6;

    /** The logit from which on a pixel counts as covered. */
    static final float COVERED = 0;

    private final TextMaskNetwork network;
    private final PlainOperations operations;

    public TextMask(TextMaskNetwork network) {
        this.network = network;
        this.operations = new PlainOperations(network);
    }

    /** The one that a worker uses. */
    public static TextMask bundled() {
        return Bundled.MASK;
    }

    /** What it is made of. */
    public TextMaskNetwork network() {
        return network;
    }

    /**
     * Looks for text.
     *
     * @param rgb {@code [height, width, 3]} unsigned bytes
     * @return {@code [height, width]}; empty where text covers next to nothing, or nearly all
     */
    public Optional<boolean[]> of(byte[] rgb, int width, int height) {
        float[] logits = logits(rgb, width, height);
        boolean[] mask = new boolean[logits.length];
        int covered = 0;
        for (int i = 0; i < mask.length; i++) {
            mask[i] = logits[i] > COVERED;
            covered += mask[i] ? 1 : 0;
        }
        return isWorthAView(covered, mask.length) ? Optional.of(mask) : Optional.empty();
    }

    /** Whether text that covers these pixels of all is looked behind. */
    public static boolean isWorthAView(long covered, long pixels) {
        return covered >= LEAST * pixels && covered <= MOST * pixels;
    }

    /**
     * The logits of text.
     *
     * @param rgb {@code [height, width, 3]} unsigned bytes
     * @return {@code [height, width]}
     */
    public float[] logits(byte[] rgb, int width, int height) {
        Planes answer = TextMaskNetwork.logits(operations, planes(rgb, width, height));
        float[] logits = new float[width * height];
        int side = TextMaskNetwork.ANSWERED;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float[] plane = answer.planes()[y % side * side + x % side];
                logits[y * width + x] = plane[answer.at(x / side, y / side)];
            }
        }
        return logits;
    }

    /** The last row and column stand for what is missing to whole steps. */
    private static Planes planes(byte[] rgb, int width, int height) {
        Planes planes = Planes.zeros(3, whole(width), whole(height));
        for (int y = 0; y < planes.height(); y++) {
            int row = Math.min(y, height - 1) * width;
            for (int x = 0; x < planes.width(); x++) {
                int from = 3 * (row + Math.min(x, width - 1));
                int to = planes.at(x, y);
                for (int channel = 0; channel < 3; channel++) {
                    planes.planes()[channel][to] = TextMaskNetwork.input(rgb[from + channel] & 0xff);
                }
            }
        }
        return planes;
    }

    private static int whole(int side) {
        int step = TextMaskNetwork.STEP;
        return (side + step - 1) / step * step;
    }

    /** Read when it is first asked for. */
    private static final class Bundled {

        private static final String FILE = "text-mask.safetensors";
        private static final TextMask MASK = read();

        private static TextMask read() {
            try (InputStream file = TextMask.class.getResourceAsStream(FILE)) {
                if (file == null) {
                    throw new IllegalStateException("the jar of bulwark-imaging has no " + FILE
                            + " beside the class TextMask: build it again, or set bulwark.views.text to false");
                }
                return new TextMask(TextMaskNetwork.ofBytes(file.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException("the bundled " + FILE + " cannot be read", e);
            }
        }
    }
}
