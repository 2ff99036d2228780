package io.bulwark.imaging.animation;

import io.bulwark.imaging.SamplingKey;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Which frames of an animation are looked at: the first; what is shown longest; moments that cannot be predicted
 * without the deployment's key; and what differs most from all of these.
 */
final class FrameChoice {

    /** Draws that may fall on frames that were chosen already before a place is given to change instead. */
    private static final int DRAWS_PER_PLACE = 32;

    /** Two levels in each figure of each part: a blinking pixel makes no new moment of an old one. */
    private static final int SAME = 4 * ChangeGrid.SIGNATURE_BYTES;

    private final Timeline timeline;
    private final int wanted;
    private final TreeSet<Integer> chosen = new TreeSet<>();

    private FrameChoice(Timeline timeline, int wanted) {
        this.timeline = timeline;
        this.wanted = Math.min(wanted, timeline.frames());
    }

    /**
     * Chooses frames.
     *
     * @param wanted frames, the first included
     * @param draws of the deployment's key and the file
     * @return rising frame numbers from 0; {@code wanted} of them, or all where there are no more
     */
    static List<Integer> choose(Timeline timeline, int wanted, SamplingKey.Draws draws) {
        FrameChoice choice = new FrameChoice(timeline, wanted);
        choice.chosen.add(0);
        int places = choice.wanted - 1;
        // Of eight places three, three and two; a single one goes to the key.
        int drawn = (places + 2) / 3;
        int longest = (places + 1) / 3;
        choice.longest(longest);
        choice.drawn(1 + longest + drawn, draws);
        choice.mostChanged();
        return List.copyOf(choice.chosen);
    }

    /**
     * The moments that are shown longest. Frames that change nothing prolong the one before: what stands still for a
     * minute is one moment, however many frames the file makes of it.
     */
    private void longest(int places) {
        long[] shown = moments();
        for (int i = 0; i < places; i++) {
            int longest = -1;
            for (int frame = 0; frame < shown.length; frame++) {
                if (!chosen.contains(frame) && (longest < 0 || shown[frame] > shown[longest])) {
                    longest = frame;
                }
            }
            if (longest >= 0) {
                chosen.add(longest);
            }
        }
    }

    private long[] moments() {
        long[] shown = new long[timeline.frames()];
        int start = 0;
        for (int frame = 0; frame < shown.length; frame++) {
            if (timeline.difference(start, frame) > SAME) {
                start = frame;
            }
            shown[start] += timeline.millis()[frame];
        }
        return shown;
    }

    /** Moments drawn evenly over the time that the animation takes, so that padding it with frames moves nothing. */
    private void drawn(int until, SamplingKey.Draws draws) {
        long[] ends = new long[timeline.frames()];
        long end = 0;
        for (int frame = 0; frame < ends.length; frame++) {
            int millis = timeline.millis()[frame];
            // The frame that stays has its own place; it takes no draws from the others.
            end += millis == Timeline.FOREVER ? 1 : millis;
            ends[frame] = end;
        }
        for (int i = 0; i < DRAWS_PER_PLACE * until && chosen.size() < until; i++) {
            long moment = (long) (draws.next() * end);
            int at = Arrays.binarySearch(ends, moment);
            chosen.add(at >= 0 ? at + 1 : -at - 1);
        }
    }

    /** Again and again the frame that differs most from all that were chosen. */
    private void mostChanged() {
        int[] nearest = new int[timeline.frames()];
        Arrays.fill(nearest, Integer.MAX_VALUE);
        chosen.forEach(frame -> approach(nearest, frame));
        while (chosen.size() < wanted) {
            int farthest = -1;
            for (int frame = 0; frame < nearest.length; frame++) {
                if (!chosen.contains(frame) && (farthest < 0 || nearest[frame] > nearest[farthest])) {
                    farthest = frame;
                }
            }
            chosen.add(farthest);
            approach(nearest, farthest);
        }
    }

    private void approach(int[] nearest, int frame) {
        for (int i = 0; i < nearest.length; i++) {
            nearest[i] = Math.min(nearest[i], timeline.difference(i, frame));
        }
    }

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
}
