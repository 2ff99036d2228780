package io.bulwark.cli.picture;

import io.bulwark.cli.picture.PictureEmbedder.Appearance;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.metric.NearDuplicates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * Which files stand and fall together: near-duplicates as {@link NearDuplicates} finds them, and those of a contributor.
 * Every other file is a cluster of one. Immutable.
 */
public final class FileClusters {

    private static final String FILE = "file";
    private static final String CONTRIBUTOR = "contributor";

    private final Map<Sha256, String> clusters;
    private final Map<Sha256, float[]> embeddings;
    private final Map<String, Set<Sha256>> files = new HashMap<>();
    private final Map<String, Sha256> least = new HashMap<>();

    private FileClusters(Map<Sha256, String> clusters, Map<Sha256, float[]> embeddings) {
        this.clusters = clusters;
        this.embeddings = embeddings;
        clusters.forEach((file, cluster) -> {
            files.computeIfAbsent(cluster, name -> new HashSet<>()).add(file);
            least.merge(cluster, file, (one, other) -> one.compareTo(other) <= 0 ? one : other);
        });
    }

    /** How files are put together: {@code @Mixin FileClusters.Options clusters}. */
    public static final class Options {

        @Option(
                names = "--contributors",
                paramLabel = "FILE",
                description =
                        "A CSV file with the columns file, relative to it, and contributor: the pictures of a contributor"
                                + " count as one draw, as near-duplicates do. Those of no contributor stand alone.")
        private Path contributors;

        @Option(
                names = "--each-file",
                description =
                        "Count each file as a draw, near-duplicates too: what is promised then holds only where the"
                                + " pictures to come have as many copies among these.")
        private boolean eachFile;

        /**
         * Puts files together.
         *
         * @param embedder looks at the whole of each
         * @throws CommandFailure if the contributors cannot be read, or are of other files
         */
        public FileClusters of(List<Path> paths, PictureEmbedder embedder, Output output) {
            if (eachFile && contributors != null) {
                throw CommandFailure.usage("--each-file counts files, --contributors does not: name one of them");
            }
            Map<Path, String> known = contributors == null ? Map.of() : read(contributors);
            if (contributors != null) {
                remark(paths, known, output);
            }
            List<Sha256> hashes = new ArrayList<>();
            List<String> groups = new ArrayList<>();
            List<Appearance> seen = new ArrayList<>();
            try (Progress progress = Progress.of("comparing", paths.size(), output)) {
                for (Path path : paths) {
                    byte[] bytes = InputFile.bytes(path);
                    Sha256 hash = Sha256.digest(bytes);
                    Optional<Appearance> appearance = embedder.appearance(bytes);
                    if (appearance.isPresent()) {
                        hashes.add(hash);
                        groups.add(Optional.ofNullable(known.get(place(path)))
                                .map(name -> CONTRIBUTOR + " " + name)
                                .orElse(hash.toString()));
                        seen.add(appearance.get());
                    }
                    progress.step();
                }
            }
            List<String> clusters = eachFile
                    ? hashes.stream().map(Sha256::toString).toList()
                    : NearDuplicates.clusters(
                            groups,
                            seen.stream().map(Appearance::embedding).toArray(float[][]::new),
                            seen.stream().map(Appearance::thumbnail).toArray(float[][]::new));
            Map<Sha256, String> byFile = new HashMap<>();
            Map<Sha256, float[]> embeddings = new HashMap<>();
            for (int i = 0; i < hashes.size(); i++) {
                byFile.put(hashes.get(i), clusters.get(i));
                embeddings.put(hashes.get(i), seen.get(i).embedding());
            }
            return new FileClusters(byFile, embeddings);
        }

        private void remark(List<Path> paths, Map<Path, String> known, Output output) {
            long matched = paths.stream()
                    .filter(path -> known.containsKey(place(path)))
                    .count();
            if (matched == 0 && !paths.isEmpty()) {
                throw CommandFailure.usage(contributors + " names a contributor of none of the " + paths.size()
                        + " files: its column " + FILE + " is relative to the folder of the table");
            }
            output.note(matched + " of " + paths.size() + " files have a contributor (" + contributors + ")");
        }

        private static Map<Path, String> read(Path table) {
            List<List<String>> rows = rows(table);
            int file = rows.isEmpty() ? -1 : rows.get(0).indexOf(FILE);
            int contributor = rows.isEmpty() ? -1 : rows.get(0).indexOf(CONTRIBUTOR);
            if (file < 0 || contributor < 0) {
                throw CommandFailure.usage(
                        table + " does not begin with a line that names the columns " + FILE + " and " + CONTRIBUTOR);
            }
            Map<Path, String> known = new HashMap<>();
            for (List<String> row : rows.subList(1, rows.size())) {
                if (row.size() != rows.get(0).size()) {
                    throw CommandFailure.usage(table + " has a line of " + row.size() + " columns, its first line has "
                            + rows.get(0).size());
                }
                if (!row.get(contributor).isEmpty()) {
                    known.put(place(table.resolveSibling(row.get(file))), row.get(contributor));
                }
            }
            return known;
        }

        private static List<List<String>> rows(Path table) {
            try {
                return Files.readAllLines(table).stream()
                        .filter(line -> !line.isBlank())
                        .map(line -> Arrays.stream(line.split(",", -1))
                                .map(String::strip)
                                .toList())
                        .toList();
            } catch (IOException unreadable) {
                throw CommandFailure.failed(table + " cannot be read: " + unreadable, unreadable);
            }
        }

        /** Where a file really is, also by links; one that is not there is like no other. */
        private static Path place(Path path) {
            try {
                return path.toRealPath();
            } catch (IOException absent) {
                return path.toAbsolutePath().normalize();
            }
        }
    }

    /** The cluster of a file; one that was not among those put together is alone in its cluster. */
    public String of(Sha256 file) {
        return clusters.getOrDefault(file, file.toString());
    }

    /** All files of a file's cluster, itself among them. */
    public Set<Sha256> with(Sha256 file) {
        return files.getOrDefault(of(file), Set.of(file));
    }

    /** Of a file's cluster the file with the least hash: what is drawn by hash is drawn for a cluster by this one. */
    public Sha256 least(Sha256 file) {
        return least.getOrDefault(of(file), file);
    }

    /** The embedding of a file's whole; empty where it was no picture. */
    public Optional<float[]> embedding(Sha256 file) {
        return Optional.ofNullable(embeddings.get(file));
    }

    /** How many clusters they are. */
    public NearDuplicates.Sizes sizes() {
        return NearDuplicates.Sizes.of(clusters.values());
    }
}
