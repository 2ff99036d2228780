package io.bulwark.imaging.preprocess;

import java.io.Serializable;

/**
 * How much moderation looks at.
 *
 * @param quarterTurns whether each view is also seen turned by 90, 180 and 270 degrees
 * @param mirror whether each view is also seen mirrored
 * @param maxTiles tiles of a still under {@link ViewPolicy#COVER}, those of its details among them, at least 2; where square
 *     tiles would be more, tiles grow along the long side and are squeezed, so that still no pixel escapes
 * @param maxTilesOfFrame the same for each frame of an animation, which has up to nine and is not seen in detail
 * @param detailFrom shorter side in pixels from which on a still is also seen in detail under {@link ViewPolicy#COVER}:
 *     {@value #NEVER_IN_DETAIL} for never, else at least {@value #LEAST_DETAIL}, below which a tenth of it has fewer pixels
 *     than the 32 that it is to be seen at
 */
public record ModerationOptions(boolean quarterTurns, boolean mirror, int maxTiles, int maxTilesOfFrame, int detailFrom)
        implements Serializable {

    /** The {@code detailFrom} that no picture has. */
    public static final int NEVER_IN_DETAIL = 0;

    /** The least {@code detailFrom} besides. */
    public static final int LEAST_DETAIL = 320;

    /** Tiles that a picture's details take. */
    public static final int DETAILS = 9;

    private static final int GROUNDS = 3;

    public ModerationOptions {
        if (maxTiles < 2 || maxTilesOfFrame < 2) {
            throw new IllegalArgumentException(
                    "COVER needs at least 2 tiles, found maxTiles=" + maxTiles + " maxTilesOfFrame=" + maxTilesOfFrame);
        }
        if (detailFrom != NEVER_IN_DETAIL && detailFrom < LEAST_DETAIL) {
            throw new IllegalArgumentException("detailFrom is " + detailFrom + ", allowed are " + NEVER_IN_DETAIL
                    + " for never and " + LEAST_DETAIL + " or more pixels");
        }
        if (detailFrom != NEVER_IN_DETAIL && maxTiles < DETAILS) {
            throw new IllegalArgumentException("maxTiles is " + maxTiles + ", but details take " + DETAILS
                    + " tiles: raise it, or set detailFrom to " + NEVER_IN_DETAIL);
        }
    }

    /** Upright views only; 12 tiles for a still, 4 for a frame; details from 640 pixels on. */
    public static ModerationOptions standard() {
        return new ModerationOptions(false, false, 12, 4, 640);
    }

    /** The same with turned and mirrored views as well. */
    public ModerationOptions withTurns(boolean turns, boolean mirrored) {
        return new ModerationOptions(turns, mirrored, maxTiles, maxTilesOfFrame, detailFrom);
    }

    /** The same without details. */
    public ModerationOptions withoutDetails() {
        return new ModerationOptions(quarterTurns, mirror, maxTiles, maxTilesOfFrame, NEVER_IN_DETAIL);
    }

    /** Views that a file has at most, of so many frames: each look over three grounds, in each of the poses. */
    public int mostViews(int frames) {
        int poses = 1 + (quarterTurns ? 3 : 0) + (mirror ? 1 : 0);
        return Math.max(1 + maxTiles, frames * (1 + maxTilesOfFrame)) * GROUNDS * poses;
    }
}
