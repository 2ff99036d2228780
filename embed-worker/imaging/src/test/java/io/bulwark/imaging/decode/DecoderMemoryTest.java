package io.bulwark.imaging.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.IccWriter;
import io.bulwark.imaging.gif.GifDecoder;
import io.bulwark.imaging.gif.GifWriter;
import io.bulwark.imaging.jpeg.JpegDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.png.PngDecoder;
import io.bulwark.imaging.png.PngWriter;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.webp.WebpDecoder;
import io.bulwark.imaging.webp.WebpWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Decoders are held to the heap that they lease: all that the thread allocates, garbage included, is an upper bound of
 * what is alive at the peak.
 */
class DecoderMemoryTest {

    /** Messages, iterators, tables made on first use. */
    private static final long SMALL = 200_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource({
        "1, 0", "2, 0", "4, 0", "8, 0", "16, 0", "8, 2", "16, 2", "1, 3", "2, 3", "4, 3", "8, 3", "8, 4", "16, 4",
        "8, 6", "16, 6"
    })
    void pngOfEveryModeTakesNoMoreThanItLeases(int bits, int colourType) {
        for (boolean interlaced : new boolean[] {false, true}) {
            int channels = colourType == 2 ? 3 : colourType == 4 ? 2 : colourType == 6 ? 4 : 1;
            PngWriter png = new PngWriter(800, 600, bits, colourType, interlaced);
            if (colourType == 3) {
                png.chunk("PLTE", new byte[3]);
            }
            // More zeros than any mode has bytes.
            png.chunk("IDAT", PngWriter.deflatedZeros(801L * 620 * channels * bits / 8 + 10_000));
            assertHolds(png.end(), (lease, file) -> new PngDecoder(lease).decode(file));
        }
    }

    @Test
    void jpegTakesNoMoreThanItLeases() {
        for (byte[] jpeg : List.of(
                HostileImages.jpeg(1200, 900),
                HostileImages.progressiveJpeg(1200, 900),
                GoldenPictures.file("cmyk.jpg"),
                GoldenPictures.file("photo_420.jpg"))) {
            assertHolds(jpeg, (lease, file) -> new JpegDecoder(lease, JpegReduction.none(), byte[]::new).decode(file));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void profilesAreLeasedBeforeTheyArePutTogether(int kind) {
        byte[] profile = kind == 1
                ? IccWriter.table("RGB ", IccWriter.mft2(3, 60, rgb -> rgb)).bytes()
                : IccWriter.swapped().tag("junk", new byte[2_000_000]).bytes();
        byte[] png = new PngWriter(80, 60, 8, 2, false)
                .chunk("iCCP", named(PngWriter.deflate(profile)))
                .chunk("IDAT", PngWriter.deflatedZeros(60 * (80 * 3 + 1)))
                .end();
        assertFits(png, (lease, file) -> new PngDecoder(lease).decode(file));
        byte[] jpeg = withProfile(HostileImages.jpeg(80, 60), profile);
        assertFits(jpeg, (lease, file) -> new JpegDecoder(lease, JpegReduction.none(), byte[]::new).decode(file));
    }

    private static byte[] withProfile(byte[] jpeg, byte[] profile) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        int most = 65_519;
        int parts = (profile.length + most - 1) / most;
        for (int i = 0; i < parts; i++) {
            int length = Math.min(most, profile.length - i * most);
            out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe2, (byte) (length + 16 >> 8), (byte) (length + 16)});
            out.writeBytes("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII));
            out.write(i + 1);
            out.write(parts);
            out.write(profile, i * most, length);
        }
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    private static byte[] named(byte[] deflated) {
        byte[] chunk = new byte[deflated.length + 3];
        chunk[0] = 'p';
        System.arraycopy(deflated, 0, chunk, 3, deflated.length);
        return chunk;
    }

    @Test
    void gifTakesNoMoreThanItLeases() {
        byte[] still = new GifWriter(900, 700).plain(900, 700, 1, 0).end();
        assertHolds(still, (lease, file) -> new GifDecoder(lease).decode(file));
        for (int disposal = 0; disposal < 4; disposal++) {
            GifWriter gif = new GifWriter(900, 700);
            for (int i = 0; i < 30; i++) {
                gif.plain(900, 700, i % 4, disposal);
            }
            assertHolds(gif.end(), (lease, file) -> new GifDecoder(lease).decode(file));
        }
    }

    @Test
    void frameOutsideItsScreenTakesNoMoreThanItLeases() {
        byte[] gif = new GifWriter(10, 10)
                .plain(10, 10, 1, 0)
                .frame(0, 0, 900, 700, -1, 3, true, new byte[900 * 700])
                .end();
        assertHolds(gif, (lease, file) -> new GifDecoder(lease).decode(file));
    }

    @ParameterizedTest
    @CsvSource({
        "lossy-7x300-q75-flat",
        "lossy-64x48-q0-photo",
        "alpha-1-c0-f1-q100-33",
        "alpha-2-c1-f2-q30-40",
        "pal-16"
    })
    void smallWebpTakesNoMoreThanItLeases(String name) {
        try (InputStream in = getClass().getResourceAsStream("/io/bulwark/imaging/webp/" + name + ".webp")) {
            assertHolds(in.readAllBytes(), (lease, file) -> new WebpDecoder(lease).decode(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void losslessWebpTakesNoMoreThanItLeases() {
        byte[] webp =
                new WebpWriter().plain(1500, 1000, new int[] {1, 2, 3, 4}, true).end();
        assertHolds(webp, (lease, file) -> new WebpDecoder(lease).decode(file));
    }

    @Test
    void filesOfManyFramesOrChunksAreRefusedForLittle() {
        assertCostsLittle(HostileImages.gifOfEmptyFrames(583_333), (lease, file) -> new GifDecoder(lease).decode(file));
    }

    /** The other half of the assertion is for decoders that lease by the pixel. */
    private static void assertFits(byte[] file, BiFunction<Lease, byte[], DecodeResult> decoder) {
        run(file, decoder);
        try (Lease lease = new PixelBudget(DecodeLimits.forHeap(2L << 30)).lease()) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            decoder.apply(lease, file);
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThanOrEqualTo(lease.bytes() + SMALL);
        }
    }

    private static void assertHolds(byte[] file, BiFunction<Lease, byte[], DecodeResult> decoder) {
        // Once to load classes.
        run(file, decoder);
        try (Lease lease = new PixelBudget(DecodeLimits.forHeap(2L << 30)).lease()) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            decoder.apply(lease, file);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).isLessThanOrEqualTo(lease.bytes() + SMALL);
            // A lease of anything at all would hold, too; of a WebP and a progressive JPEG two thirds lie outside the
            // heap.
            assertThat(lease.bytes()).isLessThanOrEqualTo(4 * allocated + 10 * SMALL);
        }
    }

    /** Garbage of headers that are walked is allowed; it dies young. */
    private static void assertCostsLittle(byte[] file, BiFunction<Lease, byte[], DecodeResult> decoder) {
        run(file, decoder);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        run(file, decoder);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(16L * file.length);
    }

    private static void run(byte[] file, BiFunction<Lease, byte[], DecodeResult> decoder) {
        try (Lease lease = new PixelBudget(DecodeLimits.forHeap(2L << 30)).lease()) {
            decoder.apply(lease, file);
        } catch (RefusedException refused) {
            // What it costs counts, not what comes of it.
            assertThat(refused).hasMessageNotContaining("breaks");
        }
    }
}
