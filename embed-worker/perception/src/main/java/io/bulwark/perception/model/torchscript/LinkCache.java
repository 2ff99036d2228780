package io.bulwark.perception.model.torchscript;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Where linked archives are kept: {@code bulwark.cache}, else {@code $XDG_CACHE_HOME/bulwark}, else
 * {@code ~/.cache/bulwark}. Archives that came with an installation, such as a container image, lie in {@code bulwark}
 * under one of {@code $XDG_DATA_DIRS}; those folders are only read.
 */
public final class LinkCache {

    /** The system property that names the folder. */
    public static final String SETTING = "bulwark.cache";

    private LinkCache() {}

    /** The folder as configured for this process. */
    public static Path folder() {
        return folder(System.getProperty(SETTING), System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
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

    static Path folder(String setting, String xdg, String home) {
        if (setting != null && !setting.isBlank()) {
            return Path.of(setting);
        }
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "bulwark");
        }
        return Path.of(home, ".cache", "bulwark");
    }
}
