package io.bulwark.lab.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What processes hold together.
 *
 * @param memory in bytes; a page that several hold is shared among them (PSS)
 * @param descriptors that are open
 */
record ProofUsage(double memory, long descriptors, long threads) {

    private static final Path PROCESSES = Path.of("/proc");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Of processes by their ids; one that ended meanwhile counts as nothing. */
    static ProofUsage of(List<Long> processes) {
        double memory = 0;
        long descriptors = 0;
        long threads = 0;
        for (long process : processes) {
            Path own = PROCESSES.resolve(Long.toString(process));
            memory += kibibytes(own.resolve("smaps_rollup"), "Pss:") * 1024;
            descriptors += files(own.resolve("fd"));
            threads += files(own.resolve("task"));
        }
        return new ProofUsage(memory, descriptors, threads);
    }

    /** Bytes of disk that a folder takes; empty where it cannot be measured. */
    static OptionalDouble folder(Path folder) {
        // A file may vanish meanwhile: then du fails, and still says what the others take.
        String text = ProofNetwork.Shell.run(
                        LIMIT, "sh", "-c", "du -s --block-size=1 \"$0\" 2>/dev/null", folder.toString())
                .text();
        return text.matches("(?s)[0-9]+\\s.*")
                ? OptionalDouble.of(Double.parseDouble(text.split("\\s")[0]))
                : OptionalDouble.empty();
    }

    /** Bytes of each table with its indexes; months of one are one. */
    static Map<String, Double> tables(Connection database) throws SQLException {
        Map<String, Double> tables = new TreeMap<>();
        try (PreparedStatement query = database.prepareStatement(
                        "SELECT coalesce(parent.relname, c.relname), pg_total_relation_size(c.oid) FROM pg_class c"
                                + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " LEFT JOIN pg_inherits i ON i.inhrelid = c.oid"
                                + " LEFT JOIN pg_class parent ON parent.oid = i.inhparent"
                                + " WHERE n.nspname = 'bulwark' AND c.relkind = 'r'");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                tables.merge(rows.getString(1), rows.getDouble(2), Double::sum);
            }
        }
        return tables;
    }

    /** A metric in Prometheus' format, the sum of all with that name; empty where there is none. */
    static OptionalDouble metric(String metrics, String name) {
        return metric(metrics, name, "");
    }

    /** The same of those with a text among their labels. */
    static OptionalDouble metric(String metrics, String name, String label) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(Double::sum);
    }

    private static double kibibytes(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToDouble(Double::parseDouble)
                    .sum();
        } catch (IOException | UncheckedIOException ended) {
            return 0;
        }
    }

    private static long files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        } catch (IOException | UncheckedIOException ended) {
            return 0;
        }
    }
}
