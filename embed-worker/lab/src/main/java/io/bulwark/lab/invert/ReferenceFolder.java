package io.bulwark.lab.invert;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.bank.LabelledEmbedding;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** A folder of labelled pictures, whose means are targets: {@code @Mixin ReferenceFolder references}. */
final class ReferenceFolder {

    @Option(
            names = "--references",
            paramLabel = "DIR",
            required = true,
            description = "A folder with one folder of pictures for each label.")
    private Path folder;

    @Option(names = "--of-a-label", paramLabel = "N", description = "Take only so many pictures of a label.")
    private int most = 200;

    /**
     * The mean of a label's pictures.
     *
     * @throws CommandFailure if there is no such label
     */
    InversionTarget mean(String label, Side side, Output output) {
        if (most < 1) {
            throw CommandFailure.usage("--of-a-label is " + most + ", allowed are 1 and more");
        }
        List<LabelledPicture> all = LabelledPicture.below(folder);
        List<LabelledPicture> own = all.stream()
                .filter(picture -> picture.label().equals(label))
                .limit(most)
                .toList();
        if (own.isEmpty()) {
            throw CommandFailure.usage("--references %s has no label '%s'; it has %s"
                    .formatted(
                            folder,
                            label,
                            all.stream().map(LabelledPicture::label).distinct().toList()));
        }
        return InversionTarget.mean(
                "%s, the mean of %d".formatted(label, own.size()),
                side.references(own, output).stream()
                        .map(LabelledEmbedding::embedding)
                        .toList());
    }
}
