package io.bulwark.imaging.gif;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.FrameChoice;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.gif.GifStructure.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * GIF: the first frame as Pillow gives it (palette indices), then evenly spaced frames as a viewer shows them, drawn
 * one over the other with each frame's disposal. One screen and the chosen frames are held, never all frames.
 */
public final class GifDecoder {

    private final Lease lease;

    public GifDecoder(Lease lease) {
        this.lease = lease;
    }

    public DecodeResult decode(byte[] file) {
        GifStructure gif = GifStructure.parse(file);
        List<Frame> frames = gif.frames();
        lease.checkPixels("GIF", gif.width(), gif.height());
        checkAnimation(gif);
        List<Integer> chosen = FrameChoice.choose(lease, frames.size(), (long) gif.width() * gif.height(), 6, 4);
        int bytesPerPixel = chosen.size() == 1 ? 2 : 6 + 4 * chosen.size();
        lease.reserve("GIF", gif.width(), gif.height(), bytesPerPixel);

        LzwDecoder lzw = new LzwDecoder(file);
        List<Raster> pictures = new ArrayList<>();
        GifScreen screen = chosen.size() == 1 ? null : new GifScreen(gif.width(), gif.height());
        int last = chosen.get(chosen.size() - 1);
        for (int i = 0; i <= last; i++) {
            Frame frame = frames.get(i);
            byte[] indices = indices(lzw, frame);
            if (screen != null) {
                screen.draw(frame, indices);
            }
            if (i == 0) {
                pictures.add(firstFrame(gif, frame, indices));
            } else if (chosen.contains(i)) {
                pictures.add(screen.picture());
            }
        }
        return new DecodeResult.Decoded(ImageFormat.GIF.title(), pictures, chosen, frames.size());
    }

    private void checkAnimation(GifStructure gif) {
        long pixels = 0;
        for (Frame frame : gif.frames()) {
            lease.checkPixels("GIF frame", frame.width(), frame.height());
            pixels += (long) frame.width() * frame.height();
        }
        long allowed = lease.limits().maxAnimationPixels();
        if (gif.frames().size() > 1 && pixels > allowed) {
            throw RefusedException.tooLarge("GIF of " + gif.frames().size() + " frames has " + pixels
                    + " pixels in all, at most " + allowed
                    + " are allowed (bulwark.decode.max-animation-pixels)");
        }
    }

    private static byte[] indices(LzwDecoder lzw, Frame frame) {
        int count = frame.width() * frame.height();
        byte[] indices = new byte[count];
        int found = lzw.decode(frame.data(), frame.minimumCodeSize(), indices, count);
        if (found < count) {
            throw RefusedException.corrupt("GIF frame ends after " + found + " of " + count + " pixels");
        }
        return frame.interlaced() ? deinterlace(indices, frame) : indices;
    }

    private static byte[] deinterlace(byte[] indices, Frame frame) {
        byte[] rows = new byte[indices.length];
        int[] starts = {0, 4, 2, 1};
        int[] steps = {8, 8, 4, 2};
        int from = 0;
        for (int pass = 0; pass < starts.length; pass++) {
            for (int y = starts[pass]; y < frame.height(); y += steps[pass]) {
                System.arraycopy(indices, from, rows, y * frame.width(), frame.width());
                from += frame.width();
            }
        }
        return rows;
    }

    /**
     * Pillow's first frame: mode P, or L where the palette is the ramp of grays; outside the frame the transparent
     * index, or 0.
     */
    private static Raster firstFrame(GifStructure gif, Frame frame, byte[] indices) {
        byte[] samples = indices;
        if (!frame.covers(gif.width(), gif.height())) {
            samples = new byte[gif.width() * gif.height()];
            Arrays.fill(samples, (byte) Math.max(0, frame.transparent()));
            for (int y = 0; y < frame.height(); y++) {
                System.arraycopy(
                        indices,
                        y * frame.width(),
                        samples,
                        (frame.top() + y) * gif.width() + frame.left(),
                        frame.width());
            }
        }
        boolean gray = isGrayRamp(frame.palette());
        byte[] palette = frame.palette();
        if (gray) {
            int t = frame.transparent();
            palette = t < 0 ? new byte[0] : new byte[] {(byte) t, 0, 0, 0};
        }
        return new Raster(gray ? Mode.L : Mode.P, gif.width(), gif.height(), samples, palette, 1);
    }

    private static boolean isGrayRamp(byte[] palette) {
        for (int i = 0; i < palette.length / 4; i++) {
            byte level = (byte) i;
            if (palette[4 * i] != level || palette[4 * i + 1] != level || palette[4 * i + 2] != level) {
                return false;
            }
        }
        return true;
    }
}
