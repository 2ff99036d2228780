package io.bulwark.imaging.animation;

/** One frame of an animation, undecoded. */
public interface AnimationFrame {

    /** Where it is drawn. */
    Placement placement();

    /**
     * Decodes it and gives its rows to a canvas.
     *
     * @throws io.bulwark.imaging.RefusedException if it is damaged
     */
    void draw(Canvas canvas);
}
