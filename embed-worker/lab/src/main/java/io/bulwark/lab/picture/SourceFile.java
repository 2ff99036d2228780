package io.bulwark.lab.picture;

import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.perception.hash.Sha256;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Parameters;

/**
 * The file that a picture was taken from. Squares of one photograph are no independent pictures: they go to one side of
 * a division together, and intervals are over files.
 *
 * @param name of the file, without the number of the square
 */
public record SourceFile(String name) {

    /** As {@code bulwark evaluate pictures} names what it writes: name, first bytes of the file's SHA-256, number. */
    private static final Pattern SQUARE = Pattern.compile("(.*-[0-9a-f]{12})-\\d+\\.png");

    /**
     * Of a picture that was laid out for an evaluation; any other is a separate file, by its name and its folder's.
     * The folders above say where a user keeps pictures, and no division may depend on that.
     */
    public static SourceFile of(Path picture) {
        String name = picture.getFileName().toString();
        Matcher square = SQUARE.matcher(name);
        Path folder = picture.toAbsolutePath().getParent();
        String own = folder == null || folder.getFileName() == null ? name : folder.getFileName() + "/" + name;
        return new SourceFile(square.matches() ? square.group(1) : own);
    }

    /**
     * A number that the name stands for, evenly spread over [0, 1).
     *
     * @param purpose numbers of two purposes have nothing to do with each other
     */
    public double fraction(String purpose) {
        return (Sha256.ofText(purpose + " " + name).first() >>> 11) * 0x1.0p-53;
    }

    /** Which pictures a command is about: {@code @Mixin PicturePaths pictures}. */
    public static final class PicturePaths {

        @Parameters(arity = "1..*", paramLabel = "PATH", description = "Image files, and folders to search for them.")
        private List<Path> paths;

        /**
         * The files.
         *
         * @throws io.bulwark.cli.terminal.CommandFailure if a path is missing or a folder holds no picture
         */
        public List<Path> files() {
            return ImageFiles.under(paths);
        }
    }
}
