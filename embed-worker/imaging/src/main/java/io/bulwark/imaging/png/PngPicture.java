package io.bulwark.imaging.png;

import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.colour.IccColour.Samples;
import java.util.Optional;

/**
 * How a PNG's data becomes a picture.
 *
 * @param colours palette and transparent colour as the file has them
 * @param palette what {@link Raster#palette()} holds
 * @param colour what the file says of its colours
 */
record PngPicture(PngHeader header, Mode mode, PngPalette colours, byte[] palette, int orientation, PngColour colour) {

    /** How the samples become sRGB; takes {@link PngColour#bytes} of heap the first time. */
    Optional<ColourConversion> conversion() {
        return colour.conversion(header.isGray() ? Samples.GRAY : Samples.RGB);
    }

    /** Bytes of the picture's samples. */
    long bytes() {
        return (long) header.width() * header.height() * mode.bytesPerPixel();
    }

    /**
     * Reads the picture.
     *
     * @param data offset of its first data chunk
     */
    Raster read(byte[] file, int data) {
        byte[] samples = new byte[(int) bytes()];
        read(file, data, 0, header, samples);
        return raster(samples);
    }

    /**
     * Reads a picture or a part of it that is stored like it.
     *
     * @param data offset of its first data chunk
     * @param skipped bytes before the data in each chunk
     * @param frame its size
     * @param samples filled from the beginning
     */
    void read(byte[] file, int data, int skipped, PngHeader frame, byte[] samples) {
        try (PngInflater rows = new PngInflater(file, data, skipped)) {
            new PngScanlines(frame).read(rows, new PngSamples(frame, mode, colours, samples));
        }
    }

    /** The whole picture of these samples. */
    Raster raster(byte[] samples) {
        return new Raster(mode, header.width(), header.height(), samples, palette, orientation, conversion());
    }
}
