package io.bulwark.lab.picture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files to learn from: all pictures below folders, or the pictures of a listing, in a stable order.
 *
 * @param path on disk
 * @param name below its folder, with slashes: what reports call it, and what its class is read from
 */
public record PictureFiles(Path path, String name) {

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "gif", "webp");
    private static final String NO_CLASS = ".";

    /** The first folder of the name; {@code .} for a file that lies in none. */
    public String className() {
        int slash = name.indexOf('/');
        return slash < 0 ? NO_CLASS : name.substring(0, slash);
    }

    /**
     * Finds the files.
     *
     * @param sources folders, searched to the bottom; or text files that name a picture a line, relative to where they
     *     lie
     * @param excluded endings of names that are left out, whole path elements
     * @throws IOException if a source cannot be read, or holds no picture
     */
    public static List<PictureFiles> of(List<Path> sources, List<String> excluded) throws IOException {
        List<PictureFiles> files = new ArrayList<>();
        Set<String> endings = new HashSet<>(excluded);
        for (Path source : sources) {
            List<PictureFiles> found = Files.isDirectory(source) ? below(source) : listed(source);
            if (found.isEmpty()) {
                throw new IOException(
                        source + " holds no picture; looked for files named *." + String.join(", *.", EXTENSIONS));
            }
            found.stream().filter(file -> !isExcluded(file.name(), endings)).forEach(files::add);
        }
        return files;
    }

    /**
     * Reads what is left out: a text file of endings, one a line.
     *
     * @throws IOException if it cannot be read
     */
    static List<String> endings(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static boolean isExcluded(String name, Set<String> endings) {
        for (int at = 0; at >= 0; at = name.indexOf('/', at) + 1) {
            if (endings.contains(name.substring(at))) {
                return true;
            }
            if (name.indexOf('/', at) < 0) {
                return false;
            }
        }
        return false;
    }

    private static List<PictureFiles> below(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .filter(PictureFiles::isNamedLikeAPicture)
                    .map(path -> new PictureFiles(
                            path,
                            folder.relativize(path)
                                    .toString()
                                    .replace(path.getFileSystem().getSeparator(), "/")))
                    .sorted((a, b) -> a.name().compareTo(b.name()))
                    .toList();
        }
    }

    private static List<PictureFiles> listed(Path listing) throws IOException {
        Path folder = listing.toAbsolutePath().getParent();
        return Files.readAllLines(listing).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> new PictureFiles(folder.resolve(line), line))
                .toList();
    }

    private static boolean isNamedLikeAPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
