package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.data.HeldOutPictures;
import io.bulwark.lab.data.HeldOutPictures.Pool;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.lab.picture.PictureSet.HeldOutOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate pictures}. */
@Command(
        name = "pictures",
        description = {
            "Lays out folders of one's own pictures as references and queries, one folder a class: what 'train' holds"
                    + " out",
            "becomes queries. Large photographs are cut into random squares, never for both sides; equal files count"
                    + " once."
        })
final class EvaluatePicturesCommand extends OutputCommand implements Runnable {

    private static final HeldOutOptions.HeldOutSplit EVERY_OTHER = new HeldOutOptions.HeldOutSplit(2);

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--class",
            paramLabel = "LABEL=PATH",
            description = "Pictures of a class: a folder, or a text file that names one a line. Repeatable.")
    private List<String> seen = List.of();

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--unseen",
            paramLabel = "LABEL=PATH",
            description =
                    "The same, of pictures that nothing was trained on: every other one becomes a query. Repeatable.")
    private List<String> unseen = List.of();

    @Mixin
    private HeldOutOptions heldOut;

    @Option(names = "--per-class", description = "Queries of each class at most.")
    private int queriesPerClass = 250;

    @Option(names = "--references-per-class", description = "References of each class at most.")
    private int referencesPerClass = 750;

    @Option(
            names = "--side",
            paramLabel = "PX",
            description = "Of the squares; other pictures are at most twice as long.")
    private int side = 256;

    @Option(names = "--seed", description = "Decides which pictures are taken, and where squares lie.")
    private long seed = 1;

    @Option(names = "--references", paramLabel = "DIR", required = true, description = "Where references go.")
    private Path references;

    @Option(names = "--queries", paramLabel = "DIR", required = true, description = "Where queries go.")
    private Path queries;

    @Override
    public void run() {
        Map<String, List<Pool>> classes = classes();
        if (classes.size() < 2) {
            throw CommandFailure.usage(
                    "--class and --unseen name the classes %s, at least two are needed".formatted(classes.keySet()));
        }
        checkEmpty(references);
        checkEmpty(queries);
        HeldOutPictures pictures = CommandFailure.orUsage(() -> new HeldOutPictures(side, seed));
        classes.forEach((label, pools) -> print(output(), label, layOut(pictures, label, pools)));
    }

    private Map<String, List<Pool>> classes() {
        HeldOutOptions.HeldOutSplit split = heldOut.split();
        Map<String, List<Pool>> classes = new LinkedHashMap<>();
        seen.forEach(text -> add(classes, "--class", text, split));
        unseen.forEach(text -> add(classes, "--unseen", text, EVERY_OTHER));
        return classes;
    }

    private void add(Map<String, List<Pool>> classes, String option, String text, HeldOutOptions.HeldOutSplit split) {
        int equals = text.indexOf('=');
        if (equals < 1 || !text.substring(0, equals).matches("[A-Za-z0-9_-]+")) {
            throw CommandFailure.usage(
                    "%s '%s' is no label of letters, digits, - and _, an equals sign and a path, such as drawing=clipart/"
                            .formatted(option, text));
        }
        Path source = Path.of(text.substring(equals + 1));
        try {
            classes.computeIfAbsent(text.substring(0, equals), label -> new ArrayList<>())
                    .add(new Pool(PictureFiles.of(List.of(source), heldOut.excluded()), split));
        } catch (IOException e) {
            throw CommandFailure.failed("%s %s cannot be read: %s".formatted(option, text, e.getMessage()), e);
        }
    }

    /** Pictures of another layout would be counted with these. */
    private static void checkEmpty(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> children = Files.list(folder)) {
            if (children.findAny().isPresent()) {
                throw CommandFailure.usage(folder + " is not empty: name another folder, or delete it");
            }
        } catch (IOException e) {
            throw CommandFailure.failed("the folder " + folder + " cannot be read: " + e, e);
        }
    }

    private HeldOutPictures.Layout layOut(HeldOutPictures pictures, String label, List<Pool> pools) {
        HeldOutPictures.Target toReferences =
                CommandFailure.orUsage(() -> new HeldOutPictures.Target(references.resolve(label), referencesPerClass));
        HeldOutPictures.Target toQueries =
                CommandFailure.orUsage(() -> new HeldOutPictures.Target(queries.resolve(label), queriesPerClass));
        try {
            return pictures.layOut(pools, toReferences, toQueries);
        } catch (IOException e) {
            throw CommandFailure.failed("class '%s' cannot be laid out: %s".formatted(label, e), e);
        }
    }

    private static void print(Output output, String label, HeldOutPictures.Layout layout) {
        if (layout.queries().pictures() == 0 || layout.references().pictures() == 0) {
            throw CommandFailure.failed(
                    "class '%s' has %d references and %d queries, at least one of each is needed: name more pictures, or another --held-out-every"
                            .formatted(
                                    label,
                                    layout.references().pictures(),
                                    layout.queries().pictures()));
        }
        Map<String, Object> fields = Fields.of(
                "class",
                label,
                "references",
                layout.references().pictures(),
                "referenceFiles",
                layout.references().files(),
                "queries",
                layout.queries().pictures(),
                "queryFiles",
                layout.queries().files(),
                "copies",
                layout.copies(),
                "refused",
                layout.refused());
        output.print(
                "%s: %d references of %d files, %d queries of %d files; %d copies of other files and %d that are no pictures left out"
                        .formatted(
                                label,
                                layout.references().pictures(),
                                layout.references().files(),
                                layout.queries().pictures(),
                                layout.queries().files(),
                                layout.copies(),
                                layout.refused()),
                fields);
    }
}
