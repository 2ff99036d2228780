package io.bulwark.imaging.animation;

/** One frame of an animation, undecoded. */
public interface AnimationFrame {

    /** Where it is drawn. */
    Placement placement();

    /** Whether it leaves nothing in its rectangle of what was there, as its header says; false where that says nothing. */
    boolean replaces();

    /**
     * Decodes it and gives its rows to a canvas.
     *
     * @throws io.bulwark.imaging.RefusedException if it is damaged
     */
    void draw(Canvas canvas);
}
