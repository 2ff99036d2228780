package io.bulwark.lab.picture;

import io.bulwark.cli.traffic.ImageFiles;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** Which pictures a command is about: {@code @Mixin PicturePaths pictures}. */
public final class PicturePaths {

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
