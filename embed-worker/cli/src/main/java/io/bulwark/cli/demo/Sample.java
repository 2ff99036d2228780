package io.bulwark.cli.demo;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.events.Decision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One held-out picture of the demo.
 *
 * @param file where it lies
 * @param label its folder
 * @param expected what the policy should decide of it
 */
public record Sample(Path file, String label, Decision expected) {

    /**
     * All pictures under {@code <folder>/<label>/}, in the order of their paths.
     *
     * @param folder the held-out split
     * @param flagged labels whose pictures should be NSFW; all others should be SAFE
     */
    static List<Sample> under(Path folder, Set<String> flagged) {
        if (!Files.isDirectory(folder)) {
            throw CommandFailure.failed("the samples " + folder + " are missing from the checkout");
        }
        return ImageFiles.under(List.of(folder)).stream()
                .map(file -> of(file, flagged))
                .toList();
    }

    private static Sample of(Path file, Set<String> flagged) {
        String label = file.getParent().getFileName().toString();
        return new Sample(file, label, flagged.contains(label) ? Decision.NSFW : Decision.SAFE);
    }

    /** Whether the policy should flag it. */
    boolean isFlagged() {
        return expected == Decision.NSFW;
    }

    /** {@code label/file}, as it is printed. */
    String name() {
        return label + "/" + file.getFileName();
    }
}
