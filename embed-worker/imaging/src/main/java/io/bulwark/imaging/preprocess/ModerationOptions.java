package io.bulwark.imaging.preprocess;

import java.io.Serializable;

/**
 * How much moderation looks at.
 *
 * @param quarterTurns whether each view is also seen turned by 90, 180 and 270 degrees
 * @param mirror whether each view is also seen mirrored
 * @param maxTiles tiles of a still under {@link ViewPolicy#COVER}, at least 2; where square tiles would be more, tiles
 *     grow along the long side and are squeezed, so that still no pixel escapes
 * @param maxTilesOfFrame the same for each frame of an animation, which has up to nine
 */
public record ModerationOptions(boolean quarterTurns, boolean mirror, int maxTiles, int maxTilesOfFrame)
        implements Serializable {

    public ModerationOptions {
        if (maxTiles < 2 || maxTilesOfFrame < 2) {
            throw new IllegalArgumentException(
                    "COVER needs at least 2 tiles, found maxTiles=" + maxTiles + " maxTilesOfFrame=" + maxTilesOfFrame);
        }
    }

    /** Upright views only; 12 tiles for a still, 4 for a frame. */
    public static ModerationOptions standard() {
        return new ModerationOptions(false, false, 12, 4);
    }

    /** The same with turned and mirrored views as well. */
    public ModerationOptions withTurns(boolean turns, boolean mirrored) {
        return new ModerationOptions(turns, mirrored, maxTiles, maxTilesOfFrame);
    }
}
