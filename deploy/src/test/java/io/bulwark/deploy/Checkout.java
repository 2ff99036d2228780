package io.bulwark.deploy;

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

    /** The version that is being built, as Maven names it. */
    public static String version() {
        return System.getProperty("bulwark.version");
    }
}
