package io.bulwark.imaging.mask;

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

    private final MaskNetwork network;

    /** @param network of {@link MaskLayers#TEXT} */
    public TextMask(MaskNetwork network) {
        this.network = network;
    }

    /** The one that a worker uses. */
    public static TextMask bundled() {
        return Bundled.MASK;
    }

    /** What it is made of. */
    public MaskNetwork network() {
        return network;
    }

    /**
     * Looks for text.
     *
     * @param rgb {@code [height, width, 3]} unsigned bytes
     * @return {@code [height, width]}; empty where text covers next to nothing, or nearly all
     */
    public Optional<boolean[]> of(byte[] rgb, int width, int height) {
        float[] logits = network.logits(rgb, width, height);
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

    /** Read when it is first asked for. */
    private static final class Bundled {

        private static final TextMask MASK = new TextMask(MaskNetwork.bundled(MaskLayers.TEXT, "bulwark.views.text"));
    }
}
