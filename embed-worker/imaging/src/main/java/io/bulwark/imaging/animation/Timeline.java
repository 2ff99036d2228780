package io.bulwark.imaging.animation;

/**
 * When each frame of an animation is shown, and what the canvas then looks like from afar.
 *
 * @param millis how long each frame is shown
 * @param signatures {@code [frames, ChangeGrid.SIGNATURE_BYTES]}
 */
record Timeline(int[] millis, byte[] signatures) {

    /** Heap for each frame. */
    static final int BYTES_PER_FRAME = Integer.BYTES + ChangeGrid.SIGNATURE_BYTES;

    /** For how long a file that is not repeated shows its last frame. */
    static final int FOREVER = Integer.MAX_VALUE;

    static Timeline of(int frames) {
        return new Timeline(new int[frames], new byte[frames * ChangeGrid.SIGNATURE_BYTES]);
    }

    int frames() {
        return millis.length;
    }

    /** How much the canvas differs at two frames: 0 where it is the same. */
    int difference(int a, int b) {
        return ChangeGrid.difference(signatures, a, b);
    }
}
