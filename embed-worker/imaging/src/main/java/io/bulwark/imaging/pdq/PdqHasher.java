package io.bulwark.imaging.pdq;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.rows.PixelRows;
import java.util.EnumMap;
import java.util.Map;

/**
 * Pictures to PDQ hashes, by Meta's definition ("The TMK+PDQF video-hashing algorithm and the PDQ image-hashing
 * algorithm", ThreatExchange, {@code hashing/hashing.pdf}): 64x64 samples of brightness by a tent filter over the whole
 * picture, the 16x16 lowest frequencies of their cosine transform but the mean, a bit for each above the median.
 *
 * <p>The picture is hashed as a person sees it: turned as its EXIF orientation says, transparency over white. An
 * animation is hashed frame by frame. Nothing keeps the picture. Any thread.
 */
public final class PdqHasher {

    /** A picture with a shorter side has no hash; so in Meta's programs. */
    private static final int LEAST_SIDE = 5;

    private PdqHasher() {}

    /** The hash of a picture as it is seen. */
    public static PdqFingerprint hash(Raster picture) {
        if (isTooSmall(picture)) {
            return new PdqFingerprint(PdqHash.NONE, 0);
        }
        Brightness brightness = brightness(picture);
        Spectrum spectrum = Spectrum.of(brightness);
        return new PdqFingerprint(spectrum.hash(), quality(brightness, spectrum));
    }

    /**
     * The hashes of a picture as it is seen and of its turned and mirrored copies, for the price of one. As Meta defines
     * them: by the signs of the coefficients. The copy's own hash may differ from that by some bits.
     */
    public static PdqVariants variants(Raster picture) {
        Map<Pose, PdqHash> hashes = new EnumMap<>(Pose.class);
        if (isTooSmall(picture)) {
            for (Pose pose : Pose.values()) {
                hashes.put(pose, PdqHash.NONE);
            }
            return new PdqVariants(hashes, 0);
        }
        Brightness brightness = brightness(picture);
        Spectrum spectrum = Spectrum.of(brightness);
        for (Pose pose : Pose.values()) {
            hashes.put(pose, spectrum.seen(pose).hash());
        }
        return new PdqVariants(hashes, quality(brightness, spectrum));
    }

    private static boolean isTooSmall(Raster picture) {
        return Math.min(picture.width(), picture.height()) < LEAST_SIDE;
    }

    private static int quality(Brightness brightness, Spectrum spectrum) {
        return spectrum.isNoise() ? 0 : brightness.quality();
    }

    private static Brightness brightness(Raster picture) {
        return Brightness.of(PixelRows.overWhite(picture.withoutColour()), Pose.ofExif(picture.orientation()));
    }
}
