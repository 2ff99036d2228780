package io.bulwark.imaging.decode;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.gif.GifDecoder;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.heif.HeifDecoder;
import io.bulwark.imaging.jpeg.JpegDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.jpeg.ReducedJpeg;
import io.bulwark.imaging.png.PngDecoder;
import io.bulwark.imaging.webp.WebpDecoder;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Decodes JPEG, PNG, GIF, WebP and, where a command for it is there, HEIC and AVIF to the mode that Pillow would give,
 * and refuses the rest. See the package for what is refused and why. Any number of threads may decode at once: they
 * share the memory budget of {@link DecodeLimits}.
 */
public final class StandardImageDecoder implements ImageDecoder {

    private final PixelBudget budget;
    private final JpegReduction reduction;
    private final Supplier<HeifCommand> heif;
    private final SampleArrays arrays = new SampleArrays();

    public StandardImageDecoder(DecodeLimits limits) {
        this(limits, JpegReduction.none());
    }

    /**
     * A decoder that reduces large JPEGs as it decodes them.
     *
     * @param reduction how far
     * @throws IllegalStateException if it reduces and this machine has no library that can
     */
    public StandardImageDecoder(DecodeLimits limits, JpegReduction reduction) {
        this(limits, reduction, HeifCommand::onThisMachine);
    }

    /**
     * A decoder with a given command.
     *
     * @param reduction of large JPEGs
     * @param heif decodes HEIC and AVIF
     * @throws IllegalStateException if it reduces and this machine has no library that can
     */
    public StandardImageDecoder(DecodeLimits limits, JpegReduction reduction, HeifCommand heif) {
        this(limits, reduction, () -> heif);
    }

    private StandardImageDecoder(DecodeLimits limits, JpegReduction reduction, Supplier<HeifCommand> heif) {
        this.budget = new PixelBudget(limits);
        this.reduction = reduction;
        this.heif = heif;
        if (!reduction.isNone()) {
            ReducedJpeg.load();
        }
    }

    /** Heap that the decodes in progress hold for pixels, in bytes; inside {@link #withDecoded} that picture's too. */
    public long leasedBytes() {
        return budget.heldBytes();
    }

    @Override
    public DecodeResult decode(byte[] file) {
        try (Lease lease = budget.lease()) {
            return decode(file, lease, byte[]::new);
        }
    }

    @Override
    public <T> T withDecoded(byte[] file, Function<DecodeResult, T> use) {
        try (Lease lease = budget.lease();
                SampleArrays.Loan loan = arrays.loan()) {
            return use.apply(decode(file, lease, loan::array));
        }
    }

    private DecodeResult decode(byte[] file, Lease lease, IntFunction<byte[]> allocator) {
        try {
            ImageFormat format = ImageFormat.sniff(file);
            return switch (format) {
                case JPEG -> new JpegDecoder(lease, reduction, allocator).decode(file);
                case PNG -> new PngDecoder(lease).decode(file);
                case GIF -> new GifDecoder(lease).decode(file);
                case WEBP -> new WebpDecoder(lease).decode(file);
                case HEIF ->
                    new HeifDecoder(lease, heif.get(), (png, room) -> new PngDecoder(room).decode(png)).decode(file);
            };
        } catch (RefusedException e) {
            return e.result();
        } catch (UncheckedIOException machine) {
            // A disk is full or a program missing: no file is at fault.
            throw machine;
        } catch (RuntimeException | StackOverflowError e) {
            // Parsers of third parties meet hostile bytes with any exception at all; the file is at fault.
            return new DecodeResult.Refused(
                    DecodeResult.Refusal.CORRUPT_IMAGE,
                    "The file breaks its decoder: " + e.getClass().getSimpleName());
        }
    }

    /**
     * Arrays of samples that one decode leaves to the next. They are most of what a worker allocates, and while they
     * live for a moment only, a small heap is collected the more often for them. Any thread.
     */
    static final class SampleArrays {

        /** Bytes of the largest that is kept, one for each core; larger ones are left to the collector. */
        static final int LARGEST = 8 << 20;

        private final ArrayBlockingQueue<byte[]> free =
                new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

        Loan loan() {
            return new Loan();
        }

        /** What one decode has of them. One thread uses it. */
        final class Loan implements AutoCloseable {

            private byte[] lent;

            /**
             * An array for the samples of the one picture of this loan. It is zeroed, so that nothing of another
             * picture is ever seen.
             *
             * @param length bytes that are zeros; the array may be longer
             */
            byte[] array(int length) {
                byte[] array = length <= LARGEST ? free.poll() : null;
                if (array == null || array.length < length) {
                    array = new byte[length];
                } else {
                    Arrays.fill(array, 0, length, (byte) 0);
                }
                if (length <= LARGEST) {
                    lent = array;
                }
                return array;
            }

            @Override
            public void close() {
                if (lent != null) {
                    free.offer(lent);
                }
            }
        }
    }
}
