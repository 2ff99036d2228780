package io.bulwark.imaging.preprocess;

/** Which parts of a picture the encoder sees. The verdict is that of the worst view. */
public enum ViewPolicy {
    /** Shortest side resized, middle square: the paper's. Blind to what lies outside the middle. */
    CENTER_CROP,
    /** The whole picture squeezed into the encoder's square. */
    SQUASH,
    /**
     * The squashed whole, its middle square where the aspect ratio is from 11:10 to 3:2, overlapping square tiles where
     * it is beyond, so that no pixel escapes, the content without plain margins, panels, and some of nine overlapping
     * details of large stills.
     */
    COVER
}
