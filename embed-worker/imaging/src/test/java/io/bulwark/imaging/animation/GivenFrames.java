package io.bulwark.imaging.animation;

import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.Animation.Scan;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/** An animation of frames that a test made. */
record GivenFrames(int width, int height, int effort, List<AnimationFrame> frames) implements Animation {

    @Override
    public boolean endless() {
        return true;
    }

    @Override
    public Supplier<AnimationFrame> play() {
        Iterator<AnimationFrame> left = frames.iterator();
        return () -> left.hasNext() ? left.next() : null;
    }

    @Override
    public long readerBytes(Scan scan) {
        return 0;
    }

    @Override
    public void prepare(Scan scan) {}
}
