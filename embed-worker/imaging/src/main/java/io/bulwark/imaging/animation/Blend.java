package io.bulwark.imaging.animation;

/** How a frame's pixels meet what is on the canvas. */
public enum Blend {
    /** They replace it, their transparency included. */
    SOURCE,

    /** They are laid over it. */
    OVER
}
