package io.bulwark.cli.picture;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.cli.traffic.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file that a person has put under a label.
 *
 * @param file the picture
 * @param label what it shows
 * @param referenceId {@code label/path below the label's folder}
 */
public record LabelledPicture(Path file, String label, String referenceId) {

    /** The view that a bank keeps; of a transparent picture what follows after a slash are its grounds. */
    static final String WHOLE = "whole";

    /**
     * The pictures of a tree with one folder for each label, in the order of their paths.
     *
     * @throws CommandFailure if it is no folder, has no folders in it, one of them holds no picture, or a label is
     *     restricted
     */
    public static List<LabelledPicture> below(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw CommandFailure.usage(
                    folder + " is no folder; needed is one with a folder of pictures for each label");
        }
        List<LabelledPicture> pictures = new ArrayList<>();
        for (Path labelled : foldersIn(folder)) {
            String label = labelled.getFileName().toString();
            requireUnrestricted(label);
            for (Path file : ImageFiles.under(List.of(labelled))) {
                pictures.add(new LabelledPicture(file, label, id(label, labelled.relativize(file))));
            }
        }
        if (pictures.isEmpty()) {
            throw CommandFailure.usage(
                    "the folder " + folder + " holds no folder; needed is one folder of pictures for each label");
        }
        return pictures;
    }

    /**
     * Files, and the pictures below folders, that all have one label.
     *
     * @throws CommandFailure if a path is missing, a folder holds no picture, or the label is restricted
     */
    public static List<LabelledPicture> allLabelled(String label, List<Path> paths) {
        requireUnrestricted(label);
        return ImageFiles.under(paths).stream()
                .map(file -> new LabelledPicture(file, label, id(label, file.getFileName())))
                .toList();
    }

    /**
     * No command looks at such a picture, embeds, inverts, attacks or explains it.
     *
     * @throws CommandFailure if the label is restricted
     */
    public static void requireUnrestricted(String label) {
        if (BrokerOptions.restrictedLabels().contains(label)) {
            throw CommandFailure.usage("the label " + label
                    + " is restricted (bulwark.restricted.labels): no command takes pictures of it");
        }
    }

    /** The id under which one of its views stands in a bank. */
    public String referenceId(String view) {
        return referenceId + (view.startsWith(WHOLE + "/") ? "@" + view.substring(WHOLE.length() + 1) : "");
    }

    /**
     * The id of the file that a square was cut from: {@code evaluate pictures} numbers the squares of one file behind
     * the file's hash. Another picture's is its own.
     */
    public String sourceId() {
        return referenceId.replaceFirst("(-[0-9a-f]{12})-\\d+(\\.\\w+)$", "$1$2");
    }

    /**
     * What the file holds.
     *
     * @throws CommandFailure if it cannot be read
     */
    public byte[] bytes() {
        return InputFile.bytes(file);
    }

    private static List<Path> foldersIn(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(Files::isDirectory)
                    .filter(child -> !child.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw CommandFailure.failed("the folder " + folder + " cannot be read: " + unreadable, unreadable);
        }
    }

    /** With slashes on every system. */
    private static String id(String label, Path path) {
        return label + "/" + path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }
}
