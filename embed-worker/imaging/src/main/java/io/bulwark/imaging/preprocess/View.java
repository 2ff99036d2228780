package io.bulwark.imaging.preprocess;

import java.util.regex.Pattern;

/**
 * One look at a picture, ready for the encoder.
 *
 * @param name {@code whole}, {@code middle} (its middle square, besides the whole), {@code centre}, {@code tile-1}
 *     ..., {@code coarse-1} ..., {@code content-1} ..., {@code panel-1} ..., {@code quarter-1} ..., {@code detail-1}
 *     to {@code detail-9}, {@code coarse-panel-1} ..., {@code inset-1} ..., {@code coarse-inset-1} ..., {@code round},
 *     {@code without-text}, with {@code /white}, {@code /black} or {@code /opaque} (alpha dropped) where the picture is
 *     seen through, then {@code /turn-90} or {@code /mirror} where these are asked for, {@code frame-N/} before it for
 *     animations; {@code exact} in exact mode. Of views
 *     that are judged {@code plain-} or {@code sampled-} may stand before the look's own name, as {@link #isPlain}
 *     and {@link #isSampled} say
 * @param pixels {@code [height, width, 3]} unsigned bytes, RGB
 */
public record View(String name, byte[] pixels) {

    /**
     * What the names of tiles begin with that are seen less finely than is wanted, and of panels that are not all seen.
     */
    static final String COARSE = "coarse-";

    /** What the view of the middle square is called, behind its frame's name. */
    static final String MIDDLE = "middle";

    /** What the view is called in which text over the picture is filled, behind its frame's name. */
    public static final String WITHOUT_TEXT = "without-text";

    /** What the view is called of a picture that was cut to an ellipse, its corners filled, behind its frame's name. */
    static final String ROUND = "round";

    /** What the names of views begin with that show a picture within the picture, behind their frame's. */
    static final String INSET = "inset-";

    /** What the name of a view without content begins with, behind its frame's. */
    static final String PLAIN = "plain-";

    /**
     * What the name of the first view of a file begins with that has more views than are judged, behind its frame's.
     */
    static final String SAMPLED = "sampled-";

    private static final String FRAME = "(frame-\\d+/)?";
    private static final String LOOK = "(whole|" + MIDDLE + "|centre|" + WITHOUT_TEXT
            + "|" + ROUND
            + "|((tile|content|panel|quarter|detail|inset|coarse-content|coarse-panel|coarse-inset|coarse)-)?\\d+"
            + "|coarse-whole|coarse-centre)";
    private static final String GROUND_AND_POSE = "(/(white|black|opaque))?(/(turn-90|turn-180|turn-270|mirror))?";

    private static final Pattern COARSE_NAME =
            Pattern.compile(FRAME + "(" + SAMPLED + ")?(" + COARSE + "((content|panel|inset)-)?\\d+(/.*)?|" + PLAIN
                    + COARSE + "((content|panel|inset)-)?(\\d+|whole|centre)(/.*)?)");

    private static final Pattern PLAIN_NAME =
            Pattern.compile(FRAME + "(" + SAMPLED + ")?" + PLAIN + LOOK + GROUND_AND_POSE);

    private static final Pattern SAMPLED_NAME =
            Pattern.compile(FRAME + SAMPLED + "(" + PLAIN + ")?" + LOOK + GROUND_AND_POSE);

    /**
     * Whether a view of this name is of a picture that has parts which no view shows finely enough: it would take more
     * tiles than there may be, has more panels or insets, or could not be searched for all of them. What looks harmless in it may
     * not be.
     */
    public static boolean isCoarse(String name) {
        return COARSE_NAME.matcher(name).matches();
    }

    /**
     * Whether a view of this name has no content: it is of one colour, within {@link ViewChoice#NOISE} levels. It is
     * evidence of nothing, whatever lies near it. Such a view is judged only where a file has no other, no other that
     * is coarse, or a frame that no view shows.
     */
    public static boolean isPlain(String name) {
        return PLAIN_NAME.matcher(name).matches();
    }

    /**
     * Whether the file of a view of this name has more distinct views than are judged. What looks harmless in it may
     * not be.
     */
    public static boolean isSampled(String name) {
        return SAMPLED_NAME.matcher(name).matches();
    }

    /** The name that a view has among all views of its file: without what judging adds. */
    public static String look(String name) {
        if (!isPlain(name) && !isSampled(name)) {
            return name;
        }
        return name.replaceFirst(SAMPLED, "").replaceFirst(PLAIN, "").replaceFirst("coarse-(whole|centre)", "$1");
    }

    /** The same pixels under a name that begins, behind that of its frame, with this. */
    View marked(String mark) {
        int look = name.startsWith("frame-") ? name.indexOf('/') + 1 : 0;
        return new View(name.substring(0, look) + mark + name.substring(look), pixels);
    }
}
