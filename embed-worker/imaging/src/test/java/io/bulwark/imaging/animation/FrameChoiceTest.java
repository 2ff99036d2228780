package io.bulwark.imaging.animation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.animation.AnimationDecoder.FrameChoice;
import io.bulwark.imaging.animation.AnimationDecoder.FrameChoice.Timeline;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameChoiceTest {

    private static final int WANTED = 9;

    @Test
    void frameThatIsShownLongIsAlwaysTaken() {
        for (int seed = 0; seed < 50; seed++) {
            Timeline timeline = flicker(500);
            timeline.millis()[321] = 5_000;
            assertThat(choose(timeline, seed)).hasSize(WANTED).contains(0, 321);
        }
    }

    @Test
    void stillThatIsMadeOfManyFramesIsOneLongMoment() {
        for (int seed = 0; seed < 50; seed++) {
            Timeline timeline = flicker(500);
            for (int frame = 300; frame < 340; frame++) {
                look(timeline, frame, 77);
            }
            assertThat(choose(timeline, seed)).contains(300);
        }
    }

    @Test
    void frameThatDiffersMuchIsAlwaysTaken() {
        for (int seed = 0; seed < 50; seed++) {
            Timeline timeline = plain(500);
            Arrays.fill(
                    timeline.signatures(), 123 * ChangeGrid.SIGNATURE_BYTES, 124 * ChangeGrid.SIGNATURE_BYTES, (byte)
                            90);
            assertThat(choose(timeline, seed)).contains(123);
        }
    }

    @Test
    void frameOnWhichTheFileStaysIsAlwaysTaken() {
        Timeline timeline = flicker(500);
        timeline.millis()[499] = Timeline.FOREVER;
        for (int seed = 0; seed < 50; seed++) {
            assertThat(choose(timeline, seed)).contains(499);
        }
    }

    @Test
    void noFrameIsSafeFromBeingDrawnByTheKey() {
        Timeline timeline = plain(60);
        boolean[] seen = new boolean[60];
        for (int seed = 0; seed < 400; seed++) {
            choose(timeline, seed).forEach(frame -> seen[frame] = true);
        }
        assertThat(seen).doesNotContain(false);
    }

    @Test
    void paddingWithFramesOfNoTimeMovesNoDraws() {
        // Frame 1 takes nine tenths of the time; 900 more follow.
        Timeline timeline = plain(902);
        Arrays.fill(timeline.millis(), 20);
        timeline.millis()[1] = 9 * 900 * 20;
        // One place of two is the key's.
        int hits = 0;
        for (int seed = 0; seed < 200; seed++) {
            hits += FrameChoice.choose(timeline, 2, draws(seed)).contains(1) ? 1 : 0;
        }
        assertThat(hits).isBetween(150, 200);
    }

    @Test
    void choiceIsTheSameForTheSameKeyAndFile() {
        assertThat(choose(flicker(500), 3)).isEqualTo(choose(flicker(500), 3)).isNotEqualTo(choose(flicker(500), 4));
    }

    @Test
    void shortAnimationIsTakenWhole() {
        assertThat(choose(plain(5), 1)).containsExactly(0, 1, 2, 3, 4);
        assertThat(FrameChoice.choose(plain(5), 1, draws(1))).containsExactly(0);
    }

    private static List<Integer> choose(Timeline timeline, int seed) {
        return FrameChoice.choose(timeline, WANTED, draws(seed));
    }

    private static SamplingKey.Draws draws(int seed) {
        return SamplingKey.publicKey().draws(Integer.toString(seed).getBytes(StandardCharsets.US_ASCII));
    }

    /** Frames that all look alike. */
    private static Timeline plain(int frames) {
        Timeline timeline = Timeline.of(frames);
        Arrays.fill(timeline.millis(), 100);
        return timeline;
    }

    /** Frames that look like three things in turn. */
    private static Timeline flicker(int frames) {
        Timeline timeline = plain(frames);
        for (int frame = 0; frame < frames; frame++) {
            look(timeline, frame, 40 * (frame % 3));
        }
        return timeline;
    }

    private static void look(Timeline timeline, int frame, int level) {
        int size = ChangeGrid.SIGNATURE_BYTES;
        Arrays.fill(timeline.signatures(), frame * size, (frame + 1) * size, (byte) level);
    }
}
