package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.lab.evaluate.photograph.Photograph;
import io.bulwark.lab.picture.SourceFile;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Files divided into bank files (a share of about {@value #BANK}), calibration files (about {@value #CALIBRATION}) and
 * test files. A file's SHA-256 alone says where it belongs, so that equal files are never on two sides, and
 * files that are added move no other. Where contributors are known, questions and references are given apart, and the
 * contributor's name alone says which references calibrate. All lists are in the order of hashes.
 *
 * @param bank become references
 * @param calibration find the policy's settings
 * @param test seen by nothing else
 * @param copies files left out because another one of the same label has the same bytes
 * @param contradictory files left out because their bytes lie under several labels, all of them
 */
public record AcceptanceSplit(
        List<LabelledFile> bank,
        List<LabelledFile> calibration,
        List<LabelledFile> test,
        int copies,
        List<Path> contradictory) {

    private static final double BANK = 0.5;
    private static final double CALIBRATION = 0.2;

    /**
     * How many files of a label are where.
     *
     * @param flagged whether the label is
     */
    record Sizes(String label, boolean flagged, int bank, int calibration, int test) {}

    /**
     * Reads and divides files.
     *
     * @param filesByLabel at least two labels
     * @param flaggedLabels the labels to be flagged; the others are safe
     * @throws IllegalArgumentException if a flagged label has no files, or a side lacks flagged or safe ones
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AcceptanceSplit of(Map<String, List<Path>> filesByLabel, Set<String> flaggedLabels) {
        requireLabels(filesByLabel.keySet(), flaggedLabels);
        List<LabelledFile> files = new ArrayList<>();
        new TreeMap<>(filesByLabel)
                .forEach((label, paths) -> paths.forEach(
                        file -> files.add(new LabelledFile(file, label, flaggedLabels.contains(label), sha256(file)))));
        return divided(
                files,
                file -> file.fraction(0) < BANK
                        ? Side.BANK
                        : file.fraction(0) < BANK + CALIBRATION ? Side.CALIBRATION : Side.TEST);
    }

    /**
     * Reads files of known contributors and divides the references by contributor: in the long run bank and calibration
     * files are as many to each other as without contributors. A question with the bytes of a reference is a copy and
     * left out.
     *
     * @param references become the bank and calibrate
     * @param questions become the test files; by other contributors
     * @param flaggedLabels the labels to be flagged; the others are safe
     * @throws IllegalArgumentException if a flagged label has no files, or a side lacks flagged or safe ones
     * @throws UncheckedIOException if a file cannot be read
     */
    public static AcceptanceSplit of(
            List<Photograph> references, List<Photograph> questions, Set<String> flaggedLabels) {
        List<Photograph> all =
                Stream.of(references, questions).flatMap(List::stream).toList();
        requireLabels(all.stream().map(Photograph::label).collect(Collectors.toSet()), flaggedLabels);
        Set<Path> asked = questions.stream().map(Photograph::file).collect(Collectors.toSet());
        return divided(
                all.stream()
                        .map(one -> new LabelledFile(
                                one.file(),
                                one.label(),
                                flaggedLabels.contains(one.label()),
                                sha256(one.file()),
                                Optional.of(one.contributor())))
                        .toList(),
                file -> asked.contains(file.file())
                        ? Side.TEST
                        : new SourceFile(file.contributor().orElseThrow()).fraction("calibration")
                                        < CALIBRATION / (BANK + CALIBRATION)
                                ? Side.CALIBRATION
                                : Side.BANK);
    }

    private enum Side {
        BANK,
        CALIBRATION,
        TEST
    }

    private static void requireLabels(Set<String> labels, Set<String> flaggedLabels) {
        for (String label : flaggedLabels) {
            if (!labels.contains(label)) {
                throw new IllegalArgumentException("no file has the flagged label '%s', there are the labels %s"
                        .formatted(label, new TreeSet<>(labels)));
            }
        }
    }

    private static AcceptanceSplit divided(List<LabelledFile> files, Function<LabelledFile, Side> sideOf) {
        SortedMap<String, List<LabelledFile>> byHash = new TreeMap<>();
        files.forEach(file ->
                byHash.computeIfAbsent(file.sha256(), hash -> new ArrayList<>()).add(file));
        Map<Side, List<LabelledFile>> sides = byHash.values().stream()
                .filter(AcceptanceSplit::agree)
                .map(same -> same.get(0))
                .collect(Collectors.groupingBy(sideOf));
        AcceptanceSplit split = new AcceptanceSplit(
                sides.getOrDefault(Side.BANK, List.of()),
                sides.getOrDefault(Side.CALIBRATION, List.of()),
                sides.getOrDefault(Side.TEST, List.of()),
                byHash.values().stream()
                        .filter(AcceptanceSplit::agree)
                        .mapToInt(same -> same.size() - 1)
                        .sum(),
                byHash.values().stream()
                        .filter(same -> !agree(same))
                        .flatMap(List::stream)
                        .map(LabelledFile::file)
                        .toList());
        split.requireBothKinds("bank", split.bank);
        split.requireBothKinds("calibration", split.calibration);
        split.requireBothKinds("test", split.test);
        return split;
    }

    private static boolean agree(List<LabelledFile> same) {
        return same.stream().map(LabelledFile::label).distinct().count() == 1;
    }

    private void requireBothKinds(String side, List<LabelledFile> files) {
        for (boolean flagged : new boolean[] {true, false}) {
            if (files.stream().noneMatch(file -> file.flagged() == flagged)) {
                throw new IllegalArgumentException(
                        ("none of the %d %s files is %s; a %s says on which side it is, and with 20 or more %s of each "
                                        + "kind every side has some: %s")
                                .formatted(
                                        files.size(),
                                        side,
                                        flagged ? "flagged" : "safe",
                                        isByContributor() ? "contributor's name" : "file's hash",
                                        isByContributor() ? "contributors" : "files",
                                        sizes()));
            }
        }
    }

    /**
     * Part of the bank's files, of every label at least one; a larger share's part holds all of a smaller one's.
     *
     * @param share in (0, 1]
     */
    List<LabelledFile> bankPart(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", allowed is above 0 up to 1");
        }
        Comparator<LabelledFile> drawn = Comparator.comparingDouble(file -> file.fraction(1));
        return bank.stream().collect(Collectors.groupingBy(LabelledFile::label)).values().stream()
                .flatMap(ofLabel -> ofLabel.stream().sorted(drawn).limit((long) Math.ceil(share * ofLabel.size())))
                .sorted(Comparator.comparing(LabelledFile::sha256))
                .toList();
    }

    /** Whether the contributors of all test files are known, so that intervals are over contributors. */
    boolean isByContributor() {
        return !test.isEmpty()
                && test.stream().allMatch(file -> file.contributor().isPresent());
    }

    /** How many contributors, or files where those are not known, have files among these. */
    static int contributors(List<LabelledFile> files) {
        return (int) files.stream().map(LabelledFile::group).distinct().count();
    }

    /** Of every label that has files, flagged labels first, then in alphabetical order. */
    public List<Sizes> sizes() {
        SortedMap<String, int[]> counts = new TreeMap<>();
        SortedMap<String, Boolean> flagged = new TreeMap<>();
        List<List<LabelledFile>> sides = List.of(bank, calibration, test);
        for (int side = 0; side < sides.size(); side++) {
            for (LabelledFile file : sides.get(side)) {
                counts.computeIfAbsent(file.label(), label -> new int[3])[side]++;
                flagged.put(file.label(), file.flagged());
            }
        }
        return counts.entrySet().stream()
                .map(entry -> new Sizes(
                        entry.getKey(),
                        flagged.get(entry.getKey()),
                        entry.getValue()[0],
                        entry.getValue()[1],
                        entry.getValue()[2]))
                .sorted(Comparator.comparing(Sizes::flagged).reversed().thenComparing(Sizes::label))
                .toList();
    }

    private static String sha256(Path file) {
        try {
            return Sha256.digest(Files.readAllBytes(file)).hex();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e, e);
        }
    }

    /**
     * A file that a user put under a label.
     *
     * @param file where it lies
     * @param label what it shows
     * @param flagged whether that label is to be flagged
     * @param sha256 of its bytes, lower-case hexadecimal
     * @param contributor whose files stand and fall together; empty where that is not known
     */
    public record LabelledFile(Path file, String label, boolean flagged, String sha256, Optional<String> contributor) {

        /** Of a contributor that is not known. */
        public LabelledFile(Path file, String label, boolean flagged, String sha256) {
            this(file, label, flagged, sha256, Optional.empty());
        }

        /** What is drawn together for an interval: all files of a contributor, or the file alone. */
        String group() {
            return contributor.orElse(sha256);
        }

        /**
         * What it holds.
         *
         * @throws UncheckedIOException if it cannot be read any more
         */
        public byte[] bytes() {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be read: " + e, e);
            }
        }

        /**
         * A number that the hash stands for, evenly spread over [0, 1).
         *
         * @param part which 64 of the hash's bits: 0 to 3, each independent of the others
         */
        double fraction(int part) {
            return (Long.parseUnsignedLong(sha256.substring(16 * part, 16 * part + 16), 16) >>> 11) * 0x1.0p-53;
        }
    }
}
