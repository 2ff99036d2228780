package io.bulwark.imaging.animation;

import java.util.Iterator;
import java.util.List;

/** An animation of frames that a test made. */
record GivenFrames(int width, int height, int effort, List<AnimationFrame> frames) implements Animation {

    @Override
    public boolean endless() {
        return true;
    }

    @Override
    public Iterator<AnimationFrame> play() {
        return frames.iterator();
    }

    @Override
    public long readerBytes(AnimationScan scan) {
        return 0;
    }

    @Override
    public void prepare(AnimationScan scan) {}
}
