package io.bulwark.perception.preprocess;

import io.bulwark.perception.preprocess.PreprocessSpec.Interpolation;
import java.util.ArrayList;
import java.util.List;

/**
 * Pillow's antialiased resize of 8-bit channels, bit for bit: horizontal pass, rounding to bytes, vertical pass, each in
 * 22-bit fixed point. A pass that would not change the size is left out, as Pillow does.
 *
 * <p>Fast where it matters: rows are narrowed in pairs, two samples to a long, so that one multiplication serves both
 * (integer sums are exact, so nothing is lost: the upper half is read after taking off the lower one's borrow), and two
 * pairs in one loop, because entering a loop costs as well; only the rows that the next output needs are kept; the
 * vertical pass is a plain loop over ints, which the JIT vectorises. Parts of one picture are made together, so that its
 * rows are read and packed once for all of them. Any thread.
 */
final class Resampler {

    /** Weights an output up to which rows are packed interleaved, so that views of one picture share them; measured. */
    private static final int SHORT_KERNEL = 40;

    private final KernelCache kernels;

    Resampler(KernelCache kernels) {
        this.kernels = kernels;
    }

    /**
     * A part of a picture, resized as if it were the whole.
     *
     * @param box the part
     * @param target what it is resized to
     */
    record Part(Rect box, Target target) {}

    /**
     * Resizes one part.
     *
     * @return {@code [window height, window width, channels]}
     */
    byte[] resize(PixelRows picture, Rect box, Target target, Interpolation filter) {
        return resize(picture, List.of(new Part(box, target)), filter).get(0);
    }

    /**
     * Resizes several parts of one picture.
     *
     * @param parts at least one
     * @return for each {@code [window height, window width, channels]}
     */
    List<byte[]> resize(PixelRows picture, List<Part> parts, Interpolation filter) {
        List<Strip> strips = new ArrayList<>();
        for (Part part : parts) {
            strips.add(strip(part, filter, picture.channels()));
        }
        int end = strips.stream().mapToInt(Strip::endRow).max().orElseThrow();
        RowGroup group = new RowGroup(
                picture,
                strips.stream().mapToInt(Strip::firstColumn).min().orElseThrow(),
                strips.stream().mapToInt(Strip::endColumn).max().orElseThrow());
        for (int y = strips.stream().mapToInt(Strip::firstRow).min().orElseThrow(); y < end; y += RowGroup.ROWS) {
            group.load(y, end);
            for (Strip strip : strips) {
                strip.accept(group, y);
            }
        }
        return strips.stream().map(Strip::pixels).toList();
    }

    private Strip strip(Part part, Interpolation filter, int channels) {
        Rect box = part.box();
        Target target = part.target();
        Rect window = target.window();
        ResampleKernel columns = box.width() == target.width()
                ? null
                : kernels.get(filter, box.width(), target.width(), window.x(), window.width());
        ResampleKernel rows = box.height() == target.height()
                ? null
                : kernels.get(filter, box.height(), target.height(), window.y(), window.height());
        boolean interleaved = channels == 3 && columns != null && columns.stride() <= SHORT_KERNEL;
        return new Strip(box, window, columns, rows, channels, interleaved);
    }
}
