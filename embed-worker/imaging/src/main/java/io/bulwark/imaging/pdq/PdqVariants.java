package io.bulwark.imaging.pdq;

import io.bulwark.imaging.preprocess.Pose;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/**
 * What PDQ says of a picture and of its turned and mirrored copies.
 *
 * @param hashes one for each pose, {@link Pose#UPRIGHT} that of the picture as it is seen
 * @param quality of all of them, 0 to 100
 */
public record PdqVariants(Map<Pose, PdqHash> hashes, int quality) {

    static final int BEST = 100;

    public PdqVariants {
        if (!hashes.keySet().equals(EnumSet.allOf(Pose.class))) {
            throw new IllegalArgumentException("The hashes are those of " + hashes.keySet() + ", wanted is one a pose");
        }
        checkQuality(quality);
        hashes = Collections.unmodifiableMap(new EnumMap<>(hashes));
    }

    /** That of the picture as it is seen. */
    public PdqFingerprint upright() {
        return new PdqFingerprint(hashes.get(Pose.UPRIGHT), quality);
    }

    /**
     * What PDQ says of a picture.
     *
     * @param hash of the picture as it is seen; no bit is set where a side has fewer than 5 pixels
     * @param quality how much there is to see, 0 to 100; 0 as well where the picture is too small or its bits are
     *     chance
     */
    public record PdqFingerprint(PdqHash hash, int quality) {

        public PdqFingerprint {
            checkQuality(quality);
        }
    }

    /** @throws IllegalArgumentException if a quality is not 0 to 100 */
    public static void checkQuality(int quality) {
        if (quality < 0 || quality > BEST) {
            throw new IllegalArgumentException("the quality is %d, allowed is 0 to %d".formatted(quality, BEST));
        }
    }
}
