package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many bytes data takes.
 *
 * @param cases rows of the casebook: decisions on different images
 * @param stores of moderation-streams by store, of all tasks and copies together
 * @param topics by topic, on one broker, which has a copy of each partition
 * @param tables of PostgreSQL with their indexes
 */
record ProofSizes(long cases, Map<String, Double> stores, Map<String, Double> topics, Map<String, Double> tables) {

    private static final String STORES = "rocksdb";

    /** As it is now; tables are vacuumed first. */
    static ProofSizes of(ProofCluster cluster) {
        Map<String, Double> stores = new TreeMap<>();
        for (String service : cluster.services()) {
            if (!service.equals(ProofCluster.WORKER)) {
                add(cluster.state(service), stores, ProofSizes::store);
            }
        }
        Map<String, Double> topics = new TreeMap<>();
        add(cluster.data(ProofCluster.BROKERS.get(0)).resolve("log"), topics, ProofSizes::topic);
        try (Connection database = cluster.connectToDatabase()) {
            database.createStatement().execute("VACUUM ANALYZE");
            try (PreparedStatement query = database.prepareStatement("SELECT count(*) FROM bulwark.casebook");
                    ResultSet row = query.executeQuery()) {
                row.next();
                return new ProofSizes(row.getLong(1), stores, topics, ProofUsage.tables(database));
            }
        } catch (SQLException silent) {
            throw CommandFailure.failed("tables are not measured: " + silent.getMessage(), silent);
        }
    }

    /** What was added since. */
    ProofSizes minus(ProofSizes before) {
        return new ProofSizes(
                cases - before.cases,
                minus(stores, before.stores),
                minus(topics, before.topics),
                minus(tables, before.tables));
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

    private static void add(Path folder, Map<String, Double> sizes, Naming naming) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> naming.name(file) != null)
                    .forEach(file -> sizes.merge(naming.name(file), size(file), Double::sum));
        } catch (IOException | UncheckedIOException unreadable) {
            throw CommandFailure.failed(folder + " is not measured: " + unreadable.getMessage(), unreadable);
        }
    }

    /** A file that the broker or RocksDB removed meanwhile takes nothing. */
    private static double size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException removed) {
            return 0;
        }
    }

    private static String store(Path file) {
        for (int i = 0; i < file.getNameCount() - 2; i++) {
            if (file.getName(i).toString().equals(STORES)) {
                return file.getName(i + 1).toString();
            }
        }
        return null;
    }

    /** Without indexes, whose room is set aside before it is used. */
    private static String topic(Path file) {
        String folder = file.getParent().getFileName().toString();
        return file.toString().endsWith("index") || !folder.matches(".*-[0-9]+")
                ? null
                : folder.substring(0, folder.lastIndexOf('-'));
    }
}
