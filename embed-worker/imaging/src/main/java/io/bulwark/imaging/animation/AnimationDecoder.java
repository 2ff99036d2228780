package io.bulwark.imaging.animation;

import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.animation.Animation.AnimationFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Draws an animation and takes the frames that are looked at. An animation of more frames than are taken is drawn
 * twice: once to see what happens in it, once for the pictures, and then without frames of which nothing would be seen.
 * One canvas and those pictures are held.
 */
public final class AnimationDecoder {

    /** Fewer than this, and an animation could show anything between; it is refused instead. */
    private static final int FEWEST = 4;

    private static final int RGBA = 4;

    private final String format;
    private final Lease lease;

    /** @param format as the file's own name is written, such as {@code GIF} */
    public AnimationDecoder(String format, Lease lease) {
        this.format = format;
        this.lease = lease;
    }

    /**
     * Decodes an animation of several frames.
     *
     * @param scan of the animation
     * @param file all its bytes
     * @throws io.bulwark.imaging.RefusedException if it is damaged, or too large for the memory
     */
    public Decoded decode(Animation animation, Animation.Scan scan, byte[] file) {
        long picture = (long) animation.width() * animation.height() * RGBA;
        long fixed = picture + (long) scan.undoPixels() * RGBA + animation.readerBytes(scan);
        FrameSampling sampling = lease.limits().sampling();
        int wanted = Math.min(sampling.frames(), scan.frames());
        while (wanted > FEWEST && !lease.fits(fixed + timeline(scan) + picture * wanted)) {
            wanted--;
        }
        boolean chooses = wanted > 1 && wanted < scan.frames();
        long bytes = fixed + (chooses ? timeline(scan) : 0) + picture * wanted;
        lease.reserveBytes(format, animation.width(), animation.height(), bytes);

        animation.prepare(scan);
        Canvas canvas = new Canvas(animation.width(), animation.height(), scan.undoPixels());
        List<Integer> chosen = chooses
                ? choose(animation, scan, canvas, wanted, sampling.key().draws(file))
                : IntStream.range(0, wanted).boxed().toList();
        canvas.restart(ChangeGrid.none());
        return decoded(animation, canvas, chosen, scan.frames());
    }

    /** Heap that a timeline takes, and choosing from it. */
    private static long timeline(Animation.Scan scan) {
        return (long) scan.frames() * (FrameChoice.Timeline.BYTES_PER_FRAME + 2 * Long.BYTES + Integer.BYTES);
    }

    private static List<Integer> choose(
            Animation animation, Animation.Scan scan, Canvas canvas, int wanted, SamplingKey.Draws draws) {
        ChangeGrid grid = new ChangeGrid(animation.width(), animation.height(), draws.bits());
        canvas.restart(grid);
        FrameChoice.Timeline timeline = FrameChoice.Timeline.of(scan.frames());
        Supplier<AnimationFrame> play = animation.play();
        for (int i = 0; i < scan.frames(); i++) {
            AnimationFrame frame = play.get();
            canvas.show(frame);
            grid.signature(timeline.signatures(), i * ChangeGrid.SIGNATURE_BYTES);
            boolean stays = i == scan.frames() - 1 && !animation.endless();
            timeline.millis()[i] =
                    stays ? FrameChoice.Timeline.FOREVER : frame.placement().millis();
        }
        return FrameChoice.choose(timeline, wanted, draws);
    }

    private Decoded decoded(Animation animation, Canvas canvas, List<Integer> chosen, int total) {
        List<Raster> pictures = new ArrayList<>();
        List<Integer> millis = new ArrayList<>();
        BitSet drawn = drawn(animation, chosen);
        Supplier<AnimationFrame> play = animation.play();
        for (int i = 0; i <= chosen.get(chosen.size() - 1); i++) {
            AnimationFrame frame = play.get();
            if (drawn.get(i)) {
                canvas.show(frame);
            } else {
                canvas.pass(frame);
            }
            if (chosen.contains(i)) {
                pictures.add(
                        i == 0
                                ? animation.firstPicture(canvas)
                                : canvas.picture(animation.orientation()).withColour(animation.colour()));
                millis.add(frame.placement().millis());
            }
        }
        return new Decoded(format.toLowerCase(Locale.ROOT), pictures, chosen, millis, total);
    }

    /**
     * Which frames have to be drawn for some of them to be seen. A frame need not be if its pixels are gone before any
     * of those is shown: it was undone or cleared, or a later one has replaced the whole canvas.
     *
     * @param seen numbers of frames, from 0
     */
    static BitSet drawn(Animation animation, Collection<Integer> seen) {
        BitSet keeps = new BitSet();
        BitSet clears = new BitSet();
        BitSet replaces = new BitSet();
        int last = Collections.max(seen);
        Supplier<AnimationFrame> play = animation.play();
        for (int i = 0; i <= last; i++) {
            AnimationFrame frame = play.get();
            AnimationFrame.Placement place = frame.placement();
            boolean whole = place.left() == 0
                    && place.top() == 0
                    && place.columns(animation.width()) == animation.width()
                    && place.rows(animation.height()) == animation.height();
            keeps.set(i, place.disposal() == AnimationFrame.Disposal.KEEP);
            clears.set(i, whole && place.disposal() == AnimationFrame.Disposal.CLEAR);
            replaces.set(i, whole && frame.blend() == AnimationFrame.Blend.SOURCE);
        }
        BitSet drawn = new BitSet();
        // Whether a later picture shows what this frame leaves on the canvas.
        boolean needed = false;
        for (int i = last; i >= 0; i--) {
            boolean draws = seen.contains(i) || needed && keeps.get(i);
            drawn.set(i, draws);
            needed = draws && !replaces.get(i) || needed && !keeps.get(i) && !clears.get(i);
        }
        return drawn;
    }

    /**
     * Which frames of an animation are looked at: the first; what is shown longest; moments that cannot be predicted
     * without the deployment's key; and what differs most from all of these.
     */
    static final class FrameChoice {

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
         * The moments that are shown longest. Frames that change nothing prolong the one before: what stands still
         * for a minute is one moment, however many frames the file makes of it.
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

        /**
         * Moments drawn evenly over the time that the animation takes, so that padding it with frames moves nothing.
         */
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
}
