package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStreamImpl;

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
            CmykJpeg.toPillow(samples, jpeg.colour() == JpegStructure.Colour.YCCK);
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

    private static int channels(JpegStructure.Colour colour) {
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

    /** A file in memory for a reader of {@code javax.imageio}, whose own stream copies what it reads into blocks first. */
    public static final class ArrayInputStream extends ImageInputStreamImpl {

        private final byte[] file;

        public ArrayInputStream(byte[] file) {
            this.file = file;
        }

        @Override
        public int read() {
            bitOffset = 0;
            return streamPos < file.length ? file[(int) streamPos++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            bitOffset = 0;
            int count = (int) Math.min(length, file.length - streamPos);
            if (count <= 0) {
                return length == 0 ? 0 : -1;
            }
            System.arraycopy(file, (int) streamPos, into, offset, count);
            streamPos += count;
            return count;
        }

        @Override
        public long length() {
            return file.length;
        }
    }

    /**
     * Which libjpeg this Java runtime has. A file may say levels far beyond black and white. libjpeg-turbo with vector
     * instructions, which browsers use and to which Linux distributions link their Java, makes black and white of them. The old
     * libjpeg, which other builds of Java carry, takes them modulo 1024: a picture in black and white becomes flat.
     */
    static final class JdkLibjpeg {

        /** A board of 32x32 pixels, four by four squares of 512 levels above and below middle gray, the first of them above. */
        private static final String BOARD =
                "/9j/2wBDAIABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
                        + "AQEBAQH/wAALCAAgACABAREA/8QAHwAAAAAMAAAAAAAAAAAAAAAAAAECAwQFBgcICQoL/8QAFBABAAAAAAAAAAAA"
                        + "AAAAAAAAAP/aAAgBAQAAPwBoDvzwDvwHgHfngAO/PAO/AeAd+eA//9k=";

        /** Whether levels beyond white are white. */
        static final boolean CLIPS = clips();

        private static final int WHITISH = 200;

        private JdkLibjpeg() {}

        private static boolean clips() {
            try (var file = new ByteArrayInputStream(Base64.getDecoder().decode(BOARD))) {
                BufferedImage board = ImageIO.read(file);
                return board != null && board.getRaster().getSample(0, 0, 0) > WHITISH;
            } catch (IOException unreadable) {
                return false;
            }
        }
    }

    /**
     * libjpeg fills what it cannot decode with grey and only warns. Data that was lost is a refusal here: nothing may hide
     * behind a half-decoded picture. Stray bytes before the end lose nothing and are common; those between segments are left
     * out before. Of a file's warnings the JDK hands on the first alone, so that any other is a refusal as well: data that was
     * lost could hide behind it.
     */
    static final class JpegWarnings implements IIOReadWarningListener {

        private static final String STRAY = "extraneous bytes before marker 0xd9";

        private String lost;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            if (lost == null && !warning.contains(STRAY)) {
                lost = warning;
            }
        }

        void refuseLostData() {
            if (lost != null) {
                throw RefusedException.corrupt("JPEG data is damaged, part of the picture is missing: " + lost);
            }
        }
    }

    /**
     * Four-component JPEG samples to Pillow's CMYK, where 0 is no ink. Files hold the inverse (Adobe's convention, which
     * Pillow assumes for all of them); YCCK is first turned to CMY by libjpeg's fixed-point tables.
     */
    static final class CmykJpeg {

        private static final int SCALE_BITS = 16;
        private static final int ONE_HALF = 1 << (SCALE_BITS - 1);

        private CmykJpeg() {}

        /** Converts in place; {@code samples} is {@code [H, W, 4]}. */
        static void toPillow(byte[] samples, boolean ycck) {
            for (int i = 0; i < samples.length; i += 4) {
                if (ycck) {
                    int y = samples[i] & 0xff;
                    int cb = (samples[i + 1] & 0xff) - 128;
                    int cr = (samples[i + 2] & 0xff) - 128;
                    // libjpeg gives 255 - R; Pillow's inversion makes R of it.
                    samples[i] = clip(y + ((fix(1.40200) * cr + ONE_HALF) >> SCALE_BITS));
                    samples[i + 1] = clip(y + ((-fix(0.34414) * cb - fix(0.71414) * cr + ONE_HALF) >> SCALE_BITS));
                    samples[i + 2] = clip(y + ((fix(1.77200) * cb + ONE_HALF) >> SCALE_BITS));
                } else {
                    samples[i] = (byte) ~samples[i];
                    samples[i + 1] = (byte) ~samples[i + 1];
                    samples[i + 2] = (byte) ~samples[i + 2];
                }
                samples[i + 3] = (byte) ~samples[i + 3];
            }
        }

        private static int fix(double x) {
            return (int) (x * (1 << SCALE_BITS) + 0.5);
        }

        private static byte clip(int v) {
            return (byte) Math.max(0, Math.min(255, v));
        }
    }
}
