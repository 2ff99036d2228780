package io.bulwark.imaging.animation;

/** What becomes of a frame's rectangle when the next frame is drawn. */
public enum Disposal {
    /** It stays. */
    KEEP,

    /** It becomes transparent, whatever background colour the file names: browsers ignore that colour. */
    CLEAR,

    /** It becomes what it was before the frame. */
    UNDO
}
