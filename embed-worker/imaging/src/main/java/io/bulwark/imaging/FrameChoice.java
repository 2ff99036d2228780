package io.bulwark.imaging;

import io.bulwark.imaging.PixelBudget.Lease;
import java.util.ArrayList;
import java.util.List;

/** Which frames of an animation are looked at. */
public final class FrameChoice {

    /** Fewer than this and an animation could show anything between; it is refused instead. */
    private static final int FEWEST = 3;

    private FrameChoice() {}

    /**
     * The first frame and evenly spaced further ones, the last included; fewer where memory is short.
     *
     * @param total frames in the file
     * @param pixels of one frame
     * @param fixedBytes heap a pixel that the decode fills, however many frames are kept
     * @param frameBytes heap a pixel of each kept frame
     * @return rising frame numbers from 0
     */
    public static List<Integer> choose(Lease lease, int total, long pixels, int fixedBytes, int frameBytes) {
        int wanted = Math.min(lease.limits().maxFrames(), total);
        while (wanted > FEWEST && !lease.fits(pixels * (fixedBytes + (long) frameBytes * wanted))) {
            wanted--;
        }
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            chosen.add(wanted == 1 ? 0 : (int) Math.round((double) i * (total - 1) / (wanted - 1)));
        }
        return List.copyOf(chosen);
    }
}
