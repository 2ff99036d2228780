package io.bulwark.imaging.preprocess;

import java.util.regex.Pattern;

/**
 * One look at a picture, ready for the encoder.
 *
 * @param name {@code whole}, {@code centre}, {@code tile-1} ..., {@code coarse-1} ..., {@code content-1}
 *     ..., {@code panel-1} ..., {@code quarter-1} ..., {@code detail-1} to {@code detail-9}, {@code coarse-panel-1} ..., with {@code /white},
 *     {@code /black} or {@code /opaque} (alpha dropped) where the picture is seen through, then {@code /turn-90} or
 *     {@code /mirror} where these are asked for, {@code frame-N/} before it for animations; {@code exact} in exact mode
 * @param pixels {@code [height, width, 3]} unsigned bytes, RGB
 */
public record View(String name, byte[] pixels) {

    /** What the names of tiles begin with that are seen less finely than is wanted, and of panels that are not all seen. */
    static final String COARSE = "coarse-";

    private static final Pattern COARSE_NAME =
            Pattern.compile("(frame-\\d+/)?" + COARSE + "((content|panel)-)?\\d+(/.*)?");

    /**
     * Whether a view of this name is of a picture that has parts which no view shows finely enough: it would take more
     * tiles than there may be, has more panels, or could not be searched for all of them. What looks harmless in it may not
     * be.
     */
    public static boolean isCoarse(String name) {
        return COARSE_NAME.matcher(name).matches();
    }
}
