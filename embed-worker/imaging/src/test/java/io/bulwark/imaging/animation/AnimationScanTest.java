package io.bulwark.imaging.animation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import io.bulwark.imaging.animation.Animation.Scan;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class AnimationScanTest {

    private static final int SIDE = 10;

    private static Scan scan(int frames, Disposal disposal, int effort) {
        AnimationFrame frame =
                new AnimationFrame(new Placement(0, 0, SIDE, SIDE, disposal, 100), Blend.SOURCE, canvas -> {
                    throw new AssertionError("The work is counted before anything is drawn");
                });
        DecodeLimits limits = new DecodeLimits(1000, 1000, 1000, 1 << 20, FrameSampling.standard());
        return Scan.of(
                "X",
                new GivenFrames(SIDE, SIDE, effort, Collections.nCopies(frames, frame)),
                new PixelBudget(limits).lease());
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
