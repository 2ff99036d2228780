package io.bulwark.imaging.animation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.FrameSampling;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.RefusedException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnimationScanTest {

    private static final int SIDE = 10;

    private record Frame(Placement placement) implements AnimationFrame {

        @Override
        public boolean replaces() {
            return true;
        }

        @Override
        public void draw(Canvas canvas) {
            throw new AssertionError("The work is counted before anything is drawn");
        }
    }

    private record Frames(List<AnimationFrame> frames, int effort) implements Animation {

        @Override
        public int width() {
            return SIDE;
        }

        @Override
        public int height() {
            return SIDE;
        }

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

    private static AnimationScan scan(int frames, Disposal disposal, int effort) {
        AnimationFrame frame = new Frame(new Placement(0, 0, SIDE, SIDE, disposal, 100));
        DecodeLimits limits = new DecodeLimits(1000, 1000, 1000, 1 << 20, FrameSampling.standard());
        return AnimationScan.of(
                "X", new Frames(Collections.nCopies(frames, frame), effort), new PixelBudget(limits).lease());
    }

    private static void assertRefused(int frames, Disposal disposal, int effort) {
        assertThatThrownBy(() -> scan(frames, disposal, effort))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("bulwark.decode.max-animation-pixels");
    }

    @Test
    void asManyPixelsAreAllowedAsTheLimitSays() {
        assertThat(scan(10, Disposal.KEEP, 1).frames()).isEqualTo(10);
        assertRefused(11, Disposal.KEEP, 1);
    }

    @Test
    void pixelsThatCostMoreCountMore() {
        assertThat(scan(2, Disposal.KEEP, 5).frames()).isEqualTo(2);
        assertRefused(3, Disposal.KEEP, 5);
    }

    @Test
    void whatIsClearedOrPutBackCountsOnceMore() {
        assertThat(scan(5, Disposal.CLEAR, 1).frames()).isEqualTo(5);
        assertRefused(6, Disposal.CLEAR, 1);
        assertRefused(6, Disposal.UNDO, 1);
    }
}
