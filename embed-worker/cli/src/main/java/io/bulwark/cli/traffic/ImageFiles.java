package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the images that a person means by files and folders. */
public final class ImageFiles {

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "avif");

    private ImageFiles() {}

    /**
     * Files as named, and what lies below the folders and is named like an image, in the order of their paths.
     *
     * @throws CommandFailure if a path is missing or a folder holds no image
     */
    public static List<Path> under(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isRegularFile(path)) {
                files.add(path);
            } else if (Files.isDirectory(path)) {
                files.addAll(below(path));
            } else {
                throw CommandFailure.usage(path + " is neither a file nor a folder");
            }
        }
        return files;
    }

    private static List<Path> below(Path folder) {
        List<Path> images;
        try (Stream<Path> files = Files.walk(folder)) {
            images = files.filter(Files::isRegularFile)
                    .filter(ImageFiles::isNamedLikeAnImage)
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw CommandFailure.failed("the folder " + folder + " cannot be read: " + unreadable, unreadable);
        }
        if (images.isEmpty()) {
            throw CommandFailure.usage("the folder " + folder + " holds no image; looked for files named "
                    + EXTENSIONS.stream().sorted().toList() + " (name a file itself to send it whatever it is called)");
        }
        return images;
    }

    private static boolean isNamedLikeAnImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1));
    }
}
