package io.bulwark.lab.data;

import io.bulwark.cli.traffic.ImageFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** A two-alternative forced choice's data: {@code @Mixin TripletOptions data}. */
public final class TripletOptions {

    @ArgGroup(multiplicity = "1")
    private Data data;

    @Option(
            names = "--split",
            paramLabel = "S",
            description = "Of NIGHTS: ${COMPLETION-CANDIDATES} (default: TRAIN in training, else TEST).")
    private NightsLayout.Split split;

    /** One data set. */
    static final class Data {

        @Option(names = "--nights", paramLabel = "DIR", description = "NIGHTS: a folder with data.csv.")
        private Path nights;

        @Option(
                names = "--bapps",
                paramLabel = "DIR",
                description = "BAPPS: folders ref, p0, p1 and judge, in this folder or below it.")
        private Path bapps;

        @Option(
                names = "--pictures",
                paramLabel = "PATH",
                arity = "1..*",
                description = "One's own pictures, of which triplets of distorted copies are generated.")
        private List<Path> pictures;
    }

    /**
     * The triplets.
     *
     * @param otherwise the split where none is named
     * @param seed of generated ones
     * @throws io.bulwark.lab.data.DataLayoutException if the data do not lie as their layout asks
     */
    public List<Triplet> triplets(NightsLayout.Split otherwise, long seed) {
        if (data.nights != null) {
            return NightsLayout.read(data.nights, split == null ? otherwise : split);
        }
        if (data.bapps != null) {
            return BappsLayout.read(data.bapps);
        }
        List<PictureSource.PictureFile> files = ImageFiles.under(data.pictures).stream()
                .map(PictureSource.PictureFile::of)
                .toList();
        return Triplet.GeneratedTriplets.of(files, seed);
    }

    /** BAPPS' folder, where it was given. */
    public Optional<Path> bapps() {
        return Optional.ofNullable(data.bapps);
    }

    /** NIGHTS' folder, where it was given and the whole test split is meant. */
    public Optional<Path> nightsTest() {
        return Optional.ofNullable(data.nights).filter(folder -> split == null || split == NightsLayout.Split.TEST);
    }

    /** What they are called in reports; parameters as {@link #triplets}. */
    public String name(NightsLayout.Split otherwise, long seed) {
        if (data.nights != null) {
            return "NIGHTS, split " + (split == null ? otherwise : split);
        }
        return data.bapps != null ? "BAPPS" : "distorted copies, seed " + seed;
    }
}
