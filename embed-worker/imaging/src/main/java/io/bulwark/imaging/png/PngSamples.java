package io.bulwark.imaging.png;

import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;

/** Unpacks PNG rows of any depth into a raster's samples. */
final class PngSamples implements PngScanlines.Target {

    private final PngHeader header;
    private final Mode mode;
    private final int[] colourKey;
    private final int entries;
    private final byte[] samples;

    PngSamples(PngHeader header, Mode mode, PngPalette palette, byte[] samples) {
        this.header = header;
        this.mode = mode;
        this.colourKey = palette.colourKey();
        this.entries = palette.entries().length / 4;
        this.samples = samples;
    }

    @Override
    public void row(byte[] row, int offset, int y, int x0, int step, int pixels) {
        int pixelBytes = mode.bytesPerPixel();
        int to = (y * header.width() + x0) * pixelBytes;
        int toStep = step * pixelBytes;
        if (header.bitDepth() < 8) {
            packed(row, offset, to, toStep, pixels);
        } else if (header.bitDepth() == 8) {
            if (step == 1) {
                System.arraycopy(row, offset, samples, to, pixels * pixelBytes);
            } else {
                scatter(row, offset, to, toStep, pixels);
            }
        } else if (mode == Mode.I16) {
            gray16(row, offset, to, toStep, pixels);
        } else if (header.channels() == pixelBytes) {
            highBytes(row, offset, to, toStep, pixels);
        } else {
            keyedRgb16(row, offset, to, toStep, pixels);
        }
        if (mode == Mode.P && entries < 1 << header.bitDepth()) {
            checkIndices(to, toStep, pixels);
        }
    }

    /** Beyond the palette's end Chromium shows its last colour and libpng black. */
    private void checkIndices(int from, int step, int pixels) {
        for (int i = 0; i < pixels; i++) {
            int index = samples[from + i * step] & 0xff;
            if (index >= entries) {
                throw RefusedException.corrupt(
                        "PNG picture has the colour " + index + " of a palette of " + entries + " colours");
            }
        }
    }

    private void packed(byte[] row, int offset, int to, int toStep, int pixels) {
        int bits = header.bitDepth();
        int mask = (1 << bits) - 1;
        int scale = mode == Mode.P ? 1 : 255 / mask;
        for (int i = 0; i < pixels; i++) {
            int bit = i * bits;
            int value = row[offset + (bit >> 3)] >> (8 - bits - (bit & 7)) & mask;
            samples[to + i * toStep] = (byte) (value * scale);
        }
    }

    private void scatter(byte[] row, int offset, int to, int toStep, int pixels) {
        int channels = header.channels();
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                samples[to + i * toStep + c] = row[offset + i * channels + c];
            }
        }
    }

    private void gray16(byte[] row, int offset, int to, int toStep, int pixels) {
        for (int i = 0; i < pixels; i++) {
            samples[to + i * toStep] = row[offset + 2 * i + 1];
            samples[to + i * toStep + 1] = row[offset + 2 * i];
        }
    }

    private void highBytes(byte[] row, int offset, int to, int toStep, int pixels) {
        int channels = header.channels();
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < channels; c++) {
                samples[to + i * toStep + c] = row[offset + 2 * (i * channels + c)];
            }
        }
    }

    private void keyedRgb16(byte[] row, int offset, int to, int toStep, int pixels) {
        for (int i = 0; i < pixels; i++) {
            boolean transparent = true;
            for (int c = 0; c < 3; c++) {
                int at = offset + 2 * (3 * i + c);
                transparent &= ((row[at] & 0xff) << 8 | row[at + 1] & 0xff) == colourKey[c];
                samples[to + i * toStep + c] = row[at];
            }
            samples[to + i * toStep + 3] = (byte) (transparent ? 0 : 255);
        }
    }
}
