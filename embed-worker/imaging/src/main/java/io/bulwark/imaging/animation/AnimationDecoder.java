package io.bulwark.imaging.animation;

import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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
}
