package io.bulwark.imaging.animation;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.FrameSampling;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Draws an animation and takes the frames that are looked at. An animation of more frames than are taken is drawn twice:
 * once to see what happens in it, once for the pictures, and then without frames of which nothing would be seen. One canvas
 * and those pictures are held.
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
    public Decoded decode(Animation animation, AnimationScan scan, byte[] file) {
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
    private static long timeline(AnimationScan scan) {
        return (long) scan.frames() * (Timeline.BYTES_PER_FRAME + 2 * Long.BYTES + Integer.BYTES);
    }

    private static List<Integer> choose(
            Animation animation, AnimationScan scan, Canvas canvas, int wanted, SamplingKey.Draws draws) {
        ChangeGrid grid = new ChangeGrid(animation.width(), animation.height(), draws.bits());
        canvas.restart(grid);
        Timeline timeline = Timeline.of(scan.frames());
        Iterator<AnimationFrame> play = animation.play();
        for (int i = 0; i < scan.frames(); i++) {
            AnimationFrame frame = play.next();
            canvas.show(frame);
            grid.signature(timeline.signatures(), i * ChangeGrid.SIGNATURE_BYTES);
            boolean stays = i == scan.frames() - 1 && !animation.endless();
            timeline.millis()[i] = stays ? Timeline.FOREVER : frame.placement().millis();
        }
        return FrameChoice.choose(timeline, wanted, draws);
    }

    private Decoded decoded(Animation animation, Canvas canvas, List<Integer> chosen, int total) {
        List<Raster> pictures = new ArrayList<>();
        List<Integer> millis = new ArrayList<>();
        DrawingPlan plan = DrawingPlan.of(animation, chosen);
        Iterator<AnimationFrame> play = animation.play();
        for (int i = 0; i <= chosen.get(chosen.size() - 1); i++) {
            AnimationFrame frame = play.next();
            if (plan.draws(i)) {
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
}
