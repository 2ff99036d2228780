package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many bytes data takes.
 *
 * @param stores of moderation-streams by store, of all tasks and copies together
 * @param topics by topic, on one broker, which has a copy of each partition
 * @param tables of PostgreSQL with their indexes
 */
record ProofSizes(Map<String, Double> stores, Map<String, Double> topics, Map<String, Double> tables) {

    private static final String STORES = "rocksdb";

    /**
     * As it is now; tables are vacuumed first. What moderation-streams hold in memory is not in it: they are stopped
     * before.
     */
    static ProofSizes of(ProofCluster cluster) {
        Map<String, Double> stores = new TreeMap<>();
        for (String stream : cluster.streams()) {
            stores(cluster.state(stream)).forEach((name, bytes) -> stores.merge(name, bytes, Double::sum));
        }
        Path log = cluster.data(ProofCluster.BROKERS.get(0)).resolve("log");
        try (Connection database = cluster.connectToDatabase()) {
            database.createStatement().execute("VACUUM ANALYZE");
            return new ProofSizes(stores, topics(log), ProofUsage.tables(database));
        } catch (SQLException silent) {
            throw CommandFailure.failed("tables are not measured: " + silent.getMessage(), silent);
        }
    }

    /** Bytes of each store. @param state the folder of a moderation-stream's state */
    static Map<String, Double> stores(Path state) {
        return sizes(state, ProofSizes::store);
    }

    /** Bytes of each topic. @param log the folder of a broker's data */
    static Map<String, Double> topics(Path log) {
        return sizes(log, ProofSizes::topic);
    }

    /** What was added since. */
    ProofSizes minus(ProofSizes before) {
        return new ProofSizes(minus(stores, before.stores), minus(topics, before.topics), minus(tables, before.tables));
    }

    private static Map<String, Double> minus(Map<String, Double> now, Map<String, Double> before) {
        Map<String, Double> grown = new TreeMap<>();
        now.forEach((name, bytes) -> grown.put(name, bytes - before.getOrDefault(name, 0.0)));
        return grown;
    }

    private interface Naming {
        /** Of what a file is; null where it is of none. */
        String name(Path file);
    }

    /** A file that the broker or RocksDB removes meanwhile takes nothing, and so does a folder that is not there. */
    private static Map<String, Double> sizes(Path folder, Naming naming) {
        Map<String, Double> sizes = new TreeMap<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String name = naming.name(folder.relativize(file));
                    if (attributes.isRegularFile() && name != null) {
                        sizes.merge(name, (double) attributes.size(), Double::sum);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (failure instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw failure;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path read, IOException failure) throws IOException {
                    return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(read, failure);
                }
            });
            return sizes;
        } catch (IOException unreadable) {
            throw CommandFailure.failed(folder + " is not measured: " + unreadable, unreadable);
        }
    }

    /**
     * Below the folder of a task, such as {@code 0_3}, a store's files are in {@code rocksdb/store}, and a window
     * store's in {@code store}, by segments.
     */
    private static String store(Path file) {
        for (int i = 0; i < file.getNameCount() - 2; i++) {
            if (file.getName(i).toString().matches("[0-9]+_[0-9]+")) {
                String first = file.getName(i + 1).toString();
                boolean isPlain = first.equals(STORES) && i + 3 < file.getNameCount();
                return isPlain ? file.getName(i + 2).toString() : first;
            }
        }
        return null;
    }

    /** Without indexes, whose room is set aside before it is used. */
    private static String topic(Path file) {
        if (file.getNameCount() < 2 || file.toString().endsWith("index")) {
            return null;
        }
        String folder = file.getName(file.getNameCount() - 2).toString();
        return folder.matches(".*-[0-9]+") ? folder.substring(0, folder.lastIndexOf('-')) : null;
    }
}
