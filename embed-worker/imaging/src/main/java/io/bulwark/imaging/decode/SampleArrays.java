package io.bulwark.imaging.decode;

import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Arrays of samples that one decode leaves to the next. They are most of what a worker allocates, and while they live
 * for a moment only, a small heap is collected the more often for them. Any thread.
 */
final class SampleArrays {

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
         * An array for the samples of the one picture of this loan. It is zeroed, so that nothing of another picture is
         * ever seen.
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
