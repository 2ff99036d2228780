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
}
