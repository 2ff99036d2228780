package io.bulwark.service.config;

import io.smallrye.config.WithDefault;

/** Which parts of a picture the encoder sees. */
public interface ViewsConfig {

    /** {@code cover} (all of it), {@code squash} or {@code center-crop}. */
    @WithDefault("cover")
    String policy();

    /** Whether each view is also seen turned by 90, 180 and 270 degrees. */
    @WithDefault("false")
    boolean quarterTurns();

    /** Whether each view is also seen mirrored. */
    @WithDefault("false")
    boolean mirror();

    /**
     * Looks at a still picture under {@code cover} besides the whole: tiles, content, panels and details together. A
     * picture that needs more is never SAFE.
     */
    @WithDefault("12")
    int maxTiles();

    /** The same for each frame of an animation, which is not seen in detail. */
    @WithDefault("4")
    int maxTilesOfFrame();

    /**
     * Whether content without plain margins, panels of collages and screenshots, and ellipses are views under
     * {@code cover}.
     */
    @WithDefault("true")
    boolean structure();

    /**
     * Shorter side in pixels from which on a still picture, or its content, is also seen in detail under {@code cover};
     * 0 for never. With {@code bulwark.decode.fast} it is the side after decoding.
     */
    @WithDefault("640")
    int detailFrom();

    /**
     * How many of the nine details of a large still picture are looked at. Which ones is drawn by
     * {@code bulwark.decode.sampling-key-file} among details with content.
     */
    @WithDefault("2")
    int details();

    /** Whether the middle square of pictures from 11:10 to 3:2 is a further view. */
    @WithDefault("true")
    boolean middle();

    /** Whether text over a picture is filled for a further view. */
    @WithDefault("true")
    boolean text();

    /** Whether a picture that lies on a still is looked for by straight edges. */
    @WithDefault("false")
    boolean rectangles();

    /** Whether a network looks for pictures within the picture. */
    @WithDefault("false")
    boolean insets();
}
