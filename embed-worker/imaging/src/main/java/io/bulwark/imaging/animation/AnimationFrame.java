package io.bulwark.imaging.animation;

/** One frame of an animation, undecoded. */
public interface AnimationFrame {

    /** Where it is drawn. */
    Placement placement();

    /** How it is drawn over what is there, as its header says: {@link Blend#SOURCE} leaves nothing of that. */
    Blend blend();

    /**
     * Decodes it and gives its rows to a canvas.
     *
     * @throws io.bulwark.imaging.RefusedException if it is damaged
     */
    void draw(Canvas canvas);
}
