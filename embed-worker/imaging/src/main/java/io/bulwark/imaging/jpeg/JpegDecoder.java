package io.bulwark.imaging.jpeg;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.RefusedException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
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

    /** Of libjpeg's fixed-point tables. */
    private static final int SCALE_BITS = 16;

    private static final int ONE_HALF = 1 << (SCALE_BITS - 1);

    private final Lease lease;
    private final JpegReduction reduction;
    private final boolean clips;
    private final IntFunction<byte[]> allocator;

    /** @param allocator of zeroed arrays with room for at least that number of samples */
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
        // The coefficients of a file of several scans, two bytes each, lie in native memory until the last one.
        long pixelBytes = jpeg.mode().bytesPerPixel() * (jpeg.coefficientsHeld() ? 3L : 1L);
        pixelBytes += clips ? 0 : LEPTONICA_BYTES;
        long bytes = (long) jpeg.width() * jpeg.height() * pixelBytes + jpeg.bytes();
        lease.reserveBytes("JPEG", jpeg.width(), jpeg.height(), bytes);
        Optional<ColourConversion> conversion = jpeg.conversion();
        // Leptonica makes RGB of inks by itself.
        boolean inks = jpeg.mode() == Mode.CMYK;
        int divisor = inks ? 1 : reduction.divisor(jpeg.width(), jpeg.height());
        Raster picture;
        if (!clips) {
            picture = turbo(jpeg, divisor, inks ? Optional.empty() : conversion);
        } else if (divisor == 1) {
            picture = whole(jpeg, conversion);
        } else {
            // Whatever the reduced decode does not take is judged by the whole one, which says why.
            picture = ReducedJpeg.read(jpeg, divisor, conversion, false).orElseGet(() -> whole(jpeg, conversion));
        }
        return DecodeResult.Decoded.still(ImageFormat.JPEG.title(), picture);
    }

    /**
     * By Leptonica's libjpeg-turbo alone. The JDK's reader is asked what is wrong with a file, for it has the words.
     */
    private Raster turbo(JpegStructure jpeg, int divisor, Optional<ColourConversion> conversion) {
        return ReducedJpeg.read(jpeg, divisor, conversion, false).orElseGet(() -> {
            read(jpeg);
            return ReducedJpeg.read(jpeg, divisor, conversion, true)
                    .orElseThrow(() -> RefusedException.corrupt("JPEG data cannot be decoded"));
        });
    }

    private Raster whole(JpegStructure jpeg, Optional<ColourConversion> conversion) {
        byte[] samples = read(jpeg);
        if (jpeg.mode() == Mode.CMYK) {
            inks(samples, jpeg.colour() == JpegStructure.Colour.YCCK);
        }
        return new Raster(
                jpeg.mode(), jpeg.width(), jpeg.height(), samples, new byte[0], jpeg.orientation(), conversion);
    }

    private byte[] read(JpegStructure jpeg) {
        ImageReader reader = jdkReader();
        LostData lost = new LostData();
        try (var input = new ArrayInputStream(jpeg.essence())) {
            reader.addIIOReadWarningListener(lost);
            reader.setInput(input, true, true);
            byte[] samples;
            if (jpeg.mode() == Mode.CMYK) {
                samples = ((DataBufferByte) reader.readRaster(0, null).getDataBuffer()).getData();
            } else {
                int channels = jpeg.mode().bytesPerPixel();
                samples = allocator.apply(jpeg.width() * jpeg.height() * channels);
                ImageReadParam into = reader.getDefaultReadParam();
                into.setDestination(wrap(samples, jpeg.width(), jpeg.height(), channels));
                reader.read(0, into);
            }
            lost.refuse();
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
        WritableRaster raster = java.awt.image.Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length), width, height, width * channels, channels, offsets, null);
        ColorSpace space = ColorSpace.getInstance(channels == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        return new BufferedImage(
                new ComponentColorModel(space, false, false, ComponentColorModel.OPAQUE, DataBuffer.TYPE_BYTE),
                raster,
                false,
                null);
    }

    /**
     * Four-component samples to Pillow's CMYK, where 0 is no ink. Files hold the inverse (Adobe's convention, which
     * Pillow assumes for all of them); YCCK is first turned to CMY by libjpeg's fixed-point tables.
     *
     * @param samples {@code [H, W, 4]}, converted in place
     */
    private static void inks(byte[] samples, boolean ycck) {
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

    /**
     * A file in memory for a reader of {@code javax.imageio}, whose own stream copies what it reads into blocks first.
     */
    private static final class ArrayInputStream extends ImageInputStreamImpl {

        private final byte[] file;

        ArrayInputStream(byte[] file) {
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
     * instructions, which browsers use and to which Linux distributions link their Java, makes black and white of them.
     * The old libjpeg, which other builds of Java carry, takes them modulo 1024: a picture in black and white becomes
     * flat.
     */
    static final class JdkLibjpeg {

        /**
         * A board of 32x32 pixels, four by four squares of 512 levels above and below middle gray, the first of them
         * above.
         */
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
     * libjpeg fills what it cannot decode with grey and only warns. Data that was lost is a refusal here: nothing may
     * hide behind a half-decoded picture. Stray bytes before the end lose nothing and are common; those between
     * segments are left out before. Of a file's warnings the JDK hands on the first alone, so that any other is a
     * refusal as well: data that was lost could hide behind it.
     */
    private static final class LostData implements IIOReadWarningListener {

        private static final String STRAY = "extraneous bytes before marker 0xd9";

        private String lost;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            if (lost == null && !warning.contains(STRAY)) {
                lost = warning;
            }
        }

        void refuse() {
            if (lost != null) {
                throw RefusedException.corrupt("JPEG data is damaged, part of the picture is missing: " + lost);
            }
        }
    }
}
