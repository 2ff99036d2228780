package io.bulwark.imaging.animation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.animation.Animation.AnimationFrame;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Blend;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Disposal;
import io.bulwark.imaging.animation.Animation.AnimationFrame.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DrawingPlanTest {

    private static final int WIDTH = 5;
    private static final int HEIGHT = 4;

    private int drawn;

    /** A frame of one level of gray. */
    private AnimationFrame plain(Placement placement, Blend blend, int level, int alpha) {
        byte[] rgba = {(byte) level, (byte) level, (byte) level, (byte) alpha};
        return new AnimationFrame(placement, blend, canvas -> {
            drawn++;
            byte[] row = new byte[4 * placement.width()];
            for (int i = 0; i < row.length; i++) {
                row[i] = rgba[i % 4];
            }
            for (int y = 0; y < placement.height(); y++) {
                canvas.row(y, row, 0, blend);
            }
        });
    }

    @Test
    void whatIsSeenIsWhatDrawingAllWouldShow() {
        Random random = new Random(11);
        for (int round = 0; round < 2000; round++) {
            List<AnimationFrame> frames = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                frames.add(frame(random));
            }
            TreeSet<Integer> seen = new TreeSet<>(List.of(random.nextInt(10)));
            seen.add(random.nextInt(10));
            BitSet plan = AnimationDecoder.drawn(new GivenFrames(WIDTH, HEIGHT, 1, frames), seen);
            Canvas all = canvas();
            Canvas planned = canvas();
            for (int i = 0; i <= seen.last(); i++) {
                all.show(frames.get(i));
                if (plan.get(i)) {
                    planned.show(frames.get(i));
                } else {
                    planned.pass(frames.get(i));
                }
                if (seen.contains(i)) {
                    assertThat(planned.picture(1).samples())
                            .isEqualTo(all.picture(1).samples());
                }
            }
        }
    }

    @Test
    void ofWholeFramesOnlySeenOnesAreDrawn() {
        assertThat(drawnOf(Blend.SOURCE, Disposal.KEEP)).isEqualTo(3);
    }

    @Test
    void ofUndoneOrClearedFramesOnlySeenOnesAreDrawn() {
        assertThat(drawnOf(Blend.OVER, Disposal.UNDO)).isEqualTo(3);
        assertThat(drawnOf(Blend.OVER, Disposal.CLEAR)).isEqualTo(3);
    }

    @Test
    void ofFramesThatLieOverEachOtherAllAreDrawn() {
        assertThat(drawnOf(Blend.OVER, Disposal.KEEP)).isEqualTo(91);
    }

    private int drawnOf(Blend blend, Disposal disposal) {
        AnimationFrame[] frames = new AnimationFrame[100];
        Arrays.fill(frames, plain(new Placement(0, 0, WIDTH, HEIGHT, disposal, 100), blend, 9, 99));
        BitSet plan = AnimationDecoder.drawn(new GivenFrames(WIDTH, HEIGHT, 1, List.of(frames)), List.of(0, 50, 90));
        Canvas canvas = canvas();
        drawn = 0;
        for (int i = 0; i <= 90; i++) {
            if (plan.get(i)) {
                canvas.show(frames[i]);
            } else {
                canvas.pass(frames[i]);
            }
        }
        return drawn;
    }

    private static Canvas canvas() {
        Canvas canvas = new Canvas(WIDTH, HEIGHT, WIDTH * HEIGHT);
        canvas.restart(ChangeGrid.none());
        return canvas;
    }

    private AnimationFrame frame(Random random) {
        boolean whole = random.nextBoolean();
        Placement place = new Placement(
                whole ? 0 : random.nextInt(WIDTH),
                whole ? 0 : random.nextInt(HEIGHT),
                whole ? WIDTH : 1 + random.nextInt(WIDTH),
                whole ? HEIGHT : 1 + random.nextInt(HEIGHT),
                Disposal.values()[random.nextInt(3)],
                100);
        return plain(place, Blend.values()[random.nextInt(2)], random.nextInt(256), random.nextInt(3) * 127);
    }
}
