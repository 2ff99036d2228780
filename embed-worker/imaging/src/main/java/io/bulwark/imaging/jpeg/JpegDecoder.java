package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.ArrayInputStream;
import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.jpeg.JpegStructure.Colour;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * JPEG through the JDK's own reader (libjpeg), with what it gets wrong taken out of its hands: {@link JpegStructure}
 * settles colour model and profiles, CMYK is read raw. The destination has red first, which the reader copies row by
 * row, while its own choice (blue first) is filled pixel by pixel.
 */
public final class JpegDecoder {

    /** A pixel in Leptonica's own picture. */
    private static final long LEPTONICA_BYTES = 4;

    private final Lease lease;
    private final JpegReduction reduction;
    private final boolean clips;
    private final IntFunction<byte[]> allocator;

    /** @param allocator of zeroed arrays with room for so many samples at least */
    public JpegDecoder(Lease lease, JpegReduction reduction, IntFunction<byte[]> allocator) {
        this(lease, reduction, allocator, JdkLibjpeg.CLIPS);
    }

    /** @param clips whether the JDK's libjpeg makes white of what is beyond white; else its pixels are not used */
    JpegDecoder(Lease lease, JpegReduction reduction, IntFunction<byte[]> allocator, boolean clips) {
        this.lease = lease;
        this.clips = clips;
        this.reduction = reduction;
        this.allocator = allocator;
    }

    public DecodeResult decode(byte[] file) {
        JpegStructure jpeg = JpegStructure.parse(file);
        int channels = channels(jpeg.colour());
        // The coefficients of a file of several scans, two bytes each, lie in native memory until the last one.
        long pixelBytes = channels * (jpeg.coefficientsHeld() ? 3L : 1L);
        pixelBytes += clips ? 0 : LEPTONICA_BYTES;
        long bytes = (long) jpeg.width() * jpeg.height() * pixelBytes + jpeg.bytes();
        lease.reserveBytes("JPEG", jpeg.width(), jpeg.height(), bytes);
        Optional<ColourConversion> conversion = jpeg.conversion();
        int divisor = reduction.divisor(jpeg.width(), jpeg.height());
        return DecodeResult.Decoded.still(
                ImageFormat.JPEG.title(),
                clips ? picture(jpeg, channels, divisor, conversion) : turbo(jpeg, channels, divisor, conversion));
    }

    private io.bulwark.imaging.Raster picture(
            JpegStructure jpeg, int channels, int divisor, Optional<ColourConversion> conversion) {
        // Whatever the reduced decode does not take is judged by the whole one, which says why.
        return divisor == 1 || channels == 4
                ? whole(jpeg, channels, conversion)
                : ReducedJpeg.read(jpeg, divisor, conversion, false).orElseGet(() -> whole(jpeg, channels, conversion));
    }

    /** By Leptonica's libjpeg-turbo alone. The JDK's reader is asked what is wrong with a file, for it has the words. */
    private io.bulwark.imaging.Raster turbo(
            JpegStructure jpeg, int channels, int divisor, Optional<ColourConversion> conversion) {
        // Leptonica makes RGB of inks by itself.
        int by = channels == 4 ? 1 : divisor;
        Optional<ColourConversion> colours = channels == 4 ? Optional.empty() : conversion;
        return ReducedJpeg.read(jpeg, by, colours, false).orElseGet(() -> {
            read(jpeg, channels);
            return ReducedJpeg.read(jpeg, by, colours, true)
                    .orElseThrow(() -> RefusedException.corrupt("JPEG data cannot be decoded"));
        });
    }

    private io.bulwark.imaging.Raster whole(JpegStructure jpeg, int channels, Optional<ColourConversion> conversion) {
        byte[] samples = read(jpeg, channels);
        if (channels == 4) {
            CmykJpeg.toPillow(samples, jpeg.colour() == Colour.YCCK);
        }
        return new io.bulwark.imaging.Raster(
                mode(channels), jpeg.width(), jpeg.height(), samples, new byte[0], jpeg.orientation(), conversion);
    }

    private byte[] read(JpegStructure jpeg, int channels) {
        ImageReader reader = jdkReader();
        JpegWarnings warnings = new JpegWarnings();
        try (var input = new ArrayInputStream(jpeg.essence())) {
            reader.addIIOReadWarningListener(warnings);
            reader.setInput(input, true, true);
            byte[] samples;
            if (channels == 4) {
                Raster raster = reader.readRaster(0, null);
                samples = ((DataBufferByte) raster.getDataBuffer()).getData();
            } else {
                samples = allocator.apply(jpeg.width() * jpeg.height() * channels);
                ImageReadParam into = reader.getDefaultReadParam();
                into.setDestination(wrap(samples, jpeg.width(), jpeg.height(), channels));
                reader.read(0, into);
            }
            warnings.refuseLostData();
            return samples;
        } catch (IOException e) {
            throw RefusedException.corrupt("JPEG data cannot be decoded: " + e.getMessage());
        } finally {
            reader.dispose();
        }
    }

    private static ImageReader jdkReader() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if ("java.desktop".equals(reader.getClass().getModule().getName())) {
                return reader;
            }
        }
        throw new IllegalStateException("This Java runtime has no JPEG reader; use one with the module java.desktop");
    }

    private static BufferedImage wrap(byte[] samples, int width, int height, int channels) {
        int[] offsets = channels == 1 ? new int[] {0} : new int[] {0, 1, 2};
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length), width, height, width * channels, channels, offsets, null);
        ColorSpace space = ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        return new BufferedImage(
                new ComponentColorModel(space, false, false, ComponentColorModel.OPAQUE, DataBuffer.TYPE_BYTE),
                raster,
                false,
                null);
    }

    private static int channels(Colour colour) {
        return switch (colour) {
            case GRAY -> 1;
            case RGB, YCBCR -> 3;
            case CMYK, YCCK -> 4;
        };
    }

    private static io.bulwark.imaging.Raster.Mode mode(int channels) {
        return switch (channels) {
            case 1 -> io.bulwark.imaging.Raster.Mode.L;
            case 3 -> io.bulwark.imaging.Raster.Mode.RGB;
            default -> io.bulwark.imaging.Raster.Mode.CMYK;
        };
    }
}
