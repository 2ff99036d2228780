package io.bulwark.perception.torchscript;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Where linked archives are kept: {@code $XDG_CACHE_HOME/bulwark}, else {@code ~/.cache/bulwark}. Archives that came
 * with an installation, such as a container image, lie in {@code bulwark}
 * under one of {@code $XDG_DATA_DIRS}; those folders are only read.
 */
public final class LinkCache {

    /** The environment variable that names the folder above it. */
    static final String SETTING = "XDG_CACHE_HOME";

    private LinkCache() {}

    /** The folder as configured for this process. */
    public static Path folder() {
        return folder(System.getenv(SETTING), System.getProperty("user.home"));
    }

    /** The folders of archives that were linked beforehand, the first to be preferred; empty unless they are named. */
    public static List<Path> shipped() {
        return shipped(System.getenv("XDG_DATA_DIRS"));
    }

    /** An absolute path as XDG's Base Directory Specification wants it: any other is passed over. */
    static List<Path> shipped(String xdg) {
        return Arrays.stream(xdg == null ? new String[0] : xdg.split(File.pathSeparator))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .map(base -> base.resolve("bulwark"))
                .toList();
    }

    static Path folder(String xdg, String home) {
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "bulwark");
        }
        return Path.of(home, ".cache", "bulwark");
    }
}
