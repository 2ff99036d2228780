package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import java.time.Duration;

/**
 * What decoder processes may take, and for how long one is trusted.
 *
 * @param processes that run side by side, each with one file at a time
 * @param heapBytes Java heap of each
 * @param nativeBytes what decoders in native code may take beside it
 * @param deadline CPU time to read one file, {@link #LONGEST_DEADLINE} at most; a process past it is killed, one that
 *     gets no CPU time at twice of it
 * @param isolation what confines them
 * @param nativeUploads files that one reads by native code, on average, before another takes its place; see
 *     {@link #nativeFiles}
 */
public record ProcessLimits(
        int processes, long heapBytes, long nativeBytes, Duration deadline, Isolation isolation, int nativeUploads) {

    /** Files of native code that a process reads where nothing else is set. */
    public static final int NATIVE_UPLOADS = 20_000;

    /** A command reads it, which may take the process over as well; it takes as much time as many others. */
    private static final int NATIVE_FILES_OF_HEIF = 50;

    private static final long MEGA = 1 << 20;

    /** Less than this for the pixels of a file, and ordinary photographs are refused. */
    private static final long LEAST_PIXEL_BYTES = 192 * MEGA;

    /** Where small things live while a picture is read; all that is large goes past it. */
    static final long YOUNG_BYTES = 24 * MEGA;

    /** Classes' own data, views, and what else is neither the file nor its pixels. */
    private static final long OTHER_BYTES = 24 * MEGA;

    /** Of a file. What can be had of a worker's threads without an answer is bounded by it. */
    public static final Duration LONGEST_DEADLINE = Duration.ofSeconds(20);

    public ProcessLimits {
        if (processes < 1
                || heapBytes <= YOUNG_BYTES
                || nativeBytes < 0
                || deadline.isNegative()
                || deadline.isZero()
                || deadline.compareTo(LONGEST_DEADLINE) > 0
                || nativeUploads < 1) {
            throw new IllegalArgumentException("No decoder process can work with processes=" + processes + " heapBytes="
                    + heapBytes + " nativeBytes=" + nativeBytes + " deadline=" + deadline + " nativeUploads="
                    + nativeUploads);
        }
    }

    /** Isolated where the kernel allows it, and replaced after {@link #NATIVE_UPLOADS}. */
    public ProcessLimits(int processes, long heapBytes, long nativeBytes, Duration deadline) {
        this(processes, heapBytes, nativeBytes, deadline, Isolation.PREFER, NATIVE_UPLOADS);
    }

    /** The same with other confinement. */
    public ProcessLimits isolatedBy(Isolation other) {
        return new ProcessLimits(processes, heapBytes, nativeBytes, deadline, other, nativeUploads);
    }

    /** The same with processes that are replaced after that number of files of native code. */
    public ProcessLimits replacedAfter(int files) {
        return new ProcessLimits(processes, heapBytes, nativeBytes, deadline, isolation, files);
    }

    /**
     * How many processes suit a worker: one for each core, but no more than its memory is made for. Kubernetes shows a
     * pod without a CPU limit all cores of its node.
     *
     * @param cores that this process may use
     * @param heapBytes of the worker; all its decoder processes together may hold as much in pixels
     */
    public static int processes(int cores, long heapBytes) {
        return (int) Math.min(cores, Math.max(2, heapBytes / LEAST_PIXEL_BYTES));
    }

    /**
     * Limits for processes that hold the pixels that a decoder may lease, in the heap or outside, and the file twice:
     * some decoders copy it without what they do not want to see.
     */
    public static ProcessLimits of(int processes, DecodeLimits limits, long maxFileBytes, Duration deadline) {
        long heap = limits.memoryBytes() + 2 * maxFileBytes + YOUNG_BYTES + OTHER_BYTES;
        return new ProcessLimits(processes, heap, limits.memoryBytes(), deadline);
    }

    /** Wall time after which no try goes on, whatever a process got of the CPUs. */
    Duration longestDecode() {
        return deadline.multipliedBy(2);
    }

    /** Wall time of all tries of a file, of the starts of processes for it, and of waiting for them. */
    public Duration longestRead() {
        return DecoderChild.START.plus(longestDecode());
    }

    /**
     * Files of native code that a file counts as. A hole in libjpeg or libwebp lets a file take a process over and
     * answer for the files behind it; a process that is worn is replaced. See the package for the figures.
     */
    static int nativeFiles(byte[] file) {
        try {
            return switch (ImageFormat.sniff(file)) {
                // The JDK's inflater is native as well, but small, and browsers meet it with each page.
                case PNG, GIF -> 0;
                case JPEG, WEBP -> 1;
                case HEIF -> NATIVE_FILES_OF_HEIF;
            };
        } catch (RefusedException noPicture) {
            return 0;
        }
    }
}
