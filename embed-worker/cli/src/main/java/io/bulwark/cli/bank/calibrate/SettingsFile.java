package io.bulwark.cli.bank.calibrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A properties file that people keep: new values go where the old ones stand, comments and other settings stay. */
final class SettingsFile {

    private static final Pattern SETTING = Pattern.compile("\\s*([^#!=:\\s][^=:\\s]*)\\s*[=:].*");

    private final Path file;

    SettingsFile(Path file) {
        this.file = file;
    }

    /**
     * Sets values; a file that is missing is made.
     *
     * @param settings {@code key=value} each
     * @throws IOException if it cannot be read or written
     */
    void set(List<String> settings) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        settings.forEach(setting -> values.put(key(setting).orElseThrow(), setting));
        Map<String, String> missing = new LinkedHashMap<>(values);
        List<String> lines = new ArrayList<>();
        Iterator<String> old = Files.exists(file)
                ? Files.readAllLines(file).iterator()
                : List.<String>of().iterator();
        while (old.hasNext()) {
            String line = old.next();
            Optional<String> replaced = key(line).filter(values::containsKey);
            if (replaced.isEmpty()) {
                lines.add(line);
            } else {
                // Of a key that stands there twice the first place is kept: the last would win.
                Optional.ofNullable(missing.remove(replaced.get())).ifPresent(lines::add);
                skipContinuation(line, old);
            }
        }
        lines.addAll(missing.values());
        Files.write(file, lines);
    }

    private static Optional<String> key(String line) {
        Matcher setting = SETTING.matcher(line);
        return setting.matches() ? Optional.of(setting.group(1)) : Optional.empty();
    }

    /** A value may go on after a backslash at the end of its line. */
    private static void skipContinuation(String replaced, Iterator<String> rest) {
        String line = replaced;
        while (line.endsWith("\\") && rest.hasNext()) {
            line = rest.next();
        }
    }
}
