package io.bulwark.perception.model.torchscript;

import java.nio.file.Path;

/** Where linked archives are kept: {@code bulwark.cache}, else {@code $XDG_CACHE_HOME/bulwark}, else {@code ~/.cache/bulwark}. */
public final class LinkCache {

    /** The system property that names the folder. */
    public static final String SETTING = "bulwark.cache";

    private LinkCache() {}

    /** The folder as configured for this process. */
    public static Path folder() {
        return folder(System.getProperty(SETTING), System.getenv("XDG_CACHE_HOME"), System.getProperty("user.home"));
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
