package io.bulwark.imaging;

import java.util.concurrent.Semaphore;

/**
 * The heap that running decodes may fill with pixels, shared by all threads of one decoder. Large pictures wait for
 * each other instead of exhausting the heap together; small ones hardly notice.
 */
public final class PixelBudget {

    private static final int UNIT = 1024;

    /** The longest side that JPEG and GIF can state; a PNG of one row and 50 million columns is an attack. */
    private static final int MAX_SIDE = 65_535;

    private final DecodeLimits limits;
    private final int units;
    private final Semaphore free;

    public PixelBudget(DecodeLimits limits) {
        this.limits = limits;
        this.units = (int) Math.min(Integer.MAX_VALUE, Math.max(1, limits.memoryBytes() / UNIT));
        this.free = new Semaphore(units, true);
    }

    /** What all leases together hold now. */
    public long heldBytes() {
        return (long) (units - free.availablePermits()) * UNIT;
    }

    public Lease lease() {
        return new Lease();
    }

    /** What one decode holds of the budget. One thread uses it. */
    public final class Lease implements AutoCloseable {

        private int held;

        public DecodeLimits limits() {
            return limits;
        }

        /**
         * Checks a picture's dimensions against the limits and waits until its pixels fit. To be called once, before
         * anything of the size of the picture is allocated.
         *
         * @param bytesPerPixel heap that the decode fills at its peak
         */
        public void reserve(String format, long width, long height, int bytesPerPixel) {
            reserveBytes(format, width, height, width * height * bytesPerPixel);
        }

        /**
         * The same where the heap is not a number of bytes for each pixel.
         *
         * @param bytes heap that the decode fills at its peak
         */
        public void reserveBytes(String format, long width, long height, long bytes) {
            checkPixels(format, width, height);
            if (held > 0) {
                throw new IllegalStateException(
                        "A lease is taken once: two that wait for more would wait for each other");
            }
            if (!fits(bytes)) {
                throw RefusedException.tooLarge(format + " of " + width + "x" + height + " pixels needs "
                        + bytes / 1_000_000 + " MB to decode, at most " + limits.memoryBytes() / 1_000_000
                        + " MB are allowed (bulwark.decode.memory-bytes)");
            }
            int wantedUnits = (int) (bytes / UNIT + 1);
            free.acquireUninterruptibly(Math.min(units, wantedUnits));
            held = Math.min(units, wantedUnits);
        }

        /** Heap that is held, in bytes. */
        public long bytes() {
            return (long) held * UNIT;
        }

        public void checkPixels(String format, long width, long height) {
            if (width < 1 || height < 1) {
                throw RefusedException.corrupt(format + " header says " + width + "x" + height + " pixels");
            }
            if (width > MAX_SIDE || height > MAX_SIDE) {
                throw RefusedException.tooLarge(format + " of " + width + "x" + height + " pixels, at most " + MAX_SIDE
                        + " a side are allowed");
            }
            if (width * height > limits.maxPixels()) {
                throw RefusedException.tooLarge(format + " of " + width + "x" + height + " pixels, at most "
                        + limits.maxPixels() + " are allowed (bulwark.decode.max-pixels)");
            }
        }

        /** Whether a decode that fills this number of bytes would be allowed at all. */
        public boolean fits(long bytes) {
            return bytes <= limits.memoryBytes() && bytes / UNIT < Integer.MAX_VALUE;
        }

        @Override
        public void close() {
            free.release(held);
            held = 0;
        }
    }
}
