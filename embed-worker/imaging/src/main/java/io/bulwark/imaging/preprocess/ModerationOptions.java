package io.bulwark.imaging.preprocess;

import java.io.Serializable;

/**
 * How much moderation looks at.
 *
 * @param quarterTurns whether each view is also seen turned by 90, 180 and 270 degrees
 * @param mirror whether each view is also seen mirrored
 * @param maxTiles looks at a still besides the whole under {@link ViewPolicy#COVER}: tiles, content, panels and details
 *     together; at least 2, and {@code details} more where there are details. Where square tiles would be more, tiles
 *     grow along the long side and are squeezed, so that still no pixel escapes
 * @param maxTilesOfFrame the same for each frame of an animation, which is not seen in detail
 * @param structure whether a first look finds margins, which are cut for a further view, panels, which are views, and a
 *     circle or an ellipse, whose corners are filled for a further view
 * @param detailFrom shorter side in pixels from which on a still is also seen in detail under {@link ViewPolicy#COVER}:
 *     {@value #NEVER_IN_DETAIL} for never, else at least {@value #LEAST_DETAIL}, below which a tenth of it has fewer
 *     pixels than the 32 that it is to be seen at
 * @param details how many of a large still's {@value #DETAILS} details are looked at, 1 to {@value #DETAILS}; which
 *     ones is drawn by the deployment's key
 * @param middle whether the middle square of a picture from 11:10 to 3:2 is a further view under
 *     {@link ViewPolicy#COVER}, besides {@code maxTiles}
 * @param text whether text over a picture is looked for under {@link ViewPolicy#COVER}: where there is some, the
 *     picture without it is a further view, besides {@code maxTiles}
 * @param rectangles whether pictures that lie upright on a still are looked for by their straight edges under
 *     {@link ViewPolicy#COVER}: {@value InsetFinder#MOST} further views at most, besides {@code maxTiles}
 * @param insets whether pictures within the picture are looked for by a network under {@link ViewPolicy#COVER}, also
 *     turned ones: {@value InsetFinder#MOST} further views at most, those of {@code rectangles} among them
 */
public record ModerationOptions(
        boolean quarterTurns,
        boolean mirror,
        int maxTiles,
        int maxTilesOfFrame,
        boolean structure,
        int detailFrom,
        int details,
        boolean middle,
        boolean text,
        boolean rectangles,
        boolean insets)
        implements Serializable {

    /** The {@code detailFrom} that no picture has. */
    public static final int NEVER_IN_DETAIL = 0;

    /** The least {@code detailFrom} besides. */
    public static final int LEAST_DETAIL = 320;

    /** Details that a picture has, three by three. */
    public static final int DETAILS = 9;

    /** Tiles that a strip takes at least. */
    public static final int LEAST_TILES = 2;

    /**
     * Views of one file that are judged at most, over all frames, looks and grounds, before they are turned and
     * mirrored.
     */
    public static final int MOST_VIEWS = 24;

    private static final int GROUNDS = 3;

    public ModerationOptions {
        if (maxTiles < LEAST_TILES || maxTilesOfFrame < LEAST_TILES) {
            throw new IllegalArgumentException(
                    "COVER needs at least 2 tiles, found maxTiles=" + maxTiles + " maxTilesOfFrame=" + maxTilesOfFrame);
        }
        if (detailFrom != NEVER_IN_DETAIL && detailFrom < LEAST_DETAIL) {
            throw new IllegalArgumentException("detailFrom is " + detailFrom + ", allowed are " + NEVER_IN_DETAIL
                    + " for never and " + LEAST_DETAIL + " or more pixels");
        }
        if (details < 1 || details > DETAILS) {
            throw new IllegalArgumentException("details is " + details + ", allowed are 1 to " + DETAILS
                    + "; for none set detailFrom to " + NEVER_IN_DETAIL);
        }
        if (detailFrom != NEVER_IN_DETAIL && maxTiles < details + LEAST_TILES) {
            throw new IllegalArgumentException("maxTiles is " + maxTiles + ", but with details=" + details
                    + " at least " + (details + LEAST_TILES) + " are needed: raise it, or set detailFrom to "
                    + NEVER_IN_DETAIL);
        }
    }

    /**
     * Upright views only; 12 looks at a still besides the whole and its middle, 4 at a frame; margins and panels; two
     * details from 640 pixels on; what is behind text; no rectangles or insets.
     */
    public static ModerationOptions standard() {
        return new ModerationOptions(false, false, 12, 4, true, 640, 2, true, true, false, false);
    }

    /** The same with turned and mirrored views as well. */
    public ModerationOptions withTurns(boolean turns, boolean mirrored) {
        return new ModerationOptions(
                turns,
                mirrored,
                maxTiles,
                maxTilesOfFrame,
                structure,
                detailFrom,
                details,
                middle,
                text,
                rectangles,
                insets);
    }

    /**
     * What the fingerprint of a preprocessor says of them. Where text is not looked behind, or rectangles or insets
     * are not looked for, it is what it was before that could be done, since the views are.
     */
    String canonical() {
        return toString()
                .replace(", text=" + text, text ? ", text=true" : "")
                .replace(", rectangles=" + rectangles, rectangles ? ", rectangles=true" : "")
                .replace(", insets=" + insets, insets ? ", insets=true" : "");
    }

    /** The same, looking behind text or not. */
    public ModerationOptions withText(boolean looked) {
        return new ModerationOptions(
                quarterTurns,
                mirror,
                maxTiles,
                maxTilesOfFrame,
                structure,
                detailFrom,
                details,
                middle,
                looked,
                rectangles,
                insets);
    }

    /** The same, looking for pictures within pictures by straight edges, or not, and by the network, or not. */
    public ModerationOptions withInsets(boolean byEdges, boolean byNetwork) {
        return new ModerationOptions(
                quarterTurns,
                mirror,
                maxTiles,
                maxTilesOfFrame,
                structure,
                detailFrom,
                details,
                middle,
                text,
                byEdges,
                byNetwork);
    }

    /** The same without middle, details, margins, panels, text, rectangles and insets: the whole, and tiles where it is wide. */
    public ModerationOptions withoutDetails() {
        return new ModerationOptions(
                quarterTurns,
                mirror,
                maxTiles,
                maxTilesOfFrame,
                false,
                NEVER_IN_DETAIL,
                details,
                false,
                false,
                false,
                false);
    }

    /**
     * The most views judged of one file, over all its frames: each look over three grounds, as far as there are places,
     * in each of the poses.
     */
    public int mostViews(int frames) {
        int poses = 1 + (quarterTurns ? 3 : 0) + (mirror ? 1 : 0);
        int besides = 1 + (middle ? 1 : 0) + (text ? 1 : 0) + (structure ? 1 : 0);
        int ofStill = besides + maxTiles + (rectangles || insets ? InsetFinder.MOST : 0);
        int ofFrame = besides + maxTilesOfFrame + (insets ? InsetFinder.MOST : 0);
        int upright = Math.max(ofStill, frames * ofFrame) * GROUNDS;
        return Math.min(upright, MOST_VIEWS) * poses;
    }
}
