package io.bulwark.deploy;

import io.bulwark.schemas.testing.SettingsTable;
import java.io.IOException;
import java.nio.file.Path;

/** Where the files under test lie. */
public final class Checkout {

    private Checkout() {}

    /** A file or folder of the checkout. */
    public static Path path(String relative) {
        return Path.of(System.getProperty("bulwark.home"))
                .toAbsolutePath()
                .normalize()
                .resolve(relative);
    }

    /**
     * The table of a program's settings as its page has it.
     *
     * @param program {@code worker} or {@code stream}
     */
    public static String settings(String program) throws IOException {
        String module = program.equals("worker") ? "embed-worker" : "moderation-stream";
        return SettingsTable.inPage(path(module + "/docs/settings.md"), program).orElseThrow();
    }

    /** The version that is being built, as Maven names it. */
    public static String version() {
        return System.getProperty("bulwark.version");
    }
}
