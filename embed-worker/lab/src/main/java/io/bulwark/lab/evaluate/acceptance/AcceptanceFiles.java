package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.evaluate.photograph.Photograph;
import io.bulwark.lab.picture.SourceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The files of an acceptance run: one folder that hashes divide, an index of contributors, or references and questions
 * in two folders; {@code @Mixin AcceptanceFiles files}.
 */
final class AcceptanceFiles {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "A folder with one folder of pictures for each label, divided by the files' hashes.")
    private Path folder;

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "In place of DIR: CSV with the header file,label,contributor,part; files are relative to it."
                    + " No contributor may be in both parts, and intervals are over contributors.")
    private Path index;

    @Option(
            names = "--bank",
            defaultValue = "train",
            paramLabel = "PART",
            description = "Part of the index: the bank, and what calibrates its policy, divided by contributor.")
    private String bank;

    @Option(
            names = "--questions",
            defaultValue = "dev",
            paramLabel = "PART",
            description = "Part of the index that is decided.")
    private String questions;

    @Option(
            names = "--references",
            paramLabel = "DIR",
            description =
                    "In place of DIR, with --queries: a folder with one folder of pictures for each label, the"
                            + " bank and what calibrates its policy. Intervals are over the files that the pictures were taken from.")
    private Path references;

    @Option(names = "--queries", paramLabel = "DIR", description = "The same, of pictures that are decided.")
    private Path queries;

    /** @throws CommandFailure if the results would be taken for a label by the next run */
    void requireOutside(Path out) {
        Stream.of(folder, references, queries)
                .filter(read -> read != null
                        && out.toAbsolutePath()
                                .normalize()
                                .startsWith(read.toAbsolutePath().normalize()))
                .findFirst()
                .ifPresent(read -> {
                    throw CommandFailure.usage("--out " + out + " lies in " + read
                            + ", whose folders are labels; name a folder elsewhere for the results");
                });
    }

    /**
     * Reads and divides.
     *
     * @param flagged labels to be flagged
     * @throws CommandFailure if it is not exactly one of the three, or no label is safe
     * @throws IllegalArgumentException if the files cannot be divided, or a contributor is on both sides
     */
    AcceptanceSplit split(Set<String> flagged, Output output) {
        boolean apart = references != null && queries != null;
        if ((references == null) != (queries == null)
                || Stream.of(folder != null, index != null, apart)
                                .filter(given -> given)
                                .count()
                        != 1) {
            throw CommandFailure.usage("the pictures are those of DIR, of --index, or of --references and --queries;"
                    + " name exactly one of the three");
        }
        for (String part : List.of("--bank", "--questions")) {
            if (index == null && command.commandLine().getParseResult().hasMatchedOption(part)) {
                throw CommandFailure.usage(part + " names a part of --index, which is not given");
            }
        }
        if (folder != null) {
            return ofFolder(flagged, output);
        }
        if (index != null) {
            Map<String, List<Photograph>> parts = Photograph.read(index);
            List<Photograph> ofBank = Photograph.part(parts, bank, "--bank");
            List<Photograph> asked = Photograph.part(parts, questions, "--questions");
            Photograph.requireOtherContributors(ofBank, asked);
            return ofBoth(ofBank, asked, flagged, index);
        }
        List<LabelledPicture> known = LabelledPicture.below(references);
        List<LabelledPicture> asked = LabelledPicture.below(queries);
        Photograph.requireOtherContributors(squares(known), squares(asked));
        return ofBoth(photographs(known), photographs(asked), flagged, references);
    }

    private static AcceptanceSplit ofBoth(
            List<Photograph> references, List<Photograph> questions, Set<String> flagged, Path source) {
        requireSafe(references.stream().map(Photograph::label).collect(Collectors.toSet()), flagged, source);
        return AcceptanceSplit.of(references, questions, flagged);
    }

    /** Squares of one photograph stand and fall together; any other file stands alone. */
    private static List<Photograph> photographs(List<LabelledPicture> pictures) {
        return pictures.stream()
                .map(picture -> new Photograph(
                        picture.file(),
                        picture.label(),
                        isSquare(picture) ? SourceFile.of(picture.file()).name() : picture.referenceId()))
                .toList();
    }

    private static List<Photograph> squares(List<LabelledPicture> pictures) {
        return photographs(pictures.stream().filter(AcceptanceFiles::isSquare).toList());
    }

    private static boolean isSquare(LabelledPicture picture) {
        return !picture.sourceId().equals(picture.referenceId());
    }

    private AcceptanceSplit ofFolder(Set<String> flagged, Output output) {
        Map<String, List<Path>> files = LabelledPicture.below(folder).stream()
                .collect(Collectors.groupingBy(
                        LabelledPicture::label,
                        TreeMap::new,
                        Collectors.mapping(LabelledPicture::file, Collectors.toList())));
        requireSafe(files.keySet(), flagged, folder);
        noteOthers(files, output);
        return AcceptanceSplit.of(files, flagged);
    }

    private static void requireSafe(Set<String> labels, Set<String> flagged, Path source) {
        Set<String> safe = new TreeSet<>(labels);
        safe.removeAll(flagged);
        if (safe.isEmpty()) {
            throw CommandFailure.usage(
                    "--flagged-labels %s leaves no safe label in %s; needed is at least one folder of harmless pictures"
                            .formatted(String.join(",", flagged), source));
        }
    }

    /** Explains why files are left out. */
    private void noteOthers(Map<String, List<Path>> files, Output output) {
        long taken = files.values().stream().mapToLong(List::size).sum();
        try (Stream<Path> all = Files.walk(folder)) {
            long others = all.filter(Files::isRegularFile).count() - taken;
            if (others > 0) {
                output.note(
                        "%d other files in %s are left out: they are not named like pictures, or lie in no label's folder"
                                .formatted(others, folder));
            }
        } catch (IOException e) {
            throw CommandFailure.failed("the folder " + folder + " cannot be read: " + e, e);
        }
    }
}
