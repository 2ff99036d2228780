package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The stores in a moderation-stream's folder of state. RocksDB gives each a random identity when it makes it, so a store
 * with another identity was wiped and read again from its changelog.
 *
 * @param identities by the path of each store
 */
record ProofStores(Map<Path, String> identities) {

    private static final String IDENTITY = "IDENTITY";

    /** Depth of a window's segment: application, task, kind, store, segment, file. */
    private static final int DEPTH = 6;

    /**
     * The stores that are there now.
     *
     * @throws CommandFailure if they cannot be read
     */
    static ProofStores read(Path state) {
        Map<Path, String> identities = new TreeMap<>();
        if (!Files.isDirectory(state)) {
            return new ProofStores(identities);
        }
        try (Stream<Path> files = Files.find(state, DEPTH, (file, attributes) -> file.endsWith(IDENTITY))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                identity(file).ifPresent(identity -> identities.put(state.relativize(file.getParent()), identity));
            }
        } catch (IOException | UncheckedIOException unreadable) {
            throw CommandFailure.failed("the state in " + state + " cannot be read: " + unreadable, unreadable);
        }
        return new ProofStores(identities);
    }

    /** Empty where the store goes just now. */
    private static Optional<String> identity(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** How many were there before and were made again since; one that is new, or went to another instance, is none. */
    long rebuiltSince(ProofStores before) {
        return identities.entrySet().stream()
                .filter(store -> before.identities.containsKey(store.getKey())
                        && !before.identities.get(store.getKey()).equals(store.getValue()))
                .count();
    }

    /**
     * What growth and soak need of this machine before they begin.
     *
     * @param heap bytes that this process may use
     * @param disk bytes that are free below the folder of results
     */
    record ProofRoom(long heap, long disk) {

        private static final long MEBIBYTE = 1 << 20;

        /** What the oracle takes beside growth's images: the traffic of an experiment. */
        private static final long HEAP_OF_ANY = 400 * MEBIBYTE;

        /** An image's digests, its item in the queue, and its text while it is read. */
        private static final long HEAP_OF_A_DECISION = 500;

        /** Brokers, moderation-streams and PostgreSQL, each of which writes to a disk. */
        private static final int WRITERS = 6;

        /** What a run without growth and soak writes. */
        private static final int MEBIBYTES_OF_ANY = 4096;

        /** As it is. @param folder of results, which need not be there yet */
        static ProofRoom of(Path folder) {
            Path there = folder.toAbsolutePath();
            while (!Files.exists(there)) {
                there = there.getParent();
            }
            try {
                return new ProofRoom(
                        Runtime.getRuntime().maxMemory(),
                        Files.getFileStore(there).getUsableSpace());
            } catch (IOException unreadable) {
                throw CommandFailure.failed(
                        "the free space below " + there + " is not known: " + unreadable, unreadable);
            }
        }

        /**
         * @param decisions of growth; 0 without it
         * @param mebibytes that the experiments write to each disk
         * @throws CommandFailure naming what is too small, and by how much
         */
        void require(int decisions, int mebibytes) {
            long heapNeeded = HEAP_OF_ANY + decisions * HEAP_OF_A_DECISION;
            if (decisions > 0 && heap < heapNeeded) {
                throw CommandFailure.usage(String.format(
                        "growth with %d decisions needs a heap of %d MiB (400 MiB + 500 bytes a decision), this"
                                + " command has"
                                + " %d MiB: set BULWARK_JAVA_OPTIONS='-Xmx%dm -XX:+UseParallelGC'",
                        decisions, heapNeeded / MEBIBYTE, heap / MEBIBYTE, heapNeeded / MEBIBYTE * 5 / 4));
            }
            long diskNeeded = (MEBIBYTES_OF_ANY + (long) WRITERS * mebibytes) * MEBIBYTE;
            if (mebibytes > 0 && disk < diskNeeded) {
                throw CommandFailure.usage(String.format(
                        "these experiments write up to %d MiB (4096 MiB + 6 x %d MiB), and %d MiB are free below --out:"
                                + " choose another folder, fewer --decisions or fewer --minutes",
                        diskNeeded / MEBIBYTE, mebibytes, disk / MEBIBYTE));
            }
        }
    }
}
