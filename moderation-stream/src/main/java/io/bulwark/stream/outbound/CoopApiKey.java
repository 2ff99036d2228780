package io.bulwark.stream.outbound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The key by which Coop knows us, as it stands in a header. Its text does not show it. */
public final class CoopApiKey {

    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,512}");

    private final String header;

    private CoopApiKey(String header) {
        this.header = header;
    }

    /**
     * Reads the file of a key. Whitespace around it is left out.
     *
     * @throws IllegalArgumentException where it cannot be read, or is no key; tells nothing of what it holds
     */
    public static CoopApiKey read(Path file) {
        try {
            return of(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    file + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    file
                            + " is no API key of Coop: one line of 1 to 512 visible ASCII characters, without a byte order mark",
                    wrong);
        }
    }

    static CoopApiKey of(String text) {
        if (!VISIBLE.matcher(text).matches()) {
            throw new IllegalArgumentException("no key");
        }
        return new CoopApiKey(text);
    }

    /** The value of the header {@code X-API-KEY}. */
    String header() {
        return header;
    }

    @Override
    public String toString() {
        return "CoopApiKey";
    }
}
