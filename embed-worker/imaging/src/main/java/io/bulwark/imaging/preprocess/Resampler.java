package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.rows.PixelRows;
import java.util.ArrayList;
import java.util.List;

/**
 * Pillow's antialiased resize of 8-bit channels, bit for bit: horizontal pass, rounding to bytes, vertical pass, each in
 * 22-bit fixed point. Pillow leaves out a pass that would not change the size; here its weights are 1 and 0, which comes
 * to the same.
 *
 * <p>Fast where it matters: both passes are plain loops over ints that the JIT vectorises, the horizontal one over rows
 * that are transposed for it; only the rows that the next output needs are kept. Parts of one picture are made together,
 * so that its rows are read and transposed once for all of them. Any thread.
 */
final class Resampler {

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
        TransposedRows rows = new TransposedRows(
                picture,
                strips.stream().mapToInt(Strip::firstColumn).min().orElseThrow(),
                strips.stream().mapToInt(Strip::endColumn).max().orElseThrow(),
                strips.stream().mapToInt(Strip::stride).max().orElseThrow());
        int end = strips.stream().mapToInt(Strip::endRow).max().orElseThrow();
        int first = strips.stream().mapToInt(Strip::firstRow).min().orElseThrow();
        List<Strip> concerned = new ArrayList<>();
        for (int y = first; y < end; y += TransposedRows.ROWS) {
            concerned.clear();
            for (Strip strip : strips) {
                if (strip.start(y)) {
                    concerned.add(strip);
                }
            }
            rows.start(y, end);
            while (rows.advance()) {
                for (Strip strip : concerned) {
                    strip.narrow(rows);
                }
            }
            for (Strip strip : concerned) {
                strip.finish(y + TransposedRows.ROWS);
            }
        }
        return strips.stream().map(Strip::pixels).toList();
    }

    private Strip strip(Part part, Interpolation filter, int channels) {
        Rect box = part.box();
        Target target = part.target();
        Rect window = target.window();
        return new Strip(
                box,
                kernels.get(filter, box.width(), target.width(), window.x(), window.width()),
                kernels.get(filter, box.height(), target.height(), window.y(), window.height()),
                channels);
    }
}
